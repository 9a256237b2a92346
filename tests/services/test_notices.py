"""Who is told what, by which way and when: seats, stores, quiet hours, languages, the digest, and what is not sent."""

import ast
import re
from datetime import datetime, timedelta
from string import Formatter
from uuid import UUID

import pytest

from cases import notices as table
from cases.models import Notice, NoticeReading
from cases.services import expiry, notices
from config import clock, outbox, tenancy
from config.actors import SYSTEM
from config.clock import SHANGHAI
from config.models import OutboxMessage
from merchants.models import Membership, User
from tests import walk
from tests.conftest import ROOT

DERIVED = {"number", "clock", "due", "sentence", "silence"}


@pytest.fixture(autouse=True)
def readers_of_chinese_and_english(cast):
    """Everybody has a phone; the approver reads English, the agent has an address as well."""
    User.objects.filter(pk=cast.approver.user_id).update(language="en")
    User.objects.filter(pk=cast.agent.user_id).update(email="zhou@provider.example")


def spread() -> None:
    while notices.sweep():
        pass


def pass_time() -> None:
    while expiry.sweep():
        pass
    spread()


def messages(organisation_id: UUID | None = None, **where) -> list[OutboxMessage]:
    with tenancy.acting(SYSTEM, organisation_id=organisation_id):
        return list(OutboxMessage.objects.filter(**where).order_by("created_at", "dedup_key"))


def told(actor, template: str = "notice") -> list[str]:
    """Titles of the mails and texts to one person, with their channel."""
    user = User.objects.get(pk=actor.user_id)
    found = messages(actor.organisation_id if template == "notice" else None, template=template)
    mine = [m for m in found if m.to in (user.phone, user.email)]
    return [f"{m.channel}: {outbox.words(m)[1 if m.channel == 'sms' else 0]}" for m in mine]


# -- the table ----------------------------------------------------------------------------------------------------


def tells() -> dict[str, set[str]]:
    """Every kind that the services tell, with the parameters it is told with each time."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "cases").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "tell":
                if isinstance(node.args[0], ast.Constant):
                    given = {keyword.arg for keyword in node.keywords}
                    kind = node.args[0].value
                    found[kind] = found.get(kind, given) & given
    return found


def test_every_kind_that_is_told_has_its_row_and_no_row_is_never_told():
    by_clocks = {"due_soon", "due_ahead", "clock_passed", "escalated"}
    assert set(tells()) | by_clocks == set(table.KINDS)


@pytest.mark.parametrize("kind", table.KINDS)
def test_a_row_uses_only_what_it_is_told(kind):
    row = table.KINDS[kind]
    for text in (row.title.zh, row.title.en, row.body.zh, row.body.en):
        used = {name for _, name, _, _ in Formatter().parse(text) if name}
        assert used <= DERIVED | tells().get(kind, set())
    assert set(row.seats) <= {"merchant.owner", "merchant.finance", "merchant.store", "merchant.approver"}
    assert "merchant.owner" in row.seats


@pytest.mark.parametrize("kind", table.KINDS)
@pytest.mark.parametrize("link", ["https://zk.example.com", "https://recourse.a-rather-long-name.example.com"])
def test_a_text_has_at_most_seventy_characters_and_no_amount(kind, link):
    text = table.text_message(kind, "DK-2026-000318", f"{link}/c/DK-2026-000318")
    for words in (text.zh, text.en):
        assert len(words) <= 70
        assert "DK-2026-000318" in words
        assert "¥" not in words
    if link == "https://zk.example.com":
        assert f"{link}/c/DK-2026-000318" in text.zh


@pytest.mark.parametrize("kind", table.KINDS)
def test_the_words_are_those_of_a_shop(kind):
    row = table.KINDS[kind]
    zh = row.title.zh + row.body.zh + row.sms.zh
    assert not re.search(r"[您！]|投诉|受理|须|必须", zh)
    assert not re.search(r"[\u3000-\u9fff\uff00-\uffef!]", row.title.en + row.body.en + row.sms.en)


# -- who and how --------------------------------------------------------------------------------------------------


def test_what_makes_it_your_turn_comes_alone_in_the_readers_language(at, cast):
    number = walk.company(at, cast, "OPEN")
    at("2026-08-18T09:50")
    walk.do(cast.finance, number, "send_letter", channel="email", arrived_at="2026-08-18T09:50", proof=walk.photo())
    spread()
    assert told(cast.approver) == [f"sms: Recourse: {number} approval awaits you"]
    assert told(cast.boss) == [f"sms: 【追款】{number} 有一项等你同意 http://127.0.0.1:8000/c/{number}"]
    assert told(cast.finance) == []  # who asked is not told what she did
    assert told(cast.store_a) == []


def test_the_other_side_hears_of_it_by_mail_and_text_and_only_once(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    walk.do(cast.finance, number, "propose_responsibility", split=walk.PROVIDER_ALL, reason="未到场")
    spread()
    spread()
    mails = [words for words in told(cast.agent) if "责任" in words]
    assert [words.partition(":")[0] for words in mails] == ["email", "sms"]
    assert mails[0] == f"email: {number} 对方提出了责任看法，轮到你"
    with tenancy.acting(cast.agent):
        assert not Notice.objects.filter(spread_at=None).exists()


def test_a_letter_says_what_the_page_says_and_how_to_stop_it(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    walk.do(cast.finance, number, "propose_responsibility", split=walk.PROVIDER_ALL, reason="未到场")
    spread()
    message = messages(cast.provider.id, channel="email", params__title__icontains="责任")[0]
    subject, text = outbox.words(message)
    assert (subject, message.params["body"] in text) == (message.params["title"], True)
    assert f"http://127.0.0.1:8000/cases/{number}/" in text
    assert "/settings/" in text


def test_who_wants_no_texts_gets_none(at, cast):
    User.objects.filter(pk=cast.agent.user_id).update(wants_sms=False)
    User.objects.filter(pk=cast.agent_chief.user_id).update(wants_sms=False)
    number = walk.company(at, cast, "EXPLAINED")
    walk.do(cast.finance, number, "propose_responsibility", split=walk.PROVIDER_ALL, reason="未到场")
    spread()
    assert {m.channel for m in messages(cast.provider.id)} == {"email"}


def test_a_phone_that_was_never_proven_gets_nothing(at, cast):
    User.objects.filter(pk=cast.boss.user_id).update(phone_verified=False)
    number = walk.company(at, cast, "OPEN")
    at("2026-08-18T09:50")
    walk.do(cast.finance, number, "send_letter", channel="email", arrived_at="2026-08-18T09:50", proof=walk.photo())
    spread()
    assert told(cast.boss) == []


def test_a_store_hears_of_its_own_cases_only(at, cast):
    walk.company(at, cast, "EXPLAINED")  # a case of 新街口店
    spread()
    assert any("对方已说明" in words for words in told(cast.store_a))
    assert told(cast.store_b) == []


def test_where_nobody_holds_the_seat_the_owner_is_told(at, cast):
    with tenancy.acting(SYSTEM, organisation_id=cast.yunshan.id):
        Membership.objects.filter(pk__in=[cast.store_a.membership_id, cast.store_b.membership_id]).update(
            is_active=False
        )
        case = walk.company(at, cast, "EXPLAINED")
        Notice.objects.filter(case__number=case).update(seats=["merchant.operations"])
    spread()
    assert any("对方已说明" in words for words in told(cast.boss))
    with tenancy.acting(cast.boss):
        assert all("merchant.owner" in n.seats for n in Notice.objects.filter(organisation_id=cast.yunshan.id))


def test_what_makes_it_your_turn_at_night_is_told_in_the_morning(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    at("2026-08-18T21:00")
    walk.do(cast.agent, number, "explain", text="按 7.3 条收取")
    spread()
    morning = datetime(2026, 8, 19, 8, tzinfo=SHANGHAI)
    assert {m.not_before for m in messages(cast.yunshan.id, params__title__icontains="已说明")} == {morning}


@pytest.mark.parametrize(
    ("at_hour", "told_at"),
    [("20:59:59", "2026-08-18T20:59:59"), ("21:00:00", "2026-08-19T08:00:00"), ("07:59:59", "2026-08-18T08:00:00"), ("08:00:00", "2026-08-18T08:00:00")],
)  # fmt: skip
def test_the_night_is_from_nine_to_eight(at_hour, told_at):
    asked = datetime.fromisoformat(f"2026-08-18T{at_hour}+08:00")
    assert notices.after_the_night(asked) == datetime.fromisoformat(f"{told_at}+08:00")


@pytest.mark.parametrize(
    ("at_hour", "ends", "told_at"),
    [
        ("2026-08-18T00:00", "2026-08-19T00:00", "2026-08-18T08:00"),  # a period that ends at 24:00
        ("2026-08-18T22:00", "2026-08-19T08:00:01", "2026-08-19T08:00"),
        ("2026-08-18T22:00", "2026-08-19T08:00", "2026-08-18T22:00"),  # over in the morning
        ("2026-08-18T22:00", "2026-08-19T00:00", "2026-08-18T22:00"),  # the sweeper slept until the last evening
        ("2026-08-18T12:00", "2026-08-19T12:00", "2026-08-18T12:00"),
    ],
)
def test_an_urgent_notice_comes_in_the_night_only_where_the_morning_is_too_late(at_hour, ends, told_at):
    asked, ends_at, wanted = (datetime.fromisoformat(f"{text}+08:00") for text in (at_hour, ends, told_at))
    assert notices.after_the_night(asked, ends_at) == wanted


def test_24_hours_left_comes_on_the_last_morning_and_is_void_at_the_end(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    at("2026-09-02T00:00")
    pass_time()
    found = messages(cast.provider.id, params__title__icontains="24 小时")
    assert {m.not_before for m in found} == {datetime(2026, 9, 2, 8, tzinfo=SHANGHAI)}
    assert {m.expires_at for m in found} == {datetime(2026, 9, 3, tzinfo=SHANGHAI)}
    assert any(f"{number} 还剩不到 24 小时：说明这笔扣款" in m.params["title"] for m in found)
    at("2026-09-03T00:00")
    assert outbox.deliver(found[0].pk, cast.provider.id) == ""
    assert messages(cast.provider.id, pk=found[0].pk)[0].last_error == "expired"


def test_24_hours_left_found_late_on_the_last_evening_comes_at_once(at, cast):
    walk.company(at, cast, "AWAIT_EXPLANATION")
    at("2026-09-02T21:30")
    pass_time()
    found = messages(cast.provider.id, params__title__icontains="24 小时")
    assert {m.not_before for m in found} == {datetime(2026, 9, 2, 21, 30, tzinfo=SHANGHAI)}


# -- wanted no longer ---------------------------------------------------------------------------------------------


@pytest.fixture
def on_its_way(at, cast):
    """A case explained, and the message about it to its finance that has not left yet."""
    number = walk.company(at, cast, "EXPLAINED")
    spread()
    phone = User.objects.get(pk=cast.finance.user_id).phone
    return number, messages(cast.yunshan.id, to=phone, params__title__icontains="已说明")[0]


def why(cast, message) -> str:
    assert outbox.deliver(message.pk, cast.yunshan.id) == ""
    kept = messages(cast.yunshan.id, pk=message.pk)[0]
    assert kept.state == "cancelled"
    return kept.last_error


def test_a_message_about_a_closed_case_is_cancelled_with_the_reason(cast, on_its_way):
    number, message = on_its_way
    walk.do(cast.boss, number, "withdraw", reason="不追了")
    assert why(cast, message) == "the case is closed"


def test_a_message_to_who_is_no_longer_a_member_is_cancelled_with_the_reason(cast, on_its_way):
    _, message = on_its_way
    with tenancy.acting(cast.boss):
        Membership.objects.filter(pk=cast.finance.membership_id).update(is_active=False)
    assert why(cast, message) == "no longer a member"


def test_a_reminder_of_a_deadline_that_was_met_is_cancelled_with_the_reason(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    at("2026-09-02T00:00")
    pass_time()
    message = messages(cast.provider.id, params__title__icontains="24 小时")[0]
    walk.do(cast.agent, number, "explain", text="按 7.3 条收取")
    at("2026-09-02T08:00")
    assert outbox.deliver(message.pk, cast.provider.id) == ""
    assert messages(cast.provider.id, pk=message.pk)[0].last_error == "the deadline has ended"


def test_one_that_cannot_be_spread_holds_nobody_up_and_is_given_up_where_it_is_seen(at, cast, monkeypatch, client):
    walk.company(at, cast, "EXPLAINED")
    broken, write = set(), notices._write

    def fails_for_one(notice, member):
        broken.add(notice.id) if not broken else None
        if notice.id in broken:
            raise RuntimeError("no words")
        write(notice, member)

    monkeypatch.setattr(notices, "_write", fails_for_one)
    walk.shop_awaits(at, cast)
    for _ in range(13):
        spread()
        with tenancy.acting(SYSTEM, organisation_id=cast.yunshan.id):
            Notice.objects.filter(retry_at__isnull=False).update(retry_at=None)
    for organisation in (cast.yunshan, cast.haoyoulin, cast.provider):
        with tenancy.acting(SYSTEM, organisation_id=organisation.id):
            left = set(
                Notice.objects.filter(organisation_id=organisation.id, spread_at=None).values_list("id", flat=True)
            )
            assert left <= broken
    assert client.get("/readyz").json()["parked_notices"] == 1


# -- the digest ---------------------------------------------------------------------------------------------------


def test_the_digest_comes_once_a_day_at_half_past_eight_with_what_did_not_come_alone(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    at("2026-08-19T08:29:59")
    notices.digest()
    assert told(cast.finance, "digest") == []
    at("2026-08-19T08:30")
    notices.digest()
    notices.digest()
    assert told(cast.finance, "digest") == ["sms: 【追款】你有 2 条新消息：http://127.0.0.1:8000/notifications/"]
    phone = User.objects.get(pk=cast.finance.user_id).phone
    titles = messages(template="digest", to=phone)[0].params["titles"]
    assert sorted(titles) == [f"{number} 对方已收到", f"{number} 对方确认收到"]
    at("2026-08-20T08:30")
    notices.digest()
    assert len(told(cast.finance, "digest")) == 1  # nothing new


def test_the_digest_leaves_out_what_was_read_what_one_did_and_what_others_may_see(at, cast):
    walk.company(at, cast, "AWAIT_EXPLANATION")
    with tenancy.acting(cast.finance):
        for notice in Notice.objects.filter(organisation_id=cast.yunshan.id):
            NoticeReading.objects.create(notice=notice, user_id=cast.finance.user_id, at=clock.now())
    at("2026-08-19T09:00")
    notices.digest()
    assert told(cast.finance, "digest") == []
    assert told(cast.agent, "digest") == []
    assert len(told(cast.boss, "digest")) == 1
    assert told(cast.store_b, "digest") == []
    assert told(cast.owner, "digest") == []


def test_a_digest_that_slept_for_days_brings_all_of_them_at_once(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    at("2026-08-19T09:00")
    notices.digest()
    walk.do(cast.finance, number, "add_message", text="请尽快说明")
    at("2026-08-22T09:00")
    walk.do(cast.finance, number, "add_evidence", kind="E04", file=walk.photo())
    at("2026-08-24T09:00")
    notices.digest()
    titles = messages(template="digest", to="zhou@provider.example")[-1].params["titles"]
    assert titles == [f"{number} 对方写了一条消息", f"{number} 对方添加了材料"]


def test_mail_is_preferred_for_the_digest_and_names_what_is_new(at, cast):
    User.objects.filter(pk=cast.boss.user_id).update(email="boss@example.com", language="en")
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    at("2026-08-19T08:30")
    notices.digest()
    message = messages(template="digest", to="boss@example.com")[0]
    subject, text = outbox.words(message)
    assert subject == "Recourse: 2 new messages"
    assert f"{number}: receipt confirmed" in text
    assert message.expires_at == message.created_at + timedelta(days=1)
