"""Costs, interest and procedure as pure code: known values, and random ones against the naive second implementation."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases.law import figures
from cases.law.costs import KINDS, codes, cost
from cases.law.interest import interest
from cases.law.periods import WrongUse
from cases.law.procedure import CODES, FLAGS, procedure, province
from config.errors import Conflict, Invalid
from tests.law import naive_money
from tests.law.book import FIGURES, rules_on

ON = date(2026, 11, 24)
many = settings(max_examples=300, deadline=None)
fen = st.one_of(
    st.integers(1, 99_999_999_999),
    st.integers(1, 3_000_000),
    st.sampled_from([n * 100 + d for n in (1_000, 10_000, 100_000, 500_000, 5_000_000) for d in (-1, 0, 1)]),
)


def rows(*wanted: str, on: date = ON) -> dict:
    return {code: rules_on(code, on) for code in wanted}


def fee(kind: str, amount: str, half: bool = False) -> str:
    return str(cost(kind, Decimal(amount), rows(*codes(kind)), half=half).fee)


def which(amount: str, *flags: str, place: str = "江苏", on: date = ON):
    return procedure(Decimal(amount), place, on, rows(*CODES, on=on), flags)


# -- costs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "wanted"),
    [
        ("1", "50.00"), ("10000", "50.00"), ("10000.20", "50.01"), ("18912", "272.80"), ("50000", "1050.00"),
        ("100000", "2300.00"), ("200000", "4300.00"), ("500000", "8800.00"), ("1000000", "13800.00"),
        ("2000000", "22800.00"), ("5000000", "46800.00"), ("10000000", "81800.00"), ("20000000", "141800.00"),
        ("30000000", "191800.00"),
    ],
)  # fmt: skip
def test_the_court_fee_is_that_of_the_tariff(amount, wanted):
    assert fee("court", amount) == wanted


@pytest.mark.parametrize(
    ("kind", "amount", "wanted"),
    [
        ("payment_order", "10000", "16.67"), ("payment_order", "50000", "350.00"),
        ("enforcement", "10000", "50.00"), ("enforcement", "500000", "7400.00"),
        ("enforcement", "5000000", "52400.00"), ("enforcement", "10000000", "77400.00"),
        ("enforcement", "20000000", "87400.00"),
        ("preservation", "1000", "30.00"), ("preservation", "100000", "1020.00"), ("preservation", "896000", "5000.00"),
        ("preservation", "900000", "5000.00"), ("preservation", "30000000", "5000.00"),
    ],
)  # fmt: skip
def test_the_other_fees_are_those_of_article_14(kind, amount, wanted):
    assert fee(kind, amount) == wanted


def test_half_of_the_court_fee_and_of_no_other():
    assert fee("court", "18912", half=True) == "136.40"
    for kind in set(KINDS) - {"court"}:
        with pytest.raises(WrongUse):
            fee(kind, "18912", half=True)


@many
@given(kind=st.sampled_from(sorted(KINDS)), amount=fen, half=st.booleans())
@example(kind="court", amount=1_000_020, half=True)
def test_every_fee_is_that_of_the_short_formula(kind, amount, half):
    half = half and kind == "court"
    found = cost(kind, Decimal(amount) / 100, rows(*codes(kind)), half=half)
    assert found.fee * 100 == naive_money.fee(kind, amount, half)


@many
@given(kind=st.sampled_from(sorted(KINDS)), amount=fen)
def test_the_bands_of_the_steps_join_and_make_up_the_sum(kind, amount):
    found = cost(kind, Decimal(amount) / 100, rows(*codes(kind)))
    bands = [step for step in found.steps if "部分" in step.what.zh or "每件" in step.what.zh]
    assert [step.start for step in bands[1:]] == [step.end for step in bands[:-1]]
    assert (bands[0].start, bands[-1].end) == (0, Decimal(amount) / 100)
    total = sum(step.fee for step in bands) if len(found.steps) == len(bands) else found.steps[-1].fee
    assert total == found.fee


def test_a_new_tariff_replaces_all_bands_of_the_old_one():
    later = [
        replace(rule, applies_if=condition, value=value, unit=unit, valid_from=date(2026, 12, 1))
        for rule in FIGURES[:1]
        for condition, value, unit in (("over=0", 60, "¥"), ("over=20000", 300, "bp"))
    ]
    known = {"FEE-COURT": {**rules_on("FEE-COURT", ON), **{rule.applies_if: rule for rule in later}}}
    assert cost("court", Decimal(15_000), known).fee == 60
    assert cost("court", Decimal(200_000), known).fee == 60 + 5_400


def test_without_a_tariff_nothing_is_guessed():
    with pytest.raises(Conflict, match="FEE-COURT"):
        cost("court", Decimal(100), rows("FEE-COURT", on=date(2007, 3, 31)))


# -- interest -----------------------------------------------------------------------------------------------------


def lpr(amount: str, first: date, last: date, **more):
    on = lambda day: rules_on("LPR-1Y", day)  # noqa: E731
    return interest(Decimal(amount), first, last, at_start=on(first), at_end=on(last), **more)


def test_without_a_rate_the_lpr_of_the_first_day_is_taken_and_marked_as_to_be_checked():
    found = lpr("10000", date(2026, 1, 1), date(2026, 12, 31))
    assert (str(found.interest), str(found.rate), found.days) == ("299.18", "3.00", 364)
    assert "2025-05-20" in found.source.zh and "待核对" in found.source.zh and "to be checked" in found.source.en
    assert found.notes == ()


def test_a_rate_that_changed_on_the_way_is_told_and_not_followed():
    found = lpr("10000", date(2024, 7, 21), date(2024, 7, 22))
    assert (str(found.rate), len(found.notes)) == ("3.45", 1)
    assert "2024-07-22" in found.notes[0].zh and "3.35" in found.notes[0].en
    assert lpr("10000", date(2024, 7, 22), date(2024, 7, 23)).notes == ()


def test_no_rate_is_known_before_the_first_publication():
    with pytest.raises(Conflict, match="2019-08-19"):
        lpr("1", date(2019, 8, 19), date(2026, 1, 1))
    found = lpr("1", date(2019, 8, 19), date(2026, 1, 1), rate=Decimal("6"))
    assert "待核对" not in found.source.zh


def test_the_same_day_earns_nothing_and_an_earlier_end_is_refused():
    assert lpr("10000", ON, ON).interest == 0
    with pytest.raises(WrongUse, match="--to"):
        lpr("10000", ON, ON - timedelta(days=1))
    for more in ({"basis": 364}, {"rate": Decimal("100.01")}, {"rate": Decimal("-1")}):
        with pytest.raises(WrongUse):
            lpr("10000", ON, ON, **more)


@many
@given(
    amount=fen, rate=st.integers(0, 10_000), first=st.dates(date(2019, 1, 1), date(2030, 1, 1)),
    days=st.integers(0, 1500), basis=st.sampled_from([365, 360]),
)  # fmt: skip
def test_interest_is_what_gathers_day_by_day(amount, rate, first, days, basis):
    last = first + timedelta(days=days)
    found = interest(Decimal(amount) / 100, first, last, rate=Decimal(rate) / 100, basis=basis)
    assert found.interest * 100 == naive_money.interest(amount, rate, first, last, basis)


# -- procedure ----------------------------------------------------------------------------------------------------


def test_the_bounds_belong_to_the_lower_procedure():
    assert [which(amount).procedure for amount in ("64610", "64610.01", "258440", "258440.01")] == [
        "small", "simplified", "simplified", "simplified",
    ]  # fmt: skip
    assert [which(amount, "agreed").procedure for amount in ("64610.01", "258440", "258440.01")] == [
        "small", "small", "simplified",
    ]  # fmt: skip


@pytest.mark.parametrize("amount", ["100", "100000", "9000000"])
@pytest.mark.parametrize("flag", sorted(FLAGS))
def test_each_flag_leads_where_the_law_says_and_stands_in_the_reasons(amount, flag):
    found, plain = which(amount, flag), which(amount).procedure
    if flag in ("missing", "complex"):
        wanted = "ordinary"
    elif flag == "agreed":
        wanted = "small" if amount != "9000000" else "simplified"
    else:
        wanted = "simplified"
    assert found.procedure == wanted
    assert (FLAGS[flag] in found.why) == (flag != "agreed" or amount == "100000")
    assert plain == ("small" if amount == "100" else "simplified")


def test_what_excludes_more_wins():
    assert which("100", "agreed", "appraisal", "missing").procedure == "ordinary"
    assert which("100000", "agreed", "counterclaim").procedure == "simplified"


def test_figures_of_another_year_are_marked():
    new, old = which("100"), which("100", place="浙江")
    assert "待核对" not in new.source.zh and len(new.why) == 1
    assert "待核对" in old.source.zh and "2022-01-01" in old.why[-1].zh
    later = which("100", on=date(2027, 6, 1))
    assert "待核对" in later.source.zh and "2026-01-04" in later.why[-1].zh


def test_a_province_without_figures_is_named_with_those_that_have_some():
    for place, on, says in (("安徽", ON, "安徽.*江苏、浙江"), ("江苏", date(2026, 1, 3), "江苏在 2026-01-03")):
        with pytest.raises(Conflict, match=says):
            which("100", place=place, on=on)


def test_a_province_goes_by_its_usual_names():
    assert {province(name) for name in ("江苏", "江苏省", " Jiangsu ", "jiangsu province")} == {"江苏"}
    assert [province(name) for name in ("广西壮族自治区", "上海市", "Inner Mongolia")] == ["广西", "上海", "内蒙古"]
    for name in ("火星", "", "省", "Jiang"):
        with pytest.raises(WrongUse):
            province(name)


def test_an_unknown_flag_is_named():
    with pytest.raises(WrongUse, match="apraisal"):
        which("100", "apraisal")


# -- the file -----------------------------------------------------------------------------------------------------


def test_what_was_not_read_at_its_source_is_marked_in_the_rows():
    assert {rule.code for rule in FIGURES} == set(figures.FIGURES)
    unread = {(rule.code, rule.applies_if) for rule in FIGURES if not rule.confirmed}
    assert unread == {("LPR-1Y", ""), ("SMALL-HALF", "province=浙江"), ("SMALL-TWICE", "province=浙江")}


@pytest.mark.parametrize(
    "rule",
    ['code = "FEE-NONE", kind = "L", value = 1, unit = "¥"', 'code = "LPR-1Y", kind = "L", value = 1, unit = "d"',
     'code = "LPR-1Y", kind = "L", value = 10001, unit = "bp"'],
)  # fmt: skip
def test_a_mistake_in_the_file_is_refused(rule):
    with pytest.raises(Invalid):
        figures.read(f'[[source]]\nzh = "法"\nen = "Law"\nvalid_from = 2026-01-01\nrules = [{{ {rule} }}]')
