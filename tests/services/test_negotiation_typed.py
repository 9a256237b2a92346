"""Offers and answers typed in for a provider without account, before responsibility is settled, and in one step with
an explanation."""

import pytest

from cases import events
from config import tenancy
from config.errors import Conflict, Invalid, Late, NotAllowed, WrongState
from tests import walk
from tests.bargaining import WHOLE_BACK, back, offer, offers, sweep
from tests.walk import HALF, HALF_BACK, PROVIDER_ALL, behalf, case_of, deadlines, do, last_event

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
