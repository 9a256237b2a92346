"""Two merchants, and two stores of one, who have something of everything, each with words the others must never read."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from cases.models import Draft, Event, Notice, NoticeReading, ReplyTemplate
from cases.services import drafts
from config import clock, files, idempotency, jobs, tenancy
from config.actors import Actor
from config.models import AccessRecord, Job
from merchants.models import StatementImport
from merchants.services import invitations, keys, organisations, statements, terminals
from tests import walk
from tests.cast import Cast
from tests.services.test_statements import row, statement
from tests.tenancy import papers


@dataclass
class Belongings:
    """What one actor has: by the name of the address's parameter, and the words that give it away."""

    actor: Actor
    ids: dict[str, str]
    words: tuple[str, ...]
    key: str = ""


@dataclass
class World:
    cast: Cast
    shop: Belongings  # 好又邻, alone
    chain: Belongings  # 云杉, seen by its owner: both stores
    store_a: Belongings  # of 云杉
    store_b: Belongings


def make(at, cast: Cast) -> World:
    # The company first: both roads have their dates, and time only goes forward.
    chain_case = walk.company(at, cast, "RESP_CONFIRMED", _line("22.27", store="新街口店"))
    shop_case = _answered(cast.owner, walk.shop_in_review(at, cast, _line("11.17")))
    chain = _belongings(cast.boss, _answered(cast.boss, chain_case), "22.27", "李云", cast.yunshan.name, "云杉finance")
    for actor, number, more in ((cast.finance, chain_case, {}), (cast.owner, shop_case, {"alone": "核对过"})):
        walk.do(actor, number, "record_refund", lines=[1], amount="1.00", on="2026-09-01", file=walk.photo(), **more)
    shop = _belongings(cast.owner, shop_case, "11.17", "王好", cast.haoyoulin.name)
    return World(
        cast, shop, chain, _store(cast.store_a, "甲店秘密支付", "33.37"), _store(cast.store_b, "乙店秘密支付", "44.47")
    )


def _line(amount: str, **more) -> dict:
    return {**walk.LINE, "amount": amount, **more}


def _answered(actor: Actor, number: str) -> str:
    more = {"alone": "核对过"} if actor.is_alone else {}
    walk.do(actor, number, "request_evidence", kinds=["E10"], of="provider", **more)
    walk.do(actor, number, "add_evidence", kind="E05", file=walk.photo(f"{number}.png", number.encode()))
    return number


def _store(actor: Actor, payer: str, amount: str) -> Belongings:
    """What a store seat files, imports nothing and keeps as a draft of its own."""
    number = walk.file(actor, _line(amount), provider=payer, submit=False)
    with tenancy.acting(actor):
        draft = drafts.begin(actor, uuid4())
        drafts.save(draft, "what", lines=[_line(amount)])
        notice = Notice.objects.filter(case__number=number).first()
        ids = {"number": number, "draft_id": str(draft.id), "store_id": str(actor.stores[0])}
        if notice:
            ids["notice"] = str(notice.id)
    return Belongings(actor, ids, (number, payer, amount))


def _belongings(actor: Actor, number: str, amount: str, *words: str) -> Belongings:
    """One of everything for the whole organisation."""
    secret = f"秘密{uuid4().hex[:8]}"
    store = organisations.add_store(actor, f"{secret}店")
    invited = invitations.invite(actor, email=f"{uuid4().hex}@example.com", seat="merchant.finance", stores=None)
    key, text = keys.create(actor, secret, ["cases:read", "cases:write"], clock.now() + timedelta(days=300))
    with tenancy.acting(actor):
        file = files.keep_bytes(actor, statement(row(memo=secret, tid=uuid4().hex[:8].upper())), f"{secret}.csv")
        job = statements.start_import(actor, file, new_mid=True)
    assert jobs.run(job.id, job.organisation_id) == "done", _why(actor, job)
    with tenancy.acting(actor):
        terminals.know(actor, uuid4().hex[:15].upper(), uuid4().hex[:8].upper())
        draft = drafts.begin(actor, uuid4())
        drafts.save(draft, "what", lines=[_line("5.00", fee_name=secret)])
        idempotency.once(actor, uuid4().hex, "page", lambda: secret)
        notice = Notice.objects.filter(case__number=number, organisation_id=actor.organisation_id).first()
        NoticeReading.objects.create(notice=notice, user_id=actor.user_id, at=clock.now())
        AccessRecord(at=clock.now(), user_id=actor.user_id, organisation_id=actor.organisation_id, what="denied",
                     route=secret).save(force_insert=True)  # fmt: skip
        event = Event.objects.filter(case__number=number).first()
        ids = {
            "number": number, "draft_id": str(draft.id), "notice": str(notice.id), "store_id": str(store.id),
            "invitation_id": str(invited.id), "membership_id": str(actor.membership_id), "key_id": str(key.id),
            "import_id": str(StatementImport.objects.get(file=file).id), "job_id": str(job.id), "event": str(event.id),
        }  # fmt: skip
        assert Draft.objects.filter(pk=draft.pk).exists()
        papers.of_talks(actor, number, secret, file)
        ids |= papers.of_merchant(actor, secret, file)
        ids |= {"file_id": str(file.id), "template_id": str(ReplyTemplate.objects.get(name=secret).id)}
    return Belongings(actor, ids, (number, amount, secret, *words, *list(ids.values())[1:]), text)


def _why(actor: Actor, job: Job) -> object:
    with tenancy.acting(actor):
        return Job.objects.get(pk=job.id).error
