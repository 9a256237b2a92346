"""Periods that start again: limitation and the time to apply for enforcement. Which act interrupts is decided elsewhere."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from cases.law.periods import Computation, Rule, Step, WrongUse, count
from config.clock import Calendar, day_end, day_start, local_day
from config.text import Text


def limitation(
    rule: Rule,
    start: datetime,
    calendar: Calendar,
    *,
    interruptions: Sequence[datetime] = (),
    longest: Rule | None = None,
    damage_on: date | None = None,
) -> Computation:
    """The period as restarted by each demand that arrived while it ran (民法典 195), within the longest limit (188).

    A demand that arrives before the start or after the end changes nothing. The longest limit counts from the day of
    the damage and is not interrupted.
    """
    limit = _longest(longest, damage_on, start, calendar) if longest and damage_on else None
    current, doubtful = _plain(rule, start, calendar), False
    steps = [*current.steps]
    for at in sorted(interruptions):
        day = local_day(at)
        if at < start:
            steps.append(Step(day, day, Text("早于起算，不影响期限", "before the start: it changes nothing")))
            continue
        # Whether it came in time is itself uncertain when only an unknown holiday could have carried the end so far.
        doubtful = doubtful or (current.provisional and at >= day_end(current.last_day))
        if at >= current.due_at or (limit and at >= limit.due_at):
            steps.append(Step(day, day, Text("到达时期限已过，不再中断", "it arrived after the end: no restart")))
            continue
        current = _plain(rule, at, calendar)
        steps.append(
            Step(
                day,
                day,
                Text(
                    "请求到达，或约定付款的日子已过：期限中断，重新计算",
                    "a demand arrived, or the day agreed has passed: the period starts again",
                ),
            )
        )
        steps += current.steps
    if limit and limit.due_at < current.due_at:
        steps += limit.steps
        current = replace(limit, kind=rule.kind, code=rule.code)
    return replace(current, starts_at=start, provisional=current.provisional or doubtful, steps=tuple(steps))


def _plain(rule: Rule, start: datetime, calendar: Calendar) -> Computation:
    return count(rule, start, calendar, length=rule.value or 0, unit=rule.unit)


def _longest(rule: Rule, damage_on: date, start: datetime, calendar: Calendar) -> Computation:
    if damage_on > local_day(start):
        raise WrongUse(
            Text(
                "权利受损害的日子（--damage）不能晚于知道损害的日子（--from）。",
                "The day of the damage (--damage) cannot be after the day it was known (--from).",
            )
        )
    found = count(rule, day_start(damage_on), calendar, length=rule.value or 0, unit=rule.unit)
    why = Text(
        f"从受损害之日起最长 {rule.value} 年，先到者为准",
        f"at most {rule.value} years from the damage; the earlier counts",
    )
    return replace(found, steps=(Step(damage_on, found.due_on, why), found.steps[-1]))
