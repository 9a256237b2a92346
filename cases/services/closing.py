"""How a case ends: charge accepted, talks failed, withdrawn, closed. A closed case keeps no clock and no live line."""

from django.db.models import F

from cases import terms
from cases.models import ActRequest, Case
from cases.services import guards
from cases.services.steps import Step, act
from config import clock

GIVEN_UP = ("DEDUCTION_UPHELD", "WITHDRAWN", "UNECONOMIC", "TIME_BARRED")


@act("accept_charge")
def accept_charge(s: Step, data: dict) -> None:
    """The merchant accepts the deduction; two persons decide it."""
    s.record(reason=data["reason"])
    _close(s, "DEDUCTION_UPHELD")


@act("fail_negotiation")
def fail_negotiation(s: Step, data: dict) -> None:
    """Nothing came of the talks, or the other side stayed silent. Limitation goes on; what to do next is open.

    The summary is the merchant's own: the other side learns that talks ended, not why they are thought to have. What
    each side offered last stands with it; no offer outlives the talks.
    """
    s.record(summary=data["summary"], **({"offers": last} if (last := last_offers(s.case)) else {}))
    s.private_to = s.own_principal
    s.tell("negotiation_failed", "provider")


def last_offers(case: Case) -> list[dict]:
    """What each side offered last, the merchant first."""
    rows = [case.offers.filter(side=side).order_by("-position").first() for side in ("merchant", "provider")]
    return [
        {"offer": row.position, "side": row.side, "net": str(terms.net(terms.read(row.terms)))} for row in rows if row
    ]


@act("withdraw")
def withdraw(s: Step, data: dict) -> None:
    """The merchant gives the claim up for now; its deductions can be claimed again."""
    s.record(reason=data["reason"])
    _close(s, "WITHDRAWN")


@act("close")
def close(s: Step, data: dict) -> None:
    """Ends the case with an outcome that fits it; two persons decide it. Lessons stay with the merchant."""
    s.case.lessons = data.get("lessons") or ""
    _close(s, data["outcome"])


def _close(s: Step, outcome: str) -> None:
    """Writes the outcome of the case and of each line, ends every clock and drops what still awaited approval.

    Lines are live only in open cases: a statement line belongs to one open case at a time.
    """
    s.case.outcome = outcome
    s.record(outcome=outcome, amount=str(s.case.amount), recovered=str(s.case.recovered))
    _end_lines(s.case, outcome)
    s.end("*", state="stopped")
    ActRequest.objects.filter(case=s.case, state="pending").update(state="void", decided_at=clock.now())
    s.tell("closed", "merchant", outcome=outcome)
    s.tell("closed", "provider", outcome=outcome)


def _end_lines(case: Case, outcome: str) -> None:
    """A line that came back whole says so, unless the merchant pays for it again; one given up after a part payment
    says that, and one of which nothing came in a settlement was left to the other side. The others end as the case."""
    live = case.lines.filter(is_live=True)
    if not guards.merchant_pays(case):
        live.filter(refunded__gte=F("amount")).update(is_live=False, outcome="FULL_REFUND")
    if outcome in GIVEN_UP:
        live.filter(refunded__gt=0).update(is_live=False, outcome="PARTIAL_REFUND")
    if outcome == "PARTIAL_REFUND":
        live.filter(refunded=0).update(is_live=False, outcome="DEDUCTION_UPHELD")
    live.update(is_live=False, outcome=outcome)
