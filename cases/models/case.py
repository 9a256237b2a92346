"""The case, its parties and its deduction lines. Only cases/services/steps.py changes a case's state."""

from uuid import uuid4

from django.db import models
from django.db.models import Exists, OuterRef, Q

from config.actors import Actor
from merchants.models import Organisation, StatementLine, Store, Terminal


class CaseQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor):
        """Cases to which the actor's organisation is a party; a store seat sees those of its stores only, a link one."""
        rows = self.filter(Exists(Party.objects.filter(case_id=OuterRef("pk"), organisation=actor.organisation_id)))
        rows = rows.filter(pk=actor.case_id) if actor.case_id else rows
        return rows if actor.stores is None else rows.filter(store_id__in=actor.stores)


class Case(models.Model):
    """One dispute. `version` counts changes; `number` is what people quote (DK-2026-000318)."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    number = models.CharField(max_length=20, unique=True)
    version = models.PositiveIntegerField(default=0)  # also the place of the last event in the chain
    last_hash = models.CharField(max_length=64, default="0" * 64)  # that event's: a side may not see it
    evidence_count = models.PositiveIntegerField(default=0)  # of both sides, for the next item's number
    state = models.CharField(max_length=20)
    state_since = models.DateTimeField()
    outcome = models.CharField(max_length=20, blank=True)
    merchant = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT)  # set when all lines are of one store
    provider = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    outsourcer = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    symptom = models.CharField(max_length=4, default="S0")
    cause = models.CharField(max_length=4, default="C0")
    wanted = models.CharField(max_length=20, default="FULL_REFUND")
    detected_on = models.DateField()
    story = models.TextField(blank=True)  # the merchant's own words
    amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)  # of the live lines claimed as deductions
    recovered = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    next_due_at = models.DateTimeField(null=True)  # earliest running deadline, for lists
    lessons = models.TextField(blank=True)
    filed_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "state", "next_due_at"]),
            models.Index(fields=["merchant", "-created_at", "id"]),
            models.Index(fields=["provider", "state", "next_due_at"]),
            models.Index(fields=["outsourcer"]),
        ]

    def __str__(self) -> str:
        return self.number


class OfCaseQuerySet(models.QuerySet):
    """Rows of a case, some private to one side (`private_to` is that side's organisation)."""

    def visible_to(self, actor: Actor):
        rows = self.filter(case__in=Case.objects.visible_to(actor))
        if "private_to" not in {f.attname for f in self.model._meta.fields}:
            return rows
        mine = Party.objects.filter(organisation=actor.organisation_id, case_id=OuterRef("case_id"))
        return rows.filter(Q(private_to=None) | Exists(mine.filter(principal_id=OuterRef("private_to"))))


class Party(models.Model):
    """An organisation's part in a case. A legal team stands on the side of its `principal`."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    side = models.CharField(max_length=10)  # merchant, provider
    role = models.CharField(max_length=12)  # claimant, respondent, outsourcer, legal
    principal_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "organisation"], name="one_part_a_case")]
        indexes = [models.Index(fields=["organisation", "case"])]


class LineQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor):
        rows = self.filter(case__in=Case.objects.visible_to(actor))
        return rows if actor.stores is None else rows.filter(Q(store=None) | Q(store_id__in=actor.stores))


class Line(models.Model):
    """One deduction, hold, freeze or reserve. Amounts in yuan; the kinds are never added together."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    kind = models.CharField(max_length=10, default="DEDUCTION")
    mid = models.CharField(max_length=15, blank=True)
    tid = models.CharField(max_length=8, blank=True)
    terminal = models.ForeignKey(Terminal, null=True, on_delete=models.PROTECT)
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT)
    fee_name = models.CharField(max_length=120, blank=True)
    clause = models.CharField(max_length=120, blank=True)
    injured_party = models.CharField(max_length=10, default="MERCHANT")
    statement_line = models.ForeignKey(StatementLine, null=True, on_delete=models.PROTECT, related_name="+")
    is_live = models.BooleanField(default=True)  # neither dropped nor in a closed case
    dropped_reason = models.CharField(max_length=300, blank=True)
    refunded = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    outcome = models.CharField(max_length=20, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="one_line_a_position"),
            models.UniqueConstraint(
                fields=["statement_line"], condition=Q(is_live=True), name="one_open_case_a_statement_line"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0) & Q(amount__lt=10**12), name="case_line_amount_real"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=models.F("amount")), name="refund_within_line"
            ),
        ]


class Draft(models.Model):
    """Answers of the filing pages before a case exists; saved from the first page on."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    store = models.ForeignKey(Store, null=True, on_delete=models.CASCADE)
    user_id = models.BigIntegerField()
    answers = models.JSONField(default=dict)
    step = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE)  # what it became
