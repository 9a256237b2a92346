"""Running and ended clocks of a case, and the instants at which something happens because of them."""

from uuid import uuid4

from django.db import models

from cases.models.case import Case, OfCaseQuerySet


class Deadline(models.Model):
    """A clock of cases/timetable.py applied to a case (or to one of its lines). In time iff before `due_at`."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="deadlines")
    code = models.CharField(max_length=12)
    subject_id = models.UUIDField(null=True)  # the line of CK-LIM, the request of an evidence clock
    kind = models.CharField(max_length=1)  # L statutory, C agreed, P ours
    acts = models.CharField(max_length=10, blank=True)  # who must act, where the case knows better than the timetable
    starts_at = models.DateTimeField()
    due_on = models.DateField()
    due_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    source = models.CharField(max_length=300)
    computation = models.JSONField(default=dict)  # {"steps": [...], "options": {...}}
    state = models.CharField(max_length=10, default="running")  # running, met, expired, stopped, replaced
    started_seq = models.PositiveIntegerField()  # the event that started it
    ended_at = models.DateTimeField(null=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "code", "subject_id"],
                condition=models.Q(state="running"),
                nulls_distinct=False,
                name="one_running_clock",
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="deadline_running", condition=models.Q(state="running"))]


class Timer(models.Model):
    """An instant at which a deadline does something; fired once, in one transaction with its effect."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="timers")
    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="timers")
    step = models.CharField(max_length=20)  # "before:1d", "due", "after:2bd"
    fire_at = models.DateTimeField()
    dedup_key = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, default="pending")  # pending, fired, cancelled, parked
    fired_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    retry_at = models.DateTimeField(null=True)  # not before this, after an attempt that failed

    class Meta:
        indexes = [models.Index(fields=["fire_at", "id"], name="timer_due", condition=models.Q(state="pending"))]
