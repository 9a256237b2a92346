"""Terminals as a merchant knows them. A terminal first seen in a case is written down by the case's filing."""

from config import clock, tenancy
from config.actors import Actor
from merchants.models import Organisation, Store, Terminal


def know(
    actor: Actor, mid: str, tid: str, *, store: Store | None = None, provider: Organisation | None = None, sn: str = ""
) -> Terminal:
    """A terminal of the actor's merchant, written down when it is not known; what is known already stays."""
    with tenancy.acting(actor):
        terminal, _ = Terminal.objects.visible_to(actor).get_or_create(
            organisation_id=actor.organisation_id, mid=mid, tid=tid,
            defaults={"store": store, "provider": provider, "sn": sn, "created_at": clock.now()},
        )  # fmt: skip
        return terminal
