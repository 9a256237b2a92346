"""Who may go how far in the talks, and how the talks end."""

from decimal import Decimal

import pytest

from cases import events
from cases.models import Mandate
from config import tenancy
from config.errors import Invalid, MandateExceeded, Missing
from tests import walk
from tests.bargaining import WHOLE_BACK, back, offers, pending
from tests.walk import HALF_BACK, case_of, deadlines, do, last_event, photo

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
