"""What every page must hold, whoever looks at it: one h1, no console error, no sideways scrolling, nothing for axe."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
NARROW = 320
# Chromium logs each answer that is no success; a form sent back with its errors is one on purpose.
SENT_BACK = "422 (Unprocessable"


def check_page(page: Page, url: str = "", allow: tuple[str, ...] = ()) -> None:
    """Goes to `url` (or stays) and checks the page at hand, narrow first; `allow` are parts of expected complaints."""
    if url:
        answer = page.goto(url)
        assert answer and answer.ok, f"{url} answers {answer and answer.status}"
    check_looks(page)
    found = [text for text in page.complaints if not any(part in text for part in (SENT_BACK, *allow))]
    assert not found, f"{page.url}: {found}"


def check_looks(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    size = page.viewport_size
    for width in dict.fromkeys((NARROW, size["width"])):
        page.set_viewport_size({"width": width, "height": size["height"]})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} is {wide} px wide at {width} px"
    if not page.runs_scripts:
        return  # axe is a script itself; the same page is looked at where scripts run
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
