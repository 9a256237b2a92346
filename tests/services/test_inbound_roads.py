"""The two roads by which answers come in: a folder of a real IMAP server, and a mail service's signed call."""

import hashlib
import hmac
import json
import subprocess
import sys
import time
from imaplib import IMAP4
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from cases.services import inbound as services
from cases.tasks import fetch_mail
from config import files, inbound, tenancy
from scripts.processes import free_port
from tests.services.test_inbound import address, address_of, answer, evidence, mailed, mails

__all__ = ["address"]


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
