"""Letters that leave by mail, and what comes back: answers threaded to their case, bounces, and what names no letter.

The peers are real: an SMTP server, an IMAP server, and a mail service's signed call.
"""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from cases.models import Case, Evidence, InboundMail, Notice
from cases.services import inbound as services
from cases.services import links
from config import files, inbound, outbox, tenancy
from config.actors import SYSTEM
from config.models import OutboxMessage
from tests import peers, walk
from tests.services.test_links import sent
from tests.walk import PNG, do, events, last_event

TO = "kefu@pay.example"
EXE = b"MZ" + b"\x00" * 200


@pytest.fixture(autouse=True)
def address(settings):
    settings.INBOUND_ADDRESS = "reply@shop.example"


@pytest.fixture
def mailbox(settings):
    with peers.mailbox() as box:
        settings.EMAIL_URL = box.url
        yield box


def mailed(at, cast, to: str = TO) -> str:
    return sent(at, cast, send_to=to)


def message_of(actor) -> OutboxMessage:
    with tenancy.acting(SYSTEM, organisation_id=actor.organisation_id):
        return OutboxMessage.objects.get(template="letter")


def deliver(actor) -> str:
    return outbox.deliver(message_of(actor).pk, actor.organisation_id)


def address_of(actor, number: str) -> str:
    with tenancy.acting(actor):
        return links.reply_address(Case.objects.get(number=number).links.first())


def answer(to: str, text: str = "我们核实后会退款。", *, subject: str = "回复：函件", message_id: str = "<a1@pay.example>",
           attach: tuple = (), **headers) -> bytes:  # fmt: skip
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "周经办 <zhou@pay.example>", to, subject
    letter["Message-ID"] = message_id
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    for name, content in attach:
        letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return letter.as_bytes()


def bounce(message_id: str, to: str) -> bytes:
    return (
        f"From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: {to}\r\nSubject: Undelivered\r\n"
        "Message-ID: <b1@mx.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {TO}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n--x--\r\n"
    ).encode()


def mails(actor, number: str) -> list[InboundMail]:
    with tenancy.acting(actor):
        return list(InboundMail.objects.filter(case__number=number).order_by("received_at", "message_id"))


def evidence(actor, number: str) -> list[Evidence]:
    with tenancy.acting(actor):
        return list(Evidence.objects.visible_to(actor).filter(case__number=number, kind="E09").order_by("position"))


# -- an answer comes ----------------------------------------------------------------------------------------------


def test_an_answer_is_kept_whole_and_told_and_is_no_act(at, cast):
    number = mailed(at, cast)
    raw = answer(address_of(cast.owner, number), attach=(("收据.png", PNG), ("../../x.exe", EXE)))
    at("2026-08-19T10:00")
    assert services.receive(raw)
    (mail,) = mails(cast.owner, number)
    assert (mail.sender, mail.text) == ("周经办 <zhou@pay.example>", "我们核实后会退款。")
    original, receipt = evidence(cast.owner, number)
    assert (original.content_type, receipt.content_type) == ("message/rfc822", "image/png")
    with tenancy.acting(cast.owner):
        assert files.read(original.file) == raw
        assert Case.objects.get(number=number).state == "OPEN"
        notice = Notice.objects.get(case__number=number, kind="mail_received")
        assert notice.params == {"sender": "zhou@pay.example", "mail": str(mail.id)}
    said = last_event(cast.owner, number)
    assert (said.act, said.seat, said.private_to) == ("mail_received", "system", cast.owner.organisation_id)
    assert said.data["not_kept"] == ["x.exe"]
    assert said.data["evidence"] == mail.evidence == [original.position, receipt.position]


def test_the_other_side_does_not_see_what_the_merchant_has_not_shown(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK")
    services.receive(answer(address_of(cast.finance, number)))
    with tenancy.acting(cast.agent):
        assert not InboundMail.objects.exists()
    assert [one.act for one in events(cast.agent, number)][-1] != "mail_received"
    assert len(mails(cast.finance, number)) == 1


@pytest.mark.parametrize("where", ["To", "Cc", "envelope", "In-Reply-To", "References"])
def test_a_case_is_found_by_address_and_by_what_is_answered(at, cast, mailbox, where):
    number = mailed(at, cast)
    deliver(cast.owner)
    address, message_id = address_of(cast.owner, number), mailbox.messages[0]["letter"]["Message-ID"]
    other = "office@shop.example"
    if where == "envelope":
        assert services.receive(answer(other), address.upper())
    elif where in ("To", "Cc"):
        assert services.receive(answer(address) if where == "To" else answer(other, Cc=address))
    else:
        assert services.receive(answer(other, **{where.replace("-", "_"): f"<x@y.example> {message_id}"}))
    assert len(mails(cast.owner, number)) == 1


@pytest.mark.parametrize("name", ["reply", "reply+" + "a" * 52, "reply+" + "a" * 51, "reply+"])
def test_what_names_no_letter_is_not_kept_with_any_case(at, cast, name):
    number = mailed(at, cast)
    assert not services.receive(answer(f"{name}@shop.example"))
    assert not mails(cast.owner, number)


def test_the_same_mail_again_changes_nothing(at, cast):
    number = mailed(at, cast)
    raw = answer(address_of(cast.owner, number), attach=(("a.png", PNG), ("b.png", PNG)))
    assert services.receive(raw) and services.receive(raw)
    assert len(mails(cast.owner, number)) == 1
    assert len(evidence(cast.owner, number)) == 2  # the mail, and one file that came twice in it
    nameless = answer(address_of(cast.owner, number), message_id="")
    assert services.receive(nameless) and services.receive(nameless)
    assert len(mails(cast.owner, number)) == 2


def test_the_time_of_the_own_server_counts_and_never_the_future(at, cast):
    number = mailed(at, cast)
    at("2026-08-20T10:00")
    services.receive(answer(address_of(cast.owner, number)), at=datetime(2026, 8, 19, 2, 0, tzinfo=UTC))
    services.receive(answer(address_of(cast.owner, number), message_id="<a2@x>"), at=datetime(2030, 1, 1, tzinfo=UTC))
    first, second = mails(cast.owner, number)
    assert first.received_at == datetime(2026, 8, 19, 2, 0, tzinfo=UTC)
    assert second.received_at == datetime(2026, 8, 20, 2, 0, tzinfo=UTC)


def test_a_bounce_says_that_the_letter_was_not_delivered(at, cast, mailbox):
    number = mailed(at, cast)
    deliver(cast.owner)
    letter = mailbox.messages[0]["letter"]
    assert services.receive(bounce(letter["Message-ID"], letter["Reply-To"]))
    said = last_event(cast.owner, number)
    assert (said.act, said.data["failed"]) == ("mail_failed", TO)
    assert services.receive(bounce(letter["Message-ID"], "office@shop.example").replace(b"<b1@", b"<b2@"))
    assert len(mails(cast.owner, number)) == 2


def test_an_automatic_reply_is_noted_as_such_and_calls_nobody(at, cast):
    number = mailed(at, cast)
    services.receive(answer(address_of(cast.owner, number), "我在休假", Auto_Submitted="auto-replied"))
    assert last_event(cast.owner, number).data["mail_kind"] == "auto"
    with tenancy.acting(cast.owner):
        assert [one.kind for one in Notice.objects.filter(case__number=number)].count("mail_auto") == 1


def test_a_closed_case_still_keeps_what_comes(at, cast):
    number = mailed(at, cast)
    address = address_of(cast.owner, number)
    do(cast.owner, number, "withdraw", reason="不追了", alone="核对过")
    assert services.receive(answer(address))
    assert len(mails(cast.owner, number)) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00" * 1000, b"Subject: =?utf-8?b?!!!?=\r\nFrom: \xff\xfe\r\n\r\n\xff", b"To: " + b"(" * 5000 + b"\r\n\r\nx",
        b"Content-Type: text/plain; charset=no-such\r\n\r\nx", b"Content-Type: multipart/mixed\r\n\r\nx",
        b"Content-Type: text/html\r\n\r\n" + b"<script" * 60_000, b"Content-Type: text/html\r\n\r\n" + b"<" * 500_000,
    ],
    ids=["empty", "nulls", "headers", "comments", "charset", "boundary", "scripts", "brackets"],
)  # fmt: skip
def test_a_hostile_mail_is_read_without_failing(cast, raw):
    mail = inbound.read(raw)
    assert mail.message_id and mail.threads == ()
    assert not services.receive(raw)


def test_html_is_read_as_its_words():
    body = "<style>p{}</style><p>我们会<b>退款</b>&nbsp;2000</p><script>alert(1)</script><p>周</p>"
    raw = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body.encode()
    assert inbound.read(raw).text == "我们会退款 2000\n周"
