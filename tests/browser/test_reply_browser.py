"""Somebody with nothing but the link of a letter: how few taps an answer takes, with and without scripts, and its looks."""

import pytest

from cases.models import Case, Offer
from cases.services import letters, links
from config import clock, tenancy
from tests.browser.actor import Actor
from tests.browser.checks import check_looks, check_page
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_page import CHINESE
from tests.walk import do, file, photo

LINE = {
    "on": "2026-08-17",
    "amount": "2000.00",
    "tid": "20117765",
    "mid": "898305054110218",
    "fee_name": "Late move fee",
}


def sent(site, name: str = "Corner Shop"):
    """A shop alone whose letter went out; answers the shop, the case's number and the link."""
    me = site.shop(name)
    number = file(me, LINE, provider="Pay Co")
    do(me, number, "send_letter", channel="email", alone="Checked")
    return me, number, link_of(site, me, number)


def link_of(site, me, number: str) -> str:
    with tenancy.acting(me):
        text = letters.current(Case.objects.get(number=number)).text
    return site.url + links.url_in(text).partition("/r/")[2].join(("/r/", ""))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("js", [True, False], ids=["scripts", "no scripts"])
def test_from_the_mails_link_to_reason_and_refund_sent(site, open_page, size, js):
    me, number, url = sent(site)
    page = open_page(size=size, js=js)
    page.set_content(f'<p>在线答复，无需注册：<a href="{url}">{url}</a></p>')
    person = Actor(page)
    person.tap(url, role="link")
    person.fill("为什么扣这笔款", "设备未按期迁移，按协议 7.3 条收取。")
    person.fill("退多少", "1400")
    person.fill("你的姓名", "周经办")
    person.tap("说明并提出退款")
    page.get_by_role("heading", name="已发送：说明并提出退款").wait_for()
    person.within(actions=6, seconds=40)
    assert person.pages <= 2
    assert not page.complaints
    with tenancy.acting(me):
        offer = Offer.objects.get(case__number=number)
        assert (offer.terms[0]["amount"], offer.case.state) == ("1400.00", "OFFER_PENDING")


def test_what_was_typed_stays_where_something_is_missing(site, open_page):
    _me, _number, url = sent(site)
    page = open_page()
    page.goto(url)
    page.get_by_label("为什么扣这笔款").fill("按协议 7.3 条收取。")
    page.get_by_role("button", name="说明并提出退款").click()
    page.get_by_role("alert").get_by_text("你的姓名").click()
    page.keyboard.type("周经办")
    assert page.get_by_label("为什么扣这笔款").input_value() == "按协议 7.3 条收取。"
    page.get_by_role("button", name="说明并提出退款").click()
    page.get_by_role("heading", name="已发送：说明并提出退款").wait_for()


def test_a_colleague_is_named_without_scripts(site, open_page):
    _me, _number, url = sent(site)
    page = open_page(js=False)
    page.goto(url)
    person = Actor(page)
    person.tap("指定同事", role="link")
    person.fill("你的姓名", "周经办")
    person.fill("同事的姓名", "赵六")
    person.fill("同事的邮箱", "zhao@pay.example")
    person.tap("发给他")
    page.get_by_role("heading", name="已请同事答复").wait_for()
    person.within(actions=5, seconds=40)


def test_the_address_goes_to_no_other_page(site, open_page):
    """Neither the browser's Referer nor the server's log holds it."""
    _me, _number, url = sent(site)
    page = open_page()
    told: list[str] = []
    page.on("request", lambda one: told.append(one.headers.get("referer", "")))
    page.goto(url)
    page.get_by_role("button", name="说明并提出退款").click()
    page.get_by_role("alert").wait_for()
    page.locator("footer a").first.click()
    page.wait_for_load_state()
    token = url.rstrip("/").rpartition("/")[2]
    assert token not in str(told)
    assert token not in site.log.read_text(errors="replace")


def test_every_page_of_a_link_in_both_languages_and_sizes(site, open_page):
    me, number, url = sent(site, "Noodle Shop")
    do(me, number, "add_evidence", kind="E05", file=photo("contract.png", b"1"))
    do(me, number, "record_arrival", of="letter", arrived_at=clock.now().isoformat(), proof=photo("p.png", b"2"))
    do(me, number, "request_evidence", kinds=["E05", "E10"], of="provider")
    talks, talk_number, talk_url = sent(site, "Tea Shop")
    do(
        talks,
        talk_number,
        "record_arrival",
        of="letter",
        arrived_at=clock.now().isoformat(),
        proof=photo("q.png", b"3"),
    )
    behalf = {
        "on_behalf": True,
        "channel": "email",
        "received_at": clock.now().isoformat(),
        "proof": photo("r.png", b"4"),
    }
    do(talks, talk_number, "explain", text="Clause 7.3", **behalf)
    do(talks, talk_number, "make_offer", terms=[{"type": "REFUND", "amount": "1500.00", "due_in": {"n": 5}}])
    paths = [url + way for way in ("", "colleague/", "do/add_evidence/", "do/supply_evidence/", "do/add_message/",
                                   "done/acknowledge/", "done/name_colleague/")]  # fmt: skip
    paths += [talk_url + way for way in ("", "do/accept_offer/", "do/reject_offer/", "do/make_offer/")]
    faults = []
    for language in ("zh-hans", "en"):
        for size in (PHONE, DESK):
            page = open_page(language=language, size=size)
            for path in paths:
                faults += looked_at(page, path, language)
            page.goto(f"{site.url}/r/{'a' * 34}/")  # one that opens nothing: 404, and a page of its own
            page.get_by_role("heading", level=1).wait_for()
            check_looks(page)
            page.context.close()
    assert not faults, "\n".join(faults)


def looked_at(page, path: str, language: str) -> list[str]:
    page.complaints.clear()
    try:
        check_page(page, path)
    except AssertionError as wrong:
        return [f"{language} {path}: {str(wrong)[:900]}"]
    if language == "en":
        shown = page.evaluate(
            "() => { const copy = document.body.cloneNode(true);"
            " copy.querySelectorAll('[lang=zh-Hans], textarea, script').forEach(one => one.remove());"
            " return copy.textContent + ' ' + document.title; }"
        )
        if CHINESE.search(shown):
            at = CHINESE.search(shown).start()
            return [f"{path}: Chinese on an English page: {shown[max(0, at - 40) : at + 40]}"]
    return []
