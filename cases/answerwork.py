"""Doing a sheet of answers: each good row an act of its own, in a transaction of its own, through actions.perform.

The same row of the same file is never done twice. What a row may hold is cases/answersheet.py.
"""

import io
from functools import partial
from uuid import UUID

from cases import actions
from cases.answersheet import ROUTE, Answer, check_seat, column_of, key_of, read
from config import files, idempotency, jobs, tenancy
from config.actors import Actor
from config.errors import Fault, NotFound, Refused
from config.models import Job, StoredFile

KIND = "answer_sheet"  # of the job


def start(actor: Actor, stored: StoredFile, nonce: str) -> str:
    """Asks for the good rows of a sheet to be done; answers the job's id, the same for the same press of the button."""
    check_seat(actor)
    return idempotency.once(
        actor,
        nonce,
        f"page:{ROUTE}",
        lambda: str(jobs.create(actor, KIND, {"file": str(stored.id), "name": stored.name}).id),
    )[0]


def run(work: jobs.Work) -> dict:
    """Does the good rows one by one; answers what became of every row."""
    with tenancy.acting(work.actor):
        stored = StoredFile.objects.filter(pk=work.params["file"], organisation_id=work.organisation_id).first()
        if stored is None:
            raise NotFound
        plan = read(work.actor, io.BytesIO(files.read(stored)), job=str(work.id))
    told = []
    for count, row in enumerate(plan.rows):
        if count % 20 == 0:
            work.progress(count, len(plan.rows))
        told.append(_done_or_told(work, plan.sha256, row))
    return {"rows": told, "name": stored.name}


def _done_or_told(work: jobs.Work, sha256: str, row: Answer) -> dict:
    if row.again:
        return row.told("again")
    if row.faults:
        return row.told("bad", *row.faults[0])
    try:
        with tenancy.acting(work.actor):
            body, _is_new = idempotency.once(work.actor, key_of(sha256, row), ROUTE, partial(_perform, work, row))
    except Refused as refusal:
        fault = refusal.faults[0] if refusal.faults else Fault("", refusal.code, refusal.text)
        return row.told("refused", column_of(fault), fault.text)
    return row.told("done" if body == str(work.id) else "again")


def _perform(work: jobs.Work, row: Answer) -> str:
    actions.perform(work.actor, row.act, row.data, number=row.number)
    return str(work.id)


def find(actor: Actor, identity: UUID) -> StoredFile:
    """A sheet that this person handed in."""
    check_seat(actor)
    rows = StoredFile.objects.filter(organisation_id=actor.organisation_id, added_by_id=actor.user_id)
    stored = rows.filter(pk=identity).first()
    if stored is None:
        raise NotFound
    return stored


def job_of(actor: Actor, identity: UUID) -> Job:
    check_seat(actor)
    found = Job.objects.filter(pk=identity, kind=KIND, membership_id=actor.membership_id).first()
    if found is None:
        raise NotFound
    return found
