"""The pages about the API in a browser: the document draws itself from our own files, the codes are a plain page."""

import pytest

from tests.browser.checks import check_page
from tests.browser.conftest import DESK, PHONE


def test_the_document_can_be_browsed_under_the_sites_own_policy(open_page):
    page = open_page(language="en", size=DESK)
    page.goto("/api/docs/")
    page.locator("#operations-acts-send_letter").wait_for(timeout=30_000)
    page.locator("#operations-cases-file_case .opblock-summary-control").click()
    page.locator("#operations-cases-file_case").get_by_text("Idempotency-Key").first.wait_for()
    assert page.complaints == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_codes_of_refusals_are_a_plain_page(open_page, language, size):
    page = open_page(language=language, size=size)
    check_page(page, "/api/docs/problems#stale")
