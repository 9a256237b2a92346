"""Imported statement files and those of their lines that can become a case or prove a refund."""

from uuid import uuid4

from django.db import models

from merchants.models.organisation import Organisation, Store
from merchants.models.terminal import StoreRowQuerySet


class StatementImport(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT)
    file = models.ForeignKey("config.StoredFile", on_delete=models.PROTECT)
    format = models.CharField(max_length=40)
    encoding = models.CharField(max_length=20)
    lines = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.JSONField(default=list)  # [{"line", "column", "why": {"zh", "en"}}]
    totals = models.JSONField(default=dict)
    control = models.JSONField(default=dict)
    imported_by_id = models.BigIntegerField(null=True)
    imported_at = models.DateTimeField()

    objects = StoreRowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "file"], name="one_import_a_file")]


class StatementLine(models.Model):
    """A fee, adjustment, hold, release or deposit line; sales lines stay in the file.

    `business_key` and `occurrence` keep genuine twins apart while the same line of another file adds nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT)
    statement = models.ForeignKey(StatementImport, on_delete=models.PROTECT, related_name="rows")
    line_no = models.PositiveIntegerField()
    txn_type = models.CharField(max_length=12)
    direction = models.CharField(max_length=1)  # D taken from the merchant, C given to it
    on = models.DateField()
    mid = models.CharField(max_length=15, blank=True)
    tid = models.CharField(max_length=8, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    fee_code = models.CharField(max_length=120, blank=True)
    memo = models.CharField(max_length=300, blank=True)
    raw = models.TextField(blank=True)
    business_key = models.CharField(max_length=64)
    occurrence = models.PositiveSmallIntegerField(default=1)

    objects = StoreRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "business_key", "occurrence"], name="one_row_a_line"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0) & models.Q(amount__lt=10**12), name="line_amount_real"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "direction", "-on"])]
