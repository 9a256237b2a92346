"""Where the lines of a filing come from besides typing: imported statements, and tables of up to 5,000 rows."""

import io
from datetime import timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from cases import actions, queries
from cases.models import Case
from cases.services import line_sheet
from config import clock, files, tenancy
from config.errors import Invalid
from merchants.models import StatementImport, StatementLine
from tests.pages.filing import TOKEN, client_of, drafts_of, send, text_of, walked

# -- statement lines ----------------------------------------------------------------------------------------------


def imported(person, *amounts: str, fee: str = "流量费") -> list[StatementLine]:
    with tenancy.acting(person):
        file = files.keep_bytes(person, b"day,amount", "s.csv", "text/csv")
        statement = StatementImport.objects.create(
            organisation_id=person.organisation_id,
            file=file,
            format="acquirer",
            encoding="utf-8",
            imported_at=clock.now(),
        )
        return [
            StatementLine.objects.create(
                organisation_id=person.organisation_id, statement=statement, line_no=i, txn_type="FEE", direction="D",
                on=clock.today() - timedelta(days=i), tid="20117765", amount=amount, fee_code=fee, memo="条款 7.3",
                business_key=f"{i}{fee}",
            )
            for i, amount in enumerate(amounts)
        ]  # fmt: skip


def test_statement_lines_are_chosen_and_nothing_has_to_be_typed(cast):
    rows = imported(cast.owner, "79.00", "36.00")
    client = client_of(cast.owner)
    assert "从对账单里选" in text_of(client.get("/cases/new/"))
    response = client.post("/cases/new/", {"token": TOKEN, "picked": [str(rows[0].id)], "amount": "", "on": ""})
    send(client, walked(client, response.url.split("/")[3]), "check")
    with tenancy.acting(cast.owner):
        line = Case.objects.get().lines.get()
        assert (line.statement_line_id, line.fee_name, line.tid) == (rows[0].id, "流量费", "20117765")
        assert [row.id for row in queries.unclaimed(cast.owner)] == [rows[1].id]


def test_a_line_that_came_from_an_import_is_already_chosen(cast):
    rows = imported(cast.owner, *["5.00"] * 25)
    page = text_of(client_of(cast.owner).get(f"/cases/new/?line={rows[24].id}&line=nonsense"))
    assert f'value="{rows[24].id}" checked' in page


def test_many_lines_of_one_name_are_chosen_as_a_whole(cast):
    imported(cast.owner, *["5.00"] * 25)
    client = client_of(cast.owner)
    assert "全部「流量费」，25 笔" in text_of(client.get("/cases/new/"))
    client.post("/cases/new/", {"token": TOKEN, "fee": "流量费"})
    assert len(drafts_of(cast.owner)[0].answers["lines"]) == 25


def test_a_line_claimed_meanwhile_is_told(cast):
    [row] = imported(cast.owner, "79.00")
    client = client_of(cast.owner)
    line = {"on": row.on.isoformat(), "amount": "79.00", "statement_line": str(row.id)}
    actions.perform(cast.owner, "file", {"symptom": "S5", "lines": [line], "submit": True})
    response = client.post("/cases/new/", {"token": TOKEN, "picked": str(row.id)})
    assert response.status_code == 422 and "已经在别的案件里" in text_of(response)


# -- tables -------------------------------------------------------------------------------------------------------


def sheet(*rows, header=("扣款日期", "扣款金额", "终端号", "性质")) -> SimpleUploadedFile:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for at, row in enumerate((header, *rows)):
            page.write_row(at, 0, row)
    return SimpleUploadedFile("扣款.xlsx", out.getvalue())


def test_a_table_of_5000_lines_becomes_one_case(cast):
    client = client_of(cast.owner)
    rows = [("2026-08-17", f"{i % 90 + 1}.10", "20117765", "扣款") for i in range(5000)]
    response = client.post("/cases/new/", {"token": TOKEN, "do": "upload", "sheet": sheet(*rows)})
    draft = response.url.split("/")[3]
    assert "5000" in text_of(client.get(f"/cases/new/{draft}/what/"))
    send(client, walked(client, draft), "check")
    with tenancy.acting(cast.owner):
        assert Case.objects.get().lines.count() == 5000


def test_rejected_rows_are_named_and_the_good_ones_offered(cast):
    client = client_of(cast.owner)
    given = sheet(("2026-08-17", "79", "", ""), ("2026-02-30", "1", "", ""), ("2026-08-18", "-5", "", ""),
                  ("2026-08-18", "5", "1234567890", ""), ("2026-08-18", "5", "", "礼物"))  # fmt: skip
    response = client.post("/cases/new/", {"token": TOKEN, "do": "upload", "sheet": given})
    page = text_of(client.get(response.url))
    for said in (
        "读好了 1 笔",
        "4 行没有读出来",
        "第 3 行「扣款日期」：",
        "第 4 行「扣款金额」：",
        "第 5 行「终端号」：",
        "第 6 行「性质」：",
    ):
        assert said in page, said
    draft = response.url.split("/")[3]
    send(client, draft, "what", do="take")
    assert [line["amount"] for line in drafts_of(cast.owner)[0].answers["lines"]] == ["79.00"]


def test_a_file_that_is_no_table_is_told_and_makes_no_draft(cast):
    client = client_of(cast.owner)
    for given, said in (
        (SimpleUploadedFile("a.pdf", b"%PDF-1.7 " + b"x" * 90), "PDF"),
        (SimpleUploadedFile("a.csv", "名称,数量\n茶,3\n".encode()), "没有找到表头"),
        (sheet(), "没有一行扣款"),
        (sheet(*[("2026-08-17", "1", "", "")] * 5001), "5,000"),
    ):
        response = client.post("/cases/new/", {"token": TOKEN, "do": "upload", "sheet": given})
        assert response.status_code == 422 and said in text_of(response), said
    assert client.post("/cases/new/", {"token": TOKEN, "do": "upload"}).status_code == 422
    assert drafts_of(cast.owner) == []


def test_the_template_is_read_as_it_is(cast):
    for language in ("zh-hans", "en"):
        answer = client_of(cast.owner, language).get("/cases/new/template.xlsx")
        found = line_sheet.read(io.BytesIO(answer.content))
        assert (found.rejected, found.lines[0]["amount"], found.lines[0]["kind"]) == ([], "79.00", "DEDUCTION")


def test_a_csv_in_gb18030_is_read_too(cast):
    found = line_sheet.read(io.BytesIO("日期,金额,名目\n20260817,￥79.00,流量费\n".encode("gb18030")))
    assert found.lines == [{"on": "2026-08-17", "amount": "79.00", "fee_name": "流量费"}]
    with pytest.raises(Invalid):
        line_sheet.read(io.BytesIO(b""))
