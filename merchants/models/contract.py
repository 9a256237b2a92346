"""Contracts with providers as a merchant writes them down: versions, their fee rows and clauses, and notices served."""

from uuid import uuid4

from django.db import models

from merchants.models.organisation import Organisation, OwnedQuerySet


class Contract(models.Model):
    """One version of a contract. A later version is a row of its own."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    version = models.CharField(max_length=30, default="1")
    signed_on = models.DateField(null=True)
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    file = models.ForeignKey("config.StoredFile", null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "provider", "number", "version"], name="one_row_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.number} v{self.version}"


class ContractFee(models.Model):
    """A fee that a contract version allows. Columns are those of `--contract` (contracts.md)."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="fees")
    fee_code = models.CharField(max_length=120)  # the fee's name
    tid = models.CharField(max_length=8, blank=True)  # empty: every terminal
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    rate = models.DecimalField(max_digits=7, decimal_places=4, null=True)  # percent
    period = models.CharField(max_length=20, blank=True)  # once, day, month, quarter, half-year, year
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    clause = models.CharField(max_length=120, blank=True)
    notice_on = models.DateField(null=True)  # when the price was announced

    objects = OwnedQuerySet.as_manager()


class ContractClause(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="clauses")
    number = models.CharField(max_length=30)  # "7.3"
    text = models.TextField()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="one_clause_a_number")]


class ServedNotice(models.Model):
    """A notice of the provider: of a deduction, a change, a migration. When it was sent and when it arrived."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, null=True, on_delete=models.SET_NULL, related_name="notices")
    kind = models.CharField(max_length=12)  # DEDUCTION, CHANGE, MIGRATION, OTHER
    number = models.CharField(max_length=60, blank=True)
    tid = models.CharField(max_length=8, blank=True)
    text = models.TextField(blank=True)
    channel = models.CharField(max_length=20, blank=True)
    sent_on = models.DateField(null=True)
    arrived_on = models.DateField(null=True)
    object_until = models.DateField(null=True)  # the contract's own time for objections
    file = models.ForeignKey("config.StoredFile", null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    objects = OwnedQuerySet.as_manager()
