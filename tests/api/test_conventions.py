"""What every endpoint keeps to: versions, the form of its answers, refusals, and how evidence comes and goes."""

import json
import re

import pytest
from django.test import RequestFactory

from config import tenancy
from config.endpoints import Api
from config.errors import Conflict
from config.text import Text
from merchants.models import Terminal
from merchants.services import terminals
from tests import walk
from tests.api.client import Program, key_of, refused
from tests.walk import photo

# -- versions -----------------------------------------------------------------------------------------------------


def test_an_act_needs_the_version_it_was_decided_on(shop, number):
    path = f"/cases/{number}/actions/record_contact"
    data = {"who": "客服", "channel": "phone", "on": "2026-08-20T10:00", "said": "已登记"}
    refused(shop.post(path, data), 428, "no_version")
    refused(shop.post(path, data, If_Match="*"), 428, "no_version")
    stale = shop.post(path, data, If_Match='"1"')
    refused(stale, 412, "stale")
    assert stale["ETag"] == shop.get(f"/cases/{number}")["ETag"] == '"2"'
    for wrong in ("x", '"x"', 'W/"2"', '"99999999999999999999"'):
        refused(shop.post(path, data, If_Match=wrong), 412, "stale")
    good = shop.post(path, data, If_Match='"2"')
    assert (good.status_code, good["ETag"], good.json()["version"]) == (200, '"3"', 3)


def test_what_only_adds_needs_no_version(shop, number):
    assert shop.post(f"/cases/{number}/actions/add_message", {"text": "你好"}).status_code == 200
    stale = shop.post(f"/cases/{number}/actions/add_message", {"text": "你好"}, If_Match='"1"')
    refused(stale, 412, "stale")


def test_a_clock_that_passed_since_makes_no_seen_version_stale(at, cast, shop):
    number = walk.shop_awaits(at, cast)
    version = shop.case(number)["version"]
    at("2026-09-10T09:00")  # two clocks have run out and no sweeper has been there
    data = {"who": "客服", "channel": "phone", "on": "2026-09-09T10:00", "said": "还在查"}
    good = shop.post(f"/cases/{number}/actions/record_contact", data, If_Match=f'"{version}"')
    assert good.status_code == 200
    assert good.json()["version"] > version + 1


# -- refusals -----------------------------------------------------------------------------------------------------


def test_what_an_endpoint_wrote_before_it_refused_is_undone(cast):
    class Careless(Api):
        authentication_classes, permission_classes = [], []

        def get(self, request):
            terminals.know(cast.owner, "898305054110218", "30000009")
            raise Conflict(Text("不行", "no"))

    with tenancy.acting(cast.owner):
        assert Careless.as_view()(RequestFactory().get("/api/v1/x")).status_code == 409
    with tenancy.acting(cast.owner):
        assert not Terminal.objects.filter(tid="30000009").exists()


# -- form ---------------------------------------------------------------------------------------------------------


def test_money_times_and_words_have_their_form(at, cast, shop):
    number = walk.shop_awaits(at, cast)
    case = shop.case(number)
    assert (case["amount"], case["recovered"], case["currency"]) == ("2000.00", "0.00", "CNY")
    assert case["lines"][0]["amount"] == "2000.00"
    assert case["created_at"] == "2026-08-17T18:00:00+08:00"
    expl = next(one for one in case["deadlines"] if one["code"] == "CK-EXPL")
    assert (expl["due_on"], expl["due_at"], expl["starts_at"]) == (
        "2026-09-02", "2026-09-03T00:00:00+08:00", "2026-08-18T10:00:00+08:00",
    )  # fmt: skip
    assert expl["kind"] == "P"
    assert "须" not in expl["sentence"]
    assert expl["steps"][0].keys() == {"from", "to", "what"}
    lim = next(one for one in case["deadlines"] if one["code"] == "CK-LIM")
    assert lim["lines"] == [1]


def test_words_follow_the_readers_language_and_codes_do_not(at, cast):
    number = walk.shop_awaits(at, cast)
    key = key_of(cast.owner)
    chinese, english = Program(key).case(number), Program(key, lang="en-GB").case(number)
    assert chinese["state"] == english["state"] == "AWAIT_ACK"
    assert chinese["state_label"] == "等对方确认收到"
    assert english["state_label"] == "Awaiting acknowledgement"
    shown = json.dumps(
        {k: v for k, v in english.items() if k not in {"parties", "provider", "letters"}}, ensure_ascii=False
    )
    assert not re.search(r"[\u4e00-\u9fff]", shown), re.findall(r".{30}[\u4e00-\u9fff]+", shown)[:5]
    assert Program(key).get(f"/cases/{number}?lang=en").json()["state_label"] == "Awaiting acknowledgement"


def test_answers_are_nobody_elses_to_cache(shop, number):
    response = shop.get(f"/cases/{number}")
    assert response["Cache-Control"] == "private, no-cache"
    assert "Authorization" in response["Vary"]


@pytest.mark.parametrize(("method", "path", "status", "code"), [
    ("GET", "/api/v1/nothing", 404, "not_found"), ("GET", "/api/", 404, "not_found"), ("POST", "/api/v2/cases", 404, "not_found"),
    ("GET", "/api/v1/cases/%00", 404, "not_found"), ("GET", "/api/v1/cases/DK-2026-000001/", 404, "not_found"),
    ("PUT", "/api/v1/cases", 405, "method"), ("DELETE", "/api/v1/cases/DK-2026-000001", 405, "method"),
    ("GET", "/api/v1/cases/DK-2026-000001/actions/open", 405, "method"),
])  # fmt: skip
def test_what_has_no_address_or_method_is_told_as_a_problem(shop, method, path, status, code):
    response = shop.client.generic(method, path, headers=shop.headers)
    refused(response, status, code)
    if status == 405:
        assert response["Allow"]


def test_an_answer_in_a_form_we_do_not_have_is_refused(shop):
    refused(shop.get("/cases", Accept="text/csv"), 406, "not_acceptable")


# -- evidence -----------------------------------------------------------------------------------------------------


def test_evidence_is_added_listed_and_downloaded_byte_for_byte(cast, shop, number):
    added = shop.parts(
        f"/cases/{number}/evidence", {"kind": "E04", "file": photo('a"; 截图.png', b"x"), "visibility": "internal"}
    )
    assert added.status_code == 201, added.content.decode()
    item = added.json()
    assert (item["evidence"], item["kind"], item["visibility"], item["content_type"]) == (
        1,
        "E04",
        "internal",
        "image/png",
    )
    assert shop.client.get(added["Location"], headers=shop.headers).json() == item
    assert shop.get(f"/cases/{number}/evidence").json()["results"] == [item]
    response = shop.client.get(item["file"], headers=shop.headers)
    assert response.content == walk.PNG + b"x"
    assert response["Content-Disposition"].startswith("attachment")
    assert "\r" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    again = shop.act(number, "add_evidence", kind="E09", file=item["id"])
    assert again.status_code == 200


def test_internal_evidence_and_messages_are_not_the_other_sides(at, cast, program):
    number = walk.company(at, cast, "AWAIT_ACK")
    finance, agent = program("finance"), program("agent")
    finance.done(number, "add_evidence", kind="E05", file=photo(), visibility="internal")
    finance.done(number, "add_message", text="只有我们能看", visibility="internal")
    ours, theirs = (one.get(f"/cases/{number}/timeline").json()["results"] for one in (finance, agent))
    assert {"只有我们能看"} <= {one["text"] for one in ours}
    assert "只有我们能看" not in json.dumps(theirs, ensure_ascii=False)
    shown = {one["evidence"] for one in agent.get(f"/cases/{number}/evidence").json()["results"]}
    hidden = max(one["evidence"] for one in finance.get(f"/cases/{number}/evidence").json()["results"])
    assert hidden not in shown
    refused(agent.get(f"/cases/{number}/evidence/{hidden}/file"), 404, "not_found")
    assert finance.get(f"/cases/{number}/evidence/{hidden}/file").status_code == 200
