"""Bargaining through the API alone: offers listed newest first, made and answered through the acts, refused whole."""

from config.models import AccessRecord
from tests import walk
from tests.api.client import Program, key_of, refused
from tests.walk import HALF_BACK, do


def programs(cast) -> tuple[Program, Program]:
    return Program(key_of(cast.finance)), Program(key_of(cast.agent))


def test_the_talks_of_a_case_from_offer_to_acceptance(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    ours, theirs = programs(cast)
    told = theirs.act(
        number, "make_offer", terms=[{"type": "ADJUST_AMOUNT", "amount": "1000.00"}], conditions="不再追究"
    ).json()
    assert (told["state"], told["next_actor"], told["live_offer"]) == ("OFFER_PENDING", "merchant", 1)
    told = ours.act(
        number, "make_offer", terms=[{"type": "REFUND", "amount": "2000.00", "due_in": {"n": 10, "unit": "bd"}}]
    ).json()
    assert (told["next_actor"], told["live_offer"]) == ("provider", 2)
    newest, oldest = ours.get(f"/cases/{number}/offers").json()["results"]
    assert (newest["offer"], newest["side"], newest["is_live"], newest["answers"]) == (2, "merchant", True, 1)
    assert (newest["net"], newest["currency"], newest["valid_until"]) == ("2000.00", "CNY", "2026-08-26T00:00:00+08:00")
    assert newest["terms"][0]["due_in"] == {"n": 10, "unit": "bd", "from": "effective"}
    assert newest["terms"][0]["words"] == "服务商退还商户 ¥2,000.00（贰仟元整），协议生效后 10 个工作日内"
    assert (oldest["state"], oldest["state_label"], oldest["conditions"]) == (
        "countered",
        "有了还价，已失效",
        "不再追究",
    )
    assert (oldest["terms"][0]["difference"], oldest["net"]) == ("1000.00", "1000.00")
    assert oldest["difference"] == "比要求少 ¥1,000.00（得 50.0%）"
    told = theirs.act(number, "accept_offer", offer=2).json()
    assert (told["state"], told["live_offer"]) == ("AGREED_DRAFT", None)
    assert refused(theirs.act(number, "accept_offer", offer=1), 409, "conflict")


def test_what_is_wrong_is_named_where_it_is(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    ours, _theirs = programs(cast)
    terms = [{"type": "REFUND", "amount": "5.00", "lines": [3]}, {"type": "RESCHEDULE_MIGRATION", "tid": "1"}]
    body = refused(ours.act(number, "make_offer", terms=terms), 400, "invalid")
    assert {error["pointer"] for error in body["errors"]} == {"/terms/0/lines/0", "/terms/1/new_date"}
    body = refused(ours.act(number, "make_offer", terms=[{"type": "REFUND", "amount": "5.005"}]), 400, "invalid")
    assert [error["pointer"] for error in body["errors"]] == ["/terms/0/amount"]
    assert ours.get(f"/cases/{number}/offers").json() == {"results": [], "next": None, "previous": None}


def test_a_late_yes_and_one_beyond_the_mandate_are_refused_and_recorded(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    walk.approved(cast, number, "set_mandate", cast.finance, least_refund="1500.00")
    do(cast.agent, number, "make_offer", terms=HALF_BACK)
    ours, theirs = programs(cast)
    body = refused(ours.act(number, "accept_offer", offer=1), 403, "mandate")
    assert "负责人" in body["detail"]
    at("2026-08-26T00:00")
    refused(ours.act(number, "accept_offer", offer=1), 409, "late")
    codes = [record.facts.get("code") for record in AccessRecord.objects.order_by("at")]
    assert codes[-2:] == ["mandate", "late"]
    assert theirs.case(number)["state"] == "OFFER_PENDING"  # nothing was changed by the refusal itself


def test_an_acceptance_names_the_version_it_was_read_on(at, cast):
    number = walk.company(at, cast, "OFFER_PENDING")
    ours, theirs = programs(cast)
    version = ours.case(number)["version"]
    theirs.act(number, "withdraw_offer", reason="算错")
    path = f"/cases/{number}/actions/accept_offer"
    refused(ours.post(path, {"offer": 1}, **{"If-Match": f'"{version}"'}), 412, "stale")
    refused(ours.post(path, {"offer": 1}), 428, "no_version")


def test_offers_of_others_are_not_found_and_a_mandate_is_in_no_answer_of_the_other_side(at, cast):
    number = walk.company(at, cast, "OFFER_PENDING")
    stranger = Program(key_of(cast.owner))
    refused(stranger.get(f"/cases/{number}/offers"), 404, "not_found")
    _ours, theirs = programs(cast)
    answers = [
        theirs.get(f"/cases/{number}{path}").content.decode() for path in ("", "/offers", "/timeline", "/deadlines")
    ]
    assert not [text for text in answers if "500.00" in text.replace("1500.00", "")]


def test_a_view_says_that_it_was_reserved(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    ours, _theirs = programs(cast)
    split = {"provider": 100, "merchant": 0}
    told = ours.act(
        number, "propose_responsibility", split=split, reason="未到场", lines={"1": split}, reserve=True
    ).json()
    (view,) = told["responsibility"]
    assert (view["is_reserved"], view["lines"]) == (True, {"1": {**split, "third": 0}})
