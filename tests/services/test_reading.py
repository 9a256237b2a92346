"""The respondent reads at its own desk: that the letter arrived is then proven. Reading by link is test_links.py."""

from cases.models import Letter
from config import tenancy
from tests import walk
from tests.pages.person import client_of
from tests.walk import LINE, case_of, deadlines, do, limitation


def sent(at, cast, **more) -> str:
    at("2026-08-17T18:00")
    number = walk.file(cast.owner, {**LINE}, provider=str(cast.provider.id))
    at("2026-08-18T10:00")
    do(cast.owner, number, "send_letter", channel="portal", alone="核对过", **more)
    return number


def letter_of(actor, number) -> Letter:
    with tenancy.acting(actor):
        return Letter.objects.get(case__number=number)


def test_that_the_agent_opens_the_case_proves_the_arrival_and_starts_its_time(cast, at):
    number = sent(at, cast)
    assert case_of(cast.owner, number).state == "OPEN"
    at("2026-08-19T14:30")
    answer = client_of(cast.agent).get(f"/cases/{number}/")
    assert answer.status_code == 200 and "确认收到" in answer.content.decode()
    assert case_of(cast.owner, number).state == "AWAIT_ACK"
    assert deadlines(cast.owner, number)["CK-ACK"] == "2026-08-21"
    assert limitation(cast.owner, number) == {"2029-08-20"}  # from the 19th, a Sunday three years on
    assert "对方收到了" in client_of(cast.owner).get(f"/cases/{number}/").content.decode()


def test_an_answer_at_the_desk_proves_a_time_that_was_only_said(cast, at):
    number = sent(at, cast, arrived_at="2026-08-18T09:55")
    assert limitation(cast.owner, number) == {"2029-08-17"}  # of the deduction itself
    at("2026-08-20T09:00")
    do(cast.agent, number, "explain", text="按 7.3 条")
    assert letter_of(cast.owner, number).read_at is not None
    assert limitation(cast.owner, number) == {"2029-08-20"}
    assert case_of(cast.owner, number).state == "EXPLAINED"


def test_the_merchant_itself_and_an_outsourcer_prove_nothing_by_looking(cast, at):
    number = sent(at, cast)
    assert client_of(cast.owner).get(f"/cases/{number}/").status_code == 200
    assert letter_of(cast.owner, number).read_at is None
    assert case_of(cast.owner, number).state == "OPEN"
