"""Sent twice, done once: the stored answer, the other body, the refusal that leaves no trace, twenty at the same time."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection
from threading import Barrier

import pytest

from cases.models import Case
from config import clock, idempotency, tenancy
from config.models import RememberedAnswer
from tests import cast as cast_module
from tests import walk
from tests.api.client import Program, key_of, refused
from tests.walk import LINE, photo

FILED = {"symptom": "S5", "lines": [LINE], "provider": "某支付公司", "submit": True}


def cases_of(actor) -> int:
    with tenancy.acting(actor):
        return Case.objects.count()


def test_the_same_key_gets_the_stored_answer_and_files_one_case(cast, shop):
    first, again = shop.post("/cases", FILED, key="k1"), shop.post("/cases", FILED, key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert cases_of(cast.owner) == 1


def test_spaces_and_order_of_a_body_do_not_make_it_another(cast, shop):
    shop.post("/cases", FILED, key="k1")
    turned = json.dumps(dict(reversed(FILED.items())), indent=3).encode()
    assert shop.post("/cases", raw=turned, key="k1")["Idempotent-Replayed"] == "true"


def test_the_same_key_with_another_body_is_refused(cast, shop):
    shop.post("/cases", FILED, key="k1")
    refused(shop.post("/cases", {**FILED, "cause": "C3"}, key="k1"), 422, "key_reused")
    assert cases_of(cast.owner) == 1


def test_an_act_is_replayed_although_its_version_is_old_by_then(cast, shop):
    number = walk.file(cast.owner)
    path = f"/cases/{number}/evidence"
    one, two = (shop.parts(path, {"kind": "E04", "file": photo()}, key="k") for _ in range(2))
    assert one.content == two.content
    other = shop.parts(path, {"kind": "E04", "file": photo(more=b"other")}, key="k")
    refused(other, 422, "key_reused")
    act = f"/cases/{number}/actions/withdraw"
    version = f'"{shop.case(number)["version"]}"'
    first, again = (shop.post(act, {"reason": "不追了"}, key="w", If_Match=version) for _ in range(2))
    assert first.status_code == 200
    assert again.content == first.content
    assert len(shop.get(path).json()["results"]) == 1


def test_a_refusal_leaves_no_trace_and_the_key_may_be_used_again(cast, shop):
    bad = {**FILED, "lines": [{**LINE, "amount": "0"}]}
    refused(shop.post("/cases", bad, key="k1"), 400, "invalid")
    assert shop.post("/cases", FILED, key="k1").status_code == 201
    assert cases_of(cast.owner) == 1


def test_keys_are_each_persons_own(cast, program):
    number = program("finance").post("/cases", FILED, key="same").json()["number"]
    other = program("boss").post("/cases", FILED, key="same")
    assert other.status_code == 201
    assert other.json()["number"] != number
    assert program("finance").post("/cases", FILED, key="same").json()["number"] == number


@pytest.mark.parametrize("key", ["", "x" * 201, "with space", "中文".encode().decode("latin-1")])
def test_a_missing_or_strange_key_is_refused_in_a_sentence(cast, shop, key):
    headers = {"Idempotency_Key": key} if key else {}
    body = refused(shop.post("/cases", FILED, key=None, **headers), 400, "invalid")
    assert body["errors"][0]["pointer"] == "/Idempotency-Key"
    assert "Idempotency-Key" in body["detail"]
    assert cases_of(cast.owner) == 0


def test_a_key_is_forgotten_after_thirty_days(cast, shop, at):
    at("2026-09-01T09:00")
    shop.post("/cases", FILED, key="k1")
    at("2026-10-01T08:59")
    assert shop.post("/cases", FILED, key="k1")["Idempotent-Replayed"] == "true"
    at("2026-10-01T09:01")
    key = Program(key_of(cast.owner))
    assert "Idempotent-Replayed" not in key.post("/cases", FILED, key="k1")
    with tenancy.acting(cast.owner):
        assert RememberedAnswer.objects.filter(created_at__lt=clock.now() - timedelta(days=29)).count() == 0


def test_a_page_form_is_done_once(cast):
    with tenancy.acting(cast.owner):
        done = []
        for _ in range(3):
            told = idempotency.once(cast.owner, "nonce", "act", lambda: done.append(1) or "/there/")
            assert told[0] == "/there/"
        assert done == [1]


def used(key: str) -> str:
    """A key that has been used today: its first use notes the day, and until then all others would wait for that row."""
    assert Program(key).get("/me").status_code == 200
    return key


def test_twenty_at_the_same_time_have_one_effect(served):
    cast = cast_module.make()
    key, at_once = used(key_of(cast.owner)), Barrier(20)
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "k1", "Content-Type": "application/json"}

    def send(_):
        link = HTTPConnection(*served, timeout=60)
        at_once.wait()
        link.request("POST", "/api/v1/cases", json.dumps(FILED), headers)
        response = link.getresponse()
        found = response.status, response.read(), response.headers.get("Idempotent-Replayed")
        link.close()
        return found

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert {status for status, _, _ in answers} == {201}
    assert len({body for _, body, _ in answers}) == 1
    assert sorted(str(replayed) for _, _, replayed in answers) == ["None", *["true"] * 19]
    assert cases_of(cast.owner) == 1


def test_twenty_acts_on_one_version_have_one_winner(served):
    cast = cast_module.make()
    key, number, at_once = used(key_of(cast.owner)), walk.file(cast.owner), Barrier(20)

    def send(i):
        link = HTTPConnection(*served, timeout=60)
        at_once.wait()
        headers = {
            "Authorization": f"Bearer {key}",
            "Idempotency-Key": f"k{i}",
            "Content-Type": "application/json",
            "If-Match": '"2"',
        }
        link.request("POST", f"/api/v1/cases/{number}/actions/withdraw", json.dumps({"reason": "不追了"}), headers)
        status = link.getresponse().status
        link.close()
        return status

    with ThreadPoolExecutor(20) as pool:
        assert sorted(pool.map(send, range(20))) == [200, *[412] * 19]
