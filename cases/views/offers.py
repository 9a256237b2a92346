"""The page on which offers are compared and answered. What it shows of them is offershown.py's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import actions, casepage, caseshown, offershown, reasons
from cases.casepage import CasePage
from cases.models import Mandate
from cases.views.entrance import seated


@seated
def offers_page(request: HttpRequest, number: str) -> HttpResponse:
    """What is claimed beside every offer, the newest first, and what the reader can answer."""
    page = casepage.read(request.actor, number)  # type: ignore[attr-defined]
    rows = offershown.newest_first(page)
    live = next((one for one in rows if one["is_live"]), None)
    watched = [one for one in page.deadlines if one.code == "CK-OFFER" and one.state == "running"]
    talks = [one.due_at for one in page.deadlines if one.code == "CK-NEGO" and one.state == "running"]
    return render(
        request, "cases/offers/page.html",
        {
            "case": page.case, "rows": rows, "live": live, "whole": offershown.demanded(page.case, page.totals),
            "acts": _acts(page, live), "deadline": caseshown.deadline(watched[0], page.side) if watched else None,
            "talks": talks[0] if talks else None, "mandate": _mandate(page), "is_provider": page.side == "provider",
            "wanted": reasons.WANTED.get(page.case.wanted, ""),
        },
    )  # fmt: skip


def _acts(page: CasePage, live: dict | None) -> dict[str, str]:
    """The addresses of what the reader can do about offers now, by what the page calls it."""
    possible = {act.name for act, blocked in actions.available(page.case, page.actor) if not blocked}
    number = page.case.number
    found = {
        "make": "make_offer" if live is None else "", "counter": "make_offer" if live and not live["is_own"] else "",
        "accept": "accept_offer", "reject": "reject_offer", "withdraw": "withdraw_offer", "mandate": "set_mandate",
        "fail": "fail_negotiation",
    }  # fmt: skip
    urls = {name: reverse("act", args=[number, act]) for name, act in found.items() if act in possible}
    if live and "accept" in urls:
        urls["accept"] += f"?offer={live['position']}"
    if caseshown.stands_in(page) and page.case.provider_id and (live is None or live["is_own"]):
        urls["answered"] = reverse("answered", args=[number])
        if "make_offer" in possible:
            urls["record"] = reverse("act", args=[number, "make_offer"]) + "?behalf=1"
    return urls


def _mandate(page: CasePage) -> Mandate | None:
    """The reader's own side's alone; the other side's is not among the rows that were read."""
    return next((one for one in page.case.mandates.all() if one.is_live and one.side == page.side), None)
