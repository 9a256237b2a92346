"""One period, from its start to the last instant in time. Choosing the rule and restarting it are elsewhere.

The day of the start event is not counted (民法典 201); a month or a year ends on the corresponding day, else on the
month's last (202); a last day off moves to the next workday (203); the last day ends at 24:00. 民事诉讼法 85 is the
same for courts. Only workday clocks look at the calendar on the way.
"""

import calendar as months
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from config.clock import ONE_DAY, SHANGHAI, Calendar, day_end, day_start, local_day
from config.errors import Invalid
from config.text import Text

UNITS = {
    "h": Text("小时", "hours"),
    "bd": Text("个工作日", "working days"),
    "d": Text("日", "days"),
    "m": Text("个月", "months"),
    "y": Text("年", "years"),
}
LONGEST = {"h": 10_000, "bd": 10_000, "d": 36_500, "m": 1_200, "y": 100}  # longer is a slip of the pen
Pause = tuple[datetime, datetime]


class WrongUse(Invalid):
    """The question cannot be answered as asked: an option is missing, unknown to the clock or makes no sense."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """The length of a clock by one source from `valid_from` on; the columns are explained in cases/models/law.py."""

    code: str
    kind: str
    value: int | None
    unit: str
    valid_from: date
    source: Text
    applies_if: str = ""
    rolls: bool = True
    least: int | None = None
    most: int | None = None
    most_extended: int | None = None
    confirmed: bool = True

    @property
    def is_pausable(self) -> bool:
        """Only the product's own clocks pause; a statutory or agreed one runs on whatever we do."""
        return self.kind == "P"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the computation; `start` and `end` are days, or instants where hours are counted."""

    start: date | datetime
    end: date | datetime
    what: Text

    def as_json(self) -> dict[str, str]:
        return {"from": self.start.isoformat(), "to": self.end.isoformat(), "what": str(self.what)}


@dataclass(frozen=True, slots=True)
class Computation:
    """A clock's result. In time iff before `due_at`; `provisional` while a year it depends on is not announced."""

    code: str
    kind: str
    starts_at: datetime
    due_on: date
    due_at: datetime
    provisional: bool
    source: Text
    steps: tuple[Step, ...]
    unit: str  # in which it was counted: 自然日 or 工作日 stands beside every deadline
    last_day: date  # before the roll

    def as_json(self) -> dict[str, object]:
        """The answer of the `clock` command and the API, in the reader's language, instants at +08:00."""
        return {
            "code": self.code,
            "kind": self.kind,
            "starts_at": self.starts_at.astimezone(SHANGHAI).isoformat(),
            "due_on": self.due_on.isoformat(),
            "due_at": self.due_at.astimezone(SHANGHAI).isoformat(),
            "provisional": self.provisional,
            "source": str(self.source),
            "steps": [step.as_json() for step in self.steps],
        }


def count(
    rule: Rule,
    start: datetime,
    calendar: Calendar,
    *,
    length: int,
    unit: str,
    until: date | None = None,
    pauses: Sequence[Pause] = (),
) -> Computation:
    """`length` units after `start`, or through the day `until` where a last day was named instead."""
    if unit == "h":
        return _count_hours(rule, start, length, pauses)
    first = local_day(start)
    last = until or plain_end(first, length, unit, calendar)
    steps = [Step(first, first + ONE_DAY, _first_day(rule))] if until is None else []
    what = (
        Text("约定或指定的最后一日", "the last day as agreed or set")
        if until
        else _counted(first, last, length, unit, calendar)
    )
    steps.append(Step(first if until else first + ONE_DAY, last, what))
    if pauses:
        needed = length if unit == "bd" else (last - first).days
        moved = _end_with_pauses(first, needed, calendar.is_workday if unit == "bd" else lambda day: True, pauses)
        if moved != last:
            steps.append(Step(last, moved, Text("暂停的时间不计入", "time paused is not counted")))
        last = moved
    due_on = calendar.roll(last) if rule.rolls else last
    if due_on != last:
        steps.append(Step(last, due_on, _rolled(rule)))
    steps.append(Step(due_on, day_end(due_on), Text("最后一日的 24:00 截止", "ends at 24:00 of the last day")))
    looked_at = first + ONE_DAY if unit == "bd" and until is None else last
    provisional = any(
        calendar.is_provisional(date(year, 1, 1)) for year in range(looked_at.year, due_on.year + 1)
    ) and (unit == "bd" or rule.rolls)
    return Computation(
        rule.code, rule.kind, start, due_on, day_end(due_on), provisional, rule.source, tuple(steps), unit, last
    )


def plain_end(first: date, length: int, unit: str, calendar: Calendar) -> date:
    """The last day of a period before any roll."""
    if unit == "bd":
        return calendar.add_workdays(first, length)
    if unit == "d":
        return first + timedelta(days=length)
    year, month = divmod(first.year * 12 + first.month - 1 + length * (12 if unit == "y" else 1), 12)
    return date(year, month + 1, min(first.day, months.monthrange(year, month + 1)[1]))


def _count_hours(rule: Rule, start: datetime, length: int, pauses: Sequence[Pause]) -> Computation:
    """Hours run from the instant itself (民法典 201) and end at an instant, whatever day it is."""
    local = start.astimezone(SHANGHAI)
    due_at = local + timedelta(hours=length)
    steps = [Step(local, due_at, Text(f"从起算时刻数 {length} 小时", f"{length} hours from the instant itself"))]
    for begin, end in _merged(pauses):
        if begin < due_at and end > start:
            later = due_at + (end - max(begin, start))
            steps.append(Step(due_at, later, Text("暂停的时间不计入", "time paused is not counted")))
            due_at = later
    due_on = local_day(due_at - timedelta(microseconds=1))
    return Computation(rule.code, rule.kind, start, due_on, due_at, False, rule.source, tuple(steps), "h", due_on)


def _end_with_pauses(first: date, needed: int, counts: Callable[[date], bool], pauses: Sequence[Pause]) -> date:
    """The day on which `needed` whole days that count have run, less what was paused of each."""
    merged = _merged(pauses)
    day, left = first, needed * ONE_DAY
    while left > timedelta():
        day += ONE_DAY
        if counts(day):
            left -= ONE_DAY - _paused_on(day, merged)
    return day


def _paused_on(day: date, merged: Sequence[Pause]) -> timedelta:
    begin, end = day_start(day), day_end(day)
    return sum((max(min(end, b) - max(begin, a), timedelta()) for a, b in merged), timedelta())


def _merged(pauses: Sequence[Pause]) -> list[Pause]:
    """Pauses in order, overlapping ones as one, so that no time is taken out twice."""
    merged: list[Pause] = []
    for begin, end in sorted(pauses):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _first_day(rule: Rule) -> Text:
    basis = Text("", "") if rule.kind == "P" else Text("（民法典第 201 条）", " (Civil Code, art. 201)")
    return Text("起算当日不计入，从次日起算{basis}", "the day of the event is not counted{basis}").format(basis=basis)


def _rolled(rule: Rule) -> Text:
    basis = Text("", "") if rule.kind == "P" else Text("（民法典第 203 条）", " (Civil Code, art. 203)")
    return Text(
        "最后一日是休息日，顺延到下一个工作日{basis}",
        "the last day is a day off: it moves to the next working day{basis}",
    ).format(basis=basis)


def _counted(first: date, last: date, length: int, unit: str, calendar: Calendar) -> Text:
    """What was counted; for workdays also the make-up days that count and the weekdays off that do not."""
    text = Text(f"数 {length} {UNITS[unit].zh}", f"count {length} {UNITS[unit].en}")
    if unit in "my":
        end = Text("，止于对应日，没有对应日的止于月末", ", to the corresponding day or the month's last")
        return Text(text.zh + end.zh, text.en + end.en)
    if unit != "bd":
        return text
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    worked = [str(day) for day in days if day.weekday() >= 5 and calendar.is_workday(day)]
    off = [str(day) for day in days if day.weekday() < 5 and not calendar.is_workday(day)]
    zh, en = text.zh, text.en
    if worked:
        zh, en = f"{zh}，调休上班日计入：{'、'.join(worked)}", f"{en}; make-up workdays count: {', '.join(worked)}"
    if off:
        zh, en = f"{zh}，放假日不计：{'、'.join(off)}", f"{en}; holidays do not: {', '.join(off)}"
    return Text(zh, en)
