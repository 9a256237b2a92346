"""Terminals, contracts, notices and moves in a browser: on a phone and a desk, in both languages, without scripts too."""

import pytest
from playwright.sync_api import expect

from config import clock
from merchants.inputs import INPUTS
from merchants.services import plain_records
from merchants.services.record_nouns import NOUNS
from tests.browser.actor import Actor
from tests.browser.checks import check_page
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_page import _faults as faults_of
from tests.walk import photo

RECORDS = {
    "terminals": {"tid": "20117765", "mid": "898305054110218", "sn": "N900012345", "from_on": "2025-03-01", "provider": "Pay Co"},
    "contracts": {
        "number": "C-2201", "provider": "Pay Co", "from_on": "2025-03-01", "fees": [{"fee_code": "Data fee", "amount": "79.00"}],
        "clauses": [{"number": "7.3", "text": "200 yuan a day when the merchant moves late. " * 8}],
    },
    "notices": {"kind": "DEDUCTION", "provider": "Pay Co", "number": "N-1", "tid": "20117765", "arrived_on": "2026-08-06"},
    "migrations": {
        "old_tid": "20117765", "new_tid": "20993301", "planned_on": "2026-08-05",
        "missed_visits": [{"on": "2026-08-05", "missed_by": "provider"}],
    },
}  # fmt: skip
PATHS = ["terminals", "contracts", "notices-served", "migrations"]


def write(person, name: str):
    form = INPUTS[name](data=RECORDS[name])
    form.is_valid(raise_exception=True)
    more = {"file": photo("contract.png")} if name == "contracts" else {}
    return plain_records.create(person, NOUNS[name], {**form.validated_data, **more})


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_the_records_empty_and_filled(site, open_page, language, size):
    """Looks, titles, and English without Chinese; all names in the data are ASCII."""
    shop = site.shop(f"Shop {language} {size[0]}")
    page, titles, faults = open_page(shop, language=language, size=size), {}, []
    for path in PATHS:
        for ending in ("", "new/", "import/"):
            faults += faults_of(page, f"/{path}/{ending}", language, titles)
    for name, path in zip(RECORDS, PATHS, strict=True):
        row = write(shop, name)
        for ending in ("", f"{row.pk}/", f"{row.pk}/remove/"):
            faults += faults_of(page, f"/{path}/{ending}", language, titles)
        check_page(page, f"/{path}/?q=zzz")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_contract_with_three_fees_is_written_down_on_one_page(site, open_page, js):
    page = open_page(site.shop(), js=js)
    page.goto("/terminals/")
    page.get_by_role("link", name="合同", exact=True).click()
    page.get_by_role("link", name="添加合同").first.click()
    page.locator("[name=provider_name]").fill("通联支付")
    page.get_by_label("合同编号").fill("C-1")
    page.locator("button[value=fees]").click()
    check_page(page)
    for at, name in enumerate(("流量费", "服务费", "年费")):
        row = page.locator("#fees details").nth(at)
        if not row.get_attribute("open") and at:
            row.locator("summary").click()
        row.get_by_label("收费名称").fill(name)
        row.get_by_label("金额").fill("79")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("row", name="C-1")).to_contain_text("3")
    page.get_by_role("link", name="C-1").click()
    check_page(page)
    page.locator("label", has_text="保存时删掉这一行").first.click()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("row", name="C-1")).to_contain_text("2")


def test_what_is_wrong_takes_the_focus_and_leads_to_its_field(site, open_page):
    page = open_page(site.shop())
    page.goto("/terminals/new/")
    page.get_by_label("从哪天起").fill("2026-02-01")
    page.get_by_label("到哪天止").fill("2026-01-01")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#error-summary")).to_be_focused()
    check_page(page)
    page.get_by_role("link", name="请填写这一项").click()
    expect(page.get_by_label("终端号").first).to_be_focused()


def test_a_terminal_is_added_in_few_taps(site, open_page):
    page = open_page(site.shop())
    page.goto("/home/")
    someone = Actor(page)
    someone.tap("终端", role="link")
    someone.tap("添加终端", role="link")
    someone.fill("终端号", "20117765")
    someone.tap("保存")
    expect(page.get_by_role("link", name="20117765")).to_be_visible()
    someone.within(4, 20)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_table_with_a_bad_row_is_checked_first(site, open_page, language, tmp_path):
    file = tmp_path / "terminals.csv"
    file.write_text(f"tid,to_on\n20117765,{clock.today()}\n20117766,2026-02-30\n", encoding="utf-8")
    page = open_page(site.shop(), language=language)
    page.goto("/terminals/import/")
    page.locator("#id_sheet").set_input_files(file)
    page.locator("main button[type=submit]").click()
    check_page(page)
    expect(page.get_by_text("2026-02-30")).to_be_visible()
    page.locator("main button[type=submit]").first.click()
    expect(page.get_by_role("link", name="20117765")).to_be_visible()
