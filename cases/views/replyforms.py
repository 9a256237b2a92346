"""The short forms of whoever answers by the link of a letter: the whole answer in one, an offer, a colleague.

They are the acts' own inputs with the few fields that matter; reading and performing is reply.py's.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework import serializers

from cases.models import Case
from cases.views import actforms, actpages, replypage
from cases.views.actforms import FILES
from cases.views.asking import Asked
from config import clock
from config.actors import Actor
from config.fields import Strict, words
from config.templatetags.controls import Control
from config.text import Text

AMOUNT, DAY = "terms[0].amount", "terms[0].due_on"
FILE = "evidence[0].file"
# What a reader of a letter can say in one tap of who is responsible; shares of his own are on the act's own page.
VIEWS = {
    "provider": (Text("由我方承担", "We bear it"), {"provider": 100, "merchant": 0}),
    "half": (Text("双方各半", "Half each"), {"provider": 50, "merchant": 50}),
    "merchant": (Text("不由我方承担", "We do not bear it"), {"provider": 0, "merchant": 100}),
}
ASKED = {"clause": Text("依据的条款", "Clause relied on"), "calculation": Text("怎么算的", "How it was worked out"),
         "log": Text("系统记录", "System log")}  # fmt: skip
SHOWN_KIND = "E10"  # what a respondent attaches to its reasons, where it says nothing else


class ColleagueInput(Strict):
    name = words(80, required=True)
    email = serializers.EmailField(max_length=254)


def holder(name: str) -> Control:
    return Control("holder", "id_holder", _("你的姓名"), _("商户会看到是谁答复的。"), value=name,
                   attrs={"autocomplete": "name"}, limit=80)  # fmt: skip


def answering(case: Case, actor: Actor, request: HttpRequest) -> Asked:
    """The reasons, a view on who is responsible, and what is paid back: one form, one step."""
    found = {
        "text": Control("text", "id_text", _("为什么扣这笔款"), _("依据、怎么算的、什么时候通知过。"), "textarea",
                        limit=5000, attrs={"rows": "4"}),
        **_money(_("退多少")),
        "view": Control("view", "id_view", _("谁的责任"), kind="radio", is_required=False,
                        choices=[(key, str(label)) for key, (label, _split) in VIEWS.items()]),
        "reserve": _reserve(),
        FILE: Control(FILE, "id_file", _("附一份材料"), _("合同条款、扣款明细、系统日志都可以。"), "file", is_required=False,
                      attrs={"accept": FILES}),
    }  # fmt: skip
    for name, label in ASKED.items():
        found[name] = Control(name, f"id_{name}", str(label), _("没有或不提供的，写「没有」或「拒绝」。"), is_required=False,
                              limit=500)  # fmt: skip
    return Asked(found, more={"in_details": [FILE, "view", *ASKED]}, read=_answer)


def offering(case: Case, actor: Actor, request: HttpRequest) -> Asked:
    """How much by when; the other side's live offer ends with it."""
    found = _money(_("退多少"))
    found[AMOUNT].is_required = True
    found["conditions"] = Control("conditions", "id_conditions", _("附加条件"), kind="textarea", is_required=False,
                                  limit=1000, attrs={"rows": "2"})  # fmt: skip
    found["reserve"] = _reserve()
    return Asked(found, read=_offer)


def accepting(case: Case, actor: Actor, request: HttpRequest) -> Asked:
    """What is accepted stands on the page before it is."""
    found = actpages.asked("accept_offer", case, actor, request)
    live = case.offers.filter(state="live").exclude(side="provider").first()
    found.controls["offer"].kind = "hidden"
    actforms.fill(found.controls, {"offer": live.position if live else None})
    found.more = {"offer": replypage.offer(live)} if live else {}
    return found


def naming(holder_name: str) -> dict[str, Control]:
    return {
        "holder": holder(holder_name),
        "name": Control("name", "id_name", _("同事的姓名"), limit=80),
        "email": Control("email", "id_email", _("同事的邮箱"), _("会收到一个新的链接，上面写明由你转来。"), "email",
                         attrs={"autocomplete": "off"}),
    }  # fmt: skip


OWN: dict[str, Callable[[Case, Actor, HttpRequest], Asked]] = {
    "explain": answering,
    "make_offer": offering,
    "accept_offer": accepting,
}


def asked(act: str, case: Case, actor: Actor, request: HttpRequest) -> Asked:
    """The form of an act for whoever holds the link: one of the short ones, else the act's own."""
    own = OWN.get(act)
    if own:
        return own(case, actor, request)
    found = actpages.asked(act, case, actor, request)
    if "visibility" in found.controls:  # what a link hands in is for the other side to see
        del found.controls["visibility"]
    return found


def first_of(possible: set[str], waiting: object) -> str:
    """Which form stands on the page itself: the answer, else an offer where none waits for its answer."""
    if "explain" in possible:
        return "explain"
    return "make_offer" if "make_offer" in possible and not waiting else ""


def _money(label: str) -> dict[str, Control]:
    return {
        AMOUNT: Control(AMOUNT, "id_amount", label, _("不退就空着。"), "money", is_required=False),
        DAY: Control(DAY, "id_due_on", _("哪天前付"), _("不填就是协议生效后 10 个工作日内。"), "date", is_required=False,
                     attrs={"min": clock.today().isoformat()}),
    }  # fmt: skip


def _reserve() -> Control:
    return Control("reserve", "id_reserve", _("这次只为协商，不作为承认责任"),
                   _("写明的责任和金额可能被看作承认；勾选后，函件和记录里都会注明。"), "checkbox", is_required=False)  # fmt: skip


def _answer(request: HttpRequest, data: dict) -> dict:
    view = data.pop("view", None)
    if view in VIEWS:
        data["split"] = VIEWS[view][1]
    return _with_kind(_offer(request, data))


def _offer(request: HttpRequest, data: dict) -> dict:
    """One term of refund from the sum and the day; none where no sum was given."""
    term = {name: value for name, value in data.pop("terms", {}).get("0", {}).items() if value}
    if term:
        data["terms"] = [{"type": "REFUND", **term}]
    elif "reserve" in data and "split" not in data:
        del data["reserve"]  # there is nothing that could be taken for an admission
    return data


def _with_kind(data: dict) -> dict:
    for item in data.get("evidence") or ():
        item.setdefault("kind", SHOWN_KIND)
    return data
