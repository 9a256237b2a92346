"""The front door and a person's home page in a browser."""

import pytest

from tests.browser.checks import check_page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_stranger_sees_what_the_product_does_and_can_start(site, open_page, language):
    page = open_page(language=language)
    check_page(page, "/")


def test_somebody_logged_in_comes_to_the_home_page(site, open_page):
    page = open_page(site.shop())
    page.goto("/")
    assert page.url == f"{site.url}/home/"
    check_page(page)
