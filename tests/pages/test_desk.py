"""The desk by pages: the queue and its views, giving many cases away, the next one, tables out and in, reply templates."""

import csv
import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases import desk_queries
from cases.models import Case
from cases.next_actor import next_actor
from config import jobs, tenancy
from config.models import AccessRecord, Job
from merchants import access
from merchants.models import User
from merchants.services import organisations
from tests import walk
from tests.pages.person import client_of, hidden, seen, send
from tests.walk import do

LINE = {**walk.LINE, "store": "新街口店", "fee_name": "流量费", "clause": "7.3"}
MOST_STATEMENTS = 8


@pytest.fixture
def number(at, cast) -> str:
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


# -- the queue ----------------------------------------------------------------------------------------------------


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


def test_a_seat_without_a_second_factor_is_led_to_set_one_up_before_the_desk(cast, number):
    client = Client()
    client.force_login(User.objects.get(pk=cast.agent.user_id), backend="django.contrib.auth.backends.ModelBackend")
    for address in ("/cases/", "/desk/next/", "/desk/export.csv", "/desk/answers/", "/desk/templates/"):
        led = client.get(address)
        assert (led.status_code, led.url) == (302, "/2fa/totp/activate/"), address
    assert client.post("/desk/assign/", {"number": number, "who": "me"}).url == "/2fa/totp/activate/"
    with tenancy.acting(cast.agent):
        assert not Case.objects.get(number=number).assignments.exists()


# -- giving cases away, and the next one --------------------------------------------------------------------------


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


# -- tables out ---------------------------------------------------------------------------------------------------


def table(response) -> list[list[str]]:
    assert response.status_code == 200
    text = response.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_the_queue_goes_out_as_csv_as_it_was_narrowed(at, cast, number):
    other = arrived(cast, {**LINE, "amount": "9.90", "fee_name": "=HYPERLINK(1)"})
    header, *rows = table(client_of(cast.agent).get("/desk/export.csv"))
    assert header[:6] == ["编号", "商户", "原因", "扣款名称", "终端号", "金额"] and {row[0] for row in rows} == {
        number,
        other,
    }
    dangerous = next(row for row in rows if row[0] == other)
    assert dangerous[3] == "'=HYPERLINK(1)" and dangerous[5] == "9.90" and dangerous[4] == "20117765"
    assert "2026-08-20 24:00" in dangerous and "建议" in dangerous
    assert [row[0] for row in table(client_of(cast.agent).get("/desk/export.csv?most=10"))[1:]] == [other]


def test_xlsx_keeps_numbers_of_things_as_text_and_no_cell_is_a_formula(at, cast, number):
    arrived(cast, {**LINE, "tid": "00117765", "fee_name": "=1+1"})
    content = client_of(cast.agent).get("/desk/export.xlsx").content
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2))
    cells = {row[4].value: row for row in rows}
    assert cells["00117765"][4].data_type == "s" and cells["00117765"][3].data_type == "s"
    assert cells["00117765"][5].value == 2000


def test_chosen_cases_go_out_alone_and_foreign_ones_never(at, cast, number):
    foreign, _other = walk.file(cast.owner, provider="别家"), arrived(cast)
    client = client_of(cast.agent)
    assert [row[0] for row in table(client.post("/desk/export.csv", {"number": [number, foreign]}))[1:]] == [number]
    assert "请先勾选要导出的案件" in seen(client.post("/desk/export.csv", {}, follow=True))


def test_who_took_the_queue_out_is_recorded(cast, number):
    client_of(cast.agent).get("/desk/export.csv?cause=C1")
    with tenancy.acting(cast.agent):
        [kept] = AccessRecord.objects.filter(what="export")
    assert (kept.user_id, kept.route) == (cast.agent.user_id, "/desk/export.csv")
    assert kept.facts == {"format": "csv", "cases": 1, "asked": "cause=C1"}


# -- tables in ----------------------------------------------------------------------------------------------------

HEADER = "编号,答复方式,说明的内容,条款,怎么算的,系统记录,退款金额,付款日期,受理编号"


def handed_in(client: Client, *rows: str, header: str = HEADER, encoding: str = "utf-8"):
    content = "\r\n".join([header, *rows]).encode(encoding)
    upload = SimpleUploadedFile("答复.csv", content, "text/csv")
    return client.post("/desk/answers/", {"file": upload}, follow=True)


def performed(cast, client: Client, checked) -> Job:
    """Presses the button of the check page and lets the worker do what was asked."""
    address = checked.redirect_chain[-1][0]
    asked = client.post(address, {"nonce": hidden(checked, "nonce")})
    identity = asked.url.rstrip("/").rpartition("/")[2]
    assert jobs.run(identity, cast.agent.organisation_id) == "done"
    with tenancy.acting(cast.agent):
        return Job.objects.get(pk=identity)


def states(job: Job) -> list[str]:
    return [row["state"] for row in job.result["rows"]]


def test_good_rows_are_done_and_each_bad_one_is_named_with_row_column_and_reason(at, cast, number):
    second, third = arrived(cast), arrived(cast)
    client = client_of(cast.agent)
    checked = handed_in(
        client, f"{number},确认收到,,,,,,,T-1", f"{second},说明,按 7.3 条收取,7.3,没有,拒绝,,,", f"{third},说明,,,,,,,",
        "DK-2026-999999,说明,有,,,,,,", f"{third},赔,有,,,,,,", f"{third},说明,有,,,,abc,2026-10-01,",
    )  # fmt: skip
    text = seen(checked)
    assert "办理这 2 行" in text and re.search(r"有误，不会办理\s+4", text)
    rows = re.findall(
        r"\s4\s+\S+\s+说明的内容\s|\s5\s+\S+\s+编号\s+没有这个案件|\s6\s+\S+\s+答复方式\s+请写|\s7\s+\S+\s+退款金额\s",
        text,
    )
    assert len(rows) == 4, text
    assert walk.case_of(cast.agent, number).state == "AWAIT_ACK", "nothing is done before the button"
    job = performed(cast, client, checked)
    assert states(job) == ["done", "done", "bad", "bad", "bad", "bad"]
    assert walk.case_of(cast.agent, number).state == "AWAIT_EXPLANATION"
    told = walk.last_event(cast.agent, second)
    assert told.act == "explain" and told.data["clause"] == "7.3" and told.organisation_id == cast.agent.organisation_id
    page = client.get(f"/desk/answers/done/{job.id}/")
    assert re.search(r"已办\s+2", seen(page)) and "没有这个案件" in seen(page)
    header, *rest = table(client.get(f"/desk/answers/done/{job.id}/results.csv"))
    assert header == ["行", "编号", "答复方式", "结果", "列", "原因"] and rest[0] == [
        "2",
        number,
        "确认收到",
        "已办",
        "",
        "",
    ]


def test_a_refund_with_its_day_is_an_offer_in_the_same_step(at, cast, number):
    second, third = arrived(cast), arrived(cast)
    client = client_of(cast.agent)
    checked = handed_in(
        client, f"{number},说明,系统重复计费,7.3,,,800.00,2026-09-15,", f"{second},说明,按条款,,,,0,2026-09-15,",
        f"{third},说明,按条款,,,,9000.00,2026-09-15,",
    )  # fmt: skip
    assert re.search(r"\s3\s+\S+\s+退款金额\s", seen(checked)), "zero is no refund"
    job = performed(cast, client, checked)
    assert states(job) == ["done", "bad", "refused"]
    assert walk.case_of(cast.agent, number).state == "OFFER_PENDING"
    with tenancy.acting(cast.agent):
        [offer] = Case.objects.get(number=number).offers.all()
    assert (offer.side, offer.terms[0]["amount"], offer.terms[0]["due_on"]) == ("provider", "800.00", "2026-09-15")
    wrong = job.result["rows"][2]
    assert wrong["column"]["zh"] == "退款金额" and wrong["why"]["en"], "beyond the claim"
    assert walk.case_of(cast.agent, third).state == "AWAIT_ACK", "neither explanation nor offer"


def test_the_same_file_twice_does_nothing_twice(at, cast, number):
    client = client_of(cast.agent)
    row = f"{number},确认收到,,,,,,,T-1"
    performed(cast, client, handed_in(client, row))
    before = len(walk.events(cast.agent, number))
    again = handed_in(client, row)
    assert re.search(r"以前已经办过，不会重复\s+1", seen(again)) and "没有可以办理的行" in seen(again)
    late = handed_in(client_of(cast.agent_chief), row)
    assert "不能「确认收到」" in seen(late), "a colleague's copy of the file finds the case moved on"
    assert len(walk.events(cast.agent, number)) == before


def test_a_run_that_was_cut_off_goes_on_where_it_was(at, cast, number, monkeypatch):
    from cases import answerwork

    second = arrived(cast)
    client = client_of(cast.agent)
    checked = handed_in(client, f"{number},确认收到,,,,,,,", f"{second},确认收到,,,,,,,")
    address = checked.redirect_chain[-1][0]
    identity = client.post(address, {"nonce": hidden(checked, "nonce")}).url.rstrip("/").rpartition("/")[2]
    perform = answerwork._perform

    def cut_off(work, row):
        if row.number == second:
            raise RuntimeError("killed")
        return perform(work, row)

    monkeypatch.setattr(answerwork, "_perform", cut_off)
    assert jobs.run(identity, cast.agent.organisation_id) == "queued"
    monkeypatch.setattr(answerwork, "_perform", perform)
    assert jobs.run(identity, cast.agent.organisation_id) == "done"
    with tenancy.acting(cast.agent):
        assert states(Job.objects.get(pk=identity)) == ["done", "done"]
    assert sum(event.act == "acknowledge" for event in walk.events(cast.agent, number)) == 1


def test_the_button_pressed_twice_is_one_run(at, cast, number):
    client = client_of(cast.agent)
    checked = handed_in(client, f"{number},确认收到,,,,,,,")
    address, nonce = checked.redirect_chain[-1][0], hidden(checked, "nonce")
    assert client.post(address, {"nonce": nonce}).url == client.post(address, {"nonce": nonce}).url


def test_what_changed_between_check_and_doing_is_refused_and_named(at, cast, number):
    client = client_of(cast.agent)
    checked = handed_in(client, f"{number},说明,按条款,,,,,,")
    do(cast.boss, number, "withdraw", reason="不追了")
    job = performed(cast, client, checked)
    assert states(job) == ["bad"] and "不能「说明原因」" in job.result["rows"][0]["why"]["zh"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_sheet_is_read_in_the_encodings_people_have(at, cast, number, encoding):
    client = client_of(cast.agent)
    performed(cast, client, handed_in(client, f"{number},说明,按协议第七条收取,没有,,,,,", encoding=encoding))
    assert walk.last_event(cast.agent, number).data["text"] == "按协议第七条收取"


def test_the_sheet_that_is_downloaded_can_be_filled_in_and_handed_in(at, cast, number):
    other = arrived(cast)
    client = client_of(cast.agent)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/desk/answers/sheet.xlsx").content))
    sheet = book.active
    assert {row[0].value for row in sheet.iter_rows(min_row=2)} == {number, other}
    line = next(row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value == number)
    sheet.cell(line, 2).value, sheet.cell(line, 3).value = "说明", "'=按条款"
    out = io.BytesIO()
    book.save(out)
    upload = SimpleUploadedFile("sheet.xlsx", out.getvalue())
    checked = client.post("/desk/answers/", {"file": upload}, follow=True)
    assert "办理这 1 行" in seen(checked), "a row in which nothing was filled in is no answer"
    assert states(performed(cast, client, checked)) == ["done"]
    assert walk.last_event(cast.agent, number).data["text"] == "=按条款"


def test_columns_have_english_names_too(at, cast, number):
    client = client_of(cast.agent, "en")
    checked = handed_in(client, f"{number},acknowledge,,T-9", header="number,act,text,ticket_no")
    assert states(performed(cast, client, checked)) == ["done"]
    assert walk.last_event(cast.agent, number).data["ticket_no"] == "T-9"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([",说明,有,,,,,,"], "没有写案件编号"),
        (["{n},,有,,,,,,"], "请写「说明」或「确认收到」"),
        (["{n},确认收到,有,,,,,,"], "「确认收到」不用填这一列"),
        (["{n},说明,有,,,,,,T-1"], "「说明原因」不用填这一列"),
        (["{n},说明,有,,,,10.00,,"], "请写付款日期"),
        (["{n},说明,有,,,,,2026-10-01,"], "请写退款金额"),
        (["{n},说明,有,,,,10.005,2026-10-01,"], "超过两位小数"),
        (["{n},说明,有,,,,10.00,2026-02-30,"], "没有「2026-02-30」这一天"),
        (["{n},说明,有,,,,,,", "{n},说明,又,,,,,,"], "和第 2 行重复"),
        (["{n},说明," + "长" * 5001 + ",,,,,,"], "说明的内容"),
        (["{n},说明,,7.3,,,,,"], "请填写这一列"),
    ],
)
def test_bad_rows_are_told_one_by_one(at, cast, number, rows, why):
    text = seen(handed_in(client_of(cast.agent), *(row.replace("{n}", number) for row in rows)))
    assert why in text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "空文件"), (b"a,b\r\n1,2\r\n", "没有找到表头"), ("编号,答复方式\r\n".encode(), "没有填写任何答复"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 60, "PNG"),
    ],
)  # fmt: skip
def test_what_is_no_sheet_of_answers_is_said_at_once(cast, content, why):
    answer = client_of(cast.agent).post("/desk/answers/", {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422 and why in seen(answer)


def test_a_sheet_and_its_results_are_their_senders_alone(at, cast, number):
    client = client_of(cast.agent)
    checked = handed_in(client, f"{number},确认收到,,,,,,,")
    address = checked.redirect_chain[-1][0]
    job = performed(cast, client, checked)
    for other in (cast.agent_chief, cast.boss):
        for path in (address, f"/desk/answers/done/{job.id}/", f"/desk/answers/done/{job.id}/results.csv"):
            assert client_of(other).get(path).status_code in (403, 404), path


# -- reply templates ----------------------------------------------------------------------------------------------


def test_a_template_is_written_changed_and_taken_away(cast):
    client = client_of(cast.agent)
    fields = {"name": "按条款说明", "act": "explain", "text": "{商户}：按{条款}收取{金额}", "clause": "{条款}"}
    assert "模板已保存" in seen(client.post("/desk/templates/new/", fields, follow=True))
    taken = client.post("/desk/templates/new/", fields)
    assert taken.status_code == 422 and "已经有一个叫「按条款说明」的模板" in seen(taken)
    address = re.search(r'href="(/desk/templates/[0-9a-f-]{36}/)"', client.get("/desk/templates/").content.decode())[1]
    bad = client.post(address, {**fields, "text": "{客服}"})
    assert bad.status_code == 422 and "不认识「{客服}」" in seen(bad) and "{客服}" in bad.content.decode()
    long = client.post(address, {"name": "消息", "act": "add_message", "text": "长" * 501})
    assert long.status_code == 422 and "这里最多 500 字" in seen(long)
    assert client.post(address, {**fields, "text": "改过"}).status_code == 302
    assert client.get(f"{address}delete/").status_code == 405
    assert "模板已删除" in seen(client.post(f"{address}delete/", follow=True)) and "还没有模板" in seen(
        client.get("/desk/templates/")
    )


def test_a_template_fills_the_form_without_scripts_and_is_sent(cast, number):
    client = client_of(cast.agent)
    client.post(
        "/desk/templates/new/",
        {"name": "按条款说明", "act": "explain", "text": "{商户}：{扣款名称}按{条款}收取{金额}", "clause": "{条款}"},
    )
    client.post("/desk/templates/new/", {"name": "收到", "act": "add_message", "text": "{编号} 已收到"})
    page = client.get(f"/cases/{number}/do/explain/").content.decode()
    assert "按条款说明" in page and ">收到<" not in page, "templates of another act are not offered"
    query = re.search(r'href="(\?template=[0-9a-f-]{36})"', page)[1]
    filled = client.get(f"/cases/{number}/do/explain/{query}").content.decode()
    assert "南京云杉餐饮：流量费按7.3收取¥2,000.00" in filled and ">7.3</textarea>" in filled
    send(client, f"/cases/{number}/do/explain/{query}", text="南京云杉餐饮：流量费按7.3收取¥2,000.00", clause="7.3")
    assert walk.case_of(cast.agent, number).state == "EXPLAINED"


def test_what_is_missing_in_the_case_is_said_beside_the_form(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK", {"on": "2026-08-17", "amount": "9.00", "store": "新街口店"})
    client = client_of(cast.agent)
    client.post("/desk/templates/new/", {"name": "按条款说明", "act": "explain", "text": "按{条款}"})
    page = client.get(f"/cases/{number}/do/explain/")
    query = re.search(r'href="(\?template=[0-9a-f-]{36})"', page.content.decode())[1]
    text = seen(client.get(f"/cases/{number}/do/explain/{query}"))
    assert "这个案件里没有：条款。请在标出的地方补上。" in text


def test_a_merchant_is_offered_no_templates(cast, number):
    assert "用模板填写" not in seen(client_of(cast.finance).get(f"/cases/{number}/do/add_message/"))


def test_the_way_to_queue_and_templates_stands_in_the_navigation_of_a_provider(cast):
    text = client_of(cast.agent).get("/home/").content.decode()
    assert "案件队列" in text and 'href="/desk/templates/"' in text
    assert 'href="/desk/templates/"' not in client_of(cast.boss).get("/home/").content.decode()
