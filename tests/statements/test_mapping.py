"""A layout nobody knows is read with the user's own words for its columns."""

import json
from decimal import Decimal

import pytest
import yaml

from merchants.statements import mapping
from merchants.statements.faults import StatementRefused, WrongUse
from tests.statements.reading import read

FILE = "店|机号|日子|时刻|种类|本金|费|实得|账户余额\nA1234567|12345678|2026-09-22|13:42:10|POS收单|268.00|1.61|266.39|9999.00\nA1234567|12345678|2026-09-22|13:50:00|违约扣收|0|0|-50.00|9949.00\n"
COLUMNS = {
    "店": "mid",
    "机号": "tid",
    "日子": "txn_on",
    "时刻": "txn_time",
    "种类": "txn_type",
    "本金": "gross",
    "费": "fee",
    "实得": "net",
    "账户余额": None,
}
TYPES = {"POS收单": "SALE", "违约扣收": "FEE"}


def toml(data: dict) -> str:
    columns = "".join(f'"{k}" = "{v}"\n' for k, v in data["columns"].items() if v)
    return f"[columns]\n{columns}[types]\n" + "".join(f'"{k}" = "{v}"\n' for k, v in data["types"].items())


@pytest.mark.parametrize(("kind", "write"), [("json", json.dumps), ("yaml", yaml.safe_dump), ("toml", toml)])
def test_a_mapping_in_each_notation_reads_the_file(kind, write):
    chosen = mapping.load(write({"columns": COLUMNS, "types": TYPES}), kind)
    records, report = read(FILE, mapping=chosen)
    assert report["format"] == "mapping" and report["rejected"] == []
    assert [(r.txn_type, r.direction, r.gross, r.net, r.mid, r.tid) for r in records] == [
        ("SALE", "C", Decimal("268.00"), Decimal("266.39"), "A1234567", "12345678"),
        ("FEE", "D", Decimal("50.00"), Decimal("-50.00"), "A1234567", "12345678"),
    ]
    assert records[0].txn_at.isoformat() == "2026-09-22T13:42:10+08:00"


def test_without_its_mapping_the_file_is_refused():
    with pytest.raises(StatementRefused):
        read(FILE)


def test_nothing_but_headers_and_fields_is_a_mapping():
    assert mapping.load(json.dumps(COLUMNS), "json").layout.own["机号"] == "tid"


def test_headers_that_are_not_mapped_keep_their_usual_meaning_and_null_takes_it_away():
    text = "日子,商户号,交易类型,交易金额,备注\n2026-09-22,A1234567,消费,5.00,午餐\n"
    assert read(text, mapping=mapping.load('{"日子": "txn_on"}', "json"))[0][0].memo == "午餐"
    assert read(text, mapping=mapping.load('{"日子": "txn_on", "备注": null}', "json"))[0][0].memo is None


def test_a_mapped_column_comes_before_an_alias_of_the_same_field():
    text = "日子,交易金额,实付,商户号,交易类型\n2026-09-22,6.00,5.00,A1,消费\n"
    chosen = mapping.load('{"日子": "txn_on", "实付": "gross"}', "json")
    assert read(text, mapping=chosen)[0][0].gross == Decimal("5.00")


def test_a_delimiter_may_be_named():
    chosen = mapping.load(json.dumps({"columns": COLUMNS, "types": TYPES, "delimiter": "|"}), "json")
    assert read(FILE.replace("POS收单", "POS收单,,,,,,,,,,,,"), mapping=chosen)[1]["lines"] == 2


@pytest.mark.parametrize(("text", "kind"), [
    ("{", "json"), ("[1]", "json"), ("{}", "json"), ("a = ", "toml"), ("a: [", "yaml"), ("just text", "yaml"), ('{"金额": "money"}', "json"),
    ('{"金额": ["gross"]}', "json"), ('{"a": "gross", "b": "gross"}', "json"), ('{"持卡人姓名": "memo"}', "json"), ('{"a": null}', "json"),
    ('{"columns": {"a": "gross"}, "extra": 1}', "json"), ('{"columns": {"a": "gross"}, "delimiter": "::"}', "json"),
    ('{"columns": {"a": "gross"}, "types": {"x": "STOLEN"}}', "json"), ('{"columns": {"a": "gross"}, "types": ["x"]}', "json"),
    ('{"columns": {"a": "gross"}, "types": {"x": ["SALE"]}}', "json"), ("a: &a [x]\nb: *a\n", "yaml"), ("[" * 5_000, "json"),
])  # fmt: skip
def test_a_mapping_that_makes_no_sense_is_refused_in_one_sentence(text, kind):
    with pytest.raises(WrongUse) as refused:
        mapping.load(text, kind)
    assert refused.value.exit_code == 2
    assert "\n" not in refused.value.text.zh + refused.value.text.en
