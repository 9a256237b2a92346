"""Messages on their way: once under one key, claimed by one, sent under one id, tried again, parked, forgotten."""

import json
import time
from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models.functions import Now

from config import clock, outbox, relay, tenancy
from config.actors import SYSTEM
from config.channels import limits, sms
from config.models import OutboxMessage
from tests import peers


@pytest.fixture
def mailbox(settings):
    with peers.mailbox() as box:
        settings.EMAIL_URL = box.url
        yield box


@pytest.fixture
def gateway(settings):
    with peers.gateway() as peer:
        settings.SMS_URL = peer.url
        yield peer


def write(key: str = "a", channel: str = "sms", template: str = "login_code", **more) -> OutboxMessage:
    to = {"sms": "+8613800000001", "email": "wang@example.com"}[channel]
    values = {"language": "zh-hans", "params": {"code": "135790"}, **more}
    outbox.enqueue(channel=channel, to=to, template=template, dedup_key=key, **values)
    return row(dedup_key=key)


def row(**where) -> OutboxMessage:
    with tenancy.acting(SYSTEM):
        return OutboxMessage.objects.get(**where)


def change(message: OutboxMessage, **values) -> None:
    with tenancy.acting(SYSTEM):
        OutboxMessage.objects.filter(pk=message.pk).update(**values)


def due() -> list[UUID]:
    return [found[0] for found in relay._due("app_due_outbox", 100)]


def test_one_key_is_one_message_and_a_hint_too_many_finds_nothing(db, gateway):
    message = write()
    assert write().pk == message.pk
    assert outbox.deliver(message.pk, None) == "sent"
    assert outbox.deliver(message.pk, None) == ""
    assert gateway.ids == [str(message.pk)]
    sent = row(pk=message.pk)
    assert (sent.state, sent.attempts, sent.params, sent.lease_token) == ("sent", 1, {}, None)  # the code is forgotten


def test_a_text_is_signed_so_that_the_gateway_knows_us(db, gateway):
    message = write()
    outbox.deliver(message.pk, None)
    got = gateway.messages[0]
    assert json.loads(got["body"]) == {"id": str(message.pk), "to": "+8613800000001", "text": got["text"]}
    assert "135790" in got["text"]
    assert got["headers"]["Recourse-Signature"] == sms.signature(
        peers.SECRET, got["headers"]["Recourse-Timestamp"], got["body"]
    )
    assert got["headers"]["Recourse-Signature"] != sms.signature(
        "other", got["headers"]["Recourse-Timestamp"], got["body"]
    )
    assert peers.SECRET not in str(got["headers"])


def test_a_letter_carries_its_stable_id_and_speaks_the_readers_language(db, mailbox):
    message = write(channel="email", language="en")
    assert outbox.deliver(message.pk, None) == "sent"
    got = mailbox.messages[0]
    assert got["id"] == str(message.pk)
    assert got["letter"]["Message-ID"] == f"<{message.pk}@127.0.0.1>"
    assert (got["to"], got["subject"]) == ("wang@example.com", "Recourse log-in code: 135790")
    assert "135790" in got["text"]
    zh = write("b", channel="email")
    outbox.deliver(zh.pk, None)
    assert mailbox.messages[1]["subject"] == "追款登录验证码：135790"


def test_a_line_break_in_what_people_wrote_makes_no_header(db, mailbox):
    params = {"subject": "你好\r\nBcc: thief@example.com", "body": "x"}
    message = write(channel="email", template="account_mail", params=params)
    outbox.deliver(message.pk, None)
    letter = mailbox.messages[0]["letter"]
    assert letter["Bcc"] is None
    assert letter["Subject"] == "你好"


@pytest.mark.parametrize("how", ["fail", "drop"])
def test_a_gateway_that_does_not_accept_is_asked_again_under_the_same_id_after_a_pause(db, gateway, how):
    gateway.how = how
    message = write()
    assert outbox.deliver(message.pk, None) == "pending"
    tried = row(pk=message.pk)
    assert tried.params == {"code": "135790"}
    assert tried.last_error
    assert tried.not_before - clock.now() > timedelta(seconds=8)
    assert outbox.deliver(message.pk, None) == ""
    assert due() == []
    gateway.how = "accept"
    change(message, not_before=clock.now())
    assert due() == [message.pk]
    assert outbox.deliver(message.pk, None) == "sent"
    assert gateway.ids == [str(message.pk)] * 2


def test_a_gateway_that_accepts_and_closes_in_the_middle_is_not_asked_again(db, gateway):
    gateway.how = "cut"
    message = write()
    assert outbox.deliver(message.pk, None) == "sent"
    assert gateway.ids == [str(message.pk)]


@pytest.mark.parametrize("how", ["slow", "drip"])
def test_a_slow_gateway_holds_a_worker_no_longer_than_the_limit(db, gateway, monkeypatch, how):
    monkeypatch.setattr(sms, "STEP_SECONDS", 0.5)
    monkeypatch.setattr(sms, "WHOLE_SECONDS", 1)
    gateway.how = how
    message, begun = write(), time.monotonic()
    assert outbox.deliver(message.pk, None) == "pending"
    assert time.monotonic() - begun < 3
    assert limits.WHOLE_SECONDS < 30


def test_a_peer_that_is_not_there_costs_an_attempt_and_nothing_else(db, settings):
    settings.SMS_URL, settings.EMAIL_URL = "http://:s@127.0.0.1:1/", "smtp://127.0.0.1:1"
    for channel in ("sms", "email"):
        message = write(channel, channel=channel)
        assert outbox.deliver(message.pk, None) == "pending"
        assert "refused" in row(pk=message.pk).last_error.lower()


def test_what_is_refused_for_good_is_parked_at_once(db, gateway, mailbox):
    gateway.how, mailbox.to_rcpt = "refuse", "550 no such user"
    for channel in ("sms", "email"):
        message = write(channel, channel=channel)
        assert outbox.deliver(message.pk, None) == "parked"
        assert row(pk=message.pk).last_error.startswith("rejected")
    mailbox.to_rcpt = "450 try later"
    assert outbox.deliver(write("c", channel="email").pk, None) == "pending"


def test_a_message_is_parked_after_twelve_attempts_where_it_can_be_seen(db, mailbox, client):
    mailbox.answer = "451 try later"
    message, others = write(channel="email"), write("other")
    states = []
    for _ in range(13):
        states.append(outbox.deliver(message.pk, None))
        change(message, not_before=clock.now())
    assert states == ["pending"] * 11 + ["parked", ""]
    assert row(pk=message.pk).attempts == 12
    assert client.get("/readyz").json()["parked_messages"] == 1
    assert outbox.deliver(others.pk, None) == "sent"


def test_the_pauses_grow_and_never_exceed_an_hour(db, mailbox):
    mailbox.answer = "451 try later"
    message, pauses = write(channel="email"), []
    for _ in range(11):
        outbox.deliver(message.pk, None)
        pauses.append((row(pk=message.pk).not_before - clock.now()).total_seconds())
        change(message, not_before=clock.now())
    assert [round(pause, -1) for pause in pauses[:4]] == [10, 20, 40, 80]
    assert max(pauses) <= 3600


def test_a_worker_that_died_leaves_its_message_to_another_when_the_lease_is_over(db, gateway):
    message = write()
    held = outbox._claim(message.pk, None)
    assert held is not None
    assert outbox.deliver(message.pk, None) == ""  # another holds it
    assert due() == []
    change(message, lease_until=Now() - timedelta(seconds=1))
    assert due() == [message.pk]
    assert outbox.deliver(message.pk, None) == "sent"
    # The first one was only asleep: it is fenced out and changes nothing.
    assert outbox._finish(held, "pending", last_error="late") == ""
    assert row(pk=message.pk).state == "sent"
    assert gateway.ids == [str(message.pk)]


def test_a_message_that_kills_its_worker_each_time_is_parked(db):
    message = write()
    for _ in range(outbox.MOST_ATTEMPTS):
        assert outbox._claim(message.pk, None)
        change(message, lease_until=Now() - timedelta(seconds=1))
    assert outbox._claim(message.pk, None) is None
    assert row(pk=message.pk).state == "parked"


def test_a_code_that_ran_out_is_cancelled_and_forgotten(db, at, gateway):
    at("2026-11-03T10:00")
    message = write(expires_at=clock.now() + timedelta(minutes=3))
    at("2026-11-03T10:03")
    assert outbox.deliver(message.pk, None) == ""
    gone = row(pk=message.pk)
    assert (gone.state, gone.params, gone.last_error) == ("cancelled", {}, "expired")
    assert gateway.ids == []


def test_nothing_leaves_before_its_time(db, at, gateway):
    at("2026-11-03T10:00")
    message = write(not_before=clock.now() + timedelta(hours=1))
    assert (due(), outbox.deliver(message.pk, None)) == ([], "")
    at("2026-11-03T11:00")
    assert (due(), outbox.deliver(message.pk, None)) == ([message.pk], "sent")


def test_a_hint_is_given_once_and_again_only_when_nobody_took_it(db):
    message = write()
    assert due() == [message.pk]
    assert due() == []
    change(message, hinted_at=Now() - timedelta(seconds=31))
    assert due() == [message.pk]


def test_without_a_peer_messages_are_files_of_this_installation(db, settings, tmp_path, client):
    settings.DATA_DIR, settings.DEMO = tmp_path, True
    for channel in ("sms", "email"):
        message = write(channel, channel=channel)
        outbox.deliver(message.pk, None)
    assert [p.name for p in (tmp_path / "outbox/mail").iterdir()] == [f"{message.pk}.eml"]
    page = client.get("/demo/outbox/").content.decode()
    assert page.count("135790") == 3  # subject and body of the letter, and the text
    assert "wang@example.com" in page
    assert 'href="/demo/outbox/"' in client.get("/login/").content.decode()


def test_the_outbox_page_is_the_demos_alone(db, settings, client):
    settings.DEMO = False
    assert client.get("/demo/outbox/").status_code == 404
    assert "/demo/outbox/" not in client.get("/login/").content.decode()


def test_a_broker_that_is_away_costs_a_second_and_no_message(db, settings, caplog):
    from config.celery import app

    former = app.conf.broker_url
    app.conf.broker_url = "redis://127.0.0.1:1/0"
    try:
        message, hinting, begun = write(), relay.Relay(), time.monotonic()
        assert hinting.publish() == 0
        assert hinting.publish() == 0  # quiet for a while, and not said again
    finally:
        app.conf.broker_url = former
    assert time.monotonic() - begun < 3
    assert sum("broker is away" in line.message for line in caplog.records) == 1
    assert row(pk=message.pk).state == "pending"
