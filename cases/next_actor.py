"""Who must act next in a case, worked out from its state and rows, never set. One answer in every open state."""

from cases import workflow
from cases.models import Case


def next_actor(case: Case) -> str:
    """merchant, provider, legal, court or none (only when the case is closed)."""
    named = workflow.STATES[case.state].next_actor
    return DERIVED[named](case) if named in DERIVED else named


def other(side: str) -> str:
    return "merchant" if side == "provider" else "provider"


def _by_proposal(case: Case) -> str:
    """The side that has not answered the last view; once both have spoken, the merchant confirms."""
    views = sorted(case.responsibility.all(), key=lambda view: view.position)
    if not views or views[-1].state != "proposed":
        return "merchant"
    return "merchant" if views[-1].side == "provider" else "provider"


def _by_offer(case: Case) -> str:
    """The side that did not make the live offer."""
    live = [one for one in case.offers.all() if one.state == "live"]
    return other(live[0].side) if live else "merchant"


def _by_signature(case: Case) -> str:
    """The first side not yet bound: the merchant, whose case it is, then the provider."""
    frozen = [one for one in case.agreements.all() if one.state == "frozen"]
    if not frozen:
        return "merchant"
    bound = {row.side for rows in (case.signatures.all(), case.signed_copies.all()) for row in rows
             if row.agreement_id == frozen[0].id}  # fmt: skip
    return "provider" if "merchant" in bound else "merchant"


def _by_notice(case: Case) -> str:
    """The merchant, who tells those on the list; once its own side knows, the provider as long as it has not said so."""
    waiting = {one.side for one in case.told_parties.all() if one.knows_at is None}
    return "provider" if waiting == {"provider"} else "merchant"


def _by_obligation(case: Case) -> str:
    """The debtor of the earliest open obligation; where all are proven, the creditor of the earliest, who confirms."""
    rows = sorted(case.obligations.all(), key=lambda one: (one.due_at, one.position))
    owed = [one for one in rows if one.state in ("open", "disputed")]
    proven = [one for one in rows if one.state == "proven"]
    return owed[0].debtor if owed else other(proven[0].debtor) if proven else "merchant"


DERIVED = {
    "by_proposal": _by_proposal, "by_offer": _by_offer, "by_signature": _by_signature, "by_notice": _by_notice,
    "by_obligation": _by_obligation,
}  # fmt: skip
