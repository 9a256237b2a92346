"""Messages and corrections: the old stays visible, rows and open clocks follow what is true."""

from decimal import Decimal

import pytest

from cases import events
from cases.models import Letter, Refund, Responsibility
from cases.services.chain import first_bad
from config import tenancy
from config.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from tests import walk
from tests.services.test_money import FIRST, SECOND, credit, lines, refund
from tests.walk import behalf, case_of, deadlines, do, last_event, limitation


def seq_of(actor, number, act):
    return [event.seq for event in walk.events(actor, number) if event.act == act][-1]


def correct(actor, number, act, reason="记错了", **fields):
    return do(actor, number, "correct_record", event=seq_of(actor, number, act), fields=fields, reason=reason)


# -- messages -----------------------------------------------------------------------------------------------------


def test_a_message_is_shared_and_a_note_is_not(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK")
    do(cast.finance, number, "add_message", text="请尽快")
    do(cast.finance, number, "add_message", text="内部：先别退让", visibility="internal")
    assert [e.data["text"] for e in walk.events(cast.finance, number) if e.act == "add_message"] == [
        "请尽快",
        "内部：先别退让",
    ]
    assert [e.data["text"] for e in walk.events(cast.agent, number) if e.act == "add_message"] == ["请尽快"]
    do(cast.agent, number, "add_message", text="在查", visibility="internal")
    assert "在查" not in str([e.data for e in walk.events(cast.boss, number)])


def test_a_message_has_at_most_500_characters(at, cast):
    number = walk.company(at, cast, "OPEN")
    with pytest.raises(Invalid):
        do(cast.finance, number, "add_message", text="长" * 501)


# -- the old stays visible ----------------------------------------------------------------------------------------


def test_what_was_entered_stays_beside_what_replaces_it(at, cast):
    at("2026-08-18T09:00")
    number = walk.file(cast.owner)
    do(cast.owner, number, "record_contact", who="客服 8021", channel="phone", on="2026-08-18T08:30", said="三天内回复")
    first = last_event(cast.owner, number)
    correct(cast.owner, number, "record_contact", said="五天内回复")
    correct(cast.owner, number, "record_contact", said="七天内回复", who="客服 8012")
    everything = walk.events(cast.owner, number)
    assert first.data == everything[first.seq - 1].data
    assert [e.data["was"] for e in everything if e.act == "correct_record"] == [
        {"said": "三天内回复"}, {"said": "五天内回复", "who": "客服 8021"},
    ]  # fmt: skip
    assert events.corrections(everything) == {first.seq: everything[-1].seq}
    told = events.told(everything[-1])
    assert told["sentence"].zh == f"更正第 {first.seq} 条记录「记录一次联系」"
    assert ("说了什么", "五天内回复 → 七天内回复") in [(str(label), value) for label, value in told["details"]]
    assert first_bad(everything) is None


def test_only_who_entered_it_or_the_owner_corrects_a_record(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    for other in (cast.approver, cast.store_a, cast.agent_chief):
        with pytest.raises(NotAllowed):
            correct(other, number, "acknowledge", ticket_no="x")
    with pytest.raises(NotAllowed):  # not even the merchant's owner what the other side said itself
        correct(cast.boss, number, "acknowledge", ticket_no="x")
    correct(cast.agent, number, "acknowledge", ticket_no="T-2")
    correct(cast.boss, number, "file", story="补充经过")
    # Who asked for the sending entered its facts, another person approved them.
    correct(cast.finance, number, "send_letter", channel="post")


def test_a_private_record_is_corrected_as_privately(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK")
    do(cast.finance, number, "record_contact", who="客服", channel="phone", on="2026-08-18T09:55", said="底线是 1500")
    seq = last_event(cast.finance, number).seq
    correct(cast.finance, number, "record_contact", said="底线是 1600")
    assert "底线" not in str([e.data for e in walk.events(cast.agent, number)])
    with pytest.raises(NotFound):
        do(cast.agent, number, "correct_record", event=seq, fields={"said": "x"}, reason="x")


@pytest.mark.parametrize(
    ("act", "fields", "pointer"),
    [
        ("send_letter", {"letter": 2}, "/fields/letter"),
        ("send_letter", {"arrived_at": "yesterday"}, "/fields/arrived_at"),
        ("send_letter", {"arrived_at": "2026-08-19T00:00"}, "/fields/arrived_at"),
        ("send_letter", {"arrived_at": "2026-08-17T17:58"}, "/fields/arrived_at"),
        ("file", {"amount": "0"}, "/fields/amount"),
        ("file", {"amount": "1999.999"}, "/fields/amount"),
        ("file", {"on": "2026-08-19"}, "/fields/on"),
        ("file", {"line": 2, "amount": "1"}, "/fields/line"),
        ("file", {"cause": "C99"}, "/fields/cause"),
        ("open", {"note": "x"}, "/event"),
    ],
)
def test_a_correction_is_read_by_the_fields_of_the_act_it_corrects(at, cast, act, fields, pointer):
    number = walk.shop_awaits(at, cast)
    before = case_of(cast.owner, number).version
    with pytest.raises(Invalid) as refused:
        correct(cast.owner, number, act, **fields)
    assert refused.value.faults[0].pointer == pointer
    assert case_of(cast.owner, number).version == before


def test_the_original_is_corrected_and_not_its_correction(at, cast):
    number = walk.shop_awaits(at, cast)
    correct(cast.owner, number, "send_letter", channel="post")
    with pytest.raises(Invalid):
        correct(cast.owner, number, "correct_record", channel="post")
    with pytest.raises(NotFound):
        do(cast.owner, number, "correct_record", event=99, fields={"channel": "post"}, reason="x")


# -- clocks follow ------------------------------------------------------------------------------------------------


def test_an_arrival_that_was_wrong_restarts_what_runs_from_it(at, cast):
    number = walk.shop_awaits(at, cast)
    at("2026-08-20T09:00")
    assert (deadlines(cast.owner, number), limitation(cast.owner, number)) == (
        {"CK-ACK": "2026-08-20", "CK-EXPL": "2026-09-02"}, {"2029-08-20"},
    )  # fmt: skip
    correct(cast.owner, number, "send_letter", arrived_at="2026-08-19T16:00")
    assert (deadlines(cast.owner, number), limitation(cast.owner, number)) == (
        {"CK-ACK": "2026-08-21", "CK-EXPL": "2026-09-03"}, {"2029-08-20"},
    )  # fmt: skip
    with tenancy.acting(cast.owner):
        assert (
            Letter.objects.get(case__number=number, kind="letter").arrived_at.isoformat() == "2026-08-19T08:00:00+00:00"
        )


def test_a_clock_that_ran_out_too_early_runs_again(at, cast):
    number = walk.shop_awaits(at, cast)
    at("2026-08-21T09:00")
    do(cast.owner, number, "add_message", text="看看")  # CK-ACK has run out
    assert deadlines(cast.owner, number) == {"CK-EXPL": "2026-09-02"}
    correct(cast.owner, number, "send_letter", arrived_at="2026-08-20T18:00")
    assert deadlines(cast.owner, number) == {"CK-ACK": "2026-08-24", "CK-EXPL": "2026-09-04"}


def test_a_clock_that_was_answered_stays_answered(at, cast):
    number = walk.shop_explained(at, cast)
    correct(cast.owner, number, "send_letter", arrived_at="2026-08-18T09:00")
    assert deadlines(cast.owner, number) == {"CK-REVIEW": "2026-09-07"}
    with pytest.raises(Invalid):  # after the answer to it
        correct(cast.owner, number, "send_letter", arrived_at="2026-08-31T11:30")


def test_an_arrival_is_measured_by_the_corrected_time_of_the_answer(at, cast):
    number = walk.shop_explained(at, cast)
    correct(cast.owner, number, "explain", received_at="2026-08-20T09:00")
    with pytest.raises(Invalid) as refused:
        correct(cast.owner, number, "send_letter", arrived_at="2026-08-21T09:00")
    assert refused.value.faults[0].code == "too_late"


def test_the_channel_put_right_is_that_of_the_letter(at, cast):
    number = walk.shop_awaits(at, cast)
    correct(cast.owner, number, "send_letter", channel="post")
    with tenancy.acting(cast.owner):
        assert Letter.objects.get(case__number=number).channel == "post"
    with pytest.raises(Invalid):
        correct(cast.owner, number, "send_letter", channel="portal")


def test_when_an_explanation_came_in_decides_the_review_and_whether_it_was_late(at, cast):
    number = walk.shop_awaits(at, cast)
    at("2026-09-04T12:00")
    do(cast.owner, number, "explain", **behalf("2026-09-03T09:00", text="商户原因"))
    assert last_event(cast.owner, number).data["late"] is True
    correct(cast.owner, number, "explain", received_at="2026-09-02T09:00", clause="7.3")
    assert deadlines(cast.owner, number) == {"CK-REVIEW": "2026-09-09"}
    assert last_event(cast.owner, number).data["fields"]["late"] is False
    with pytest.raises(Invalid):
        correct(cast.owner, number, "explain", received_at="2026-08-18T09:00")


def test_what_the_other_side_sent_itself_keeps_its_time(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    with pytest.raises(Invalid):
        correct(cast.agent, number, "explain", received_at="2026-08-18T09:55")
    correct(cast.agent, number, "explain", text="按 7.4 条收取")


# -- rows follow --------------------------------------------------------------------------------------------------


def test_the_respondent_is_named_once_it_is_known_and_the_letter_made_anew(at, cast):
    at("2026-08-18T09:00")
    number = walk.file(cast.owner, provider=None)
    correct(cast.owner, number, "file", provider="银盛支付", cause="C11")
    case = case_of(cast.owner, number)
    assert (case.provider.name, case.cause) == ("银盛支付", "C11")
    with tenancy.acting(cast.owner):
        assert "银盛支付" in case.letters.order_by("-position").first().text
    told = events.told(last_event(cast.owner, number))
    assert ("谁扣的钱", "– → 银盛支付") in [(str(label), value) for label, value in told["details"]]
    do(cast.owner, number, "send_letter", channel="email", alone="看过")
    with pytest.raises(Conflict):
        correct(cast.owner, number, "file", provider="另一家")


def test_a_line_put_right_changes_the_sum_and_its_limitation(at, cast):
    number = walk.shop_awaits(at, cast, FIRST, SECOND)
    correct(cast.owner, number, "file", line=2, amount="79.00", on="2026-08-16", tid="20117766")
    case = case_of(cast.owner, number)
    assert case.amount == Decimal("179.00")
    with tenancy.acting(cast.owner):
        line = case.lines.select_related("terminal").get(position=2)
        assert (str(line.on), line.tid, line.terminal.tid) == ("2026-08-16", "20117766", "20117766")
        assert case.lines.get(position=1).amount == Decimal("100.00")


def test_a_line_is_named_when_there_are_several_and_never_below_what_came_back(at, cast):
    number = walk.shop_awaits(at, cast, FIRST, SECOND)
    at("2026-08-21T09:00")
    refund(cast.owner, number, [1], "60.00")
    for fields, code in (
        ({"amount": "10.00"}, "unknown"),
        ({"line": 1, "amount": "59.99"}, "below"),
        ({"line": 1, "on": "2026-08-21"}, "too_late"),
    ):
        with pytest.raises(Invalid) as refused:
            correct(cast.owner, number, "file", **fields)
        assert refused.value.faults[0].code == code
    correct(cast.owner, number, "file", line=1, amount="60.00")  # the second line is still owed
    refund(cast.owner, number, [2], "20.00")
    with pytest.raises(Invalid) as refused:
        correct(cast.owner, number, "file", line=2, amount="20.00")
    assert refused.value.faults[0].code == "covered"


def test_lines_stand_once_the_money_is_back(at, cast):
    number = walk.company(at, cast, "FULFILLED")
    with pytest.raises(WrongState):
        correct(cast.finance, number, "file", amount="2500.00")


def test_an_added_line_is_put_right_by_its_own_record(at, cast):
    number = walk.shop_awaits(at, cast, FIRST)
    do(cast.owner, number, "add_line", line=SECOND)
    correct(cast.owner, number, "add_line", amount="55.00", fee_name="流量费")
    assert case_of(cast.owner, number).amount == Decimal("155.00")
    do(cast.owner, number, "drop_line", line=2, reason="不是这笔")
    with pytest.raises(Conflict):
        correct(cast.owner, number, "add_line", amount="56.00")


def test_a_refund_put_right_is_spread_anew(at, cast):
    number = walk.shop_awaits(at, cast, FIRST, SECOND)
    at("2026-08-21T09:00")
    refund(cast.owner, number, [1, 2], "120.00")
    correct(cast.owner, number, "record_refund", amount="90.00", on="2026-08-19")
    assert [row[0] for row in lines(cast.owner, number)] == ["90.00", "0.00"]
    assert case_of(cast.owner, number).recovered == Decimal("90.00")
    with pytest.raises(Invalid):  # more money is another refund
        correct(cast.owner, number, "record_refund", amount="91.00")
    with tenancy.acting(cast.owner):
        assert str(Refund.objects.get(case__number=number).on) == "2026-08-19"


def test_a_refund_that_a_statement_proves_keeps_its_amount(at, cast):
    number = walk.shop_awaits(at, cast, FIRST, SECOND)
    at("2026-08-21T09:00")
    refund(cast.owner, number, [1], "60.00", statement_line=str(credit(cast.owner, "60.00").id))
    with pytest.raises(Invalid):
        correct(cast.owner, number, "record_refund", amount="59.00")


def test_a_view_that_was_typed_wrong_is_put_right_until_it_is_confirmed(at, cast):
    number = walk.shop_in_review(at, cast)
    do(cast.owner, number, "answer_responsibility", **behalf("2026-09-01T09:00", split=walk.HALF))
    correct(cast.owner, number, "answer_responsibility", split=walk.PROVIDER_ALL)
    with tenancy.acting(cast.owner):
        views = Responsibility.objects.filter(case__number=number).order_by("position")
        assert [(view.side, view.provider, view.state) for view in views] == [
            ("merchant", 100, "agreed"), ("provider", 100, "agreed"),
        ]  # fmt: skip
    do(cast.owner, number, "confirm_responsibility")
    with pytest.raises(WrongState):
        correct(cast.owner, number, "answer_responsibility", split=walk.HALF)


def test_an_attachment_cannot_be_swapped_by_a_correction(at, cast):
    number = walk.shop_awaits(at, cast)
    for fields in ({"proof": "x"}, {"file": {"a": 1}}):
        with pytest.raises(Invalid):
            correct(cast.owner, number, "send_letter", **fields)
