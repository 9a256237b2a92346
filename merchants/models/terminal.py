"""A card terminal as the merchant knows it: which TID under which MID, in which store, of which provider."""

from uuid import uuid4

from django.db import models

from config.actors import Actor
from merchants.models.organisation import Organisation, OwnedQuerySet, Store


class StoreRowQuerySet(OwnedQuerySet):
    """Rows of an organisation that may name a store; a store seat sees those of its stores only."""

    def visible_to(self, actor: Actor):
        rows = super().visible_to(actor)
        return rows if actor.stores is None else rows.filter(store_id__in=actor.stores)


class Terminal(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="terminals")
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT)
    provider = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    mid = models.CharField(max_length=15, blank=True)
    tid = models.CharField(max_length=8)
    sn = models.CharField(max_length=40, blank=True)
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)  # the last day in use
    created_at = models.DateTimeField()

    objects = StoreRowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "mid", "tid"], name="one_terminal_a_tid")]

    def __str__(self) -> str:
        return self.tid
