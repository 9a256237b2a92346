"""The page of an act: asks for what it takes, performs it once, and on refusal gives back everything that was typed.

Every act goes through actions.perform; what its page says and asks is actpages.py's.
"""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import actions, casepage, caseshown, workflow
from cases.models import Case
from cases.services import guards, steps
from cases.views import actforms, actpages, approvals
from cases.views.actforms import ActForm
from cases.views.actpages import PAGES, Asked
from cases.views.entrance import seated
from cases.workflow import Act
from config import http, idempotency
from config.actors import Actor
from config.errors import NotAllowed, NotFound, Refused, Stale, WrongState
from config.templatetags.controls import Control
from config.text import Text
from merchants import access

PASSED_ON = {"not_found", "not_allowed"}  # refusals with a page of their own
CHECKED = Text("我已核对对方的名称、扣款和金额", "I have checked the other side's name, the lines and the sum")


@seated
def act_page(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """GET asks, POST performs and goes back to the case. 422 for what must be put right, 412 when the case moved on."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = casepage.opened(actor, number)
    row, blocked = possible(case, actor, act, {**request.GET.dict(), **request.POST.dict()})
    if row.second and actor.is_alone and not access.is_fresh(request):
        return confirm_first(request)
    asked = actpages.asked(act, case, actor, request)
    if asked.fixed.get("on_behalf"):  # what is required is required of the other side
        blocked = [text for _name, text in guards.missing(case, actor, row.requires, {"_side": "provider"})]
    if row.second and actor.is_alone:
        asked.controls["alone"] = Control("alone", "id_alone", str(CHECKED), kind="checkbox")
    if act in ("approve", "return_request"):
        approvals.prepare(asked, case, actor)
    form = ActForm(asked.controls)
    if request.method != "POST" or blocked:
        return shown(request, case, row, asked, form, blocked=blocked)
    actforms.fill_sent(form.controls, request)
    try:
        message = performed(request, case, row, asked, form)
    except Stale as stale:
        return moved_on(request, case, row, asked, form, stale)
    except Refused as refusal:
        if refusal.code in PASSED_ON:
            raise
        form.blame(asked.placed(refusal))
        response = shown(request, case, row, asked, form, status=409 if refusal.status == 409 else 422)
        http.note(response, refusal)
        return response
    messages.success(request, message)
    return redirect("case", number)


def confirm_first(request: HttpRequest) -> HttpResponse:
    """Who acts alone shows again who he is; then comes back here."""
    return redirect_to_login(request.get_full_path(), reverse("account_reauthenticate"))


def possible(case: Case, actor: Actor, name: str, data: dict) -> tuple[Act, list[Text]]:
    """The act if this person may do it now, with what still blocks it. Raises what the door itself would raise."""
    row = workflow.ALIVE.get(name)
    if row is None or name not in PAGES:
        raise NotFound(Text("没有这个操作。", "There is no such act."))
    found = {act.name: blocked for act, blocked in actions.available(case, actor)}
    if name in found:
        return row, found[name]
    if case.state not in row.from_:
        if check := steps.BEFORE.get(name):
            check(case, data)
        text = Text("案件现在是「{state}」，不能「{act}」。", "The case is “{state}”: “{act}” is not possible.")
        raise WrongState(text.format(state=workflow.STATES[case.state].label, act=row.label))
    raise NotAllowed(Text("「{act}」不由你的席位办理。", "Your seat cannot do “{act}”.").format(act=row.label))


def performed(request: HttpRequest, case: Case, row: Act, asked: Asked, form: ActForm) -> str:
    """Performs the act once for this form, however often it is sent; answers the sentence to show."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    data = {**actforms.sent(form.controls, request), **asked.fixed}
    if "alone" in form.controls:
        data["alone"] = str(CHECKED) if data.get("alone") else ""
    if asked.read:
        data = asked.read(request, data)
    version = request.POST.get("version", "")

    def work() -> str:
        actions.perform(
            actor, row.name, data, number=case.number,
            version=int(version) if version.isdecimal() and not row.name.startswith("add_") else None,
        )  # fmt: skip
        waits = case.requests.filter(state="pending", requested_by_id=actor.user_id).exists() and row.second
        return (
            _("已提出「%(act)s」，等同一方的另一个人同意。") % {"act": row.label}
            if waits
            else _("已完成：%(act)s") % {"act": row.label}
        )

    with transaction.atomic():
        return idempotency.once(
            actor, request.POST.get("nonce") or uuid4().hex, f"page:{case.number}:{row.name}", work
        )[0]


def shown(request: HttpRequest, case: Case, row: Act, asked: Asked, form: ActForm, *, status: int = 200,
          blocked: list[Text] | None = None, template: str = "", **more) -> HttpResponse:  # fmt: skip
    """The page of the act; a form that was sent back keeps its nonce and its version."""
    page = PAGES[row.name]
    context = {
        "case": case, "act": row, "page": page, "form": None, "fields": _grouped(form.controls, asked.apart), "problems": form.problems,
        "has_files": form.has_files, "blocked": blocked or [], "nonce": request.POST.get("nonce") or uuid4().hex,
        "version": request.POST.get("version") or case.version, "actor": request.actor,  # type: ignore[attr-defined]
        "needs_second": row.second and not request.actor.is_alone, "behalf": bool(asked.fixed.get("on_behalf")),  # type: ignore[attr-defined]
        "alone": form.controls.get("alone"), "controls": form.controls, "submit": page.submit or row.label, **asked.more, **more,
    }  # fmt: skip
    return render(request, template or page.template, context, status=status)


def moved_on(request: HttpRequest, case: Case, row: Act, asked: Asked, form: ActForm, stale: Stale) -> HttpResponse:
    """The case changed while this was typed: what changed, and the same form again on the new version."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    seen = int(request.POST.get("version") or 0)
    page = casepage.read(actor, case.number)
    changes = [caseshown.entry(page, event) for event in casepage.since(actor, case, seen)]
    return shown(request, case, row, asked, form, status=412, template="cases/acts/stale.html", refusal=stale, changes=changes,
                 version=page.case.version, nonce=uuid4().hex)  # fmt: skip


def _grouped(controls: dict[str, Control], apart: set[str]) -> list[dict]:
    """Controls in their order but those that the template draws apart; a nested input's stand under its name."""
    groups: list[dict] = []
    for name, one in controls.items():
        if name == "alone" or name in apart:
            continue
        key = name.rpartition(".")[0].removeprefix("fields").strip(".") if "." in name else ""
        legend = {"split": _("谁的责任（%，三项相加 100）"), "evidence[0]": _("附一份材料")}.get(key, "")
        key = key if legend else ""
        if groups and groups[-1]["key"] == key:
            groups[-1]["controls"].append(one)
        else:
            groups.append({"key": key, "legend": legend, "is_extra": key == "evidence[0]", "controls": [one]})
    return groups
