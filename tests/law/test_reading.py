"""Rule and holiday files: what is read, and the sentence each mistake gets."""

import json
from datetime import date

import pytest

from cases.law import reading
from cases.law.calendar import Year, calendar_of
from config.errors import Invalid
from tests.law.book import CALENDAR, YEARS

FIXED = ["2027-01-01", "2027-05-01..2027-05-02", "2027-10-01..2027-10-03"]


def notice(year: int = 2027, off: list[str] | None = None, work: list[str] | None = None, source: str = "通知") -> str:
    """A holiday file in TOML; JSON lists of text are TOML lists too."""
    days_off = json.dumps(FIXED + (off or []))
    return (
        f'[[year]]\nyear = {year}\nsource = "{source}"\ndays_off = {days_off}\nmake_up_days = {json.dumps(work or [])}'
    )


def test_a_later_year_is_read_with_its_spans():
    (year,) = reading.years(notice(off=["2027-02-05..2027-02-11"], work=["2027-02-13"]))
    assert year.announced
    assert date(2027, 2, 8) in year.days_off
    assert year.make_up_days == (date(2027, 2, 13),)


def test_the_common_json_of_a_notice_is_read():
    days = [
        {"name": "元旦", "date": f"2027-{day}", "isOffDay": True}
        for day in ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03")
    ]
    days.append({"name": "元旦", "date": "2026-12-26", "isOffDay": False})
    (year,) = reading.years(json.dumps({"year": 2027, "papers": ["https://example.org/n"], "days": days}), is_json=True)
    assert (len(year.days_off), year.make_up_days, year.source) == (6, (date(2026, 12, 26),), "https://example.org/n")


def test_a_notice_ends_what_was_provisional_and_a_later_notice_replaces_it_whole():
    assert CALENDAR.is_provisional(date(2027, 4, 5))
    first = reading.years(notice(off=["2027-04-05"], work=["2027-04-11"]))
    known = calendar_of([*YEARS, *first])
    assert not known.is_provisional(date(2027, 4, 5))
    assert known.is_workday(date(2027, 4, 11))
    assert known.is_workday(date(2027, 9, 15))  # the notice does not have it, so it is no day off
    again = calendar_of([*YEARS, *first, *reading.years(notice(off=["2027-04-06"], source="更正"))])
    assert again.is_workday(date(2027, 4, 5))
    assert not again.is_workday(date(2027, 4, 11))


def test_days_known_beforehand_never_replace_a_notice():
    announced = reading.years(notice())
    early = Year(2027, False, (date(2027, 6, 9),), (), "预先")
    assert calendar_of([*announced, early]).is_workday(date(2027, 6, 9))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (notice(off=["2026-07-01"]), "2026-07-01"),
        (notice(off=["2028-01-01"]), "2028-01-01"),
        (notice(work=["2027-02-15"]), "2027-02-15"),  # a Monday
        (notice(work=["2027-05-02"]), "2027-05-02"),  # off and made up at once
        (notice(off=["2027-01-01"]), "2027-01-01"),
        (notice().replace("2027-05-01..", ""), "2027-05-01"),
        (notice(off=["2027-06-01..2027-05-30"]), "2027-06-01"),
        (notice(off=["2027-02-30"]), "2027-02-30"),
        (notice(off=["2027-06-03..2027-07-31"]), "60|天"),
        (notice(source=" "), "出处"),
        ("", "year"),
        ("year = 3", "读不懂"),
        ("not toml", "TOML"),
        ("[[year]]\nyear = 2027", "days_off"),
    ],
)
def test_a_mistake_in_a_holiday_file_is_named(text, says):
    with pytest.raises(Invalid, match=says):
        reading.years(text)


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "3", "null", '{"days": []}', '{"year": 2027, "days": [{"date": "x", "isOffDay": true}]}',
     '{"year": 2027, "papers": ["n"], "days": [{"date": "2027-01-01", "isOffDay": "yes"}]}'],
)  # fmt: skip
def test_broken_json_gets_a_sentence(text):
    with pytest.raises(Invalid):
        reading.years(text, is_json=True)


SOURCE = '[[source]]\nzh = "法"\nen = "Law"\nvalid_from = 2026-01-01\n'


def test_a_rule_carries_its_source_with_the_article():
    (rule,) = reading.rules(SOURCE + 'rules = [{ code = "CK-X", kind = "L", value = 7, unit = "d", article = "22" }]')
    assert (rule.source.zh, rule.source.en, rule.valid_from) == ("法第 22 条", "Law, art. 22", date(2026, 1, 1))


@pytest.mark.parametrize(
    "rule",
    ['kind = "L", value = 7, unit = "d"', 'code = "CK-X", kind = "Q", value = 7, unit = "d"',
     'code = "CK-X", kind = "L", value = 7, unit = "w"', 'code = "CK-X", kind = "L", value = 0, unit = "d"',
     'code = "CK-X", kind = "L", value = 7.5, unit = "d"', 'code = "CK-X", kind = "L", value = true, unit = "d"',
     'code = "CK-X", kind = "L", value = 7, unit = "d", colour = "red"', 'code = "CK-X", kind = "L", value = 101, unit = "y"'],
)  # fmt: skip
def test_a_mistake_in_a_rule_file_is_refused(rule):
    with pytest.raises(Invalid):
        reading.rules(f"{SOURCE}rules = [{{ {rule} }}]")
