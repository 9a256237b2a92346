"""Tables of the desk: the queue goes out, answers come in, each row for itself and never twice."""

import csv
import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Case
from config import jobs, tenancy
from config.models import AccessRecord, Job
from tests import walk
from tests.pages.desk import LINE, arrived, first
from tests.pages.person import client_of, hidden, seen
from tests.walk import do


@pytest.fixture
def number(at, cast) -> str:
    return first(at, cast)


# -- tables out ----------------------------------------------------------------------------------------------------------


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


# -- tables in -----------------------------------------------------------------------------------------------------------

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
