"""The page of what each side must do under the agreement. Each act has its own page (acts.py); this one leads there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from cases import actions, casepage, caseshown, dutyshown, workflow
from cases.casepage import CasePage
from cases.models import Obligation
from cases.services import dues, notify
from cases.views.entrance import seated
from config import clock

PROVE, CONFIRM, DISPUTE, BREACH, CURE = (
    "prove_obligation", "confirm_obligation", "dispute_obligation", "declare_breach", "cure",
)  # fmt: skip


@seated
def obligations_page(request: HttpRequest, number: str) -> HttpResponse:
    """Who does what by when, how it was proven, who confirmed it; and who knows the agreement."""
    page = casepage.read(request.actor, number)  # type: ignore[attr-defined]
    possible = {act.name for act, blocked in actions.available(page.case, page.actor) if not blocked}
    rows = sorted(page.obligations, key=lambda one: (one.due_at, one.position))
    duties = [_duty(page, one, possible) for one in rows]
    first = next((duty for duty in duties if duty["actions"]), None)
    if first:
        first["first"] = True
    return render(
        request, "cases/obligations/page.html",
        {
            "case": page.case, "agreement": _agreement(page), "agreement_url": _agreement_url(number), "duties": duties,
            "sums": dutyshown.sums(rows), "told": _told(page, possible), "may_notify": "notify_parties" in possible,
            "case_actions": _of_case(page, possible),
        },
    )  # fmt: skip


def _agreement(page: CasePage):
    return next((one for one in reversed(page.agreements) if one.state == "effective"), None)


def _agreement_url(number: str) -> str:
    try:
        return reverse("agreement", args=[number])
    except NoReverseMatch:
        return ""


def _duty(page: CasePage, one: Obligation, possible: set[str]) -> dict:
    running = [row for row in page.deadlines if row.code == "CK-OBL"]
    return {
        **dutyshown.duty(one, page.side, page.evidence, running, page.case.number),
        "actions": _actions(page, one, possible),
    }


def _actions(page: CasePage, one: Obligation, possible: set[str]) -> list[dict]:
    """What this reader may do about one obligation; for a respondent without account, also its part."""
    ours, behalf = one.debtor == page.side, caseshown.stands_in(page)
    found: list[tuple[str, object, bool]] = []
    if one.state in dues.OWED and page.case.state == "FULFILLING":
        found.append((PROVE, _("提交凭证") if ours else _("我看到已经做了"), False))
        if one.debtor == "provider" and one.grace_until <= clock.now():
            found.append((BREACH, workflow.ACTS[BREACH].label, False))
    if one.state in dues.OWED and one.is_breached and page.case.state == "BREACHED":
        found.append((CURE, _("补上并提交凭证") if ours else workflow.ACTS[CURE].label, False))
    if one.state == "proven" and (not ours or behalf):
        found += [(CONFIRM, _("确认已履行") if not ours else _("对方确认了"), ours),
                  (DISPUTE, _("有异议") if not ours else _("对方有异议"), ours)]  # fmt: skip
    return [_action(page, name, label, f"obligation={one.position}", stands_in)
            for name, label, stands_in in found if _may(page, name, possible, stands_in)]  # fmt: skip


def _may(page: CasePage, name: str, possible: set[str], stands_in: bool) -> bool:
    """The other side's part is blocked for the own side; it is recorded on its behalf where that is open at all."""
    return name in possible or (
        stands_in
        and page.case.state in workflow.ACTS[name].from_
        and page.actor.seat in ("merchant.finance", "merchant.owner")
    )


def _action(page: CasePage, name: str, label, query: str, stands_in: bool) -> dict:
    url = f"{reverse('act', args=[page.case.number, name])}?{query}{'&behalf=1' if stands_in else ''}"
    return {"name": name, "label": label, "url": url}


def _told(page: CasePage, possible: set[str]) -> list[dict]:
    """The list of those who must know, each with where its word is given."""
    found = []
    for one in sorted(page.case.told_parties.all(), key=lambda one: (one.side, one.who)):
        shown = dutyshown.party(one)
        if one.knows_at is None and "acknowledge_notice" in possible and page.case.state == "EFFECTIVE":
            shown |= _word(page, one)
        found.append(shown)
    return found


def _word(page: CasePage, one) -> dict:
    url = reverse("act", args=[page.case.number, "acknowledge_notice"])
    if one.side != page.side:
        return {"url": f"{url}?behalf=1", "do_label": _("记下对方已知悉")} if caseshown.stands_in(page) else {}
    if one.who in (page.side, page.actor.seat):
        return {"url": url, "do_label": _("我已知悉")}
    if page.actor.seat in notify.SPEAKS_FOR[page.side]:
        return {"url": f"{url}?who={one.who}", "do_label": _("替他记下")}
    return {}


def _of_case(page: CasePage, possible: set[str]) -> list[dict]:
    """What is about the whole: the demand for what is overdue, and going on once it has come."""
    late = [one for one in page.obligations if one.is_breached and one.state in dues.OWED]
    found = ["demand_cure"] if late else ["cure"] if page.case.state == "BREACHED" else []
    return [
        {"label": workflow.ACTS[name].label, "url": reverse("act", args=[page.case.number, name])}
        for name in found if name in possible
    ]  # fmt: skip
