"""Letters that leave by mail, and what comes back: answers threaded to their case, bounces, and what names no letter.

The peers are real: an SMTP server, an IMAP server, and a mail service's signed call.
"""

import hashlib
import hmac
import json
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from imaplib import IMAP4
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from cases.models import Case, Evidence, InboundMail, Letter, Notice
from cases.services import inbound as services
from cases.services import links
from cases.tasks import fetch_mail
from config import files, inbound, outbox, tenancy
from config.actors import SYSTEM
from config.errors import Invalid
from config.models import OutboxMessage
from scripts.processes import free_port
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


# -- a letter leaves ----------------------------------------------------------------------------------------------


def test_the_product_mails_the_letter_with_its_pdf_and_an_address_that_threads_back(at, cast, mailbox):
    number = mailed(at, cast)
    assert deliver(cast.owner) == "sent"
    (got,) = mailbox.messages
    assert got["to"] == TO
    assert "扣费情况说明及要求解释函" in got["subject"] and f"{number}-01" in got["subject"]
    assert "在线答复，无需注册：" in got["text"] and "直接回复本邮件即可" in got["text"]
    (pdf,) = got["letter"].iter_attachments()
    assert pdf.get_filename() == f"{number}-01.pdf" and pdf.get_content().startswith(b"%PDF")
    assert got["letter"]["Reply-To"] == got["sender"] == address_of(cast.owner, number)
    assert got["letter"]["Auto-Submitted"] is None  # a person's letter: ticket systems drop what programs write
    token = re.search(r"/r/(\w+)/", got["text"])[1]
    assert token not in str(got["letter"].items())
    assert len(got["letter"]["Reply-To"].partition("@")[0]) <= 64


def test_that_a_server_took_it_is_no_arrival(at, cast, mailbox):
    number = mailed(at, cast)
    deliver(cast.owner)
    with tenancy.acting(cast.owner):
        letter = Letter.objects.get(case__number=number)
        assert (letter.state, letter.arrived_at, letter.case.state) == ("sent", None, "OPEN")
        assert letter.links.get().sent_to == TO
    assert last_event(cast.owner, number).data["mailed_to"] == TO


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"channel": "wechat"}, "/channel"),
        ({"channel": "email", "arrived_at": "2026-08-18T09:50"}, "/arrived_at"),
        ({"channel": "email", "send_to": "not an address"}, "/send_to"),
        ({"channel": "email", "send_to": "a@b.example\nBcc: c@d.example"}, "/send_to"),
    ],
)
def test_what_cannot_be_mailed_is_refused_and_nothing_is_put_into_the_post(at, cast, data, field):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    at("2026-08-18T09:50")
    with pytest.raises(Invalid) as caught:
        do(cast.owner, number, "send_letter", **{"send_to": TO, "alone": "核对过", **data})
    assert [fault.pointer for fault in caught.value.faults] == [field]
    with tenancy.acting(cast.owner):
        assert not OutboxMessage.objects.filter(template="letter").exists()


def test_a_reminder_is_mailed_once_and_by_mail(at, cast, mailbox):
    number = walk.shop_awaits(at, cast)
    do(cast.owner, number, "remind", send_to=TO)
    assert deliver(cast.owner) == "sent"
    assert deliver(cast.owner) == ""
    assert "催告函" in mailbox.messages[0]["subject"]


def test_an_address_that_the_server_refuses_for_good_is_told_to_the_merchant(at, cast, mailbox):
    mailbox.to_rcpt = "550 no such user"
    number = mailed(at, cast)
    assert deliver(cast.owner) == "parked"
    said = last_event(cast.owner, number)
    assert (said.act, said.data["failed"]) == ("mail_failed", TO)
    with tenancy.acting(cast.owner):
        assert Notice.objects.filter(case__number=number, kind="mail_failed").exists()


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
        assert notice.params == {"sender": "zhou@pay.example", "mail": str(mail.id), "failed": ""}
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


# -- fetched from a folder ----------------------------------------------------------------------------------------


@pytest.fixture
def imap(settings):
    port = free_port()
    command = [str(Path(sys.executable).parent / "pymap"), "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict",
               "--demo-data"]  # fmt: skip
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    settings.IMAP_URL = f"imap://demouser:demopass@127.0.0.1:{port}/INBOX"
    client = None
    try:
        client = _connected(port)
        yield client
    finally:
        if client:
            client.shutdown()
        server.kill()  # asked kindly, it waits for its connections
        server.wait(10)


def _connected(port: int) -> IMAP4:
    for _ in range(200):
        try:
            client = IMAP4("127.0.0.1", port, timeout=10)
        except OSError:
            time.sleep(0.1)
            continue
        client.login("demouser", "demopass")
        client.select("INBOX")
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
        return client
    pytest.fail("The IMAP server does not start.", pytrace=False)


def lies_in(client: IMAP4, folder: str) -> int:
    _, (count,) = client.select(folder)
    return int(count)


def test_a_folder_is_fetched_and_each_mail_moved_where_it_belongs(at, cast, imap):
    number = mailed(at, cast)
    raw = answer(address_of(cast.owner, number))
    for one in (raw, answer("reply@shop.example", message_id="<other@x>")):
        imap.append("INBOX", "", None, one)
    assert fetch_mail() == {"matched": 1, "unmatched": 1, "failed": 0}
    assert [lies_in(imap, folder) for folder in ("INBOX", inbound.DONE, inbound.UNMATCHED)] == [0, 1, 1]
    assert len(mails(cast.owner, number)) == 1
    with tenancy.acting(cast.owner):
        kept = files.read(evidence(cast.owner, number)[0].file)
    assert kept.replace(b"\r\n", b"\n") == raw.replace(b"\r\n", b"\n")


def test_killed_before_the_mail_is_moved_it_is_neither_lost_nor_doubled(at, cast, imap, monkeypatch):
    number = mailed(at, cast)
    imap.append("INBOX", "", None, answer(address_of(cast.owner, number)))

    def killed(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("imap_tools.mailbox.BaseMailBox.move", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch_mail()
    assert lies_in(imap, "INBOX") == 1
    assert fetch_mail()["matched"] == 1
    assert len(mails(cast.owner, number)) == 1
    assert lies_in(imap, "INBOX") == 0


def test_one_that_fails_stays_and_holds_up_no_other(at, cast, imap, monkeypatch):
    number = mailed(at, cast)
    address = address_of(cast.owner, number)
    imap.append("INBOX", "", None, answer(address, "坏", message_id="<bad@x>"))
    imap.append("INBOX", "", None, answer(address, "好", message_id="<good@x>"))
    keep = services._keep

    def failing(case, mail, received):
        if mail.message_id == "bad@x":
            raise ValueError
        keep(case, mail, received)

    with monkeypatch.context() as patch:
        patch.setattr(services, "_keep", failing)
        assert fetch_mail() == {"matched": 1, "unmatched": 0, "failed": 1}
    assert [mail.text for mail in mails(cast.owner, number)] == ["好"]
    assert lies_in(imap, "INBOX") == 1
    assert fetch_mail()["matched"] == 1


# -- posted by a mail service -------------------------------------------------------------------------------------

KEY = "signing-key"


def post(raw: bytes, recipient: str, key: str = KEY):
    at, token = str(int(time.time())), "t" * 50
    signature = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    cache.clear()
    return Client().post(
        "/inbound/mailgun_mime/",
        {"timestamp": at, "token": token, "signature": signature, "recipient": recipient, "sender": "zhou@pay.example",
         "body-mime": raw.decode()},
    )  # fmt: skip


def test_a_signed_call_of_a_mail_service_brings_the_answer_in(at, cast, settings):
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    number = mailed(at, cast)
    address = address_of(cast.owner, number)
    assert post(answer("office@shop.example"), address).status_code == 200
    assert [mail.sender for mail in mails(cast.owner, number)] == ["周经办 <zhou@pay.example>"]


@pytest.mark.parametrize("key", ["wrong", ""])
def test_a_call_that_is_not_signed_by_the_service_is_refused(at, cast, settings, key):
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    number = mailed(at, cast)
    assert post(answer("x@y.example"), address_of(cast.owner, number), key).status_code == 400
    assert not mails(cast.owner, number)


def test_a_service_that_is_not_set_up_is_not_there(at, cast, settings):
    settings.ANYMAIL = {}
    assert post(b"", "x@y.example").status_code == 404
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "x"}
    assert Client().post("/inbound/postmark/", json.dumps({}), content_type="application/json").status_code == 404
    assert Client().post("/inbound/nothing/").status_code == 404


def test_a_call_that_names_no_letter_is_set_aside_whole(at, cast, settings, tmp_path):
    settings.ANYMAIL, settings.DATA_DIR = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}, tmp_path
    raw = answer("reply@shop.example")
    assert post(raw, "reply@shop.example").status_code == 200
    (kept,) = (tmp_path / "outbox" / "unmatched").iterdir()
    assert b"zhou@pay.example" in kept.read_bytes()
