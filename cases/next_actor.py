"""Who must act next in a case, worked out from its state and rows, never set. One answer in every open state."""

from cases import workflow
from cases.models import Case

# States whose next actor hangs on rows that later acts write; until one says otherwise it is this side.
DERIVED = {"by_offer": "provider", "by_signature": "merchant", "by_obligation": "provider"}


def next_actor(case: Case) -> str:
    """merchant, provider, legal, court or none (only when the case is closed)."""
    named = workflow.STATES[case.state].next_actor
    return _by_proposal(case) if named == "by_proposal" else DERIVED.get(named, named)


def _by_proposal(case: Case) -> str:
    """The side that has not answered the last view; once both have spoken, the merchant confirms."""
    views = sorted(case.responsibility.all(), key=lambda view: view.position)
    if not views or views[-1].state != "proposed":
        return "merchant"
    return "merchant" if views[-1].side == "provider" else "provider"
