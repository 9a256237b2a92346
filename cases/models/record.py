"""What happened in a case: the hash-chained events, what was asked for and awaits a second person."""

from uuid import uuid4

from django.db import models

from cases.models.case import Case, OfCaseQuerySet


class Event(models.Model):
    """One act, for ever. `hash` = SHA-256 of the previous hash and the canonical JSON of this event."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    act = models.CharField(max_length=40)
    user_id = models.BigIntegerField(null=True)
    organisation_id = models.UUIDField(null=True)
    seat = models.CharField(max_length=30)
    actor_name = models.CharField(max_length=80, blank=True)
    method = models.CharField(max_length=10)
    data = models.JSONField(default=dict)
    private_to = models.UUIDField(null=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="one_event_a_place")]


class ActRequest(models.Model):
    """An act marked 2, asked for by one person and performed by `approve` of another of the same side."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="requests")
    act = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    private_to = models.UUIDField()
    requested_by_id = models.BigIntegerField()
    requested_by_name = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="pending")  # pending, approved, returned, void
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "private_to"], condition=models.Q(state="pending"), name="one_pending_request_a_side"
            )
        ]


class Notice(models.Model):
    """Something an organisation's seats are told; mail and texts are made from it when it is due."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation_id = models.UUIDField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    store_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    seats = models.JSONField(default=list)
    dedup_key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()
    caused_by_id = models.BigIntegerField(null=True)  # who did it gets no mail about it
    spread_at = models.DateTimeField(null=True)  # when mail and texts were made from it
    attempts = models.PositiveSmallIntegerField(default=0)  # to spread it
    retry_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "-created_at"]),
            models.Index(fields=["created_at"], name="notice_unspread", condition=models.Q(spread_at=None)),
        ]


class NoticeReading(models.Model):
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="readings")
    user_id = models.BigIntegerField()
    at = models.DateTimeField()
    id = models.UUIDField(primary_key=True, default=uuid4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "user_id"], name="one_reading_a_person")]
