"""The pages of a letter's link, as somebody without account meets them: no log-in, no script, no cookie."""

import logging
import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import AnswerLink, Case, Evidence, Letter, Offer
from config import database, logs, tenancy
from config.models import AccessRecord, OutboxMessage
from tests import walk
from tests.pages.person import client_of, hidden, seen
from tests.services.test_links import pass_on, sent, token_of
from tests.walk import case_of, do, events, last_event, photo

ANSWER = {"holder": "周经办", "text": "按协议 7.3 条收取", "act": "explain"}


@pytest.fixture(autouse=True)
def fresh(request):
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")
    cache.clear()


@pytest.fixture
def reader():
    return Client()


def url_of(actor, number: str, more: str = "") -> str:
    return f"/r/{token_of(actor, number)}/{more}"


def post(reader: Client, url: str, **fields):
    page = reader.get(url)
    assert page.status_code == 200, seen(page)[-500:]
    kept = {"version": hidden(page, "version")} if 'name="version"' in page.content.decode() else {}
    return reader.post(url, {**kept, "nonce": hidden(page, "nonce"), **fields})


def test_the_page_says_what_is_asked_by_whom_and_until_when(at, cast, reader):
    number = sent(at, cast)
    page = seen(reader.get(url_of(cast.owner, number)))
    assert "吴江好又邻便利店 请你方说明一笔扣款" in page
    assert "¥2,000.00" in page and "贰仟元整" in page and "20117765" in page
    assert "收到之日起 15 日内说明（非法定期限）" in page
    assert "扣费情况说明及要求解释函" in page and "这个链接发给 某支付公司" in page
    assert "须" not in page.replace("无须", "") and "首页" not in page


def test_looking_at_it_changes_nothing_but_the_first_look(at, cast, reader):
    number = sent(at, cast)
    before = events(cast.owner, number)
    url = url_of(cast.owner, number)
    assert reader.get(url).status_code == reader.head(url).status_code == 200
    assert events(cast.owner, number) == before
    with tenancy.acting(cast.owner):
        assert AnswerLink.objects.get(case__number=number).opened_at
        assert Letter.objects.get(case__number=number).read_at is None


def test_reasons_a_view_and_a_refund_go_in_one_step(at, cast, reader):
    number = sent(at, cast)
    at("2026-08-19T10:00")
    done = post(reader, url_of(cast.owner, number), **ANSWER, view="provider", reserve="on",
                **{"terms[0].amount": "1,400", "terms[0].due_on": "2026-09-15", "evidence[0].file": photo("7.3.png")})  # fmt: skip
    assert done.status_code == 302
    assert case_of(cast.owner, number).state == "OFFER_PENDING"
    assert [one.act for one in events(cast.owner, number)][-3:] == ["record_arrival", "explain", "make_offer"]
    with tenancy.acting(cast.owner):
        offer = Offer.objects.get(case__number=number)
        assert (offer.terms[0]["amount"], offer.terms[0]["due_on"], offer.made_by_name) == (
            "1400.00",
            "2026-09-15",
            "周经办",
        )
        assert Evidence.objects.get(case__number=number, name="7.3.png").added_by_side == "provider"
    shown = seen(reader.get(done["Location"]))
    assert "已发送：说明并提出退款" in shown and "¥1,400.00" in shown
    assert "吴江好又邻便利店 会收到通知" in shown


def test_receipt_alone_can_be_confirmed_with_a_name(at, cast, reader):
    number = sent(at, cast)
    assert post(reader, url_of(cast.owner, number), act="acknowledge", holder="周经办").status_code == 302
    assert case_of(cast.owner, number).state == "AWAIT_EXPLANATION"
    page = seen(reader.get(url_of(cast.owner, number)))
    assert "只确认收到" not in page and "说明并提出退款" in page


@pytest.mark.parametrize(
    ("fields", "at_field"),
    [
        ({"holder": ""}, "id_holder"), ({"text": ""}, "id_text"), ({"terms[0].amount": "0"}, "id_amount"),
        ({"terms[0].amount": "2000.01"}, "id_amount"), ({"terms[0].amount": "abc"}, "id_amount"),
        ({"terms[0].amount": "100", "terms[0].due_on": "2026-08-01"}, "id_due_on"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_has_changed(at, cast, reader, fields, at_field):
    number = sent(at, cast)
    before = events(cast.owner, number)
    page = post(reader, url_of(cast.owner, number), **{**ANSWER, "clause": "7.3 条", **fields})
    assert page.status_code == 422
    assert f'href="#{at_field}"' in page.content.decode()
    if "text" not in fields:
        assert "按协议 7.3 条收取" in page.content.decode() and "7.3 条" in page.content.decode()
    assert events(cast.owner, number) == before
    assert case_of(cast.owner, number).state == "OPEN"


def test_a_file_that_is_not_taken_is_refused_with_the_reason(at, cast, reader):
    number = sent(at, cast)
    page = post(reader, url_of(cast.owner, number), **ANSWER,
                **{"evidence[0].file": SimpleUploadedFile("../../x.exe", b"MZ" + b"\x00" * 99)})  # fmt: skip
    assert page.status_code == 422 and "暂不支持 .exe 文件" in seen(page)
    assert case_of(cast.owner, number).state == "OPEN"


def test_the_id_of_a_file_is_no_file_of_this_form(at, cast, reader):
    number = sent(at, cast)
    with tenancy.acting(cast.owner):
        item = Evidence.objects.filter(case__number=number).first()
    post(reader, url_of(cast.owner, number), **ANSWER, **{"evidence[0].file": str(item.file_id if item else "x")})
    assert "evidence" not in last_event(cast.owner, number).data


def test_the_same_form_sent_twice_is_one_answer(at, cast, reader):
    number = sent(at, cast)
    url = url_of(cast.owner, number)
    page = reader.get(url)
    fields = {"version": hidden(page, "version"), "nonce": hidden(page, "nonce"), **ANSWER}
    assert [reader.post(url, fields).status_code for _ in range(2)] == [302, 302]
    assert [one.act for one in events(cast.owner, number)].count("explain") == 1


def test_a_form_on_a_case_that_moved_on_is_given_back(at, cast, reader):
    number = walk.shop_awaits(at, cast)
    url = url_of(cast.owner, number)
    page = reader.get(url)
    fields = {"version": hidden(page, "version"), "nonce": hidden(page, "nonce"), **ANSWER}
    do(cast.owner, number, "add_message", text="请尽快")
    again = reader.post(url, fields)
    assert again.status_code == 412 and "案件刚刚有更新" in seen(again)
    assert reader.post(url, {**fields, "version": hidden(again, "version")}).status_code == 302


def test_the_merchants_offer_is_shown_and_answered(at, cast, reader):
    number = walk.shop_awaits(at, cast)
    post(reader, url_of(cast.owner, number), **ANSWER)
    do(cast.owner, number, "make_offer", terms=[{"type": "REFUND", "amount": "1500.00", "due_in": {"n": 5}}])
    page = seen(reader.get(url_of(cast.owner, number)))
    assert "等你方答复" in page and "¥1,500.00" in page
    asked = reader.get(url_of(cast.owner, number, "do/accept_offer/"))
    assert "¥1,500.00（壹仟伍佰元整）" in seen(asked)
    assert post(reader, url_of(cast.owner, number, "do/accept_offer/"), holder="周经办", offer="1").status_code == 302
    assert case_of(cast.owner, number).state == "AGREED_DRAFT"
    assert last_event(cast.owner, number).method == "link"


def test_a_counter_offer_takes_the_place_of_the_merchants(at, cast, reader):
    number = walk.shop_awaits(at, cast)
    post(reader, url_of(cast.owner, number), **ANSWER)
    do(cast.owner, number, "make_offer", terms=[{"type": "REFUND", "amount": "1500.00", "due_in": {"n": 5}}])
    url = url_of(cast.owner, number, "do/make_offer/")
    assert post(reader, url, holder="周经办", **{"terms[0].amount": "1000"}).status_code == 302
    with tenancy.acting(cast.owner):
        states = dict(Offer.objects.filter(case__number=number).values_list("position", "state"))
    assert states == {1: "countered", 2: "live"}


def test_what_the_link_cannot_do_is_not_there(at, cast, reader):
    number = walk.shop_explained(at, cast)
    for name in ("sign", "assign", "set_mandate", "withdraw", "record_refund", "nothing"):
        assert reader.post(url_of(cast.owner, number, f"do/{name}/"), {"holder": "x", "nonce": "n"}).status_code == 404
    assert case_of(cast.owner, number).state == "EXPLAINED"


def test_a_record_is_handed_in_for_the_other_side_to_see(at, cast, reader):
    number = walk.shop_awaits(at, cast)
    url = url_of(cast.owner, number, "do/add_evidence/")
    assert "仅我方可见" not in seen(reader.get(url))
    assert post(reader, url, holder="周经办", kind="E10", file=photo("log.png")).status_code == 302
    with tenancy.acting(cast.owner):
        assert Evidence.objects.get(case__number=number, name="log.png").private_to is None


def test_papers_of_the_case_are_handed_out_and_private_ones_are_not(at, cast, reader):
    number = walk.shop_awaits(at, cast)
    do(cast.owner, number, "add_evidence", kind="E05", file=photo("own.png", b"own"), visibility="internal")
    do(cast.owner, number, "add_evidence", kind="E05", file=photo("open.png", b"open"))
    with tenancy.acting(cast.owner):
        rows = dict(Evidence.objects.filter(case__number=number).values_list("name", "position"))
    assert reader.get(url_of(cast.owner, number, f"evidence/{rows['open.png']}/")).status_code == 200
    assert reader.get(url_of(cast.owner, number, f"evidence/{rows['own.png']}/")).status_code == 404
    assert "own.png" not in seen(reader.get(url_of(cast.owner, number)))
    pdf = reader.get(url_of(cast.owner, number, "letters/1/"))
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")


# -- passing it on ------------------------------------------------------------------------------------------------


def test_a_colleague_is_named_by_name_and_mail_and_the_page_says_whose_link_it_was(at, cast, reader):
    number = sent(at, cast)
    done = post(
        reader, url_of(cast.owner, number, "colleague/"), holder="周经办", name="赵六", email="zhao@pay.example"
    )
    assert done.status_code == 302 and "已请同事答复" in seen(reader.get(done["Location"]))
    theirs = pass_on(token_of(cast.owner, number))
    page = seen(reader.get(f"/r/{theirs}/"))
    assert "这个链接发给 zhao@pay.example，由 周经办 转来。" in page


@pytest.mark.parametrize(
    "wrong", [{"holder": ""}, {"name": ""}, {"email": "zhao"}, {"email": "a@b.example\r\nBcc: c@d.example"}]
)
def test_a_colleague_without_name_or_address_is_asked_for_again(at, cast, reader, wrong):
    number = sent(at, cast)
    fields = {"holder": "周经办", "name": "赵六", "email": "zhao@pay.example", **wrong}
    assert post(reader, url_of(cast.owner, number, "colleague/"), **fields).status_code == 422
    with tenancy.acting(cast.owner):
        assert AnswerLink.objects.filter(case__number=number).count() == 1
        assert not OutboxMessage.objects.filter(template="answer_link").exists()


def test_the_merchant_sees_on_the_timeline_who_held_the_link(at, cast, reader):
    number = sent(at, cast)
    post(reader, url_of(cast.owner, number), act="acknowledge", holder="周经办")
    page = seen(client_of(cast.owner).get(f"/cases/{number}/"))
    assert "某支付公司（周经办，凭链接）" in page
    assert "链接发给" in page


# -- what opens nothing, and for whom it is not -------------------------------------------------------------------


def test_unknown_expired_revoked_and_not_sent_are_one_page_and_each_try_is_recorded(at, cast, reader):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    not_sent = token_of(cast.owner, number)
    gone = sent(at, cast)
    revoked = token_of(cast.owner, gone)
    with tenancy.acting(cast.owner):
        AnswerLink.objects.filter(case__number=gone).update(revoked_at=Case.objects.get(number=gone).created_at)
    pages = [reader.get(f"/r/{token}/") for token in ("a" * 34, "x", not_sent, revoked)]
    pages.append(reader.post(f"/r/{revoked}/do/add_message/", {"holder": "x", "text": "y"}))
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r"/r/[^/]+/", "", seen(page)) for page in pages}) == 1
    assert "请它重新发一封" in seen(pages[0])
    assert all(revoked not in str(page.content) for page in pages)


def test_each_attempt_is_recorded_without_its_token(reader, committed):
    reader.get("/r/" + "b" * 34 + "/")
    with database.administrator(committed) as admin:
        ((route, facts),) = admin.execute("SELECT route, facts FROM config_accessrecord").fetchall()
    assert route == "/r/…" and facts["why"] == "unknown_link"


def test_whoever_tries_many_links_is_slowed_down(at, cast, reader):
    codes = [reader.get(f"/r/{'a' * 33}{i % 6 + 2}/").status_code for i in range(22)]
    assert codes[:20] == [404] * 20 and codes[20:] == [429] * 2


def test_whoever_sends_too_much_by_one_link_is_slowed_down(at, cast, reader):
    number = sent(at, cast)
    url = url_of(cast.owner, number)
    codes = [reader.post(url, {"act": "explain", "nonce": str(i)}).status_code for i in range(32)]
    assert codes[:30] == [422] * 30 and codes[30:] == [429] * 2
    assert reader.get(url).status_code == 200


def test_the_merchant_is_told_that_it_is_for_the_other_side(at, cast):
    number = sent(at, cast)
    own = client_of(cast.owner)
    url = url_of(cast.owner, number)
    page = own.get(url)
    assert page.status_code == 403 and "这个链接是给对方的" in seen(page)
    assert own.post(url, {**ANSWER, "nonce": "n"}).status_code == 403
    assert case_of(cast.owner, number).state == "OPEN"


def test_somebody_logged_in_elsewhere_answers_like_anybody(at, cast):
    number = sent(at, cast)
    other = client_of(cast.boss)
    page = other.get(url_of(cast.owner, number))
    assert page.status_code == 200
    assert "南京云杉餐饮" not in seen(page) and "李云" not in seen(page)
    assert post(other, url_of(cast.owner, number), **ANSWER).status_code == 302
    assert last_event(cast.owner, number).user_id is None


def test_a_respondent_with_an_account_is_led_to_its_own_log_in(at, cast, reader):
    number = walk.company(at, cast, "AWAIT_ACK")
    url = url_of(cast.finance, number)
    page = reader.get(url)
    assert f"/login/?next=/cases/{number}/" in page.content.decode()
    assert reader.post(url, {**ANSWER, "nonce": "n"}).status_code == 200
    assert case_of(cast.finance, number).state == "AWAIT_ACK"
    assert client_of(cast.agent).get(url)["Location"] == f"/cases/{number}/"


def test_a_closed_case_is_shown_without_a_form(at, cast, reader):
    number = sent(at, cast)
    url = url_of(cast.owner, number)
    do(cast.owner, number, "withdraw", reason="不追了", alone="核对过")
    page = reader.get(url)
    assert page.status_code == 200 and "不用再答复" in seen(page) and "<form" not in page.content.decode()
    assert reader.post(url, {**ANSWER, "nonce": "n"}).status_code == 409


# -- the address is a key -----------------------------------------------------------------------------------------


def test_the_address_is_kept_from_other_sites_caches_and_searches(at, cast, reader):
    number = sent(at, cast)
    for url in (url_of(cast.owner, number), url_of(cast.owner, number, "colleague/"), "/r/x/"):
        page = reader.get(url)
        assert page["Referrer-Policy"] == "no-referrer" and page["X-Robots-Tag"] == "noindex"
        assert "no-store" in page["Cache-Control"]


def test_the_token_stands_in_no_log_record_or_event(at, cast, reader, caplog):
    number = sent(at, cast)
    token = token_of(cast.owner, number)
    url = f"/r/{token}/"
    reader.post(url, {**ANSWER, "text": "", "nonce": "n"})  # 422 is logged by Django with its address
    post(reader, url, **ANSWER)
    reader.get(url + "nowhere/")
    ours = next(one for one in logging.getLogger().handlers if any(isinstance(f, logs.LinkFilter) for f in one.filters))
    lines = [ours.format(record) for record in caplog.records if ours.filter(record)]
    assert "/r/…" in str(lines) and token not in str(lines)
    assert token not in str([vars(one) for one in events(cast.owner, number)])
    with tenancy.acting(cast.owner):
        assert token not in str(list(AccessRecord.objects.values()))


def test_english_is_read_by_a_switch_on_the_page(at, cast, reader):
    number = sent(at, cast)
    page = seen(reader.get(url_of(cast.owner, number) + "?lang=en"))
    assert "asks you to explain a deduction" in page
