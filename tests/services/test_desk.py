"""What one side arranges among itself: who takes a case, and reply templates. The other side sees none of it."""

import pytest

from cases import events
from cases.models import Assignment, Event
from cases.services import desk
from config import tenancy
from config.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from merchants import access
from merchants.services import organisations
from tests import walk
from tests.walk import do


@pytest.fixture
def number(at, cast) -> str:
    """A company's case that waits for the provider's acknowledgement."""
    return walk.company(
        at, cast, "AWAIT_ACK", {**walk.LINE, "fee_name": "流量费", "clause": "7.3", "store": "新街口店"}
    )


def assigned(actor, number: str) -> list[str]:
    with tenancy.acting(actor):
        return list(
            Assignment.objects.visible_to(actor).filter(case__number=number).values_list("user_name", flat=True)
        )


# -- who takes a case ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["me", "name", "membership", "user"])
def test_an_agent_takes_a_case_however_he_names_himself(cast, number, named):
    words = {
        "me": "me",
        "name": cast.agent.display_name,
        "membership": str(cast.agent.membership_id),
        "user": str(cast.agent.user_id),
    }
    do(cast.agent, number, "assign", who=words[named])
    assert assigned(cast.agent, number) == ["周经办"]


def test_an_agent_gives_a_case_to_a_colleague_and_the_last_word_stands(cast, number):
    do(cast.agent, number, "assign", who="me")
    do(cast.agent, number, "assign", who="郑审批")
    assert assigned(cast.agent, number) == ["郑审批"]
    told = [str(events.told(event)["sentence"]) for event in walk.events(cast.agent, number) if event.act == "assign"]
    assert told == ["指派给周经办", "指派给郑审批"]


def test_the_other_side_sees_neither_who_has_it_nor_that_it_was_given(cast, number):
    do(cast.agent, number, "assign", who="me")
    do(cast.boss, number, "assign", who="云杉finance")
    assert assigned(cast.agent, number) == ["周经办"] and assigned(cast.finance, number) == ["云杉finance"]
    for ours, theirs in ((cast.agent, cast.boss), (cast.boss, cast.agent)):
        with tenancy.acting(theirs):
            seen = Event.objects.filter(case__number=number, act="assign")
            assert {event.organisation_id for event in seen} == {theirs.organisation_id}
            assert not Assignment.objects.filter(user_id=ours.user_id).exists(), "row-level security alone"


def test_a_case_somebody_has_already_is_not_given_to_him_again(cast, number):
    do(cast.agent, number, "assign", who="me")
    before = len(walk.events(cast.agent, number))
    with pytest.raises(Conflict, match="已经由周经办负责"):
        do(cast.agent, number, "assign", who="周经办")
    assert len(walk.events(cast.agent, number)) == before


@pytest.mark.parametrize("who", ["李云", "没有这个人", "9b2e8c5e-52c7-4b5e-9c39-6d8c0f1f7a11", "999999999", "  "])
def test_nobody_but_a_member_of_the_own_organisation_is_found(cast, number, who):
    with pytest.raises(Invalid):
        do(cast.agent, number, "assign", who=who)
    assert assigned(cast.agent, number) == []


def test_two_of_one_name_are_not_guessed_between(cast, number):
    organisations.seat(cast.agent, {"name": "周经办", "phone": "+8613800000077"}, "provider.agent", None)
    with pytest.raises(Invalid, match="不止一个人"):
        do(cast.agent, number, "assign", who="周经办")
    do(cast.agent, number, "assign", who=str(cast.agent.membership_id))


def test_somebody_removed_or_who_only_audits_is_given_nothing(cast, number):
    gone = organisations.seat(cast.agent, {"name": "走了的人", "phone": "+8613800000078"}, "provider.agent", None)
    organisations.remove(cast.agent, gone.id)
    organisations.seat(cast.agent, {"name": "审计员", "phone": "+8613800000079"}, "auditor", None)
    for name in ("走了的人", "审计员"):
        with pytest.raises(Invalid):
            do(cast.agent, number, "assign", who=name)


def test_a_store_seat_is_not_given_a_case_of_another_store(cast, number):
    with pytest.raises(Invalid, match="看不到这家门店"):
        do(cast.boss, number, "assign", who="云杉store_b")
    do(cast.boss, number, "assign", who="云杉store_a")


@pytest.mark.parametrize("part", ["finance", "store_a"])
def test_a_seat_that_does_not_lead_assigns_nothing(cast, number, part):
    with pytest.raises(NotAllowed):
        do(getattr(cast, part), number, "assign", who="me")


def test_an_outsourcer_gives_the_case_to_its_own_people_and_its_principal_sees_it(at, cast):
    at("2026-08-17T18:00")
    firm = organisations.found(
        kind="outsourcer", name="代理公司乙", owner={"name": "吴代理", "phone": "+8613800000055"}, seat="provider.agent", is_listed=True
    )  # fmt: skip
    agent = access.actor_of(firm.memberships[0])
    number = walk.file(cast.finance, provider=str(cast.provider.id), outsourcer=str(firm.organisation.id))
    walk.approved(
        cast, number, "send_letter", cast.finance, channel="email", arrived_at="2026-08-17T18:00", proof=walk.photo()
    )
    do(agent, number, "assign", who="me")
    assert assigned(cast.agent, number) == ["吴代理"] == assigned(agent, number)
    with pytest.raises(Invalid):
        do(agent, number, "assign", who="周经办")
    do(cast.agent, number, "assign", who="me")
    assert assigned(agent, number) == ["周经办"]
    do(agent, number, "acknowledge", ticket_no="W-1")
    assert walk.case_of(cast.agent, number).state == "AWAIT_EXPLANATION", "the table lets its seat act"


# -- reply templates ----------------------------------------------------------------------------------------------

TOLD = {
    "name": "按条款说明",
    "act": "explain",
    "text": "{商户}：{扣款名称}按{条款}收取，共{金额}（{number}）。",
    "clause": "{条款}",
}


def kept(actor, **more):
    with tenancy.acting(actor):
        return desk.save_template(actor, {**TOLD, **more})


def laid(actor, number: str, row) -> desk.Filled:
    with tenancy.acting(actor):
        return desk.filled(row, desk.values_of(actor, walk.case_of(actor, number)))


def test_a_template_is_filled_from_the_case_in_either_language_of_its_placeholders(cast, number):
    found = laid(cast.agent, number, kept(cast.agent, text=TOLD["text"] + "{TID} {Fee Name} {扣款日期}"))
    assert found.fields == {
        "text": f"南京云杉餐饮：流量费按7.3收取，共¥2,000.00（{number}）。20117765 流量费 2026-08-17",
        "clause": "7.3",
    }
    assert found.missing == []


def test_what_the_case_does_not_say_stays_to_be_written_and_is_named(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK", {"on": "2026-08-17", "amount": "9.00", "store": "新街口店"})
    found = laid(cast.agent, number, kept(cast.agent))
    assert "【条款】" in found.fields["text"] and [str(one) for one in found.missing] == ["扣款名称", "条款"]


@pytest.mark.parametrize("text", ["{客服}", "请看{ }", "{amount_total}"])
def test_an_unknown_placeholder_is_refused_where_it_is_written(cast, text):
    with pytest.raises(Invalid) as refused:
        kept(cast.agent, text=text)
    assert [fault.pointer for fault in refused.value.faults] == ["/text"] and "{金额}" in refused.value.faults[
        0
    ].text.zh


def test_names_are_unique_in_an_organisation_and_free_in_another(cast):
    row = kept(cast.agent)
    with pytest.raises(Invalid, match="需要修改"):
        kept(cast.agent_chief)
    with tenancy.acting(cast.agent_chief):
        desk.save_template(cast.agent_chief, {**TOLD, "text": "改过"}, row.id)
        assert [one.data["text"] for one in desk.templates(cast.agent_chief)] == ["改过"]
    other = organisations.found(
        kind="bank", name="丁银行", owner={"name": "丁", "phone": "+8613800000066"}, seat="provider.agent"
    )
    stranger = access.actor_of(other.memberships[0])
    kept(stranger)
    with tenancy.acting(stranger), pytest.raises(NotFound):
        desk.delete_template(stranger, row.id)


def test_a_shop_has_no_templates(cast):
    with tenancy.acting(cast.owner), pytest.raises(Refused):
        desk.templates(cast.owner)
