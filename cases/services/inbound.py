"""Mails that answer a letter: kept whole as the merchant's evidence, shown on the timeline, told to the merchant.

What such a mail says is not taken for an act: the merchant records what it is, with the mail as its proof. Reading a
mail's bytes and fetching it is config/inbound.py's.
"""

import hashlib
import logging
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from cases import workflow
from cases.models import Case, InboundMail
from cases.services import evidence, links, steps
from cases.workflow import Act
from config import clock, files, tenancy
from config.actors import SYSTEM
from config.errors import Refused
from config.inbound import Attachment, Incoming, read
from config.models import OutboxMessage
from config.text import Text

log = logging.getLogger(__name__)
KIND = "E09"
MOST_ATTACHMENTS = 20
ANY_STATE = tuple(workflow.STATES)
ARRIVING = Act("mail_received", Text("对方来信", "A mail came"), ("system",), ANY_STATE)
FAILING = Act("mail_failed", Text("邮件没有送达", "A mail was not delivered"), ("system",), ANY_STATE)


def receive(raw: bytes, *recipients: str, at: datetime | None = None) -> bool:
    """Keeps a mail with the case whose letter it answers; False where it names none, and nothing was kept.

    `at` is when our own mail server took it. The same mail again changes nothing. All of it is one transaction.
    """
    mail = read(raw, *recipients)
    found = next((case for case in map(links.case_of, mail.threads) if case), None)
    if found is None:
        return False
    case_id, merchant_id = found
    with tenancy.acting(SYSTEM, organisation_id=merchant_id):
        case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
        if not InboundMail.objects.filter(case=case, message_id=mail.message_id).exists():
            _keep(case, mail, min(at or clock.now(), clock.now()))
    return True


def _keep(case: Case, mail: Incoming, at: datetime) -> None:
    """The mail as it came and its attachments, private to the merchant, who decides what the other side is shown."""
    act = FAILING if mail.kind == "bounce" else ARRIVING
    keeper = replace(SYSTEM, organisation_id=case.merchant_id)
    s = steps.Step(case, act, keeper, {}, at, case.version + 1, "merchant", private_to=case.merchant_id)
    name = f"{mail.subject[:60] or 'mail'}.eml"
    kept = files.keep_bytes(keeper, mail.raw, files.safe_name(name), "message/rfc822")
    evidence.keep(s, KIND, kept, obtained_at=at, source=mail.sender[:200], private=True)
    refused = _attach(s, mail.attachments, at, mail.sender)
    row = InboundMail.objects.create(
        id=uuid4(), case=case, private_to=case.merchant_id, message_id=mail.message_id, sender=mail.sender,
        subject=mail.subject, text=mail.text, received_at=at, evidence=s.facts["evidence"],
    )  # fmt: skip
    s.record(
        sender=mail.sender, subject=mail.subject, received_at=at.isoformat(), mail=str(row.id), mail_kind=mail.kind
    )
    if mail.kind == "bounce":
        s.record(failed=mail.failed)
    else:
        s.record(words=mail.text[:2000])
    if refused:
        s.record(not_kept=refused)
    sender = parseaddr(mail.sender)[1] or mail.sender
    if mail.kind == "bounce":
        s.tell("mail_failed", "merchant", failed=mail.failed, mail=str(row.id))
    elif mail.kind == "auto":
        s.tell("mail_auto", "merchant", sender=sender, mail=str(row.id))
    else:
        s.tell("mail_received", "merchant", sender=sender, mail=str(row.id))
    steps.leave(s)


def _attach(s: steps.Step, attachments: tuple[Attachment, ...], at: datetime, sender: str) -> list[str]:
    """Keeps each attachment that an upload could have been; answers the names of the others, which stay in the mail."""
    refused = [files.safe_name(one.name) for one in attachments[MOST_ATTACHMENTS:]]
    known = set()
    for one in attachments[:MOST_ATTACHMENTS]:
        digest = hashlib.sha256(one.content).hexdigest()
        if digest in known:
            continue
        known.add(digest)
        try:
            stored = files.keep(s.actor, SimpleUploadedFile(files.safe_name(one.name), one.content))
        except Refused as refusal:
            log.info("an attachment was not kept: %s", refusal)
            refused.append(files.safe_name(one.name))
            continue
        evidence.keep(s, KIND, stored, obtained_at=at, source=sender[:200], private=True)
    return refused


def undeliverable(message: OutboxMessage, error: str) -> None:
    """The mail server will never take a letter that was put into the post: the merchant must send it another way.

    Runs in the transaction that parks the message.
    """
    case = Case.objects.select_for_update(of=("self",)).get(letters=UUID(message.params["letter"]))
    s = steps.Step(case, FAILING, replace(SYSTEM, organisation_id=case.merchant_id), {}, clock.now(), case.version + 1,
                   "merchant", private_to=case.merchant_id)  # fmt: skip
    s.record(failed=message.to, mail_kind="bounce")
    log.warning("message %s was refused for good: %s", message.id, error)
    s.tell("mail_failed", "merchant", failed=message.to)
    steps.leave(s)
