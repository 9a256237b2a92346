"""Tables of records: each good row is kept once, every other is named with sheet, row, column and why."""

import io
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from config import tenancy
from config.errors import Invalid, NotAllowed
from merchants.inputs import INPUTS
from merchants.models import Contract, Migration, ServedNotice, Terminal
from merchants.services import plain_records, record_sheets
from merchants.services.record_columns import COLUMNS
from merchants.services.record_nouns import NOUNS
from tests.services.test_records_plain import MID, write

MODELS = {"terminals": Terminal, "contracts": Contract, "notices": ServedNotice, "migrations": Migration}


def csv(*lines: str) -> io.BytesIO:
    return io.BytesIO("\n".join(lines).encode("utf-8-sig"))


def xlsx(*rows, name="一店") -> io.BytesIO:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet(name)
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return io.BytesIO(out.getvalue())


def take(actor, name, file):
    file.seek(0)
    return record_sheets.take(actor, NOUNS[name], file, INPUTS[name])


def look(actor, name, file):
    file.seek(0)
    return record_sheets.look(actor, NOUNS[name], file, INPUTS[name])


def counts(taken) -> tuple[int, int, int, int]:
    return taken.added, taken.completed, taken.known, taken.rejected_count


def all_told(actor, name) -> list[dict]:
    with tenancy.acting(actor):
        rows = plain_records.listed(actor, NOUNS[name]).order_by("created_at", "pk")
        return [plain_records.told(NOUNS[name], row) for row in rows]


@pytest.fixture(autouse=True)
def _today(at):
    at("2026-08-20T10:00")


FILES = {
    "terminals": csv("终端号,商户编号,SN,从哪天起,到哪天止", f"20117765,{MID},A1,2025-03-01,2026-08-18", f"20117766,{MID},,,"),
    "contracts": csv(
        "合同编号,服务商,合同从哪天起,收费名称,金额,费率,多久收一次,依据的条款,第几条,条款原文",
        "C-1,通联支付,2025-03-01,流量费,79.00,,每半年,4.1,7.3,逾期每日 200 元", ",,,服务费,,0.60%,每月,,,",
        "C-2,通联支付,,,,,,,,",
    ),
    "notices": csv("什么通知,服务商,通知编号,终端号,怎么收到的,收到的日期", "扣款通知,通联支付,N-1,20117765,短信,2026-08-06"),
    "migrations": csv(
        "原终端号,申请日期,约定的日期,实际完成的日期,哪天没有来,谁没有来",
        "20117765,2026-07-20,2026-08-05,2026-08-18,2026-08-05,服务商没有来", ",,,,2026-08-06,服务商没有来",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "brings"), [("terminals", 2), ("contracts", 2), ("notices", 1), ("migrations", 1)])
def test_a_table_is_taken_once_and_a_second_time_adds_nothing(cast, name, brings):
    assert counts(look(cast.owner, name, FILES[name])) == (brings, 0, 0, 0)
    assert all_told(cast.owner, name) == [], "looking keeps nothing"
    assert counts(take(cast.owner, name, FILES[name])) == (brings, 0, 0, 0)
    kept = all_told(cast.owner, name)
    assert counts(take(cast.owner, name, FILES[name])) == (0, 0, brings, 0)
    assert all_told(cast.owner, name) == kept and len(kept) == brings


def test_rows_that_go_on_belong_to_the_record_above(cast):
    take(cast.owner, "contracts", FILES["contracts"])
    first = next(one for one in all_told(cast.owner, "contracts") if one["number"] == "C-1")
    fees = [(fee["fee_code"], fee["amount"], fee["rate"], fee["period"], fee["clause"]) for fee in first["fees"]]
    assert fees == [("服务费", None, "0.6", "month", ""), ("流量费", "79.00", None, "half-year", "4.1")]
    assert first["clauses"] == [{"number": "7.3", "text": "逾期每日 200 元"}]
    take(cast.owner, "migrations", FILES["migrations"])
    visits = all_told(cast.owner, "migrations")[0]["missed_visits"]
    assert [(one["on"], one["missed_by"]) for one in visits] == [("2026-08-05", "provider"), ("2026-08-06", "provider")]


def test_a_bad_row_is_named_and_the_good_ones_are_taken(cast):
    file = xlsx(
        ["终端号", "商户编号", "启用日期", "停用日期", "门店"],
        ["20117765", MID, "2025-03-01", "", ""], ["20117766", MID, "2025-13-01", "", ""], ["20117767", MID, "2026-01-02", "2026-01-01", ""],
        ["", MID, "", "", ""], ["201177681", MID, "", "", ""], ["20117769", MID, "", "", "没有这家店"], ["20117765", MID, "2025-04-01", "", ""],
        [20117770, MID, "", "", ""],
    )  # fmt: skip
    taken = take(cast.owner, "terminals", file)
    assert counts(taken) == (2, 0, 0, 6)
    told = [(one["sheet"], one["line"], one["column"]) for one in taken.rejected]
    assert told == [
        ("一店", 3, "启用日期"), ("一店", 4, "停用日期"), ("一店", 5, "终端号"), ("一店", 6, "终端号"), ("一店", 7, "门店"),
        ("一店", 8, "启用日期"),
    ]  # fmt: skip
    assert all(one["why"] for one in taken.rejected)
    assert "2025-03-01" in taken.rejected[-1]["why"]
    assert sorted(one["tid"] for one in all_told(cast.owner, "terminals")) == ["20117765", "20117770"]


def test_a_bad_fee_leaves_its_contract_and_the_other_fees(cast):
    file = csv(
        "合同编号,服务商,签订日期,收费名称,金额,费率,多久收一次,收费从哪天起,收费到哪天止",
        "C-1,通联支付,2025-03-01,流量费,79,,,,", ",,,服务费,0,,,,", ",,,会员费,1.234,,,,", ",,,年费,,0.6,,,", ",,,月费,,,每旬,,",
        ",,,通讯费,9,,,2025-02-02,2025-02-01", ",,,押金,99.00,,,,", "C-2,通联支付,2030-01-01,流量费,1,,,,", ",,,服务费,2,,,,",
    )  # fmt: skip
    taken = take(cast.owner, "contracts", file)
    told = [(one["line"], one["column"]) for one in taken.rejected]
    assert told == [
        (3, "金额"), (4, "金额"), (5, "费率"), (6, "多久收一次"), (7, "收费到哪天止"), (9, "签订日期"), (10, ""),
    ]  # fmt: skip
    assert "第 9 行的合同" in taken.rejected[-1]["why"]
    assert counts(taken) == (1, 0, 0, 7)
    assert [fee["fee_code"] for fee in all_told(cast.owner, "contracts")[0]["fees"]] == ["押金", "流量费"]


def test_what_is_known_gets_its_gaps_filled_and_is_never_overwritten(cast):
    write(cast.owner, "terminals", from_on=None)
    write(cast.owner, "contracts", version="1")
    file = csv("终端号,商户编号,从哪天起,SN", f"20117765,{MID},2025-03-01,A1")
    assert counts(take(cast.owner, "terminals", file)) == (0, 1, 0, 0)
    assert counts(take(cast.owner, "terminals", csv("终端号,商户编号,SN", f"20117765,{MID},B2"))) == (0, 0, 0, 1)
    assert (all_told(cast.owner, "terminals")[0]["from_on"], all_told(cast.owner, "terminals")[0]["sn"]) == (
        "2025-03-01",
        "A1",
    )
    more = csv(
        "合同编号,服务商,收费名称,金额,收费从哪天起,第几条,条款原文",
        "C-2201,通联支付,年费,10,,,",
        ",,流量费,80,2025-03-01,,",
        ",,,,,7.3,另一句",
    )
    taken = take(cast.owner, "contracts", more)
    assert [(one["line"], one["column"]) for one in taken.rejected] == [(3, "金额"), (4, "条款原文")]
    contract = all_told(cast.owner, "contracts")[0]
    assert [(fee["fee_code"], fee["amount"]) for fee in contract["fees"]] == [("年费", "10.00"), ("流量费", "79.00")]


def test_the_columns_of_the_commands_are_read_by_their_names(cast):
    fees = csv(
        "number,provider,fee_code,tid,amount,rate,period,from,to,clause,notice_on",
        "C-1,Pay Co,data fee,20117765,36.00,,half-year,2025-01-01,2025-12-31,4.1,2024-12-01",
    )
    assert counts(take(cast.owner, "contracts", fees)) == (1, 0, 0, 0)
    assert all_told(cast.owner, "contracts")[0]["fees"] == [{
        "fee_code": "data fee", "tid": "20117765", "amount": "36.00", "rate": None, "period": "half-year", "from": "2025-01-01",
        "to": "2025-12-31", "clause": "4.1", "notice_on": "2024-12-01",
    }]  # fmt: skip
    links = csv(
        "old_tid,new_tid,cutover_from,cutover_to",
        "10483217,10597742,2026-09-22T13:30:00+08:00,2026-09-22T14:30:00+08:00",
        "30224418,30224902,2026-09-17,2026-09-17",
    )
    assert counts(take(cast.owner, "migrations", links)) == (2, 0, 0, 0)
    with tenancy.acting(cast.owner):
        kept = list(Migration.objects.order_by("old_tid").values_list("old_tid", "new_tid", "planned_on", "window"))
    assert kept == [
        ("10483217", "10597742", date(2026, 9, 22), "13:30-14:30"), ("30224418", "30224902", date(2026, 9, 17), ""),
    ]  # fmt: skip


def test_a_card_number_in_a_text_is_masked(cast):
    take(
        cast.owner,
        "notices",
        csv("什么通知,服务商,收到的日期,内容", "其他通知,通联支付,2026-08-06,卡 6222021234567894417 已扣"),
    )
    assert "6222021234567894417" not in all_told(cast.owner, "notices")[0]["text"]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_has_every_column_and_brings_nothing_by_itself(cast, name, language):
    from django.utils import translation

    with translation.override(language):
        content = record_sheets.template(NOUNS[name])
        book = openpyxl.load_workbook(io.BytesIO(content))
        header = [cell.value for cell in book.active[1]]
        assert header == [str(c.label) for c in COLUMNS[name] if not c.field.startswith("cutover")]
        assert len(set(header)) == len(header)
        with pytest.raises(Invalid):
            take(cast.owner, name, io.BytesIO(content))
        example = [str(cell.value or "").removeprefix("例：").removeprefix("e.g. ") for cell in book.active[2]]
    filled = {"terminals": "店", "notices": "", "migrations": "店", "contracts": ""}[name]
    row = ["" if filled and value in ("新街口店", "Main street") else value for value in example]
    assert counts(take(cast.owner, name, xlsx(header, row))) == (1, 0, 0, 0), "the example is a good row"


@pytest.mark.parametrize(
    "content", [b"", b"a,b,c\n1,2,3\n", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "终端号\n".encode(), b"PK\x03\x04broken"]
)
def test_what_is_no_table_of_records_is_refused_with_a_sentence(cast, content):
    with pytest.raises(Invalid) as refused:
        take(cast.owner, "terminals", io.BytesIO(content))
    assert str(refused.value)


def test_too_many_rows_are_refused_and_nothing_is_kept(cast):
    rows = [f"{10000000 + i}" for i in range(record_sheets.MOST_ROWS + 1)]
    with pytest.raises(Invalid, match="2,000"):
        take(cast.owner, "terminals", csv("终端号,商户编号", *(f"{tid}," for tid in rows)))
    assert all_told(cast.owner, "terminals") == []


def test_seats_keep_their_bounds_in_tables_too(cast):
    with pytest.raises(NotAllowed):
        take(cast.approver, "terminals", FILES["terminals"])
    with pytest.raises(NotAllowed):
        take(cast.store_a, "contracts", FILES["contracts"])
    taken = take(cast.store_a, "terminals", csv("终端号,门店", "20117765,新街口店", "20117766,鼓楼店"))
    assert (counts(taken), taken.rejected[0]["column"]) == ((1, 0, 0, 1), "门店")
    assert [one["tid"] for one in all_told(cast.store_b, "terminals")] == []
