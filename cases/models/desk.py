"""What the people of one side arrange among themselves: who takes a case, and the replies they use again."""

from uuid import uuid4

from django.db import models

from cases.models.case import Case, OfCaseQuerySet
from merchants.models import Organisation
from merchants.models.organisation import OwnedQuerySet


class Assignment(models.Model):
    """Which person of a side takes care of a case; for that side's eyes only."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assignments")
    private_to = models.UUIDField()
    user_id = models.BigIntegerField()
    user_name = models.CharField(max_length=80)
    assigned_at = models.DateTimeField()

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "private_to"], name="one_assignee_a_side")]
        indexes = [models.Index(fields=["private_to", "user_id"])]


class ReplyTemplate(models.Model):
    """Words an organisation uses again in an act: explanation, message, refusal. {placeholders} are filled from the case."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    act = models.CharField(max_length=40)  # explain, add_message
    data = models.JSONField(default=dict)  # the act's fields as they are laid into its form
    changed_at = models.DateTimeField()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_template_a_name")]
