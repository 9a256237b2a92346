"""Terminals as a merchant knows them. A terminal first seen in a case is written down by the case's filing."""

from django.db.models import F

from config import clock, tenancy
from config.actors import Actor
from merchants.models import Organisation, Store, Terminal
from merchants.services.plain_records import Noun

NOUN = Noun(
    "terminals", Terminal, columns=("tid", "mid", "sn", "from_on", "to_on"), links=("store", "provider"),
    twins=lambda rows, values: rows.filter(tid=values["tid"], mid=values.get("mid", "")),
    search=("tid", "mid", "sn", "store__name", "provider__name"),
    visible=lambda actor: Terminal.objects.visible_to(actor),
    order=(F("to_on").desc(nulls_first=True), "tid", "id"),
)  # fmt: skip


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
