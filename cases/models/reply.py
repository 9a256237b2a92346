"""How the other side answers without being at home here: links to one case, and replies by mail."""

from uuid import uuid4

from django.db import models

from cases.models.case import Case, OfCaseQuerySet
from cases.models.paper import Letter


class AnswerLink(models.Model):
    """A signed, expiring link to one case. The token itself is in the letter, here only its hash."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    letter = models.ForeignKey(Letter, null=True, on_delete=models.CASCADE, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    sent_to = models.CharField(max_length=254, blank=True)  # address or name it was made for
    holder_name = models.CharField(max_length=80, blank=True)  # as the holder last named himself
    named_by = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="named")  # forwarded from
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)  # first looked at; a mail scanner opens links too, so it proves nothing
    used_at = models.DateTimeField(null=True)  # last acted with
    revoked_at = models.DateTimeField(null=True)

    objects = OfCaseQuerySet.as_manager()


class InboundMail(models.Model):
    """A mail that came back to a letter, kept whole as evidence and shown to the merchant."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="mails")
    private_to = models.UUIDField()  # the merchant's: what is shared of it, the merchant decides
    message_id = models.CharField(max_length=400)
    sender = models.CharField(max_length=320)  # as the mail says; not proven
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    received_at = models.DateTimeField()
    evidence = models.JSONField(default=list)  # numbers of the evidence kept from it

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "message_id"], name="one_mail_a_message")]
