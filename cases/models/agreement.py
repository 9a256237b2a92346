"""The written agreement, how each side was bound by it, who was told of it, and the obligations that follow."""

from uuid import uuid4

from django.db import models

from cases.models.case import Case, OfCaseQuerySet
from cases.models.paper import Evidence
from cases.models.talks import Offer
from config.models import StoredFile
from merchants.models import StatementLine


class Agreement(models.Model):
    """One version of the text. While a draft its clauses may change; frozen, it is the bytes of its PDF.

    `clauses` are the wordings that were changed, `details` what the clauses need beyond the offer: payee, masked
    account and its call-back, invoice, forum, scope of the waiver.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="agreements")
    position = models.PositiveIntegerField()
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="draft")  # draft, frozen, effective, void
    clauses = models.JSONField(default=dict)
    details = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    text = models.TextField(blank=True)  # frozen, Chinese, which prevails
    translation = models.TextField(blank=True)  # frozen, English, for reference
    pdf = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)
    sha256 = models.CharField(max_length=64, blank=True)  # of the PDF's bytes: what is signed
    frozen_at = models.DateTimeField(null=True)
    frozen_by_name = models.CharField(max_length=80, blank=True)
    binding = models.CharField(max_length=10, blank=True)  # paper, product, messages: fixed by the first who is bound
    effective_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="one_agreement_a_position"),
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state__in=["draft", "frozen"]), name="one_agreement_in_the_making"
            ),
        ]


class Signature(models.Model):
    """One side's signature in the product: who, when, under which hash, proven by which fresh second factor."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="signatures")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10)
    signer_id = models.BigIntegerField()
    signer_name = models.CharField(max_length=80)
    seat = models.CharField(max_length=30)
    authority = models.CharField(max_length=200, blank=True)
    consent = models.TextField()  # the words the signer agreed to
    factor = models.CharField(max_length=10)  # totp, sms, email, passkey
    sent_to = models.CharField(max_length=80, blank=True)  # masked phone or mail that the code went to
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    facts = models.JSONField(default=dict)  # address and program of the device

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "side"], name="one_signature_a_side")]


class SignedCopy(models.Model):
    """A copy that one side has stamped, or the dated message in which it confirms, with proof of the exchange."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="signed_copies")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="copies")
    side = models.CharField(max_length=10)  # whose stamp it bears
    kind = models.CharField(max_length=10, default="stamped")  # stamped, message
    file = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+")
    exchanged_on = models.DateField()
    proof = models.ForeignKey(Evidence, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_by_side = models.CharField(max_length=10)
    uploaded_at = models.DateTimeField()

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "side"], name="one_copy_a_side")]


class PartyTold(models.Model):
    """One entry of the list of those who must know: a whole side, or one seat or outsider of it."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="told_parties")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="told")
    who = models.CharField(max_length=80)  # merchant, provider, a seat ("merchant.store"), or a name
    side = models.CharField(max_length=10)
    told_at = models.DateTimeField()
    knows_at = models.DateTimeField(null=True)
    knows_by_name = models.CharField(max_length=80, blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "who"], name="one_entry_a_party")]


class Obligation(models.Model):
    """Who owes what by when under an agreement, and how it was proven. A sum is fulfilled in one piece."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="obligations")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="obligations")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)  # a type of term, or STOP_FEE, INVOICE
    debtor = models.CharField(max_length=10)  # the side that owes it
    what = models.JSONField()  # {"zh", "en"}
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    lines = models.JSONField(default=list)  # positions of the lines it pays for; empty: all that the agreement names
    tid = models.CharField(max_length=8, blank=True)
    due_on = models.DateField()
    due_at = models.DateTimeField()  # exclusive
    grace_until = models.DateTimeField()  # exclusive: a breach can be declared from then on
    state = models.CharField(max_length=10, default="open")  # open, proven, disputed, confirmed, cancelled
    is_overdue = models.BooleanField(default=False)  # its day has passed without proof
    is_breached = models.BooleanField(default=False)  # declared
    done_on = models.DateField(null=True)
    proof = models.ForeignKey(Evidence, null=True, on_delete=models.PROTECT, related_name="+")
    statement_line = models.ForeignKey(StatementLine, null=True, on_delete=models.PROTECT, related_name="+")
    proven_at = models.DateTimeField(null=True)
    proven_by_id = models.BigIntegerField(null=True)
    proven_by_name = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_name = models.CharField(max_length=80, blank=True)
    dispute = models.TextField(blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="one_obligation_a_position"),
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(amount__gt=0) & models.Q(amount__lt=10**12),
                name="obligation_amount_real",
            ),
        ]
