"""Letters that the product itself mails: with their PDF and an address that threads back; a server's taking is no arrival."""

import re

import pytest

from cases.models import Letter, Notice
from config import tenancy
from config.errors import Invalid
from config.models import OutboxMessage
from tests import walk
from tests.services.test_inbound import TO, address, address_of, deliver, mailbox, mailed
from tests.walk import do, last_event

__all__ = ["address", "mailbox"]


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
