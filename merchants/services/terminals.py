"""Terminals as a merchant knows them. A terminal first seen in a case is written down by the case's filing."""

from config import clock, tenancy
from config.actors import Actor
from merchants.models import Organisation, Store, Terminal


def know(
    actor: Actor, mid: str, tid: str, *, store: Store | None = None, provider: Organisation | None = None, sn: str = ""
) -> Terminal | None:
    """A terminal of the actor's merchant, written down when it is not known; what is known already stays.

    None where another store has it, of which this seat sees nothing, and where a store seat names no store of its own.
    """
    with tenancy.acting(actor):
        known = Terminal.objects.visible_to(actor).filter(mid=mid, tid=tid)
        may_add = actor.stores is None or (store is not None and store.id in actor.stores)
        if may_add and not known.exists():
            new = Terminal(
                organisation_id=actor.organisation_id, mid=mid, tid=tid, store=store, provider=provider, sn=sn,
                created_at=clock.now(),
            )  # fmt: skip
            Terminal.objects.bulk_create([new], ignore_conflicts=True)
        return known.first()
