"""The invariants of an agreement in effect: they hold after the services, and each finds the fault planted for it."""

from decimal import Decimal

import pytest

from cases import invariants
from cases.models import Case, Deadline, Obligation, Offer
from config import tenancy
from tests import agreed, walk
from tests.walk import do, photo


def broken(actor) -> set[str]:
    with tenancy.acting(actor):
        return {one["name"] for one in invariants.ask() if one["broken"]}


def plant(actor, model, number, **change) -> None:
    with tenancy.acting(actor):
        where = {"number": number} if model is Case else {"case__number": number}
        assert model.objects.filter(**where).update(**change)


@pytest.fixture
def number(at, cast):
    return agreed.company_fulfilling(at, cast)


@pytest.mark.parametrize("state", ["OFFER_PENDING", "EFFECTIVE", "FULFILLING", "BREACHED"])
def test_they_hold_along_the_road_of_an_agreement(at, cast, state):
    walk.company(at, cast, state)
    assert broken(cast.boss) == set()


def test_they_hold_through_a_part_payment_and_a_cure(at, cast):
    number = walk.company(at, cast, "BREACHED")
    do(cast.finance, number, "record_refund", lines=[1], on="2026-09-05", amount="500.00", file=photo())
    assert broken(cast.boss) == set()
    do(cast.agent, number, "cure", on="2026-09-05", amount="1500.00", file=photo("b.png", b"b"))
    do(cast.finance, number, "confirm_obligation", obligation=1)
    assert walk.case_of(cast.boss, number).state == "FULFILLED"
    assert broken(cast.boss) == set()


FAULTS = {
    "an_offer_is_live_only_while_its_answer_is_awaited": (Offer, {"state": "live"}),
    "an_obligation_that_is_owed_has_its_clock": (Deadline, {"code": "CK-CURE"}),
    "what_is_done_says_when_and_by_whom": (Obligation, {"state": "proven"}),
    "fulfilled_leaves_nothing_owed": (Case, {"state": "FULFILLED"}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(cast, number, name):
    model, change = FAULTS[name]
    plant(cast.boss, model, number, **change)
    assert name in broken(cast.boss)


def test_a_payment_confirmed_and_not_seen_is_found(cast, number):
    do(cast.agent, number, "prove_obligation", obligation=1, on="2026-08-18", amount="2000.00", file=photo())
    do(cast.finance, number, "confirm_obligation", obligation=1)
    assert broken(cast.boss) == set()
    plant(cast.boss, Obligation, number, amount=Decimal("2000.01"))
    assert broken(cast.boss) == {"what_was_paid_back_by_agreement_was_seen"}


def test_a_case_that_fulfils_no_agreement_is_found(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    plant(cast.boss, Case, number, state="FULFILLING")
    assert broken(cast.boss) == {"a_case_under_an_agreement_has_one_in_effect"}
