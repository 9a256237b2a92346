"""The pages of terminals, contracts, notices and moves: written down, found, put right, imported; without scripts."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config import tenancy
from merchants.models import Contract, Migration, ServedNotice, Terminal
from merchants.records import KINDS
from tests import walk
from tests.pages.person import client_of, hidden, seen
from tests.services.test_record_sheets import FILES, xlsx
from tests.services.test_records_plain import MID, told, write

MODELS = {"terminals": Terminal, "contracts": Contract, "notices": ServedNotice, "migrations": Migration}
TYPED = {
    "terminals": {"tid": "20117765", "mid": MID, "provider_name": "通联支付"},
    "contracts": {"number": "C-1", "provider_name": "通联支付", "fees-0-fee_code": "流量费", "fees-0-amount": "79"},
    "notices": {"kind": "CHANGE", "provider_name": "通联支付", "arrived_on": "2026-08-06"},
    "migrations": {"old_tid": "20117765", "planned_on": "2026-08-05", "missed_visits-1-on": "2026-08-05", "missed_visits-1-missed_by": "provider"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today(at):
    at("2026-08-20T10:00")


def path(name: str, ending: str = "", row=None) -> str:
    return reverse(KINDS[name].path + (f"-{ending}" if ending else ""), args=[row.pk] if row else [])


def all_of(actor, name: str) -> list:
    with tenancy.acting(actor):
        return list(MODELS[name].objects.visible_to(actor).order_by("created_at"))


def post(client, url: str, **fields):
    """Sends the form at `url` with what its page carries."""
    page = client.get(url)
    assert page.status_code == 200, seen(page)[-500:]
    name = "seen" if 'name="seen"' in page.content.decode() else "nonce"
    return client.post(url, {name: hidden(page, name), **fields})


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_record_is_written_down_on_one_page_and_stands_in_the_list(cast, name, language):
    client = client_of(cast.owner, language)
    empty = seen(client.get(path(name)))
    assert str(KINDS[name].empty.zh if language == "zh-hans" else KINDS[name].empty.en) in empty
    answer = post(client, path(name, "new"), **TYPED[name])
    assert (answer.status_code, answer.url) == (302, path(name)), seen(answer)[:1500]
    row = all_of(cast.owner, name)[0]
    page = client.get(path(name))
    assert f'href="{path(name, "one", row)}"' in page.content.decode()
    assert client.get(path(name), {"q": "zzz"}).content.decode().count(f'href="{path(name, "one", row)}"') == 0
    one = client.get(path(name, "one", row))
    assert one.status_code == 200 and one.content.decode().count("<h1") == 1


@pytest.mark.parametrize("name", MODELS)
def test_the_same_form_sent_twice_writes_one_record(cast, name):
    client = client_of(cast.owner)
    nonce = hidden(client.get(path(name, "new")), "nonce")
    for _ in range(2):
        assert client.post(path(name, "new"), {"nonce": nonce, **TYPED[name]}).status_code == 302
    assert len(all_of(cast.owner, name)) == 1


@pytest.mark.parametrize(
    ("name", "typed", "field", "says"),
    [
        ("terminals", {"mid": MID}, "id_tid", "请填写这一项"),
        ("terminals", {"tid": "20117765", "from_on": "2026-02-01", "to_on": "2026-01-01"}, "id_to_on", "不能早于"),
        ("contracts", {"number": "C-1"}, "id_provider", "请选择一项"),
        ("contracts", {**TYPED["contracts"], "fees-1-amount": "12"}, "id_fees_1_fee_code", "请填写这一项"),
        ("contracts", {**TYPED["contracts"], "fees-3-fee_code": "年费", "fees-3-amount": "0"}, "id_fees_3_amount", "大于 0"),
        ("contracts", {**TYPED["contracts"], "fees-5-fee_code": "年费", "fees-5-from": "2026-02-01", "fees-5-to": "2026-01-01"},
         "id_fees_5_to", "不能早于"),
        ("notices", {"provider_name": "通联支付", "arrived_on": "2026-08-01"}, "id_kind_0", "请选择一项"),
        ("notices", {"kind": "OTHER", "provider_name": "通联支付"}, "id_sent_on", "至少一项"),
        ("notices", {"kind": "OTHER", "provider_name": "通联支付", "arrived_on": "2026-09-01"}, "id_arrived_on", "将来"),
        ("migrations", {"old_tid": "20117765", "missed_visits-0-on": "2026-08-01"}, "id_missed_visits_0_missed_by", "请选择一项"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_everything_typed_stays(cast, name, typed, field, says):
    answer = post(client_of(cast.owner), path(name, "new"), **typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{field}"' in text and f'id="{field}"' in text and says in seen(answer)
    for value in typed.values():
        assert re.search(rf'value="{re.escape(value)}"( selected| checked)?|>{re.escape(value)}</textarea>', text), (
            value
        )
    assert all_of(cast.owner, name) == []


def test_further_rows_come_without_scripts_and_nothing_is_saved_by_that(cast):
    client = client_of(cast.owner)
    page = post(client, path("contracts", "new"), **TYPED["contracts"], more="fees")
    text = page.content.decode()
    assert page.status_code == 200 and all_of(cast.owner, "contracts") == []
    assert [int(at) for at in re.findall(r'name="fees-(\d+)-fee_code"', text)] == [0, 1, 2, 3]
    assert 'value="流量费"' in text and 'value="C-1"' in text
    names = {f"fees-{at}-fee_code": f"费用{at}" for at in range(4)}
    assert (
        client.post(
            path("contracts", "new"), {"nonce": hidden(page, "nonce"), **TYPED["contracts"], **names}
        ).status_code
        == 302
    )
    [row] = all_of(cast.owner, "contracts")
    assert [fee["fee_code"] for fee in told(cast.owner, "contracts", row)["fees"]] == [
        "费用0",
        "费用1",
        "费用2",
        "费用3",
    ]


def test_a_record_is_put_right_rows_go_by_a_tick_and_the_file_stays(cast):
    client = client_of(cast.owner)
    post(
        client,
        path("contracts", "new"),
        **TYPED["contracts"],
        file=walk.photo("合同.png"),
        **{"fees-1-fee_code": "年费"},
    )
    [row] = all_of(cast.owner, "contracts")
    url = path("contracts", "one", row)
    answer = post(
        client, url, number="C-2", provider=str(row.provider_id), version="2026 版",
        **{"fees-0-fee_code": "年费", "fees-1-fee_code": "流量费", "fees-1-amount": "79.00", "fees-1-drop": "1", "clauses-0-number": "7.3",
           "clauses-0-text": "每日 200 元"},
    )  # fmt: skip
    assert answer.status_code == 302, seen(answer)
    kept = told(cast.owner, "contracts", row)
    assert (kept["number"], kept["version"]) == ("C-2", "2026 版")
    assert [fee["fee_code"] for fee in kept["fees"]] == ["年费"] and kept["clauses"][0]["number"] == "7.3"
    answer = client.get(path("contracts", "file", row))
    assert answer.content == walk.PNG and "attachment" in answer["Content-Disposition"]


def test_a_record_changed_meanwhile_is_not_overwritten_unseen(cast):
    row = write(cast.boss, "terminals")
    client, url = client_of(cast.boss), path("terminals", "one", row)
    stale = hidden(client.get(url), "seen")
    post(client_of(cast.finance), url, tid="20117765", mid=MID, sn="A1")
    answer = client.post(url, {"seen": stale, "tid": "20117765", "mid": MID, "sn": "B2"})
    assert answer.status_code == 412 and "刚被别人改过" in seen(answer) and 'value="B2"' in answer.content.decode()
    assert told(cast.boss, "terminals", row)["sn"] == "A1"
    assert (
        client.post(url, {"seen": hidden(answer, "seen"), "tid": "20117765", "mid": MID, "sn": "B2"}).status_code == 302
    )
    assert told(cast.boss, "terminals", row)["sn"] == "B2"


def test_a_second_terminal_of_the_same_number_is_refused_on_the_page(cast):
    write(cast.owner, "terminals")
    answer = post(client_of(cast.owner), path("terminals", "new"), tid="20117765", mid=MID)
    assert answer.status_code == 409 and "已经有终端 20117765" in seen(answer)


def test_a_record_is_removed_after_being_asked_once_more(cast):
    row = write(cast.owner, "migrations")
    client, url = client_of(cast.owner), path("migrations", "remove", row)
    assert "不能恢复" in seen(client.get(url)) and all_of(cast.owner, "migrations")
    assert client.post(url).status_code == 302 and all_of(cast.owner, "migrations") == []


def test_a_terminal_that_a_case_uses_stays_with_the_reason(cast):
    walk.file(cast.owner)
    [row] = all_of(cast.owner, "terminals")
    answer = client_of(cast.owner).post(path("terminals", "remove", row), follow=True)
    assert "有案件用到这台终端" in seen(answer) and all_of(cast.owner, "terminals")


@pytest.mark.parametrize("name", MODELS)
def test_who_may_only_read_reads_and_finds_no_form(cast, name):
    row = write(cast.boss, name)
    client = client_of(cast.approver)
    listing, one = client.get(path(name)), client.get(path(name, "one", row))
    assert path(name, "new") not in listing.content.decode() and path(name, "import") not in listing.content.decode()
    assert one.status_code == 200 and '<form method="post" enctype' not in one.content.decode()
    for url in (path(name, "new"), path(name, "import"), path(name, "template"), path(name, "remove", row)):
        assert client.get(url).status_code == 403, url
    assert client.post(path(name, "one", row), TYPED[name]).status_code == 403


@pytest.mark.parametrize("name", MODELS)
def test_a_provider_finds_nothing_of_it_and_no_way_to_it(cast, name):
    row = write(cast.boss, name)
    client = client_of(cast.agent)
    assert client.get(path(name)).status_code == 403
    assert client.get(path(name, "one", row)).status_code == 403
    assert 'href="/terminals/"' not in client.get(reverse("case-list")).content.decode()
    assert 'href="/terminals/"' in client_of(cast.owner).get(reverse("home")).content.decode()


def test_a_store_seat_is_led_to_what_it_may_see(cast):
    client = client_of(cast.store_a)
    page = client.get(path("terminals")).content.decode()
    assert 'href="/contracts/"' not in page and 'href="/migrations/"' in page
    assert client.get(path("contracts")).status_code == 403
    assert post(client, path("terminals", "new"), tid="20117765").status_code == 302
    assert all_of(cast.store_a, "terminals")[0].store_id == cast.store_a.stores[0]


def test_a_store_seat_is_not_shown_whom_another_store_named(cast):
    post(client_of(cast.store_b), path("terminals", "new"), tid="20117766", provider_name="乙店的服务商")
    post(client_of(cast.store_a), path("terminals", "new"), tid="20117765", provider_name="甲店的服务商")
    page = client_of(cast.store_a).get(path("migrations", "new")).content.decode()
    assert "甲店的服务商" in page and "乙店的服务商" not in page and "支付服务商甲" in page


# -- tables ---------------------------------------------------------------------------------------------------------


def sheet(file: io.BytesIO, name: str = "表.csv") -> SimpleUploadedFile:
    file.seek(0)
    return SimpleUploadedFile(name, file.read(), "text/csv")


@pytest.mark.parametrize("name", MODELS)
def test_a_good_table_is_taken_at_once_and_a_second_time_adds_nothing(cast, name):
    client = client_of(cast.owner)
    for _ in range(2):
        answer = client.post(path(name, "import"), {"sheet": sheet(FILES[name])})
        assert (answer.status_code, answer.url) == (302, path(name))
        count = len(all_of(cast.owner, name))
    assert "原来就有" in seen(client.get(path(name)))
    assert count == {"terminals": 2, "contracts": 2}.get(name, 1)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_bad_rows_are_shown_first_and_the_good_ones_taken_on_a_word(cast, language):
    client = client_of(cast.owner, language)
    file = xlsx(["终端号", "停用日期"], ["20117765", "2026-01-01"], ["20117766", "2026-02-30"], ["", "2026-01-01"])
    answer = client.post(path("terminals", "import"), {"sheet": sheet(file, "表.xlsx")})
    text = seen(answer)
    assert answer.status_code == 200 and all_of(cast.owner, "terminals") == []
    for word in ("一店", "3", "停用日期", "2026-02-30", "4", "终端号"):
        assert word in text
    held = re.search(r'name="held" value="([^"]+)"', answer.content.decode())[1]
    done = client.post(path("terminals", "import"), {"held": held})
    assert done.status_code == 302 and [row.tid for row in all_of(cast.owner, "terminals")] == ["20117765"]
    for foreign in (held, "nonsense", "7c3a1a3e-54a1-4f6b-9d0a-3a54c3a9a001"):
        assert client_of(cast.boss).post(path("terminals", "import"), {"held": foreign}).status_code == 404
    assert all_of(cast.boss, "terminals") == []


def test_no_file_and_no_table_are_said_on_the_page(cast):
    client = client_of(cast.owner)
    for sent, says in (({}, "先选择填好的表格"), ({"sheet": sheet(io.BytesIO(b"a,b\n1,2\n"))}, "没有找到表头")):
        answer = client.post(path("terminals", "import"), sent)
        assert answer.status_code == 422 and says in seen(answer)


@pytest.mark.parametrize("name", MODELS)
def test_the_template_is_a_table_to_fill_in(cast, name):
    answer = client_of(cast.owner).get(path(name, "template"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.active.max_row == 2 and ".xlsx" in answer["Content-Disposition"]


def test_hostile_words_stay_words(cast):
    hostile = "<script>alert(1)</script>\"'><img src=x>"
    write(cast.owner, "terminals", sn=hostile[:40])
    row = write(cast.owner, "contracts", number=hostile, clauses=[{"number": "1", "text": hostile}])
    client = client_of(cast.owner)
    for url in (
        path("contracts"),
        path("contracts", "one", row),
        path("contracts", "remove", row),
        path("terminals"),
        path("notices", "new"),
    ):
        assert (
            "<script>alert" not in client.get(url).content.decode()
            and "<img src=x" not in client.get(url).content.decode()
        )
