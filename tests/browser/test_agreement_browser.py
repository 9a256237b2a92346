"""The agreement in a browser: signed within its limit, stamped on paper, read and compared on phone and desk."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from config import clock
from merchants import access
from merchants.services import organisations
from tests import signing, walk
from tests.browser.actor import Actor
from tests.browser.checks import check_page
from tests.browser.conftest import DESK
from tests.walk import do, photo

LINE = {**walk.LINE, "fee_name": "逾期未迁移占用费", "clause": "7.3"}
REFUND = signing.REFUND


class Pair:
    """A shop alone and a provider with two people, and a case of theirs."""

    def __init__(self, site) -> None:
        self.shop = site.shop()
        self.agent = site.founded("payment_institution", f"Pay {uuid4().hex[:6]}", "provider.agent", is_listed=True)
        chief = {"name": "郑审批", "phone": f"+86137{uuid4().int % 10**8:08d}"}
        self.chief = access.actor_of(organisations.seat(self.agent, chief, "provider.approver", None))

    def agreed(self, *terms: dict) -> str:
        number = walk.file(self.shop, LINE, provider=str(self.agent.organisation_id))
        now = clock.now().replace(second=0, microsecond=0).isoformat()
        do(self.shop, number, "send_letter", channel="portal", arrived_at=now, proof=photo(), alone="核对过")
        do(self.agent, number, "explain", text="按合同第 7.3 条收取")
        return self.agreed_again(number, *terms)

    def agreed_again(self, number: str, *terms: dict) -> str:
        do(self.shop, number, "make_offer", terms=list(terms) or [REFUND])
        with walk.tenancy.acting(self.shop):
            position = walk.Case.objects.get(number=number).offers.count()
        do(self.chief, number, "accept_offer", offer=position)
        return number

    def frozen(self, *terms: dict) -> str:
        number = self.agreed(*terms)
        do(self.shop, number, "freeze_agreement")
        return number


@pytest.fixture
def pair(site) -> Pair:
    return Pair(site)


def test_a_shop_signs_within_five_actions_and_two_pages(pair, open_page):
    number = pair.frozen()
    page = open_page(pair.shop)
    page.goto("/home/")
    person, loaded = Actor(page), []
    page.on("domcontentloaded", lambda it: loaded.append(it.url))
    person.press(page.locator(".case-card a").first, "the card")
    person.tap("获取验证码")
    expect(page.locator("#code-state")).to_contain_text("验证码已发到")
    person.fill("验证码", signing.code_of(pair.shop))
    person.choose("我已阅读定稿全文")
    person.tap("签署协议")
    expect(page.get_by_role("status").first).to_contain_text("已签署，等对方签署")
    person.within(5, 30)
    assert len(loaded) == 2 and not page.complaints, loaded  # the code comes without leaving the page
    assert signing.agreement_of(pair.shop, number).binding == "product"


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_the_other_side_signs_at_its_desk_and_the_agreement_is_in_effect(pair, open_page, js):
    number = pair.frozen()
    signing.sign(pair.shop, number)
    page = open_page(pair.chief, size=DESK, js=js)
    page.goto(f"/cases/{number}/agreement/")
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator("#code-state")).to_contain_text("验证码已发到")
    page.get_by_label("验证码", exact=False).first.fill(signing.code_of(pair.chief))
    page.locator("label", has_text="我已阅读定稿全文").click()
    page.get_by_role("button", name="签署协议").click()
    expect(page.locator("#effective-title")).to_be_visible()
    check_page(page)
    assert walk.case_of(pair.shop, number).state == "EFFECTIVE"


def test_a_wrong_code_is_said_beside_its_field_and_asking_too_soon_in_place(pair, open_page):
    number = pair.frozen()
    page = open_page(pair.shop)
    page.goto(f"/cases/{number}/agreement/")
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator("#code-state")).to_contain_text("验证码已发到")
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator("#code-state")).to_contain_text("秒后可以重新获取")
    page.get_by_label("验证码", exact=False).first.fill("12345x")
    page.locator("label", has_text="我已阅读定稿全文").click()
    page.get_by_role("button", name="签署协议").click()
    expect(page.locator(".error-summary")).to_contain_text("还可以试 4 次")
    check_page(page, allow=("409 (Conflict",))


def test_a_shop_makes_the_draft_final_in_one_tap_and_stamps_it_on_paper(site, open_page, tmp_path):
    shop = site.shop()
    number = walk.file(shop, LINE)
    now = clock.now().replace(second=0, microsecond=0).isoformat()
    do(shop, number, "send_letter", channel="wechat", arrived_at=now, proof=photo(), alone="核对过")
    told = {"on_behalf": True, "channel": "wechat"}
    do(shop, number, "explain", text="按合同收取", **told)
    do(shop, number, "make_offer", terms=[REFUND])
    do(shop, number, "accept_offer", offer=1, **told)
    scan = tmp_path / "scan.png"
    page = open_page(shop)
    page.goto(f"/cases/{number}/")
    page.locator(".next-action .btn-primary").click()
    page.get_by_role("button", name="定稿", exact=True).click()
    expect(page.locator("#paper-title")).to_have_text("纸质盖章")
    for button in ("上传我方盖章件", "上传对方盖章件"):
        scan.write_bytes(walk.PNG + button.encode())
        page.goto(f"/cases/{number}/agreement/")
        page.get_by_role("link", name=button).click()
        page.get_by_label("盖章件的扫描或照片").set_input_files(scan)
        page.get_by_role("button", name="上传").click()
    page.goto(f"/cases/{number}/agreement/")
    expect(page.locator("#effective-title")).to_be_visible()
    check_page(page)


def test_a_new_version_shows_word_by_word_what_differs(pair, open_page):
    number = pair.frozen()
    do(pair.chief, number, "decline_to_sign", reason="只能退 1800")
    pair.agreed_again(number, {**REFUND, "amount": "1800.00"})
    page = open_page(pair.shop)
    check_page(page, f"/cases/{number}/agreement/")
    expect(page.locator(".changes")).to_contain_text("1,800.00")
    expect(page.locator(".changes del", has_text="2,000.00").first).to_be_visible()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("state", ["draft", "frozen"])
def test_the_pages_hold_on_phone_and_desk_in_both_languages(pair, open_page, state, language):
    number = pair.frozen() if state == "frozen" else pair.agreed()
    paths = (
        ["agreement/", "do/upload_signed_copy/", "do/decline_to_sign/"]
        if state == "frozen"
        else ["agreement/", "do/draft_agreement/"]
    )
    for path in paths:
        for size in ((360, 780), DESK):
            check_page(open_page(pair.shop, language=language, size=size), f"/cases/{number}/{path}")
