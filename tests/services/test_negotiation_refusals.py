"""Bad input of every act of bargaining: its own sentence in both languages, the right code, and not one row changed."""

import pytest

from cases import actions, workflow
from config import tenancy
from merchants import access
from merchants.services import organisations
from tests import cast as cast_module
from tests import walk
from tests.services.test_refusals import AMOUNTS, DAYS, Refusals
from tests.walk import HALF_BACK, do


@pytest.fixture
def here(committed):
    return committed, cast_module.make()


def refund(**more) -> list[dict]:
    return [{"type": "REFUND", "amount": "5.00", **more}]


def test_offers_that_cannot_be(at, here):
    url, cast = here
    number = walk.company(at, cast, "OFFER_PENDING")
    refuse = Refusals(url)
    for amount in AMOUNTS:
        if amount is not True and amount != 1.5:
            refuse("invalid", cast.finance, "make_offer", {"terms": refund(amount=amount)}, number, "/terms/0/amount")
    for day in DAYS:
        wrong = {"terms": refund(due_on=day)}
        refuse("invalid", cast.finance, "make_offer", wrong, number, "/terms/0/due_on")
        refuse("invalid", cast.finance, "make_offer", {"terms": HALF_BACK, "valid_until": day}, number, "/valid_until")
    for wrong, pointer in (
        ({}, "/terms"),
        ({"terms": []}, "/terms"),
        ({"terms": "REFUND"}, "/terms"),
        ({"terms": [None]}, "/terms/0"),
        ({"terms": refund() * 21}, "/terms"),
        ({"terms": refund(amount="2000.01")}, "/terms/0/amount"),
        ({"terms": refund(instalments=[])}, "/terms/0/instalments"),
        ({"terms": refund(due_on="2026-08-17")}, "/terms/0/due_on"),
        ({"terms": refund(due_in={"n": 1, "unit": "years"})}, "/terms/0/due_in/unit"),
        ({"terms": refund(lines=[0])}, "/terms/0/lines/0"),
        ({"terms": refund(lines=["一"])}, "/terms/0/lines/0"),
        ({"terms": refund(tid="123456789")}, "/terms/0/tid"),
        ({"terms": [{"amount": "5.00"}]}, "/terms/0/type"),
        ({"terms": HALF_BACK, "price": "5"}, "/price"),
        ({"terms": HALF_BACK, "conditions": "字" * 1001}, "/conditions"),
        ({"terms": HALF_BACK, "valid_until": "2026-08-17"}, "/valid_until"),
    ):
        refuse("invalid", cast.finance, "make_offer", wrong, number, pointer)
    refuse("not_allowed", cast.store_a, "make_offer", {"terms": HALF_BACK}, number)
    refuse("not_allowed", cast.boss, "make_offer", {"terms": HALF_BACK}, number)
    refuse("not_found", cast.owner, "make_offer", {"terms": HALF_BACK}, number)
    refuse("conflict", cast.agent, "make_offer", {"terms": HALF_BACK}, number)
    refuse("mandate", cast.finance, "make_offer", {"terms": refund(amount="499.99")}, number)


def test_answers_that_cannot_be(at, here):
    url, cast = here
    number = walk.company(at, cast, "OFFER_PENDING")
    refuse = Refusals(url)
    for wrong in ({}, {"offer": 0}, {"offer": "x"}, {"offer": -1}, {"offer": 2}, {"offer": 10**30}):
        refuse("invalid", cast.finance, "accept_offer", wrong, number, "/offer")
    for act, who in (("reject_offer", cast.finance), ("withdraw_offer", cast.agent)):
        refuse("invalid", who, act, {}, number, "/reason")
        refuse("invalid", who, act, {"reason": "字" * 501}, number, "/reason")
    refuse("missing", cast.agent, "accept_offer", {"offer": 1}, number)
    refuse("missing", cast.agent, "reject_offer", {"reason": "x"}, number)
    refuse("missing", cast.finance, "withdraw_offer", {"reason": "x"}, number)
    refuse("not_allowed", cast.approver, "accept_offer", {"offer": 1}, number)
    refuse("not_allowed", cast.finance, "accept_offer", {"offer": 1, "on_behalf": True, "channel": "phone"}, number)
    at("2026-08-26T00:00")
    late = Refusals(url)
    late("late", cast.finance, "accept_offer", {"offer": 1}, number)


def test_offers_in_the_wrong_state(at, here):
    url, cast = here
    number = walk.company(at, cast, "AWAIT_ACK")
    refuse = Refusals(url)
    refuse("wrong_state", cast.agent, "make_offer", {"terms": HALF_BACK}, number)
    refuse("wrong_state", cast.finance, "start_negotiation", {}, number)
    refuse("wrong_state", cast.finance, "accept_offer", {"offer": 1}, number)
    refuse("invalid", cast.agent, "explain", {"text": "按条款", "terms": refund(amount="0")}, number, "/terms/0/amount")


def test_limits_that_cannot_be(at, here):
    url, cast = here
    number = walk.company(at, cast, "EXPLAINED")
    refuse = Refusals(url)
    for wrong, pointer in (({"least_refund": "0"}, "/least_refund"), ({"latest": "2026-02-30"}, "/latest")):
        refuse("invalid", cast.finance, "set_mandate", wrong, number, pointer)
    refuse("not_allowed", cast.store_a, "set_mandate", {"least_refund": "1.00"}, number)
    refuse("not_allowed", cast.agent_chief, "set_mandate", {"most_refund": "1.00"}, number)
    do(cast.finance, number, "set_mandate", least_refund="2000.01")
    asked = Refusals(url)
    asked("invalid", cast.approver, "approve", {}, number, "/least_refund")


def test_what_binds_the_provider_is_not_done_by_its_outsourcer(at, here):
    url, cast = here
    at("2026-08-17T18:00")
    firm = organisations.found(
        kind="outsourcer", name="代理公司乙", owner={"name": "吴代理", "phone": "+8613800000055"}, seat="provider.agent",
        is_listed=True,
    )  # fmt: skip
    agent = access.actor_of(firm.memberships[0])
    chief = organisations.seat(agent, {"name": "钱审批", "phone": "+8613800000056"}, "provider.approver", None)
    number = walk.file(cast.finance, provider=str(cast.provider.id), outsourcer=str(firm.organisation.id))
    letter = {"channel": "email", "arrived_at": "2026-08-17T18:00", "proof": walk.photo()}
    walk.approved(cast, number, "send_letter", cast.finance, **letter)
    do(agent, number, "explain", text="现场没有人")
    refuse = Refusals(url)
    refuse("not_allowed", agent, "make_offer", {"terms": HALF_BACK}, number)
    refuse("not_allowed", agent, "set_mandate", {"most_refund": "1.00"}, number)
    do(cast.agent, number, "make_offer", terms=HALF_BACK)
    do(cast.finance, number, "make_offer", terms=refund())
    refuse = Refusals(url)
    for person in (agent, access.actor_of(chief)):
        refuse("not_allowed", person, "accept_offer", {"offer": 2}, number)
    do(cast.agent, number, "accept_offer", offer=2)
    do(cast.boss, number, "freeze_agreement")
    refuse = Refusals(url)
    signed = {"frozen_sha256": "0" * 64, "second_factor": "123456", "consent": True}
    refuse("not_allowed", access.actor_of(chief), "sign", signed, number)
    refuse("not_allowed", access.actor_of(chief), "decline_to_sign", {"reason": "不签"}, number)
    copy = {"side": "provider", "file": walk.photo(), "exchanged_on": "2026-08-17"}
    refuse("not_allowed", agent, "upload_signed_copy", copy, number)
    with tenancy.acting(agent):
        shown = {act.name for act, _ in actions.available(walk.case_of(agent, number), agent)}
    assert "add_evidence" in shown and not shown & set(workflow.BY_THE_INSTITUTION)
