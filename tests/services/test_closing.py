"""How a case ends: its outcome, that of each line, and nothing that runs on afterwards."""

import pytest

from cases.models import Deadline, Line, Notice, Timer
from config import tenancy
from config.errors import Conflict, Missing, NotAllowed, WrongState
from tests import walk
from tests.services.test_money import FIRST, SECOND, lines, refund
from tests.walk import case_of, do, last_event, photo


def running(actor, number):
    with tenancy.acting(actor):
        clocks = Deadline.objects.filter(case__number=number, state="running").count()
        return clocks, Timer.objects.filter(case__number=number, state="pending").count()


def test_a_charge_accepted_by_two_persons_closes_the_case(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    do(cast.boss, number, "accept_charge", reason="条款确实写了")
    assert case_of(cast.finance, number).state == "EXPLAINED"
    do(cast.approver, number, "approve")
    case = case_of(cast.finance, number)
    assert (case.state, case.outcome, case.next_due_at) == ("CLOSED", "DEDUCTION_UPHELD", None)
    assert lines(cast.finance, number) == [("0.00", False, "DEDUCTION_UPHELD")]
    assert running(cast.finance, number) == (0, 0)


def test_a_shop_alone_accepts_with_a_reason_of_its_own(at, cast):
    number = walk.shop_explained(at, cast)
    with pytest.raises(Missing) as refused:
        do(cast.owner, number, "accept_charge", reason="条款写了")
    assert refused.value.faults[0].pointer == "/alone"
    do(cast.owner, number, "accept_charge", reason="条款写了", alone="看过合同")
    assert case_of(cast.owner, number).outcome == "DEDUCTION_UPHELD"
    assert last_event(cast.owner, number).data["alone"] == "看过合同"


def test_a_refunded_case_is_closed_as_full_refund_and_as_nothing_else(at, cast):
    number = walk.company(at, cast, "FULFILLED")
    with pytest.raises(Missing):
        do(cast.finance, number, "close", outcome="PARTIAL_REFUND")
    do(cast.finance, number, "close", outcome="FULL_REFUND", lessons="换机前先对账")
    do(cast.boss, number, "approve")
    case = case_of(cast.finance, number)
    assert (case.state, case.outcome, case.lessons) == ("CLOSED", "FULL_REFUND", "换机前先对账")
    assert lines(cast.finance, number) == [("2000.00", False, "FULL_REFUND")]
    assert running(cast.finance, number) == (0, 0)
    assert "换机前先对账" not in str(last_event(cast.agent, number).data)  # lessons stay with the merchant


def test_each_line_has_the_outcome_of_its_own(at, cast):
    number = walk.shop_awaits(at, cast, FIRST, SECOND)
    at("2026-08-21T09:00")
    refund(cast.owner, number, [1], "100.00")
    do(cast.owner, number, "accept_charge", reason="第二笔是对的", alone="看过")
    assert [row[2] for row in lines(cast.owner, number)] == ["FULL_REFUND", "DEDUCTION_UPHELD"]


def test_the_last_line_still_owed_is_not_dropped_but_the_case_ended(at, cast):
    number = walk.shop_awaits(at, cast, FIRST, SECOND)
    at("2026-08-21T09:00")
    refund(cast.owner, number, [1], "100.00")
    with pytest.raises(Missing):
        do(cast.owner, number, "drop_line", line=2, reason="算了")


def test_talks_fail_from_silence_only_when_it_is_proven(at, cast):
    number = walk.shop_awaits(at, cast)
    for day in ("2026-08-20", "2026-08-25"):
        at(f"{day}T11:00")
        do(cast.owner, number, "remind", channel="sms", arrived_at=f"{day}T10:59", proof=photo())
    with pytest.raises(Missing):  # reminded twice, but the day asked for has not passed
        do(cast.owner, number, "fail_negotiation", summary="没有回音")
    at("2026-09-03T00:00")
    do(cast.owner, number, "fail_negotiation", summary="没有回音")
    case = case_of(cast.owner, number)
    assert case.state == "NEGO_FAILED"
    assert walk.deadlines(cast.owner, number) == {}
    assert walk.limitation(cast.owner, number) == {"2029-08-27"}  # 08-25 falls on a Saturday: it goes on


def test_why_talks_failed_stays_with_the_merchant(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    do(cast.boss, number, "fail_negotiation", summary="我们最低要 1500")
    assert last_event(cast.boss, number).data["summary"] == "我们最低要 1500"
    assert "1500" not in str([event.data for event in walk.events(cast.agent, number)])
    assert case_of(cast.agent, number).state == "NEGO_FAILED"


def test_a_failed_case_is_closed_as_not_worth_pursuing(at, cast):
    number = walk.company(at, cast, "NEGO_FAILED")
    with pytest.raises(Missing):
        do(cast.finance, number, "close", outcome="TIME_BARRED")
    do(cast.finance, number, "close", outcome="UNECONOMIC")
    do(cast.approver, number, "approve")
    assert case_of(cast.finance, number).outcome == "UNECONOMIC"


def test_a_withdrawn_case_frees_its_statement_lines_and_drops_what_awaited_approval(at, cast):
    at("2026-08-17T18:00")
    from tests.services.test_money import credit

    line = {**walk.LINE, "statement_line": str(credit(cast.finance, "2000.00", "D").id)}
    number = walk.file(cast.finance, line, provider=str(cast.provider.id))
    with pytest.raises(Conflict):
        walk.file(cast.finance, line)
    do(cast.finance, number, "send_letter", channel="email")
    do(cast.boss, number, "withdraw", reason="弄错了")
    case = case_of(cast.finance, number)
    assert (case.state, case.outcome) == ("CLOSED", "WITHDRAWN")
    with tenancy.acting(cast.finance):
        assert list(case.requests.values_list("state", flat=True)) == ["void"]
        assert not Line.objects.filter(case=case, is_live=True).exists()
    walk.file(cast.finance, line)


def test_only_the_owner_withdraws_and_nothing_happens_to_a_closed_case(at, cast):
    number = walk.company(at, cast, "OPEN")
    with pytest.raises(NotAllowed):
        do(cast.finance, number, "withdraw", reason="x")
    do(cast.boss, number, "withdraw", reason="不追了")
    with pytest.raises(WrongState):
        do(cast.finance, number, "add_message", text="再看看")


def test_a_provider_hears_nothing_of_a_case_before_a_letter_has_gone_out_to_it(at, cast):
    number = walk.company(at, cast, "OPEN")
    do(cast.finance, number, "add_message", text="先记一笔")
    do(cast.finance, number, "request_evidence", kinds=["E10"], of="provider")
    do(cast.boss, number, "withdraw", reason="弄错了")
    sent = walk.company(at, cast, "AWAIT_ACK")
    with tenancy.acting(cast.agent):
        assert set(Notice.objects.values_list("case__number", "kind")) == {(sent, "letter_sent")}
