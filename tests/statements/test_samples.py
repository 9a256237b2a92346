"""The acquirers' formats of domain.md §1.8: the records that are expected, whatever a file does to their form."""

import json
import random
import resource
import time
from decimal import Decimal

import pytest

from tests.statements.reading import cells, read, sample, text_of, workbook

NAMES = ["acquirer", "allinpay"]


def expected(name: str) -> list[dict]:
    return [json.loads(line) for line in sample(f"{name}.expected.jsonl").splitlines()]


def essence(records) -> list[dict]:
    left_out = ("file_sha256", "card_hash", "raw_line")
    return [{k: v for k, v in r.as_dict().items() if v not in (None, {}) and k not in left_out} for r in records]


def table(name: str) -> list[list[str]]:
    return cells(sample(f"{name}.csv").replace("(15,2)", "").replace("(9,2)", ""))


def assert_same(name: str, data: bytes | str) -> dict:
    records, report = read(data)
    assert essence(records) == expected(name)
    assert (report["format"], report["rejected"]) == (name, [])
    assert report["lines"] == report["accepted"] == len(expected(name))
    return report


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_gives_the_expected_records(name):
    assert_same(name, sample(f"{name}.csv"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("encoding", "reported"),
    [("gb18030", "gb18030"), ("gbk", "gb18030"), ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"),
     ("utf-16-le", "utf-16"), ("utf-16-be", "utf-16")],
)  # fmt: skip
def test_the_encoding_makes_no_difference(name, encoding, reported):
    assert assert_same(name, sample(f"{name}.csv").encode(encoding))["encoding"] == reported


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_line_ends_make_no_difference(name, end, encoding):
    assert_same(name, sample(f"{name}.csv").replace("\n", end).encode(encoding))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mark", ["\t", ";", "|"])
def test_the_delimiter_makes_no_difference(name, mark):
    assert_same(name, "\n".join(mark.join(row) for row in table(name)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(5))
def test_reordered_and_extra_columns_make_no_difference(name, seed):
    chance = random.Random(seed)
    rows = table(name)
    width = len(rows[0])
    first = [0] if name == "acquirer" else []  # the footer's word stays in front
    order = first + chance.sample(range(len(first), width), width - len(first))
    extra = [[row[at] for at in order] + [f"额外{seed}" if n == 0 else "x"] for n, row in enumerate(rows)]
    assert_same(name, text_of(extra))


@pytest.mark.parametrize("name", NAMES)
def test_a_workbook_of_text_cells_gives_the_same(name):
    report = assert_same(name, workbook(table(name)))
    assert report["encoding"] == "xlsx"


def test_a_workbook_with_amounts_as_numbers_gives_the_same_money():
    rows = table("acquirer")
    for row in rows[1:]:
        for at in (13, 14, 15, 18):
            row[at] = float(row[at])
    records, report = read(workbook(rows))
    assert [(r.txn_type, r.gross, r.net) for r in records] == [
        ("SUMMARY", Decimal("18560.00"), Decimal("18448.64")),
        ("FEE", Decimal("2000.00"), Decimal("-2000.00")),
    ]
    assert report["control"]["ok"] is True


def test_the_control_totals_show_both_figures_of_each_column():
    _, report = read(sample("acquirer.csv"))
    assert report["control"]["ok"] is True
    assert [(c["column"], c["stated"], c["computed"], c["line"]) for c in report["control"]["checks"]] == [
        ("交易金额", "18560.00", "18560.00", 4),
        ("手续费", "111.36", "111.36", 4),
        ("其他扣款", "2000.00", "2000.00", 4),
        ("结算金额", "16448.64", "16448.64", 4),
    ]
    assert report["totals"] == {"gross": "18560.00", "fee": "111.36", "deduction": "2000.00", "net": "16448.64"}


def test_a_total_that_is_not_the_sum_is_shown_with_both_figures():
    _, report = read(sample("acquirer.csv").replace("2000.00,,,16448.64", "1000.00,,,16448.64"))
    assert report["control"]["ok"] is False
    wrong = [c for c in report["control"]["checks"] if not c["ok"]]
    assert [(c["column"], c["stated"], c["computed"]) for c in wrong] == [("其他扣款", "1000.00", "2000.00")]


def test_without_a_footer_nothing_is_claimed():
    _, report = read(sample("acquirer.csv").rpartition("合计")[0])
    assert report["control"] == {"ok": None, "checks": []}


def test_an_empty_day_is_a_header_and_a_footer_of_zeros():
    rows = table("acquirer")
    records, report = read(text_of([rows[0], ["合计", *[""] * 12, "0.00", "0.00", "0.00", "", "", "0.00", ""]]))
    assert (records, report["lines"], report["control"]["ok"]) == ([], 0, True)


def test_a_header_alone_is_an_empty_day():
    records, report = read(sample("allinpay.csv").splitlines()[0] + "\n")
    assert (records, report["lines"], report["control"]["ok"]) == ([], 0, None)


def test_one_line_is_enough():
    rows = table("acquirer")
    records, report = read(text_of([rows[0], rows[2]]).rstrip("\n"))
    assert [(r.txn_type, r.gross) for r in records] == [("FEE", Decimal("2000.00"))]
    assert report["accepted"] == 1


def test_title_and_remark_rows_are_not_data():
    lines = sample("acquirer.csv")
    records, report = read(
        f"某支付公司对账单\n商户：吴江好又邻便利店\n\n{lines}\n制表人：王五\n# 导出时间 2026-08-18\n"
    )
    assert essence(records) == expected("acquirer")
    assert report["control"]["checks"][0]["line"] == 7


def test_header_aliases_name_the_same_fields():
    text = sample("acquirer.csv")
    for old, new in {
        "参考号": "检索参考号",
        "凭证号": "POS流水号",
        "终端号": "设备号",
        "手续费": "商户手续费",
        "结算金额": "入账金额（元）",
    }.items():
        text = text.replace(f",{old},", f",{new},", 1)
    assert_same("acquirer", text)


def test_allinpay_without_a_header_is_known_by_its_columns():
    assert_same("allinpay", text_of(table("allinpay")[1:]))


def test_allinpay_never_shows_a_cardholder_or_a_whole_card_number():
    records, report = read(sample("allinpay.csv"))
    said = json.dumps([r.as_dict() for r in records] + [report], ensure_ascii=False)
    for secret in ("张三", "320501199001011234", "6222021234567894417", "持卡人姓名", "持卡人身份证"):
        assert secret not in said
    assert records[0].card_masked == records[1].card_masked == "622202******4417"
    assert records[0].card_hash and records[1].card_hash is None


def test_fifty_thousand_lines_are_read_in_seconds_and_little_memory():
    rows = table("allinpay")
    line = ",".join(rows[1]).replace("000187", "{trace:06}").replace("092213551023", "{rrn:012}")
    data = (",".join(rows[0]) + "\n" + "\n".join(line.format(trace=n % 10**6, rrn=n) for n in range(50_000))).encode(
        "gb18030"
    )
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    records, report = read(data)
    assert time.process_time() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
    assert (report["accepted"], report["totals"]["gross"]) == (50_000, "13400000.00")
    assert records[-1].line_no == 50_000 and records[-1].rrn == "000000049999"
