"""Act × seat × state, derived from the table and walked with real cases: allowed, or refused with the right code."""

import pytest
from django.db import transaction

from cases import actions, workflow
from cases.models import Case
from cases.next_actor import next_actor
from cases.services import guards
from config import tenancy
from config.actors import Actor
from config.errors import Refused
from tests import walk
from tests.walk import LINE, PROVIDER_ALL, photo

SEATS = ("boss", "finance", "approver", "operations", "store_a", "store_b", "agent", "agent_chief", "owner")
NOON = "2026-08-18T10:00"
INPUT = {
    "open": dict,
    "record_contact": lambda: {"who": "客服", "channel": "phone", "on": NOON, "said": "三天内回复"},
    "add_line": lambda: {"line": {**LINE, "amount": "1.00", "store": "新街口店"}},
    "drop_line": lambda: {"line": 2, "reason": "不是这笔"},
    "correct_record": lambda: {"event": 1, "fields": {"story": "补充"}, "reason": "补充"},
    "add_evidence": lambda: {"kind": "E04", "file": photo()},
    "add_message": lambda: {"text": "你好"},
    "send_letter": lambda: {"channel": "email"},
    "record_arrival": lambda: {"of": "letter", "arrived_at": NOON, "proof": photo()},
    "remind": lambda: {"channel": "email"},
    "acknowledge": lambda: {"ticket_no": "T"},
    "explain": lambda: {"text": "按条款"},
    "request_evidence": lambda: {"kinds": ["E10"], "of": "provider"},
    "supply_evidence": lambda: {"request": 1, "refusal": "没有"},
    "propose_responsibility": lambda: {"split": PROVIDER_ALL, "reason": "未到场"},
    "answer_responsibility": lambda: {"agree": True},
    "confirm_responsibility": dict,
    "set_mandate": lambda: {"latest": "2026-12-31"},
    "start_negotiation": dict,
    "make_offer": lambda: {"terms": walk.HALF_BACK},
    "reject_offer": lambda: {"reason": "太少"},
    "withdraw_offer": lambda: {"reason": "写错了"},
    "accept_offer": lambda: {"offer": 1},
    "draft_agreement": dict,
    "freeze_agreement": dict,
    "sign": lambda: {"frozen_sha256": "0" * 64, "second_factor": "000000", "consent": True},
    "upload_signed_copy": lambda: {"side": "merchant", "exchanged_on": "2026-08-18", "file": photo()},
    "decline_to_sign": lambda: {"reason": "账户写错了"},
    "accept_charge": lambda: {"reason": "条款写了"},
    "fail_negotiation": lambda: {"summary": "谈不拢"},
    "notify_parties": dict,
    "acknowledge_notice": dict,
    "prove_obligation": lambda: {"obligation": 1, "on": "2026-08-18", "amount": "2000.00", "file": photo()},
    "confirm_obligation": lambda: {"obligation": 1},
    "dispute_obligation": lambda: {"obligation": 1, "reason": "没有到账"},
    "declare_breach": lambda: {"obligation": 1},
    "demand_cure": lambda: {"channel": "email"},
    "cure": lambda: {"on": "2026-08-18", "amount": "2000.00", "file": photo()},
    "record_refund": lambda: {"lines": [1], "on": "2026-08-18", "amount": "1.00", "file": photo()},
    "close": lambda: {"outcome": "FULL_REFUND"},
    "withdraw": lambda: {"reason": "不追了"},
    "assign": lambda: {"who": "me"},
    "approve": dict,
    "return_request": lambda: {"reason": "再看看"},
}
# Refusals that hang on what the act is about and not on seat, state and requirements.
BY_CONTENT = {
    "correct_record": lambda case, actor: "" if actor.seat in ("merchant.owner", "merchant.finance") else "not_allowed",
    "request_evidence": lambda case, actor: "invalid" if actor.is_provider else "",
    "record_arrival": lambda case, actor: "conflict",  # the only letter is already proven
    "make_offer": lambda case, actor: (
        "conflict" if case.offers.filter(state="live", side=side_of(actor)).exists() else ""
    ),
    "sign": lambda case, actor: "conflict",  # it is not the text that was frozen
    "upload_signed_copy": lambda case, actor: "not_allowed" if actor.is_provider else "",  # each its own copy
    "record_refund": lambda case, actor: "invalid" if case.state == "FULFILLED" else "",  # nothing is left to come back
}
# What is refused with a better word than that the state is wrong: it was overtaken.
OVERTAKEN = {
    "accept_offer": lambda case: "conflict" if case.offers.filter(position=1).exclude(state="live").exists() else "",
}
HIDDEN = ("not_allowed", "wrong_state", "not_found")
CHOSEN = ("close", "drop_line")  # whether these are blocked hangs on the outcome or line that is chosen


def test_every_alive_act_has_an_input_here():
    assert set(INPUT) | {"file"} == set(workflow.ALIVE)


def side_of(actor: Actor) -> str:
    return "provider" if actor.is_provider else "merchant"


def people(cast) -> dict[str, Actor]:
    finance = cast.finance
    fields = {name: getattr(finance, name) for name in finance.__slots__}
    operations = Actor(**{**fields, "seat": workflow.OPERATIONS, "user_id": finance.user_id + 100_000})
    return {name: operations if name == "operations" else getattr(cast, name) for name in SEATS}


def expected(actor: Actor, act: str, number: str) -> str:
    """The code of the refusal that the table foresees, or nothing."""
    row = workflow.ACTS[act]
    with tenancy.acting(actor):
        case = Case.objects.visible_to(actor).filter(number=number).first()
        if case is None:
            return "not_found"
        if actor.seat not in row.seats:
            return "not_allowed"
        if case.state not in row.from_:
            return OVERTAKEN.get(act, lambda case: "")(case) or "wrong_state"
        if guards.missing(case, actor, row.requires, {**INPUT[act](), "_side": side_of(actor)}):
            return "missing"
        return BY_CONTENT.get(act, lambda case, actor: "")(case, actor)


def outcome(actor: Actor, act: str, number: str) -> str:
    """What really happens; everything is undone afterwards."""
    with transaction.atomic():
        try:
            actions.perform(actor, act, INPUT[act](), number=number)
            return ""
        except Refused as refused:
            return refused.code
        finally:
            transaction.set_rollback(True)


def offered(actor: Actor, number: str) -> tuple[dict, str]:
    """The buttons of the case page with what blocks each, and whose turn it is; nothing of a case that is not seen."""
    with tenancy.acting(actor):
        case = Case.objects.visible_to(actor).filter(number=number).first()
        if case is None:
            return {}, ""
        return {act.name: blocked for act, blocked in actions.available(case, actor)}, next_actor(case)


@pytest.mark.parametrize("state", walk.STATES)
def test_each_act_by_each_seat_goes_as_the_table_says_and_is_offered_where_it_can_be_done(at, cast, state):
    lines = [{**LINE, "store": "新街口店"}] * (1 if state == "FULFILLED" else 2)
    number = walk.company(at, cast, state, *lines)
    at(NOON)
    wrong, allowed = [], 0
    for name, actor in people(cast).items():
        buttons, turn = offered(actor, number)
        if turn and (turn == "none") != (state == "CLOSED"):
            wrong.append(f"{name} reads that it is the turn of {turn}")
        for act in INPUT:
            wanted, got = expected(actor, act, number), outcome(actor, act, number)
            allowed += not got
            if got != wanted:
                wrong.append(f"{act} by {name}: {wanted or 'allowed'} wanted, {got or 'allowed'} got")
            if (act in buttons) != (wanted not in HIDDEN) and act not in {*BY_CONTENT, *OVERTAKEN}:
                wrong.append(
                    f"{act} for {name} is {'offered' if act in buttons else 'not offered'}: {wanted or 'allowed'}"
                )
            if act in buttons and bool(buttons[act]) != (wanted == "missing") and act not in CHOSEN:
                wrong.append(f"{act} for {name} is blocked by {buttons[act]}: {wanted or 'allowed'}")
    assert not wrong, "\n".join(wrong)
    assert bool(allowed) == (state != "CLOSED")


def test_the_next_actor_is_worked_out_for_every_state_of_the_table(cast):
    number = walk.file(cast.owner)
    case = walk.case_of(cast.owner, number)
    with tenancy.acting(cast.owner):
        for state in workflow.STATES:
            case.state = state
            assert next_actor(case) in workflow.NEXT_ACTORS
            assert (next_actor(case) == "none") == (state == "CLOSED")
