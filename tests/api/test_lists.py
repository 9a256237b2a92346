"""Lists by cursor: pages, filters, orders, and what is not sent again."""

import re

import pytest

from tests import walk
from tests.api.client import refused
from tests.walk import LINE


def test_a_list_is_read_page_by_page_in_both_directions_without_repeats(at, cast, shop):
    numbers = []
    for i in range(7):
        at(f"2026-09-{i + 1:02d}T09:00")
        numbers.append(walk.file(cast.owner, {**LINE, "amount": f"{100 + i % 3}.00"}, submit=False))
    amounts = sorted(f"{100 + i % 3}.00" for i in range(7))
    for ordering, read, wanted in (("-created_at", "number", numbers[::-1]), ("amount", "amount", amounts)):
        seen, path, pages = [], f"/cases?limit=3&ordering={ordering}", []
        while path:
            response = shop.get(path)
            body = response.json()
            seen += [one["number"] for one in body["results"]]
            pages.append(body)
            assert (f'<{body["next"]}>; rel="next"' in response.headers.get("Link", "")) == bool(body["next"])
            path = body["next"] and body["next"].split("/api/v1")[1]
        assert len(seen) == len(set(seen)) == 7
        assert [one[read] for body in pages for one in body["results"]] == wanted
        back = shop.get(pages[-1]["previous"].split("/api/v1")[1]).json()
        assert [one["number"] for one in back["results"]] == seen[3:6]
        assert pages[0]["previous"] is None


def test_a_list_is_narrowed_by_what_is_asked(at, cast, shop):
    at("2026-09-01T09:00")
    draft = walk.file(cast.owner, submit=False)
    opened = walk.file(cast.owner, {**LINE, "amount": "79.00", "tid": "30000001", "fee_name": "流量费"})

    def found(query: str) -> list[str]:
        response = shop.get(f"/cases?{query}")
        assert response.status_code == 200, response.content
        return sorted(one["number"] for one in response.json()["results"])

    both = sorted([draft, opened])
    assert found("") == both
    assert found("state=DRAFT") == [draft]
    assert found("stage=prepare") == both
    assert found("stage=law") == []
    assert found("q=30000001") == [opened]
    assert found("q=流量") == [opened]
    assert found("amount_min=100") == [draft]
    due = {one["number"]: one["next_due_at"] for one in shop.get("/cases").json()["results"]}
    assert found(f"due_before={due[draft].replace('+', '%2B')}") == sorted(n for n in both if due[n] <= due[draft])
    assert found("due_before=2026-08-31") == []
    assert found("due_before=2027-01-01T00:00:00%2B08:00") == both
    assert found("lang=en&state=OPEN") == [opened]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=1000000000", "limit=x", "ordering=password", "ordering=-merchant__name", "state=NOPE",
        "cursor=abc", "cursor=" + "x" * 500, "due_before=2026-02-30", "amount_min=NaN", "amount_min=-1", "store=1", "tenant=1",
        "state=OPEN&state=DRAFT", "q=" + "x" * 100, "q=%00", "merchant__name=x",
    ],
)  # fmt: skip
def test_a_filter_that_is_not_known_is_refused_with_its_name(shop, query):
    body = refused(shop.get(f"/cases?{query}"), 400, "invalid")
    assert body["errors"][0]["pointer"] == "/" + query.partition("=")[0]
    english = refused(shop.get(f"/cases?{query}&lang=en"), 400, "invalid")
    assert not re.search(r"[\u4e00-\u9fff]", english["title"])


def test_a_cursor_of_another_order_or_list_is_refused(cast, shop):
    for _ in range(2):
        walk.file(cast.owner)
    cursor = shop.get("/cases?limit=1").json()["next"].partition("cursor=")[2]
    refused(shop.get(f"/cases?limit=1&ordering=amount&cursor={cursor}"), 400, "invalid")
    refused(shop.get(f"/terminals?cursor={cursor}"), 400, "invalid")


def test_a_list_that_has_not_changed_is_not_sent_again(cast, shop, number):
    for path in (
        "/cases",
        f"/cases/{number}/timeline",
        f"/cases/{number}/evidence",
        f"/cases/{number}/deadlines",
        "/terminals",
    ):
        first = shop.get(path)
        again = shop.get(path, If_None_Match=first["ETag"])
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    walk.do(cast.owner, number, "add_message", text="新消息")
    assert shop.get(f"/cases/{number}/timeline", If_None_Match=first["ETag"]).status_code == 200
