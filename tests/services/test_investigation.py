"""What the other side answers, and who is responsible: both views kept, confirmed by another person or as disputed."""

import pytest

from cases import events
from cases.models import Responsibility
from cases.next_actor import next_actor
from cases.services import investigation
from config import tenancy
from config.actors import SYSTEM
from config.errors import Invalid, Missing, NotAllowed, SecondPerson, WrongState
from tests import walk
from tests.walk import HALF, PROVIDER_ALL, behalf, case_of, deadlines, do, last_event


def views(actor, number):
    with tenancy.acting(actor):
        rows = Responsibility.objects.filter(case__number=number).order_by("position")
        return [(row.side, row.provider, row.merchant, row.state) for row in rows]


def whose_turn(actor, number):
    with tenancy.acting(actor):
        return next_actor(case_of(actor, number))


def pass_time(cast, number):
    """What the product does by itself once a clock of the talk on responsibility has run out."""
    with tenancy.acting(SYSTEM, organisation_id=cast.yunshan.id):
        return investigation.confirm_responsibility(SYSTEM, number, {"disputed": True})


def test_an_acknowledgement_typed_in_ends_the_wait_for_it_and_says_who_typed_it(at, cast):
    number = walk.shop_awaits(at, cast)
    at("2026-08-19T09:00")
    do(cast.owner, number, "acknowledge", **behalf("2026-08-18T16:30", ticket_no="KF-88"))
    assert case_of(cast.owner, number).state == "AWAIT_EXPLANATION"
    assert deadlines(cast.owner, number) == {"CK-EXPL": "2026-09-02"}
    event = last_event(cast.owner, number)
    told = events.told(event)
    assert event.data["on_behalf"] and event.data["evidence"] == [2]
    assert told["on_behalf"].zh == "商户替服务商记录，微信，2026-08-18 16:30 收到"
    assert ("对方的受理编号", "KF-88") in [(str(label), value) for label, value in told["details"]]


def test_an_explanation_is_also_an_acknowledgement_and_starts_the_review_when_it_was_received(at, cast):
    number = walk.shop_explained(at, cast)
    assert case_of(cast.owner, number).state == "EXPLAINED"
    assert deadlines(cast.owner, number) == {"CK-REVIEW": "2026-09-07"}  # five workdays after Monday 08-31
    told = events.told(last_event(cast.owner, number))
    assert told["sentence"].en == "Explains"
    assert ("系统记录", "拒绝提供") in [(str(label), value) for label, value in told["details"]]


@pytest.mark.parametrize(("received", "late"), [("2026-09-02T23:59", False), ("2026-09-03T00:00", True)])
def test_an_explanation_is_in_time_until_24_00_of_the_last_day(at, cast, received, late):
    number = walk.shop_awaits(at, cast)
    at("2026-09-10T12:00")
    do(cast.owner, number, "explain", **behalf(received, text="商户原因"))
    assert last_event(cast.owner, number).data.get("late", False) is late


@pytest.mark.parametrize("received", ["2026-08-18T09:59", "2026-08-19T09:01"])
def test_an_answer_cannot_come_before_the_letter_or_in_the_future(at, cast, received):
    number = walk.shop_awaits(at, cast)
    at("2026-08-19T09:00")
    with pytest.raises(Invalid) as refused:
        do(cast.owner, number, "explain", **behalf(received, text="商户原因"))
    assert refused.value.faults[0].pointer == "/received_at"


def test_for_a_provider_with_account_nobody_answers_but_itself(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK")
    with pytest.raises(NotAllowed):
        do(cast.finance, number, "acknowledge", on_behalf=True, channel="phone")
    do(cast.agent, number, "acknowledge")
    assert not last_event(cast.finance, number).data.get("on_behalf")


def test_a_channel_is_asked_for_what_is_typed_in(at, cast):
    number = walk.shop_awaits(at, cast)
    with pytest.raises(Missing) as refused:
        do(cast.owner, number, "acknowledge", on_behalf=True)
    assert refused.value.faults[0].pointer == "/channel"


def test_attachments_of_an_explanation_are_the_providers_evidence(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    do(cast.agent, number, "explain", text="见附件", evidence=[{"kind": "E05", "file": walk.photo("合同.png")}])
    with tenancy.acting(cast.finance):
        item = case_of(cast.finance, number).evidence.get(kind="E05")
        assert (item.added_by_side, item.name, item.on_behalf) == ("provider", "合同.png", False)
    assert item.position in last_event(cast.finance, number).data["evidence"]


def test_a_split_given_with_the_explanation_is_the_providers_view_and_moves_nothing(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    do(cast.agent, number, "explain", text="各一半", split=HALF)
    assert case_of(cast.finance, number).state == "EXPLAINED"
    assert views(cast.finance, number) == [("provider", 50, 50, "proposed")]
    do(cast.finance, number, "propose_responsibility", split=HALF, reason="同意")
    assert views(cast.finance, number) == [("provider", 50, 50, "agreed"), ("merchant", 50, 50, "agreed")]
    assert whose_turn(cast.finance, number) == "merchant"


def test_both_agree_and_another_person_confirms(at, cast):
    number = walk.company(at, cast, "RESP_REVIEW")
    assert whose_turn(cast.finance, number) == "provider"
    do(cast.agent, number, "answer_responsibility", agree=True)
    assert views(cast.finance, number) == [("merchant", 100, 0, "agreed"), ("provider", 100, 0, "agreed")]
    assert whose_turn(cast.finance, number) == "merchant"
    do(cast.approver, number, "confirm_responsibility")
    assert case_of(cast.finance, number).state == "RESP_CONFIRMED"
    assert last_event(cast.finance, number).data["result"] == "agreed"
    assert deadlines(cast.finance, number) == {}


def test_different_views_stand_beside_each_other_and_are_confirmed_as_disputed(at, cast):
    number = walk.company(at, cast, "RESP_REVIEW")
    do(cast.agent, number, "answer_responsibility", split=HALF, reason="商户也有责任")
    assert views(cast.finance, number) == [("merchant", 100, 0, "disputed"), ("provider", 50, 50, "disputed")]
    do(cast.boss, number, "confirm_responsibility")
    told = events.told(last_event(cast.finance, number))
    assert told["sentence"].zh == "责任已确认，按有争议记录"
    shown = {str(label): value for label, value in told["details"]}
    assert shown == {"商户的看法": "服务商 100%", "服务商的看法": "服务商 50%，商户 50%"}


def test_the_merchant_may_come_round_to_the_providers_view(at, cast):
    number = walk.company(at, cast, "RESP_REVIEW")
    do(cast.agent, number, "answer_responsibility", split=HALF)
    do(cast.finance, number, "answer_responsibility", agree=True)
    assert [row[3] for row in views(cast.finance, number)] == ["disputed", "agreed", "agreed"]
    do(cast.approver, number, "confirm_responsibility")
    assert last_event(cast.finance, number).data["result"] == "agreed"


def test_nobody_answers_the_own_view(at, cast):
    number = walk.company(at, cast, "RESP_REVIEW")
    with pytest.raises(Missing):
        do(cast.finance, number, "answer_responsibility", agree=True)


def test_who_proposed_does_not_confirm_even_from_another_seat(at, cast):
    number = walk.company(at, cast, "RESP_REVIEW")
    both = cast.finance.__class__(**{**_fields(cast.finance), "seat": "merchant.owner"})
    with pytest.raises(SecondPerson):
        do(both, number, "confirm_responsibility")
    assert case_of(cast.finance, number).state == "RESP_REVIEW"


def test_a_shop_alone_confirms_its_own_view_and_waits_for_nobody(at, cast):
    number = walk.shop_in_review(at, cast)
    do(cast.owner, number, "confirm_responsibility")
    assert case_of(cast.owner, number).state == "RESP_CONFIRMED"
    assert last_event(cast.owner, number).data["result"] == "disputed"  # silence agrees to nothing


def test_silence_on_responsibility_is_confirmed_as_disputed_when_its_time_has_passed(at, cast):
    number = walk.company(at, cast, "RESP_REVIEW")
    with pytest.raises(WrongState):
        pass_time(cast, number)
    at("2026-08-26T00:00")
    assert pass_time(cast, number).state == "RESP_CONFIRMED"
    event = last_event(cast.finance, number)
    assert event.seat == "system"
    assert event.data["clock"] == "CK-RESP" and event.data["effective_at"].startswith("2026-08-25T16:00")
    assert events.told(event)["sentence"].zh == "期限已过，责任按有争议记录"


def test_silence_after_the_explanation_is_confirmed_as_disputed_too(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    at("2026-08-26T09:00")
    assert pass_time(cast, number).state == "RESP_CONFIRMED"
    assert last_event(cast.finance, number).data["clock"] == "CK-REVIEW"


def test_lines_may_have_splits_of_their_own_but_only_lines_that_are_there(at, cast):
    lines = [{**walk.LINE, "store": "新街口店"}, {**walk.LINE, "store": "新街口店", "amount": "79.00"}]
    number = walk.company(at, cast, "EXPLAINED", *lines)
    with pytest.raises(Invalid) as refused:
        do(cast.finance, number, "propose_responsibility", split=PROVIDER_ALL, reason="x", lines={"3": HALF})
    assert refused.value.faults[0].pointer == "/lines/3"
    do(cast.finance, number, "propose_responsibility", split=PROVIDER_ALL, reason="x", lines={"2": HALF})
    told = events.told(last_event(cast.finance, number))
    assert ("按笔划分", "第 2 笔：服务商 50%，商户 50%") in [(str(label), value) for label, value in told["details"]]


@pytest.mark.parametrize(
    "split", [{"provider": 60, "merchant": 60}, {"provider": -10, "merchant": 110}, {"provider": 1}]
)
def test_shares_are_whole_percent_and_sum_to_100(at, cast, split):
    number = walk.company(at, cast, "EXPLAINED")
    with pytest.raises(Invalid):
        do(cast.finance, number, "propose_responsibility", split=split, reason="x")


def _fields(actor):
    return {name: getattr(actor, name) for name in actor.__slots__}
