"""Celery tasks of the platform: each is woken by a hint and looks in PostgreSQL whether there is anything to do."""

from uuid import UUID

from celery import shared_task


def _id(value: str | None) -> UUID | None:
    return UUID(value) if value else None


@shared_task(name="config.deliver", time_limit=60, soft_time_limit=45)
def deliver(message_id: str, organisation_id: str | None) -> None:
    from config import outbox

    outbox.deliver(UUID(message_id), _id(organisation_id))


@shared_task(name="config.run_job", time_limit=3600, soft_time_limit=3540)
def run_job(job_id: str, organisation_id: str) -> None:
    from config.jobs import run

    run(UUID(job_id), UUID(organisation_id))
