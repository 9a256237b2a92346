"""Clocks of a case as rows: started, restarted, ended; and the timers that make them act.

When a clock ends is computed in cases/law, what its end does is in expiry.py.
"""

from collections.abc import Container
from datetime import datetime

from django.db.models import Min, Q
from django.utils import translation

from cases import timetable
from cases.law.clocks import Options, compute
from cases.law.periods import Computation
from cases.models import Case, Deadline, Holiday, LawRule, Timer
from config import clock
from config.clock import Calendar, local_day

EVERY_LINE = range(1_000_000)


class Law:
    """The calendar and the rules as they stand, read once for however many clocks an act starts."""

    def __init__(self) -> None:
        self.calendar = Holiday.objects.calendar()
        self._rules: dict = {}

    def work_out(self, code: str, start: datetime, **options) -> Computation:
        """The clock `code` from `start` by the rules of that day. Raises the refusals of cases/law/clocks.py."""
        key = (code, local_day(start))
        if key not in self._rules:
            self._rules[key] = LawRule.objects.on(*key)
        return compute(code, self._rules[key], start, self.calendar, Options(**options))


def start(case: Case, code: str, at: datetime, *, seq: int, subject_id=None, acts: str = "", **options) -> Deadline:
    """Starts `code` at `at`, or replaces the one that runs. Its timers are planned with it.

    `acts`: the side that must act, where the case knows better than the timetable.
    """
    law = Law()
    found = law.work_out(code, at, **options)
    for old in Deadline.objects.filter(case=case, code=code, subject_id=subject_id, state="running"):
        _end(old, "replaced")
    _no_more_reminders(case, code, subject_id)
    deadline = _row(case, found, seq, subject_id, options)
    deadline.acts = acts
    deadline.save(force_insert=True)
    Timer.objects.bulk_create(_timers(case, deadline, found, law.calendar))
    return deadline


def _row(case: Case, found: Computation, seq: int, subject_id, options: dict) -> Deadline:
    return Deadline(
        case=case, code=found.code, subject_id=subject_id, kind=found.kind, starts_at=found.starts_at,
        due_on=found.due_on, due_at=found.due_at, provisional=found.provisional, source=found.source.zh,
        computation=_kept(found, options), started_seq=seq,
    )  # fmt: skip


def _timers(case: Case, deadline: Deadline, found: Computation, calendar: Calendar) -> list[Timer]:
    now = clock.now()
    return [
        Timer(
            case=case, deadline=deadline, step=step, fire_at=fire_at,
            dedup_key=f"{case.number}:{deadline.code}:{deadline.subject_id or ''}:{deadline.started_seq}:{step}",
        )
        for step, fire_at in timetable.CLOCKS[deadline.code].instants(found.starts_at, found.due_at, calendar)
        if fire_at > now or step == "due"
    ]  # fmt: skip


def end(case: Case, code: str, state: str = "met", *, subject_id=None, at: datetime | None = None) -> None:
    """Ends `code` ("*": every clock of ours and every agreed one, and limitation when the case is closed).

    A clock that has run out is told no more about; it counts as met when what it waited for had come in time (`at`)
    and was only recorded later.
    """
    running = Deadline.objects.filter(case=case, state="running")
    if code == "*":
        running = running if case.state == "CLOSED" else running.exclude(kind="L")
    else:
        running = running.filter(code=code)
        running = running.filter(subject_id=subject_id) if subject_id else running
    for deadline in running:
        _end(deadline, state)
    _no_more_reminders(case, code, subject_id)
    if at and state == "met" and code != "*":
        in_time = Deadline.objects.filter(case=case, code=code, state="expired", due_at__gt=at)
        (in_time.filter(subject_id=subject_id) if subject_id else in_time).update(state="met", ended_at=clock.now())


def _no_more_reminders(case: Case, code: str, subject_id) -> None:
    """Some clocks go on reminding after their end, until what they waited for has come."""
    left = Timer.objects.filter(case=case, state="pending", deadline__state="expired")
    left = left if code == "*" else left.filter(deadline__code=code)
    (left.filter(deadline__subject_id=subject_id) if subject_id else left).update(state="cancelled")


def _end(deadline: Deadline, state: str) -> None:
    deadline.state, deadline.ended_at = state, clock.now()
    deadline.save(update_fields=["state", "ended_at"])
    Timer.objects.filter(deadline=deadline, state="pending").update(state="cancelled")


def interruptions_of(case: Case) -> list[tuple[datetime, Container[int]]]:
    """When limitation began again, and for which lines: each demand that provably arrived (时效规定 art. 8), and the
    last day of each sum agreed and not paid (民法典 188, 195: the debtor has agreed to it)."""
    proven = case.letters.filter(Q(proof__isnull=False) | Q(read_at__isnull=False), arrived_at__isnull=False)
    demands = [(at, range(covers + 1)) for at, covers in proven.values_list("arrived_at", "covers")]
    broken = case.obligations.filter(is_breached=True, debtor="provider", amount__isnull=False)
    days = [(clock.day_start(one.due_on), one.lines or EVERY_LINE) for one in broken]
    return sorted(demands + days, key=lambda one: one[0])


def start_limitation(case: Case, *, seq: int) -> None:
    """CK-LIM of every live line, with each arrival as an interruption. Its first day is the line's own: the careful
    assumption, marked as assumed until the legal seat confirms when the merchant knew. A demand does nothing for a
    line that was added after it. Lines that end on one day share its alarms; what did not change is left alone."""
    law, arrivals = Law(), interruptions_of(case)
    standing = Deadline.objects.filter(case=case, code="CK-LIM", state__in=["running", "expired"])
    known = {d.subject_id: d for d in standing}
    found: dict[tuple, Computation] = {}
    rows, kept, replaced = [], [], []
    for line in case.lines.filter(is_live=True):
        reached = tuple(at for at, lines in arrivals if line.position in lines)
        key = (line.on, reached)
        if key not in found:
            found[key] = law.work_out("CK-LIM", clock.day_start(line.on), interruptions=reached)
        old = known.get(line.id)
        if old and old.due_at == found[key].due_at and old.starts_at == found[key].starts_at:
            if old.state == "running":
                kept.append((key, old))
            continue
        replaced += [old.id] if old else []
        rows.append((key, _row(case, found[key], seq, line.id, {"interruptions": reached})))
    Deadline.objects.filter(id__in=replaced).update(state="replaced", ended_at=clock.now())
    Timer.objects.filter(deadline_id__in=replaced, state="pending").update(state="cancelled")
    Deadline.objects.bulk_create([row for _, row in rows])
    alarmed = set(
        Timer.objects.filter(case=case, deadline__code="CK-LIM", state__in=["pending", "parked"]).values_list(
            "step", "fire_at"
        )
    )
    timers = []
    for key, row in [*rows, *kept]:  # one that is left alone may have relied on the alarms of a line that has gone
        for timer in _timers(case, row, found[key], law.calendar):
            if (timer.step, timer.fire_at) not in alarmed:
                alarmed.add((timer.step, timer.fire_at))
                timers.append(timer)
    Timer.objects.bulk_create(timers)


def next_due(case: Case) -> datetime | None:
    """The earliest running deadline but limitation, for lists."""
    running = Deadline.objects.filter(case=case, state="running").exclude(code="CK-LIM")
    return running.aggregate(first=Min("due_at"))["first"]


def _kept(found: Computation, options: dict) -> dict:
    """What the page shows of a computation, in both languages, and what it was asked with."""
    kept: dict = {"unit": found.unit, "options": {k: _plain(v) for k, v in options.items()}}
    for language, key in (("zh-hans", "zh"), ("en", "en")):
        with translation.override(language):
            kept[key] = {"steps": [step.as_json() for step in found.steps], "source": str(found.source)}
    return kept


def _plain(value):
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
