"""Long work: claimed by one, reported on, ended with a result or a sentence, taken over from the dead."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from config import jobs, relay, tenancy
from config.errors import Invalid
from config.models import Job
from config.text import Text
from merchants.models import Membership
from merchants.services import organisations

DONE: list[dict] = []


def succeed(work: jobs.Work) -> dict:
    work.progress(1, 2)
    DONE.append({**work.params, "actor": work.actor})
    return {"rows": 2}


def refuse(work: jobs.Work) -> dict:
    raise Invalid(Text("文件是空的。", "The file is empty."))


def break_down(work: jobs.Work) -> dict:
    raise RuntimeError("no disk")


def fall_asleep(work: jobs.Work) -> dict:
    """The lease runs out under it and another worker does the whole job."""
    with tenancy.acting(work.actor):
        Job.objects.filter(pk=work.id).update(lease_until=Now() - timedelta(seconds=1), kind="succeed")
    assert jobs.run(work.id, work.organisation_id) == "done"
    work.progress(2, 2)
    return {"rows": 99}


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    DONE.clear()
    for work in (succeed, refuse, break_down, fall_asleep):
        monkeypatch.setitem(jobs.KINDS, work.__name__, f"{__name__}.{work.__name__}")


def create(actor, kind: str) -> Job:
    with tenancy.acting(actor):
        return jobs.create(actor, kind, {"file": 7}, total=2)


def read(actor, job: Job) -> Job:
    with tenancy.acting(actor):
        return Job.objects.get(pk=job.pk)


def change(actor, job: Job, **values) -> None:
    with tenancy.acting(actor):
        Job.objects.filter(pk=job.pk).update(**values)


def test_work_is_done_once_by_who_asked_for_it(cast):
    job = create(cast.finance, "succeed")
    assert [row[0] for row in relay._due("app_due_jobs", 10)] == [job.pk]
    assert jobs.run(job.pk, job.organisation_id) == "done"
    assert jobs.run(job.pk, job.organisation_id) == ""
    ended = read(cast.finance, job)
    assert (ended.state, ended.result, ended.done, ended.total) == ("done", {"rows": 2}, 1, 2)
    assert [(one["file"], one["actor"].seat) for one in DONE] == [(7, "merchant.finance")]
    assert relay._due("app_due_jobs", 10) == []


def test_a_refusal_ends_it_with_its_sentence_in_both_languages(cast):
    job = create(cast.finance, "refuse")
    assert jobs.run(job.pk, job.organisation_id) == "failed"
    assert read(cast.finance, job).error == {"zh": "文件是空的。", "en": "The file is empty."}


def test_what_breaks_is_tried_five_times_and_then_says_so(cast):
    job = create(cast.finance, "break_down")
    states = [jobs.run(job.pk, job.organisation_id) for _ in range(6)]
    assert states == ["queued"] * 4 + ["failed", ""]
    assert read(cast.finance, job).error["zh"] == jobs.BROKEN.zh


def test_a_worker_that_woke_up_too_late_changes_nothing(cast):
    job = create(cast.finance, "fall_asleep")
    assert jobs.run(job.pk, job.organisation_id) == ""
    assert read(cast.finance, job).result == {"rows": 2}


def test_a_job_that_kills_its_worker_each_time_ends_failed(cast):
    job = create(cast.finance, "succeed")
    for _ in range(jobs.MOST_ATTEMPTS):
        assert jobs._claim(job.pk, job.organisation_id)[0]
        change(cast.finance, job, lease_until=Now() - timedelta(seconds=1))
    assert jobs.run(job.pk, job.organisation_id) == ""
    assert read(cast.finance, job).state == "failed"
    assert DONE == []


def test_a_cancelled_job_is_not_begun_and_one_under_way_stops_at_its_next_sign_of_life(cast):
    job, other = create(cast.finance, "succeed"), create(cast.finance, "succeed")
    with tenancy.acting(cast.finance):
        assert jobs.cancel(cast.finance, job.pk)
    assert jobs.run(job.pk, job.organisation_id) == ""
    work, _, _ = jobs._claim(other.pk, other.organisation_id)
    with tenancy.acting(cast.finance):
        assert jobs.cancel(cast.finance, other.pk)
    with pytest.raises(jobs.Lost):
        work.progress(1, 2)
    assert read(cast.finance, other).state == "cancelled"


def test_a_job_of_who_is_no_longer_a_member_is_not_done_in_another_of_his_organisations(cast):
    from merchants.models import User

    job = create(cast.finance, "succeed")
    organisations.found(kind="sole_trader", name="自己的店", owner=User.objects.get(pk=cast.finance.user_id))
    with tenancy.acting(cast.boss):
        Membership.objects.filter(pk=cast.finance.membership_id).update(is_active=False)
    assert jobs.run(job.pk, job.organisation_id) == ""
    assert read(cast.boss, job).state == "failed"
    assert DONE == []


def test_another_organisation_neither_sees_nor_stops_it(cast):
    job = create(cast.finance, "succeed")
    with tenancy.acting(cast.owner):
        assert not Job.objects.filter(pk=job.pk).exists()
        assert not jobs.cancel(cast.owner, job.pk)
    assert jobs.run(job.pk, cast.haoyoulin.id) == ""
