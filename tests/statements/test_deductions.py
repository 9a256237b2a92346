"""Which movement a row is and which way the money went; sales, deductions, holds and reserves are never one sum."""

from decimal import Decimal

import pytest

from tests.statements.reading import read

HEAD = "结算日期,商户编号,终端号,交易日期,交易时间,交易类型,交易金额,手续费,其他扣款,扣款名称,扣款依据,结算金额,备注"


def rows(*lines: str, footer: str = ""):
    dated = [f"2026-08-17,898305054110218,20117765,{line}" for line in lines]
    return read("\n".join([HEAD, *dated, *([footer] if footer else [])]))


def one(line: str):
    records, report = rows(line)
    assert report["rejected"] == [], report["rejected"]
    assert len(records) == 1
    return records[0]


@pytest.mark.parametrize(("line", "kind", "direction", "gross", "name"), [
    (",,扣款,0.00,0.00,2000.00,逾期未迁移占用费,协议7.3,-2000.00,", "FEE", "D", "2000.00", "逾期未迁移占用费"),
    (",,扣款,,,2000.00,逾期未迁移占用费,协议7.3,,", "FEE", "D", "2000.00", "逾期未迁移占用费"),
    (",,扣款,2000.00,,,占用费,,,", "FEE", "D", "2000.00", "占用费"),
    (",,扣款,-2000.00,,,占用费,,,", "FEE", "D", "2000.00", "占用费"),
    (",,扣款,,,,占用费,,-2000.00,", "FEE", "D", "2000.00", "占用费"),
    (",,,,,99.00,流量费,,,", "FEE", "D", "99.00", "流量费"),
    (",,流量费,99.00,,,,,-99.00,", "FEE", "D", "99.00", "流量费"),
    (",,扣款,,,299.00,押金,,-299.00,", "DEPOSIT", "D", "299.00", "押金"),
    (",,扣款,,,500.00,风险保证金,,-500.00,", "DEPOSIT", "D", "500.00", "风险保证金"),
    (",,冻结,3000.00,,,,,-3000.00,", "HOLD", "D", "3000.00", "冻结"),
    (",,解冻,3000.00,,,,,3000.00,", "RELEASE", "C", "3000.00", "解冻"),
    (",,短款调账,-1530.00,,,,,-1530.00,", "ADJUST", "D", "1530.00", "短款调账"),
    (",,调账,1530.00,,,,,1530.00,", "ADJUST", "C", "1530.00", "调账"),
    (",,退费,2000.00,,,逾期未迁移占用费,,2000.00,", "FEE", "C", "2000.00", "逾期未迁移占用费"),
    (",,扣款退回,,,-2000.00,逾期未迁移占用费,,2000.00,", "FEE", "C", "2000.00", "逾期未迁移占用费"),
    (",,扣款,,,-2000.00,逾期未迁移占用费,,2000.00,", "FEE", "C", "2000.00", "逾期未迁移占用费"),
    (",,扣款,,,-2000.00,逾期未迁移占用费,,-2000.00,", "FEE", "D", "2000.00", "逾期未迁移占用费"),
    (",,提现,1000.00,,,,,1000.00,", "WITHDRAW", "D", "1000.00", "提现"),
])  # fmt: skip
def test_a_row_that_is_only_a_deduction(line, kind, direction, gross, name):
    record = one(line)
    assert (record.txn_type, record.direction, str(record.gross), record.fee_code) == (kind, direction, gross, name)
    assert record.fee is None


def test_the_memo_of_a_deduction_is_its_clause_and_its_notice():
    assert one(",,扣款,,,2000.00,占用费,协议7.3,-2000.00,通知号KK20260817001").memo == "协议7.3 通知号KK20260817001"


@pytest.mark.parametrize(("line", "kind", "direction", "gross", "fee", "net"), [
    ("2026-08-16,13:42:10,消费,268.00,1.61,,,,266.39,", "SALE", "C", "268.00", "1.61", "266.39"),
    ("2026-08-16,13:42:10,消费,268.00,-1.61,,,,266.39,", "SALE", "C", "268.00", "1.61", "266.39"),
    ("2026-08-16,13:42:10,退货,-268.00,-1.61,,,,-266.39,", "REFUND", "D", "268.00", "-1.61", "-266.39"),
    ("2026-08-16,13:42:10,退货,268.00,1.61,,,,266.39,", "REFUND", "D", "268.00", "-1.61", "-266.39"),
    ("2026-08-16,13:42:10,退货,268.00,1.00,,,,-269.00,", "REFUND", "D", "268.00", "1.00", "-269.00"),
    ("2026-08-16,13:42:10,消费撤销,268.00,0.00,,,,-268.00,", "VOID", "D", "268.00", "0.00", "-268.00"),
    ("2026-08-16,13:42:10,消费冲正,268.00,0.00,,,,-268.00,", "REVERSAL", "D", "268.00", "0.00", "-268.00"),
    ("2026-08-16,13:42:10,预授权完成,268.00,1.61,,,,266.39,", "PREAUTH_DONE", "C", "268.00", "1.61", "266.39"),
])  # fmt: skip
def test_a_sale_and_its_ways_back(line, kind, direction, gross, fee, net):
    record = one(line)
    assert (record.txn_type, record.direction) == (kind, direction)
    assert (str(record.gross), f"{record.fee:.2f}", str(record.net)) == (gross, fee, net)


@pytest.mark.parametrize("net", ["256.39", "266.39"])
def test_a_sale_with_a_deduction_beside_it_gives_both_and_mixes_neither(net):
    records, report = rows(f"2026-08-16,13:42:10,消费,268.00,1.61,10.00,流量费,协议4.1,{net},通知号K1")
    sale, fee = records
    assert (sale.txn_type, sale.gross, sale.fee, sale.net) == (
        "SALE",
        Decimal("268.00"),
        Decimal("1.61"),
        Decimal("266.39"),
    )
    assert (fee.txn_type, fee.direction, fee.gross, fee.net) == ("FEE", "D", Decimal("10.00"), Decimal("-10.00"))
    assert (fee.fee_code, fee.memo, fee.tid) == ("流量费", "协议4.1 通知号K1", "20117765")
    assert [(r.line_no, r.part) for r in records] == [(1, 0), (1, 1)]
    assert (report["lines"], report["accepted"]) == (1, 1)


def test_a_days_summary_counts_once_where_its_sales_are_listed_too():
    sales = [f"2026-08-16,1{n}:00:00,消费,100.00,0.60,,,,99.40," for n in range(3)]
    summary = "2026-08-16,,日汇总,300.00,1.80,0.00,,,298.20,"
    footer = "合计,,,,,,300.00,1.80,0.00,,,298.20,"
    _, report = rows(*sales, summary, footer=footer)
    assert report["totals"]["gross"] == "300.00" and report["control"]["ok"] is True
    assert {check["scope"] for check in report["control"]["checks"]} == {"summary", "footer"}
    _, report = rows(*sales[:2], summary)
    assert report["control"]["ok"] is False


def test_a_summary_alone_stands_for_its_sales_and_names_its_deduction():
    records, report = rows("2026-08-16,,日汇总,300.00,1.80,59.00,服务费,协议4.1,239.20,")
    assert [(r.txn_type, str(r.gross)) for r in records] == [("SUMMARY", "300.00"), ("FEE", "59.00")]
    assert report["totals"]["deduction"] == "59.00"


def test_refunds_printed_without_a_sign_may_be_subtracted_in_the_total():
    lines = ["2026-08-16,13:00:00,消费,300.00,0.00,,,,300.00,", "2026-08-16,14:00:00,退货,100.00,0.00,,,,100.00,"]
    for total in ("200.00", "400.00"):
        _, report = rows(*lines, footer=f"合计,,,,,,{total},0.00,,,,{total},")
        assert report["control"]["ok"] is True
    assert rows(*lines, footer="合计,,,,,,250.00,0.00,,,,250.00,")[1]["control"]["ok"] is False


def test_subtotals_and_the_total_are_each_compared():
    part = "2026-08-16,13:00:00,消费,100.00,0.00,,,,100.00,"
    lines = [part, part]
    text = "\n".join([HEAD, *[f"2026-08-17,898305054110218,20117765,{line}" for line in lines], "小计,,,,,,200.00,,,,,,",
                      f"2026-08-17,898305054110218,20117765,{part}", "小计,,,,,,100.00,,,,,,", "总计,,,,,,300.00,,,,,,"])  # fmt: skip
    _, report = read(text)
    assert [(check["stated"], check["ok"]) for check in report["control"]["checks"]] == [
        ("200.00", True),
        ("100.00", True),
        ("300.00", True),
    ]


@pytest.mark.parametrize(("line", "column"), [
    (",,扣款,0.00,0.00,0.00,占用费,,0.00,", "其他扣款"), (",,扣款,,,,占用费,,,", "交易金额"), ("2026-08-16,13:42:10,消费,,1.61,,,,,", "交易金额"),
    (",,,,,,,,,备注", "交易类型"), ("2026-08-16,13:42:10,预授权,268.00,,,,,,", "交易类型"),
])  # fmt: skip
def test_a_row_without_a_movement_of_money_is_named(line, column):
    records, report = rows(line)
    assert records == [] and [r["column"] for r in report["rejected"]] == [column]


def test_a_day_without_a_time_is_never_made_into_an_instant():
    record = one("2026-08-16,,消费,268.00,1.61,,,,266.39,")
    assert record.txn_at is None and record.txn_on.isoformat() == "2026-08-16"


def test_without_a_type_column_only_what_is_certain_is_read():
    text = "交易日期,商户编号,交易金额\n2026-08-16,898305054110218,5.00\n2026-08-16,898305054110218,-5.00\n"
    records, report = read(text)
    assert [r.txn_type for r in records] == ["SALE"]
    assert [(r["line"], r["column"]) for r in report["rejected"]] == [(3, "交易金额")]
