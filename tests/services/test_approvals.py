"""The second person: asked for by one, performed by another of the same side, or sent back; a shop alone gives a reason."""

import pytest

from cases import events
from cases.models import ActRequest, Notice
from cases.services.chain import first_bad
from config import tenancy
from config.errors import Conflict, Missing, NotAllowed, NotFound, SecondPerson, WrongState
from tests import walk
from tests.walk import case_of, do, last_event, photo

SENDING = {"channel": "email", "arrived_at": "2026-08-18T09:50"}


@pytest.fixture
def asked(at, cast):
    """A letter that finance has asked to send."""
    number = walk.company(at, cast, "OPEN")
    at("2026-08-18T09:50")
    do(cast.finance, number, "send_letter", **SENDING, proof=photo())
    at("2026-08-18T10:00")
    return number


def requests(actor, number):
    with tenancy.acting(actor):
        return list(ActRequest.objects.filter(case__number=number).values_list("act", "state", "reason"))


def test_asking_changes_nothing_but_says_what_waits(cast, asked):
    case = case_of(cast.finance, asked)
    assert case.state == "OPEN"
    assert walk.deadlines(cast.finance, asked).keys() == {"CK-SEND"}
    assert requests(cast.finance, asked) == [("send_letter", "pending", "")]
    event = last_event(cast.finance, asked)
    assert event.private_to == cast.yunshan.id
    assert events.told(event)["sentence"].zh == "请同一方的另一个人同意「发出要求说明函」"
    with tenancy.acting(cast.approver):
        assert Notice.objects.filter(case=case, kind="approval_asked").exists()


def test_another_person_performs_it_with_what_was_asked(cast, asked):
    do(cast.approver, asked, "approve")
    assert case_of(cast.finance, asked).state == "AWAIT_ACK"
    assert requests(cast.finance, asked) == [("send_letter", "approved", "")]
    approved, sent = walk.events(cast.finance, asked)[-2:]
    assert (approved.act, sent.act, sent.actor_name) == ("approve", "send_letter", "云杉approver")
    assert sent.data["requested_by"] == "云杉finance"
    assert sent.data["arrived_at"].startswith("2026-08-18T")
    assert first_bad(walk.events(cast.finance, asked)) is None


def test_nobody_approves_what_they_asked_for_themselves(cast, asked):
    with pytest.raises(SecondPerson):
        do(cast.finance, asked, "approve")
    owner_too = cast.finance.__class__(
        **{**{name: getattr(cast.finance, name) for name in cast.finance.__slots__}, "seat": "merchant.owner"}
    )
    with pytest.raises(SecondPerson):
        do(owner_too, asked, "approve")
    assert requests(cast.finance, asked) == [("send_letter", "pending", "")]


def test_a_seat_that_may_not_approve_and_strangers_get_nowhere(cast, asked):
    with pytest.raises(NotAllowed):
        do(cast.store_a, asked, "approve")
    for stranger in (cast.owner, cast.agent, cast.store_b):
        with pytest.raises(NotFound):
            do(stranger, asked, "approve")


def test_it_is_sent_back_with_a_reason_and_can_be_asked_again(cast, asked):
    do(cast.approver, asked, "return_request", reason="金额先核对")
    assert requests(cast.finance, asked) == [("send_letter", "returned", "金额先核对")]
    assert case_of(cast.finance, asked).state == "OPEN"
    told = events.told(last_event(cast.finance, asked))
    assert (str(told["sentence"]), told["details"]) == (
        "退回了「发出要求说明函」", [(events.label_of("reason"), "金额先核对"), (events.label_of("requested_by"), "云杉finance")],
    )  # fmt: skip
    do(cast.finance, asked, "send_letter", **SENDING, proof=photo())
    do(cast.boss, asked, "approve")
    assert case_of(cast.finance, asked).state == "AWAIT_ACK"


def test_one_request_at_a_time(cast, asked):
    with pytest.raises(Conflict):
        do(cast.boss, asked, "accept_charge", reason="x")
    with pytest.raises(Missing):
        do(cast.approver, walk.file(cast.finance, provider=None), "approve")


def test_what_the_case_has_moved_past_is_refused_and_can_be_returned(at, cast, asked):
    do(cast.boss, asked, "record_refund", lines=[1], amount="2000.00", on="2026-08-18", file=photo())
    with pytest.raises(WrongState):
        do(cast.approver, asked, "approve")
    do(cast.approver, asked, "return_request", reason="钱已退回")
    assert requests(cast.finance, asked) == [("send_letter", "returned", "钱已退回")]


def test_a_shop_alone_gives_a_reason_and_waits_for_nobody(at, cast):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    with pytest.raises(Missing) as refused:
        do(cast.owner, number, "send_letter", channel="wechat", arrived_at="2026-08-17T18:00", proof=photo())
    assert refused.value.faults[0].pointer == "/alone"
    do(
        cast.owner,
        number,
        "send_letter",
        channel="wechat",
        arrived_at="2026-08-17T18:00",
        proof=photo(),
        alone="核对过金额",
    )
    assert case_of(cast.owner, number).state == "AWAIT_ACK"
    assert requests(cast.owner, number) == []
    assert ("独自核对后确认", "核对过金额") in [
        (str(label), value) for label, value in events.told(last_event(cast.owner, number))["details"]
    ]


def test_a_reason_for_acting_alone_does_not_replace_the_second_person_of_a_company(cast, asked):
    do(cast.approver, asked, "return_request", reason="x")
    do(cast.finance, asked, "send_letter", **SENDING, proof=photo(), alone="我自己看过")
    assert case_of(cast.finance, asked).state == "OPEN"
    assert "alone" not in last_event(cast.finance, asked).data
