"""The list of cases in a browser: cards on a shop's phone, a table at a provider's desk, both narrowed and searched."""

import pytest
from playwright.sync_api import expect

from cases import actions
from config import clock, files, tenancy
from tests.browser.checks import check_page
from tests.browser.conftest import DESK, PHONE

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


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_provider_reads_a_table(site, open_page, language, size):
    shop = site.shop()
    firm = site.founded("payment_institution", f"支付公司{shop.user_id}", "provider.agent", is_listed=True)
    case = filed(shop, provider=str(firm.organisation_id))
    with tenancy.acting(shop):
        proof = str(files.keep_bytes(shop, b"\xff\xd8\xff" + b"1" * 50, "mail.jpg").pk)
    sent = {"channel": "email", "arrived_at": clock.now().isoformat(), "proof": proof, "alone": "核对过"}
    actions.perform(shop, "send_letter", sent, number=case.number)
    page = open_page(firm, language=language, size=size)
    check_page(page, "/cases/")
    expect(page.get_by_role("link", name=case.number)).to_be_visible()
    page.locator("#state").select_option("AWAIT_ACK")
    page.locator("form.filters button").click()
    expect(page.get_by_role("link", name=case.number)).to_be_visible()
