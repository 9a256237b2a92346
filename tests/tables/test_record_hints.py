"""What a merchant's records say beside a line: each rule where it holds, and silent one step beside it."""

import re
from datetime import date
from decimal import Decimal
from itertools import count
from types import SimpleNamespace

import pytest

from cases import reasons
from cases.record_finds import Records, clause_number, same_fee
from cases.record_hints import RULES, hints
from merchants.records import KINDS

MID = "898305054110218"
_ids = count(1)


def row(**columns):
    return SimpleNamespace(pk=next(_ids), **columns)


def line(on="2026-08-17", amount="2000.00", **more):
    given = {"position": 1, "mid": MID, "tid": "20117765", "fee_name": "", "clause": "", **more}
    return row(on=date.fromisoformat(on), amount=Decimal(amount), **given)


def days(**told) -> dict:
    return {name: date.fromisoformat(value) if value else None for name, value in told.items()}


def terminal(tid="20117765", mid=MID, first=None, last=None):
    return row(tid=tid, mid=mid, **days(from_on=first, to_on=last))


def move(old="20117765", new="", planned=None, done=None, mid=MID):
    return row(old_tid=old, new_tid=new, mid=mid, **days(planned_on=planned, done_on=done))


def contract(*fees, clauses=()) -> dict:
    one = row(number="C-1")
    kept = [
        row(contract_id=one.pk, fee_code=fee[0], tid="", clause="", amount=fee[1] and Decimal(fee[1]), rate=None, period=fee[2] if len(fee) > 2 else "",
            **days(from_on=None, to_on=None, notice_on=None))
        for fee in fees
    ]  # fmt: skip
    return {
        "contracts": [one],
        "fees": kept,
        "clauses": [row(contract_id=one.pk, number=n, text=t) for n, t in clauses],
    }


def notice(arrived, kind="DEDUCTION", tid="20117765", until=None):
    return row(kind=kind, tid=tid, **days(arrived_on=arrived, object_until=until))


def said(*lines, **records) -> list[str]:
    return [hint.rule.name for hint in hints(list(lines), Records(**records))]


def visit(of, on, by="provider"):
    return row(migration_id=of.pk, missed_by=by, **days(on=on))


HELD = {
    "after_close": ({"terminals": [terminal(last="2026-08-16")]}, line()),
    "before_use": ({"terminals": [terminal(first="2026-08-18")]}, line()),
    "swapped": ({"migrations": [move(new="20993301", done="2026-08-10")]}, line()),
    "planned_later": ({"migrations": [move(planned="2026-08-18")]}, line()),
    "done_late": ({"migrations": [move(planned="2026-08-05", done="2026-08-10")]}, line()),
    "fee_unknown": (contract(("流量费", "79")), line(fee_name="占用费")),
    "fee_differs": (contract(("流量费", "79")), line(fee_name="流量费", amount="99")),
    "fee_agreed": (contract(("占用费", "200", "day")), line(fee_name="逾期未迁移占用费")),
    "clause_says": (contract(clauses=[("7.3", "每日 200 元")]), line(clause="协议第7.3条")),
    "clause_unknown": (contract(clauses=[("7.2", "…")]), line(clause="7.3")),
    "warned_late": ({"notices": [notice("2026-08-18")]}, line()),
    "warned_in_time": ({"notices": [notice("2026-08-17")]}, line()),
}  # fmt: skip
BESIDE = {
    "after_close": ({"terminals": [terminal(last="2026-08-17")]}, line()),
    "before_use": ({"terminals": [terminal(first="2026-08-17")]}, line()),
    "swapped": ({"migrations": [move(new="20993301", done="2026-08-17")]}, line()),
    "planned_later": ({"migrations": [move(planned="2026-08-17")]}, line()),
    "done_late": ({"migrations": [move(planned="2026-08-05", done="2026-08-05")]}, line()),
    "fee_unknown": (contract(), line(fee_name="占用费")),
    "fee_differs": (contract(("流量费", "79")), line(fee_name="流量费", amount="79")),
    "fee_agreed": (contract(("占用费", "200", "once")), line(fee_name="占用费")),
    "clause_says": (contract(clauses=[("7.3", "每日 200 元")]), line(clause="7.30")),
    "clause_unknown": (contract(), line(clause="7.3")),
    "warned_late": ({"notices": [notice("2026-08-18", tid="30000001")]}, line()),
    "warned_in_time": ({"notices": [notice("2026-08-17", kind="MIGRATION")]}, line()),
}  # fmt: skip


@pytest.mark.parametrize("rule", HELD)
def test_a_rule_speaks_where_it_holds_and_is_silent_beside(rule):
    records, one = HELD[rule]
    assert rule in said(one, **records)
    records, one = BESIDE[rule]
    assert rule not in said(one, **records)


def test_a_terminal_of_another_merchant_number_is_another_terminal():
    assert said(line(mid="1"), terminals=[terminal(last="2026-01-01")]) == []
    assert said(line(mid=""), terminals=[terminal(last="2026-01-01")]) == ["after_close"]
    assert said(line(tid=""), terminals=[terminal(tid="", last="2026-01-01")]) == []


def test_a_visit_that_the_provider_missed_points_at_it_and_one_that_we_missed_at_us():
    of = move(planned="2026-08-05", done="2026-08-18")
    records = {"migrations": [of], "visits": [visit(of, "2026-08-05"), visit(of, "2026-08-06")]}
    [hint] = [one for one in hints([line()], Records(**records)) if one.rule.name == "missed_by_provider"]
    assert (hint.rule.points, hint.rule.at) == ("C1", "provider")
    assert (
        hint.text.zh
        == "终端 20117765 的移机，约好的 2026-08-05、2026-08-06 服务商没有来；2026-08-17 扣的 ¥2,000.00 在那之后。"
    )
    ours = Records(migrations=[of], visits=[visit(of, "2026-08-05", "merchant")])
    assert [(one.rule.name, one.rule.at) for one in hints([line()], ours)] == [("missed_by_us", "merchant")]
    assert said(line(on="2026-08-04"), **records) == ["planned_later"], "a visit after the deduction says nothing of it"


def test_a_deduction_of_the_moved_terminal_speaks_of_its_new_number_too():
    of = move(new="20993301", planned="2026-08-05")
    assert said(line(tid="20993301"), migrations=[of], visits=[visit(of, "2026-08-05")]) == ["missed_by_provider"]


def test_a_fee_outside_its_time_and_one_announced_later():
    told = contract(("流量费", "79"))
    told["fees"][0].to_on = date(2026, 8, 16)
    [hint] = hints([line(fee_name="流量费", amount="79")], Records(**told))
    assert (hint.rule.name, hint.rule.points) == ("fee_out_of_time", "C11") and "到 2026-08-16 为止" in hint.text.zh
    told["fees"][0].to_on, told["fees"][0].from_on = None, date(2026, 8, 18)
    assert said(line(fee_name="流量费", amount="79"), **told) == ["fee_out_of_time"]
    told["fees"][0].from_on, told["fees"][0].notice_on = None, date(2026, 8, 18)
    assert said(line(fee_name="流量费", amount="79"), **told) == ["fee_before_notice", "fee_agreed"]


def test_a_fee_for_another_terminal_is_not_this_ones():
    told = contract(("流量费", "99"))
    told["fees"][0].tid = "30000001"
    assert said(line(fee_name="流量费"), **told) == []


def test_of_several_fees_of_a_name_one_that_fits_is_enough():
    told = contract(("流量费", "79"), ("流量费", "99"))
    assert said(line(fee_name="流量费", amount="99"), **told) == ["fee_agreed"]


def test_an_objection_that_was_still_open_is_named():
    assert said(line(), notices=[notice("2026-08-10", until="2026-08-17")]) == ["warned_in_time", "objection_open"]
    assert said(line(), notices=[notice("2026-08-10", until="2026-08-16")]) == ["warned_in_time"]


def test_a_notice_in_time_silences_one_that_came_later():
    assert said(line(), notices=[notice("2026-08-18"), notice("2026-08-10")]) == ["warned_in_time"]


def test_several_lines_of_one_record_are_one_hint_that_counts_them():
    lines = [line(on=f"2026-08-{day}") for day in (17, 18, 19)]
    [hint] = hints(lines, Records(terminals=[terminal(last="2026-08-16")]))
    assert "3 笔扣款（2026-08-17 ~ 2026-08-19）" in hint.text.zh and "3 deductions" in hint.text.en


def test_without_records_nothing_is_said():
    assert said(line(fee_name="流量费", clause="7.3")) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("流量费", "流量费", True),
        ("逾期未迁移占用费", "占用费", True),
        ("流量费（半年）", "流量费", True),
        ("服务费", "流量费", False),
        ("费", "流量费", False),
    ],
)
def test_names_of_a_fee_are_one_when_the_statement_only_adds_words(one, other, same):
    assert same_fee(one, other) is same is same_fee(other, one)


@pytest.mark.parametrize(
    ("text", "number"), [("第 7.3 条", "7.3"), ("协议7.3", "7.3"), ("７．３", "7.3"), ("第七条", "七"), ("7", "7")]
)
def test_a_clause_is_known_by_its_number(text, number):
    assert clause_number(text) == number


def test_the_table_points_only_at_causes_that_are_there_and_passes_no_verdict():
    assert {rule.points for rule in RULES} - {""} <= set(reasons.CAUSES)
    assert {rule.at for rule in RULES} <= {"", "provider", "merchant"} and {rule.kind for rule in RULES} <= set(KINDS)
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert not re.search(r"应当|必须|违法|胜诉|责任在|\b(must|illegal|liable|win)\b", rule.says.zh + rule.says.en)
        fields = [set(re.findall(r"{(\w+)}", text)) for text in (rule.says.zh, rule.says.en)]
        assert fields[0] == fields[1], rule.name
