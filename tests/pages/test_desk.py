"""The desk by pages: the queue and its views, giving many cases away, the next one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases import desk_queries
from cases.models import Case
from cases.next_actor import next_actor
from config import tenancy
from merchants import access
from merchants.models import User
from merchants.services import organisations
from tests import walk
from tests.pages.desk import LINE, MOST_STATEMENTS, arrived, first, numbers, queue, views
from tests.pages.person import client_of, hidden, seen
from tests.walk import do


@pytest.fixture
def number(at, cast) -> str:
    return first(at, cast)


# -- the queue -----------------------------------------------------------------------------------------------------------


def test_the_queue_stands_by_the_own_due_day_and_says_what_kind_of_day_it_is(at, cast, number):
    later = arrived(cast)
    at("2026-08-19T09:00")
    do(cast.agent, number, "acknowledge")
    html = queue(client_of(cast.agent))
    assert numbers(html) == [later, number], "the acknowledgement is due before the explanation"
    text = seen(client_of(cast.agent).get("/cases/"))
    assert "我们请你" not in text and "建议你在 2026-08-20 24:00 前确认收到（非法定期限）" in text
    assert "建议" in text and "南京云杉餐饮" in text and "¥2,000.00" in text and "未按时完成迁移" in text
    assert "待说明" in text and "待确认收到" in text and "未分配" in text and "你：确认收到" in text


def test_the_merchants_own_dates_do_not_put_a_case_forward(at, cast, number):
    waiting = arrived(cast)
    do(cast.agent, waiting, "explain", text="按条款")
    html = queue(client_of(cast.agent))
    assert numbers(html) == [number, waiting]
    with tenancy.acting(cast.agent):
        rows = {case.number: case for case in desk_queries.listed(cast.agent, desk_queries.Asked()).rows}
        assert rows[waiting].due_at is None and rows[waiting].next_due_at is not None


def test_views_count_what_they_hold(at, cast, number):
    mine, waiting, closed = arrived(cast), arrived(cast), arrived(cast)
    do(cast.agent, mine, "assign", who="me")
    do(cast.agent, waiting, "explain", text="按条款")
    do(cast.agent, waiting, "assign", who="郑审批")
    do(cast.boss, closed, "withdraw", reason="不追了")
    client = client_of(cast.agent)
    held = {
        "全部": {number, mine, waiting}, "今天到期": set(), "已逾期": set(), "我的": {mine}, "未分配": {number}, "等商户": {waiting},
    }  # fmt: skip
    names = dict(zip(held, desk_queries.VIEWS, strict=True))
    shown = views(queue(client))
    for label, there in held.items():
        assert shown[label] == len(there), label
        assert set(numbers(queue(client, f"?view={names[label]}"))) == there, label
    at("2026-08-20T12:00")
    assert set(numbers(queue(client, "?view=today"))) == {number, mine}
    assert views(queue(client))["今天到期"] == 2
    at("2026-08-21T00:00")
    assert set(numbers(queue(client, "?view=overdue"))) == {number, mine} and not numbers(queue(client, "?view=today"))
    assert closed in numbers(queue(client, "?state=CLOSED")) and closed in numbers(queue(client, f"?q={closed}"))


def test_what_ran_out_undone_stays_overdue_until_it_is_done(at, cast, number):
    at("2026-09-10T09:00")
    from cases.services import expiry

    expiry.sweep()
    client = client_of(cast.agent)
    assert numbers(queue(client, "?view=overdue")) == [number]
    do(cast.agent, number, "acknowledge")
    html = queue(client, "?view=overdue")
    assert numbers(html) == [number] and "说明这笔扣款" in html, "the explanation is still owed"
    do(cast.agent, number, "explain", text="按条款")
    assert numbers(queue(client, "?view=overdue")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=20117765", True), ("q=%E4%BA%91%E6%9D%89", True), ("q=%E6%B5%81%E9%87%8F", True), ("q=zzz", False), ("q=%00", True),
        ("state=AWAIT_ACK", True), ("state=EXPLAINED", False), ("cause=C1", True), ("cause=C3", False), ("tid=20117765", True),
        ("tid=2011776", False), ("least=2000", True), ("least=2000.01", False), ("most=2,000", True), ("most=1999", False),
        ("who=1", False),
    ],
)  # fmt: skip
def test_filters_narrow_the_queue(cast, number, query, found):
    html = queue(client_of(cast.agent), f"?{query}")
    assert (numbers(html) == [number]) is found and (found or "没有符合条件的案件" in html)


def test_a_filter_that_is_not_known_is_dropped_and_named(cast, number):
    html = queue(client_of(cast.agent), "?state=x&cause=C99&least=viel&view=all-of-it&who=me&cursor=x")
    assert numbers(html) == [number] and "不认识这个筛选值，已去掉：视图、状态、原因、金额、负责人" in html


def test_the_queue_takes_the_same_few_statements_whatever_its_length(at, cast, number):
    client = client_of(cast.agent)

    def statements() -> list[str]:
        queue(client)
        with CaptureQueriesContext(connection) as captured:
            queue(client)
        return [q["sql"] for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]

    short = statements()
    for _ in range(6):
        do(cast.agent, arrived(cast), "assign", who="me")
    long = statements()
    assert len(numbers(queue(client))) == 7 and len(long) == len(short) <= MOST_STATEMENTS, "\n".join(long)


def test_pages_of_the_queue_follow_each_other_without_gap_or_repeat(at, cast, number):
    there = {number, *(arrived(cast) for _ in range(6))}
    with tenancy.acting(cast.agent):
        found, cursor = [], ""
        for _page in range(4):
            page = desk_queries.listed(cast.agent, desk_queries.Asked(), cursor, most=3)
            found += [case.number for case in page.rows]
            if not (cursor := page.next):
                break
    assert len(found) == 7 and set(found) == there


def test_a_shop_keeps_its_cards(cast, number):
    html = queue(client_of(cast.boss))
    assert 'class="case-card' in html or "case-card" in html
    assert "desk-table" not in html


def test_turns_in_the_queue_are_those_of_the_case_itself(at, cast, number):
    for step in (
        lambda: do(cast.agent, number, "explain", text="按条款"),
        lambda: do(cast.finance, number, "propose_responsibility", split=walk.PROVIDER_ALL, reason="未到场"),
        lambda: do(cast.agent, number, "answer_responsibility", agree=True),
    ):
        step()
        with tenancy.acting(cast.agent):
            [case] = desk_queries.listed(cast.agent, desk_queries.Asked()).rows
            waits = number in {
                row.number for row in desk_queries.narrowed(cast.agent, desk_queries.Asked(view="waiting"))
            }
            assert case.turn == next_actor(Case.objects.get(number=number))
            assert waits == (case.turn != "provider")


def test_an_outsourcer_sees_the_desk_like_an_agents_and_another_provider_sees_nothing(at, cast):
    at("2026-08-18T10:00")
    firm = organisations.found(
        kind="outsourcer", name="代理公司乙", owner={"name": "吴代理", "phone": "+8613800000055"}, seat="provider.agent", is_listed=True
    )  # fmt: skip
    stranger = organisations.found(
        kind="bank", name="丁银行", owner={"name": "丁", "phone": "+8613800000066"}, seat="provider.agent"
    )
    number = walk.file(cast.finance, LINE, provider=str(cast.provider.id), outsourcer=str(firm.organisation.id))
    walk.approved(
        cast, number, "send_letter", cast.finance, channel="email", arrived_at="2026-08-18T10:00", proof=walk.photo()
    )
    assert numbers(queue(client_of(access.actor_of(firm.memberships[0])))) == [number]
    assert numbers(queue(client_of(access.actor_of(stranger.memberships[0])))) == []


def test_an_auditor_reads_the_queue_of_its_firm_and_does_nothing_in_it(cast, number):
    do(cast.agent, number, "assign", who="me")
    row = organisations.seat(cast.agent, {"name": "审计员", "phone": "+8613800000079"}, "auditor", None)
    text = seen(response := client_of(access.actor_of(row)).get("/cases/"))
    assert "待确认收到" in text and "周经办" in text
    html = response.content.decode()
    assert views(html)["等商户"] == 0
    assert "data-answer" not in html and 'id="assign-to"' not in html
    assert (
        client_of(access.actor_of(row)).post("/desk/assign/", {"number": number, "who": "me"}, follow=True).status_code
        == 200
    )
    assert in_charge(cast.agent, number) == "周经办"


def test_a_seat_without_a_second_factor_is_led_to_set_one_up_before_the_desk(cast, number):
    client = Client()
    client.force_login(User.objects.get(pk=cast.agent.user_id), backend="django.contrib.auth.backends.ModelBackend")
    for address in ("/cases/", "/desk/next/", "/desk/export.csv", "/desk/answers/", "/desk/templates/"):
        led = client.get(address)
        assert (led.status_code, led.url) == (302, "/2fa/totp/activate/"), address
    assert client.post("/desk/assign/", {"number": number, "who": "me"}).url == "/2fa/totp/activate/"
    with tenancy.acting(cast.agent):
        assert not Case.objects.get(number=number).assignments.exists()


# -- giving cases away, and the next one ---------------------------------------------------------------------------------


def given(client: Client, *there: str, who: str = "me", back: str = ""):
    page = client.get("/cases/")
    fields = {"nonce": hidden(page, "nonce"), "number": list(there), "who": who, "back": back}
    return client.post("/desk/assign/", fields, follow=True)


def in_charge(actor, number: str) -> str:
    with tenancy.acting(actor):
        row = Case.objects.get(number=number).assignments.first()
        return row.user_name if row else ""


def test_many_cases_are_given_to_one_person_at_once(at, cast, number):
    there = [number, *(arrived(cast) for _ in range(4))]
    answer = given(client_of(cast.agent), *there, who=str(cast.agent_chief.membership_id), back="view=unassigned")
    assert "已分配 5 件。" in seen(answer) and {in_charge(cast.agent, one) for one in there} == {"郑审批"}
    assert answer.redirect_chain == [("/cases/?view=unassigned", 302)]


def test_each_case_has_its_own_result(at, cast, number):
    other, foreign = arrived(cast), walk.file(cast.owner, provider="别家")
    do(cast.agent, number, "assign", who="me")
    text = seen(given(client_of(cast.agent), number, other, foreign))
    assert "已分配 1 件。" in text and f"{number} 没有分配：已经由周经办负责。" in text
    assert f"{foreign} 没有分配：没有找到。请核对编号。" in text and in_charge(cast.agent, other) == "周经办"


def test_the_same_press_of_the_button_gives_once(at, cast, number):
    client = client_of(cast.agent)
    fields = {"nonce": hidden(client.get("/cases/"), "nonce"), "number": number, "who": "me", "back": ""}
    for _ in range(2):
        assert "已分配 1 件。" in seen(client.post("/desk/assign/", fields, follow=True))
    assert sum(event.act == "assign" for event in walk.events(cast.agent, number)) == 1


def test_nothing_chosen_or_too_much_is_said(cast, number):
    client = client_of(cast.agent)
    assert "请先勾选要分配的案件" in seen(given(client))
    many = client.post("/desk/assign/", {"number": [f"DK-2026-{i:06d}" for i in range(201)], "who": "me"})
    assert many.status_code == 400 and in_charge(cast.agent, number) == ""


def test_where_one_came_from_cannot_lead_elsewhere(cast, number):
    answer = client_of(cast.agent).post(
        "/desk/assign/", {"number": number, "who": "me", "back": "https://evil.example/?x=1&view=mine"}
    )
    assert answer.url.startswith("/cases/?") and "//evil" not in answer.url


def test_done_and_next_leads_on_through_the_queue(at, cast, number):
    second, third = arrived(cast), arrived(cast)
    at("2026-08-18T11:00")
    do(cast.agent, third, "acknowledge")  # its explanation is due last
    client = client_of(cast.agent)
    first, middle, end = numbers(queue(client))
    assert end == third and {first, middle} == {number, second}
    assert f'href="/desk/next/?after={first}"' in client.get(f"/cases/{first}/").content.decode()
    hop = lambda here: client.get(f"/desk/next/?after={here}").url  # noqa: E731
    assert hop(first) == f"/cases/{middle}/" and hop(middle) == f"/cases/{end}/"
    assert hop(end) == f"/cases/{first}/", "round again while something waits"
    do(cast.agent, middle, "explain", text="按条款")
    assert hop(middle) == f"/cases/{first}/", "what is done is out; the most urgent comes next"
    queue(client, "?view=mine")
    last = client.get("/desk/next/", follow=True)
    assert last.redirect_chain == [("/cases/", 302)] and "队列里没有别的要你处理的案件" in seen(last)


def test_who_has_a_case_stands_on_its_page_for_that_side_alone(cast, number):
    do(cast.agent, number, "assign", who="me")
    assert "负责人：周经办" in seen(client_of(cast.agent).get(f"/cases/{number}/"))
    assert "周经办" not in seen(client_of(cast.boss).get(f"/cases/{number}/"))
    assert "指派" in seen(client_of(cast.boss).get(f"/cases/{number}/"))
    assert "负责人：" not in seen(client_of(cast.finance).get(f"/cases/{number}/"))


def test_a_shop_alone_is_not_asked_who_takes_its_case(at, cast):
    number = walk.shop_awaits(at, cast)
    text = seen(client_of(cast.owner).get(f"/cases/{number}/"))
    assert "指派" not in text and "负责人：" not in text


def test_the_desk_is_not_a_shops(cast, number):
    client = client_of(cast.boss)
    for address in (
        "/desk/next/",
        "/desk/export.csv",
        "/desk/answers/",
        "/desk/templates/",
        "/desk/answers/sheet.xlsx",
    ):
        assert client.get(address).status_code == 403, address
