"""Case B by taps: the shop's one person on a phone, the provider's agent and approver at a desk, from the letter to the
closed case. Filing by taps is test_newcomer.py, a provider without account test_reply_browser.py; days are of today."""

from uuid import uuid4

from playwright.sync_api import Page, expect

from config import clock
from merchants import access
from merchants.services import organisations
from tests import signing, walk
from tests.browser.checks import check_page
from tests.browser.conftest import DESK

LINE = {**walk.LINE, "fee_name": "逾期未迁移占用费", "clause": "7.3"}
PROOF = {"name": "到账通知.png", "mimeType": "image/png", "buffer": walk.PNG}


def test_case_b_by_taps_from_the_letter_to_the_refund(site, open_page):
    shop = site.shop()
    agent = site.founded("payment_institution", f"Pay {uuid4().hex[:6]}", "provider.agent", is_listed=True)
    person = {"name": "郑审批", "phone": f"+86137{uuid4().int % 10**8:08d}"}
    chief = access.actor_of(organisations.seat(agent, person, "provider.approver", None))
    number = walk.file(shop, LINE, provider=str(agent.organisation_id))
    phone, desk, chiefs = open_page(shop), open_page(agent, size=DESK), open_page(chief, size=DESK)
    _asked_and_explained(phone, desk, number)
    _bargained(phone, desk, number)
    _signed(phone, chiefs, shop, chief, number)
    _fulfilled(phone, desk, number)
    assert walk.case_of(shop, number).outcome == "FULL_REFUND"
    for page in (phone, desk, chiefs):
        assert not page.complaints


def _next(page: Page, number: str) -> None:
    """Opens the case and takes what it says is to be done."""
    page.goto(f"/cases/{number}/")
    page.locator(".next-action .btn-primary").first.click()


def _asked_and_explained(phone: Page, desk: Page, number: str) -> None:
    _next(phone, number)
    phone.get_by_label("渠道").select_option("portal")
    phone.get_by_label("对方什么时候收到的").fill(clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H:%M"))
    phone.get_by_text("我已核对").click()
    phone.get_by_role("button", name="我已发出").click()
    expect(phone.locator(".next-action h2")).to_have_text("等对方确认收到")
    desk.goto("/cases/")
    expect(desk.get_by_role("row", name=number)).to_contain_text("¥2,000.00")
    desk.goto(f"/cases/{number}/do/explain/")
    desk.get_by_label("说明的内容").fill("按协议第 7.3 条收取")
    desk.get_by_label("依据的条款").fill("7.3")
    desk.get_by_role("button", name="说明原因").click()
    expect(desk.locator("#timeline")).to_contain_text("按协议第 7.3 条收取")
    check_page(desk)


def _bargained(phone: Page, desk: Page, number: str) -> None:
    desk.goto(f"/cases/{number}/do/make_offer/")
    desk.get_by_label("退多少").first.fill("1000")
    desk.get_by_role("button", name="发给对方").click()
    phone.goto(f"/cases/{number}/offers/")
    expect(phone.get_by_role("main")).to_contain_text("¥1,000.00")
    phone.get_by_role("link", name="还价").first.click()
    phone.get_by_label("退多少").first.fill("2000")
    phone.get_by_role("button", name="发给对方").click()
    expect(phone.get_by_role("main")).to_contain_text("¥2,000.00")
    check_page(phone)
    desk.goto(f"/cases/{number}/offers/")
    desk.get_by_role("link", name="接受方案 2").click()
    expect(desk.locator(".confirm")).to_contain_text("¥2,000.00")
    desk.get_by_role("button", name="确认接受").click()
    check_page(desk)


def _signed(phone: Page, chiefs: Page, shop, chief, number: str) -> None:
    _next(phone, number)
    phone.get_by_role("button", name="定稿", exact=True).click()
    for page, person in ((phone, shop), (chiefs, chief)):
        page.goto(f"/cases/{number}/agreement/")
        expect(page.get_by_role("main")).to_contain_text("贰仟元整")
        page.get_by_role("button", name="获取验证码").click()
        expect(page.locator("#code-state")).to_contain_text("验证码已发到")
        page.get_by_label("验证码", exact=False).first.fill(signing.code_of(person))
        page.locator("label", has_text="我已阅读定稿全文").click()
        page.get_by_role("button", name="签署协议").click()
        check_page(page)
    expect(chiefs.locator("#effective-title")).to_be_visible()


def _fulfilled(phone: Page, desk: Page, number: str) -> None:
    _next(phone, number)
    phone.get_by_role("button", name="发出通知").click()
    _next(desk, number)
    desk.get_by_role("button", name="我已知悉").click()
    expect(desk.locator(".next-action h2")).to_have_text("按约定办，再提交凭证")
    desk.goto(f"/cases/{number}/obligations/")
    desk.get_by_role("link", name="提交凭证").click()
    desk.get_by_label("金额").fill("2000.00")
    desk.locator("input[type=file]").first.set_input_files(PROOF)
    desk.get_by_role("button", name="提交凭证").click()
    check_page(desk)
    phone.goto(f"/cases/{number}/obligations/")
    phone.get_by_role("link", name="确认已履行").click()
    phone.get_by_role("button", name="确认已履行").click()
    check_page(phone)
    _next(phone, number)
    phone.get_by_text("我已核对").click()
    phone.get_by_role("button", name="结案").click()
    expect(phone.locator(".case-number")).to_contain_text("结案：全额退还")
