"""Bound without signing here: stamped copies of both sides, dated messages for a small sum, and what is refused."""

import pytest

from cases import policies
from cases.models import SignedCopy
from cases.services import agreement_text
from config import clock, tenancy
from config.clock import SHANGHAI
from config.errors import Conflict, Invalid, NotAllowed, SecondPerson
from merchants import access
from merchants.models import User
from merchants.services import organisations
from tests import walk
from tests.signing import (
    REFUND,
    agreement_of,
    code_for,
    company_agreed,
    company_frozen,
    copy,
    quick_pdf,
    shop_frozen,
    sign,
    unchanged,
)
from tests.walk import do, photo

SMALL = {**REFUND, "amount": "1000.00"}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(agreement_text, "pdf", quick_pdf)


def state(actor, number) -> str:
    return walk.case_of(actor, number).state


def test_a_shop_hands_in_both_stamped_copies_and_it_takes_effect_on_the_later_day(at, cast):
    number = shop_frozen(at, cast)
    at("2026-09-11T10:00")
    copy(cast.owner, number, "merchant", "2026-09-09")
    assert state(cast.owner, number) == "SIGNING" and agreement_of(cast.owner, number).binding == "paper"
    copy(cast.owner, number, "provider", "2026-09-10", proof=photo("courier.png", b"c"))
    agreement = agreement_of(cast.owner, number)
    assert state(cast.owner, number) == "EFFECTIVE"
    assert clock.local_day(agreement.effective_at).isoformat() == "2026-09-10" and agreement.effective_at < clock.now()
    assert walk.deadlines(cast.owner, number)["CK-OBL"] == "2026-09-23"
    with tenancy.acting(cast.owner):
        copies = {one.side: one for one in SignedCopy.objects.filter(case__number=number)}
        assert copies["provider"].uploaded_by_side == "merchant" and copies["provider"].proof.kind == "E09"
        assert copies["merchant"].file.kind == "E05"
    last = walk.last_event(cast.owner, number)
    assert last.data["on_behalf"] and last.data["copy_of"] == "provider"


def test_the_other_side_s_copy_can_be_recorded_as_any_answer_of_it(at, cast):
    number = shop_frozen(at, cast)
    at("2026-09-09T12:00")
    copy(cast.owner, number, "provider", on_behalf=True, channel="post", received_at="2026-09-09T11:00")
    unchanged(cast.owner, number, Invalid, lambda: copy(cast.owner, number, "merchant", on_behalf=True, channel="post"))
    copy(cast.owner, number, "merchant")
    assert state(cast.owner, number) == "EFFECTIVE"


def test_each_side_with_an_account_hands_in_its_own_copy(at, cast):
    number = company_frozen(at, cast)
    at("2026-08-20T09:00")
    unchanged(cast.boss, number, NotAllowed, lambda: copy(cast.finance, number, "provider", "2026-08-20"))
    unchanged(cast.boss, number, NotAllowed, lambda: copy(cast.agent, number, "merchant", "2026-08-20"))
    copy(cast.finance, number, "merchant", "2026-08-20")
    unchanged(cast.boss, number, Conflict, lambda: copy(cast.finance, number, "merchant", "2026-08-20"))
    copy(cast.agent, number, "provider", "2026-08-20")
    assert state(cast.boss, number) == "EFFECTIVE"


def test_one_person_does_not_hand_in_both_sides_copies(at, cast):
    number = company_frozen(at, cast)
    at("2026-08-20T09:00")
    both = access.actor_of(
        organisations.seat(cast.agent, User.objects.get(pk=cast.boss.user_id), "provider.approver", None)
    )
    copy(cast.boss, number, "merchant", "2026-08-20")
    unchanged(cast.boss, number, SecondPerson, lambda: copy(both, number, "provider", "2026-08-20"))


@pytest.mark.parametrize("on", ["2026-09-07", "2026-09-10"])
def test_copies_are_not_exchanged_before_the_text_was_final_nor_in_the_future(at, cast, on):
    number = shop_frozen(at, cast)
    at("2026-09-09T12:00")
    unchanged(cast.owner, number, Invalid, lambda: copy(cast.owner, number, "merchant", on))


def test_the_first_way_of_signing_is_that_of_both(at, cast):
    number = company_frozen(at, cast)
    at("2026-08-20T09:00")
    copy(cast.finance, number, "merchant", "2026-08-20")
    assert "纸质盖章" in unchanged(cast.boss, number, Conflict, lambda: sign(cast.agent_chief, number))
    other = company_signed(at, cast)
    assert "在产品内签署" in unchanged(
        cast.boss, other, Conflict, lambda: copy(cast.agent, other, "provider", "2026-08-20")
    )


def company_signed(at, cast) -> str:
    """Another case of the same instants in which the merchant has signed in the product."""
    number = walk.file(cast.finance, {**walk.LINE, "store": "新街口店"}, provider=str(cast.provider.id))
    now = clock.now().astimezone(SHANGHAI).replace(tzinfo=None).isoformat()
    do(cast.finance, number, "send_letter", channel="email", arrived_at=now, proof=photo())
    do(cast.approver, number, "approve")
    do(cast.agent, number, "explain", text="按 7.3 条收取")
    do(cast.finance, number, "set_mandate", least_refund="1.00")
    do(cast.boss, number, "approve")
    do(cast.finance, number, "make_offer", terms=[REFUND])
    do(cast.agent_chief, number, "accept_offer", offer=1)
    do(cast.boss, number, "freeze_agreement")
    sign(cast.boss, number)
    return number


def test_an_agreement_on_paper_only_is_not_signed_in_the_product(at, cast):
    number = company_agreed(at, cast)
    do(cast.finance, number, "draft_agreement", signing="paper")
    do(cast.boss, number, "freeze_agreement")
    said = unchanged(cast.boss, number, Conflict, lambda: code_for(cast.boss, number))
    assert "只用纸质" in said


def test_where_the_other_side_has_no_account_nobody_signs_in_the_product(at, cast):
    number = shop_frozen(at, cast)
    assert "没有账号" in unchanged(cast.owner, number, Conflict, lambda: code_for(cast.owner, number))
    assert "没有账号" in unchanged(
        cast.owner, number, Conflict, lambda: sign(cast.owner, number, second_factor="123456")
    )


# -- small sums ---------------------------------------------------------------------------------------------------


def test_a_small_sum_stands_on_the_dated_messages_of_both_sides(at, cast):
    number = shop_frozen(at, cast, SMALL)
    at("2026-09-09T12:00")
    copy(cast.owner, number, "merchant", kind="message")
    unchanged(cast.owner, number, Conflict, lambda: copy(cast.owner, number, "provider"))
    copy(cast.owner, number, "provider", kind="message")
    assert state(cast.owner, number) == "EFFECTIVE" and agreement_of(cast.owner, number).binding == "messages"


def test_messages_do_not_carry_more_than_the_small_sum_and_the_refusal_names_it(at, cast):
    number = shop_frozen(
        at,
        cast,
        {**SMALL, "amount": f"{policies.SMALL_SUM['sole_trader'] + policies.SMALL_SUM['sole_trader'] / 100000:.2f}"},
    )
    at("2026-09-09T12:00")
    said = unchanged(cast.owner, number, Invalid, lambda: copy(cast.owner, number, "merchant", kind="message"))
    assert "¥1,000.01" in said and "¥1,000.00" in said
