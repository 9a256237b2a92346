"""Brings a case to its agreement through the services, and is somebody who signs it."""

import io
import re

import pypdf
import pytest

from cases.models import Agreement
from cases.services import signing
from config import files, tenancy
from config.actors import SYSTEM, Actor
from config.errors import Refused
from config.models import OutboxMessage
from merchants.models import User
from tests import walk
from tests.cast import Cast
from tests.walk import behalf, do, photo

REFUND = {"type": "REFUND", "amount": "2000.00", "due_in": {"n": 10, "unit": "bd", "from": "effective"}}
PAYEE = {
    "name": "吴江好又邻便利店", "bank": "某银行吴江支行", "account": "6222021102034417123", "confirmed_by": "钱经办",
    "confirmed_on": "2026-09-08",
}  # fmt: skip


def shop_agreed(at, cast: Cast, *terms: dict, lines=()) -> str:
    """A shop alone whose provider without account accepted the shop's offer on 2026-09-08."""
    number = walk.shop_explained(at, cast, *lines)
    at("2026-09-04T10:00")
    do(cast.owner, number, "make_offer", terms=list(terms) or [REFUND])
    at("2026-09-08T11:00")
    do(cast.owner, number, "accept_offer", offer=1, **behalf("2026-09-08T10:50"))
    return number


def shop_frozen(at, cast: Cast, *terms: dict, lines=(), **drafted) -> str:
    number = shop_agreed(at, cast, *terms, lines=lines)
    at("2026-09-08T14:00")
    if drafted:
        do(cast.owner, number, "draft_agreement", **drafted)
    do(cast.owner, number, "freeze_agreement")
    return number


def company_agreed(at, cast: Cast, *terms: dict) -> str:
    """A company whose provider's agent accepted its offer on 2026-08-19; both have accounts."""
    number = walk.company(at, cast, "EXPLAINED")
    at("2026-08-19T09:00")
    do(cast.finance, number, "set_mandate", least_refund="1.00")
    do(cast.boss, number, "approve")
    do(cast.finance, number, "make_offer", terms=list(terms) or [REFUND])
    do(cast.agent_chief, number, "accept_offer", offer=1)
    return number


def company_frozen(at, cast: Cast, *terms: dict) -> str:
    number = company_agreed(at, cast, *terms)
    do(cast.boss, number, "freeze_agreement")
    return number


def agreement_of(actor: Actor, number: str) -> Agreement:
    """The newest version."""
    with tenancy.acting(actor):
        rows = Agreement.objects.filter(case__number=number).select_related("pdf", "case", "offer")
        return rows.order_by("-position").first()


def code_for(actor: Actor, number: str) -> str:
    """Asks for a code and reads it from the phone."""
    with tenancy.acting(actor):
        signing.send_code(actor, number)
    return code_of(actor)


def code_of(actor: Actor) -> str:
    phone = User.objects.get(pk=actor.user_id).phone
    with tenancy.acting(SYSTEM):
        return OutboxMessage.objects.filter(to=phone, template="sign_code").latest("created_at").params["code"]


def sign(actor: Actor, number: str, **more):
    data = {"frozen_sha256": agreement_of(actor, number).sha256, "consent": True, **more}
    data.setdefault("second_factor", "") or data.update(second_factor=code_for(actor, number))
    return do(actor, number, "sign", **data)


def copy(actor: Actor, number: str, side: str, on: str = "2026-09-09", **more):
    name = f"{side}.png"
    return do(actor, number, "upload_signed_copy", side=side, file=photo(name, side.encode()), exchanged_on=on, **more)


def said_in(content: bytes) -> str:
    """The text of all pages without the breaks that the layout puts in."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def pdf_of(actor: Actor, number: str) -> bytes:
    with tenancy.acting(actor):
        return files.read(agreement_of(actor, number).pdf)


def unchanged(actor: Actor, number: str, refusal: type[Refused], work) -> str:
    """Performs what must be refused and nothing may change; answers the sentence."""
    before = walk.case_of(actor, number)
    with pytest.raises(refusal) as refused:
        work()
    after = walk.case_of(actor, number)
    assert (before.version, before.state, before.last_hash) == (after.version, after.state, after.last_hash)
    return refused.value.text.zh


def quick_pdf(agreement: Agreement) -> bytes:
    """What the PDF looks like is test_agreements.py's matter; elsewhere it is only bytes under a hash."""
    return f"%PDF-1.7\n{agreement.text}".encode()
