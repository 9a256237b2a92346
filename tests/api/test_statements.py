"""A statement by key: uploaded, read by a job, its lines listed and claimed, and proving the refund."""

import pytest

from config import jobs
from tests.api.client import refused
from tests.statements.reading import SAMPLES

SAMPLE = SAMPLES / "acquirer.csv"


def upload(program, name="acquirer.csv", content: bytes = b"", **more):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return program.parts("/statements", {"file": SimpleUploadedFile(name, content or SAMPLE.read_bytes()), **more})


def test_a_statement_is_read_by_a_job_and_a_line_of_it_becomes_a_case(cast, program):
    finance = program("finance")
    accepted = upload(finance)
    assert accepted.status_code == 202, accepted.content.decode()
    job = accepted.json()
    assert accepted["Location"] == f"/api/v1/jobs/{job['id']}"
    assert (job["state"], job["result_url"], accepted["Retry-After"]) == ("queued", None, "2")
    assert jobs.run(job["id"], cast.finance.organisation_id) == "done"
    job = finance.get(f"/jobs/{job['id']}").json()
    assert (job["state"], job["error"]) == ("done", "")
    statement = finance.client.get(job["result_url"], headers=finance.headers).json()
    assert statement["format"] == "acquirer"
    lines = finance.get(f"/statements/{statement['id']}/lines").json()["results"]
    taken = next(one for one in lines if one["direction"] == "D")
    line = {"on": taken["on"], "amount": taken["amount"], "statement_line": taken["id"]}
    filed = finance.post("/cases", {"symptom": "S5", "lines": [line], "provider": "某支付公司"})
    assert filed.status_code == 201, filed.content.decode()
    assert filed.json()["lines"][0]["statement_line"] == taken["id"]
    body = refused(finance.post("/cases", {"symptom": "S5", "lines": [line]}), 409, "conflict")
    assert filed.json()["number"] in body["detail"]
    twice = refused(finance.post("/cases", {"symptom": "S5", "lines": [line, line]}), 409, "conflict")
    assert twice["detail"]


def test_a_key_without_the_scope_or_the_seat_imports_nothing(cast, program):
    from tests.api.client import Program, key_of

    reader = Program(key_of(cast.finance, scopes=["cases:read", "cases:write"]))
    refused(upload(reader), 403, "not_allowed")
    refused(upload(program("agent")), 403, "not_allowed")


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x00\x01\x02", b"a,b\n1,2\n"])
def test_what_is_no_statement_is_refused_at_once(cast, program, content):
    sent = {"name": "x.csv", "content": content} if content else {"name": "x.csv", "content": b" "}
    body = refused(upload(program("finance"), **sent), 400, "invalid")
    english = refused(upload(program("finance", lang="en"), **sent), 400, "invalid")
    assert body["detail"] != english["detail"]


def test_jobs_and_statements_of_others_are_unknown(cast, program):
    finance, stranger = program("finance"), program("owner")
    job = upload(finance).json()["id"]
    jobs.run(job, cast.finance.organisation_id)
    statement = finance.get(f"/jobs/{job}").json()["result"]["import"]
    for path in (f"/jobs/{job}", f"/statements/{statement}", f"/statements/{statement}/lines"):
        assert finance.get(path).status_code == 200
        refused(stranger.get(path), 404, "not_found")
    refused(program("store_a").get(f"/jobs/{job}"), 404, "not_found")
    refused(stranger.post(f"/statements/{statement}/confirm"), 404, "not_found")
    refused(finance.post(f"/statements/{statement}/confirm"), 409, "conflict")
