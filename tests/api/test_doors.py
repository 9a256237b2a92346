"""Who is let in, with what, and that foreign is answered like unknown."""

import re
import time

import pytest
from django.test import Client

from merchants.models import User
from tests import walk
from tests.api.client import Program, key_of, refused
from tests.walk import LINE, photo

# -- let in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/cases", "/me", "/terminals", "/cases/DK-2026-000001"])
def test_without_a_valid_key_nobody_is_let_in(db, path):
    for program in (Program(None), Program("dk_live_wrong")):
        response = program.get(path)
        refused(response, 401, "not_authenticated")
        assert response["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_key_that_expired_is_refused(cast):
    refused(Program(key_of(cast.owner, days=-1)).get("/me"), 401, "not_authenticated")


def test_a_scope_that_is_missing_is_named(cast, number):
    reader = Program(key_of(cast.owner, scopes=["cases:read"]))
    assert reader.get("/cases").status_code == 200
    body = refused(reader.post("/cases", {"symptom": "S5", "lines": [LINE]}), 403, "not_allowed")
    assert "cases:write" in body["detail"]
    writer = Program(key_of(cast.owner, scopes=["statements:write"]))
    refused(writer.get(f"/cases/{number}"), 403, "not_allowed")
    assert writer.get("/me").json()["scopes"] == ["statements:write"]


def test_a_seat_that_may_not_act_is_refused_and_shown_no_such_action(cast, program):
    number = walk.file(cast.finance, {**LINE, "store": "新街口店"}, submit=False)
    store = program("store_a")
    assert "open" not in {one["name"] for one in store.case(number)["actions"]}
    refused(store.act(number, "open"), 403, "not_allowed")
    assert store.case(number)["state"] == "DRAFT"


def test_a_session_writes_only_with_its_csrf_token(cast, client):
    page = Client(enforce_csrf_checks=True)
    page.force_login(User.objects.get(pk=cast.owner.user_id), backend="django.contrib.auth.backends.ModelBackend")
    assert page.get("/api/v1/cases").status_code == 200
    sent = {"symptom": "S5", "lines": [LINE]}
    response = page.post("/api/v1/cases", sent, content_type="application/json", headers={"Idempotency-Key": "k"})
    assert response.status_code == 403


def test_confirming_alone_by_session_needs_a_fresh_proof_of_who_one_is(cast, shop, number):
    page = Client()
    page.force_login(User.objects.get(pk=cast.owner.user_id), backend="django.contrib.auth.backends.ModelBackend")
    path, sent = f"/api/v1/cases/{number}/actions/send_letter", {"channel": "email", "alone": "核对过"}
    headers = {"Idempotency-Key": "k", "If-Match": '"2"'}
    refused(page.post(path, sent, content_type="application/json", headers=headers), 403, "not_allowed")
    session = page.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(cast.owner.user_id)
    session.save()
    assert page.post(path, sent, content_type="application/json", headers=headers).status_code == 200


# -- foreign is unknown -------------------------------------------------------------------------------------------

BELOW = ("", "/timeline", "/deadlines", "/evidence", "/evidence/1", "/evidence/1/file")


def masked(response, *numbers: str) -> bytes:
    text = re.sub(rb'"request_id": "\w+"', b"", response.content)
    for number in numbers:
        text = text.replace(number.encode(), b"N")
    return text


def test_a_foreign_case_is_answered_byte_for_byte_like_an_unknown_one(cast, program, number):
    stranger, unknown = program("boss"), "DK-2026-999999"
    for below in BELOW:
        there, nowhere = (stranger.get(f"/cases/{one}{below}") for one in (number, unknown))
        refused(there, 404, "not_found")
        assert masked(there, number) == masked(nowhere, unknown)
    for act in ("add_message", "withdraw", "no_such_act", "make_offer"):
        there, nowhere = (stranger.post(f"/cases/{one}/actions/{act}", {}, If_Match='"1"') for one in (number, unknown))
        assert there.status_code == nowhere.status_code
        assert masked(there, number) == masked(nowhere, unknown)


def test_a_case_of_another_store_is_unknown_to_a_store_seat(cast, program):
    number = walk.file(cast.finance, {**LINE, "store": "新街口店"})
    assert program("store_a").case(number)["number"] == number
    refused(program("store_b").get(f"/cases/{number}"), 404, "not_found")
    assert program("store_b").get("/cases").json()["results"] == []


def test_foreign_ids_in_a_body_are_not_found(cast, program, number):
    walk.do(cast.owner, number, "add_evidence", kind="E04", file=photo())
    evidence = Program(key_of(cast.owner)).get(f"/cases/{number}/evidence").json()["results"][0]
    finance = program("finance")
    mine = walk.file(cast.finance)
    refused(finance.act(mine, "add_evidence", kind="E04", file=evidence["id"]), 404, "not_found")
    line = {**LINE, "statement_line": evidence["id"]}
    refused(finance.post("/cases", {"symptom": "S5", "lines": [line]}), 404, "not_found")


# -- people -------------------------------------------------------------------------------------------------------


def test_a_key_says_whose_it_is(cast, program):
    me = program("store_a").get("/me").json()
    assert (me["organisation"], me["seat"]) == ("南京云杉餐饮", "merchant.store")
    assert me["stores"] == [str(cast.store_a.stores[0])]


def test_a_store_seat_lists_the_terminals_of_its_stores(cast, program):
    walk.file(cast.finance, {**LINE, "store": "新街口店"}, {**LINE, "tid": "20117766", "store": "鼓楼店"})
    tids = lambda part: [one["tid"] for one in program(part).get("/terminals").json()["results"]]  # noqa: E731
    assert tids("finance") == ["20117765", "20117766"]
    assert tids("store_a") == ["20117765"]
    assert [one["tid"] for one in program("finance").get("/terminals?q=20117766").json()["results"]] == ["20117766"]
