"""Hostile and broken text files: each gets its sentence with row and column, the good rows are offered all the same."""

import random
import time

import pytest

from merchants.statements.faults import StatementRefused
from tests.statements.reading import cells, read, sample, text_of

HEAD = "结算日期,商户编号,终端号,交易日期,交易时间,交易类型,参考号,卡号,交易金额,手续费,结算金额,备注"
COLUMNS = HEAD.split(",")
GOOD = (
    "2026-09-23,898301058120356,10483217,2026-09-22,13:42:10,消费,092213551023,622202******4417,268.00,1.61,266.39,午餐"
)


def with_cell(column: str, value: str) -> str:
    row = GOOD.split(",")
    row[COLUMNS.index(column)] = value
    return ",".join(row)


def file_of(*rows: str) -> str:
    return "\n".join([HEAD, *rows]) + "\n"


def rejected(data, accepted: int = 2) -> list[tuple[int, str]]:
    """Row and column of every reject, after making sure that the good rows were read."""
    records, report = read(data)
    assert len(records) == report["accepted"] == accepted
    assert report["lines"] == accepted + len(report["rejected"])
    assert all(reject["why"] for reject in report["rejected"])
    return [(reject["line"], reject["column"]) for reject in report["rejected"]]


BAD_CELLS = [
    ("交易金额", "NaN"), ("交易金额", "Infinity"), ("交易金额", "1e400"), ("交易金额", "1E3"), ("交易金额", "268.005"),
    ("交易金额", "1.234,56"), ("交易金额", "12,34"), ("交易金额", "abc"), ("交易金额", "0x10"), ("交易金额", "1234567890123.00"),
    ("交易金额", "-268.00"), ("交易金额", "(268.00)"), ("手续费", "1.6.1"), ("结算金额", "266.3９９"), ("交易金额", "１２.３４５"),
    ("交易日期", "2026-02-30"), ("交易日期", "1900-01-01"), ("交易日期", "2038-01-20"), ("交易日期", "2026-13-01"),
    ("交易日期", "22/09/2026"), ("结算日期", "0000-00-00"), ("结算日期", "99999"), ("交易时间", "25:00:00"), ("交易时间", "134260"),
    ("商户编号", "8.98E+14"), ("商户编号", "8.98305054110218E+14"), ("参考号", "9.22136E+11"), ("卡号", "6.22202E+18"),
    ("商户编号", "8983010581203567"), ("终端号", "=1+1"), ("终端号", "１０４８３２１７９"), ("卡号", "62220212"),
    ("交易类型", "预授权"), ("交易类型", "查询"), ("交易类型", "什么"), ("交易类型", ""),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value"), BAD_CELLS)
def test_a_bad_cell_costs_its_row_and_is_named(column, value):
    value = f'"{value}"' if "," in value else value
    assert rejected(file_of(GOOD, with_cell(column, value), GOOD)) == [(3, column)]


@pytest.mark.parametrize(("column", "value"), [
    ("交易金额", "￥268.00"), ("交易金额", "268.00元"), ("交易金额", "'268"), ("交易金额", "２６８．００"), ("交易金额", '"1,268.00"'),
    ("交易金额", "268"), ("交易金额", "268.0"), ("手续费", "-0"), ("手续费", ""), ("手续费", "--"), ("结算金额", "+266.39"),
    ("交易日期", "20260922"), ("交易日期", "2026/9/22"), ("交易日期", "2026年9月22日"), ("交易日期", "46287"), ("交易日期", "２０２６-09-22"),
    ("交易时间", "134210"), ("交易时间", "13:42"), ("交易时间", "2026-09-22 13:42:10"), ("交易时间", "2026-09-22T05:42:10Z"),
    ("交易日期", "2026-09-22 00:00:00"), ("商户编号", "'898301058120356"), ("终端号", "１０４８３２１７"), ("卡号", "6222021234567894417"),
    ("卡号", ""), ("备注", '"午餐,加饮料"'), ("备注", '"第一行\n第二行"'), ("备注", '他说""好""'), ("交易类型", " 消费 "),
])  # fmt: skip
def test_every_usual_way_of_writing_a_cell_is_read(column, value):
    assert rejected(file_of(GOOD, with_cell(column, value), GOOD), 3) == []


def test_the_sentence_names_the_value_and_what_to_do():
    _, report = read(file_of(with_cell("商户编号", "8.98E+14")))
    assert "8.98E+14" in report["rejected"][0]["why"] and "文本" in report["rejected"][0]["why"]


def test_a_sentence_never_quotes_a_whole_card_number():
    _, report = read(file_of(with_cell("交易金额", "6222021234567894417")))
    assert "6222021234567894417" not in report["rejected"][0]["why"]


def test_a_foreign_currency_is_refused_by_row():
    text = "\n".join([f"{HEAD},币种", f"{GOOD},CNY", f"{GOOD},USD", f"{GOOD},人民币"])
    assert rejected(text) == [(3, "币种")]


def test_ragged_rows_are_named_with_the_first_column_missing_or_too_many():
    short, long = GOOD.rpartition(",")[0], GOOD + ",多余"
    assert rejected(file_of(GOOD, short, long, GOOD)) == [(3, "备注"), (4, "#13")]


def test_blank_cells_beyond_the_header_do_no_harm():
    assert rejected(file_of(GOOD + ",,", GOOD)) == []


def test_blank_lines_keep_the_physical_line_numbers():
    assert rejected(file_of("", GOOD, "", ",,,,,,,,,,,", with_cell("交易金额", "x"), GOOD)) == [(6, "交易金额")]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_numbers_hold_with_every_line_end(end):
    text = file_of(GOOD, with_cell("备注", '"甲\n乙"'), with_cell("交易金额", "x"), GOOD).replace("\n", end)
    assert rejected(text.encode("gb18030"), 3) == [(5, "交易金额")]


def test_an_unclosed_quote_spoils_its_own_row_only():
    assert rejected(file_of(GOOD, with_cell("备注", '"午餐'), GOOD)) == [(3, "备注")]


def test_an_unclosed_quote_does_not_pair_with_one_further_down():
    rows = [GOOD, with_cell("备注", '"午餐'), GOOD, with_cell("备注", '晚餐"'), GOOD]
    records, report = read(file_of(*rows))
    assert [reject["line"] for reject in report["rejected"]] == [3]
    assert [record.line_no for record in records] == [1, 3, 4, 5]


def test_an_unclosed_quote_on_the_last_line_is_named():
    assert rejected(file_of(GOOD, GOOD, with_cell("终端号", '"10483217'))) == [(4, "备注")]


def test_invalid_bytes_are_named_by_row_and_column():
    for encoding in ("utf-8", "gb18030"):
        lines = file_of(GOOD, GOOD, GOOD).encode(encoding).split(b"\n")
        lines[2] = lines[2].replace(b"622202******4417", b"622202\xff\xff4417")
        assert rejected(b"\n".join(lines)) == [(3, "卡号")]


def test_a_cut_character_in_a_utf8_file_is_damage_and_not_another_word():
    lines = file_of(GOOD, GOOD.replace("午餐", "午餐加饮料"), GOOD).encode().split(b"\n")
    lines[2] = lines[2][:-1]
    assert rejected(b"\n".join(lines)) == [(3, "备注")]


def test_lines_of_two_encodings_are_each_read_in_their_own():
    head, first, second = HEAD.encode(), GOOD.encode("gb18030"), GOOD.replace("午餐", "晚餐").encode()
    records, report = read(b"\n".join([head, first, second]))
    assert [record.memo for record in records] == ["午餐", "晚餐"]
    assert (report["encoding"], report["rejected"]) == ("mixed", [])


def test_a_nul_is_named_by_row_and_column():
    assert rejected(file_of(GOOD, with_cell("参考号", "0922\x0013551"), GOOD)) == [(3, "参考号")]


def test_a_field_of_ten_megabytes_is_named_and_costs_little():
    start = time.process_time()
    assert rejected(file_of(GOOD, with_cell("参考号", "9" * 10_000_000), GOOD)) == [(3, "参考号")]
    assert time.process_time() - start < 5


def test_a_row_of_a_hundred_thousand_columns_is_named():
    assert rejected(file_of(GOOD, GOOD + ",x" * 100_000, GOOD)) == [(3, "#13")]


REFUSED = {
    "empty": b"", "blank lines only": b"\r\n\n  \n", "a byte order mark only": b"\xef\xbb\xbf",
    "html": b"\xef\xbb\xbf <!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>", "table": "<table><tr><td>对账单".encode("gb18030"),
    "pdf": b"%PDF-1.7\n%\xe2\xe3", "png": b"\x89PNG\r\n\x1a\n" + bytes(100), "gzip": b"\x1f\x8b\x08" + bytes(50),
    "rar": b"Rar!\x1a\x07\x00", "old excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
    "xml": b"<?xml version='1.0'?><a/>", "junk": bytes(range(256)) * 40, "prose": "今天天气很好。\n我们去公园，吃饭，散步。".encode(),
    "other table": "姓名,年龄,城市\n甲,1,苏州\n".encode(), "a hundred thousand columns": b",".join([b"a"] * 100_000) + b"\n1,2\n",
}  # fmt: skip
REASONS = {
    "empty": "empty", "blank lines only": "empty", "a byte order mark only": "empty", "html": "html", "table": "html",
    "pdf": "other_type", "png": "other_type", "gzip": "archive", "rar": "archive", "old excel": "old_excel",
    "encrypted": "encrypted", "xml": "other_type", "junk": "binary", "prose": "no_header", "other table": "no_header",
    "a hundred thousand columns": "too_wide",
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_statement_gets_its_sentence(what):
    with pytest.raises(StatementRefused) as refused:
        read(REFUSED[what])
    assert refused.value.reason == REASONS[what]
    assert refused.value.text.zh.endswith("。") and refused.value.text.en.endswith(".")


def test_a_column_named_twice_is_refused_with_both_places():
    with pytest.raises(StatementRefused) as refused:
        read(f"{HEAD},交易金额\n{GOOD},1.00\n")
    assert refused.value.reason == "header_twice"
    assert "第 9 列和第 13 列" in refused.value.text.zh


def test_two_names_of_one_amount_are_refused_and_not_chosen_between():
    with pytest.raises(StatementRefused) as refused:
        read(f"{HEAD},入账金额\n{GOOD},1.00\n")
    assert refused.value.reason == "header_same"


@pytest.mark.parametrize("missing", ["交易金额,手续费,结算金额,", "结算日期,"])
def test_a_header_without_day_or_amount_is_refused(missing):
    head = HEAD.replace(missing, "").replace("交易日期,", "") if missing == "结算日期," else HEAD.replace(missing, "")
    with pytest.raises(StatementRefused) as refused:
        read(f"{head}\n{GOOD}\n")
    assert refused.value.reason == "no_header"


def test_a_format_that_does_not_fit_is_refused():
    with pytest.raises(StatementRefused) as refused:
        read(file_of(GOOD), format="allinpay")
    assert refused.value.reason == "not_this_format"


def test_a_deduction_column_alone_names_the_column_that_a_sale_lacks():
    text = "交易日期,商户编号,交易类型,其他扣款\n2026-09-22,A1,消费,5.00\n"
    assert rejected(text, 0) == [(2, "其他扣款")]


def test_no_row_is_taken_for_a_remark_when_its_first_cell_is_a_dash_or_a_name():
    head, good = HEAD.replace("结算日期,", "结算日期,商户名称,"), GOOD.replace("2026-09-23,", "-,合计餐饮,")
    named = "商户名称,商户编号,交易日期,交易类型,交易金额\n合计餐饮,A1,2026-09-22,消费,5.00\n小计,,,,5.00\n甲,A1,2026-09-22,消费,x\n"
    assert rejected(f"{head}\n{good}\n{good}\n") == []
    assert rejected(named, 1) == [(4, "交易金额")]


def test_whatever_is_done_to_a_sample_it_is_read_or_refused_in_a_sentence():
    chance = random.Random(20260922)
    junk = [
        b'"',
        b",",
        b"\r",
        b"\n",
        b"\x00",
        b"\xff",
        b"\xe5",
        b"E+14",
        b"(",
        b"\xa3\xb1",
        b"9" * 400,
        b"e999999999",
        b";",
    ]
    for _ in range(1_500):
        data = bytearray(
            sample(chance.choice(["acquirer.csv", "allinpay.csv"])).encode(
                chance.choice(["utf-8", "gb18030", "utf-16"])
            )
        )
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data))
            data[at : at + chance.choice([0, 0, 1, 20])] = chance.choice(junk)
        try:
            records, report = read(bytes(data))
        except StatementRefused as refused:
            assert refused.text.zh and refused.text.en
        else:
            assert report["lines"] == report["accepted"] + len(report["rejected"])
            assert {record.line_no for record in records} <= set(range(1, report["lines"] + 1))


def test_genuine_twins_and_repeated_rows_all_stay():
    records, _ = read(file_of(GOOD, GOOD, GOOD))
    assert [record.line_no for record in records] == [1, 2, 3]
    assert len({record.rrn for record in records}) == 1


def test_the_same_bytes_have_the_same_hash_and_reordered_rows_another():
    rows = cells(sample("acquirer.csv"))
    one, again, other = (read(text_of(r))[1]["sha256"] for r in (rows, rows, [rows[0], rows[2], rows[1], rows[3]]))
    assert one == again != other
