"""Every alive act through its own address; what the list of actions says is what can be done."""

import jsonschema
import pytest

from cases import workflow
from cases.api import schema
from tests import signing, walk
from tests.api.client import refused
from tests.walk import HALF_BACK, LINE, PROVIDER_ALL, photo

# Act → (state of a company's case, who does it, its input).
DOINGS = {
    "open": ("DRAFT", "finance", {}),
    "record_contact": ("OPEN", "finance", {"who": "客服", "channel": "phone", "on": "2026-08-17T10:00:00+08:00", "said": "已登记"}),
    "add_line": ("OPEN", "finance", {"line": {**LINE, "amount": "99.50", "store": "新街口店"}}),
    "drop_line": ("DRAFT", "finance", {"line": 1, "reason": "写错了"}),
    "correct_record": ("OPEN", "finance", {"event": 1, "fields": {"cause": "C3"}, "reason": "看错了"}),
    "add_evidence": ("OPEN", "finance", {"kind": "E04", "file": photo}),
    "add_message": ("AWAIT_ACK", "agent", {"text": "收到"}),
    "send_letter": ("OPEN", "finance", {"channel": "email", "arrived_at": "2026-08-17T18:00:00+08:00", "proof": photo}),
    "record_arrival": ("OPEN", "finance", {"of": "letter", "arrived_at": "2026-08-17T18:00:00+08:00", "proof": photo}),
    "remind": ("AWAIT_ACK", "finance", {"channel": "phone"}),
    "acknowledge": ("AWAIT_ACK", "agent", {"ticket_no": "T-1"}),
    "explain": ("AWAIT_EXPLANATION", "agent", {"text": "按 7.3 条收取", "clause": "7.3", "log": "none", "split": PROVIDER_ALL}),
    "request_evidence": ("AWAIT_ACK", "finance", {"kinds": ["E10", "E05"], "of": "provider"}),
    "supply_evidence": ("AWAIT_ACK", "agent", {"request": 1, "file": photo, "kind": "E10"}),
    "propose_responsibility": ("EXPLAINED", "finance", {"split": PROVIDER_ALL, "reason": "未到场", "lines": {"1": PROVIDER_ALL}}),
    "answer_responsibility": ("RESP_REVIEW", "agent", {"agree": True}),
    "confirm_responsibility": ("RESP_REVIEW", "approver", {"disputed": True}),
    "set_mandate": ("EXPLAINED", "finance", {"least_refund": "1500.00", "latest": "2026-10-31"}),
    "start_negotiation": ("RESP_CONFIRMED", "finance", {}),
    "make_offer": ("EXPLAINED", "agent", {"terms": HALF_BACK, "valid_until": "2026-09-01", "conditions": "不再追究"}),
    "reject_offer": ("OFFER_PENDING", "finance", {"reason": "太少"}),
    "withdraw_offer": ("OFFER_PENDING", "agent", {"reason": "算错"}),
    "accept_offer": ("OFFER_PENDING", "finance", {"offer": 1}),
    "draft_agreement": ("AGREED_DRAFT", "finance", {"waiver": "lines", "clauses": {"设备归还": "三日内归还。"}}),
    "freeze_agreement": ("AGREED_DRAFT", "boss", {}),
    "sign": ("SIGNING", "boss", {"frozen_sha256": "", "second_factor": "", "consent": True}),
    "upload_signed_copy": ("SIGNING", "finance", {"side": "merchant", "exchanged_on": "2026-08-18", "file": photo}),
    "decline_to_sign": ("SIGNING", "agent_chief", {"reason": "账户写错了"}),
    "assign": ("EXPLAINED", "agent", {"who": "me"}),
    "notify_parties": ("EFFECTIVE", "finance", {"who": ["merchant.store", "店长老王"]}),
    "acknowledge_notice": ("EFFECTIVE", "agent", {}),
    "prove_obligation": ("FULFILLING", "agent", {"obligation": 1, "on": "2026-08-18", "amount": "2000.00", "file": photo}),
    "confirm_obligation": ("FULFILLING", "finance", {"obligation": 1}),
    "dispute_obligation": ("FULFILLING", "finance", {"obligation": 1, "reason": "没有到账"}),
    "declare_breach": ("FULFILLING", "boss", {"obligation": 1}),
    "demand_cure": ("BREACHED", "boss", {"channel": "email"}),
    "cure": ("BREACHED", "agent", {"on": "2026-09-05", "amount": "2000.00", "file": photo}),
    "accept_charge": ("OPEN", "boss", {"reason": "金额太小"}),
    "fail_negotiation": ("RESP_CONFIRMED", "boss", {"summary": "谈不拢"}),
    "record_refund": ("EXPLAINED", "finance", {"lines": [1], "on": "2026-08-18", "amount": "500.00", "file": photo}),
    "withdraw": ("EXPLAINED", "boss", {"reason": "不追了"}),
    "close": ("FULFILLED", "finance", {"outcome": "FULL_REFUND"}),
    "approve": ("OPEN", "approver", {}),
    "return_request": ("OPEN", "approver", {"reason": "请先核对"}),
}  # fmt: skip


def _sent(cast, number: str) -> None:
    walk.do(cast.finance, number, "send_letter", channel="email")
    walk.do(cast.approver, number, "approve")


def _proven(cast, number: str) -> None:
    walk.do(cast.agent, number, "prove_obligation", obligation=1, on="2026-08-18", amount="2000.00", file=photo())


# Input that hangs on the case: the text that was frozen, and the code that was sent.
ASKED = {
    "sign": lambda cast, n: {
        "frozen_sha256": signing.agreement_of(cast.boss, n).sha256, "second_factor": signing.code_for(cast.boss, n),
        "consent": True,
    },
}  # fmt: skip
LATER = {"declare_breach": "2026-09-05T10:00"}  # once the days of grace are over
BEFORE = {
    "acknowledge_notice": lambda cast, n: walk.do(cast.finance, n, "notify_parties"),
    "confirm_obligation": _proven,
    "dispute_obligation": _proven,
    "record_arrival": _sent,
    "drop_line": lambda cast, n: walk.do(cast.finance, n, "add_line", line={**LINE, "store": "新街口店"}),
    "supply_evidence": lambda cast, n: walk.do(cast.finance, n, "request_evidence", kinds=["E10"], of="provider"),
    "start_negotiation": lambda cast, n: walk.approved(cast, n, "set_mandate", cast.finance, least_refund="1.00"),
    "approve": lambda cast, n: walk.do(cast.finance, n, "send_letter", channel="email"),
    "return_request": lambda cast, n: walk.do(cast.finance, n, "send_letter", channel="email"),
}


def test_every_alive_act_is_tried_here():
    assert set(DOINGS) | {"file"} == set(workflow.ALIVE)


@pytest.mark.parametrize("act", DOINGS)
def test_an_act_is_offered_with_its_schema_and_done_at_its_address(at, cast, program, act):
    state, part, data = DOINGS[act]
    number = walk.company(at, cast, state)
    if act in LATER:
        at(LATER[act])
    BEFORE.get(act, lambda cast, n: None)(cast, number)
    data = ASKED[act](cast, number) if act in ASKED else data
    doer = program(part)
    before = doer.case(number)
    offered = {one["name"]: one for one in before["actions"]}
    assert offered[act]["href"] == f"/api/v1/cases/{number}/actions/{act}"
    assert offered[act]["blocked_by"] == []
    assert offered[act]["label"]
    fields = offered[act]["fields"]
    jsonschema.Draft202012Validator.check_schema(fields)
    plain = {name: "00000000-0000-0000-0000-000000000001" if value is photo else value for name, value in data.items()}
    jsonschema.validate(plain, fields)
    after = doer.done(number, act, **{name: photo() if value is photo else value for name, value in data.items()})
    assert after["number"] == number
    assert after["version"] > before["version"]
    jsonschema.validate(after["lines"], {"type": "array", "minItems": 1})


def test_what_blocks_an_act_is_said_beforehand_and_all_of_it_when_tried(cast, program):
    number = walk.file(cast.finance, provider=None)
    finance = program("finance")
    send = next(one for one in finance.case(number)["actions"] if one["name"] == "send_letter")
    assert send["blocked_by"] == ["先查清是谁扣的钱，再发函。"]
    body = refused(finance.act(number, "send_letter", channel="email"), 422, "missing")
    assert body["errors"] == [
        {"pointer": "/respondent_known", "code": "missing", "detail": "先查清是谁扣的钱，再发函。"}
    ]


def test_a_second_person_approves_what_the_first_asked_for(at, cast, program):
    at("2026-08-18T09:50")
    number = walk.file(cast.finance, provider=str(cast.provider.id))
    finance, approver = program("finance"), program("approver")
    asked = finance.done(number, "send_letter", channel="email", arrived_at="2026-08-18T09:50:00+08:00", proof=photo())
    assert (asked["state"], asked["pending"]["act"], asked["pending"]["requested_by"]) == (
        "OPEN",
        "send_letter",
        "云杉finance",
    )
    refused(finance.act(number, "approve"), 403, "second_person")
    done = approver.done(number, "approve")
    assert (done["state"], done["pending"]) == ("AWAIT_ACK", None)


def test_one_act_is_done_by_json_with_a_file_already_here(cast, shop):
    number = walk.file(cast.owner)
    item = shop.parts(f"/cases/{number}/evidence", {"kind": "E02", "file": photo()}).json()
    filed = shop.post("/cases", {"symptom": "S5", "lines": [LINE], "evidence": [{"kind": "E02", "file": item["id"]}]})
    assert filed.status_code == 201
    there = shop.get(f"/cases/{filed.json()['number']}/evidence").json()["results"]
    assert [one["sha256"] for one in there] == [item["sha256"]]


def test_lists_and_nested_fields_come_as_parts_too(at, cast, program):
    number = walk.company(at, cast, "AWAIT_ACK")
    finance = program("finance")
    path = f"/cases/{number}/actions/request_evidence"
    sent = {"kinds": ["E10", "E05"], "of": "provider"}  # repeated parts
    good = finance.parts(path, sent, If_Match=f'"{finance.case(number)["version"]}"')
    assert good.json()["evidence_requests"][0]["kinds"] == ["E05", "E10"]
    twice = finance.parts(path, {"kinds": ["E10"], "of": ["provider", "merchant"]}, If_Match='"1"')
    assert refused(twice, 400, "invalid")["errors"][0]["pointer"] == "/of"


def test_each_act_has_a_schema_that_refuses_other_fields():
    for act in workflow.ALIVE:
        for multipart in (False, True):
            made = schema.of_act(act, multipart=multipart)
            jsonschema.Draft202012Validator.check_schema(made)
            assert made["additionalProperties"] is False
    line = schema.of_act("file")["properties"]["lines"]
    assert line["maxItems"] == 5000
    assert line["items"]["required"] == ["on", "amount"]
    assert schema.of_act("close")["properties"]["outcome"]["x-labels"]["FULL_REFUND"] == "全额退还"


def test_a_case_of_5000_lines_is_filed_and_read_within_seconds(cast, shop):
    lines = [{**LINE, "tid": f"{30000000 + i % 50}", "fee_name": "流量费"} for i in range(5000)]
    filed = shop.post("/cases", {"symptom": "S5", "lines": lines, "provider": "某支付公司", "submit": True})
    assert filed.status_code == 201, filed.content[:500]
    case = filed.json()
    assert len(case["lines"]) == 5000
    assert case["sums"] == [
        {
            "kind": "DEDUCTION",
            "kind_label": "扣款",
            "lines": 5000,
            "amount": "10000000.00",
            "refunded": "0.00",
            "currency": "CNY",
        }
    ]
    limitation = [one for one in case["deadlines"] if one["code"] == "CK-LIM"]
    assert len(limitation) == 1
    assert limitation[0]["lines"] == list(range(1, 5001))
    refused(shop.post("/cases", {"symptom": "S5", "lines": [*lines, LINE]}), 400, "invalid")
