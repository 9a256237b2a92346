"""What every endpoint keeps to: who is let in, versions, pages, languages, and the same answer for foreign and unknown."""

import json
import re

import pytest
from django.test import Client, RequestFactory

from config import tenancy
from config.endpoints import Api
from config.errors import Conflict
from config.text import Text
from merchants.models import Terminal, User
from merchants.services import terminals
from tests import walk
from tests.api.client import Program, key_of, refused
from tests.walk import LINE, photo


@pytest.fixture
def number(cast) -> str:
    return walk.file(cast.owner)


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


# -- lists --------------------------------------------------------------------------------------------------------


def test_a_list_is_read_page_by_page_in_both_directions_without_repeats(at, cast, shop):
    numbers = []
    for i in range(7):
        at(f"2026-09-{i + 1:02d}T09:00")
        numbers.append(walk.file(cast.owner, {**LINE, "amount": f"{100 + i % 3}.00"}, submit=False))
    amounts = sorted(f"{100 + i % 3}.00" for i in range(7))
    for ordering, read, wanted in (("-created_at", "number", numbers[::-1]), ("amount", "amount", amounts)):
        seen, path, pages = [], f"/cases?limit=3&ordering={ordering}", []
        while path:
            response = shop.get(path)
            body = response.json()
            seen += [one["number"] for one in body["results"]]
            pages.append(body)
            assert (f'<{body["next"]}>; rel="next"' in response.headers.get("Link", "")) == bool(body["next"])
            path = body["next"] and body["next"].split("/api/v1")[1]
        assert len(seen) == len(set(seen)) == 7
        assert [one[read] for body in pages for one in body["results"]] == wanted
        back = shop.get(pages[-1]["previous"].split("/api/v1")[1]).json()
        assert [one["number"] for one in back["results"]] == seen[3:6]
        assert pages[0]["previous"] is None


def test_a_list_is_narrowed_by_what_is_asked(at, cast, shop):
    at("2026-09-01T09:00")
    draft = walk.file(cast.owner, submit=False)
    opened = walk.file(cast.owner, {**LINE, "amount": "79.00", "tid": "30000001", "fee_name": "流量费"})

    def found(query: str) -> list[str]:
        response = shop.get(f"/cases?{query}")
        assert response.status_code == 200, response.content
        return sorted(one["number"] for one in response.json()["results"])

    both = sorted([draft, opened])
    assert found("") == both
    assert found("state=DRAFT") == [draft]
    assert found("stage=prepare") == both
    assert found("stage=law") == []
    assert found("q=30000001") == [opened]
    assert found("q=流量") == [opened]
    assert found("amount_min=100") == [draft]
    due = {one["number"]: one["next_due_at"] for one in shop.get("/cases").json()["results"]}
    assert found(f"due_before={due[draft].replace('+', '%2B')}") == sorted(n for n in both if due[n] <= due[draft])
    assert found("due_before=2026-08-31") == []
    assert found("due_before=2027-01-01T00:00:00%2B08:00") == both
    assert found("lang=en&state=OPEN") == [opened]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=1000000000", "limit=x", "ordering=password", "ordering=-merchant__name", "state=NOPE",
        "cursor=abc", "cursor=" + "x" * 500, "due_before=2026-02-30", "amount_min=NaN", "amount_min=-1", "store=1", "tenant=1",
        "state=OPEN&state=DRAFT", "q=" + "x" * 100, "q=%00", "merchant__name=x",
    ],
)  # fmt: skip
def test_a_filter_that_is_not_known_is_refused_with_its_name(shop, query):
    body = refused(shop.get(f"/cases?{query}"), 400, "invalid")
    assert body["errors"][0]["pointer"] == "/" + query.partition("=")[0]
    english = refused(shop.get(f"/cases?{query}&lang=en"), 400, "invalid")
    assert not re.search(r"[\u4e00-\u9fff]", english["title"])


def test_a_cursor_of_another_order_or_list_is_refused(cast, shop):
    for _ in range(2):
        walk.file(cast.owner)
    cursor = shop.get("/cases?limit=1").json()["next"].partition("cursor=")[2]
    refused(shop.get(f"/cases?limit=1&ordering=amount&cursor={cursor}"), 400, "invalid")
    refused(shop.get(f"/terminals?cursor={cursor}"), 400, "invalid")


def test_a_list_that_has_not_changed_is_not_sent_again(cast, shop, number):
    for path in (
        "/cases",
        f"/cases/{number}/timeline",
        f"/cases/{number}/evidence",
        f"/cases/{number}/deadlines",
        "/terminals",
    ):
        first = shop.get(path)
        again = shop.get(path, If_None_Match=first["ETag"])
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    walk.do(cast.owner, number, "add_message", text="新消息")
    assert shop.get(f"/cases/{number}/timeline", If_None_Match=first["ETag"]).status_code == 200


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
