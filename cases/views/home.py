"""The front door and a person's home page. What stands on them is read in cases/queries.py."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime

from cases import queries, reasons
from cases.views.approvals import waiting_count
from cases.views.cards import card
from cases.views.entrance import seated
from cases.views.steps import STEPS, may_file


def landing(request: HttpRequest) -> HttpResponse:
    """What the product is. Who is logged in has a home of his own."""
    return redirect("home") if request.user.is_authenticated else render(request, "landing.html")


@seated
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, the way to file, the draft to go on with, and what came back so far."""
    actor = request.actor  # type: ignore[attr-defined]
    numbers = queries.overview(actor)
    yours = [card(case, actor) for case in queries.urgent(actor)] if numbers.yours else []
    return render(
        request, "cases/home.html",
        {
            "numbers": numbers, "yours": yours, "draft": _draft(numbers.draft), "may_file": may_file(actor),
            "approvals": waiting_count(actor),
        },
    )  # fmt: skip


def _draft(told: dict | None) -> dict | None:
    """The newest draft: how far it is and what it is about."""
    if told is None:
        return None
    step = told["step"] if told["step"] in STEPS else STEPS[0]
    line = told["line"] or {}
    complaint = reasons.COMPLAINTS.get(told["complaint"] or "")
    return {
        "id": told["id"], "step": step, "place": STEPS.index(step) + 1, "steps": len(STEPS),
        "saved_at": parse_datetime(told["saved_at"]), "amount": line.get("amount"), "on": line.get("on"),
        "complaint": complaint.plain if complaint else "",
    }  # fmt: skip
