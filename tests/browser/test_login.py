"""Signing up, logging in and settings on a phone in a browser, with and without scripts, looked at by axe and at 320 px."""

from itertools import count

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, expect

from config import tenancy
from config.actors import SYSTEM
from config.models import OutboxMessage
from tests.browser.checks import check_page
from tests.browser.conftest import DESK

_numbers = count(13_700_000_100)
SETTINGS = ("/settings/", "/settings/profile/", "/settings/organisation/", "/settings/stores/", "/settings/stores/new/",
            "/settings/people/", "/settings/people/invite/", "/settings/keys/", "/settings/keys/new/", "/switch/",
            "/email/", "/phone/change/", "/password/set/", "/2fa/", "/logout/", "/reauthenticate/code/")  # fmt: skip


def code_sent_to(phone: str) -> str:
    with tenancy.acting(SYSTEM):
        rows = OutboxMessage.objects.filter(to=f"+86{phone}", template="login_code")
        return rows.latest("created_at").params["code"]


def sign_up(page: Page, phone: str) -> None:
    check_page(page, "/signup/")
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("button", name="注册").click()
    field = page.get_by_label("验证码")
    assert field.get_attribute("autocomplete") == "one-time-code" and field.get_attribute("inputmode") == "numeric"
    check_page(page)
    field.fill(code_sent_to(phone))
    page.get_by_role("button", name="确认").click()


@pytest.mark.parametrize("js", [True, False])
def test_a_phone_a_code_and_one_page_lead_a_newcomer_home(site, open_page, js):
    page, phone = open_page(js=js), str(next(_numbers))
    sign_up(page, phone)
    check_page(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("你的店叫什么？")
    page.get_by_label("店名或公司名").fill("巷口面馆")
    page.get_by_role("button", name="开始").click()
    assert page.url == f"{site.url}/home/"
    check_page(page)
    page.goto("/logout/")
    page.get_by_role("main").get_by_role("button", name="退出登录").click()
    page.goto("/settings/")
    assert "/login/" in page.url
    check_page(page)
    check_page(page, "/login/code/")


def test_wrong_input_at_the_entrance_says_what_to_do(site, open_page):
    page = open_page()
    check_page(page, "/login/code/")
    page.get_by_label("手机号").fill("123")
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_role("alert")).to_contain_text("请填 11 位手机号")
    check_page(page)
    check_page(page, "/login/")
    page.get_by_label("手机号或邮箱").fill("13700000099")
    page.get_by_label("密码").fill("x")
    page.get_by_role("button", name="用密码登录").click()
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    check_page(page)


@pytest.mark.parametrize(("language", "size"), [("zh-hans", None), ("en", DESK)])
def test_every_page_of_settings_looks_right(site, open_page, language, size):
    page = open_page(site.shop(), language=language, **({"size": size} if size else {}))
    for address in SETTINGS:
        check_page(page, address)


def test_a_key_is_made_shown_once_and_revoked(site, open_page):
    page = open_page(site.shop())
    page.goto("/settings/keys/new/")
    page.get_by_label("名称").fill("收银系统")
    page.locator("label", has_text="查看案件").click()
    page.get_by_role("button", name="生成密钥").click()
    assert page.get_by_label("收银系统").input_value().startswith("dk_live_")
    check_page(page)
    page.get_by_role("link", name="存好了").click()
    check_page(page)
    page.get_by_role("link", name="作废").click()
    check_page(page)
    page.get_by_role("button", name="作废密钥").click()
    expect(page.get_by_role("main")).to_contain_text("已作废")


def test_a_staff_seat_sets_up_its_second_factor_first(site, open_page):
    from allauth.mfa.models import Authenticator

    agent = site.founded("payment_institution", "支付服务商乙", seat="provider.agent")
    page = open_page(agent)
    Authenticator.objects.filter(user_id=agent.user_id).delete()
    page.goto("/home/")
    assert page.url.startswith(f"{site.url}/2fa/totp/activate/"), page.url
    check_page(page)
    secret = page.locator("code").first.inner_text().strip()
    page.get_by_label("验证码").fill(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))
    page.get_by_role("button", name="启用").click()
    check_page(page)
    page.goto("/home/")
    assert page.url == f"{site.url}/home/"
