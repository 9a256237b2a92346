"""The list of cases in a browser: cards on a shop's phone, narrowed and searched. The desk has its own tests."""

import pytest
from playwright.sync_api import expect

from cases import actions
from tests.browser.checks import check_page

LINE = {"on": "2026-08-17", "amount": "2000.00", "tid": "20117765", "fee_name": "占用费"}


def filed(person, **more):
    return actions.perform(person, "file", {"symptom": "S5", "lines": [LINE], "submit": True, **more})


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_shop_searches_its_cards_on_a_phone(site, open_page, language, js):
    shop = site.shop()
    check_page(open_page(shop, language=language, js=js), "/cases/")
    numbers = [filed(shop, provider=name).number for name in ("盛付收单", "通联支付")]
    page = open_page(shop, language=language, js=js)
    check_page(page, "/cases/")
    expect(page.locator(".case-card")).to_have_count(2)
    page.locator("#q").fill("通联")
    page.keyboard.press("Enter")
    expect(page.locator(".case-card")).to_have_count(1)
    expect(page.locator(".case-card")).to_contain_text(numbers[1])
    check_page(page, "/cases/?q=zzz")
    check_page(page, "/cases/?stage=nonsense")
