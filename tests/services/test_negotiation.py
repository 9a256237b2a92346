"""Bargaining: one live offer, its time, who may go how far, and what each refusal leaves untouched."""

from decimal import Decimal

import pytest

from cases import events
from cases.models import Agreement, Mandate, Offer
from cases.next_actor import next_actor
from cases.services import expiry
from config import tenancy
from config.errors import Conflict, Invalid, Late, MandateExceeded, Missing, NotAllowed, WrongState
from tests import walk
from tests.walk import HALF, HALF_BACK, PROVIDER_ALL, behalf, case_of, deadlines, do, last_event, photo

WHOLE_BACK = [{"type": "REFUND", "amount": "2000.00", "due_in": {"n": 10, "unit": "bd"}}]


def back(amount: str, **more) -> list[dict]:
    return [{"type": "REFUND", "amount": amount, **more}]


def offers(actor, number) -> list[tuple]:
    with tenancy.acting(actor):
        rows = Offer.objects.filter(case__number=number).order_by("position")
        return [(row.side, row.terms[0]["amount"], row.state) for row in rows]


def offer(actor, number, position=1) -> Offer:
    with tenancy.acting(actor):
        return Offer.objects.get(case__number=number, position=position)


def turn(actor, number) -> str:
    with tenancy.acting(actor):
        return next_actor(case_of(actor, number))


def told(actor, number, kind) -> list[str]:
    """To which organisations a notice of this kind went."""
    with tenancy.acting(actor):
        return [one.params.get("sum", "") for one in case_of(actor, number).notices.filter(kind=kind)]


def sweep():
    while expiry.sweep():
        pass


def pending(at, cast) -> str:
    """The provider offers half; the company is to answer."""
    return walk.company(at, cast, "OFFER_PENDING")


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


# -- typed in for a provider without account ----------------------------------------------------------------------


def test_an_offer_of_a_provider_without_account_counts_from_when_it_was_received(at, cast):
    number = walk.shop_explained(at, cast)
    at("2026-09-01T18:00")
    do(cast.owner, number, "make_offer", **behalf("2026-09-01T09:30", terms=HALF_BACK))
    made = offer(cast.owner, number)
    assert (made.side, made.on_behalf, made.made_at.isoformat()) == ("provider", True, "2026-09-01T01:30:00+00:00")
    assert deadlines(cast.owner, number)["CK-OFFER"] == "2026-09-08"
    assert events.told(last_event(cast.owner, number))["on_behalf"].zh.startswith("商户替服务商记录")
    at("2026-09-04T10:00")
    do(cast.owner, number, "make_offer", terms=WHOLE_BACK)
    assert offers(cast.owner, number) == [("provider", "1000.00", "countered"), ("merchant", "2000.00", "live")]


def shop_offers(at, cast) -> str:
    """The shop's own offer of 2026-09-01, which stands to 2026-09-08."""
    number = walk.shop_explained(at, cast)
    at("2026-09-01T10:00")
    do(cast.owner, number, "make_offer", terms=WHOLE_BACK)
    return number


def test_an_acceptance_that_came_in_time_counts_though_it_is_typed_in_after_the_lapse(at, cast):
    number = shop_offers(at, cast)
    at("2026-09-10T09:00")
    sweep()
    assert offers(cast.owner, number) == [("merchant", "2000.00", "lapsed")]
    do(cast.owner, number, "accept_offer", **behalf("2026-09-08T20:00", offer=1))
    assert offers(cast.owner, number) == [("merchant", "2000.00", "accepted")]
    assert case_of(cast.owner, number).state == "AGREED_DRAFT"
    with tenancy.acting(cast.owner):
        assert case_of(cast.owner, number).deadlines.get(code="CK-OFFER").state == "met"


def test_one_that_came_late_is_late_however_it_is_typed_in(at, cast):
    number = shop_offers(at, cast)
    at("2026-09-10T09:00")
    with pytest.raises(Late):
        do(cast.owner, number, "accept_offer", **behalf("2026-09-09T00:00", offer=1))
    assert offers(cast.owner, number) == [("merchant", "2000.00", "live")]  # the refusal took the lapse back with it
    sweep()
    assert offers(cast.owner, number) == [("merchant", "2000.00", "lapsed")]


def test_after_the_lapse_nobody_accepts_in_the_own_name_and_a_newer_offer_ends_the_chance(at, cast):
    number = shop_offers(at, cast)
    at("2026-09-10T09:00")
    sweep()
    do(cast.owner, number, "make_offer", terms=back("1800.00"))
    with pytest.raises(Conflict):
        do(cast.owner, number, "accept_offer", **behalf("2026-09-08T20:00", offer=1))
    do(cast.owner, number, "withdraw_offer", reason="再想想")
    with pytest.raises(Conflict):
        do(cast.owner, number, "accept_offer", **behalf("2026-09-08T20:00", offer=1))
    with pytest.raises(WrongState):
        do(cast.owner, number, "reject_offer", reason="不要")


def test_an_answer_cannot_have_come_before_the_offer(at, cast):
    number = shop_offers(at, cast)
    at("2026-09-03T09:00")
    for act, more in (
        ("accept_offer", {"offer": 1}),
        ("reject_offer", {"reason": "不"}),
        ("make_offer", {"terms": HALF_BACK}),
    ):
        with pytest.raises(Invalid) as refused:
            do(cast.owner, number, act, **behalf("2026-09-01T09:59", **more))
        assert refused.value.faults[0].pointer == "/received_at"


def test_for_a_provider_with_account_nobody_offers_or_accepts_but_itself(at, cast):
    number = walk.company(at, cast, "NEGOTIATING")
    with pytest.raises(NotAllowed):
        do(cast.finance, number, "make_offer", terms=HALF_BACK, on_behalf=True, channel="phone")


# -- before responsibility is settled -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["AWAIT_EXPLANATION", "EXPLAINED", "RESP_REVIEW"])
def test_an_offer_before_responsibility_is_settled_records_it_as_disputed(at, cast, state):
    number = walk.company(at, cast, state)
    do(cast.agent, number, "make_offer", terms=HALF_BACK)
    event = last_event(cast.finance, number)
    assert event.data["responsibility"] == "disputed"
    assert ("谁的责任", "按有争议记录") in [(str(a), str(b)) for a, b in events.told(event)["details"]]
    assert set(deadlines(cast.finance, number)) == {"CK-OFFER", "CK-NEGO"}
    with tenancy.acting(cast.finance):
        assert {view.state for view in case_of(cast.finance, number).responsibility.all()} <= {"disputed"}


def test_where_both_already_agree_nothing_is_disputed(at, cast):
    number = walk.company(at, cast, "RESP_REVIEW")
    do(cast.agent, number, "answer_responsibility", agree=True)
    do(cast.agent, number, "make_offer", terms=WHOLE_BACK)
    assert last_event(cast.finance, number).data["responsibility"] == "agreed"


def test_an_offer_instead_of_an_explanation_does_not_count_as_one(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    do(cast.agent, number, "make_offer", terms=HALF_BACK)
    with tenancy.acting(cast.finance):
        assert case_of(cast.finance, number).deadlines.get(code="CK-EXPL").state == "stopped"


# -- one step for an answer ---------------------------------------------------------------------------------------


def test_an_explanation_can_bring_a_view_and_an_offer_with_it(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    before = case_of(cast.finance, number).version
    do(
        cast.agent, number, "explain", text="系统重复计费", clause="none", calculation="none", log="refused", split=HALF,
        reserve=True, terms=HALF_BACK, valid_until="2026-08-31", conditions="不再追究",
    )  # fmt: skip
    assert case_of(cast.finance, number).state == "OFFER_PENDING"
    explained, offered = walk.events(cast.finance, number)[-2:]
    assert (explained.act, offered.act, offered.seq) == ("explain", "make_offer", before + 2)
    assert (explained.data["log"], explained.data["reserve"]) == ("refused", True)
    assert offered.data["responsibility"] == "disputed"
    made = offer(cast.finance, number)
    assert (made.conditions, made.is_reserved) == ("不再追究", True)
    assert set(deadlines(cast.finance, number)) == {"CK-OFFER", "CK-NEGO"}


def test_a_wrong_offer_takes_the_explanation_back_with_it(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    with pytest.raises(Invalid) as refused:
        do(cast.agent, number, "explain", text="系统重复计费", terms=back("2000.01"))
    assert refused.value.faults[0].pointer == "/terms/0/amount"
    assert case_of(cast.finance, number).state == "AWAIT_EXPLANATION"
    assert last_event(cast.finance, number).act == "acknowledge"


def test_a_view_may_be_reserved_and_says_so(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    do(cast.finance, number, "propose_responsibility", split=PROVIDER_ALL, reason="未到场", reserve=True)
    do(cast.agent, number, "answer_responsibility", split=HALF, lines={"1": HALF}, reserve=True)
    with tenancy.acting(cast.finance):
        views = list(case_of(cast.finance, number).responsibility.order_by("position"))
    assert [(view.side, view.is_reserved, view.lines) for view in views] == [
        ("merchant", True, {}), ("provider", True, {"1": {**HALF, "third": 0}}),
    ]  # fmt: skip
    details = [(str(a), str(b)) for a, b in events.told(last_event(cast.finance, number))["details"]]
    assert ("保留", "只为协商，不作为承认责任") in details


def test_a_line_that_is_not_there_has_no_share(at, cast):
    number = walk.company(at, cast, "RESP_REVIEW")
    with pytest.raises(Invalid) as refused:
        do(cast.agent, number, "answer_responsibility", split=HALF, lines={"7": HALF})
    assert refused.value.faults[0].pointer == "/lines/7"


# -- mandates -----------------------------------------------------------------------------------------------------


def test_a_mandate_is_set_by_two_and_seen_by_the_own_side_alone(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    do(cast.finance, number, "set_mandate", least_refund="1500.00", latest="2026-10-31")
    with tenancy.acting(cast.finance):
        assert not Mandate.objects.filter(case__number=number).exists()
    do(cast.approver, number, "approve")
    with tenancy.acting(cast.finance):
        mandate = Mandate.objects.get(case__number=number)
        assert (mandate.side, mandate.least_refund, mandate.approved_by_name) == (
            "merchant",
            Decimal(1500),
            "云杉approver",
        )
    assert last_event(cast.finance, number).data["least_refund"] == "1500.00"
    with tenancy.acting(cast.agent):
        assert not Mandate.objects.filter(case__number=number).exists()
    assert "set_mandate" not in [event.act for event in walk.events(cast.agent, number)]


def test_a_new_mandate_takes_the_place_of_the_old(at, cast):
    number = walk.company(at, cast, "NEGOTIATING")
    walk.approved(cast, number, "set_mandate", cast.finance, least_refund="800.00")
    with tenancy.acting(cast.finance):
        rows = Mandate.objects.filter(case__number=number).order_by("set_at")
        assert [(row.least_refund, row.is_live) for row in rows] == [(Decimal(500), False), (Decimal(800), True)]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({}, "/least_refund"),
        ({"most_refund": "100.00"}, "/most_refund"),
        ({"least_refund": "2000.01"}, "/least_refund"),
        ({"latest": "2026-08-17"}, "/latest"),
    ],
)
def test_a_mandate_that_makes_no_sense_is_refused(at, cast, fields, pointer):
    number = walk.shop_explained(at, cast)
    with pytest.raises((Invalid, Missing)) as refused:
        do(cast.owner, number, "set_mandate", alone="核对过", **fields)
    assert refused.value.faults[0].pointer == pointer


def test_who_bargains_for_the_merchant_does_not_go_below_the_mandate_but_the_owner_may(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    walk.approved(cast, number, "set_mandate", cast.finance, least_refund="1500.00")
    do(cast.finance, number, "start_negotiation")
    with pytest.raises(MandateExceeded, match="负责人"):
        do(cast.finance, number, "make_offer", terms=back("1499.99"))
    do(cast.agent, number, "make_offer", terms=HALF_BACK)
    with pytest.raises(MandateExceeded) as refused:
        do(cast.finance, number, "accept_offer", offer=1)
    assert (refused.value.code, refused.value.status) == ("mandate", 403)
    assert "负责人" in refused.value.text.zh and "1,500.00" in refused.value.text.zh
    assert offers(cast.finance, number) == [("provider", "1000.00", "live")]
    do(cast.boss, number, "accept_offer", offer=1)
    assert case_of(cast.finance, number).state == "AGREED_DRAFT"


@pytest.mark.parametrize(
    ("mandate", "terms", "in_bounds"),
    [
        ({"most_refund": "1000.00"}, back("1000.00"), True),
        ({"most_refund": "1000.00"}, back("1000.01"), False),
        ({"latest": "2026-08-31"}, back("10.00", due_on="2026-08-31"), True),
        ({"latest": "2026-08-31"}, back("10.00", due_on="2026-09-01"), False),
        ({"latest": "2026-08-31"}, back("10.00", due_in={"n": 10, "unit": "bd"}), False),
        ({"latest": "2026-08-31"}, back("10.00", due_in={"n": 9, "unit": "bd"}), True),
    ],
)  # fmt: skip
def test_the_provider_agent_keeps_within_what_its_approver_allowed(at, cast, mandate, terms, in_bounds):
    number = walk.company(at, cast, "EXPLAINED")
    do(cast.agent, number, "set_mandate", **mandate)
    do(cast.agent_chief, number, "approve")
    if in_bounds:
        do(cast.agent, number, "make_offer", terms=terms)
        return
    with pytest.raises(MandateExceeded, match="服务商审批"):
        do(cast.agent, number, "make_offer", terms=terms)
    assert offers(cast.agent, number) == []


def test_what_an_agent_may_agree_to_alone_has_an_upper_bound(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    do(cast.agent, number, "set_mandate", may_sign_up_to="999.99")
    do(cast.agent_chief, number, "approve")
    do(cast.finance, number, "make_offer", terms=back("1000.00"))
    with pytest.raises(MandateExceeded):
        do(cast.agent, number, "accept_offer", offer=1)
    do(cast.agent_chief, number, "accept_offer", offer=1)


def test_a_shop_of_one_is_held_to_no_mandate(at, cast):
    number = walk.shop_confirmed(at, cast)
    do(cast.owner, number, "set_mandate", least_refund="1900.00", alone="核对过")
    do(cast.owner, number, "start_negotiation")
    do(cast.owner, number, "make_offer", terms=back("100.00"))


# -- the end of the talks -----------------------------------------------------------------------------------------


def test_talks_that_fail_leave_no_offer_standing_and_say_what_was_offered_last(at, cast):
    number = pending(at, cast)
    do(cast.finance, number, "make_offer", terms=WHOLE_BACK)
    do(cast.boss, number, "fail_negotiation", summary="谈不拢")
    assert [state for _side, _sum, state in offers(cast.boss, number)] == ["countered", "ended"]
    event = last_event(cast.boss, number)
    assert ("双方最后的方案", "商户：方案 2，商户到手 ¥2,000.00；服务商：方案 1，商户到手 ¥1,000.00") in [
        (str(a), str(b)) for a, b in events.told(event)["details"]
    ]
    assert deadlines(cast.boss, number) == {}


def test_a_refund_of_everything_ends_the_live_offer(at, cast):
    number = pending(at, cast)
    do(cast.finance, number, "record_refund", lines=[1], on="2026-08-18", amount="2000.00", file=photo())
    assert offers(cast.finance, number) == [("provider", "1000.00", "ended")]
