"""What to do next once an agreement is in effect, for each situation and each side. A table, part of nextstep.py's."""

from cases import caseshown
from cases.casepage import CasePage
from cases.models import Deadline, Obligation
from cases.next_actor import next_actor
from cases.nextrow import NONE
from cases.nextrow import row as _s
from config import clock

OWN_PAGES = ("obligations", "known_on_behalf", "confirmed_on_behalf")
OWED = ("open", "disputed")
BACK_OR_DUTIES = ("record_refund", "obligations")
MERCHANT = {
    "notify": _s(
        "协议已生效：通知各方", "The agreement is in effect: tell everybody concerned", "notify_parties", "obligations",
        clock="CK-NOTIFY", why=("各方都确认已知悉，就开始履行。", "It is carried out once everybody has said that they know."),
    ),
    "know": _s("确认你已知悉协议", "Say that you know the agreement", "acknowledge_notice", "obligations", clock="CK-NOTIFY"),
    "await_known": _s(
        "请名单上的人确认知悉", "Ask those on the list to say that they know", "known_on_behalf", "obligations",
        clock="CK-NOTIFY",
    ),
    "owe": _s(
        "做好你方约定的事，再提交凭证", "Do what your side agreed to, then prove it", "prove_obligation", "obligations",
        clock="CK-OBL",
    ),
    "await_duty": _s(
        "等对方履行；钱到了就记录", "Waiting for the other side; record the money once it arrives", *BACK_OR_DUTIES,
        clock="CK-OBL",
        why=("看到的到账会自动算到约定的那一项。", "Money you record counts towards what was agreed."),
    ),
    "late": _s(
        "对方到期没有履行：过了宽限日可以认定到期未付", "Not done by its day: after the days of grace you can record the breach",
        *BACK_OR_DUTIES, clock="CK-OBL",
    ),
    "broken": _s(
        "过了宽限日仍没有履行：认定到期未付", "Still not done after the days of grace: record the breach", "declare_breach",
        *BACK_OR_DUTIES, clock="CK-OBL",
        why=("之后可以正式催款。钱已经到了，就记录到账。", "A formal demand can follow. If the money has come, record it."),
    ),
    "confirm_duty": _s(
        "核对履行凭证：确认，或说明哪里不对", "Check the proof: confirm it, or say what is wrong", "confirm_obligation",
        "dispute_obligation", "obligations", clock=NONE,
    ),
    "await_confirmed": _s(
        "等对方确认你方的履行", "Waiting for the other side to confirm what you did", "confirmed_on_behalf", "obligations", clock=NONE,
    ),
    "breached": _s(
        "正式催款；已经补上就记下", "Demand it formally; if it was made good, note it", "demand_cure", "cure", "obligations",
        clock=NONE, why=("催款函会写好。从对方收到那天起算补付的时间。", "The demand is written for you; the time to pay runs from its arrival."),
    ),
    "demand_arrival": _s(
        "记下对方什么时候收到了催款函", "Note when the demand arrived", "record_arrival", "cure", "obligations", clock=NONE,
    ),
    "demanded": _s(
        "等对方补上；补上了就记下", "Waiting until it is made good; note it then", "cure", *BACK_OR_DUTIES, clock="CK-CURE",
    ),
    "made_good": _s("到期未付的已补上：继续履行", "What was overdue has come: go on", "cure", "obligations", clock=NONE),
    "kept": _s("约定的都已履行：核对后结案", "Everything agreed was done: check and close the case", "close", "obligations"),
}  # fmt: skip
PROVIDER = {
    "notify": _s("协议已生效，等商户通知各方", "The agreement is in effect; the merchant tells everybody", "obligations", clock="CK-NOTIFY"),
    "know": _s("确认你方已知悉协议", "Say that your side knows the agreement", "acknowledge_notice", "obligations", clock=NONE),
    "await_known": _s("等名单上的人确认知悉", "Waiting until everybody on the list knows", "obligations", clock=NONE),
    "owe": _s("按约定办，再提交凭证", "Do what was agreed, then prove it", "prove_obligation", "obligations", clock="CK-OBL"),
    "late": _s("约定的日期已过：尽快办，再提交凭证", "The day agreed has passed: do it, then prove it", "prove_obligation", "obligations", clock="CK-OBL"),
    "await_duty": _s("等商户履行", "Waiting for the merchant", "obligations", clock=NONE),
    "confirm_duty": _s("核对商户的履行凭证：确认，或说明哪里不对", "Check the merchant's proof: confirm it, or say what is wrong",
                       "confirm_obligation", "dispute_obligation", "obligations", clock=NONE),
    "await_confirmed": _s("等商户确认你方的履行", "Waiting for the merchant to confirm what you did", "obligations", clock=NONE),
    "breached": _s("补上到期未付的，再提交凭证", "Make good what is overdue, then prove it", "cure", "obligations", clock="CK-CURE"),
    "kept": _s("都已履行，等商户结案", "Everything was done; the merchant closes the case", "obligations"),
}  # fmt: skip


def situation(page: CasePage) -> str:
    """The row of the tables above, for a case under an agreement in effect; empty for every other."""
    found = BY_STATE.get(page.case.state)
    return found(page) if found else ""


def _told(page: CasePage) -> str:
    waiting = [one for one in page.case.told_parties.all() if one.knows_at is None]
    if not page.case.told_parties.all():
        return "notify"
    mine = (page.side, page.actor.seat)
    return "know" if any(one.who in mine for one in waiting) else "await_known"


def _fulfilling(page: CasePage) -> str:
    """The earliest day first: what is owed by it, then what was proven and waits for a word."""
    one = first_owed(page)
    if one is None:
        return "confirm_duty" if next_actor(page.case) == page.side else "await_confirmed"
    ours, now = one.debtor == page.side, clock.now()
    if one.due_at > now or (ours and page.side == "merchant"):
        return "owe" if ours else "await_duty"
    if ours:
        return "late"
    if page.side == "provider":
        return "await_duty"
    return "broken" if one.grace_until <= now else "late"


def _breached(page: CasePage) -> str:
    if page.side == "provider":
        return "breached"
    if not any(one.is_breached and one.state in OWED for one in page.obligations):
        return "made_good"
    demands = [one for one in page.letters if one.kind == "demand" and one.made_at >= page.case.state_since]
    if not demands:
        return "breached"
    return "demanded" if any(one.arrived_at for one in demands) else "demand_arrival"


def _fulfilled(page: CasePage) -> str:
    return "kept" if page.side == "provider" or page.case.recovered < page.case.amount else "fulfilled"


BY_STATE = {"EFFECTIVE": _told, "FULFILLING": _fulfilling, "BREACHED": _breached, "FULFILLED": _fulfilled}


def first_owed(page: CasePage) -> Obligation | None:
    """The obligation whose day comes first among those that are not done."""
    owed = [one for one in page.obligations if one.state in OWED]
    return min(owed, key=lambda one: (one.due_at, one.position), default=None)


def clock_of(page: CasePage) -> Deadline | None:
    """The clock of that obligation, running or run out."""
    one = first_owed(page)
    return next((row for row in caseshown.concerning(page) if one and row.subject_id == one.id), None)
