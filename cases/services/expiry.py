"""What happens at the instants of a clock: reminders before and after, and the ending that the timetable names.

Each happens once, in one transaction with everything that follows from it, whoever fires it and however late: what is
judged are stored instants. When a clock ends is deadlines.py's, who gets mail about it is notices.py's.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from cases import timetable, workflow
from cases.models import Case, Deadline, Line, Timer
from cases.services import agreements, investigation, negotiation, obligations, steps
from cases.timetable import Clock
from cases.workflow import OPEN_STATES, Act
from config import clock, tenancy
from config.actors import SYSTEM
from config.text import Text

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 12
PASSED = Act("clock_passed", Text("期限已过", "The date has passed"), ("system",), OPEN_STATES, ("NEGOTIATING",))
# Endings that are an act of the product itself, by the act's name; the others change nothing and tell.
ACTS = {"confirm_as_disputed": ("confirm_responsibility", investigation.confirm_responsibility)}
# Endings that change the case beside telling: what each does stands with the rows it changes.
EFFECTS: dict[str, Callable[[steps.Step, Deadline], None]] = {
    "lapse_offer": negotiation.lapse,
    "back_to_negotiation": agreements.back_to_negotiation,
    "flag_breach": obligations.flag_breach,
}


def sweep(most: int = 200) -> int:
    """Fires what is due, the earliest first, each in a transaction of its own; answers how many were dealt with.

    Any number may run at once. One that fails is tried again later and parked after 12 attempts; the others go on.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, case_id, organisation_id FROM app_due_timers(%s)", [most])
        rows = cursor.fetchall()
    return sum(_tried(*row) for row in rows)


def fire(timer_id: UUID, case_id: UUID, organisation_id: UUID) -> bool:
    """Fires one timer for the merchant `organisation_id`; False when it is not due, not next, or its case is busy.

    Locks the case, then the timer, and looks again whether its deadline still waits.
    """
    with tenancy.acting(SYSTEM, organisation_id=organisation_id):
        case = Case.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=case_id).first()
        timer = _next_due(case) if case else None
        if case is None or timer is None or timer.pk != timer_id:
            return False
        _fire(case, timer)
        return True


def settle(number: str) -> None:
    """Lets pass what has passed in a case before an act on it is judged: late is late, though no sweeper has run.

    Runs in the transaction of the act; what fails here is left to the sweeper.
    """
    if not Timer.objects.filter(case__number=number, state="pending", fire_at__lte=clock.now()).exists():
        return
    merchant_id = Case.objects.values_list("merchant_id", flat=True).get(number=number)
    with tenancy.entered(SYSTEM, organisation_id=merchant_id):
        while timer := _next_due(case := Case.objects.select_for_update(of=("self",)).get(number=number)):
            try:
                with transaction.atomic():
                    _fire(case, timer)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                log.exception("timer %s was not fired before an act", timer.pk)
                return


def _next_due(case: Case) -> Timer | None:
    """The case's earliest due timer: what comes before another in time comes before it in the record."""
    due = Timer.objects.filter(case=case, state="pending", fire_at__lte=clock.now())
    due = due.filter(Q(retry_at=None) | Q(retry_at__lte=Now())).select_related("deadline")
    due = due.defer("deadline__computation")
    return due.select_for_update(of=("self",)).order_by("fire_at", "id").first()


def _fire(case: Case, timer: Timer) -> None:
    if not _is_wanted(timer):
        Timer.objects.filter(pk=timer.pk).update(state="cancelled")
        return
    row = timetable.CLOCKS[timer.deadline.code]
    # Lines that end on one day share their alarms.
    fellows = Timer.objects.filter(
        case=case, state="pending", step=timer.step, fire_at=timer.fire_at, deadline__code=row.code
    )
    fellows.update(state="fired", fired_at=clock.now())
    if timer.step == "due":
        _pass(case, timer.deadline, row)
    elif timer.step.startswith("before:"):
        _remind_before(case, timer, row)
    else:
        _remind_after(case, timer, row)


def _is_wanted(timer: Timer) -> bool:
    """Whether its deadline still waits. "24 hours left" is not said when none are."""
    waits = timer.deadline.state == "running"
    if timer.step == "due":
        return waits
    if timer.step.startswith("before:"):
        return waits and clock.now() < timer.deadline.due_at
    return waits or timer.deadline.state == "expired"


def _pass(case: Case, deadline: Deadline, row: Clock) -> None:
    """A clock has run out: its ending, an event of the chain, and who is told."""
    passed = Deadline.objects.filter(case=case, code=row.code, due_at=deadline.due_at, state="running")
    subjects = list(passed.values_list("subject_id", flat=True))
    passed.update(state="expired", ended_at=deadline.due_at)
    name, ending = ACTS.get(row.on_expiry, ("", None))
    if ending and case.state in (*workflow.ACTS[name].from_, *workflow.ACTS[name].system_from):
        ending(SYSTEM, case.number, {"effective_at": deadline.due_at})
        return
    s = steps.Step(case, PASSED, SYSTEM, {}, deadline.due_at, case.version + 1, "system")
    s.record(code=row.code, due_at=deadline.due_at.isoformat())
    if row.code == "CK-LIM":
        lines = Line.objects.filter(pk__in=subjects).order_by("position")
        s.record(of_lines=list(lines.values_list("position", flat=True)))
    if effect := EFFECTS.get(row.on_expiry):
        effect(s, deadline)
    steps.leave(s)
    kind = "escalated" if row.on_expiry == "escalate" else "clock_passed"
    for side in _sides(row, deadline):
        _tell(case, deadline, deadline.due_at, kind, side)


def _remind_before(case: Case, timer: Timer, row: Clock) -> None:
    """Who must act hears that the end is near, alone on the last day; who waits hears it with the digest."""
    is_last_day = timer.deadline.due_at - timer.fire_at <= timedelta(days=1)
    for side in _sides(row, timer.deadline):
        kind = "due_soon" if is_last_day and row.must_act(timer.deadline.acts) in (side, "both") else "due_ahead"
        _tell(case, timer.deadline, timer.fire_at, kind, side)


def _remind_after(case: Case, timer: Timer, row: Clock) -> None:
    """Still nothing: who waits is told again; where the merchant itself is late, its approver too."""
    is_over = timer.fire_at >= timer.deadline.due_at
    is_ours = row.must_act(timer.deadline.acts) == "merchant"
    kind = ("escalated" if is_ours else "clock_passed") if is_over else "due_ahead"
    for side in _sides(row, timer.deadline):
        _tell(case, timer.deadline, timer.fire_at, kind, side)


def _sides(row: Clock, deadline: Deadline) -> list[str]:
    """The merchant, whose case it is, and the provider where it must act: never about the merchant's own dates."""
    return ["merchant", *(["provider"] if row.must_act(deadline.acts) in ("provider", "both") else [])]


def _tell(case: Case, deadline: Deadline, at, kind: str, side: str) -> None:
    steps.write_notice(
        case, 0, kind=kind, side=side,
        params={
            "code": deadline.code, "due_at": deadline.due_at.isoformat(), "kind": deadline.kind, "acts": deadline.acts,
        },
        key=f"{case.number}:{deadline.code}:{deadline.due_on}:{at:%Y%m%dT%H%M}:{kind}:{side}",
    )  # fmt: skip


def _tried(timer_id: UUID, case_id: UUID, organisation_id: UUID) -> bool:
    """Fires one; a failure is counted on its row and never passed on, unless it is the database that is away."""
    try:
        return fire(timer_id, case_id, organisation_id)
    except Error as error:
        if not connection.is_usable():
            raise
        problem: Exception = error
    except Exception as error:
        problem = error
        log.exception("timer %s was not fired", timer_id)
    _failed(timer_id, organisation_id, f"{type(problem).__name__}: {problem}"[:300])
    return False


def _failed(timer_id: UUID, organisation_id: UUID, error: str) -> None:
    with tenancy.acting(SYSTEM, organisation_id=organisation_id):
        timer = Timer.objects.select_for_update().filter(pk=timer_id, state="pending").first()
        if timer is None:
            return
        attempts = timer.attempts + 1
        Timer.objects.filter(pk=timer_id).update(
            attempts=attempts, last_error=error, retry_at=Now() + timedelta(seconds=2**attempts),
            state="parked" if attempts >= MOST_ATTEMPTS else "pending",
        )  # fmt: skip
