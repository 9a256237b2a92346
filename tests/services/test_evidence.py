"""Evidence: kept byte for byte, seen by whom it is for, asked of the other side, advised by cause."""

import hashlib

import pytest

from cases import events
from cases.models import EvidenceRequest
from cases.services import evidence
from config import files, tenancy
from config.errors import Conflict, Invalid, Missing, NotAllowed, NotFound
from tests import walk
from tests.walk import behalf, case_of, do, last_event, photo


def items(actor, number):
    with tenancy.acting(actor):
        return list(case_of(actor, number).evidence.order_by("position").select_related("file"))


def test_a_file_is_kept_byte_for_byte_with_who_when_and_how(at, cast):
    at("2026-08-20T09:00")
    number = walk.file(cast.owner)
    content = photo().read() + b"exact"
    do(cast.owner, number, "add_evidence", kind="E04", file=photo("扣款 截图.png", b"exact"),
       obtained_at="2026-08-19T08:00", source="手机截图")  # fmt: skip
    (item,) = items(cast.owner, number)
    assert item.sha256 == hashlib.sha256(content).hexdigest()
    with tenancy.acting(cast.owner):
        assert files.read(item.file) == content
    assert (item.kind, item.name, item.size, item.source) == ("E04", "扣款 截图.png", len(content), "手机截图")
    assert (item.added_by_name, item.added_by_side, item.on_behalf) == ("王好", "merchant", False)
    event = last_event(cast.owner, number)
    assert event.data["evidence"] == [1]
    assert events.told(event)["sentence"].zh == "添加证据：扣款通知或截图"


def test_what_is_internal_is_seen_by_the_own_side_alone_and_numbers_do_not_collide(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK")
    do(cast.finance, number, "add_evidence", kind="E05", file=photo(), visibility="internal")
    hidden = last_event(cast.finance, number)
    do(cast.agent, number, "add_evidence", kind="E10", file=photo("日志.png"))
    assert [item.position for item in items(cast.finance, number)] == [1, 2, 3]
    assert [item.position for item in items(cast.agent, number)] == [1, 3]
    assert hidden.seq not in [event.seq for event in walk.events(cast.agent, number)]
    assert last_event(cast.agent, number).seq == hidden.seq + 1


def test_a_time_of_obtaining_in_the_future_is_refused(at, cast):
    at("2026-08-20T09:00")
    number = walk.file(cast.owner)
    with pytest.raises(Invalid):
        do(cast.owner, number, "add_evidence", kind="E04", file=photo(), obtained_at="2026-08-20T09:01")


def test_the_other_side_supplies_what_was_asked(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK")
    do(cast.finance, number, "request_evidence", kinds=["E10", "E06"], of="provider")
    assert (
        events.told(last_event(cast.finance, number))["sentence"].zh
        == "请服务商提供：移机或换机申请与工单、系统、终端或网络日志"
    )
    do(cast.agent, number, "supply_evidence", request=1, file=photo(), kind="E10")
    item = items(cast.finance, number)[-1]
    assert (item.kind, item.added_by_side) == ("E10", "provider")
    with pytest.raises(Missing):  # nothing is open any more
        do(cast.agent, number, "supply_evidence", request=1, refusal="没有了")


def test_a_refusal_is_recorded_word_for_word(at, cast):
    number = walk.shop_awaits(at, cast)
    do(cast.owner, number, "request_evidence", kinds=["E10"], of="provider")
    at("2026-08-20T09:00")
    do(cast.owner, number, "supply_evidence", request=1, **behalf("2026-08-19T15:00", refusal="系统记录不对外提供"))
    with tenancy.acting(cast.owner):
        request = EvidenceRequest.objects.get(case__number=number)
        assert (request.state, request.refusal) == ("refused", "系统记录不对外提供")
    told = events.told(last_event(cast.owner, number))
    assert told["sentence"].zh == "拒绝提供材料（第 1 次请求）"
    assert ("不提供的理由", "系统记录不对外提供") in [(str(label), value) for label, value in told["details"]]


def test_an_answer_goes_to_the_right_request_from_the_right_side(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK")
    do(cast.finance, number, "request_evidence", kinds=["E10"], of="provider")
    do(cast.agent, number, "request_evidence", kinds=["E01"], of="merchant")
    with pytest.raises(NotAllowed):
        do(cast.finance, number, "supply_evidence", request=1, file=photo())
    with pytest.raises(NotFound):
        do(cast.finance, number, "supply_evidence", request=3, file=photo())
    do(cast.finance, number, "supply_evidence", request=2, file=photo())
    with pytest.raises(Conflict):
        do(cast.finance, number, "supply_evidence", request=2, file=photo())


def test_nobody_asks_records_of_the_own_side(at, cast):
    number = walk.company(at, cast, "AWAIT_ACK")
    with pytest.raises(Invalid):
        do(cast.finance, number, "request_evidence", kinds=["E10"], of="merchant")


def test_an_answer_before_its_request_is_refused(at, cast):
    number = walk.shop_awaits(at, cast)
    do(cast.owner, number, "request_evidence", kinds=["E10"], of="provider")
    with pytest.raises(Invalid):
        do(cast.owner, number, "supply_evidence", request=1, **behalf("2026-08-18T10:01", refusal="不"))


def test_the_checklist_follows_the_cause_and_blocks_nothing(at, cast):
    at("2026-08-20T09:00")
    number = walk.file(cast.owner, cause="C3")

    def states():
        with tenancy.acting(cast.owner):
            return {row["kind"]: row["state"] for row in evidence.checklist(case_of(cast.owner, number))}

    assert states() == {
        "E02": "expected", "E03": "expected", "E04": "expected", "E06": "expected", "E07": "expected", "E10": "optional",
    }  # fmt: skip
    do(cast.owner, number, "add_evidence", kind="E04", file=photo())
    do(cast.owner, number, "add_evidence", kind="E10", file=photo())
    # One showing of the deduction is enough; the other two become optional.
    assert states() == {
        "E02": "optional", "E03": "optional", "E04": "provided", "E06": "expected", "E07": "expected", "E10": "provided",
    }  # fmt: skip
    do(cast.owner, number, "send_letter", channel="email", alone="核对过")
