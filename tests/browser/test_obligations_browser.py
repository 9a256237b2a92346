"""Keeping an agreement by taps: telling and knowing, a payment proven and confirmed, and one that comes too late."""

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from config import clock
from tests import walk
from tests.browser.actor import Actor
from tests.browser.checks import check_page
from tests.browser.conftest import DESK, PHONE
from tests.walk import do, photo

LINE = {**walk.LINE, "fee_name": "逾期未迁移占用费", "clause": "7.3"}
ALL_BACK = [{"type": "REFUND", "amount": "2000.00", "due_in": {"n": 10, "unit": "bd", "from": "effective"}}]


@pytest.fixture
def picture(tmp_path) -> Path:
    path = tmp_path / "transfer.png"
    path.write_bytes(walk.PNG)
    return path


def behalf() -> dict:
    return {"on_behalf": True, "channel": "wechat", "proof": photo()}


def effective(shop, *lines: dict, terms=ALL_BACK) -> str:
    """A shop alone and a provider without account, bound on paper today."""
    number, now = walk.file(shop, *(lines or [LINE])), clock.now().replace(second=0, microsecond=0).isoformat()
    do(shop, number, "send_letter", channel="wechat", arrived_at=now, proof=photo(), alone="核对过")
    do(shop, number, "explain", text="按合同第 7.3 条收取", **behalf())
    do(shop, number, "make_offer", terms=terms)
    do(shop, number, "accept_offer", offer=1, **behalf())
    do(shop, number, "freeze_agreement")
    today = clock.today().isoformat()
    do(shop, number, "upload_signed_copy", side="merchant", file=photo(), exchanged_on=today)
    do(shop, number, "upload_signed_copy", side="provider", file=photo(), exchanged_on=today, **behalf())
    return number


def fulfilling(shop, *lines: dict, terms=ALL_BACK) -> str:
    number = effective(shop, *lines, terms=terms)
    do(shop, number, "notify_parties")
    do(shop, number, "acknowledge_notice", **behalf())
    return number


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_a_shop_goes_from_the_agreement_to_the_money_by_taps_alone(site, open_page, picture, js):
    shop = site.shop()
    number = effective(shop)
    page = open_page(shop, js=js)
    page.goto(f"/cases/{number}/")
    headline = page.locator(".next-action h2")
    expect(headline).to_have_text("协议已生效：通知各方")
    page.locator(".next-action .btn-primary").click()
    page.get_by_role("button", name="发出通知").click()
    expect(headline).to_have_text("请名单上的人确认知悉")
    page.locator(".next-action .btn-primary").click()
    page.get_by_label("渠道").select_option("phone")
    page.get_by_role("button", name="我已知悉").click()
    expect(headline).to_have_text("等对方履行；钱到了就记录")
    page.get_by_role("link", name="谁要做什么").first.click()
    expect(page.get_by_text("贰仟元整").first).to_be_visible()
    page.get_by_role("link", name="我看到已经做了").click()
    page.get_by_label("履行凭证").set_input_files(picture)
    page.get_by_role("button", name="提交凭证").click()
    expect(headline).to_have_text("核对履行凭证：确认，或说明哪里不对")
    page.locator(".next-action .btn-primary").click()
    expect(page.get_by_role("link", name="transfer.png")).to_be_visible()
    page.get_by_role("button", name="确认已履行").click()
    expect(headline).to_have_text("钱已退齐：核对后结案")
    page.get_by_role("link", name="凭证和确认").click()
    check_page(page)
    expect(page.get_by_text("已到 ¥2,000.00")).to_be_visible()


def test_another_sum_is_refused_beside_its_field_and_nothing_typed_is_lost(site, open_page, picture):
    shop = site.shop()
    number = fulfilling(shop)
    page = open_page(shop)
    page.goto(f"/cases/{number}/do/prove_obligation/?obligation=1")
    page.get_by_label("付款金额").fill("1999")
    page.get_by_label("履行凭证").set_input_files(picture)
    page.get_by_role("button", name="提交凭证").click()
    expect(page.locator(".error-summary")).to_contain_text("这一项约定的是 ¥2000.00，填写的是 ¥1999.00")
    expect(page.get_by_label("付款金额")).to_have_value("1999")
    check_page(page)


def test_a_provider_proves_a_payment_from_its_desk_within_five_actions(site, open_page, picture):
    shop = site.shop()
    agent = site.founded("payment_institution", f"Pay {uuid4().hex[:6]}", "provider.agent", is_listed=True)
    number = walk.file(shop, LINE, provider=str(agent.organisation_id))
    now = clock.now().replace(second=0, microsecond=0).isoformat()
    do(shop, number, "send_letter", channel="portal", arrived_at=now, proof=photo(), alone="核对过")
    do(agent, number, "explain", text="按合同第 7.3 条收取")
    do(shop, number, "make_offer", terms=ALL_BACK)
    do(agent, number, "accept_offer", offer=1)
    do(shop, number, "freeze_agreement")
    today = clock.today().isoformat()
    do(shop, number, "upload_signed_copy", side="merchant", file=photo(), exchanged_on=today)
    do(agent, number, "upload_signed_copy", side="provider", file=photo("theirs.png", b"2"), exchanged_on=today)
    do(shop, number, "notify_parties")
    page = open_page(agent, size=DESK)
    page.goto(f"/cases/{number}/")
    agent_at = Actor(page)
    agent_at.press(page.locator(".next-action .btn-primary"), "我已知悉")
    agent_at.tap("我已知悉")
    expect(page.locator(".next-action h2")).to_have_text("按约定办，再提交凭证")
    agent_at.press(page.locator(".next-action .btn-primary"), "提交履行凭证")
    agent_at.upload("履行凭证", picture)
    agent_at.tap("提交凭证")
    expect(page.locator(".next-action h2")).to_have_text("等商户确认你方的履行")
    agent_at.within(actions=5, seconds=25)
    check_page(page, f"/cases/{number}/obligations/")
    expect(page.get_by_text("待确认")).to_be_visible()


TWICE = [
    {"type": "REFUND", "amount": "300.00", "due_in": {"n": 0, "unit": "d", "from": "effective"}},
    {"type": "EXTEND_TERM", "payer": "merchant", "payee": "provider", "instalments": [
        {"amount": "59.00", "due_on": "2026-11-10"}, {"amount": "59.00", "due_on": "2027-01-10"}]},
]  # fmt: skip


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_payment_that_comes_too_late_on_every_page(own_site, open_page, at, language, size):
    """Overdue, broken, demanded and cured: the pages that only days bring, looked at in both languages and sizes."""
    at("2026-10-09T10:00")
    shop = own_site.shop("Corner Shop")
    number = fulfilling(shop, {**LINE, "on": "2026-10-08", "amount": "300.00"}, terms=TWICE)
    do(shop, number, "add_message", text="Hello")
    page = open_page(shop, language=language, size=size)
    check_page(page, f"/cases/{number}/obligations/")
    provisional = {"zh-hans": "暂定", "en": "Provisional"}[language]
    expect(page.get_by_text(provisional)).to_have_count(1)
    at("2026-10-16T10:00")
    do(shop, number, "add_message", text="Where is it")
    check_page(page, f"/cases/{number}/")
    check_page(page, f"/cases/{number}/obligations/")
    check_page(page, f"/cases/{number}/do/declare_breach/?obligation=1")
    do(shop, number, "declare_breach", obligation=1)
    check_page(page, f"/cases/{number}/do/demand_cure/")
    do(shop, number, "demand_cure", channel="wechat", arrived_at="2026-10-16T10:00", proof=photo())
    check_page(page, f"/cases/{number}/")
    check_page(page, f"/cases/{number}/do/cure/")
    with walk.tenancy.acting(shop):
        position = walk.Case.objects.get(number=number).letters.get(kind="demand").position
    check_page(page, f"/cases/{number}/letters/{position}/")
    do(shop, number, "record_refund", lines=[1], on="2026-10-16", amount="300.00", file=photo())
    check_page(page, f"/cases/{number}/do/cure/")
    do(shop, number, "cure")
    check_page(page, f"/cases/{number}/obligations/")
