"""Rows that serve every room: outgoing messages, stored files, jobs, remembered answers, heartbeats."""

from uuid import uuid4

from django.db import models


class StoredFile(models.Model):
    """A file kept byte for byte under its SHA-256, inside its organisation's folder (config/files.py)."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=120)
    name = models.CharField(max_length=255)
    added_by_id = models.BigIntegerField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "sha256"])]


class OutboxMessage(models.Model):
    """One letter or text to one person, sent at least once under one stable id (its primary key)."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation_id = models.UUIDField(null=True)  # null: a log-in code, which belongs to no organisation
    dedup_key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=10)  # email, sms
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    to = models.CharField(max_length=254)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="pending")  # pending, sending, sent, parked, cancelled
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    hinted_at = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["not_before"], name="outbox_due", condition=models.Q(state__in=["pending", "sending"]))
        ]


class Job(models.Model):
    """Long work that a person may leave: its progress, its end, and where the result lies."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation_id = models.UUIDField()
    membership_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="queued")  # queued, running, done, failed, cancelled
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.JSONField(default=dict)  # {"zh", "en"}
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    hinted_at = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="job_due", condition=models.Q(state__in=["queued", "running"]))
        ]


class RememberedAnswer(models.Model):
    """The first answer given under an Idempotency-Key, kept 30 days (ruling 12)."""

    organisation_id = models.UUIDField()
    user_id = models.BigIntegerField()
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    created_at = models.DateTimeField()
    id = models.UUIDField(primary_key=True, default=uuid4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "user_id", "route", "key"], name="one_answer_a_key")
        ]
        indexes = [models.Index(fields=["organisation_id", "user_id", "created_at"], name="answer_age")]


class Heartbeat(models.Model):
    """When a loop last went round; /readyz and the operations page read it."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()


class AccessRecord(models.Model):
    """Denied access, exports and log-ins, written in a transaction of their own."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    organisation_id = models.UUIDField(null=True)
    what = models.CharField(max_length=40)  # denied, login, export
    route = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
