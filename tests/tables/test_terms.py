"""Terms of an offer: how they are read, what is refused, what they bring, their words, and the obligations that follow.

Case C of the field's worked cases gives the figures of the mixed one.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cases import duties, termfaults, terms
from cases.inputs.talks import MakeOfferInput
from cases.termfaults import Claimed
from config.http import faults_of
from tests.law.book import CALENDAR

TODAY = date(2026, 10, 20)
CLAIM = [Claimed(1, Decimal("2000.00"))]
TWO = [Claimed(1, Decimal("300.00")), Claimed(2, Decimal("500.00"), Decimal("120.00"))]
CASE_C = [
    {"type": "REFUND", "amount": "300.00", "due_in": {"n": 1, "unit": "bd"}},
    {"type": "EXTEND_TERM", "instalments": [{"amount": "59.00", "due_on": day} for day in ("2026-11-10", "2026-12-10", "2027-01-10")]},
]  # fmt: skip
MOVE = {"type": "RESCHEDULE_MIGRATION", "tid": "20117765", "new_date": "2026-11-02", "window": "上午"}


def wrong(*rows: dict, claim=CLAIM, on: date = TODAY) -> dict[str, str]:
    """Pointer → code of everything that is refused, by the reader of the input or by the terms as a whole."""
    serializer = MakeOfferInput(data={"terms": list(rows)})
    if not serializer.is_valid():
        return {fault.pointer: fault.code for fault in faults_of(serializer.errors)}
    found = termfaults.faults(terms.read(serializer.validated_data["terms"]), claim, on)
    return {fault.pointer: fault.code for fault in found}


def kept(*rows: dict, claim=CLAIM) -> list[terms.Term]:
    """Terms as an offer keeps them, read back from their JSON."""
    assert not wrong(*rows, claim=claim)
    serializer = MakeOfferInput(data={"terms": list(rows)})
    serializer.is_valid(raise_exception=True)
    ready = termfaults.made_ready(terms.read(serializer.validated_data["terms"]), claim)
    again = terms.read(terms.as_json(ready))
    assert again == ready
    return again


def said(*rows: dict, claim=CLAIM) -> list[str]:
    return [text.zh for text in terms.words(kept(*rows, claim=claim))]


def owed(*rows: dict, claim=CLAIM, on: str = "2026-10-20") -> list[tuple]:
    found = duties.duties(kept(*rows, claim=claim), date.fromisoformat(on), CALENDAR)
    return [(one.kind, one.debtor, one.amount and str(one.amount), str(one.due_on)) for one in found]


# -- reading ------------------------------------------------------------------------------------------------------


def test_a_refund_goes_to_the_merchant_and_a_later_charge_to_the_provider_where_nobody_says_so():
    refund, later = kept(
        {"type": "REFUND", "amount": "100.00"}, {"type": "EXTEND_TERM", "amount": "59", "due_on": "2026-11-10"}
    )
    assert (refund.payer, refund.payee) == ("provider", "merchant")
    assert (later.payer, later.payee) == ("merchant", "provider")


def test_a_payment_without_a_day_is_due_ten_working_days_after_the_agreement_and_says_so():
    assert said({"type": "REFUND", "amount": "1,000.00"}) == [
        "服务商退还商户 ¥1,000.00（壹仟元整），协议生效后 10 个工作日内"
    ]


def test_a_new_amount_gives_back_the_difference_to_what_is_not_back_yet():
    (adjusted,) = kept({"type": "ADJUST_AMOUNT", "amount": "100.00", "lines": [2]}, claim=TWO)
    assert adjusted.difference == Decimal("280.00")
    assert terms.net([adjusted]) == Decimal("280.00")


def test_a_new_amount_with_the_refund_that_pays_it_counts_once():
    both = kept({"type": "ADJUST_AMOUNT", "amount": "1500.00"}, {"type": "REFUND", "amount": "500.00"})
    assert terms.net(both) == Decimal("500.00")
    assert [
        row[0] for row in owed({"type": "ADJUST_AMOUNT", "amount": "1500.00"}, {"type": "REFUND", "amount": "500.00"})
    ] == ["REFUND"]


def test_a_deduction_can_be_reduced_to_nothing():
    assert terms.net(kept({"type": "ADJUST_AMOUNT", "amount": "0.00"})) == Decimal("2000.00")


# -- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "pointer", "code"),
    [
        ({"type": "REFUND", "amount": "2000.01"}, "/terms/0/amount", "above"),
        ({"type": "REFUND", "amount": "0"}, "/terms/0/amount", "zero"),
        ({"type": "REFUND", "amount": "-5"}, "/terms/0/amount", "invalid"),
        ({"type": "REFUND", "amount": "NaN"}, "/terms/0/amount", "invalid"),
        ({"type": "REFUND", "amount": "Infinity"}, "/terms/0/amount", "invalid"),
        ({"type": "REFUND", "amount": "10.005"}, "/terms/0/amount", "invalid"),
        ({"type": "REFUND", "amount": 10.5}, "/terms/0/amount", "invalid"),
        ({"type": "REFUND"}, "/terms/0/amount", "missing"),
        ({"type": "REFUND", "amount": "10", "payer": "merchant"}, "/terms/0/payer", "reversed"),
        ({"type": "REFUND", "amount": "10", "payer": "provider", "payee": "provider"}, "/terms/0/payee", "same"),
        ({"type": "REFUND", "amount": "10", "due_on": "2026-10-19"}, "/terms/0/due_on", "past"),
        ({"type": "REFUND", "amount": "10", "due_on": "2027-02-30"}, "/terms/0/due_on", "invalid"),
        ({"type": "REFUND", "amount": "10", "due_on": "2099-01-01"}, "/terms/0/due_on", "too_far"),
        ({"type": "REFUND", "amount": "10", "due_on": "2026-11-01", "due_in": {"n": 3}}, "/terms/0/due_in", "one_of"),
        ({"type": "REFUND", "amount": "10", "due_in": {"n": -1}}, "/terms/0/due_in/n", "min_value"),
        ({"type": "REFUND", "amount": "10", "due_in": {"n": 1, "from": "today"}}, "/terms/0/due_in/from", "invalid_choice"),
        ({"type": "REFUND", "amount": "10", "instalments": []}, "/terms/0/instalments", "empty"),
        ({"type": "REFUND", "amount": "10", "lines": [1, 9]}, "/terms/0/lines/1", "unknown"),
        ({"type": "REFUND", "amount": "10", "new_date": "2026-11-02"}, "/terms/0/new_date", "misplaced"),
        ({"type": "REFUND", "amount": "10", "bonus": "1"}, "/terms/0/bonus", "unknown"),
        ({"type": "GIFT", "amount": "10"}, "/terms/0/type", "invalid_choice"),
        ({"type": "ADJUST_AMOUNT"}, "/terms/0/amount", "missing"),
        ({"type": "ADJUST_AMOUNT", "amount": "2000.00"}, "/terms/0/amount", "above"),
        ({"type": "WAIVE", "amount": "2000.01"}, "/terms/0/amount", "above"),
        ({"type": "EXTEND_TERM"}, "/terms/0/amount", "missing"),
        ({"type": "EXTEND_TERM", "amount": "2000.01", "due_on": "2026-11-10"}, "/terms/0/amount", "above"),
        ({"type": "RESCHEDULE_MIGRATION", "tid": "20117765"}, "/terms/0/new_date", "missing"),
        ({"type": "RESCHEDULE_MIGRATION", "new_date": "2026-11-02"}, "/terms/0/tid", "missing"),
        ({"type": "RESCHEDULE_MIGRATION", **{k: MOVE[k] for k in ("tid", "new_date")}, "amount": "5"}, "/terms/0/amount", "misplaced"),
        ({"type": "OTHER"}, "/terms/0/text", "missing"),
    ],
)  # fmt: skip
def test_a_wrong_term_is_refused_where_it_is_wrong(row, pointer, code):
    assert wrong(row) == {pointer: code}


def test_no_terms_at_all_are_refused():
    assert wrong() == {"/terms": "empty"}


def test_instalments_make_up_the_amount():
    parts = [{"amount": "300.00", "due_on": "2026-11-10"}, {"amount": "600.00", "due_on": "2026-12-10"}]
    assert wrong({"type": "REFUND", "amount": "1000.00", "instalments": parts}) == {"/terms/0/instalments": "sum"}
    assert terms.net(kept({"type": "REFUND", "amount": "900.00", "instalments": parts})) == Decimal("900.00")
    assert terms.net(kept({"type": "REFUND", "instalments": parts})) == Decimal("900.00")
    assert wrong({"type": "ADJUST_AMOUNT", "amount": "1000.00", "instalments": parts}) == {
        "/terms/0/instalments": "sum"
    }


def test_an_instalment_is_named_where_it_stands():
    parts = [
        {"amount": "5", "due_on": "2026-12-10"},
        {"amount": "5", "due_on": "2026-10-01"},
        {"amount": "0", "due_on": "x"},
    ]
    assert wrong({"type": "REFUND", "instalments": parts[:2]}) == {"/terms/0/instalments/1/due_on": "past"}
    assert wrong({"type": "REFUND", "instalments": parts}) == {
        "/terms/0/instalments/2/amount": "invalid", "/terms/0/instalments/2/due_on": "invalid",
    }  # fmt: skip


def test_terms_together_are_not_above_the_claim_either():
    assert wrong({"type": "REFUND", "amount": "1500"}, {"type": "REFUND", "amount": "600"}) == {
        "/terms/1/amount": "above"
    }


def test_a_line_gives_back_no_more_than_it_still_misses():
    assert wrong({"type": "REFUND", "amount": "380.01", "lines": [2]}, claim=TWO) == {"/terms/0/amount": "above"}
    assert not wrong(
        {"type": "REFUND", "amount": "380.00", "lines": [2]}, {"type": "REFUND", "amount": "300.00"}, claim=TWO
    )


def test_what_contradicts_itself_is_refused():
    adjusted = {"type": "ADJUST_AMOUNT", "amount": "1500.00"}
    assert wrong(adjusted, {"type": "REFUND", "amount": "400.00"}) == {"/terms/0/amount": "differs"}
    assert wrong(adjusted, adjusted) == {"/terms/1/amount": "twice"}


def test_money_held_back_and_money_taken_are_never_one_sum():
    claim = [*TWO, Claimed(3, Decimal("900.00"), kind="HOLD")]
    assert wrong({"type": "REFUND", "amount": "900.00", "lines": [2, 3]}, claim=claim) == {"/terms/0/lines": "mixed"}
    assert wrong({"type": "REFUND", "amount": "680.01"}, claim=claim) == {"/terms/0/amount": "above"}
    assert not wrong(
        {"type": "REFUND", "amount": "680.00"}, {"type": "REFUND", "amount": "900.00", "lines": [3]}, claim=claim
    )


def test_days_that_have_passed_by_the_acceptance_are_found():
    found = kept({"type": "REFUND", "amount": "10", "due_on": "2026-10-25"}, MOVE)
    assert termfaults.passed(found, date(2026, 10, 25)) == []
    assert termfaults.passed(found, date(2026, 10, 26)) == [date(2026, 10, 25)]


# -- what it brings, and words ------------------------------------------------------------------------------------


def test_case_c_brings_123_net_and_says_every_instalment():
    claim = [Claimed(1, Decimal("300.00"))]
    found = kept(*CASE_C, claim=claim)
    assert (terms.gross(found), terms.net(found)) == (Decimal("300.00"), Decimal("123.00"))
    assert said(*CASE_C, claim=claim) == [
        "服务商退还商户 ¥300.00（叁佰元整），协议生效后 1 个工作日内",
        "商户延期付给服务商 ¥177.00（壹佰柒拾柒元整），分 3 期：2026-11-10 付 ¥59.00；2026-12-10 付 ¥59.00；2027-01-10 付 ¥59.00",
    ]


def test_every_type_has_its_words_in_both_languages():
    rows = [
        {"type": "ADJUST_AMOUNT", "amount": "500.50", "lines": [1], "due_on": "2026-11-02"}, MOVE,
        {"type": "WAIVE", "amount": "123.00", "text": "滞纳金"}, {"type": "WAIVE"},
        {"type": "OTHER", "text": "开具红字发票", "due_on": "2026-11-30"},
    ]  # fmt: skip
    assert said(*rows) == [
        "扣款金额改为 ¥500.50（伍佰元伍角），服务商退还差额 ¥1,499.50（壹仟肆佰玖拾玖元伍角）（第 1 笔），2026-11-02 前（含当日）",
        "终端 20117765 的迁移改到 2026-11-02 上午",
        "服务商不再向商户收取 ¥123.00（壹佰贰拾叁元整）（滞纳金）",
        "服务商不再向商户收取",
        "开具红字发票，2026-11-30 前（含当日）",
    ]
    english = [text.en for text in terms.words(kept(*rows))]
    assert english[0] == (
        "the deduction becomes ¥500.50, the provider refunds the difference of ¥1,499.50 (line 1), by 2026-11-02"
    )


# -- obligations --------------------------------------------------------------------------------------------------


def test_case_b_is_due_ten_working_days_after_the_ninth_of_september():
    refund = {"type": "REFUND", "amount": "2000.00", "due_in": {"n": 10, "unit": "bd", "from": "effective"}}
    assert owed(refund, on="2026-09-09") == [("REFUND", "provider", "2000.00", "2026-09-22")]


def test_case_c_leaves_four_obligations_and_the_sunday_moves_to_monday():
    assert owed(*CASE_C, claim=[Claimed(1, Decimal("300.00"))]) == [
        ("REFUND", "provider", "300.00", "2026-10-21"),
        ("EXTEND_TERM", "merchant", "59.00", "2026-11-10"),
        ("EXTEND_TERM", "merchant", "59.00", "2026-12-10"),
        ("EXTEND_TERM", "merchant", "59.00", "2027-01-11"),
    ]
    last = duties.duties(kept(*CASE_C, claim=[Claimed(1, Decimal("300.00"))]), TODAY, CALENDAR)[-1]
    assert (last.agreed_on, last.is_provisional) == (date(2027, 1, 10), True)
    assert last.what.zh == "商户付给服务商 ¥59.00（伍拾玖元整），第 3 期，共 3 期"


@pytest.mark.parametrize(
    ("due_in", "day"),
    [
        ({"n": 0}, "2026-09-24"),
        ({"n": 1}, "2026-09-28"),  # 09-25 to 09-27 are off
        ({"n": 2, "unit": "d"}, "2026-09-28"),
        ({"n": 5, "unit": "d"}, "2026-09-29"),
        ({"n": 5, "unit": "bd"}, "2026-10-09"),
    ],
)
def test_days_are_counted_from_the_day_after_it_took_effect(due_in, day):
    assert owed({"type": "REFUND", "amount": "10.00", "due_in": due_in}, on="2026-09-24")[0][3] == day


def test_a_migration_is_owed_by_its_day_and_a_waiver_or_a_word_without_a_day_by_none():
    assert owed(MOVE, {"type": "WAIVE", "amount": "5.00"}, {"type": "OTHER", "text": "以后提前告知"}) == [
        ("RESCHEDULE_MIGRATION", "provider", None, "2026-11-02")
    ]
    (duty,) = duties.duties(kept(MOVE), TODAY, CALENDAR)
    assert (duty.tid, duty.what.en) == ("20117765", "the migration of terminal 20117765 moves to 2026-11-02, 上午")


def test_the_words_of_an_obligation_do_not_repeat_its_day():
    (duty,) = duties.duties(kept({"type": "REFUND", "amount": "10.00", "lines": [1]}), TODAY, CALENDAR)
    assert (duty.what.zh, duty.lines) == ("服务商退还商户 ¥10.00（壹拾元整）（第 1 笔）", (1,))


def test_terms_do_not_change_by_being_made_ready_twice():
    once = kept({"type": "ADJUST_AMOUNT", "amount": "1500.00"}, MOVE)
    assert termfaults.made_ready(once, CLAIM) == once
    assert replace(once[0], difference=None) != once[0]
