"""All evidence of a case with its fingerprint, source and visibility, and each file as it was stored."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from cases import actions, casepage, caseshown
from cases.models import Evidence
from cases.views.case import checks
from cases.views.entrance import seated
from config import files
from config.errors import NotFound, Refused


@seated
def evidence_page(request: HttpRequest, number: str) -> HttpResponse:
    page = casepage.read(request.actor, number)  # type: ignore[attr-defined]
    possible = {act.name: (act, blocked) for act, blocked in actions.available(page.case, page.actor)}
    return render(request, "cases/evidence/page.html", {
        "case": page.case, "items": [caseshown.evidence_item(number, one, previews=True) for one in page.evidence],
        "checks": checks(page, possible), "may_add": "add_evidence" in possible, "may_ask": "request_evidence" in possible,
        "asks": [caseshown.evidence_request(page, one) for one in page.evidence_requests],
    })  # fmt: skip


@seated
def evidence_file(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """The original, byte for byte. A file that is no longer what was stored is not handed out: 409."""
    actor = request.actor  # type: ignore[attr-defined]
    case = casepage.opened(actor, number)
    item = Evidence.objects.visible_to(actor).filter(case=case, position=position).select_related("file").first()
    if item is None:
        raise NotFound
    try:
        content = files.read(item.file)
    except (Refused, FileNotFoundError):
        return render(request, "cases/evidence/damaged.html", {"case": case, "item": item}, status=409)
    return sent_file(content, item.name, item.content_type)


def sent_file(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to download: never opened inside the site, never guessed at by the browser."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, files.safe_name(name))
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
