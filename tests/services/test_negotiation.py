"""Bargaining: one live offer, the answers to it, its time, and what each refusal leaves untouched."""

import pytest

from cases import events
from cases.models import Agreement
from config import tenancy
from config.errors import Conflict, Invalid, Late, Missing
from tests import walk
from tests.bargaining import WHOLE_BACK, back, offer, offers, pending, sweep, told, turn
from tests.walk import HALF_BACK, case_of, deadlines, do, last_event, photo

# -- offers and answers -------------------------------------------------------------------------------------------


def test_talks_begin_with_a_mandate_and_their_time_runs_once(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    with pytest.raises(Missing) as refused:
        do(cast.finance, number, "start_negotiation")
    assert [fault.pointer for fault in refused.value.faults] == ["/a_mandate"]
    walk.approved(cast, number, "set_mandate", cast.finance, least_refund="1500.00")
    do(cast.finance, number, "start_negotiation")
    assert case_of(cast.finance, number).state == "NEGOTIATING"
    assert deadlines(cast.finance, number) == {"CK-NEGO": "2026-09-17"}
    at("2026-08-20T10:00")
    do(cast.agent, number, "make_offer", terms=HALF_BACK)
    assert deadlines(cast.finance, number) == {"CK-NEGO": "2026-09-17", "CK-OFFER": "2026-08-27"}


def test_an_offer_awaits_the_other_side_and_says_what_it_brings(at, cast):
    number = pending(at, cast)
    assert (case_of(cast.finance, number).state, turn(cast.finance, number)) == ("OFFER_PENDING", "merchant")
    made = offer(cast.finance, number)
    assert made.terms == [
        {"type": "REFUND", "payer": "provider", "payee": "merchant", "amount": "1000.00",
         "due_in": {"n": 10, "unit": "bd", "from": "effective"}}
    ]  # fmt: skip
    event = last_event(cast.finance, number)
    sentence = events.told(event)
    assert sentence["sentence"].zh == "提出方案 1，商户到手 ¥1,000.00"
    details = [(label.zh, value) for label, value in sentence["details"]]
    assert ("方案内容", "服务商退还商户 ¥1,000.00（壹仟元整），协议生效后 10 个工作日内") in details
    assert ("有效到", "2026-08-25 24:00") in details
    assert told(cast.finance, number, "offer_made") == ["1,000.00"]


def test_a_counter_offer_ends_the_offer_it_answers_and_gets_time_of_its_own(at, cast):
    number = pending(at, cast)
    at("2026-08-21T10:00")
    do(cast.finance, number, "make_offer", terms=WHOLE_BACK)
    assert offers(cast.finance, number) == [("provider", "1000.00", "countered"), ("merchant", "2000.00", "live")]
    assert offer(cast.finance, number, 2).answers == 1
    assert turn(cast.finance, number) == "provider"
    assert deadlines(cast.finance, number)["CK-OFFER"] == "2026-08-28"
    assert events.told(last_event(cast.finance, number))["sentence"].zh == "还价：方案 2，商户到手 ¥2,000.00"
    with pytest.raises(Conflict, match="还价"):
        do(cast.finance, number, "accept_offer", offer=1)
    do(cast.agent, number, "accept_offer", offer=2)
    assert case_of(cast.finance, number).state == "AGREED_DRAFT"


def test_nobody_has_two_offers_standing(at, cast):
    number = pending(at, cast)
    with pytest.raises(Conflict, match="先撤回"):
        do(cast.agent, number, "make_offer", terms=back("900.00"))
    assert offers(cast.agent, number) == [("provider", "1000.00", "live")]


def test_an_accepted_offer_becomes_the_draft_of_an_agreement(at, cast):
    number = pending(at, cast)
    do(cast.finance, number, "accept_offer", offer=1)
    assert case_of(cast.finance, number).state == "AGREED_DRAFT"
    assert offers(cast.finance, number) == [("provider", "1000.00", "accepted")]
    assert deadlines(cast.finance, number) == {"CK-DRAFT": "2026-08-21"}
    with tenancy.acting(cast.finance):
        draft = Agreement.objects.get(case__number=number)
        assert (draft.state, draft.offer.position) == ("draft", 1)
    assert len(told(cast.finance, number, "offer_accepted")) == 1
    assert len(told(cast.agent, number, "offer_accepted")) == 1


@pytest.mark.parametrize("act", ["reject_offer", "accept_offer"])
def test_nobody_answers_the_own_offer(at, cast, act):
    number = pending(at, cast)
    with pytest.raises(Missing):
        do(cast.agent, number, act, **({"offer": 1} if act == "accept_offer" else {"reason": "改主意"}))
    assert offers(cast.agent, number) == [("provider", "1000.00", "live")]


def test_only_the_side_that_offered_withdraws(at, cast):
    number = pending(at, cast)
    with pytest.raises(Missing):
        do(cast.finance, number, "withdraw_offer", reason="算错")
    do(cast.agent, number, "withdraw_offer", reason="算错")
    assert case_of(cast.finance, number).state == "NEGOTIATING"
    assert offers(cast.finance, number) == [("provider", "1000.00", "withdrawn")]
    assert "CK-OFFER" not in deadlines(cast.finance, number)


def test_a_rejection_says_why_and_the_talks_go_on(at, cast):
    number = pending(at, cast)
    do(cast.finance, number, "reject_offer", reason="太少")
    assert case_of(cast.finance, number).state == "NEGOTIATING"
    assert (offer(cast.finance, number).state, offer(cast.finance, number).reason) == ("rejected", "太少")
    with pytest.raises(Conflict, match="拒绝"):
        do(cast.finance, number, "accept_offer", offer=1)
    do(cast.finance, number, "make_offer", terms=WHOLE_BACK)
    assert offer(cast.finance, number, 2).answers is None


def test_an_offer_that_is_not_there_is_not_accepted(at, cast):
    number = pending(at, cast)
    with pytest.raises(Invalid) as refused:
        do(cast.finance, number, "accept_offer", offer=7)
    assert refused.value.faults[0].pointer == "/offer"


def test_wrong_terms_change_nothing(at, cast):
    number = pending(at, cast)
    for terms, pointer in (
        (back("2000.01"), "/terms/0/amount"),
        (back("5.00", due_on="2026-08-17"), "/terms/0/due_on"),
        (back("5.00", lines=[2]), "/terms/0/lines/0"),
    ):
        with pytest.raises(Invalid) as refused:
            do(cast.finance, number, "make_offer", terms=terms)
        assert [fault.pointer for fault in refused.value.faults] == [pointer]
    assert offers(cast.finance, number) == [("provider", "1000.00", "live")]
    assert case_of(cast.finance, number).state == "OFFER_PENDING"


def test_an_offer_that_no_longer_fits_the_case_is_not_accepted(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED", {**walk.LINE, "store": "新街口店"})
    do(cast.agent, number, "make_offer", terms=WHOLE_BACK)
    do(cast.finance, number, "record_refund", lines=[1], on="2026-08-18", amount="500.00", file=photo())
    with pytest.raises(Conflict, match="对不上"):
        do(cast.finance, number, "accept_offer", offer=1)
    assert offers(cast.finance, number) == [("provider", "2000.00", "live")]


def test_an_offer_whose_day_of_payment_has_passed_is_not_accepted(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    do(cast.agent, number, "make_offer", terms=back("900.00", due_on="2026-08-19"))
    at("2026-08-20T10:00")
    with pytest.raises(Conflict, match="2026-08-19"):
        do(cast.finance, number, "accept_offer", offer=1)


# -- time ---------------------------------------------------------------------------------------------------------


def test_an_offer_lapses_after_its_last_day_and_both_sides_hear_of_it(at, cast):
    number = pending(at, cast)
    at("2026-08-26T00:00")
    sweep()
    assert case_of(cast.finance, number).state == "NEGOTIATING"
    assert offers(cast.finance, number) == [("provider", "1000.00", "lapsed")]
    event = last_event(cast.finance, number)
    assert (event.act, event.data["to"], event.seat) == ("clock_passed", "NEGOTIATING", "system")
    assert events.told(event)["sentence"].zh == "方案 1 到期没有答复，已失效"
    assert len(told(cast.agent, number, "offer_lapsed")) == 1
    assert len(told(cast.finance, number, "clock_passed")) == 1


@pytest.mark.parametrize("swept", [True, False])
def test_an_acceptance_is_in_time_until_24_00_of_the_last_day_whether_or_not_a_sweeper_ran(at, cast, swept):
    number = pending(at, cast)
    at("2026-08-26T00:00")
    if swept:
        sweep()
    with pytest.raises(Late, match="2026-08-25 24:00"):
        do(cast.finance, number, "accept_offer", offer=1)
    assert not [o for o in offers(cast.finance, number) if o[2] == "accepted"]


def test_an_acceptance_at_the_last_minute_is_in_time(at, cast):
    number = pending(at, cast)
    at("2026-08-25T23:59:59")
    do(cast.finance, number, "accept_offer", offer=1)
    assert case_of(cast.finance, number).state == "AGREED_DRAFT"


def test_an_offer_stands_through_the_day_it_names(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    do(cast.agent, number, "make_offer", terms=HALF_BACK, valid_until="2026-09-01")
    assert deadlines(cast.finance, number)["CK-OFFER"] == "2026-09-01"
    at("2026-09-01T23:59")
    do(cast.finance, number, "accept_offer", offer=1)


@pytest.mark.parametrize("day", ["2026-08-17", "2027-10-01"])
def test_an_offer_stands_until_a_day_between_today_and_a_year_from_now(at, cast, day):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    with pytest.raises(Invalid) as refused:
        do(cast.agent, number, "make_offer", terms=HALF_BACK, valid_until=day)
    assert refused.value.faults[0].pointer == "/valid_until"


def test_the_talks_as_a_whole_only_suggest_an_end(at, cast):
    number = walk.company(at, cast, "NEGOTIATING")
    at("2026-09-18T09:00")
    sweep()
    assert case_of(cast.finance, number).state == "NEGOTIATING"
    assert "clock_passed" in [event.act for event in walk.events(cast.finance, number)]
