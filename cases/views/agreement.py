"""The agreement on one page: read, check, change, make final, sign or stamp; its PDF and its print. Decides nothing."""

from copy import copy
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases import actions, agreementshown, casepage, caseshown
from cases.agreement import details
from cases.casepage import CasePage
from cases.models import Agreement, Event
from cases.services import agreement_text, agreements, signing
from cases.views import actforms
from cases.views.actforms import ActForm
from cases.views.entrance import seated
from cases.views.evidence import sent_file
from config import documents, files, http, idempotency
from config.errors import NotFound, Refused
from merchants.services import codes

PAYEE = ("name", "bank", "account", "confirmed_by", "confirmed_on")


@seated
def agreement_page(request: HttpRequest, number: str) -> HttpResponse:
    """GET shows the newest version. POST asks for a code, signs, or makes the draft final; 422 with what is wrong."""
    page = casepage.read(request.actor, number)  # type: ignore[attr-defined]
    agreement = agreements.latest(page.case)
    if agreement is None:
        return render(request, "cases/agreement/none.html", {"case": page.case})
    agreement.case = page.case
    if request.method == "POST":
        return _taken(request, page, agreement)
    return _shown(request, page, agreement, _form(page, agreement))


# -- what was sent ------------------------------------------------------------------------------------------------


def _taken(request: HttpRequest, page: CasePage, agreement: Agreement) -> HttpResponse:
    wanted = request.POST.get("do", "")
    if wanted not in WORK:
        raise NotFound
    form = _form(page, agreement)
    actforms.fill_sent({name: one for name, one in form.controls.items() if name in request.POST}, request)
    try:
        said = WORK[wanted](request, page, form)
    except Refused as refusal:
        if refusal.code in ("not_found", "not_allowed"):
            raise
        return _refused(request, page, agreement, form, refusal)
    if wanted == "code" and request.headers.get("HX-Request"):
        return render(request, "cases/agreement/code_state.html", {"said": said})
    messages.success(request, said)
    return redirect(reverse("agreement", args=[page.case.number]) + ("#sign" if wanted == "code" else ""))


def _refused(request, page: CasePage, agreement: Agreement, form: ActForm, refusal: Refused) -> HttpResponse:
    status = 409 if refusal.status == 409 else 422
    if request.POST.get("do") == "code" and request.headers.get("HX-Request"):
        response = render(request, "cases/agreement/code_state.html", {"error": refusal.text}, status=status)
    else:
        form.blame(refusal)
        response = _shown(request, page, agreement, form, status=status)
    http.note(response, refusal)
    return response


def _code(request: HttpRequest, page: CasePage, form: ActForm) -> str:
    sent = signing.send_code(page.actor, page.case.number)
    return _("验证码已发到 %(to)s，5 分钟内有效。") % {"to": sent.to}


def _sign(request: HttpRequest, page: CasePage, form: ActForm) -> str:
    data = {
        "frozen_sha256": request.POST.get("frozen_sha256", ""), "second_factor": request.POST.get("second_factor", "").strip(),
        "consent": "consent" in request.POST, "authority": request.POST.get("authority", "").strip(),
    }  # fmt: skip
    case = _once(request, page, lambda: actions.perform(page.actor, "sign", data, number=page.case.number))
    return _("已签署，协议生效。") if case == "EFFECTIVE" else _("已签署，等对方签署。")


def _freeze(request: HttpRequest, page: CasePage, form: ActForm) -> str:
    """Makes the draft final; an account that was typed beside the button is set first, in the same transaction."""
    given = actforms.sent({name: one for name, one in form.controls.items() if name.startswith("payee.")}, request)
    payee = given.get("payee") or {}
    version = request.POST.get("version", "")
    number, may_draft = page.case.number, "draft_agreement" in _possible(page)

    def work():
        seen = int(version) if version.isdecimal() else None
        if may_draft and payee and not _is_known(page, payee):
            case = actions.perform(page.actor, "draft_agreement", {"payee": payee}, number=number, version=seen)
            seen = case.version
        if "only_save" in request.POST:
            return page.case
        return actions.perform(page.actor, "freeze_agreement", {}, number=number, version=seen)

    state = _once(request, page, work)
    return _("已定稿，请双方签署。") if state == "SIGNING" else _("已保存。")


WORK = {"code": _code, "sign": _sign, "freeze": _freeze}


def _is_known(page: CasePage, payee: dict) -> bool:
    agreement = agreements.latest(page.case)
    known = details.whole(agreement.details)["payee"] if agreement else {}
    return {name: value for name, value in payee.items() if value} == known


def _once(request: HttpRequest, page: CasePage, work) -> str:
    """Does it once for this form however often it is sent; answers the state after it."""
    nonce = request.POST.get("nonce") or uuid4().hex
    with transaction.atomic():
        return idempotency.once(
            page.actor, nonce, f"agreement:{page.case.number}:{request.POST['do']}", lambda: work().state
        )[0]


# -- what is shown ------------------------------------------------------------------------------------------------


def _form(page: CasePage, agreement: Agreement) -> ActForm:
    """The controls of this page: those of signing, and the account beside a draft."""
    if agreement.state == "draft":
        every = actforms.of_act("draft_agreement")
        controls = {f"payee.{name}": every[f"payee.{name}"] for name in PAYEE}
        known = details.whole(agreement.details)["payee"]
        actforms.fill(controls, {f"payee.{name}": known.get(name) for name in PAYEE})
        return ActForm(controls)
    every = actforms.of_act("sign")
    controls = {name: every[name] for name in ("second_factor", "consent", "authority")}
    controls["second_factor"].attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    controls["consent"].label = str(signing.CONSENT)
    return ActForm(controls)


def _shown(
    request: HttpRequest, page: CasePage, agreement: Agreement, form: ActForm, status: int = 200
) -> HttpResponse:
    possible = _possible(page)
    text = agreement.text or agreement_text.text(agreement)
    bound = signing.bound_sides(agreement)
    road = signing.road_for(page.case, agreement)
    told = agreement_text.summary(agreement)
    label, level = agreementshown.STATES[agreement.state]
    running = [one for one in caseshown.concerning(page) if one.code in agreements.RUNS_IN and one.state == "running"]
    may_sign = "sign" in possible and signing.is_open_here(agreement)
    context = {
        "case": page.case, "agreement": agreement, "label": label, "level": level, "side": page.side, "form": form,
        "problems": form.problems, "controls": form.controls, "short": agreementshown.short(agreement.sha256),
        "stages": agreementshown.steps(agreement, page.side, bound), "rows": agreementshown.points(agreement, told, page.side),
        "blocks": documents.blocks(text), "differences": _differences(page, agreement, text), "sides": _sides(page, agreement),
        "english": list(documents.blocks(_english(agreement))), "road": road, "kind": agreementshown.KINDS[road],
        "may_sign": may_sign, "is_bound": page.side in bound, "wants_code": may_sign and page.side not in bound,
        "waiting": codes.waiting(page.actor, signing.purpose(agreement)) if may_sign else None,
        "may_freeze": "freeze_agreement" in possible, "may_draft": "draft_agreement" in possible,
        "may_copy": "upload_signed_copy" in possible, "may_decline": "decline_to_sign" in possible and page.side not in bound,
        "stands_in": caseshown.stands_in(page), "deadline": caseshown.deadline(running[0], page.side) if running else None,
        "why_void": agreementshown.why_void(agreement), "nonce": request.POST.get("nonce") or uuid4().hex,
        "version": page.case.version, "payee_open": any(one.errors for one in form.controls.values()) or bool(form.controls.get("payee.account") and form.controls["payee.account"].value),
    }  # fmt: skip
    return render(request, "cases/agreement/page.html", context, status=status)


def _possible(page: CasePage) -> set[str]:
    return {act.name for act, blocked in actions.available(page.case, page.actor) if not blocked}


def _english(agreement: Agreement) -> str:
    """The translation, for whoever reads the page in English."""
    if not (get_language() or "").startswith("en"):
        return ""
    return agreement.translation or agreement_text.text(agreement, agreement_text.ENGLISH)


def _sides(page: CasePage, agreement: Agreement) -> list[dict]:
    firms = {"merchant": page.case.merchant.name, "provider": page.case.provider.name}
    signed = {one.side: one for one in agreement.signatures.all()}
    copies = {one.side: one for one in agreement.copies.select_related("file", "proof")}
    rows = []
    for side in agreements.BOTH:
        row = agreementshown.bound(side, page.side, firms[side], signed.get(side), copies.get(side), side == page.side)
        if side in copies:
            row["files"] = [
                {"name": item.name, "url": caseshown.file_url(page.case.number, item)}
                for item in (copies[side].file, copies[side].proof) if item
            ]  # fmt: skip
        rows.append(row)
    return rows


def _differences(page: CasePage, agreement: Agreement, text: str) -> list[dict]:
    """What the reader has not seen yet: against the version before, and against the draft as his side left it."""
    found = []
    former = page.case.agreements.model.objects.filter(case=page.case, position=agreement.position - 1).first()
    if former and former.text:
        label = _("与第 %(n)s 版的差异") % {"n": former.position}
        former.case = page.case
        was = former.text.replace(agreement_text.number_of(former), agreement_text.number_of(agreement))
        found.append({"label": label, "changes": agreementshown.changes(was, text)})
    drafts = list(Event.objects.visible_to(page.actor).filter(
        case=page.case, act="draft_agreement", data__version=agreement.position
    ).order_by("seq"))  # fmt: skip
    own = [event for event in drafts if _side_of(event) == page.side]
    if drafts and _side_of(drafts[-1]) != page.side:
        start = own[-1].data["draft"] if own else _first_draft(former)
        before = copy(agreement)
        before.clauses, before.details = start["clauses"], start["details"]
        label = _("对方在你上次保存之后改了") if own else _("对方在草稿上改了")
        found.append({"label": label, "changes": agreementshown.changes(agreement_text.text(before), text)})
    return [one for one in found if one["changes"]]


def _first_draft(former: Agreement | None) -> dict:
    return {"clauses": former.clauses, "details": former.details} if former else {"clauses": {}, "details": {}}


def _side_of(event: Event) -> str:
    return "provider" if event.seat.startswith("provider.") else "merchant"


# -- the text itself ----------------------------------------------------------------------------------------------


def _frozen(request: HttpRequest, number: str, position: int) -> Agreement:
    case = casepage.opened(request.actor, number)  # type: ignore[attr-defined]
    rows = Agreement.objects.visible_to(request.actor).select_related("pdf", "offer")  # type: ignore[attr-defined]
    agreement = rows.filter(case=case, position=position).exclude(sha256="").first()
    if agreement is None:
        raise NotFound
    agreement.case = case
    return agreement


@seated
def agreement_pdf(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """The very bytes that are signed."""
    agreement = _frozen(request, number, position)
    return sent_file(files.read(agreement.pdf), agreement.pdf.name, "application/pdf")


@seated
def agreement_print(request: HttpRequest, number: str, position: int) -> HttpResponse:
    agreement = _frozen(request, number, position)
    return render(request, "documents/print.html", {**agreement_text.page(agreement), "case": agreement.case})
