"""Clocks of a case as rows: started, restarted, ended; and the timers that make them act.

When a clock ends is computed in cases/law, what its end does is in expiry.py.
"""

from datetime import datetime

from django.db.models import Min
from django.utils import translation

from cases import timetable
from cases.law.clocks import Options, compute
from cases.law.periods import Computation
from cases.models import Case, Deadline, Holiday, LawRule, Timer
from config import clock
from config.clock import Calendar, local_day


def work_out(code: str, start: datetime, calendar: Calendar, **options) -> Computation:
    """The clock `code` from `start` by the rules of that day. Raises the refusals of cases/law/clocks.py."""
    return compute(code, LawRule.objects.on(code, local_day(start)), start, calendar, Options(**options))


def start(case: Case, code: str, at: datetime, *, seq: int, subject_id=None, **options) -> Deadline:
    """Starts `code` at `at`, or replaces the one that runs. Its timers are planned with it."""
    calendar = Holiday.objects.calendar()
    found = work_out(code, at, calendar, **options)
    for old in Deadline.objects.filter(case=case, code=code, subject_id=subject_id, state="running"):
        _end(old, "replaced")
    deadline = Deadline.objects.create(
        case=case, code=code, subject_id=subject_id, kind=found.kind, starts_at=at, due_on=found.due_on,
        due_at=found.due_at, provisional=found.provisional, source=found.source.zh, computation=_kept(found, options),
        started_seq=seq,
    )  # fmt: skip
    Timer.objects.bulk_create(
        Timer(
            case=case, deadline=deadline, step=step, fire_at=fire_at,
            dedup_key=f"{case.number}:{code}:{subject_id or ''}:{seq}:{step}",
        )
        for step, fire_at in timetable.CLOCKS[code].instants(at, found.due_at, calendar)
        if fire_at > clock.now() or step == "due"
    )  # fmt: skip
    return deadline


def end(case: Case, code: str, state: str = "met", *, subject_id=None) -> None:
    """Ends `code` ("*": every clock of ours and every agreed one, and limitation when the case is closed)."""
    running = Deadline.objects.filter(case=case, state="running")
    if code == "*":
        running = running if case.state == "CLOSED" else running.exclude(kind="L")
    else:
        running = running.filter(code=code)
        running = running.filter(subject_id=subject_id) if subject_id else running
    for deadline in running:
        _end(deadline, state)


def _end(deadline: Deadline, state: str) -> None:
    deadline.state, deadline.ended_at = state, clock.now()
    deadline.save(update_fields=["state", "ended_at"])
    Timer.objects.filter(deadline=deadline, state="pending").update(state="cancelled")


def interruptions_of(case: Case) -> list[tuple[datetime, int]]:
    """When each demand provably arrived and limitation began again (时效规定 art. 8), and up to which line it went."""
    proven = case.letters.filter(arrived_at__isnull=False, proof__isnull=False)
    return list(proven.order_by("arrived_at").values_list("arrived_at", "covers"))


def start_limitation(case: Case, *, seq: int) -> None:
    """CK-LIM of every live line, with each arrival as an interruption. Its first day is the line's own: the careful
    assumption, marked as assumed until the legal seat confirms when the merchant knew. A demand does nothing for a
    line that was added after it."""
    arrivals = interruptions_of(case)
    for line in case.lines.filter(is_live=True):
        reached = tuple(at for at, covers in arrivals if covers >= line.position)
        start(case, "CK-LIM", clock.day_start(line.on), seq=seq, subject_id=line.id, interruptions=reached)


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
