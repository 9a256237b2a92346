"""Home and a shop's list: what stands on them, in what order, whose turn it is, and in how few statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import actions, queries
from cases.models import Case
from cases.next_actor import next_actor
from config import clock, files, tenancy
from tests.pages.filing import client_of

LINE = {"on": "2026-08-17", "amount": "2000.00", "tid": "20117765", "mid": "898305054110218", "fee_name": "占用费"}
MOST_STATEMENTS = 6


def filed(actor, **more) -> Case:
    lines = more.pop("lines", [LINE])
    return actions.perform(actor, "file", {"symptom": "S5", "lines": lines, "submit": True, **more})


def arrived(actor, case) -> None:
    """The letter has gone out and reached a provider without account."""
    proof = filed_proof(actor)
    actions.perform(
        actor, "send_letter",
        {"channel": "email", "arrived_at": clock.now().isoformat(), "proof": proof, "alone": "核对过"}, number=case.number,
    )  # fmt: skip


def filed_proof(actor) -> str:
    with tenancy.acting(actor):
        return str(files.keep_bytes(actor, b"\xff\xd8\xff" + b"1" * 50, "mail.jpg").pk)


def page(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def statements(client, path: str) -> list[str]:
    """What one page asks the database, without savepoints and the like."""
    page(client, path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page(client, path)
    return [q["sql"] for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SET "))]


def test_home_and_list_take_few_statements_however_long_they_are(cast):
    for _ in range(12):
        filed(cast.owner, provider="盛付收单")
    client = client_of(cast.owner)
    for path in ("/home/", "/cases/", "/cases/?stage=wait&q=3&due=yours"):
        asked = statements(client, path)
        assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)


def test_an_empty_home_says_how_to_begin(cast):
    html = page(client_of(cast.owner), "/home/")
    assert "还没有案件" in html and 'href="/cases/new/"' in html and "累计要回" not in html


def test_home_shows_what_waits_for_the_reader_with_its_consequence(cast):
    case = filed(cast.owner, provider="盛付收单")
    html = page(client_of(cast.owner), "/home/")
    assert "需要你处理（1）" in html and "占用费" in html and "¥2,000.00" in html and f"/cases/{case.number}/" in html
    assert "把要求说明函发给对方" in html and "它的说明期限不会开始" in html


def test_finding_the_payer_comes_before_sending(cast):
    filed(cast.owner)
    assert "先查清是谁扣的钱" in page(client_of(cast.owner), "/home/")


def test_a_case_that_waits_for_the_other_side_is_counted_not_shown(cast):
    arrived(cast.owner, filed(cast.owner, provider="盛付收单"))
    html = page(client_of(cast.owner), "/home/")
    assert "现在没有要你处理的事" in html and "等别人答复 1 件" in html
    assert "等对方确认收到" in page(client_of(cast.owner), "/cases/?due=others")


def test_the_newest_draft_is_offered_where_it_was_left(cast):
    client = client_of(cast.owner)
    client.post("/cases/new/", {"token": "7c3a1a3e-54a1-4f6b-9d0a-3a54c3a9a001", "amount": "66.5", "on": "2026-08-17"})
    html = page(client, "/home/")
    assert "没填完的草稿" in html and "¥66.50" in html and "填到第 2 步，共 6 步" in html


def test_turns_in_sql_are_those_of_the_case_itself(cast):
    case = filed(cast.owner, provider="盛付收单")
    steps = [
        lambda: arrived(cast.owner, case),
        lambda: actions.perform(cast.owner, "explain", {"text": "合同约定", "on_behalf": True, "channel": "phone"}, number=case.number),
        lambda: actions.perform(cast.owner, "propose_responsibility", {"split": {"provider": 100, "merchant": 0, "third": 0}, "reason": "没有约定"}, number=case.number),
        lambda: actions.perform(cast.owner, "answer_responsibility", {"agree": True, "on_behalf": True, "channel": "phone"}, number=case.number),
        lambda: actions.perform(cast.owner, "confirm_responsibility", {}, number=case.number),
    ]  # fmt: skip
    seen = []
    for step in (lambda: None, *steps):
        step()
        with tenancy.acting(cast.owner):
            [row] = queries.listed(cast.owner, queries.Filters()).rows
            assert row.turn == next_actor(Case.objects.get()), row.state
            seen.append((row.state, row.turn))
            assert bool(queries.urgent(cast.owner)) == (row.turn == "merchant")
    assert [turn for _, turn in seen] == ["merchant", "provider", "merchant", "provider", "merchant", "merchant"], seen


def test_what_awaits_approval_stands_on_the_approvers_home_only(cast):
    case = filed(cast.finance, provider="盛付收单")
    actions.perform(cast.finance, "send_letter", {"channel": "email"}, number=case.number)
    assert "有一项等你同意" in page(client_of(cast.approver), "/home/")
    assert "现在没有要你处理的事" in page(client_of(cast.finance), "/home/")


@pytest.mark.parametrize(("cases", "told"), [(1, "1 case"), (2, "2 cases")])
def test_english_counts_what_came_back(cast, cases, told):
    for _ in range(cases):
        case = filed(cast.owner, provider="盛付收单")
        back = {"lines": [1], "on": LINE["on"], "amount": LINE["amount"], "file": filed_proof(cast.owner)}
        actions.perform(cast.owner, "record_refund", back, number=case.number)
    assert f"</span>, {told}</div>" in page(client_of(cast.owner, "en"), "/home/")


def test_what_awaits_a_second_person_is_reached_from_home_and_settings(cast):
    case = filed(cast.finance, provider="盛付收单", lines=[{**LINE, "store": "新街口店"}])
    link = 'href="/approvals/"'
    assert link not in page(client_of(cast.approver), "/home/"), "nothing awaits approval"
    actions.perform(cast.finance, "send_letter", {"channel": "email"}, number=case.number)
    for person in (cast.approver, cast.finance, cast.boss):
        home = page(client_of(person), "/home/")
        assert link in home and "等同意的事项 1 件" in home
        assert link in page(client_of(person), "/settings/")
    assert link not in page(client_of(cast.store_b), "/home/"), "another store's case"
    assert link not in page(client_of(cast.owner), "/settings/"), "who is alone asks nobody"
    actions.perform(cast.approver, "approve", {}, number=case.number)
    assert link not in page(client_of(cast.approver), "/home/")


def test_a_seat_that_may_not_approve_is_led_to_the_case(cast):
    case = filed(cast.finance, provider="盛付收单", lines=[{**LINE, "store": "新街口店"}])
    actions.perform(cast.finance, "send_letter", {"channel": "email"}, number=case.number)
    approve = f'href="/cases/{case.number}/do/approve/"'
    assert approve in page(client_of(cast.approver), "/approvals/")
    seen = page(client_of(cast.store_a), "/approvals/")
    assert approve not in seen and f'href="/cases/{case.number}/"' in seen


def test_pages_of_a_list_follow_each_other_without_gap_or_repeat(cast):
    numbers = [filed(cast.owner, provider="盛付收单").number for _ in range(7)][::-1]
    with tenancy.acting(cast.owner):
        seen, cursor, pages = [], "", 0
        while pages < 9:
            found = queries.listed(cast.owner, queries.Filters(), cursor, most=3)
            seen += [row.number for row in found.rows]
            pages, cursor = pages + 1, found.next
            if not cursor:
                break
        assert (seen, pages) == (numbers, 3)
        back = queries.listed(cast.owner, queries.Filters(), found.previous, most=3)
        assert [row.number for row in back.rows] == numbers[3:6]
        first = queries.listed(cast.owner, queries.Filters(), back.previous, most=3)
        assert ([row.number for row in first.rows], first.previous) == (numbers[:3], "")


@pytest.mark.parametrize("cursor", ["x", "bm9wZQ", "WzEsMiwzXQ", "é", "W2ZhbHNlLCIyMDI2IiwiMSJd"])
def test_a_cursor_that_cannot_be_read_is_the_first_page(cast, cursor):
    number = filed(cast.owner).number
    assert number in page(client_of(cast.owner), f"/cases/?cursor={cursor}")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=20117765", True), ("q=%E5%8D%A0%E7%94%A8", True), ("q=%E7%9B%9B%E4%BB%98", True), ("q=zzz", False),
        ("q=%25", False), ("q=%00", True), ("stage=prepare", True), ("stage=wait", False), ("stage=law", False),
        ("state=OPEN", True), ("state=CLOSED", False), ("due=yours", True), ("due=others", False), ("due=overdue", False),
        ("due=week", True), ("due=today", False),
    ],
)  # fmt: skip
def test_filters_and_words_narrow_the_list(cast, query, found):
    number = filed(cast.owner, provider="盛付收单").number
    html = page(client_of(cast.owner), f"/cases/?{query}")
    assert (number in html) is found and (found or "没有符合条件的案件" in html)


def test_an_unknown_filter_is_dropped_and_told(cast):
    number = filed(cast.owner).number
    html = page(client_of(cast.owner), "/cases/?stage=nonsense&due=yesterday")
    assert number in html and "不认识这个筛选值，已去掉：阶段、期限" in html


def test_nobody_sees_what_is_not_his(cast):
    number = filed(cast.owner, provider="盛付收单").number
    for person in (cast.boss, cast.store_a, cast.agent):
        assert number not in page(client_of(person), "/cases/")
        assert number not in page(client_of(person), "/home/")


def test_a_store_sees_its_own_cases_alone(cast):
    mine = filed(cast.boss, lines=[{**LINE, "store": "新街口店"}])
    other = filed(cast.boss, lines=[{**LINE, "store": "鼓楼店"}])
    html = page(client_of(cast.store_a), "/cases/")
    assert mine.number in html and other.number not in html
