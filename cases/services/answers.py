"""The respondent's whole answer in one step: the reasons, a view on responsibility and a first offer.

Each part is an act of its own, with its own event; together they stand or fall. Nothing is blocked for want of a part.
"""

from django.db import transaction

from cases.models import Case
from cases.services import investigation, negotiation
from config.actors import Actor

OF_THE_OFFER = ("terms", "valid_until", "conditions")
OF_BOTH = ("reserve", "on_behalf", "channel", "received_at")


def explain(actor: Actor, number: str, data: dict, *, version: int | None = None) -> Case:
    """Explains, and makes the offer that came with the explanation; then the case waits for the answer to it."""
    reasons = {name: value for name, value in data.items() if name not in OF_THE_OFFER}
    if not data.get("terms"):
        return investigation.explain(actor, number, reasons, version=version)
    with transaction.atomic():
        investigation.explain(actor, number, reasons, version=version)
        offer = {name: data[name] for name in (*OF_THE_OFFER, *OF_BOTH) if name in data}
        return negotiation.make_offer(actor, number, offer)
