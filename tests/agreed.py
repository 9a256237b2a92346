"""From the talks to an agreement in effect, kept or broken, through the services alone."""

from cases.models import Obligation, PartyTold
from config import tenancy
from config.actors import Actor
from tests import walk
from tests.cast import Cast
from tests.walk import behalf, do, photo

IN_TEN_DAYS = {"n": 10, "unit": "bd", "from": "effective"}
ALL_BACK = [{"type": "REFUND", "amount": "2000.00", "due_in": IN_TEN_DAYS}]
PAYEE = {
    "name": "吴江好又邻",
    "bank": "某银行",
    "account": "6222021102034417",
    "confirmed_by": "钱经办",
    "confirmed_on": "2026-08-18",
}


def shop_effective(at, cast: Cast, *lines: dict, terms: list | None = None, **draft) -> str:
    """A shop alone and a provider without account, stamped on paper on 2026-09-09 (case B's days)."""
    number, owner = walk.shop_explained(at, cast, *lines), cast.owner
    at("2026-09-04T10:00")
    do(owner, number, "make_offer", terms=terms or ALL_BACK)
    at("2026-09-08T11:00")
    do(owner, number, "accept_offer", offer=1, **behalf("2026-09-08T10:50"))
    if draft:
        do(owner, number, "draft_agreement", **draft)
    do(owner, number, "freeze_agreement")
    at("2026-09-09T10:00")
    do(owner, number, "upload_signed_copy", side="merchant", file=photo("ours.png"), exchanged_on="2026-09-09")
    do(owner, number, "upload_signed_copy", side="provider", file=photo("theirs.png"), exchanged_on="2026-09-09",
       on_behalf=True, channel="post", proof=photo("post.png"))  # fmt: skip
    return number


def shop_fulfilling(at, cast: Cast, *lines: dict, **more) -> str:
    """The shop has told the provider, which knows; its refund is due on 2026-09-22."""
    number = shop_effective(at, cast, *lines, **more)
    at("2026-09-10T10:00")
    do(cast.owner, number, "notify_parties")
    do(cast.owner, number, "acknowledge_notice", **behalf("2026-09-10T09:30"))
    return number


def effective(cast: Cast, number: str, terms: list, **draft) -> None:
    """A company's case in RESP_CONFIRMED or NEGOTIATING: offered by its provider, accepted, stamped by both this day."""
    do(cast.agent, number, "make_offer", terms=terms)
    do(cast.boss, number, "accept_offer", offer=1)
    if draft:
        do(cast.finance, number, "draft_agreement", **draft)
    do(cast.boss, number, "freeze_agreement")
    day = walk.case_of(cast.boss, number).state_since.astimezone().date().isoformat()
    do(cast.finance, number, "upload_signed_copy", side="merchant", file=photo("ours.png"), exchanged_on=day)
    do(cast.agent, number, "upload_signed_copy", side="provider", file=photo("theirs.png"), exchanged_on=day)


def fulfilling(cast: Cast, number: str, terms: list, **draft) -> None:
    effective(cast, number, terms, **draft)
    known(cast, number)


def known(cast: Cast, number: str) -> None:
    do(cast.finance, number, "notify_parties")
    do(cast.store_a, number, "acknowledge_notice")
    do(cast.agent_chief, number, "acknowledge_notice")


def company_fulfilling(at, cast: Cast, *lines: dict, terms: list | None = None, **draft) -> str:
    """南京云杉餐饮 and 支付服务商甲, agreed and known on 2026-08-18; ten working days end on 2026-09-01."""
    number = walk.company(at, cast, "RESP_CONFIRMED", *lines)
    fulfilling(cast, number, terms or ALL_BACK, **draft)
    return number


def duties(actor: Actor, number: str) -> list[Obligation]:
    with tenancy.acting(actor):
        return list(Obligation.objects.filter(case__number=number).order_by("position"))


def told(actor: Actor, number: str) -> dict[str, bool]:
    """Who is on the list, and whether they know."""
    with tenancy.acting(actor):
        return {one.who: one.knows_at is not None for one in PartyTold.objects.filter(case__number=number)}
