"""A case's page on a phone and a desk: what to do stands first, works without JavaScript, and reads in both languages."""

import re

import pytest
from playwright.sync_api import expect

from config import clock
from tests import walk
from tests.browser.checks import check_page
from tests.browser.conftest import DESK
from tests.walk import do, photo

NAV = 56  # pixels of the bar at the bottom of a phone
LINE = {**walk.LINE, "fee_name": "逾期未迁移占用费"}


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


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("situation", "button"),
    [("open", ("发出要求说明函", "Send the letter")), ("await", ("对方回复了", "They answered"))],
)
def test_the_one_button_stands_on_the_first_screen_of_a_phone(site, open_page, situation, button, language):
    shop = site.shop("吴江好又邻便利店")
    number = walk.file(shop, LINE) if situation == "open" else arrived(shop)
    page = open_page(shop, language=language)
    check_page(page, f"/cases/{number}/")
    box = page.get_by_role("link", name=button[language == "en"], exact=True).bounding_box()
    assert box["y"] + box["height"] < page.viewport_size["height"] - NAV, box
    assert box["height"] >= 44
    expect(page.locator(".next-action .btn-primary")).to_have_count(1)


def test_on_a_desk_the_next_step_stands_beside_the_timeline(site, open_page):
    shop = site.shop()
    page = open_page(shop, size=DESK)
    check_page(page, f"/cases/{arrived(shop)}/")
    step, timeline = page.locator(".next-action").bounding_box(), page.locator("#timeline").bounding_box()
    assert step["x"] > timeline["x"] + timeline["width"] - 1 and step["y"] < timeline["y"]


def test_the_page_is_for_reading_aloud(site, open_page):
    shop = site.shop()
    page = open_page(shop)
    page.goto(f"/cases/{arrived(shop)}/")
    for name in ("时间线", "扣款", "函件", "证据", "其他期限"):
        expect(page.get_by_role("region", name=name)).to_be_visible()
    expect(page.locator("ol.stages [aria-current=step]")).to_contain_text("等答复")
    expect(page.locator("time").first).to_have_attribute("datetime", re.compile(r"^2\d{3}-"))


def test_how_a_date_was_worked_out_unfolds_without_a_script(site, open_page):
    shop = site.shop()
    page = open_page(shop, js=False)
    page.goto(f"/cases/{arrived(shop)}/")
    page.locator(".next-action summary", has_text="这个日期怎么算的").click()
    expect(page.locator(".next-action .steps-list li").first).to_be_visible()
    expect(page.locator(".next-action")).to_contain_text("依据")


def test_a_note_is_written_on_the_page_itself_and_the_timeline_filtered(site, open_page):
    shop = site.shop()
    number = arrived(shop)
    page = open_page(shop)
    page.goto(f"/cases/{number}/")
    page.get_by_label("记一条备注").fill("明天再打一次电话")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("#timeline")).to_contain_text("明天再打一次电话")
    page.get_by_role("link", name="文件", exact=True).click()
    expect(page.locator("#timeline")).not_to_contain_text("明天再打一次电话")
    expect(page.locator(".chips [aria-current]")).to_have_text("文件")


def test_the_number_is_copied_by_one_tap(site, open_page):
    shop = site.shop()
    number = arrived(shop)
    page = open_page(shop, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"/cases/{number}/")
    page.get_by_role("button", name="复制编号").click()
    expect(page.locator("#case-number_copied")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == number
