"""The pages of statement files: upload, progress, result, rows left out; in both languages, without JavaScript."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases import actions
from config import jobs, tenancy
from config.models import Job
from merchants.models import StatementImport, StatementLine, User
from merchants.services import terminals
from tests.services.test_statements import MID, TID, row, statement


@pytest.fixture
def web(cast):
    """A browser logged in as a member of the cast."""

    def logged_in(actor, **headers) -> Client:
        client = Client(headers=headers)
        client.force_login(User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return logged_in


def upload(client, content: bytes, name: str = "对账单.csv", **more):
    file = SimpleUploadedFile(name, content, "text/csv")
    return client.post(reverse("import-new"), {"file": file, **more})


def work(actor) -> None:
    """What the worker does once the page has answered."""
    with tenancy.acting(actor):
        waiting = list(Job.objects.filter(state="queued").values_list("id", "organisation_id"))
    for job_id, organisation_id in waiting:
        jobs.run(job_id, organisation_id)


def imported(client, actor, content: bytes, **more):
    """Uploads, lets the worker work and follows the page to the result."""
    page = upload(client, content, **more)
    assert page.status_code == 302, page.content.decode()
    work(actor)
    return client.get(page["Location"], follow=True)


def one(actor, model):
    with tenancy.acting(actor):
        return model.objects.get()


def test_a_statement_is_uploaded_read_and_each_deduction_leads_to_a_claim(web, cast):
    client = web(cast.owner)
    assert "导入第一份对账单" in client.get(reverse("import-list")).content.decode()
    page = imported(client, cast.owner, statement(row(), footer="合计,,,,,,0.00,0.00,2000.00,,,,"))
    text, line = page.content.decode(), one(cast.owner, StatementLine)
    assert page.status_code == 200 and "导入好了：1 笔扣款和到账。" in text
    assert f'href="/cases/new/?line={line.id}"' in text and "要回这笔" in text
    assert "¥2,000.00" in text and "逾期未迁移占用费" in text and "一致" in text
    assert "对账单.csv" in client.get(reverse("import-list")).content.decode()


def test_the_way_back_is_kept_from_upload_to_claim_and_never_leads_away(web, cast):
    client = web(cast.owner)
    page = imported(client, cast.owner, statement(row()), back="/cases/new/?edit=new")
    line = one(cast.owner, StatementLine)
    assert f'href="/cases/new/?edit=new&amp;line={line.id}"' in page.content.decode()
    for bad in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"):
        text = client.get(reverse("import-new"), {"back": bad}).content.decode()
        assert 'class="back" href="/imports/"' in text and 'name="back"' not in text


def test_a_line_that_is_in_a_case_shows_the_case_instead(web, cast):
    client = web(cast.owner)
    imported(client, cast.owner, statement(row()))
    line = one(cast.owner, StatementLine)
    case = actions.perform(
        cast.owner, "file",
        {"symptom": "S5", "lines": [{"on": "2026-08-17", "amount": "2000.00", "statement_line": str(line.id)}]},
    )  # fmt: skip
    text = client.get(reverse("import-result", args=[line.statement_id])).content.decode()
    assert f"已在 {case.number}" in text and "要回这笔" not in text


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "请选择"), (b"a,b\n1,2\n", "没有找到对账单的表头"), (b"<html><table></table>", "这是网页文件"),
     (b"%PDF-1.7 ...", "PDF")],
)  # fmt: skip
def test_what_is_no_statement_is_said_at_once_and_nothing_is_stored(web, cast, content, said):
    page = upload(web(cast.owner), content)
    assert page.status_code == 422 and (said in page.content.decode() or not content)
    with tenancy.acting(cast.owner):
        assert not Job.objects.exists() and not StatementImport.objects.exists()


def test_a_page_of_work_asks_again_while_it_runs_and_leads_on_when_done(web, cast):
    client = web(cast.owner)
    url = upload(client, statement(row()))["Location"]
    waiting = client.get(url).content.decode()
    assert 'hx-trigger="every 2s"' in waiting and 'http-equiv="refresh"' in waiting
    assert "<html" not in client.get(url, headers={"HX-Request": "true"}).content.decode()
    work(cast.owner)
    assert client.get(url, headers={"HX-Request": "true"})["HX-Redirect"].startswith("/imports/")


def test_work_can_be_stopped_before_it_is_done(web, cast):
    client = web(cast.owner)
    url = upload(client, statement(row()))["Location"]
    client.post(url + "cancel/")
    work(cast.owner)
    assert "已停止" in client.get(url).content.decode()
    with tenancy.acting(cast.owner):
        assert not StatementLine.objects.exists()


def test_another_merchants_file_ends_with_the_number_and_a_way_on(web, cast):
    terminals.know(cast.owner, MID, TID)
    client = web(cast.owner)
    page = imported(client, cast.owner, statement(row(mid="898301058120356")))
    assert "898301058120356" in page.content.decode() and "换一个文件" in page.content.decode()
    page = imported(client, cast.owner, statement(row(mid="898301058120356")), new_mid="on")
    assert "导入好了" in page.content.decode()


def test_the_same_file_again_leads_to_the_first_result_and_says_so(web, cast):
    client, content = web(cast.owner), statement(row())
    imported(client, cast.owner, content)
    assert "没有重复导入" in imported(client, cast.owner, content).content.decode()


def test_a_total_that_differs_shows_both_figures_and_waits_for_a_word(web, cast):
    client = web(cast.owner)
    page = imported(client, cast.owner, statement(row(), footer="合计,,,,,,0.00,0.00,2100.00,,,,"))
    text = page.content.decode()
    assert "¥2,100.00" in text and "¥2,000.00" in text and "看过了，仍然导入" in text and "要回这笔" not in text
    held = one(cast.owner, StatementImport)
    going = client.post(reverse("import-confirm", args=[held.id]))
    work(cast.owner)
    text = client.get(going["Location"], follow=True).content.decode()
    assert "要回这笔" in text and "王好 看过后仍然导入" in text


def test_rows_left_out_come_as_a_table_in_which_nothing_is_a_formula(web, cast):
    client = web(cast.owner)
    page = imported(client, cast.owner, statement(row(), row(taken="=1+1"), row("2026-02-30")))
    assert "2 行没有读入" in page.content.decode()
    found = one(cast.owner, StatementImport)
    with tenancy.acting(cast.owner):
        found.rejected[0]["column"] = "=cmd|'/c calc'!A1"
        found.save()
    table = client.get(reverse("import-rejected", args=[found.id]))
    text = table.content.decode("utf-8-sig")
    assert table.content.startswith(b"\xef\xbb\xbf") and table["Content-Disposition"].startswith("attachment")
    assert text.splitlines()[0] == "工作表,行,列,原因" and "'=cmd|" in text and ",=cmd" not in text
    english = client.get(reverse("import-rejected", args=[found.id]), {"lang": "en"}).content.decode("utf-8-sig")
    assert english.splitlines()[0] == "Sheet,Row,Column,Reason" and "There is no such day" in english


def test_strangers_and_other_merchants_get_nothing(web, cast):
    client = web(cast.owner)
    page = imported(client, cast.owner, statement(row()))
    for url in (page.request["PATH_INFO"], page.request["PATH_INFO"] + "rejected.csv"):
        assert web(cast.finance).get(url).status_code == 404
        assert Client().get(url).status_code == 302
    assert web(cast.approver).get(reverse("import-new")).status_code == 403


@pytest.mark.parametrize("name", ["import-list", "import-new"])
def test_pages_are_whole_in_english(web, cast, name):
    text = web(cast.owner).get(reverse(name), {"lang": "en"}).content.decode()
    main = re.search(r"<main.*</main>", text, re.S)[0]
    assert not re.findall(r"[\u4e00-\u9fff]+", main)
