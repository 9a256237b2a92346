"""What checks.py and actor.py find: each fault is planted into a good page, and must be seen."""

import pytest

from tests.browser.actor import Actor
from tests.browser.checks import check_page

FAULTS = {
    "a second h1": "document.querySelector('main').append(document.createElement('h1'))",
    "a page wider than a phone": "document.querySelector('main').insertAdjacentHTML('beforeend', '<p class=\"wide\">' + '宽'.repeat(400) + '</p>'); document.querySelector('.wide').style.whiteSpace = 'nowrap'",
    "a field without a name": "document.querySelector('main').append(document.createElement('input'))",
    "an error in the console": "console.error('planted')",
    "another host": "fetch('https://example.com/').catch(() => 0)",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(site, open_page, fault):
    page = open_page()
    check_page(page, "/")
    page.route("https://example.com/**", lambda route: route.abort())
    page.evaluate(FAULTS[fault])
    with pytest.raises(AssertionError):
        check_page(page)


def test_one_action_too_many_is_found(site, open_page):
    page = open_page(site.shop())
    page.goto("/home/")
    actor = Actor(page)
    actor.tap("要回一笔扣款", role="link")
    actor.fill("扣了多少钱？", "12")
    with pytest.raises(AssertionError, match="2 actions"):
        actor.within(1, 60)
    with pytest.raises(AssertionError, match="2 actions"):
        actor.within(5, 3)
