"""One row in every table of the talks, the agreement and the plain records, whatever state the case is in.

Written as rows, by the actor whose they are: what is tried with them is the walls, not how a case comes to have them.
"""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

from cases.models import (
    Agreement,
    AnswerLink,
    Assignment,
    Case,
    Evidence,
    InboundMail,
    Mandate,
    Obligation,
    Offer,
    PartyTold,
    ReplyTemplate,
    Signature,
    SignedCopy,
)
from config import clock
from config.actors import Actor
from merchants.models import (
    Contract,
    ContractClause,
    ContractFee,
    Migration,
    MissedVisit,
    Organisation,
    ServedNotice,
    Terminal,
)


def of_talks(actor: Actor, number: str, secret: str, file) -> None:
    """From the mandate to the last obligation; every text in them is the secret."""
    case, now, later = Case.objects.get(number=number), clock.now(), clock.now() + timedelta(days=5)
    item = Evidence.objects.filter(case=case).first()
    Mandate.objects.create(
        case=case, private_to=case.merchant_id, side="merchant", least_refund=1, set_at=now, set_by_name=secret
    )
    offer = Offer.objects.create(
        case=case, position=1, side="merchant", terms=[{"type": "OTHER", "text": secret}], conditions=secret,
        valid_until=later, made_at=now, made_by_id=actor.user_id, made_by_name=secret, state="ended",
    )  # fmt: skip
    agreement = Agreement.objects.create(
        case=case, position=1, offer=offer, state="void", made_at=now, text=secret, translation=secret, pdf=file,
        sha256=sha256(secret.encode()).hexdigest(), void_reason=secret,
    )  # fmt: skip
    Signature.objects.create(
        case=case, agreement=agreement, side="merchant", signer_id=actor.user_id, signer_name=secret, seat=actor.seat,
        consent=secret, factor="totp", sha256=agreement.sha256, signed_at=now,
    )  # fmt: skip
    SignedCopy.objects.create(
        case=case, agreement=agreement, side="provider", file=item, exchanged_on=clock.today(),
        uploaded_by_side="merchant", uploaded_at=now,
    )  # fmt: skip
    PartyTold.objects.create(case=case, agreement=agreement, who=secret, side="merchant", told_at=now)
    Obligation.objects.create(
        case=case, agreement=agreement, position=1, kind="OTHER", debtor="provider", what={"zh": secret, "en": secret},
        due_on=clock.today(), due_at=later, grace_until=later, state="cancelled",
    )  # fmt: skip
    AnswerLink.objects.create(
        case=case, token_sha256=uuid4().hex + uuid4().hex, sent_to=secret, holder_name=secret, made_at=now,
        expires_at=later,
    )  # fmt: skip
    InboundMail.objects.create(
        case=case, private_to=case.merchant_id, message_id=uuid4().hex, sender=secret, subject=secret, text=secret,
        received_at=now,
    )  # fmt: skip
    Assignment.objects.create(
        case=case, private_to=case.merchant_id, user_id=actor.user_id, user_name=secret, assigned_at=now
    )


def of_merchant(actor: Actor, secret: str, file) -> dict[str, str]:
    """Terminal, contract, notice, migration and a reply used again; answers their ids as addresses name them."""
    own, now = actor.organisation_id, clock.now()
    provider = Organisation.objects.visible_to(actor).exclude(pk=own).first()
    ReplyTemplate.objects.create(organisation_id=own, name=secret, act="explain", data={"text": secret}, changed_at=now)
    terminal = Terminal.objects.create(organisation_id=own, tid=uuid4().hex[:8].upper(), sn=secret, created_at=now)
    contract = Contract.objects.create(
        organisation_id=own, provider=provider, number=secret, file=file, created_at=now
    )  # fmt: skip
    ContractFee.objects.create(organisation_id=own, contract=contract, fee_code=secret)
    ContractClause.objects.create(organisation_id=own, contract=contract, number="7.3", text=secret)
    notice = ServedNotice.objects.create(
        organisation_id=own, provider=provider, contract=contract, kind="OTHER", number=secret, text=secret, file=file,
        created_at=now,
    )  # fmt: skip
    migration = Migration.objects.create(organisation_id=own, old_tid="20117765", note=secret, created_at=now)
    MissedVisit.objects.create(
        organisation_id=own, migration=migration, on=clock.today(), missed_by="provider", note=secret
    )
    rows = {"terminal_id": terminal, "contract_id": contract, "served_id": notice, "migration_id": migration}
    return {name: str(row.pk) for name, row in rows.items()}
