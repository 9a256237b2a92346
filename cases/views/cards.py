"""One case as a card or a row: its title, whose turn it is and what happens otherwise, in the reader's words."""

from django.utils.translation import gettext as _

from cases import reasons, timetable, workflow
from cases.models import Case
from config import clock
from config.actors import Actor
from config.text import Text

# What the merchant's next step is, in one line, by state.
TODO = {
    "DRAFT": Text("核对后提交，说明函就写好了", "Check and submit it; the letter is then written"),
    "OPEN": Text("把说明函发给对方，记下对方什么时候收到", "Send the letter, then note when it arrived"),
    "EXPLAINED": Text(
        "看对方的说明，说说你认为是谁的责任", "Read the explanation and say who you think is responsible"
    ),
    "RESP_REVIEW": Text("回应或确认谁的责任", "Answer or confirm who is responsible"),
    "RESP_CONFIRMED": Text("责任已确认，可以谈怎么退", "Responsibility is settled; talk about the refund"),
    "NEGO_FAILED": Text("谈不拢了，看看还有哪些路", "Talks failed; see which ways are left"),
    "FULFILLED": Text("钱退齐了，核对后结案", "Everything came back; check and close the case"),
}
OVERDUE = Text("对方过了日子还没有说明，可以催一次", "The other side is late; you can remind it")
WAITING = {
    "provider": Text("等对方答复", "Waiting for the other side"),
    "legal": Text("等法务", "Waiting for the legal team"),
    "court": Text("等法院", "Waiting for the court"),
    "none": Text("已结案", "Closed"),
}
LEVELS = ((0, "overdue"), (1, "danger"), (3, "warning"))  # days left, at most
STATUS_LEVELS = {"closed": "success", "law": "law", "prepare": "neutral"}


def card(case: Case, actor: Actor) -> dict:
    """A row of queries.with_row in the shape of components/case_card.html and of the table of staff seats."""
    stage = workflow.stage_of(case.state)
    what = case.what or {}  # type: ignore[attr-defined]
    is_staff = not actor.is_merchant
    label = workflow.STATES[case.state].label if is_staff else workflow.STAGES.get(stage, workflow.LAW_STAGE)
    if case.state == "CLOSED" and case.outcome:
        label = workflow.OUTCOMES[case.outcome]
    other = case.merchant if is_staff else case.provider
    return {
        "number": case.number, "url": address(case.number), "title": title(case, what), "amount": what.get("sum"),
        "status_label": label, "status_level": STATUS_LEVELS.get(stage, "info"),
        "other_party": other.name if other else _("对方待查"), "sentence": sentence(case, actor),
        "deadline": deadline(case), "go_label": _("去处理"), "yours": is_turn_of(case, actor),
        "created_at": case.created_at, "turn_label": workflow.NEXT_ACTORS[case.turn],  # type: ignore[attr-defined]
    }  # fmt: skip


def address(number: str) -> str:
    return f"/cases/{number}/"


def title(case: Case, what: dict) -> str:
    """What was taken, and how many times: 流量费，3 笔."""
    kind = what.get("kind") or "DEDUCTION"
    plain = reasons.SYMPTOMS[case.symptom] if case.symptom != "S0" else _("一笔扣款")
    name = str(what.get("fee") or (plain if kind == "DEDUCTION" else reasons.LINE_KINDS[kind]))
    count = what.get("n") or 0
    return _("%(name)s，%(count)d 笔") % {"name": name, "count": count} if count > 1 else name


def is_turn_of(case: Case, actor: Actor) -> bool:
    side = "provider" if actor.is_provider else "legal" if actor.is_legal else "merchant"
    return case.turn == side or (side == "merchant" and case.is_overdue)  # type: ignore[attr-defined]


def sentence(case: Case, actor: Actor) -> Text | str:
    if case.is_overdue and actor.is_merchant:  # type: ignore[attr-defined]
        return OVERDUE
    if is_turn_of(case, actor):
        return TODO.get(case.state, "") if actor.is_merchant else ""
    return WAITING[case.turn] if case.turn != "merchant" else ""  # type: ignore[attr-defined]


def deadline(case: Case) -> dict | None:
    """The next deadline: when, how near, and what happens when nothing is done."""
    told = case.deadline  # type: ignore[attr-defined]
    if not told or not case.next_due_at:
        return None
    days = (case.next_due_at - clock.now()).total_seconds() / 86_400
    level = next((name for most, name in LEVELS if days <= most), "neutral")
    return {
        "due_at": case.next_due_at, "level": level, "silence": timetable.CLOCKS[told["code"]].silence,
        "kind_label": timetable.KINDS[told["kind"]],
    }  # fmt: skip
