"""Evidence, letters, requests for evidence, views on responsibility and refunds of a case."""

from uuid import uuid4

from django.db import models

from cases.models.case import Case, Line, OfCaseQuerySet
from config.models import StoredFile
from merchants.models import StatementLine


class Evidence(models.Model):
    """One item of evidence, its bytes untouched. A supplement is a new item, never an edit."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evidence")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=4)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=120)
    obtained_at = models.DateTimeField()
    source = models.CharField(max_length=200, blank=True)
    added_by_id = models.BigIntegerField(null=True)
    added_by_name = models.CharField(max_length=80)
    added_by_side = models.CharField(max_length=10)
    added_at = models.DateTimeField()
    on_behalf = models.BooleanField(default=False)
    private_to = models.UUIDField(null=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="one_evidence_a_position")]


class Letter(models.Model):
    """A letter to the respondent: text and PDF fixed when it is made, then asked for, sent, arrived."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letters")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)  # letter, reminder, demand
    language = models.CharField(max_length=10, default="zh-hans")
    text = models.TextField()
    annex = models.TextField(blank=True)  # the lines, where there are too many for the letter itself
    translation = models.TextField(blank=True)  # English, for reference: the Chinese text prevails
    covers = models.PositiveIntegerField(default=0)  # it demands the live lines up to this position
    script = models.TextField(blank=True)  # what to say on the hotline
    pdf = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="made")  # made, sent, arrived
    channel = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    proof = models.ForeignKey(Evidence, null=True, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)  # the respondent itself said here that it has it: arrival is proven

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="one_letter_a_position")]


class EvidenceRequest(models.Model):
    """Records one side asks of the other; a refusal or silence is itself recorded."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evidence_requests")
    position = models.PositiveIntegerField()
    kinds = models.JSONField()
    asked_by_side = models.CharField(max_length=10)
    of_side = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")  # open, supplied, refused
    refusal = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="one_request_a_position")]


class Responsibility(models.Model):
    """One side's view of who bears what, in whole percent that sum to 100; both sides' views are kept."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="responsibility")
    position = models.PositiveIntegerField()
    side = models.CharField(max_length=10)
    provider = models.PositiveSmallIntegerField()
    merchant = models.PositiveSmallIntegerField()
    third = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)
    lines = models.JSONField(default=dict)  # {position: {provider, merchant, third}} where lines differ
    stated_at = models.DateTimeField()
    stated_by_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, default="proposed")  # proposed, agreed, disputed
    is_reserved = models.BooleanField(default=False)  # stated for the talks only, not as an admission

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(provider=100 - models.F("merchant") - models.F("third")), name="shares_sum_to_100"
            ),
            models.UniqueConstraint(fields=["case", "position"], name="one_view_a_position"),
        ]


class Refund(models.Model):
    """Money that came back, for named lines, proven by a statement line or a file."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="refunds")
    on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    statement_line = models.OneToOneField(StatementLine, null=True, on_delete=models.PROTECT, related_name="+")
    proof = models.ForeignKey(Evidence, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by_side = models.CharField(max_length=10)
    is_confirmed = models.BooleanField(default=True)  # what the provider records waits for the merchant

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0) & models.Q(amount__lt=10**12), name="refund_amount_real"
            )
        ]


class RefundedLine(models.Model):
    """How much of a refund belongs to a line."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="parts")
    line = models.ForeignKey(Line, on_delete=models.PROTECT)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
