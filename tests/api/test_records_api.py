"""Terminals, contracts, notices and moves by program: the same manners as everywhere, on the version that was seen."""

import json

import pytest

from config import tenancy
from merchants.models import Contract, ServedNotice
from merchants.services import terminals
from tests import walk
from tests.api.client import Program, key_of, refused
from tests.services.test_records_plain import EACH, write

PATHS = {name: f"/{name}" for name in EACH}


@pytest.fixture(autouse=True)
def _today(at):
    at("2026-08-20T10:00")


def patch(program: Program, path: str, data: dict, tag: str | None):
    headers = {**program.headers, **({"If-Match": tag} if tag is not None else {})}
    return program.client.generic("PATCH", f"/api/v1{path}", json.dumps(data), "application/json", headers=headers)


def delete(program: Program, path: str, tag: str | None):
    headers = {**program.headers, **({"If-Match": tag} if tag is not None else {})}
    return program.client.delete(f"/api/v1{path}", headers=headers)


def added(program: Program, name: str, **more):
    response = program.post(PATHS[name], {**EACH[name], **more})
    assert response.status_code == 201, response.content.decode()
    return response


@pytest.mark.parametrize("name", EACH)
def test_a_record_is_added_read_changed_and_removed(shop, name):
    response = added(shop, name)
    path = response["Location"].removeprefix("/api/v1")
    one = shop.get(path)
    assert one.json() == response.json() and one["ETag"] == response["ETag"]
    assert shop.get(PATHS[name]).json()["results"] == [one.json()]
    changed = patch(
        shop,
        path,
        {"tid": "30000009"}
        if name in ("terminals", "notices")
        else {"number": "Z"}
        if name == "contracts"
        else {"note": "Z"},
        one["ETag"],
    )
    assert changed.status_code == 200 and changed["ETag"] != one["ETag"]
    kept = {key: value for key, value in changed.json().items() if one.json()[key] != value}
    assert list(kept.values()) in (["30000009"], ["Z"]), "what was not sent stays"
    assert delete(shop, path, changed["ETag"]).status_code == 204
    refused(shop.get(path), 404, "not_found")
    assert shop.get(PATHS[name]).json()["results"] == []


@pytest.mark.parametrize("name", EACH)
def test_what_is_changed_or_removed_needs_the_version_seen(shop, name):
    first = added(shop, name)
    path = first["Location"].removeprefix("/api/v1")
    for send in (lambda tag: patch(shop, path, {"provider": "另一家"}, tag), lambda tag: delete(shop, path, tag)):
        for none in (None, "*"):
            refused(send(none), 428, "no_version")
        stale = send('"0123456789abcdef0123456789abcdef"')
        refused(stale, 412, "stale")
        assert stale["ETag"] == first["ETag"]
    assert shop.get(path)["ETag"] == first["ETag"]


@pytest.mark.parametrize("name", EACH)
def test_the_same_key_adds_one_record_and_the_same_record_under_another_key_is_a_conflict(shop, name):
    first = shop.post(PATHS[name], EACH[name], key="k1")
    again = shop.post(PATHS[name], EACH[name], key="k1")
    assert (again.status_code, again.json(), again["Idempotent-Replayed"]) == (201, first.json(), "true")
    refused(shop.post(PATHS[name], {**EACH[name], "provider": "B"}, key="k1"), 422, "key_reused")
    refused(shop.post(PATHS[name], EACH[name], key="k2"), 409, "conflict")
    refused(shop.post(PATHS[name], EACH[name], key=None), 400, "invalid")
    assert len(shop.get(PATHS[name]).json()["results"]) == 1


@pytest.mark.parametrize(
    ("name", "more", "pointer"),
    [
        ("terminals", {"tid": "123456789"}, "/tid"),
        ("terminals", {"tid": "1234 -"}, "/tid"),
        ("terminals", {"tid": ""}, "/tid"),
        ("terminals", {"to_on": "2020-01-01"}, "/to_on"),
        ("terminals", {"owner": "x"}, "/owner"),
        ("contracts", {"fees": [{"fee_code": "x", "rate": 0.5}, {"amount": "1"}]}, "/fees/1/fee_code"),
        ("contracts", {"fees": [{"fee_code": "x", "rate": "1000"}]}, "/fees/0/rate"),
        ("contracts", {"fees": [{"fee_code": "x", "period": "week"}]}, "/fees/0/period"),
        ("contracts", {"fees": [{"fee_code": "x", "from_on": "2026-01-01"}]}, "/fees/0/from_on"),
        ("contracts", {"clauses": [{"number": "1"}]}, "/clauses/0/text"),
        ("contracts", {"provider": None}, "/provider"),
        ("notices", {"kind": "LOVE"}, "/kind"),
        ("notices", {"contract": "00000000-0000-0000-0000-000000000001"}, "/contract"),
        ("migrations", {"window": "14:00-13:00"}, "/window"),
        ("migrations", {"missed_visits": [{"on": "2026-08-05", "missed_by": "cat"}]}, "/missed_visits/0/missed_by"),
        ("migrations", {"cutover_from": "2026-09-02T10:00", "cutover_to": "2026-09-01T10:00"}, "/cutover_to"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_place_in_both_languages(cast, name, more, pointer):
    key = key_of(cast.owner)
    for lang in ("zh", "en"):
        told = refused(Program(key, lang=lang).post(PATHS[name], {**EACH[name], **more}), 400, "invalid")
        assert pointer in [one["pointer"] for one in told["errors"]]
        assert lang == "zh" or not any(
            "\u4e00" <= letter <= "\u9fff" for one in told["errors"] for letter in one["detail"]
        )
    assert Program(key).get(PATHS[name]).json()["results"] == []


def test_a_change_is_checked_with_what_stays(shop):
    one = added(shop, "terminals", to_on="2026-08-01")
    path = one["Location"].removeprefix("/api/v1")
    told = refused(patch(shop, path, {"from_on": "2026-08-02"}, one["ETag"]), 400, "invalid")
    assert told["errors"][0]["pointer"] == "/to_on"
    refused(patch(shop, path, {"surprise": 1}, one["ETag"]), 400, "invalid")
    assert patch(shop, path, {"to_on": None}, one["ETag"]).json()["to_on"] is None


def test_fees_are_read_and_told_under_the_names_of_the_commands(shop):
    fee = {"fee_code": "流量费", "tid": "20117765", "amount": "36.00", "rate": "0.6", "period": "half-year", "from": "2025-01-01",
           "to": "2025-12-31", "clause": "4.1", "notice_on": "2024-12-01"}  # fmt: skip
    told = added(shop, "contracts", fees=[fee]).json()["fees"]
    assert told == [{**fee, "currency": "CNY"}]
    move = {
        "old_tid": "10483217",
        "new_tid": "10597742",
        "cutover_from": "2026-09-22T13:30:00+08:00",
        "cutover_to": "2026-09-22T14:30:00+08:00",
    }
    told = shop.post("/migrations", move).json()
    assert (told["planned_on"], told["window"]) == ("2026-09-22", "13:30-14:30")


def test_a_list_that_is_sent_takes_the_place_of_the_whole_list(shop):
    one = added(shop, "contracts")
    path = one["Location"].removeprefix("/api/v1")
    changed = patch(shop, path, {"clauses": [{"number": "9", "text": "新"}]}, one["ETag"]).json()
    assert [clause["number"] for clause in changed["clauses"]] == ["9"]
    assert [fee["fee_code"] for fee in changed["fees"]] == ["流量费"]


def test_a_contract_comes_with_its_photo_and_gives_it_back(shop):
    parts = {
        "provider": "通联支付",
        "number": "C-9",
        "fees": json.dumps(EACH["contracts"]["fees"]),
        "file": walk.photo("合同.png"),
    }
    told = shop.parts("/contracts", parts).json()
    assert told["file_name"] == "合同.png" and told["fees"][0]["amount"] == "79.00"
    answer = shop.get(f"/contracts/{told['id']}/file")
    assert answer.content == walk.PNG
    notice = added(shop, "notices", file=told["file"], contract="C-9").json()
    assert notice["contract"] == told["id"]
    refused(shop.get(f"/notices/{added(shop, 'notices', number='N-2').json()['id']}/file"), 404, "not_found")


def test_lists_are_searched_and_paged(shop):
    for at in range(5):
        added(shop, "terminals", tid=f"2011776{at}", sn="A1" if at == 3 else "")
    assert [one["tid"] for one in shop.get("/terminals?q=A1").json()["results"]] == ["20117763"]
    seen, path = [], "/terminals?limit=2"
    while path:
        body = shop.get(path).json()
        seen += [one["tid"] for one in body["results"]]
        path = body["next"] and body["next"].split("/api/v1")[1]
    assert seen == [f"2011776{at}" for at in range(5)]
    refused(shop.get("/contracts?state=x"), 400, "invalid")


@pytest.mark.parametrize("name", EACH)
def test_another_merchants_record_and_one_that_is_not_there_are_the_same(cast, shop, name):
    theirs = write(cast.boss, name)
    for pk in (theirs.pk, "00000000-0000-0000-0000-000000000001"):
        path = f"{PATHS[name]}/{pk}"
        refused(shop.get(path), 404, "not_found")
        refused(patch(shop, path, {}, '"x"'), 404, "not_found")
        refused(delete(shop, path, '"x"'), 404, "not_found")


def test_seats_and_scopes_keep_their_bounds(cast, program):
    write(cast.boss, "contracts")
    reader = Program(key_of(cast.boss, scopes=("cases:read",)))
    assert len(reader.get("/contracts").json()["results"]) == 1
    refused(reader.post("/contracts", EACH["contracts"]), 403, "not_allowed")
    refused(program("approver").post("/terminals", EACH["terminals"]), 403, "not_allowed")
    refused(program("store_a").get("/contracts"), 403, "not_allowed")
    refused(program("agent").get("/terminals"), 403, "not_allowed")
    assert program("store_a").post("/terminals", EACH["terminals"]).json()["store_name"] == "新街口店"


def test_a_terminal_of_a_case_cannot_be_removed_by_program_either(cast, shop):
    walk.file(cast.owner)
    one = shop.get("/terminals").json()["results"][0]
    path = f"/terminals/{one['id']}"
    refused(delete(shop, path, shop.get(path)["ETag"]), 409, "conflict")
    assert terminals.know(cast.owner, one["mid"], one["tid"])


def test_what_is_refused_leaves_nothing_behind(cast, shop):
    refused(
        shop.post("/contracts", {**EACH["contracts"], "provider": "只写过一次", "to_on": "2020-01-01"}), 400, "invalid"
    )
    with tenancy.acting(cast.owner):
        assert not Contract.objects.exists() and not ServedNotice.objects.exists()
    assert "只写过一次" not in shop.get("/contracts").content.decode()
