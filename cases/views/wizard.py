"""The filing pages after the first: who, why, what is wanted, photos, the last check; and leaving a draft.

The first page, with its lines, is wizard_lines.py; the finished letter is filed.py. Nothing is decided here: answers
are kept by services/drafts.py and become a case through the act `file`.
"""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases import actions, forms, queries, reasons
from cases.models import Draft
from cases.services import drafts
from cases.views import filed, wizard_lines
from cases.views.entrance import seated
from cases.views.steps import STEPS, check_may_file, first_unanswered, may_open, onward, shown
from config.errors import NotFound, Refused


@seated
def wizard(request: HttpRequest, draft_id: UUID, step: str) -> HttpResponse:
    """One page of filing. A submitted draft shows its letter; the last page sends back to what is unanswered."""
    check_may_file(request.actor)  # type: ignore[attr-defined]
    draft = drafts.find(request.actor, draft_id, lock=request.method == "POST")  # type: ignore[attr-defined]
    if step == "done":
        return filed.done(request, draft) if draft.case_id else redirect("wizard", draft.id, first_unanswered(draft))
    if step not in STEPS:
        raise NotFound
    if draft.case_id:
        return redirect("wizard", draft.id, "done")
    return PAGES[step](request, draft)


@seated
@require_POST
def drop(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Deletes a draft for good."""
    drafts.drop(drafts.find(request.actor, draft_id))  # type: ignore[attr-defined]
    return redirect("home")


def _who(request: HttpRequest, draft: Draft) -> HttpResponse:
    actor, answers = request.actor, draft.answers  # type: ignore[attr-defined]
    known = queries.known_payers(actor)
    if request.method != "POST":
        guess = drafts.respondent_of(actor, drafts.lines_of(draft)) if "payer" not in answers else ""
        form = forms.asked(
            forms.PayerQuestion, {"known": known}, who=answers.get("payer") or guess, name=answers.get("payer_name", ""),
            kind=answers.get("payer_kind", ""), agent=answers.get("agent", ""),
        )  # fmt: skip
        return shown(request, draft, "who", form=form, clues=reasons.PAYER_CLUES.values(), guess=guess)
    form = forms.PayerQuestion(data=request.POST, known=known)
    if not form.is_valid():
        return shown(request, draft, "who", 422, form=form, clues=reasons.PAYER_CLUES.values())
    told = form.validated_data
    name, kind = told.get("name", ""), told.get("kind") or "payment_institution"
    provider = {"name": name, "kind": kind} if told["who"] == forms.OTHER else told["who"]
    return onward(
        request, draft, "who", payer=told["who"], payer_name=name, payer_kind=told.get("kind", ""),
        provider=None if told["who"] == forms.UNSURE else provider, agent=told.get("agent", ""),
    )  # fmt: skip


def _why(request: HttpRequest, draft: Draft) -> HttpResponse:
    if request.method != "POST":
        form = forms.asked(forms.ComplaintQuestion, complaint=draft.answers.get("complaint", ""))
        return shown(request, draft, "why", form=form)
    form = forms.ComplaintQuestion(data=request.POST)
    if not form.is_valid():
        return shown(request, draft, "why", 422, form=form)
    return onward(request, draft, "why", **form.validated_data)


def _want(request: HttpRequest, draft: Draft) -> HttpResponse:
    if request.method != "POST":
        wanted = draft.answers.get("wanted", "FULL_REFUND")
        form = forms.asked(forms.WantedQuestion, wanted=wanted, story=draft.answers.get("story", ""))
        return shown(request, draft, "want", form=form)
    form = forms.WantedQuestion(data=request.POST)
    if not form.is_valid():
        return shown(request, draft, "want", 422, form=form)
    return onward(
        request, draft, "want", wanted=form.validated_data["wanted"], story=form.validated_data.get("story", "")
    )


def _proof(request: HttpRequest, draft: Draft) -> HttpResponse:
    held, wrong = draft.answers.get("files", []), []
    if request.method == "POST":
        do = request.POST.get("do", "next")
        if do.startswith("drop:"):
            drafts.save(draft, "proof", files=[one for one in held if one["id"] != do.removeprefix("drop:")])
            return redirect(request.get_full_path())
        kind = request.POST.get("kind", "")
        uploads = request.FILES.getlist("files")
        try:
            held = drafts.attach(
                request.actor, draft, uploads, kind if kind in forms.FILE_KINDS else "E04"  # type: ignore[attr-defined]
            )  # fmt: skip
        except Refused as refusal:
            wrong = [str(refusal)]
        else:
            if do == "more" and uploads:
                drafts.save(draft, "proof", files=held)
                return redirect(request.get_full_path())
            return onward(request, draft, "proof", files=held)
    kinds = dict(forms.FILE_KINDS)
    listed = [{**one, "kind_label": kinds.get(one["kind"], "")} for one in held]
    form = forms.asked(forms.FileQuestion, kind=request.POST.get("kind") or "E04")
    problems = [{"target": "id_files", "label": _("照片或文件"), "text": text} for text in wrong]
    return shown(
        request, draft, "proof", 422 if wrong else 200, kinds=form, held=listed, wrong=wrong, problems=problems
    )


def _check(request: HttpRequest, draft: Draft) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    missing = first_unanswered(draft)
    if missing != "check":
        return redirect("wizard", draft.id, missing)
    problems = []
    if request.method == "POST":
        try:
            case = actions.perform(actor, "file", drafts.filing(draft, submit=may_open(actor)))
        except Refused as refusal:
            told = [fault.text for fault in refusal.faults] or [refusal.text]
            problems = [{"target": "", "label": "", "text": str(text)} for text in told]
        else:
            drafts.finish(draft, case)
            return redirect("wizard", draft.id, "done")
    context = {
        "rows": _summary(draft, dict(queries.known_payers(actor))),
        "problems": problems,
        "submits": may_open(actor),
    }
    return shown(request, draft, "check", 422 if problems else 200, **context)


def _summary(draft: Draft, known: dict[str, str]) -> list[dict]:
    """The answers as rows of components/summary_list.html, each with the way back to its question."""
    answers, lines = draft.answers, drafts.lines_of(draft)
    rows = wizard_lines.summary(lines)
    payer = {forms.OTHER: answers.get("payer_name"), forms.UNSURE: _("不确定，第一件事就是查清楚")}
    who = [payer.get(answers["payer"]) or known.get(answers["payer"], answers.get("payer_name") or _("已登记的服务商"))]
    who += [_("代理：%(name)s") % {"name": answers["agent"]}] if answers.get("agent") else []
    names = [one["name"] for one in answers.get("files", ())]
    rows += [
        {"label": _("谁扣的"), "parts": who, "step": "who"},
        {"label": _("哪里不对"), "value": str(reasons.COMPLAINTS[answers["complaint"]].plain), "step": "why"},
        {"label": _("希望怎样"), "value": str(reasons.WANTED[answers["wanted"]]), "step": "want"},
        {"label": _("你的话"), "value": answers.get("story") or _("没有写"), "step": "want"},
        {"label": _("照片和文件"), "parts": names or [_("没有，也可以提交，以后再补")], "step": "proof"},
    ]  # fmt: skip
    return [{**row, "url": f"{reverse('wizard', args=[draft.id, row['step']])}?next=check"} for row in rows]


PAGES: dict[str, Callable[[HttpRequest, Draft], HttpResponse]] = {
    "what": wizard_lines.what, "who": _who, "why": _why, "want": _want, "proof": _proof, "check": _check,
}  # fmt: skip
