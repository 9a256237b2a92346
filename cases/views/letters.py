"""A letter as a page with everything to send it, as PDF, as a sheet to print and as plain text. Writing is services'."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases import actions, casepage, caseshown
from cases.models import Case, Letter
from cases.services import letters
from cases.views.entrance import seated
from cases.views.evidence import sent_file
from config import files
from config.errors import NotFound


def _found(request: HttpRequest, number: str, position: int) -> tuple[Case, Letter]:
    """The letter; the other side sees it once it was sent."""
    actor = request.actor  # type: ignore[attr-defined]
    case = casepage.opened(actor, number)
    letter = Letter.objects.visible_to(actor).filter(case=case, position=position).first()
    if letter is None or (actor.is_provider and letter.sent_at is None):
        raise NotFound
    letter.case = case
    return case, letter


@seated
def letter_page(request: HttpRequest, number: str, position: int) -> HttpResponse:
    case, letter = _found(request, number, position)
    possible = {act.name for act, blocked in actions.available(case, request.actor) if not blocked}  # type: ignore[attr-defined]
    following = "send_letter" if letter.state == "made" else "record_arrival" if letter.state == "sent" else ""
    return render(request, "cases/letters/letter.html", {
        "case": case, "letter": letter, "shown": caseshown.letter(number, letter),
        "text": "\n\n".join(part for part in (letter.text, letter.annex) if part),
        "next_act": following if following in possible else "", "way": None if request.actor.is_provider else letters.way_of(letter),  # type: ignore[attr-defined]
    })  # fmt: skip


@seated
def letter_pdf(request: HttpRequest, number: str, position: int) -> HttpResponse:
    _case, letter = _found(request, number, position)
    stored = letters.pdf(request.actor, letter)  # type: ignore[attr-defined]
    return sent_file(files.read(stored), stored.name, "application/pdf")


@seated
def letter_print(request: HttpRequest, number: str, position: int) -> HttpResponse:
    case, letter = _found(request, number, position)
    return render(request, "documents/print.html", {**letters.page(letter), "case": case, "letter": letter})


@seated
def letter_text(request: HttpRequest, number: str, position: int) -> HttpResponse:
    _case, letter = _found(request, number, position)
    return HttpResponse(
        letter.text + (f"\n{letter.annex}" if letter.annex else ""), content_type="text/plain; charset=utf-8"
    )
