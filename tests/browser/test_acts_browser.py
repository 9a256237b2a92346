"""Acts by taps: the whole road of a shop alone, answers typed in, two people at once, and the same without a script."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from config import clock
from tests import walk
from tests.browser.actor import Actor
from tests.browser.checks import check_page
from tests.browser.conftest import DESK
from tests.walk import do, photo

LINE = {**walk.LINE, "fee_name": "逾期未迁移占用费"}


@pytest.fixture
def picture(tmp_path) -> Path:
    path = tmp_path / "screenshot.png"
    path.write_bytes(walk.PNG)
    return path


def arrived(shop) -> str:
    number = walk.file(shop, LINE)
    do(
        shop,
        number,
        "send_letter",
        channel="wechat",
        arrived_at=clock.now().replace(second=0, microsecond=0).isoformat(),
        proof=photo(),
        alone="核对过",
    )
    return number


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_a_shop_walks_from_the_letter_to_the_end_by_taps_alone(site, open_page, picture, js):
    shop = site.shop()
    number = walk.file(shop, LINE)
    page = open_page(shop, js=js)
    page.goto(f"/cases/{number}/")
    page.get_by_role("link", name="发出要求说明函").click()
    page.get_by_label("渠道").select_option("wechat")
    page.get_by_text("我已核对").click()
    page.get_by_role("button", name="我已发出").click()
    expect(page.locator(".next-action h2")).to_have_text("记下对方什么时候收到了函件")
    page.locator(".next-action .btn-primary").click()
    page.get_by_label("送达凭证").set_input_files(picture)
    page.get_by_role("button", name="记下").click()
    expect(page.locator(".next-action h2")).to_have_text("等对方确认收到")
    page.get_by_role("link", name="对方回复了").first.click()
    page.get_by_text("说了扣款的原因").click()
    page.get_by_label("对方的原话").fill("按合同第 7.3 条收取")
    page.get_by_label("通过什么渠道").select_option("phone")
    page.get_by_role("button", name="记下答复").click()
    expect(page.locator(".next-action blockquote")).to_contain_text("第 7.3 条")
    page.get_by_text("还可以做的").click()
    page.get_by_role("link", name="记录退款到账").click()
    page.get_by_label("到账金额").fill("2000")
    page.get_by_label("到账截图").set_input_files(picture)
    page.get_by_role("button", name="记录到账").click()
    expect(page.locator(".next-action h2")).to_have_text("钱已退齐：核对后结案")
    page.locator(".next-action .btn-primary").click()
    page.get_by_text("我已核对").click()
    page.get_by_role("button", name="结案").click()
    expect(page.locator(".case-number")).to_contain_text("结案：全额退还")
    assert not page.complaints


def test_an_answer_takes_two_pages_and_few_taps(site, open_page, picture):
    shop = site.shop()
    number = arrived(shop)
    page = open_page(shop)
    page.goto(f"/cases/{number}/")
    person = Actor(page)
    person.tap("对方回复了", role="link")
    person.choose("说收到了")
    person.upload("截图、录音或文件", picture)
    page.get_by_label("通过什么渠道").select_option("wechat")
    person.done.append("choose channel")
    person.tap("记下答复")
    expect(page.locator(".next-action h2")).to_have_text("等对方说明这笔扣款")
    assert person.pages <= 2
    person.within(5, 25)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_form_sent_back_takes_the_focus_and_keeps_what_was_typed(site, open_page, language):
    shop = site.shop()
    number = arrived(shop)
    page = open_page(shop, language=language)
    page.goto(f"/cases/{number}/do/record_refund/")
    page.locator("#id_amount").fill("99999")
    page.locator("form button[type=submit]").last.click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_amount")).to_have_value("99999")
    check_page(page)
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.tagName") in {"INPUT", "SELECT", "TEXTAREA"}


def test_two_taps_on_the_button_act_once(site, open_page):
    shop = site.shop()
    number = arrived(shop)
    page = open_page(shop)
    page.goto(f"/cases/{number}/do/record_contact/")
    page.get_by_label("渠道").select_option("phone")
    page.get_by_label("说了什么").fill("三天内回电")
    page.get_by_role("button", name="记下").dblclick()
    expect(page.locator("#timeline")).to_contain_text("三天内回电")
    assert len([one for one in walk.events(shop, number) if one.act == "record_contact"]) == 1


def test_two_windows_on_one_case_meet_in_a_page_that_keeps_the_text(site, open_page):
    shop = site.shop()
    number = arrived(shop)
    first, second = open_page(shop), open_page(shop, size=DESK)
    first.goto(f"/cases/{number}/do/withdraw/")
    second.goto(f"/cases/{number}/do/record_contact/")
    second.get_by_label("渠道").select_option("phone")
    second.get_by_label("说了什么").fill("对方说下周退")
    second.get_by_role("button", name="记下").click()
    expect(second.locator("#timeline")).to_contain_text("对方说下周退")
    first.get_by_label("为什么撤回").fill("懒得追了")
    first.get_by_role("button", name="撤回").click()
    expect(first.get_by_role("alert")).to_contain_text("案件刚刚有变化")
    expect(first.get_by_role("alert")).to_contain_text("对方说下周退")
    expect(first.get_by_label("为什么撤回")).to_have_value("懒得追了")
    assert walk.case_of(shop, number).outcome == ""


def test_who_took_the_money_is_named_where_it_is_asked(site, open_page):
    shop = site.shop()
    number = walk.file(shop, LINE, provider=None)
    page = open_page(shop, js=False)
    page.goto(f"/cases/{number}/")
    page.get_by_role("link", name="填写是谁扣的钱").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("填写是谁扣的钱")
    page.get_by_label("谁扣的钱", exact=False).last.fill("汇某支付有限公司")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("汇某支付有限公司")
    expect(page.locator(".next-action h2")).to_have_text("把要求说明函发给对方")
