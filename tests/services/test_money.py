"""Refunds: line by line, proven, never more than was taken; a part payment never closes the rest."""

from decimal import Decimal
from uuid import uuid4

import pytest

from cases import events
from cases.models import Line, Refund
from config import clock, tenancy
from config.errors import Conflict, Invalid, Missing, NotFound
from config.files import keep_bytes
from merchants.models import StatementImport, StatementLine
from tests import walk
from tests.walk import LINE, case_of, deadlines, do, last_event, photo

FIRST = {**LINE, "on": "2026-08-10", "amount": "100.00"}
SECOND = {**LINE, "on": "2026-08-17", "amount": "50.00"}


def refund(actor, number, lines, amount, on="2026-08-20", **more):
    return do(actor, number, "record_refund", lines=lines, amount=amount, on=on, **(more or {"file": photo()}))


def lines(actor, number):
    with tenancy.acting(actor):
        rows = Line.objects.filter(case__number=number).order_by("position")
        return [(str(row.refunded), row.is_live, row.outcome) for row in rows]


def credit(actor, amount, direction="C", on="2026-08-20"):
    """A line of the actor's own imported statement."""
    with tenancy.acting(actor):
        file = keep_bytes(actor, uuid4().bytes + b"a,b", "statement.csv", "text/csv")
        statement = StatementImport.objects.create(
            organisation_id=actor.organisation_id,
            file=file,
            format="acquirer",
            encoding="utf-8",
            imported_at=clock.now(),
        )
        return StatementLine.objects.create(
            organisation_id=actor.organisation_id, statement=statement, line_no=1, txn_type="ADJUST",
            direction=direction, on=on, amount=Decimal(amount), business_key=uuid4().hex,
        )  # fmt: skip


@pytest.fixture
def number(at, cast):
    number = walk.shop_awaits(at, cast, FIRST, SECOND)
    at("2026-08-21T09:00")
    return number


def test_a_part_refund_goes_to_the_oldest_line_and_closes_nothing(cast, number):
    case = refund(cast.owner, number, [1, 2], "120.00")
    assert (case.state, case.recovered) == ("AWAIT_ACK", Decimal("120.00"))
    assert [row[0] for row in lines(cast.owner, number)] == ["100.00", "20.00"]
    assert set(deadlines(cast.owner, number)) == {"CK-EXPL"}  # CK-ACK ran out the day before
    case = refund(cast.owner, number, [2], "30.00")
    assert (case.state, case.recovered) == ("FULFILLED", Decimal("150.00"))
    assert deadlines(cast.owner, number) == {}


def test_a_refund_covers_the_lines_named_and_no_others(cast, number):
    case = refund(cast.owner, number, [2], "50.00")
    assert case.state == "AWAIT_ACK"
    assert [row[0] for row in lines(cast.owner, number)] == ["0.00", "50.00"]
    event = last_event(cast.owner, number)
    assert events.told(event)["sentence"].zh == "退款 ¥50.00 到账（第 2 笔）"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"amount": "150.01"}, "/amount"),
        ({"lines": [2], "amount": "50.01"}, "/amount"),
        ({"lines": [1, 3]}, "/lines/1"),
        ({"on": "2026-08-22"}, "/on"),
        ({"on": "2026-08-16"}, "/on"),  # before the second line was taken
    ],
)
def test_more_than_was_taken_unknown_lines_and_impossible_days_are_refused(cast, number, change, pointer):
    with pytest.raises(Invalid) as refused:
        refund(cast.owner, number, **{"lines": [1, 2], "amount": "10.00", **change})
    assert refused.value.faults[0].pointer == pointer
    assert [row[0] for row in lines(cast.owner, number)] == ["0.00", "0.00"]


def test_what_came_back_already_cannot_come_back_again(cast, number):
    refund(cast.owner, number, [1], "100.00")
    with pytest.raises(Invalid):
        refund(cast.owner, number, [1], "0.01")


def test_held_money_counts_as_a_line_of_its_own_and_in_no_common_sum(at, cast):
    number = walk.shop_awaits(at, cast, FIRST, {**SECOND, "kind": "HOLD"})
    at("2026-08-21T09:00")
    with pytest.raises(Invalid) as refused:
        refund(cast.owner, number, [1, 2], "150.00")
    assert refused.value.faults[0].code == "mixed"
    assert refund(cast.owner, number, [1], "100.00").state == "AWAIT_ACK"
    assert refund(cast.owner, number, [2], "50.00").state == "FULFILLED"


def test_a_statement_line_proves_one_refund_of_its_own_amount(at, cast, number):
    line = credit(cast.owner, "120.00")
    with pytest.raises(Invalid) as refused:
        refund(cast.owner, number, [1, 2], "119.00", statement_line=str(line.id))
    assert refused.value.faults[0].pointer == "/amount"
    refund(cast.owner, number, [1, 2], "120.00", statement_line=str(line.id))
    other = walk.file(cast.owner, {**FIRST, "amount": "120.00"})
    with pytest.raises(Conflict) as used:
        refund(cast.owner, other, [1], "120.00", statement_line=str(line.id))
    assert number in str(used.value)


def test_a_line_of_somebody_else_or_of_money_taken_proves_nothing(cast, number):
    for line in (credit(cast.finance, "50.00"), credit(cast.owner, "50.00", direction="D")):
        with pytest.raises(NotFound):
            refund(cast.owner, number, [2], "50.00", statement_line=str(line.id))


def test_a_refund_without_proof_is_refused(cast, number):
    with pytest.raises(Invalid):
        do(cast.owner, number, "record_refund", lines=[1], amount="10.00", on="2026-08-20")


def test_a_draft_is_submitted_first(at, cast):
    at("2026-08-21T09:00")
    number = walk.file(cast.owner, FIRST, submit=False)
    with pytest.raises(Missing):
        refund(cast.owner, number, [1], "10.00")


def test_what_the_provider_announces_counts_once_the_merchant_has_seen_it(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    at("2026-08-21T09:00")
    case = refund(cast.agent, number, [1], "2000.00")
    assert (case.state, case.recovered) == ("AWAIT_EXPLANATION", Decimal(0))
    assert "等商户核对到账" in events.told(last_event(cast.finance, number))["sentence"].zh
    at("2026-08-22T09:00")
    case = refund(cast.finance, number, [1], "2000.00", on="2026-08-22")
    assert (case.state, case.recovered) == ("FULFILLED", Decimal("2000.00"))
    with tenancy.acting(cast.finance):
        only = Refund.objects.get(case=case)
        assert (only.is_confirmed, only.recorded_by_side, str(only.on)) == (True, "provider", "2026-08-22")


@pytest.mark.parametrize("state", [state for state in walk.STATES if state not in ("DRAFT", "FULFILLED", "CLOSED")])
def test_money_that_came_back_ends_the_case_from_every_open_state(at, cast, state):
    number = walk.company(at, cast, state)
    at("2026-08-21T09:00")
    assert refund(cast.finance, number, [1], "2000.00").state == "FULFILLED"
    assert case_of(cast.finance, number).next_due_at is None
