"""Long work that a person may leave: a row that a worker claims under a lease, reports on and ends.

What the work is stands in the room that does it; here are its life and its end.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from config import clock, tenancy
from config.actors import SYSTEM, Actor
from config.errors import Refused
from config.models import Job
from config.text import Text

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
# Kind → the function that does it, as an import path: f(work: Work) -> dict, the job's result. It may be run again
# after a worker's death, so what it commits must bear that.
KINDS: dict[str, str] = {
    "import_statement": "merchants.services.statements.run_import",
    "answer_sheet": "cases.answerwork.run",
}
BROKEN = Text("处理没有成功，请重试；仍不行请联系我们。", "This did not work. Try again; if it fails again, tell us.")

NOT_A_MEMBER = Text("你已不在这个机构，处理已停止。", "You are no longer a member; the work has stopped.")


class Lost(Exception):
    """The job is no longer ours: it was cancelled, or another worker took it over when our lease had run out."""


@dataclass(frozen=True, slots=True)
class Work:
    """A job under way, as its function sees it."""

    id: UUID
    organisation_id: UUID
    params: dict
    actor: Actor
    token: UUID

    def progress(self, done: int, total: int) -> None:
        """Shows how far it is and holds the lease on; to be called well within LEASE_SECONDS. Raises Lost."""
        lease = Now() + timedelta(seconds=settings.LEASE_SECONDS)
        if not self.change(done=done, total=total, lease_until=lease):
            raise Lost

    def change(self, **values) -> int:
        with tenancy.acting(SYSTEM, organisation_id=self.organisation_id):
            return Job.objects.filter(pk=self.id, state="running", lease_token=self.token).update(**values)


def create(actor: Actor, kind: str, params: dict, total: int = 0) -> Job:
    """Asks for long work, in the caller's transaction; the sweeper finds it after the commit."""
    assert kind in KINDS, f"no function does the job {kind}"
    return Job.objects.create(
        id=uuid4(), organisation_id=actor.organisation_id, membership_id=actor.membership_id, kind=kind, params=params,
        total=total, created_at=clock.now(),
    )  # fmt: skip


def cancel(actor: Actor, job_id: UUID) -> bool:
    """Ends a job that has not ended; a worker under way notices at its next progress."""
    rows = Job.objects.filter(pk=job_id, organisation_id=actor.organisation_id, state__in=["queued", "running"])
    return bool(rows.update(state="cancelled", ended_at=clock.now(), lease_token=None, lease_until=None))


def run(job_id: UUID, organisation_id: UUID) -> str:
    """Does a job that is due and that nobody else is doing; answers its new state, "" when left alone.

    What the work refuses ends the job with that sentence. Anything else is tried again, five times in all.
    """
    work, kind, attempts = _claim(job_id, organisation_id)
    if work is None:
        return ""
    try:
        result = import_string(KINDS[kind])(work)
    except Lost:
        log.warning("job %s was taken over or cancelled", job_id)
        return ""
    except Refused as refusal:
        return _end(work, "failed", error=_both(refusal.text))
    except Exception:
        log.exception("job %s (%s) failed", job_id, kind)
        if attempts < MOST_ATTEMPTS:
            again = {"state": "queued", "lease_token": None, "lease_until": None, "hinted_at": Now()}
            return "queued" if work.change(**again) else ""
        return _end(work, "failed", error=_both(BROKEN))
    return _end(work, "done", result=result or {})


def _claim(job_id: UUID, organisation_id: UUID) -> tuple[Work | None, str, int]:
    with tenancy.acting(SYSTEM, organisation_id=organisation_id):
        free = Q(state="queued") | Q(state="running", lease_until__lt=Now())
        rows = Job.objects.filter(pk=job_id)
        job = rows.select_for_update(skip_locked=True).filter(free).first()
        if job is None:
            return None, "", 0
        if job.attempts >= MOST_ATTEMPTS:  # each attempt ended with the worker killed
            rows.update(state="failed", error=_both(BROKEN), ended_at=clock.now(), lease_token=None)
            return None, "", 0
        token = uuid4()
        lease = Now() + timedelta(seconds=settings.LEASE_SECONDS)
        rows.update(state="running", lease_token=token, lease_until=lease, attempts=F("attempts") + 1)
        actor = _actor(job)
        if actor is None:
            rows.update(state="failed", error=_both(NOT_A_MEMBER), ended_at=clock.now(), lease_token=None)
            return None, "", 0
    return Work(job_id, organisation_id, job.params, actor, token), job.kind, job.attempts + 1


def _actor(job: Job) -> Actor | None:
    """Who asked for the work, if still a member; what nobody asked for is done by the product itself."""
    from merchants import access
    from merchants.models import Membership

    if job.membership_id is None:
        return SYSTEM
    membership = Membership.objects.filter(pk=job.membership_id, is_active=True, user__is_active=True).first()
    if membership is None:
        return None
    return access.actor_of(membership)


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _end(work: Work, state: str, **values) -> str:
    """Ends our claim; answers "" when the job is no longer ours."""
    return state if work.change(state=state, ended_at=clock.now(), lease_token=None, lease_until=None, **values) else ""
