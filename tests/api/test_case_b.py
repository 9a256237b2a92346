"""Case B of the field's worked cases through the API alone: one program of the shop, two of the provider's seats."""

import hashlib

from tests.api.client import Program, key_of, refused
from tests.signing import code_of
from tests.walk import LINE, photo

TEN_DAYS = {"n": 10, "unit": "bd", "from": "effective"}
CHARGE = {**LINE, "fee_name": "逾期未迁移占用费", "clause": "7.3", "injured_party": "MERCHANT"}


def test_case_b_is_walked_by_programs_alone_with_its_dates_and_sums(cast, at):
    shop, agent, chief = (Program(key_of(one)) for one in (cast.owner, cast.agent, cast.agent_chief))
    number = _answered(shop, agent, cast, at)
    _bargained(shop, agent, number, at)
    _signed(shop, chief, cast, number, at)
    _fulfilled(shop, agent, number, at)
    acts = [one["act"] for one in shop.get(f"/cases/{number}/timeline?limit=100").json()["results"]]
    assert acts[0] == "close" and acts[-1] == "file" and acts.count("make_offer") == 2


def _due(case: dict) -> dict:
    return {one["code"]: one["due_on"] for one in case["deadlines"] if one["state"] == "running"}


def _answered(shop, agent, cast, at) -> str:
    at("2026-08-17T18:00")
    filing = {"symptom": "S5", "cause": "C1", "lines": [CHARGE], "provider": str(cast.provider.id), "submit": True,
              "detected_on": "2026-08-17"}  # fmt: skip
    number = shop.post("/cases", filing).json()["number"]
    refused(agent.get(f"/cases/{number}"), 404, "not_found")
    at("2026-08-18T10:00")
    case = shop.done(number, "send_letter", channel="email", arrived_at="2026-08-18T09:55:00+08:00", proof=photo(),
                     alone="核对过")  # fmt: skip
    assert (_due(case)["CK-ACK"], _due(case)["CK-EXPL"], _due(case)["CK-LIM"]) == (
        "2026-08-20", "2026-09-02", "2029-08-20",
    )  # fmt: skip
    at("2026-08-31T16:00")
    case = agent.done(number, "explain", text="商户原因", clause="7.3", calculation="10 × 200.00", log="refused",
                      split={"provider": 100, "merchant": 0})  # fmt: skip
    assert case["state"] == "EXPLAINED"
    return number


def _bargained(shop, agent, number, at) -> None:
    at("2026-09-01T10:00")
    offered = agent.done(number, "make_offer", terms=[{"type": "REFUND", "amount": "1000.00", "due_in": TEN_DAYS}])
    assert (offered["state"], offered["next_actor"], _due(offered)["CK-OFFER"]) == (
        "OFFER_PENDING", "merchant", "2026-09-08",
    )  # fmt: skip
    at("2026-09-04T10:00")
    shop.done(number, "make_offer", terms=[{"type": "REFUND", "amount": "2000.00", "due_in": TEN_DAYS}])
    first, second = shop.get(f"/cases/{number}/offers").json()["results"][::-1]
    assert [(one["side"], one["state"]) for one in (first, second)] == [
        ("provider", "countered"), ("merchant", "live"),
    ]  # fmt: skip
    at("2026-09-08T11:00")
    refused(agent.act(number, "accept_offer", offer=1), 409, "conflict")
    case = agent.done(number, "accept_offer", offer=2)
    assert (case["state"], case["stage"], _due(case)["CK-DRAFT"]) == ("AGREED_DRAFT", "sign", "2026-09-11")


def _signed(shop, chief, cast, number, at) -> None:
    at("2026-09-08T15:00")
    case = shop.done(number, "freeze_agreement")
    assert _due(case)["CK-SIGN"] == "2026-09-15"
    at("2026-09-09T09:00")
    for program, person in ((shop, cast.owner), (chief, cast.agent_chief)):
        frozen = program.get(f"/cases/{number}/agreement").json()
        pdf = program.get(f"/cases/{number}/agreement/pdf").content
        assert hashlib.sha256(pdf).hexdigest() == frozen["sha256"]
        assert program.post(f"/cases/{number}/agreement/code").status_code == 202
        case = program.done(number, "sign", frozen_sha256=frozen["sha256"], second_factor=code_of(person), consent=True)
    assert (case["state"], case["next_actor"]) == ("EFFECTIVE", "merchant")


def _fulfilled(shop, agent, number, at) -> None:
    (owed,) = shop.get(f"/cases/{number}/obligations").json()["results"]
    assert (owed["debtor"], owed["amount"], owed["due_on"]) == ("provider", "2000.00", "2026-09-22")
    shop.done(number, "notify_parties")
    at("2026-09-10T10:00")
    case = agent.done(number, "acknowledge_notice")
    assert (case["state"], case["next_actor"]) == ("FULFILLING", "provider")
    at("2026-09-18T15:00")
    refused(
        agent.act(number, "prove_obligation", obligation=1, on="2026-09-18", amount="1999.00", file=photo()),
        400,
        "invalid",
    )
    agent.done(number, "prove_obligation", obligation=1, on="2026-09-18", amount="2000.00", file=photo())
    case = shop.done(number, "confirm_obligation", obligation=1)
    assert (case["state"], case["recovered"]) == ("FULFILLED", "2000.00")
    case = shop.done(number, "close", outcome="FULL_REFUND", alone="看到到账")
    assert (case["state"], case["outcome"], case["next_actor"]) == ("CLOSED", "FULL_REFUND", "none")
