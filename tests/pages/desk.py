"""The provider's desk as tests walk it: cases that have arrived, the queue as a person reads it."""

import re

from django.test import Client

from tests import walk

LINE = {**walk.LINE, "store": "新街口店", "fee_name": "流量费", "clause": "7.3"}
MOST_STATEMENTS = 8


def first(at, cast) -> str:
    """A company's case that waits for the provider's acknowledgement, due on 2026-08-20."""
    return walk.company(at, cast, "AWAIT_ACK", LINE)


def arrived(cast, *lines: dict) -> str:
    """Another case of the same company that waits for the same provider, within the time that it is."""
    number = walk.file(cast.finance, *(lines or [LINE]), provider=str(cast.provider.id))
    walk.approved(
        cast, number, "send_letter", cast.finance, channel="email", arrived_at="2026-08-18T10:00", proof=walk.photo()
    )
    return number


def queue(client: Client, query: str = "") -> str:
    response = client.get(f"/cases/{query}")
    assert response.status_code == 200
    return response.content.decode()


def numbers(html: str) -> list[str]:
    return re.findall(r"data-open>(DK-[\d-]+)<", html)


def views(html: str) -> dict[str, int]:
    """The views with their numbers, as a person reads them."""
    nav = html[html.index('class="desk-views"') : html.index("</nav>", html.index('class="desk-views"'))]
    return {label.strip(): int(n) for label, n in re.findall(r'>([^<>]+) <span class="num">(\d+)<', nav)}
