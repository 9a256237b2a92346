"""How far a side may go, and the offers both sides make. What they mean is cases/terms.py, what is done with them
cases/services/negotiation.py."""

from uuid import uuid4

from django.db import models

from cases.models.case import Case, OfCaseQuerySet


class Mandate(models.Model):
    """How far one side's people may go, for that side's eyes only; a new one takes the place of the old."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="mandates")
    private_to = models.UUIDField()
    side = models.CharField(max_length=10)
    least_refund = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # the merchant's: not below it
    most_refund = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # the provider's: not above it
    latest = models.DateField(null=True)  # no payment later than this day
    may_sign_up_to = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    set_at = models.DateTimeField()
    set_by_name = models.CharField(max_length=80)
    approved_by_name = models.CharField(max_length=80, blank=True)
    is_live = models.BooleanField(default=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "private_to"], condition=models.Q(is_live=True), name="one_live_mandate_a_side"
            )
        ]


class Offer(models.Model):
    """One side's offer; at most one is live in a case. `terms` as in contracts.md, sums as strings of yuan."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="offers")
    position = models.PositiveIntegerField()
    side = models.CharField(max_length=10)
    terms = models.JSONField()
    conditions = models.TextField(blank=True)
    valid_until = models.DateTimeField()  # exclusive: accepted in time iff before it
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True)
    made_by_name = models.CharField(max_length=80)
    on_behalf = models.BooleanField(default=False)
    answers = models.PositiveIntegerField(null=True)  # the offer to which it is the counter-offer
    is_reserved = models.BooleanField(default=False)  # made without admission of responsibility
    state = models.CharField(
        max_length=10, default="live"
    )  # live, accepted, rejected, withdrawn, countered, lapsed, ended
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="one_offer_a_position"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(state="live"), name="one_live_offer"),
        ]
