"""Filing by page without a browser: what is kept, what is sent back, what becomes of it. Whole walks: tests/browser."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Case
from config import files, tenancy
from merchants import access
from merchants.models import Store
from merchants.services import organisations
from scripts.message_sources import has_chinese
from tests.pages.filing import LINE, TOKEN, client_of, drafts_of, only_case, send, started, text_of, walked


def test_three_answers_become_an_open_case(cast):
    client = client_of(cast.owner)
    page = client.get(send(client, walked(client), "check").url)
    assert page.status_code == 200 and "收单机构（名称待查）" in text_of(page)
    case = only_case(cast.owner)
    assert (case.state, case.cause, str(case.amount), case.provider_id) == ("OPEN", "C11", "79.00", None)


def test_sending_the_last_page_twice_makes_one_case(cast):
    client = client_of(cast.owner)
    draft = walked(client)
    first, second = send(client, draft, "check"), send(client, draft, "check")
    assert (first.url, second.url) == (f"/cases/new/{draft}/done/",) * 2
    only_case(cast.owner)


def test_sending_the_first_page_twice_makes_one_draft(cast):
    client = client_of(cast.owner)
    assert started(client) == started(client)
    assert len(drafts_of(cast.owner)) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"amount": ""}, "金额须大于 0"),
        ({"amount": "0"}, "金额须大于 0"),
        ({"amount": "-3"}, "金额须大于 0"),
        ({"amount": "1.234"}, "金额须大于 0"),
        ({"amount": "NaN"}, "金额须大于 0"),
        ({"amount": "1e400"}, "金额"),
        ({"on": ""}, "请填写扣款的日期"),
        ({"on": "2026-02-30"}, "请填写扣款的日期"),
        ({"on": "2099-01-01"}, "扣款日期不能在将来"),
        ({"on": "3026-01-01"}, "年份要在 1950 到 2199 之间"),
        ({"tid": "123456789"}, "8"),
        ({"kind": "GIFT"}, "GIFT"),
    ],
)
def test_a_first_page_with_a_fault_comes_back_with_its_sentence_and_keeps_nothing(cast, line, said):
    response = client_of(cast.owner).post("/cases/new/", {"token": TOKEN, **LINE, **line})
    assert response.status_code == 422
    page = text_of(response)
    assert 'id="error-summary"' in page and said in page and "<title>错误：" in page
    for name, value in {**LINE, **line}.items():
        assert name == "kind" or not value or f'value="{value}"' in page, name
    assert drafts_of(cast.owner) == []


@pytest.mark.parametrize(
    ("step", "data", "said"),
    [
        ("who", {}, "请选一项"),
        ("who", {"who": "other"}, "请写对方的名称"),
        ("who", {"who": "nonsense"}, "nonsense"),
        ("why", {}, "请选择你认为不对的原因"),
        ("want", {"wanted": "FULL_REFUND", "story": "长" * 2001}, "2000"),
    ],
)
def test_other_pages_with_a_fault_come_back_and_the_answers_before_stay(cast, step, data, said):
    client = client_of(cast.owner)
    draft = started(client)
    response = send(client, draft, step, **data)
    assert response.status_code == 422 and said in text_of(response)
    assert drafts_of(cast.owner)[0].answers["lines"] == [{"on": "2026-08-17", "amount": "79.00", "kind": "DEDUCTION"}]


def test_the_same_refusals_in_english_hold_no_chinese(cast):
    client = client_of(cast.owner, "en")
    page = text_of(client.post("/cases/new/", {"token": TOKEN, "amount": "0", "on": "2026-02-30", "kind": "DEDUCTION"}))
    assert "Enter an amount above 0" in page and "Enter the day of the deduction" in page
    chinese = [line for line in page.replace(cast.haoyoulin.name, "").splitlines() if has_chinese(line)]
    assert not chinese


def test_the_last_page_leads_to_the_first_question_that_has_no_answer(cast):
    client = client_of(cast.owner)
    draft = started(client)
    send(client, draft, "who", who="unsure")
    assert client.get(f"/cases/new/{draft}/check/").url == f"/cases/new/{draft}/why/"


def test_a_typed_name_needs_no_tap_and_the_agent_is_named_too(cast):
    client = client_of(cast.owner)
    send(client, walked(client, who={"who": "", "name": "盛付收单", "agent": "老张代理"}), "check")
    case = only_case(cast.owner)
    assert (case.provider.name, case.provider.kind, case.outsourcer.name) == (
        "盛付收单",
        "payment_institution",
        "老张代理",
    )


def test_a_listed_provider_is_chosen_by_a_tap(cast):
    client = client_of(cast.owner)
    send(client, walked(client, who={"who": str(cast.provider.id)}), "check")
    assert only_case(cast.owner).provider_id == cast.provider.id


def test_the_provider_of_a_known_terminal_is_offered_chosen(cast):
    client = client_of(cast.owner)
    draft = started(client, tid="20117765")
    send(client, walked(client, draft, who={"who": str(cast.provider.id)}), "check")
    again = client.post("/cases/new/", {"token": "7c3a1a3e-54a1-4f6b-9d0a-3a54c3a9a002", **LINE, "tid": "20117765"}).url
    page = text_of(client.get(again))
    assert "这台终端以前登记的是它" in page and f'value="{cast.provider.id}" checked' in page


def test_naming_the_payer_later_makes_the_letter_anew(cast):
    client = client_of(cast.owner)
    draft = walked(client)
    send(client, draft, "check")
    assert send(client, draft, "done", name="").status_code == 422
    assert send(client, draft, "done", name="盛付收单", kind="bank").status_code == 302
    page = text_of(client.get(f"/cases/new/{draft}/done/"))
    assert "盛付收单" in page and "名称待查" not in page
    assert only_case(cast.owner).provider.kind == "bank"


def test_lines_are_added_changed_and_removed(cast):
    client = client_of(cast.owner)
    draft = started(client, do="more")
    send(client, draft, "what", **{**LINE, "amount": "20.5"}, do="more")
    send(client, draft, "what", **{**LINE, "amount": "30"}, at="0", do="more")
    page = text_of(client.get(f"/cases/new/{draft}/what/"))
    assert "已填 2 笔" in page and "¥50.50" in page
    send(client, draft, "what", do="drop:1")
    assert [line["amount"] for line in drafts_of(cast.owner)[0].answers["lines"]] == ["30.00"]


def test_kinds_are_never_added_together(cast):
    client = client_of(cast.owner)
    draft = started(client, do="more")
    send(client, draft, "what", **{**LINE, "amount": "1000", "kind": "HOLD"}, do="next")
    page = text_of(client.get(f"/cases/new/{walked(client, draft)}/check/"))
    assert "¥79.00" in page and "¥1,000.00" in page and "1,079" not in page


def test_a_change_from_the_last_page_leads_back_to_it(cast):
    client = client_of(cast.owner)
    draft = walked(client)
    assert f"/cases/new/{draft}/why/?next=check" in text_of(client.get(f"/cases/new/{draft}/check/"))
    response = send(client, draft, "why", complaint="taken_twice", next="check")
    assert response.url == f"/cases/new/{draft}/check/"


def test_a_customer_charged_twice_is_the_injured_one(cast):
    client = client_of(cast.owner)
    send(client, walked(client, why={"complaint": "customer_twice"}), "check")
    with tenancy.acting(cast.owner):
        assert Case.objects.get().lines.get().injured_party == "CARDHOLDER"


# -- files --------------------------------------------------------------------------------------------------------

PHOTO = b"\xff\xd8\xff\xe0" + b"0" * 2000


def test_a_photo_is_kept_at_once_and_becomes_evidence(cast):
    client = client_of(cast.owner)
    upload = SimpleUploadedFile("短信.jpg", PHOTO)
    draft = walked(client, proof={"files": upload, "kind": "E02"})
    [held] = drafts_of(cast.owner)[0].answers["files"]
    assert held["name"] == "短信.jpg"
    send(client, draft, "check")
    with tenancy.acting(cast.owner):
        item = Case.objects.get().evidence.select_related("file").get()
        assert (item.kind, files.read(item.file)) == ("E02", PHOTO)


def test_a_refused_file_is_told_and_the_others_stay(cast):
    client = client_of(cast.owner)
    draft = started(client)
    send(client, draft, "proof", files=SimpleUploadedFile("a.jpg", PHOTO), do="more")
    for name, content, said in (
        ("病毒.exe", b"MZ\x90\x00" + b"\x00" * 90, "暂不支持 .exe"),
        ("空.jpg", b"", "空文件"),
        ("大.jpg", PHOTO + b"0" * settings.UPLOAD_MAX_BYTES, "最大 20 MB"),
    ):
        response = send(client, draft, "proof", files=SimpleUploadedFile(name, content))
        assert response.status_code == 422 and said in text_of(response), name
    assert [one["name"] for one in drafts_of(cast.owner)[0].answers["files"]] == ["a.jpg"]


def test_a_file_is_taken_out_again(cast):
    client = client_of(cast.owner)
    draft = started(client)
    send(client, draft, "proof", files=SimpleUploadedFile("a.jpg", PHOTO), do="more")
    [held] = drafts_of(cast.owner)[0].answers["files"]
    send(client, draft, "proof", do=f"drop:{held['id']}")
    assert drafts_of(cast.owner)[0].answers["files"] == []


# -- who ----------------------------------------------------------------------------------------------------------


def test_a_store_seat_files_and_the_finance_seat_submits(cast):
    client = client_of(cast.store_a)
    page = client.get(send(client, walked(client), "check").url)
    assert "对账专员或负责人核对提交后" in text_of(page)
    assert only_case(cast.store_a).state == "DRAFT"
    with tenancy.acting(cast.store_b):
        assert not Case.objects.exists()


def test_a_seat_of_two_stores_says_which_one(cast):
    with tenancy.acting(cast.boss):
        stores = Store.objects.filter(organisation_id=cast.boss.organisation_id)
        person = {"name": "云杉督导", "phone": "+8613800000177"}
        both = organisations.seat(cast.boss, person, "merchant.store", [store.id for store in stores])
    client = client_of(access.actor_of(both))
    assert "请选一家门店" in text_of(client.post("/cases/new/", {"token": TOKEN, **LINE}))
    send(client, walked(client, started(client, store="鼓楼店")), "check")
    assert only_case(cast.store_b).store.name == "鼓楼店"
    with tenancy.acting(cast.store_a):
        assert not Case.objects.exists()


def test_seats_that_cannot_file_are_told(cast):
    client = client_of(cast.approver)
    assert client.get("/cases/new/").status_code == 403
    assert "/cases/new/" not in text_of(client.get("/home/"))


def test_a_foreign_draft_is_not_found_by_any_door(cast):
    draft = started(client_of(cast.owner))
    for person in (cast.boss, cast.finance):
        client = client_of(person)
        for step in ("what", "who", "check", "done", "nonsense"):
            assert client.get(f"/cases/new/{draft}/{step}/").status_code == 404
        assert client.post(f"/cases/new/{draft}/drop/").status_code == 404
    assert len(drafts_of(cast.owner)) == 1


def test_a_draft_is_thrown_away(cast):
    client = client_of(cast.owner)
    client.post(f"/cases/new/{started(client)}/drop/")
    assert drafts_of(cast.owner) == []


def test_strangers_are_led_to_the_log_in(cast):
    for path in ("/home/", "/cases/", "/cases/new/"):
        response = Client().get(path)
        assert (response.status_code, response.url) == (302, f"/login/?next={path}")
