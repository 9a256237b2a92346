"""The last filing page: the finished letter, how it gets to the other side, and on which date the product speaks again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases import actions, forms, reasons, timetable
from cases.models import Case, Draft
from cases.services import deadlines, drafts
from config import clock
from config.errors import NotFound, Refused
from config.templatetags import ui


def done(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The finished letter. Where nobody knows yet who took the money, finding out is the first task and stands here."""
    actor = request.actor  # type: ignore[attr-defined]
    case = Case.objects.visible_to(actor).select_related("provider", "outsourcer").filter(pk=draft.case_id).first()
    if case is None:
        raise NotFound
    form, problems, status = forms.asked(forms.PayerNamed), [], 200
    if request.method == "POST":
        form, status = forms.PayerNamed(data=request.POST), 422
        if form.is_valid():
            try:
                fields = {
                    "provider": {"name": form.validated_data["name"], "kind": form.validated_data.get("kind", "")}
                }
                reason = _("查清了是谁扣的钱")
                actions.perform(
                    actor, "correct_record", {"event": 1, "fields": fields, "reason": reason}, number=case.number
                )
                messages.success(request, _("名称已填进函里，可以发出了。"))
                return redirect("wizard", draft.id, "done")
            except Refused as refusal:
                problems = [{"target": "id_name", "label": "", "text": str(refusal)}]
    letter = case.letters.filter(kind="letter").order_by("-position").first()
    return render(
        request, "cases/wizard/done.html",
        {
            "case": case, "letter": letter, "form": form, "problems": problems, "draft": draft,
            "text": "\n\n".join(part for part in (letter.text, letter.annex) if part) if letter else "",
            "clues": reasons.PAYER_CLUES.values(), "amounts": drafts.amount_of(case), "sending": _sending(case),
            "answer_on": _answer_on(),
        },
        status=status,
    )  # fmt: skip


def _sending(case: Case) -> dict | None:
    """The date until which the letter should be out, as a reader is told it."""
    row = case.deadlines.filter(code="CK-SEND", state="running").first()
    if row is None:
        return None
    words = timetable.CLOCKS["CK-SEND"].sentence(row.kind, ui.until(row.due_at))
    return {"sentence": words, "due_at": row.due_at, "provisional": row.provisional}


def _answer_on() -> dict:
    """Until when the other side would be asked to explain if the letter arrived today."""
    found = deadlines.Law().work_out("CK-EXPL", clock.now())
    return {"due_at": found.due_at, "provisional": found.provisional}
