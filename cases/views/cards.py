"""One case as a card or a row: its title, whose turn it is and what happens otherwise, in the reader's words."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cases import nextstep, reasons, timetable, workflow
from cases.caseshown import LEVELS, state_tag
from cases.models import Case
from config import clock
from config.actors import Actor
from config.text import Text

PAGES = {
    "offered": "offers",
    "drafting": "agreement",
    "sign": "agreement",
}  # what is to be done at once has a page of its own


def card(case: Case, actor: Actor) -> dict:
    """A row of queries.with_row in the shape of components/case_card.html and of the table of staff seats."""
    what = case.what or {}  # type: ignore[attr-defined]
    is_staff = not actor.is_merchant
    tag = state_tag(case, actor)
    other = case.merchant if is_staff else case.provider
    return {
        "number": case.number, "url": reverse(PAGES.get(_situation(case, actor), "case"), args=[case.number]), "title": title(case, what), "amount": what.get("sum"),
        "status_label": tag["label"], "status_level": tag["level"],
        "other_party": other.name if other else _("对方待查"), "sentence": headline(case, actor),
        "deadline": deadline(case, actor), "go_label": _("去处理"), "yours": is_turn_of(case, actor),
        "created_at": case.created_at, "turn_label": workflow.NEXT_ACTORS[case.turn],  # type: ignore[attr-defined]
    }  # fmt: skip


def title(case: Case, what: dict) -> str:
    """What was taken, and how many times: 流量费，3 笔."""
    kind = what.get("kind") or "DEDUCTION"
    plain = reasons.SYMPTOMS[case.symptom] if case.symptom != "S0" else _("一笔扣款")
    name = str(what.get("fee") or (plain if kind == "DEDUCTION" else reasons.LINE_KINDS[kind]))
    count = what.get("n") or 0
    return _("%(name)s，%(count)d 笔") % {"name": name, "count": count} if count > 1 else name


def is_turn_of(case: Case, actor: Actor) -> bool:
    """As queries.turn_of says it of many."""
    if case.asked_by is not None:  # type: ignore[attr-defined]
        return case.asked_by != actor.user_id  # type: ignore[attr-defined]
    side = "provider" if actor.is_provider else "legal" if actor.is_legal else "merchant"
    return case.turn == side or (side == "merchant" and case.is_overdue)  # type: ignore[attr-defined]


def headline(case: Case, actor: Actor) -> Text:
    """What is to be done next, in the words of the case's own page."""
    table = nextstep.PROVIDER if actor.is_provider else nextstep.MERCHANT
    return (table.get(_situation(case, actor)) or table["other"]).headline


def _situation(case, actor: Actor) -> str:
    """The row of nextstep.py that a row of queries.with_row is in."""
    if case.asked_by is not None:
        return "asked" if case.asked_by == actor.user_id else "decide"
    if case.state == "OPEN":
        return "unknown" if case.provider_id is None else "arrival" if case.is_sent else "send"
    if case.state in workflow.AWAITING:
        return "overdue" if case.is_overdue else "await_ack" if case.state == "AWAIT_ACK" else "await"
    if case.state == "RESP_REVIEW":
        if not (case.proposed or "").endswith(":proposed"):
            return "confirm"
        return "answer" if is_turn_of(case, actor) else "await_answer"
    if case.state == "OFFER_PENDING":
        return "offered" if is_turn_of(case, actor) else "await_offer"
    if case.state == "SIGNING":
        return "sign" if is_turn_of(case, actor) else "await_sign"
    return nextstep.BY_STATE.get(case.state, "other")


def deadline(case: Case, actor: Actor) -> dict | None:
    """The next deadline: when, how near, and what the merchant can do when nothing comes."""
    told = case.deadline  # type: ignore[attr-defined]
    if not told or not case.next_due_at:
        return None
    days = (case.next_due_at - clock.now()).total_seconds() / 86_400
    level = next((name for most, name in LEVELS if days <= most), "neutral")
    return {
        "due_at": case.next_due_at, "level": level, "silence": timetable.CLOCKS[told["code"]].silence if actor.is_merchant else "",
        "kind_label": timetable.KINDS[told["kind"]],
    }  # fmt: skip
