"""Bargaining by taps: an offer is accepted or countered within the task limits, on a phone and a desk, with and without
scripts (experience.md §8, tasks 5 and 6)."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from cases.models import Offer
from config import clock, tenancy
from tests import walk
from tests.browser.actor import Actor
from tests.browser.checks import check_page
from tests.browser.conftest import DESK, PHONE
from tests.walk import do, photo

LINE = {**walk.LINE, "fee_name": "逾期未迁移占用费"}
WORDS = {
    "zh-hans": {"accept": "接受方案 1", "confirm": "确认接受", "counter": "还价", "amount": "退多少", "send": "发给对方"},
    "en": {"accept": "Accept offer 1", "confirm": "Accept it", "counter": "Counter-offer", "amount": "How much is refunded",
           "send": "Send it"},
}  # fmt: skip


def offered(site):
    """A shop alone to which its provider, with account, has made an offer; answers shop, agent and number."""
    shop = site.shop()
    agent = site.founded("payment_institution", f"Pay {shop.organisation_id.hex[:6]}", "provider.agent", is_listed=True)
    number = walk.file(shop, LINE, provider=str(agent.organisation_id))
    at = clock.now().replace(second=0, microsecond=0).isoformat()
    do(shop, number, "send_letter", channel="wechat", arrived_at=at, proof=photo(), alone="核对过")
    moved = (clock.today() + timedelta(days=60)).isoformat()
    terms = [
        {"type": "REFUND", "amount": "1400.00", "due_in": {"n": 10, "unit": "bd"}},
        {"type": "RESCHEDULE_MIGRATION", "tid": "20117765", "new_date": moved, "window": "10:00"},
    ]
    do(agent, number, "explain", text="Clause 7.3", terms=terms, conditions="30%")
    return shop, agent, number


def states(person, number) -> list[tuple]:
    with tenancy.acting(person):
        rows = Offer.objects.filter(case__number=number).order_by("position")
        return [(row.side, row.terms[0]["amount"], row.state) for row in rows]


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_offer_is_accepted_in_three_taps_from_home(site, open_page, language, js):
    shop, _agent, number = offered(site)
    words = WORDS[language]
    page = open_page(shop, language=language, js=js)
    check_page(page, "/home/")
    actor = Actor(page)
    actor.tap(LINE["fee_name"], role="link")
    check_page(page)
    actor.tap(words["accept"], role="link")
    expect(page.locator(".confirm")).to_contain_text("¥1,400.00")
    expect(page.locator(".confirm")).to_contain_text("¥600.00")
    check_page(page)
    actor.tap(words["confirm"])
    expect(page.locator("#case-number")).to_have_text(number)
    actor.within(3, 15)
    assert actor.pages <= 3
    assert states(shop, number) == [("provider", "1400.00", "accepted")]


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_amount_is_countered_within_five_actions(site, open_page, language, js):
    shop, agent, number = offered(site)
    words = WORDS[language]
    page = open_page(shop, language=language, js=js)
    page.goto("/home/")
    actor = Actor(page)
    actor.tap(LINE["fee_name"], role="link")
    actor.tap(words["counter"], role="link")
    expect(page.get_by_label(words["amount"]).first).to_have_value("1400.00")
    check_page(page)
    actor.fill(words["amount"], "2000")
    actor.tap(words["send"])
    expect(page.locator("#case-number")).to_have_text(number)
    actor.within(5, 25)
    assert actor.pages <= 3
    assert states(agent, number) == [("provider", "1400.00", "countered"), ("merchant", "2000.00", "live")]
    with tenancy.acting(agent):
        kinds = [term["type"] for term in Offer.objects.get(case__number=number, position=2).terms]
    assert kinds == ["REFUND", "RESCHEDULE_MIGRATION"]  # what was not touched goes along


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_offers_are_cards_on_a_phone_and_a_table_on_a_desk(site, open_page, language, size):
    shop, agent, number = offered(site)
    do(shop, number, "make_offer", terms=[{"type": "REFUND", "amount": "2000.00"}])
    do(agent, number, "make_offer", terms=[{"type": "REFUND", "amount": "1700.00"}])
    page = open_page(shop, language=language, size=size)
    check_page(page, f"/cases/{number}/offers/")
    rows = page.locator("table.offers tbody tr")
    expect(rows).to_have_count(4)
    tops = [row.bounding_box()["y"] for row in rows.all()]
    assert tops == sorted(tops)
    assert [row.get_attribute("id") for row in rows.all()] == ["offer-3", "offer-2", "offer-1", None]
    first = [cell.bounding_box() for cell in rows.first.locator("th, td").all()]
    side_by_side = first[1]["x"] > first[0]["x"] + 20
    assert side_by_side == (size == DESK)
    expect(rows.first).to_contain_text("85.0%")
    agents = open_page(agent, language=language, size=size)
    check_page(agents, f"/cases/{number}/offers/")
    expect(agents.get_by_role("link", name="撤回" if language == "zh-hans" else "Withdraw")).to_have_count(1)


def test_more_can_be_said_without_a_script_and_what_is_wrong_keeps_everything(site, open_page):
    shop, _agent, number = offered(site)
    page = open_page(shop, js=False)
    page.goto(f"/cases/{number}/do/make_offer/")
    page.get_by_label("退多少").first.fill("2000.01")
    page.locator("summary", has_text="更多").click()
    page.get_by_label("附加条件").fill("以后不再加收")
    page.get_by_role("button", name="发给对方").click()
    expect(page.locator(".field-error")).to_contain_text("超过还没退回的 ¥2,000.00")
    expect(page.get_by_label("退多少").first).to_have_value("2000.01")
    expect(page.get_by_label("附加条件")).to_have_value("以后不再加收")
    page.get_by_label("退多少").first.fill("1900")
    page.get_by_role("button", name="发给对方").click()
    assert states(shop, number)[-1] == ("merchant", "1900.00", "live")


def test_an_offer_that_ended_while_it_was_read_is_not_accepted(site, open_page):
    shop, agent, number = offered(site)
    page = open_page(shop)
    page.goto(f"/cases/{number}/do/accept_offer/?offer=1")
    do(agent, number, "withdraw_offer", reason="算错了")
    page.get_by_role("button", name="确认接受").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("方案 1 已经撤回")
    assert states(shop, number) == [("provider", "1400.00", "withdrawn")]


def test_the_own_limit_is_set_and_shown_to_the_own_side_alone(site, open_page):
    shop, agent, number = offered(site)
    page = open_page(shop)
    check_page(page, f"/cases/{number}/do/set_mandate/")
    page.get_by_label("最低接受退多少").fill("1500")
    page.get_by_text("我已核对").click()
    page.get_by_role("button", name="设定").click()
    check_page(page, f"/cases/{number}/offers/")
    expect(page.locator(".private")).to_contain_text("¥1,500.00")
    agents = open_page(agent, size=DESK)
    agents.goto(f"/cases/{number}/offers/")
    assert "1,500" not in agents.content()
