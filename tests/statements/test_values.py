"""Amounts, days, times and numbers: what is written is what is read, and what is doubtful is refused."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from merchants.statements.faults import BadValue
from merchants.statements.values import EPOCH_1904, Number, amount, clock, day, fault_of, identifier, instant, rate

CENTS = st.integers(min_value=-(10**14) + 1, max_value=10**14 - 1)
FULL_WIDTH = str.maketrans("0123456789.,-()", "０１２３４５６７８９．，－（）")


def plain(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


@given(
    CENTS,
    st.sampled_from(["", "￥", "¥", "'"]),
    st.sampled_from(["", "元"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_an_amount_is_the_same_in_every_usual_dress(cents, before, after, grouped, wide, brackets):
    figures = f"{abs(cents) // 100:{',' if grouped else ''}}.{abs(cents) % 100:02}"
    if brackets and cents < 0:
        text = f"{before}({figures}){after}"
    else:
        text = f"{before}{'-' if cents < 0 else ''}{figures}{after}"
    read = amount(text.translate(FULL_WIDTH) if wide else text)
    assert read == Decimal(plain(cents)) and read.as_tuple().exponent == -2


@given(CENTS)
def test_a_sheets_number_is_the_cents_that_it_shows(cents):
    number = cents / 100
    if abs(cents) < 10**13:
        assert amount(Number(repr(number))) == Decimal(plain(cents))


@given(st.text(max_size=30))
@example("1e400")
@example("٣٤")
@example("²")
@example("+")
@example("1,234,5")
@example("00")
def test_whatever_is_written_is_an_amount_or_refused(text):
    try:
        read = amount(text)
    except BadValue as bad:
        assert bad.text.zh and bad.text.en
    else:
        assert read is None or (read.is_finite() and read.as_tuple().exponent == -2 and abs(read) < 10**12)


@pytest.mark.parametrize("text", [
    "NaN", "nan", "Infinity", "-inf", "1e400", "1E2", "1.234,56", "1,23", "1.2.3", "12.345", "0.001", "--1", "(-1)", "1-", "0x1F",
    "１.２３４", "$5", "5 USD", "9999999999999", "1,2345.00", ",5", ".", "1_000",
])  # fmt: skip
def test_a_doubtful_amount_is_refused(text):
    with pytest.raises(BadValue):
        amount(text)


def test_the_ambiguous_comma_is_named_as_such():
    with pytest.raises(BadValue) as bad:
        amount("1.234,56")
    assert "逗号" in bad.value.text.zh


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("  ", None),
        ("--", None),
        ("-0", "0.00"),
        ("-0.00", "0.00"),
        ("(12.00)", "-12.00"),
        ("0012", "12.00"),
        ("5.", "5.00"),
    ],
)
def test_blanks_zeros_and_brackets(text, value):
    assert amount(text) == (None if value is None else Decimal(value))
    assert str(amount("-0")) == "0.00"


@given(st.dates(date(2000, 1, 1), date(2037, 12, 31)))
def test_a_day_is_the_same_in_every_usual_form(on):
    forms = [
        on.isoformat(), f"{on:%Y%m%d}", f"{on.year}/{on.month}/{on.day}", f"{on.year}年{on.month}月{on.day}日", f"{on:%Y.%m.%d}",
        str((on - date(1899, 12, 30)).days), f"{on.isoformat()} 00:00:00", on.isoformat().translate(FULL_WIDTH),
    ]  # fmt: skip
    assert {day(form) for form in forms} == {on}
    assert day(str((on - date(1904, 1, 1)).days), EPOCH_1904) == on


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "20260230",
        "2026年2月30日",
        "2025/2/29",
        "1900-01-01",
        "2038-01-20",
        "0001-01-01",
        "2026-9",
        "26-09-22",
        "9/22/2026",
        "yesterday",
        "2026-09/22",
        "60",
        "00000",
    ],
)
def test_a_day_that_is_none_or_implausible_is_refused(text):
    with pytest.raises(BadValue):
        day(text)


def test_an_instant_keeps_its_offset_and_else_is_shanghai():
    assert instant("2026-09-22 13:42:10").isoformat() == "2026-09-22T13:42:10+08:00"
    assert instant("2026-09-22T23:30:00-05:00").isoformat() == "2026-09-23T12:30:00+08:00"
    assert instant("20260922134210").isoformat() == "2026-09-22T13:42:10+08:00"
    assert instant(Number("46287.570949074")).isoformat() == "2026-09-22T13:42:10+08:00"
    assert instant("2026-09-22") is None


@pytest.mark.parametrize("text", ["24:00", "13:60", "1342", "13.42", "noon", "94210"])
def test_a_time_that_is_none_is_refused(text):
    with pytest.raises(BadValue):
        clock(text)
    assert clock(Number("94210")).isoformat() == "09:42:10"


def test_numbers_keep_their_zeros_and_lose_only_blanks_and_apostrophes():
    assert identifier("'00112233\t") == "00112233"
    assert identifier("187", 6, fill=True) == "000187"
    assert identifier("ＡＢ１２") == "AB12"
    assert identifier(" ") is identifier("--") is None


@pytest.mark.parametrize(
    "value",
    [
        "8.98E+14",
        "4.2E28",
        Number("8.98E+14"),
        Number("898305054110218"),
        Number("123.5"),
        Number("1234567"),
        "a b",
        "=1",
        "x" * 65,
        "甲",
    ],
)
def test_a_number_that_may_be_damaged_is_refused(value):
    with pytest.raises(BadValue):
        identifier(value, 8)


def test_rates_are_fractions():
    assert rate("0.60%") == rate("0.006") == Decimal("0.006")
    with pytest.raises(BadValue):
        rate("6‰")


def test_damage_and_control_characters_are_told_apart_from_text():
    assert fault_of("午\ufffd") and fault_of("a\x00") and fault_of("a\x1b[0m")
    assert fault_of("午餐\t好") is None


@given(st.integers(0, 60_000))
def test_serials_outside_the_years_are_refused(serial):
    on = date(1899, 12, 30) + timedelta(days=serial)
    if serial >= 10_000 and 2000 <= on.year <= 2037:
        assert day(str(serial)) == on
    else:
        with pytest.raises(BadValue):
            day(str(serial))
