"""The written agreement for programs: its newest version, who is bound, its PDF, and the code with which it is signed.

Drafting, freezing, signing and stamped copies are acts like all others (views.py).
"""

from django.urls import reverse
from rest_framework import serializers

from cases import agreementshown
from cases.agreement import details
from cases.api import reading
from cases.api.shapes import SIDES, Label, Shape, string
from cases.models import Agreement, Case
from cases.services import agreement_text, agreements, signing
from cases.services.signing import ROADS
from config import http, idempotency
from config.actors import Actor
from config.api import StrictJSONParser
from config.endpoints import Api, answer, unless_known
from config.errors import NotFound
from config.fields import Money, Strict
from config.inputschema import of_serializer
from config.openapi import ACTING, ONE, Doc
from config.text import Text

STATES = {name: label for name, (label, _level) in agreementshown.STATES.items()}
NONE_YET = Text("这个案件还没有协议。", "This case has no agreement yet.")


class BoundShape(Shape):
    """One side and how it is bound; a side that is not bound yet has no instant."""

    side = serializers.ChoiceField(choices=SIDES)
    is_bound = serializers.BooleanField()
    at = serializers.DateTimeField(allow_null=True)
    factor = string(help_text="Of a signature: sms, email or totp.")
    exchanged_on = serializers.DateField(allow_null=True, help_text="Of a stamped copy or message.")
    authority = string()


class LackShape(Shape):
    pointer = string(help_text="The field of draft_agreement that supplies it.")
    detail = string()


class AgreementShape(Shape):
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=list(STATES))
    state_label = Label(STATES, "state")
    offer = serializers.IntegerField(help_text="The accepted offer it was made from.")
    gets = Money(help_text="What the merchant is paid.")
    pays = Money(help_text="What the merchant pays.")
    given_up = Money(help_text="What is claimed and not yet back, less what the merchant has in the end.")
    currency = string()
    text = string(help_text="The Chinese text, which prevails; of a draft, as it stands now.")
    translation = string(help_text="English, for reference.")
    clauses = serializers.DictField(child=string(), help_text="Wordings that were changed or added.")
    details = serializers.DictField(help_text="What the clauses need beyond the offer. Accounts are masked.")
    sha256 = string(help_text="Of the bytes of the PDF: what `sign` names. Empty while it is a draft.")
    binding = serializers.ChoiceField(choices=["", *ROADS], help_text="The way of signing, fixed by the first side.")
    binding_label = Label(ROADS, "binding")
    kind = string(help_text="Which kind of signature this is, in words; no more is claimed.")
    bound = BoundShape(many=True)
    missing = LackShape(many=True, help_text="Without which it cannot be made final.")
    frozen_at = serializers.DateTimeField(allow_null=True)
    effective_at = serializers.DateTimeField(allow_null=True)
    void_at = serializers.DateTimeField(allow_null=True)
    void_reason = string()
    pdf = string(help_text="Where the PDF is downloaded; empty while it is a draft.")


class CodeShape(Shape):
    """Where the code went. It is good once, until `expires_at`, for this version of the agreement."""

    channel = serializers.ChoiceField(choices=("sms", "email"))
    to = string(help_text="Masked.")
    expires_at = serializers.DateTimeField()


class NothingInput(Strict):
    """Takes nothing."""


class OneAgreement(Api):
    """The newest version of the agreement."""

    docs = {"get": Doc("read_agreement", Text("协议", "The agreement"), AgreementShape, headers=("ETag",))}

    def get(self, request, number: str):
        case = reading.opened(self.actor, number)
        return unless_known(request, answer(AgreementShape(told(self.actor, case)).data))


class AgreementPdf(Api):
    """The very bytes that are signed."""

    docs = {
        "get": Doc(
            "download_agreement", Text("下载协议 PDF", "Download the agreement"), media_type="*/*", errors=(*ONE, "conflict")
        )
    }  # fmt: skip

    def perform_content_negotiation(self, request, force: bool = False):
        return super().perform_content_negotiation(request, force=True)  # a file is what it is

    def get(self, request, number: str):
        case = reading.opened(self.actor, number)
        rows = Agreement.objects.visible_to(self.actor).filter(case=case).exclude(sha256="")
        agreement = rows.select_related("pdf").order_by("-position").first()
        if agreement is None:
            raise NotFound(Text("协议还没有定稿。", "No text is final yet."))
        return http.download(agreement.pdf, agreement.pdf.name)


class AgreementCode(Api):
    """Sends a one-time code to the verified phone or mailbox of whoever holds the key, for `sign`."""

    parser_classes = [StrictJSONParser]

    def doc(self, method: str) -> Doc:
        return Doc(
            "send_sign_code", Text("获取签署验证码", "Ask for a code to sign with"), CodeShape, 202, errors=ACTING, body=self.body
        )  # fmt: skip

    def body(self) -> dict:
        return {"application/json": of_serializer(NothingInput())}

    def post(self, request, number: str):
        NothingInput(data=request.data).is_valid(raise_exception=True)

        def work():
            sent = signing.send_code(self.actor, number)
            shown = {"channel": sent.channel, "to": sent.to, "expires_at": sent.until}
            return answer(CodeShape(shown).data, 202)

        return idempotency.answered(request, {}, work)


def told(actor: Actor, case: Case) -> dict:
    """The newest version as its reader may see it. Raises NotFound where there is none."""
    agreement = agreements.latest(case)
    if agreement is None:
        raise NotFound(NONE_YET)
    agreement.case = case
    names = ("state", "clauses", "details", "sha256", "binding", "frozen_at", "effective_at", "void_at", "void_reason")
    sums = agreement_text.summary(agreement)
    return {
        **{name: getattr(agreement, name) for name in names},
        **{name: sums[name] for name in ("gets", "pays", "given_up")},
        "version": agreement.position, "offer": agreement.offer.position, "currency": "CNY",
        "text": agreement.text or agreement_text.text(agreement),
        "translation": agreement.translation or agreement_text.text(agreement, agreement_text.ENGLISH),
        "kind": str(agreementshown.KINDS[signing.road_for(case, agreement)]), "bound": _bound(agreement),
        "missing": [
            {"pointer": fault.pointer, "detail": str(fault.text)}
            for fault in (details.missing(agreement.details, agreement.clauses) if agreement.state == "draft" else ())
        ],
        "pdf": reverse("api-agreement-pdf", args=[case.number]) if agreement.sha256 else "",
    }  # fmt: skip


def _bound(agreement: Agreement) -> list[dict]:
    signed = {one.side: one for one in agreement.signatures.all()}
    copies = {one.side: one for one in agreement.copies.all()}
    rows = []
    for side in agreements.BOTH:
        one, copy = signed.get(side), copies.get(side)
        rows.append({
            "side": side, "is_bound": bool(one or copy), "at": one.signed_at if one else copy.uploaded_at if copy else None,
            "factor": one.factor if one else "", "exchanged_on": copy.exchanged_on if copy else None,
            "authority": one.authority if one else "",
        })  # fmt: skip
    return rows
