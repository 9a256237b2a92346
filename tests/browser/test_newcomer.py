"""A newcomer with an empty account, on a phone: from home to the finished letter, counted and timed (issue, Done when)."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import expect

from cases.models import Case, Draft
from config import clock, tenancy
from tests.browser.actor import Actor
from tests.browser.checks import check_page
from tests.pages.test_wizard_lines import imported

MOST_ACTIONS, MOST_SECONDS = 15, 180
WORDS = {
    "zh-hans": {
        "begin": "要回一笔扣款", "amount": "扣了多少钱？", "day": "哪天扣的？", "yesterday": "昨天", "on": "继续",
        "unsure": "不确定，先查清楚", "why": "没有同意过这项收费", "photo": "拍照或选文件", "submit": "提交，生成说明函",
        "letter": "复制这段发给对方", "written": "说明函写好了", "unsaved": "继续填写",
    },
    "en": {
        "begin": "Get a deduction back", "amount": "How much was taken?", "day": "On which day?", "yesterday": "Yesterday",
        "on": "Continue", "unsure": "Not sure; find out first", "why": "I never agreed to this fee",
        "photo": "Take a photo or choose a file", "submit": "Submit and write the letter",
        "letter": "Copy this and send it", "written": "The letter is written", "unsaved": "Continue",
    },
}  # fmt: skip


def photo() -> dict:
    content = io.BytesIO()
    Image.new("RGB", (900, 1600), "#dfe7ef").save(content, "JPEG")
    return {"name": "扣款短信 2026.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def files(actor: Actor, words: dict, *, js: bool = True) -> None:
    """Three fields and one photo, every page looked at."""
    page = actor.page
    actor.tap(words["begin"], role="link")
    check_page(page)
    actor.fill(words["amount"], "318.60")
    if js:
        actor.tap(words["yesterday"])
    else:
        actor.fill(words["day"], (clock.today() - timedelta(days=1)).isoformat())
    actor.tap(words["on"])
    check_page(page)
    actor.choose(words["unsure"])
    actor.tap(words["on"])
    check_page(page)
    actor.choose(words["why"])
    actor.tap(words["on"])
    check_page(page)
    actor.tap(words["on"])
    check_page(page)
    actor.upload(words["photo"], photo())
    actor.tap(words["on"])
    check_page(page)
    actor.tap(words["submit"])
    expect(page.get_by_role("heading", level=1)).to_have_text(words["written"])
    check_page(page)


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_newcomer_holds_the_finished_letter_within_three_minutes(site, open_page, language, js):
    shop = site.shop("丹阳镇兴五金店")
    page = open_page(shop, language=language, js=js)
    check_page(page, "/home/")
    actor = Actor(page)
    files(actor, WORDS[language], js=js)
    actor.within(MOST_ACTIONS, MOST_SECONDS)
    letter = page.get_by_label(WORDS[language]["letter"]).input_value()
    with tenancy.acting(shop):
        case = Case.objects.get()
        assert (case.state, str(case.amount), case.provider_id, case.evidence.count()) == ("OPEN", "318.60", None, 1)
        assert case.number in letter and "318.60" in letter
        assert not Draft.objects.filter(case=None).exists()


def test_a_deduction_of_an_imported_statement_takes_fewer_actions(site, open_page):
    shop, words = site.shop(), WORDS["zh-hans"]
    [row] = imported(shop, "36.00")
    page = open_page(shop)
    page.goto("/home/")
    actor = Actor(page)
    actor.tap(words["begin"], role="link")
    check_page(page)
    actor.choose("¥36.00")
    actor.tap(words["on"])
    actor.choose(words["unsure"])
    actor.tap(words["on"])
    actor.choose(words["why"])
    actor.tap(words["on"])
    actor.tap(words["on"])
    actor.upload(words["photo"], photo())
    actor.tap(words["on"])
    actor.tap(words["submit"])
    expect(page.get_by_role("heading", level=1)).to_have_text(words["written"])
    actor.within(11, 45)
    with tenancy.acting(shop):
        assert Case.objects.get().lines.get().statement_line_id == row.id


def test_a_mistyped_amount_is_put_right_in_two_actions(site, open_page):
    page, words = open_page(site.shop()), WORDS["zh-hans"]
    page.goto("/cases/new/")
    actor = Actor(page)
    actor.tap(words["yesterday"])
    actor.fill(words["amount"], "三百")
    actor.enter()
    expect(page.locator("#error-summary")).to_be_focused()
    assert page.title().startswith("错误：")
    check_page(page)
    mending = Actor(page)
    mending.fill(words["amount"], "300")
    mending.enter()
    expect(page.locator("#id_who_0")).to_be_visible()
    mending.within(2, 10)


def test_a_table_with_bad_rows_is_told_row_by_row(site, open_page):
    for language in ("zh-hans", "en"):
        page = open_page(site.shop(), language=language)
        page.goto("/cases/new/")
        page.locator("details summary").last.click()
        page.locator("#id_sheet").set_input_files(
            {
                "name": "扣款.csv",
                "mimeType": "text/csv",
                "buffer": "扣款日期,扣款金额\n2026-08-17,79\n2026-02-30,1\n".encode(),
            }
        )
        page.locator("button[value=upload]").click()
        expect(page.locator("button[value=take]")).to_be_visible()
        check_page(page)
        page.locator("button[value=take]").click()
        expect(page.locator("#id_who_0")).to_be_visible()


def test_a_draft_survives_the_closing_of_the_tab_after_each_page(site, open_page):
    shop, words = site.shop(), WORDS["zh-hans"]
    steps = [
        lambda a: (a.tap(words["begin"], role="link"), a.fill(words["amount"], "66.5"), a.tap(words["yesterday"])),
        lambda a: a.choose(words["unsure"]),
        lambda a: a.choose(words["why"]),
        lambda a: None,
        lambda a: a.upload(words["photo"], photo()),
    ]
    for at, step in enumerate(steps):
        page = open_page(shop)
        page.goto("/home/")
        actor = Actor(page)
        if at:
            actor.tap(words["unsaved"], role="link")
        step(actor)
        actor.tap(words["on"])
        page.wait_for_load_state()
        page.context.close()
    page = open_page(shop)
    page.goto("/home/")
    page.get_by_role("link", name=words["unsaved"]).click()
    page.get_by_role("button", name=words["submit"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["written"])
    with tenancy.acting(shop):
        assert (str(Case.objects.get().amount), Case.objects.get().evidence.count()) == ("66.50", 1)
