"""Migrations of terminals as a merchant writes them down: planned and actual day, both terminals, visits missed."""

from uuid import uuid4

from django.db import models

from config.actors import Actor
from merchants.models.organisation import Organisation, OwnedQuerySet, Store
from merchants.models.terminal import StoreRowQuerySet


class Migration(models.Model):
    """One terminal moved or swapped; its old and new number may be the same."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT)
    provider = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, blank=True)  # a key of merchants/records.py: MIGRATION_REASONS
    mid = models.CharField(max_length=15, blank=True)
    old_tid = models.CharField(max_length=8)
    new_tid = models.CharField(max_length=8, blank=True)
    applied_on = models.DateField(null=True)
    approved_on = models.DateField(null=True)
    planned_on = models.DateField(null=True)
    window = models.CharField(max_length=40, blank=True)  # "13:30-14:30"
    done_on = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    objects = StoreRowQuerySet.as_manager()


class MissedVisitQuerySet(OwnedQuerySet):
    def visible_to(self, actor: Actor):
        """Those of the migrations that the actor sees."""
        return super().visible_to(actor).filter(migration__in=Migration.objects.visible_to(actor))


class MissedVisit(models.Model):
    """A booked visit to which one side did not come."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    migration = models.ForeignKey(Migration, on_delete=models.CASCADE, related_name="missed_visits")
    on = models.DateField()
    missed_by = models.CharField(max_length=10)  # provider, merchant
    note = models.CharField(max_length=300, blank=True)

    objects = MissedVisitQuerySet.as_manager()
