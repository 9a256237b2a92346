"""Evidence, letters and notices through their pages: who gets which bytes, under which name, and what is never opened."""

import hashlib

import pytest

from cases.models import Evidence, Notice, NoticeReading
from config import files, tenancy
from tests import walk
from tests.pages.person import client_of, seen, send
from tests.walk import PNG, do, photo

NAMES = [
    "../../etc/passwd.png",
    'a"b;c\r\nX-Evil: 1.png',
    "对账单 \u202egnp.exe.png",
    "很" * 300 + ".png",
    "...png",
    "<b>.png",
]


def file_of(actor, number, position=1):
    return client_of(actor).get(f"/cases/{number}/evidence/{position}/file/")


def test_the_original_comes_back_byte_for_byte_and_is_never_opened_in_the_site(cast, at):
    number = walk.shop_awaits(at, cast)
    response = file_of(cast.owner, number)
    assert response.content == PNG
    assert response["Content-Disposition"].startswith("attachment;") and response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"] and "no-store" in response["Cache-Control"]
    page = client_of(cast.owner).get(f"/cases/{number}/evidence/")
    assert hashlib.sha256(PNG).hexdigest() in seen(page) and "沟通记录" in seen(page) and "双方可见" in seen(page)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_only_a_name(cast, at, name):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    do(cast.owner, number, "add_evidence", kind="E04", file=photo(name))
    response = file_of(cast.owner, number)
    head = response["Content-Disposition"]
    assert response.status_code == 200 and head.startswith("attachment") and "\r" not in head and "\n" not in head
    assert "X-Evil" not in response and "/" not in head and "\u202e" not in head
    assert "<b>.png" not in client_of(cast.owner).get(f"/cases/{number}/").content.decode()


def test_a_file_that_changed_on_the_disk_is_not_handed_out(cast, at):
    number = walk.shop_awaits(at, cast)
    with tenancy.acting(cast.owner):
        stored = Evidence.objects.get(case__number=number, position=1).file
    path = files.path_of(stored)
    path.write_bytes(PNG + b"!")
    try:
        response = file_of(cast.owner, number)
        assert response.status_code == 409 and "不一致" in seen(response)
        path.unlink()
        assert file_of(cast.owner, number).status_code == 409
    finally:
        path.write_bytes(PNG)


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (photo("x.png", b"0" * (20 * 1024 * 1024)), "最大 20 MB"),
        (type(photo())("leer.png", b"", "image/png"), "空"),
        (type(photo())("virus.exe", b"MZ\x90\x00\x03", "image/png"), "暂不支持"),
    ],
)
def test_a_file_that_cannot_be_taken_is_sent_back_with_a_sentence(cast, at, upload, said):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    upload.seek(0)
    response = send(
        client_of(cast.owner), f"/cases/{number}/do/add_evidence/", kind="E04", file=upload, visibility="shared"
    )
    assert response.status_code == 422 and said in seen(response), seen(response)[-800:]
    with tenancy.acting(cast.owner):
        assert not Evidence.objects.filter(case__number=number).exists()


def test_the_checklist_leads_to_the_kind_that_is_missing(cast, at):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    page = client_of(cast.owner).get(f"/cases/{number}/evidence/").content.decode()
    assert f"/cases/{number}/do/add_evidence/?kind=E06" in page
    form = client_of(cast.owner).get(f"/cases/{number}/do/add_evidence/?kind=E06").content.decode()
    assert 'value="E06" selected' in form
    do(cast.owner, number, "add_evidence", kind="E06", file=photo())
    assert (
        f"/cases/{number}/do/add_evidence/?kind=E06"
        not in client_of(cast.owner).get(f"/cases/{number}/evidence/").content.decode()
    )


def test_a_letter_is_a_page_a_pdf_a_sheet_and_plain_text(cast, at):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    client = client_of(cast.owner)
    page = seen(client.get(f"/cases/{number}/letters/1/"))
    assert "写好了，还没有发出" in page and "我已发出" in page
    text = client.get(f"/cases/{number}/letters/1/text/")
    assert text["Content-Type"].startswith("text/plain") and "2,000.00" in text.content.decode()
    pdf = client.get(f"/cases/{number}/letters/1/pdf/")
    assert pdf.content.startswith(b"%PDF") and pdf["Content-Type"] == "application/pdf"
    assert pdf.content == client.get(f"/cases/{number}/letters/1/pdf/").content
    sheet = client.get(f"/cases/{number}/letters/1/print/")
    assert sheet.status_code == 200 and "2,000.00" in seen(sheet)
    assert client.get(f"/cases/{number}/letters/2/").status_code == 404


def test_the_provider_reads_a_letter_once_it_was_sent(cast, at):
    at("2026-08-17T18:00")
    number = walk.company(at, cast, "AWAIT_ACK")
    assert client_of(cast.agent).get(f"/cases/{number}/letters/1/").status_code == 200
    at("2026-08-20T10:00")
    do(cast.finance, number, "remind", channel="email")
    assert client_of(cast.agent).get(f"/cases/{number}/letters/2/text/").status_code == 200


def test_records_asked_for_are_answered_from_the_case(cast, at):
    number = walk.shop_awaits(at, cast)
    do(cast.owner, number, "request_evidence", kinds=["E05", "E10"], of="provider")
    page = client_of(cast.owner).get(f"/cases/{number}/").content.decode()
    assert f"/cases/{number}/do/supply_evidence/?request=1&amp;behalf=1" in page and "还没有答复" in page
    do(cast.owner, number, "supply_evidence", request=1, refusal="<b>不给</b>", **walk.behalf("2026-08-18T10:05"))
    page = client_of(cast.owner).get(f"/cases/{number}/").content.decode()
    assert "拒绝提供" in page and "&lt;b&gt;不给" in page and "do/supply_evidence" not in page


def test_a_notice_is_read_by_opening_it_and_leads_to_its_case(cast, at):
    number = walk.company(at, cast, "EXPLAINED")
    client = client_of(cast.finance)
    page = client.get("/notifications/")
    assert number in seen(page) and "未读" in seen(page)
    with tenancy.acting(cast.finance):
        notice = Notice.objects.filter(organisation_id=cast.yunshan.id, kind="explained").get()
    response = client.get(f"/notifications/{notice.id}/")
    assert response.status_code == 302 and response.url == f"/cases/{number}/"
    assert client_of(cast.agent).get(f"/notifications/{notice.id}/").status_code == 404
    assert client.post("/notifications/").status_code == 302
    assert "未读" not in seen(client.get("/notifications/")).split("消息")[-1]
    with tenancy.acting(cast.finance):
        assert NoticeReading.objects.filter(user_id=cast.finance.user_id).exists()
        assert not NoticeReading.objects.filter(user_id=cast.boss.user_id).exists(), "each reads for himself"


def test_nothing_to_read_and_nothing_to_approve_says_so(cast, at):
    assert "没有新消息" in seen(client_of(cast.store_b).get("/notifications/"))
    assert "没有等你同意的事项" in seen(client_of(cast.approver).get("/approvals/"))
