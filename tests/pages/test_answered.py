"""「对方回复了」: one page that becomes the right act in the state the case is in, with channel and proof."""

import pytest

from cases.models import Case, Evidence, Letter
from config import tenancy
from tests import walk
from tests.pages.person import client_of, hidden, seen, send
from tests.walk import do, photo


def state(actor, number) -> str:
    return walk.case_of(actor, number).state


def answer(cast, number, expect=302, **fields):
    data = {"channel": "wechat", "received_at": "2026-08-18T10:05", **fields}
    response = send(client_of(cast.owner), f"/cases/{number}/answered/", **data)
    assert response.status_code == expect, seen(response)[-1200:]
    return response


@pytest.mark.parametrize(
    ("said", "reached", "facts"),
    [
        ({"answer": "received"}, "AWAIT_EXPLANATION", {}),
        ({"answer": "reason", "text": "按 7.3 条"}, "EXPLAINED", {"text": "按 7.3 条"}),
        ({"answer": "will_refund", "text": "下周退"}, "EXPLAINED", {"text": "下周退", "note": "对方表示会退款"}),
        ({"answer": "refuses", "text": "不退"}, "EXPLAINED", {"clause": "refused", "log": "refused"}),
    ],
)
def test_an_answer_becomes_the_right_act(cast, at, said, reached, facts):
    number = walk.shop_awaits(at, cast)
    answer(cast, number, file=photo(), **said)
    assert state(cast.owner, number) == reached
    event = walk.last_event(cast.owner, number)
    assert event.data["on_behalf"] and event.data["channel"] == "wechat" and event.data["evidence"]
    assert facts.items() <= event.data.items()


def test_an_answer_proves_that_the_letter_arrived(cast, at):
    at("2026-08-18T10:05")
    number = walk.file(cast.owner)
    answer(cast, number, answer="reason", text="按 7.3 条", file=photo(), arrived="on")
    assert [one.act for one in walk.events(cast.owner, number)][-2:] == ["send_letter", "explain"]
    assert state(cast.owner, number) == "EXPLAINED"
    with tenancy.acting(cast.owner):
        assert Letter.objects.get(case__number=number).state == "arrived"


def test_a_letter_on_its_way_needs_a_proof_of_its_arrival(cast, at):
    at("2026-08-18T10:05")
    number = walk.file(cast.owner)
    do(cast.owner, number, "send_letter", channel="post", alone="核对过")
    response = answer(cast, number, expect=422, answer="received", arrived="on")
    assert "证明对方收到了函件" in seen(response)
    answer(cast, number, answer="received", arrived="on", file=photo())
    assert state(cast.owner, number) == "AWAIT_EXPLANATION"


def test_an_answer_without_the_letter_is_noted_as_a_contact(cast, at):
    at("2026-08-18T10:05")
    number = walk.file(cast.owner)
    answer(cast, number, answer="reason", text="电话里说按合同")
    event = walk.last_event(cast.owner, number)
    assert (
        event.act == "record_contact" and "电话里说按合同" in event.data["said"] and state(cast.owner, number) == "OPEN"
    )


def test_money_that_was_seen_leads_to_the_refund_with_its_screenshot(cast, at):
    number = walk.shop_awaits(at, cast)
    response = answer(cast, number, answer="refunded", file=photo("到账.png"))
    assert "record_refund" in response.url and "file=" in response.url
    page = client_of(cast.owner).get(response.url)
    kept = {name: hidden(page, name) for name in ("version", "nonce", "kept_file")}
    done = client_of(cast.owner).post(response.url, {**kept, "lines": ["1"], "on": "2026-08-18", "amount": "2000"})
    assert done.status_code == 302 and state(cast.owner, number) == "FULFILLED"
    with tenancy.acting(cast.owner):
        assert Evidence.objects.filter(case__number=number, name="到账.png").exists()


def test_a_provider_with_an_account_answers_itself(cast, at):
    number = walk.company(at, cast, "AWAIT_ACK")
    text = seen(client_of(cast.finance).get(f"/cases/{number}/answered/"))
    assert "对方有账号" in text
    response = send(client_of(cast.finance), f"/cases/{number}/answered/", answer="reason", text="口头说按合同",
                    channel="phone", received_at="2026-08-18T10:00")  # fmt: skip
    assert response.status_code == 302
    assert walk.last_event(cast.finance, number).act == "record_contact" and state(cast.finance, number) == "AWAIT_ACK"
    assert client_of(cast.agent).get(f"/cases/{number}/answered/").status_code == 403


def test_an_answer_that_lacks_something_changes_nothing(cast, at):
    number = walk.shop_awaits(at, cast)
    before = walk.case_of(cast.owner, number).version
    for fields in ({}, {"answer": "reason"}, {"answer": "reason", "text": "x", "received_at": "2027-01-01T10:00"},
                   {"answer": "reason", "text": "x", "received_at": "2026-08-01T10:00"}):  # fmt: skip
        answer(cast, number, expect=422, **fields)
    with tenancy.acting(cast.owner):
        assert Case.objects.get(number=number).version == before
