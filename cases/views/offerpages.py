"""The pages of the acts of bargaining: what they say, and what each prepares. The form of an offer is offerform.py's."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases import offershown
from cases.models import Case, Offer
from cases.views import actforms, shareforms
from cases.views.asking import Asked, Page
from cases.views.offerform import add_offer
from config import clock
from config.actors import Actor
from config.errors import NotFound
from config.text import Text


def offering(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """The short form, filled with the live offer that is answered or the own one made last."""
    side = "provider" if actor.is_provider or found.fixed.get("on_behalf") else "merchant"
    add_offer(found, case, _before(case, side))
    live = case.offers.filter(state="live").exclude(side=side).first()
    whole = offershown.demanded(case)
    found.more |= {"live": offershown.row(live, whole, side) if live else None, "whole": whole, "for_side": side}


def explaining(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """The reasons, and below them an offer that can come in the same step."""
    own = set(found.controls)
    add_offer(found, case, is_required=False)
    added = [name for name in found.controls if name not in own or name in ("conditions", "valid_until")]
    found.apart |= set(added)
    found.more["offer_controls"] = [found.controls[name] for name in added]
    shareforms.say_what_it_may_be_read_as(found)


def _before(case: Case, side: str) -> Offer | None:
    """What the form begins with: the other side's live offer, else the own last one."""
    return case.offers.filter(state="live").exclude(side=side).first() or case.offers.filter(side=side).last()


# -- answers ------------------------------------------------------------------------------------------------------


def answering(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """What is turned down or taken back, above the reason."""
    live = case.offers.filter(state="live").first()
    found.more["offer"] = offershown.row(live, offershown.demanded(case), _side(actor)) if live else None


def accepting(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """What one gets and gives up by it. The offer is the one that the reader saw."""
    wanted = request.POST.get("offer") or request.GET.get("offer") or ""
    rows = (
        case.offers.filter(position=wanted)
        if wanted.isdecimal() and len(wanted) < 9
        else case.offers.filter(state="live")
    )
    offer = rows.first()
    if offer is None:
        raise NotFound(Text("没有这个方案。", "There is no such offer."))
    found.controls["offer"].kind, found.controls["offer"].value = "hidden", str(offer.position)
    found.more |= {
        "offer": offershown.row(offer, offershown.demanded(case), _side(actor)), "pays": actor.is_provider,
        "behalf": bool(found.fixed.get("on_behalf")),
    }  # fmt: skip


def _side(actor: Actor) -> str:
    return "provider" if actor.is_provider else "merchant"


def limiting(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """The own side's sum alone; filled with what holds now."""
    side = _side(actor)
    del found.controls["most_refund" if side == "merchant" else "least_refund"]
    now = case.mandates.filter(side=side, is_live=True).first()
    if now:
        names = ("least_refund", "most_refund", "latest", "may_sign_up_to")
        actforms.fill(found.controls, {name: getattr(now, name) for name in names})
    found.controls["latest"].attrs["min"] = clock.today().isoformat()
    found.controls["may_sign_up_to"].hint = _("超过这个数，要由负责人来接受。")
    found.more |= {"now": now, "is_alone": actor.is_alone, "owed": offershown.demanded(case)}


PAGES = {
    "set_mandate": Page(
        Text("只有你方能看到。经办人提出或接受方案时，超出这里的范围就会被拦下。",
             "Only your side sees this. Whoever bargains for you is stopped where an offer goes beyond it."),
        Text("设定", "Set it"), "cases/offers/mandate.html", ("note",), limiting,
    ),
    "start_negotiation": Page(
        Text("从这一天起，我们请双方在 30 天内谈出结果（非法定期限）。不谈也可以直接提出方案。",
             "From this day we ask both sides to come to a result within 30 days (not a legal deadline). You can also make an"
             " offer at once."),
        leave_out=("note",),
    ),
    "make_offer": Page(
        Text("写清退多少、什么时候付就够了。", "How much and by when is enough."), Text("发给对方", "Send it"),
        "cases/offers/make.html", ("terms", "note"), offering,
    ),
    "reject_offer": Page(
        Text("拒绝后协商继续，双方都可以再提方案。", "The talks go on; either side can make a new offer."),
        Text("拒绝这个方案", "Reject it"), "cases/offers/answer.html", ("note",), answering,
    ),
    "withdraw_offer": Page(
        Text("撤回后对方不能再接受这个方案。", "The other side can no longer accept this offer."),
        Text("撤回这个方案", "Withdraw it"), "cases/offers/answer.html", ("note",), answering,
    ),
    "accept_offer": Page(
        Text("接受后起草协议，签署协议前仍可改变主意。", "The agreement is drafted next; until it is signed you can still change your mind."),
        Text("确认接受", "Accept it"), "cases/offers/accept.html", ("note",), accepting,
    ),
}  # fmt: skip
