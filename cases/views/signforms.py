"""The pages of the acts of the written agreement: what they say, and what their forms know beforehand.

Reading and signing in one place is views/agreement.py's.
"""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.agreement import details
from cases.agreement.clauses import CLAUSES
from cases.models import Case
from cases.services import agreements
from cases.views import actforms
from cases.views.asking import Asked, Page
from config import clock
from config.actors import Actor
from config.templatetags.controls import Control
from config.text import Text

OWN = "own"  # a clause of the parties' own, under a heading of theirs


def _drafting(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """Everything that the clauses need, filled with what stands now; one wording at a time can be changed."""
    agreement = agreements.latest(case)
    known = details.whole(agreement.details) if agreement else details.USUAL
    side = "provider" if actor.is_provider else "merchant"
    flat = {name: value for name, value in known.items() if isinstance(value, str)}
    for group in ("payee", "stop_fee"):
        flat |= {f"{group}.{name}": value for name, value in known[group].items()}
    actforms.fill(found.controls, {**flat, "authority": known["authority"].get(side, "")})
    changeable = [(key, str(clause.heading)) for key, clause in CLAUSES.items() if not clause.fixed]
    own = [(key, key) for key in (agreement.clauses if agreement else {}) if key not in CLAUSES]
    found.controls["clause"] = Control(
        "clause", "id_clause", _("改写哪一条"), kind="select", is_required=False,
        choices=[*changeable, *own, (OWN, _("另加一条"))], hint=_("双方、争议款项和义务由案件和方案决定，不能改写。"),
    )  # fmt: skip
    found.controls["heading"] = Control("heading", "id_heading", _("另加的一条的标题"), is_required=False)
    found.controls["wording"] = Control(
        "wording", "id_wording", _("写成这样"), kind="textarea", is_required=False, limit=2000,
        hint=_("留空就恢复通常的写法。"),
    )  # fmt: skip
    found.more["agreement"] = agreement
    found.read = _read


def _read(request: HttpRequest, data: dict) -> dict:
    """A field that was emptied takes back what stood there; the clause chosen gets its wording."""
    key, heading, wording = (data.pop(name, "") for name in ("clause", "heading", "wording"))
    if key:
        data["clauses"] = {heading if key == OWN else key: wording}
    return {"payee": {}, "stop_fee": {}, "waiver_text": "", "forum_name": "", "authority": "", **data}


def _signing(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    agreement = agreements.latest(case)
    found.controls["frozen_sha256"].kind = "hidden"
    found.controls["second_factor"].attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    found.controls["authority"].is_required = False
    actforms.fill(found.controls, {"frozen_sha256": agreement.sha256 if agreement else ""})


def _copying(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """Whose copy it is follows from who hands it in; the shop chooses where the other side has no account."""
    agreement = agreements.latest(case)
    both = actor.is_merchant and not case.provider.has_account
    side = request.GET.get("side") or ("provider" if found.fixed.get("on_behalf") or actor.is_provider else "merchant")
    if found.fixed.pop("on_behalf", None):
        found.controls["channel"].is_required = False
    if both:
        found.controls["side"].kind = "radio"
    else:
        del found.controls["side"]
        found.fixed["side"] = side
    found.controls["kind"].kind = "radio"
    actforms.fill(found.controls, {"side": side, "kind": "stamped", "exchanged_on": clock.today()})
    found.controls["file"].hint = _("每一页都要清楚；盖章和签字要看得见。")
    found.more["agreement"] = agreement


PAGES = {
    "draft_agreement": Page(
        Text("大部分条款已按通常的写法备好，只改需要改的。对方能看到哪里改了。",
             "Most clauses are ready in their usual wording: change what needs changing. The other side sees what changed."),
        Text("保存", "Save"), "cases/agreement/draft.html", ("note",), _drafting,
    ),
    "freeze_agreement": Page(
        Text("定稿后文字不能再改，双方签的就是这一份。", "Once final the text does not change; this is what both sides sign."),
        Text("定稿", "Make it final"), "cases/agreement/freeze.html", ("note",),
    ),
    "sign": Page(
        Text("先读全文、核对要点，再用验证码签署。", "Read the text, check its points, then sign with a code."),
        template="cases/agreement/sign.html", leave_out=("note",), prepare=_signing,
    ),
    "upload_signed_copy": Page(
        Text("打印定稿，盖章或签字，和对方交换，再把盖好的一份传上来。双方的都传齐，协议就生效。",
             "Print the final text, stamp or sign it, exchange it, then hand in the stamped copy. With both copies here the agreement takes effect."),
        Text("上传", "Hand it in"), leave_out=("note",), prepare=_copying,
    ),
    "decline_to_sign": Page(
        Text("定稿作废，回到协商；对方会看到你的理由，双方都可以再提方案。",
             "The final text is void and the talks go on; the other side sees your reason and either side can make an offer."),
        Text("不签，回到协商", "Decline, go on talking"), leave_out=("note",), danger=True,
    ),
}  # fmt: skip
