"""Obligations as rows: which are still owed, the clock each runs by, what a payment does to them.

The acts that prove, confirm and dispute them are obligations.py's, the money itself is money.py's.
"""

from datetime import date
from decimal import Decimal
from uuid import uuid4

from cases.models import Agreement, Case, Obligation, Refund
from cases.services.steps import Step
from cases.terms import MONEY
from config import clock
from config.text import Text

UNDER_AGREEMENT = ("EFFECTIVE", "FULFILLING", "BREACHED")
OWED, DONE = ("open", "disputed"), ("confirmed", "cancelled")
PART = Text("（已付的一部分）", " (the part paid)")
REST = Text("（其余部分）", " (the rest)")


def agreement_of(case: Case) -> Agreement:
    """The agreement that is in effect."""
    return case.agreements.filter(state="effective").order_by("-position")[0]


def left(case: Case) -> list[Obligation]:
    """What is not confirmed yet, the earliest day first."""
    return list(case.obligations.exclude(state__in=DONE).order_by("due_at", "position"))


def is_refund(one: Obligation) -> bool:
    """Whether it pays back what was taken: its sum is spread over the lines of the case."""
    return one.debtor == "provider" and one.kind in MONEY and one.amount is not None


def watch(s: Step, one: Obligation, *, agreed_on: date | None = None) -> None:
    """Its clock runs from the day of effect; a day that has passed already is flagged at the next tick."""
    s.case.deadlines.filter(code="CK-OBL", subject_id=one.id, state="expired").update(state="replaced")
    s.start(
        "CK-OBL", one.agreement.effective_at or s.at, on=agreed_on or one.due_on, subject_id=one.id, acts=one.debtor
    )


def unwatch(s: Step, one: Obligation) -> None:
    """What it waited for was done on `done_on`: in time if that is no later than its day, however late it was told."""
    one.is_overdue = one.done_on > one.due_on
    s.end("CK-OBL", subject_id=one.id, at=clock.day_start(one.done_on))


def settle(s: Step, one: Obligation) -> None:
    """The creditor's side has it: the obligation is done."""
    one.state, one.confirmed_at, one.confirmed_by_name = "confirmed", s.at, s.actor.display_name
    unwatch(s, one)
    one.save()


def pay(s: Step, refund: Refund, lines: set[int]) -> None:
    """Counts money that came in towards what the agreement owes for these lines.

    First the obligation of this very sum, then the earliest; of one that is paid in part, the part becomes one of
    its own and the rest stays owed.
    """
    rows = [one for one in left(s.case) if is_refund(one) and (not one.lines or lines & set(one.lines))]
    rows.sort(key=lambda one: one.amount != refund.amount)
    money, paid = refund.amount, []
    for one in rows:
        if money <= 0:
            break
        if one.amount > money:
            one = _part(s, one, money)
        money -= one.amount
        one.done_on, one.statement_line, one.proof = refund.on, refund.statement_line, refund.proof
        settle(s, one)
        paid.append(one.position)
    if paid:
        s.record(obligations=paid)


def _part(s: Step, one: Obligation, money: Decimal) -> Obligation:
    """The part of a sum that was paid, as an obligation of its own; the rest stays owed with its day and its clock."""
    part = Obligation(
        id=uuid4(), case=s.case, agreement=one.agreement, position=_next_position(s.case), kind=one.kind,
        debtor=one.debtor, what=_marked(one.what, PART), amount=money, lines=one.lines, tid=one.tid,
        due_on=one.due_on, due_at=one.due_at, grace_until=one.grace_until,
    )  # fmt: skip
    one.amount -= money
    was_proven = one.state == "proven"  # what was proven was the whole, which is not what came
    one.what, one.state = _marked(one.what, REST), "open" if was_proven else one.state
    if was_proven:
        watch(s, one)
    one.save()
    part.save(force_insert=True)
    return part


def _next_position(case: Case) -> int:
    return case.obligations.order_by("-position").values_list("position", flat=True)[0] + 1


def _marked(what: dict, mark: Text) -> dict:
    return {name: what[name].removesuffix(getattr(REST, name)) + getattr(mark, name) for name in ("zh", "en")}
