"""Rule and holiday files as objects, every mistake in them found before anything is stored. Reading the disk and
writing rows is the command load_rules.

A holiday file is TOML or JSON in the form of rules/holidays.toml, or the common JSON of one notice:
{"year": 2027, "papers": ["…"], "days": [{"date": "2027-01-01", "isOffDay": true}, …]}.
"""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from cases.law.calendar import Year
from cases.law.periods import LONGEST, Rule
from config.clock import FIXED_DAYS_OFF
from config.errors import Invalid
from config.text import Text

MOST_DAYS_OFF = 60  # more than this in one year is a slip, not a notice
RULE_KEYS = {"code", "kind", "value", "unit", "article", "if", "rolls", "least", "most", "most_extended"}


def rules(text: str, most: Mapping[str, int] = LONGEST) -> list[Rule]:
    """The rules of a file like rules/clocks.toml: sources, each with the rules that rest on it.

    `most` names the units a rule may have, with the largest value of each.
    """
    try:
        sources = tomllib.loads(text)["source"]
        return [_rule(source, entry, most) for source in sources for entry in source["rules"]]
    except tomllib.TOMLDecodeError as error:
        raise _wrong(
            "规则文件不是有效的 TOML：{why}。", "The rule file is not valid TOML: {why}.", why=error
        ) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise _wrong("规则文件缺少 {why}。", "The rule file lacks {why}.", why=error) from error


def _rule(source: dict[str, Any], entry: dict[str, Any], longest: Mapping[str, int]) -> Rule:
    if unknown := set(entry) - RULE_KEYS:
        raise _wrong(
            "规则行里有不认识的项：{why}。", "A rule has unknown entries: {why}.", why=", ".join(sorted(unknown))
        )
    code, kind, unit, value = entry["code"], entry["kind"], entry["unit"], entry.get("value")
    numbers = [entry[name] for name in ("value", "least", "most", "most_extended") if name in entry]
    sound = kind in ("L", "C", "P") and unit in longest and type(source["valid_from"]) is date
    if not sound or not all(type(n) is int and 1 <= n <= longest[unit] for n in numbers):
        raise _wrong(
            "{why} 的类别、单位、数值或生效日不对。", "Kind, unit, value or first day of {why} is wrong.", why=code
        )
    article = entry.get("article")
    cited = Text(f"第 {article} 条", f", art. {article}") if article else Text("", "")
    return Rule(
        code=code,
        kind=kind,
        value=value,
        unit=unit,
        valid_from=source["valid_from"],
        source=Text(source["zh"] + cited.zh, source["en"] + cited.en),
        applies_if=entry.get("if", ""),
        rolls=entry.get("rolls", True),
        least=entry.get("least"),
        most=entry.get("most"),
        most_extended=entry.get("most_extended"),
        confirmed=source.get("confirmed", True),
    )


def years(text: str, *, is_json: bool = False) -> list[Year]:
    """The years of a holiday file. Raises Invalid naming the year and what is wrong with it."""
    try:
        data = json.loads(text) if is_json else tomllib.loads(text)
        found = [_plain_year(data)] if "days" in data else [_year(entry) for entry in data["year"]]
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(
            "放假文件不是有效的 TOML 或 JSON：{why}。", "The holiday file is not valid: {why}.", why=error
        ) from error
    except KeyError as error:
        raise _wrong("放假文件缺少 {why}。", "The holiday file lacks {why}.", why=error) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise _wrong(
            "放假文件里有读不懂的值：{why}。", "The holiday file has a value that cannot be read: {why}.", why=error
        ) from error
    if not found:
        raise _wrong("放假文件里没有年份{why}。", "The holiday file names no year{why}.", why="")
    for year in found:
        _check_year(year)
    return found


def _year(entry: dict[str, Any]) -> Year:
    days_off = tuple(day for span in entry["days_off"] for day in _span(span))
    make_up_days = tuple(day for span in entry.get("make_up_days", []) for day in _span(span))
    return Year(int(entry["year"]), bool(entry.get("announced", True)), days_off, make_up_days, str(entry["source"]))


def _plain_year(data: dict[str, Any]) -> Year:
    """The common JSON form: one object a day, off or not."""
    days = [(_date(day["date"]), day["isOffDay"]) for day in data["days"]]
    off = tuple(sorted(day for day, is_off in days if is_off is True))
    worked = tuple(sorted(day for day, is_off in days if is_off is False))
    if len(off) + len(worked) != len(days):
        raise ValueError("isOffDay")
    return Year(int(data["year"]), True, off, worked, str(data["papers"][0] if data.get("papers") else data["source"]))


def _span(text: object) -> list[date]:
    """A day, or `first..last` with both ends in it."""
    if type(text) is date:
        return [text]
    first, _, last = str(text).partition("..")
    begin, end = _date(first), _date(last or first)
    if not timedelta() <= end - begin < timedelta(days=MOST_DAYS_OFF):
        raise ValueError(text)
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(text) from None


def _check_year(year: Year) -> None:
    """What no notice of the State Council contradicts."""

    def refuse(zh: str, en: str, **names: object) -> None:
        raise _wrong(f"{year.year} 年：{zh}", f"{year.year}: {en}", **names)

    days = [*year.days_off, *year.make_up_days]
    # A New Year's bridge may begin in the last days of the year before.
    if outside := [day for day in days if day.year != year.year and not _is_late_december(day, year.year)]:
        refuse("{why} 不在这一年。", "{why} is not in the year.", why=outside[0])
    if twice := [day for day in days if days.count(day) > 1]:
        refuse("{why} 出现两次。", "{why} stands there twice.", why=twice[0])
    if weekday := [day for day in year.make_up_days if day.weekday() < 5]:
        refuse(
            "{why} 不是周末，不能是调休上班日。", "{why} is not at a weekend, so no make-up workday.", why=weekday[0]
        )
    if missing := sorted(date(year.year, *day) for day in FIXED_DAYS_OFF if date(year.year, *day) not in year.days_off):
        refuse("缺少法定放假日 {why}。", "the statutory day off {why} is missing.", why=missing[0])
    if len(year.days_off) > MOST_DAYS_OFF:
        refuse("放假 {why} 天，太多了。", "{why} days off are too many.", why=len(year.days_off))
    if not year.source.strip():
        refuse("没有写明出处{why}。", "no source is named{why}.", why="")


def _is_late_december(day: date, year: int) -> bool:
    return day.year == year - 1 and day.month == 12 and day.day >= 25


def _wrong(zh: str, en: str, **names: object) -> Invalid:
    return Invalid(Text(zh, en).format(**names))
