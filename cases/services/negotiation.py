"""Bargaining: talks opened, offers made, rejected, withdrawn, accepted, lapsed. What an offer says is cases/terms.py.

One offer at most is live, and only while its case is OFFER_PENDING. It is accepted in time iff that came before its
`valid_until`, whenever it was typed in. How far a side's people may go is mandates.py's.
"""

from datetime import date, datetime, timedelta
from uuid import uuid4

from cases import termfaults, terms
from cases.models import Case, Deadline, Offer
from cases.services import agreements, deadlines, evidence, investigation, mandates
from cases.services.steps import BEFORE, Step, act
from cases.termfaults import Claimed
from cases.terms import Term
from config import clock, money
from config.errors import Conflict, Fault, Invalid, Late
from config.text import Text

LONGEST_VALIDITY = timedelta(days=366)
ENDED = {
    "countered": Text("方案 {n} 之后又有了还价，已经失效。", "Offer {n} ended with the counter-offer that followed."),
    "withdrawn": Text("方案 {n} 已经撤回。", "Offer {n} was withdrawn."),
    "rejected": Text("方案 {n} 已经被拒绝。", "Offer {n} was rejected."),
    "accepted": Text("方案 {n} 已经接受。", "Offer {n} has been accepted already."),
    "ended": Text("方案 {n} 已随协商一起结束。", "Offer {n} ended with the talks."),
    "lapsed": Text("方案 {n} 之后又有了新方案。", "A newer offer has followed offer {n}."),
}


@act("start_negotiation")
def start_negotiation(s: Step, data: dict) -> None:
    """The merchant opens the talks; the time for the whole of them begins to run."""
    _watch(s)
    s.tell("talks_opened", "provider")


@act("make_offer")
def make_offer(s: Step, data: dict) -> None:
    """One side makes an offer; as an answer to the other side's it is the counter-offer that ends it (民法典 478).

    Raises Conflict while an own offer awaits its answer, Invalid for wrong terms, MandateExceeded.
    """
    live = _live(s.case)
    if live and live.side == s.side:
        raise Conflict(
            Text("你方的方案 {n} 还在等答复，请先撤回它，再提新的。",
                 "Your offer {n} still awaits its answer. Withdraw it first, then make a new one.").format(n=live.position)
        )  # fmt: skip
    _check_instant(s, live)
    found = _read(s, data["terms"])
    mandates.hold(s, found, accepts=False)
    evidence.keep_proof(s, data)
    if s.case.state in ("AWAIT_EXPLANATION", "EXPLAINED", "RESP_REVIEW"):
        s.record(responsibility=investigation.leave_open(s.case))
    if s.case.state == "AWAIT_EXPLANATION":
        s.end("CK-EXPL", state="stopped")  # an offer is no explanation: what was asked for did not come
    if live:
        _end(s, live, "countered")
    until = _validity(s, data.get("valid_until"))
    offer = Offer(
        id=uuid4(), case=s.case, position=s.case.offers.count() + 1, side=s.side, terms=terms.as_json(found),
        conditions=data.get("conditions") or "", valid_until=until.due_at, made_at=s.at, made_by_id=s.actor.user_id,
        made_by_name=s.actor.display_name, on_behalf=s.on_behalf, answers=live.position if live else None,
        is_reserved=bool(data.get("reserve")),
    )  # fmt: skip
    offer.save(force_insert=True)
    s.start("CK-OFFER", acts=terms.other(s.side), **({"on": data["valid_until"]} if data.get("valid_until") else {}))
    _watch(s)
    _note(s, offer, found)


def _note(s: Step, offer: Offer, found: list[Term]) -> None:
    net = terms.net(found)
    s.record(
        offer=offer.position, terms=offer.terms, net=str(net), valid_until=offer.valid_until.isoformat(),
        **({"conditions": offer.conditions} if offer.conditions else {}),
        **({"answers": offer.answers} if offer.answers else {}), **({"reserve": True} if offer.is_reserved else {}),
    )  # fmt: skip
    s.tell(
        "offer_made", terms.other(s.side), offer=offer.position, sum=money.plain(net),
        percent=f"{net / s.case.amount:.1%}" if s.case.amount else "–", until=clock.bound(offer.valid_until),
    )  # fmt: skip


@act("reject_offer")
def reject_offer(s: Step, data: dict) -> None:
    """The other side's offer is turned down, with the reason; the talks go on."""
    live = _answered(s, data, "rejected")
    s.tell("offer_rejected", terms.other(s.side), offer=live.position)


@act("withdraw_offer")
def withdraw_offer(s: Step, data: dict) -> None:
    """The own offer is taken back before it was answered; the talks go on."""
    live = _answered(s, data, "withdrawn")
    s.tell("offer_withdrawn", terms.other(s.side), offer=live.position)


def _answered(s: Step, data: dict, state: str) -> Offer:
    live = s.case.offers.get(state="live")
    _check_instant(s, live)
    evidence.keep_proof(s, data)
    live.reason = data["reason"]
    _end(s, live, state)
    s.record(offer=live.position, reason=data["reason"])
    return live


@act("accept_offer")
def accept_offer(s: Step, data: dict) -> None:
    """The other side's offer is accepted as it stands; the agreement is drafted from it.

    Raises Late after its last day (民法典 486: a late acceptance is a new offer), Conflict for one that has ended or
    that no longer fits the case, MandateExceeded.
    """
    offer = s.case.offers.filter(position=data["offer"]).first()
    if offer is None or offer.side == s.side:
        text = Text("这不是对方提出的方案。", "This is no offer of the other side.")
        raise Invalid(text, [Fault("/offer", "unknown", text)])
    if s.case.offers.filter(position__gt=offer.position).exists():
        raise _ended(offer)
    _check_instant(s, offer)
    found = terms.read(offer.terms)
    mandates.hold(s, found, accepts=True)
    _check_it_still_fits(s, offer, found)
    evidence.keep_proof(s, data)
    _end(s, offer, "accepted")
    s.start("CK-DRAFT")
    s.record(offer=offer.position, net=str(terms.net(found)))
    for side in ("merchant", "provider"):
        s.tell("offer_accepted", side, offer=offer.position, sum=money.plain(terms.net(found)))
    agreements.draft_from(s, offer)


def refuse_what_ended(case: Case, data: dict) -> None:
    """Why an offer cannot be accepted any more, said better than by the state in which its end left the case."""
    number = str(data.get("offer", ""))
    offer = case.offers.filter(position=number).first() if number.isdecimal() and len(number) < 9 else None
    if offer is None:
        return
    now = clock.now()
    received = data.get("received_at") if data.get("on_behalf") else None
    at = received if isinstance(received, datetime) else now
    if offer.state not in ("live", "lapsed"):
        raise _ended(offer)
    if at >= offer.valid_until or (offer.state == "lapsed" and received is None):
        text = Text("方案 {n} 到 {until} 为止，现在接受已经晚了。可以请对方再提，或自己提出同样的方案。",
                    "Offer {n} stood until {until}; this acceptance comes too late. Ask for it again, or offer the same yourself.")  # fmt: skip
        raise Late(text.format(n=offer.position, until=clock.bound(offer.valid_until)))


BEFORE["accept_offer"] = refuse_what_ended


def lapse(s: Step, deadline: Deadline) -> None:
    """Nobody answered in time: the offer is over and the talks go on. Who made it is told as well as who kept silent."""
    live = _live(s.case)
    if live is None or s.case.state != "OFFER_PENDING":
        return
    _end(s, live, "lapsed")
    s.record(offer=live.position)
    s.move("NEGOTIATING")
    if deadline.acts == "merchant":  # else the provider hears of the passed day itself
        s.tell("offer_lapsed", "provider", offer=live.position)


# -- helpers ------------------------------------------------------------------------------------------------------


def _live(case: Case) -> Offer | None:
    return case.offers.filter(state="live").first()


def _end(s: Step, offer: Offer, state: str) -> None:
    offer.state, offer.ended_at = state, s.at
    offer.save(update_fields=["state", "ended_at", "reason"])


def _ended(offer: Offer) -> Conflict:
    return Conflict(ENDED[offer.state].format(n=offer.position))


def _check_instant(s: Step, before: Offer | None) -> None:
    """What is typed in for the other side came after the letter, and after the offer that it answers."""
    investigation.after_arrival(s)
    if before:
        investigation.not_before(
            s, before.made_at,
            Text("这个时间早于方案 {n} 提出的时间。请核对收到的时间。",
                 "This lies before offer {n} was made. Check when it was received.").format(n=before.position),
        )  # fmt: skip


def _read(s: Step, rows: list[dict]) -> list[Term]:
    """The terms checked against what the case claims, ready to be kept. Raises Invalid with every fault."""
    found, claim = terms.read(rows), claimed(s.case)
    if faults := termfaults.faults(found, claim, clock.local_day(s.at)):
        raise Invalid(faults[0].text, faults)
    return termfaults.made_ready(found, claim)


def claimed(case: Case) -> list[Claimed]:
    """What the case claims, line by line, with what came back already."""
    rows = case.lines.filter(is_live=True).order_by("position")
    return [Claimed(*row) for row in rows.values_list("position", "amount", "refunded", "kind")]


def _check_it_still_fits(s: Step, offer: Offer, found: list[Term]) -> None:
    """Lines may have changed, money come back, and days gone by since the offer was made."""
    if past := termfaults.passed(found, clock.local_day(s.at)):
        text = Text(
            "方案里的日子 {day} 已经过去，请重新提一个方案。", "{day} in the offer has passed. Make a new offer."
        )
        raise Conflict(text.format(day=past[0]))
    claim = claimed(s.case)
    if termfaults.faults(found, claim, clock.local_day(offer.made_at)) or termfaults.made_ready(found, claim) != found:
        raise Conflict(
            Text("提出之后，案件里的扣款或退款有了变动，方案对不上了。请重新提一个方案。",
                 "Lines or refunds of the case changed since; the offer no longer fits. Make a new one.")
        )  # fmt: skip


def _validity(s: Step, day: date | None):
    """Until when the offer stands: through the day named, else five working days from its arrival."""
    if day and not clock.local_day(s.at) <= day <= clock.local_day(s.at) + LONGEST_VALIDITY:
        text = Text("有效期要在今天到一年之内。", "An offer stands until some day between today and a year from now.")
        raise Invalid(text, [Fault("/valid_until", "out_of_range", text)])
    return deadlines.Law().work_out("CK-OFFER", s.at, **({"on": day} if day else {}))


def _watch(s: Step) -> None:
    """The clock of the whole talks starts once, with their first act."""
    if not s.case.deadlines.filter(code="CK-NEGO", state__in=["running", "expired"]).exists():
        s.start("CK-NEGO")
