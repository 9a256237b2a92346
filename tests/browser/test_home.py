"""The front door and a person's home page in a browser."""

import pytest
from playwright.sync_api import expect

from cases import actions
from tests.browser.checks import check_page
from tests.browser.conftest import DESK, PHONE

LINE = {"on": "2026-08-17", "amount": "2000.00", "tid": "20117765", "fee_name": "逾期未迁移占用费" * 8}
LONG = "一家名字特别特别长的商户有限责任公司第十三分公司的第二个门店" * 2


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_stranger_sees_what_the_product_does_and_can_start(site, open_page, language, size):
    page = open_page(language=language, size=size)
    check_page(page, "/")
    page.locator("main a[href='/cases/new/']").click()
    assert page.url == f"{site.url}/login/?next=/cases/new/"


def test_somebody_logged_in_comes_to_the_home_page(site, open_page):
    page = open_page(site.shop())
    page.goto("/")
    assert page.url == f"{site.url}/home/"
    check_page(page)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_home_with_cases_drafts_and_long_names(site, open_page, language, size):
    shop = site.shop(LONG)
    for _ in range(4):
        actions.perform(shop, "file", {"symptom": "S5", "lines": [LINE], "provider": LONG, "submit": True})
    page = open_page(shop, language=language, size=size)
    page.goto("/cases/new/")
    page.locator("#id_amount").fill("12.5")
    page.locator("#id_on").fill("2026-08-17")
    page.keyboard.press("Enter")
    expect(page.locator("#id_who_0")).to_be_visible()
    check_page(page, "/home/")
    expect(page.locator(".case-card")).to_have_count(3)
    page.locator(".case-card a").first.click()
    assert "/cases/DK-" in page.url
