"""What tests of the talks ask of a case: its offers, whose turn it is, who was told."""

from cases.models import Offer
from cases.next_actor import next_actor
from cases.services import expiry
from config import tenancy
from tests import walk
from tests.walk import case_of

WHOLE_BACK = [{"type": "REFUND", "amount": "2000.00", "due_in": {"n": 10, "unit": "bd"}}]


def back(amount: str, **more) -> list[dict]:
    return [{"type": "REFUND", "amount": amount, **more}]


def offers(actor, number) -> list[tuple]:
    with tenancy.acting(actor):
        rows = Offer.objects.filter(case__number=number).order_by("position")
        return [(row.side, row.terms[0]["amount"], row.state) for row in rows]


def offer(actor, number, position=1) -> Offer:
    with tenancy.acting(actor):
        return Offer.objects.get(case__number=number, position=position)


def turn(actor, number) -> str:
    with tenancy.acting(actor):
        return next_actor(case_of(actor, number))


def told(actor, number, kind) -> list[str]:
    """To which organisations a notice of this kind went."""
    with tenancy.acting(actor):
        return [one.params.get("sum", "") for one in case_of(actor, number).notices.filter(kind=kind)]


def sweep():
    while expiry.sweep():
        pass


def pending(at, cast) -> str:
    """The provider offers half; the company is to answer."""
    return walk.company(at, cast, "OFFER_PENDING")
