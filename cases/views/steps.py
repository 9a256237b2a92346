"""The order of the filing pages, which answers each of them needs, who may file, and what all of them share."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cases import workflow
from cases.models import Draft
from cases.services import drafts
from config.actors import Actor
from config.errors import NotAllowed
from config.text import Text

STEPS = ("what", "who", "why", "want", "proof", "check")
# What must be there before the last page; the others have a default or may stay empty.
NEEDED = {"what": "lines", "who": "payer", "why": "complaint", "want": "wanted"}


def may_file(actor: Actor) -> bool:
    return actor.is_merchant and (actor.seat in workflow.ACTS["file"].seats or actor.is_alone)


def may_open(actor: Actor) -> bool:
    """Whether this seat submits what it files, or leaves that to the finance seat."""
    return actor.seat in workflow.ACTS["open"].seats or actor.is_alone


def check_may_file(actor: Actor) -> None:
    if not may_file(actor):
        raise NotAllowed(
            Text(
                "你的席位不能立案，请交给对账专员或负责人。",
                "Your seat cannot file a case. Ask the finance seat or the owner.",
            )
        )


def next_of(step: str) -> str:
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def first_unanswered(draft: Draft) -> str:
    """The first page whose answer is missing; the last page when none is."""
    return next((step for step, name in NEEDED.items() if not draft.answers.get(name)), STEPS[-1])


def shown(request: HttpRequest, draft: Draft | None, step: str, status: int = 200, **more) -> HttpResponse:
    """A page of filing: where one is, when it was saved, the way back."""
    place = STEPS.index(step)
    back = request.GET.get("next") or request.POST.get("next")
    context = {
        "draft": draft, "step": step, "place": place + 1, "steps": len(STEPS),
        "next": "check" if back == "check" else "",
        "back_step": "check" if back == "check" else STEPS[place - 1] if place else "", **more,
    }  # fmt: skip
    return render(request, f"cases/wizard/{more.get('template', step)}.html", context, status=status)


def onward(request: HttpRequest, draft: Draft, step: str, **answers) -> HttpResponse:
    """Keeps the answers and goes to the next page, or back to the last check where one came from."""
    following = "check" if request.POST.get("next") == "check" else next_of(step)
    drafts.save(draft, following, **answers)
    return redirect("wizard", draft.id, following)
