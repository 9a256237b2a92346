"""The desk in a browser: twenty rows at a glance, tasks 8 and 9 counted, keys that never disturb typing, every page looked at."""

import re
from itertools import count

import pytest
from playwright.sync_api import expect

from cases.models import Case
from cases.services import desk
from config import clock, jobs, tenancy
from merchants import access
from merchants.services import organisations
from tests.browser.actor import Actor
from tests.browser.checks import check_page
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_page import SIZES, _faults
from tests.walk import do, file, photo

LINE = {
    "on": "2026-08-17",
    "amount": "2000.00",
    "tid": "20117765",
    "mid": "898305054110218",
    "fee_name": "Data fee",
    "clause": "7.3",
}
TEMPLATE = {
    "name": "As the clause says",
    "act": "explain",
    "text": "{merchant}: {fee name} under clause {clause}, {amount}.",
    "clause": "{clause}",
}
LONG = "Noodle and Dumpling House of the Long Name in the Old Town by the River, Branch Number Four"


_phones = count(1)


def firm_of(site, name: str = "Big Pay"):
    return founded("payment_institution", name, "provider.agent", is_listed=True)


def founded(kind: str, name: str, seat: str, **more):
    """The one member of a new organisation; all names are ASCII, so that Chinese on an English page is ours."""
    owner = {"name": "Bob Li", "phone": f"+86136{next(_phones):08d}"}
    firm = organisations.found(kind=kind, name=name, owner=owner, seat=seat, **more)
    return access.actor_of(firm.memberships[0])


def cases_of(site, agent, count: int, name: str = "Noodle Shop", **line) -> list[str]:
    """Cases of one shop alone whose letters reached the agent's firm."""
    shop = founded("sole_trader", name, "merchant.owner")
    numbers = []
    for at in range(count):
        number = file(shop, {**LINE, "amount": f"{100 + at}.50", **line}, provider=str(agent.organisation_id))
        do(
            shop,
            number,
            "send_letter",
            channel="email",
            arrived_at=clock.now().isoformat(),
            proof=photo(),
            alone="Checked",
        )
        numbers.append(number)
    return numbers


def template_of(agent, **more):
    with tenancy.acting(agent):
        return desk.save_template(agent, {**TEMPLATE, **more})


def visible_rows(page) -> int:
    """Rows that stand whole in the window as it opens."""
    return page.evaluate(
        "() => [...document.querySelectorAll('tr[data-row]')].filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_twenty_rows_stand_in_the_window_of_a_desk(site, open_page, language):
    agent = firm_of(site)
    cases_of(site, agent, 24, LONG)
    page = open_page(agent, size=DESK, language=language)
    check_page(page, "/cases/")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    assert visible_rows(page) >= 20
    phone = open_page(agent, size=PHONE, language=language)
    check_page(phone, "/cases/")


def test_task_8_the_most_urgent_case_is_explained_by_template(site, open_page):
    agent = firm_of(site)
    numbers = cases_of(site, agent, 3)
    template_of(agent)
    page = open_page(agent, size=DESK)
    page.goto("/cases/")
    first = page.locator("tr[data-row] [data-open]").first.inner_text()
    user = Actor(page)
    user.key("r")
    expect(page.get_by_role("heading", level=1)).to_contain_text("说明原因")
    expect(page.get_by_text("Noodle Shop · ¥")).to_be_visible()
    user.key("1")
    expect(page.locator("textarea[name=text]")).to_have_value(
        re.compile(r"Noodle Shop: Data fee under clause 7\.3, ¥10\d\.50\.")
    )
    user.key("Control+Enter")
    expect(page.get_by_text("已完成：说明原因")).to_be_visible()
    user.within(actions=5, seconds=15)
    assert user.pages == 2 and first in numbers
    with tenancy.acting(agent):
        assert Case.objects.get(number=first).state == "EXPLAINED"
    page.keyboard.press("e")
    page.wait_for_url(re.compile(r"/cases/DK-"))
    expect(page.locator("#case-number")).not_to_have_text(first)
    page.keyboard.press("u")
    page.wait_for_url(re.compile(r"/cases/$"))


def test_task_8_without_scripts(site, open_page):
    agent = firm_of(site)
    [number] = cases_of(site, agent, 1)
    template_of(agent)
    page = open_page(agent, size=DESK, js=False)
    page.goto("/cases/")
    page.get_by_role("link", name=f"说明原因 {number}").click()
    page.get_by_role("link", name="As the clause says").click()
    expect(page.locator("textarea[name=text]")).to_have_value(re.compile("under clause 7.3"))
    page.get_by_role("button", name="说明原因").click()
    expect(page.get_by_text("已完成：说明原因")).to_be_visible()


def test_task_9_twenty_unassigned_cases_are_given_to_a_colleague(site, open_page):
    agent = firm_of(site)
    organisations.seat(agent, {"name": "Dora Qian", "phone": f"+86137{agent.user_id:08d}"}, "provider.agent", None)
    mine, *free = cases_of(site, agent, 21)
    do(agent, mine, "assign", who="me")
    page = open_page(agent, size=DESK)
    page.goto("/cases/")
    user, there = Actor(page), []
    page.on("framenavigated", lambda frame: there.append(frame.url.partition("?")[0]))
    user.tap("未分配", role="link")
    user.press(page.locator("#pick-all"))
    expect(page.locator("#desk-chosen")).to_have_text("已选 20 件")
    user.pick("分配给", "Dora Qian")
    user.press(page.get_by_role("button", name="分配", exact=True))
    expect(page.get_by_text("已分配 20 件。")).to_be_visible()
    user.within(actions=4, seconds=15)
    assert {url.partition("/cases")[2] for url in there} == {"/"}, "one page, the queue"
    with tenancy.acting(agent):
        in_charge = Case.objects.filter(number__in=free).values_list("assignments__user_name", flat=True)
        assert list(in_charge) == ["Dora Qian"] * 20


def test_keys_move_tick_and_open_and_can_be_turned_off(site, open_page):
    agent = firm_of(site)
    cases_of(site, agent, 4)
    page = open_page(agent, size=DESK)
    page.goto("/cases/")
    numbers = page.locator("tr[data-row] [data-open]").all_inner_texts()
    press = page.keyboard.press
    press("j")
    press("j")
    expect(page.locator("tr.is-here [data-open]")).to_have_text(numbers[1])
    press("k")
    press("x")
    press("j")
    press("j")
    press("Shift+X")
    expect(page.locator("#desk-chosen")).to_have_text("已选 3 件")
    press("a")
    expect(page.locator("#assign-to")).to_be_focused()
    press("Escape")
    press("Escape")
    expect(page.locator("#desk-bulk")).to_be_hidden()
    press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jxe/r")
    expect(page.locator("#q")).to_have_value("jxe/r")
    expect(page.locator("#desk-bulk")).to_be_hidden()
    page.locator("#q").fill("")
    press("Escape")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'x', isComposing: true, bubbles: true}))"
    )
    expect(page.locator("#desk-bulk")).to_be_hidden()
    press("?")
    page.locator("label[for=keys-on]").click()
    page.goto("/cases/")
    press("j")
    expect(page.locator("tr.is-here")).to_have_count(0)
    press("?")
    expect(page.get_by_label("使用快捷键")).to_be_hidden()
    page.locator("#desk-keys summary").click()
    page.locator("label[for=keys-on]").click()
    press("j")
    page.locator("tr[data-row] [data-open]").first.focus()
    press("Enter")
    page.wait_for_url(re.compile(numbers[0]))


def test_what_was_typed_stays_when_a_template_is_laid_in(site, open_page):
    agent = firm_of(site)
    [number] = cases_of(site, agent, 1)
    template_of(agent)
    template_of(agent, name="Short", text="See clause {clause}.")
    page = open_page(agent, size=DESK)
    page.goto(f"/cases/{number}/do/explain/")
    text = page.locator("textarea[name=text]")
    page.get_by_role("link", name="Short").click()
    expect(text).to_have_value("See clause 7.3.")
    page.get_by_role("link", name="As the clause says").click()
    expect(text).to_have_value(re.compile(r"^Noodle Shop: Data fee"))
    text.fill("My own words")
    page.get_by_role("link", name="Short").click()
    expect(text).to_have_value("My own words\nSee clause 7.3.")
    text.focus()
    page.keyboard.type("1")
    expect(text).to_have_value(re.compile(r"1"))


def test_a_download_of_chosen_cases_leaves_the_queue_usable(site, open_page):
    agent = firm_of(site)
    cases_of(site, agent, 2)
    page = open_page(agent, size=DESK)
    page.goto("/cases/")
    page.locator("#pick-all").check()
    for _ in range(2):
        with page.expect_download() as taken:
            page.get_by_role("button", name="导出所选 CSV").click()
        assert taken.value.suggested_filename.endswith(".csv")


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_cases_are_given_away_on_a_phone(site, open_page, js):
    agent = firm_of(site)
    [number] = cases_of(site, agent, 1)
    page = open_page(agent, js=js)
    page.goto("/cases/")
    page.get_by_label(f"选择 {number}").check()
    page.get_by_role("button", name="分配", exact=True).click()
    expect(page.get_by_text("已分配 1 件。")).to_be_visible()


def test_every_page_of_the_desk_in_both_languages_and_sizes(site, open_page):
    agent = firm_of(site)
    numbers = cases_of(site, agent, 3, LONG)
    do(agent, numbers[0], "assign", who="me")
    kept = template_of(agent)
    sheet = f"number,act,text\n{numbers[1]},acknowledge,\nDK-2026-999999,explain,x\n{numbers[2]},explain,\n".encode()
    page = open_page(agent, language="en", size=DESK)
    page.goto("/desk/answers/")
    page.locator("#id_file").set_input_files({"name": "answers.csv", "mimeType": "text/csv", "buffer": sheet})
    page.get_by_role("button", name="Check").click()
    page.wait_for_url(re.compile(r"/desk/answers/[0-9a-f-]{36}/"))
    checked = page.url
    page.get_by_role("button", name="Do this row").click()
    page.wait_for_url(re.compile(r"/desk/answers/done/"))
    result = page.url
    waiting = page.get_by_text("In the queue").or_(page.get_by_role("progressbar"))
    expect(waiting.first).to_be_visible()
    assert jobs.run(result.rstrip("/").rpartition("/")[2], agent.organisation_id) == "done"
    expect(page.get_by_role("heading", level=1)).to_have_text("Results of the sheet", timeout=10_000)
    paths = [
        "/cases/", "/cases/?view=mine", "/cases/?q=zzz", "/cases/?state=nonsense", "/desk/answers/", "/desk/templates/",
        "/desk/templates/new/", f"/desk/templates/{kept.id}/", f"/cases/{numbers[1]}/do/assign/",
        f"/cases/{numbers[2]}/do/explain/", f"/cases/{numbers[0]}/", checked, result,
    ]  # fmt: skip
    faults: list[str] = []
    for language in ("zh-hans", "en"):
        for name, size in SIZES.items():
            page = open_page(agent, language=language, size=size)
            titles: dict[str, str] = {}
            for path in paths:
                titles = {} if "?" in path else titles
                faults += [f"{language} {name} {fault}" for fault in _faults(page, path, language, titles)]
            page.context.close()
    assert not faults, "\n".join(faults)
