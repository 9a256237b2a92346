"""What a program may send wrong: each gets its status and sentence in both languages, and nothing is changed."""

import json
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Case, Event, Evidence, Line
from config import tenancy
from config.models import RememberedAnswer, StoredFile
from merchants.models import Organisation, Terminal
from tests import walk
from tests.api.client import Program, key_of, refused
from tests.walk import LINE, photo

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FILED = {"symptom": "S5", "lines": [LINE], "provider": "某支付公司"}
NAMED = "没有的店"  # what a sentence repeats is in the language it was written in
UNKNOWN = "00000000-0000-0000-0000-000000000001"


def rows_of(actor) -> list[int]:
    """How many rows of everything the actor's organisation has."""
    with tenancy.acting(actor):
        models = (Case, Line, Event, Evidence, StoredFile, Organisation, Terminal, RememberedAnswer)
        return [model.objects.count() for model in models]


def in_both_languages(cast, send, status: int, code: str) -> dict:
    """Sends it in both languages: a sentence in each, the other one's letters in none, and no row changed."""
    key, before = key_of(cast.owner), rows_of(cast.owner)
    chinese = refused(send(Program(key)), status, code)
    english = refused(send(Program(key, lang="en")), status, code)
    for told, wanted in ((chinese, True), (english, False)):
        sentences = [told["detail"], told["title"], *(one["detail"] for one in told.get("errors", ()))]
        assert all(bool(CHINESE.search(one.replace(NAMED, ""))) is wanted for one in sentences), sentences
    assert rows_of(cast.owner) == before
    return chinese


def line(**wrong) -> dict:
    return {**FILED, "lines": [LINE, {**LINE, **wrong}]}


BAD_FILING = {
    "zero": (line(amount="0"), "/lines/1/amount"),
    "negative": (line(amount="-5"), "/lines/1/amount"),
    "not a number": (line(amount="NaN"), "/lines/1/amount"),
    "infinite": (line(amount="Infinity"), "/lines/1/amount"),
    "three decimals": (line(amount="1.234"), "/lines/1/amount"),
    "1e400": (line(amount="1e400"), "/lines/1/amount"),
    "too large": (line(amount="1000000000.00"), "/lines/1/amount"),
    "a list for an amount": (line(amount=["1"]), "/lines/1/amount"),
    "true for an amount": (line(amount=True), "/lines/1/amount"),
    "future day": (line(on="2999-01-01"), "/lines/1/on"),
    "30 February": (line(on="2026-02-30"), "/lines/1/on"),
    "a day of the year 1": (line(on="0001-01-01"), "/lines/1/on"),
    "a day of the year 9999": (line(on="9999-12-31"), "/lines/1/on"),
    "noticed in the future": ({**FILED, "detected_on": "2199-01-01"}, "/detected_on"),
    "no day": (line(on=None), "/lines/1/on"),
    "long terminal": (line(tid="123456789"), "/lines/1/tid"),
    "NUL": (line(fee_name="a\x00b"), "/lines/1/fee_name"),
    "other kind": (line(kind="GIFT"), "/lines/1/kind"),
    "unknown store": (line(store=NAMED), "/lines/1/store"),
    "statement line that is no id": (line(statement_line="x"), "/lines/1/statement_line"),
    "field of a line": (line(refunded="5.00"), "/lines/1/refunded"),
    "no lines": ({**FILED, "lines": []}, "/lines"),
    "lines missing": ({"symptom": "S5"}, "/lines"),
    "lines are no list": ({**FILED, "lines": "x"}, "/lines"),
    "a line that is no object": ({**FILED, "lines": [1]}, "/lines/0"),
    "unknown symptom": ({**FILED, "symptom": "S9"}, "/symptom"),
    "tenant": ({**FILED, "tenant": UNKNOWN}, "/tenant"),
    "state": ({**FILED, "state": "CLOSED"}, "/state"),
    "merchant": ({**FILED, "merchant": UNKNOWN}, "/merchant"),
    "amount of the case": ({**FILED, "amount": "1.00"}, "/amount"),
    "a slash in a name": ({**FILED, "a/b~c": 1}, "/a~1b~0c"),
    "party without name": ({**FILED, "provider": {"kind": "bank"}}, "/provider/name"),
    "party of another kind": ({**FILED, "provider": {"name": "某行", "kind": "company"}}, "/provider/kind"),
    "party with NUL": ({**FILED, "provider": "a\x00b"}, "/provider"),
    "party with a long name": ({**FILED, "provider": "x" * 121}, "/provider"),
    "party that is a number": ({**FILED, "provider": 5}, "/provider"),
    "evidence without file": ({**FILED, "evidence": [{"kind": "E04"}]}, "/evidence/0/file"),
    "evidence of another kind": ({**FILED, "evidence": [{"kind": "E99", "file": UNKNOWN}]}, "/evidence/0/kind"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_FILING)
def test_what_is_wrong_in_a_claim_is_named_at_its_place(cast, what):
    data, pointer = BAD_FILING[what]
    told = in_both_languages(cast, lambda p: p.post("/cases", data), 400, "invalid")
    assert pointer in {one["pointer"] for one in told["errors"]}, told


def test_all_faults_are_listed_not_the_first(cast):
    data = {"symptom": "S9", "lines": [{"on": "x", "amount": "0"}, {"amount": "1.00"}], "cause": "C99"}
    told = in_both_languages(cast, lambda p: p.post("/cases", data), 400, "invalid")
    pointers = {one["pointer"] for one in told["errors"]}
    assert pointers == {"/symptom", "/cause", "/lines/0/on", "/lines/0/amount", "/lines/1/on"}


@pytest.mark.parametrize(
    "named",
    [
        {"provider": UNKNOWN},
        {"lines": [{**LINE, "statement_line": UNKNOWN}]},
        {"evidence": [{"kind": "E04", "file": UNKNOWN}]},
    ],
)
def test_an_id_that_is_not_ours_is_not_found(cast, named):
    in_both_languages(cast, lambda p: p.post("/cases", {**FILED, **named}), 404, "not_found")


BODIES = {
    "no JSON": (b"{", 400, "invalid"),
    "empty": (b"", 400, "invalid"),
    "not UTF-8": (b'{"symptom": "\xff"}', 400, "invalid"),
    "depth 1,000": (b'{"lines":' + b"[" * 1000 + b"]" * 1000 + b"}", 400, "invalid"),
    "depth 100,000": (b"[" * 100_000 + b"]" * 100_000, 400, "invalid"),
    "10 MB": (b'{"story": "' + b"x" * 10_000_000 + b'"}', 413, "too_large"),
    "2^63": (b'{"symptom": 9223372036854775808}', 400, "invalid"),
    "5,000 digits": (b'{"symptom": ' + b"9" * 5000 + b"}", 400, "invalid"),
    "a lone surrogate": (b'{"symptom": "\\ud800"}', 400, "invalid"),
    "a lone surrogate in a name": (b'{"\\udfff": 1}', 400, "invalid"),
    "a doubled name": (b'{"symptom": "S5", "symptom": "S1"}', 400, "invalid"),
    "a doubled name inside": (b'{"lines": [{"on": "2026-08-17", "on": "2026-08-18"}]}', 400, "invalid"),
    "NaN": (b'{"symptom": NaN}', 400, "invalid"),
    "-Infinity": (b'{"symptom": -Infinity}', 400, "invalid"),
    "1e400": (b'{"symptom": "S5", "lines": [{"on": "2026-08-17", "amount": 1e400}]}', 400, "invalid"),
    "a list": (b"[]", 400, "invalid"),
    "a string": (b'"x"', 400, "invalid"),
    "null": (b"null", 400, "invalid"),
}  # fmt: skip


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_not_plain_json_is_refused(cast, what):
    raw, status, code = BODIES[what]
    in_both_languages(cast, lambda p: p.post("/cases", raw=raw), status, code)


@pytest.mark.parametrize("type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "image/png"])
def test_another_content_type_is_refused(cast, type):
    in_both_languages(cast, lambda p: p.post("/cases", raw=b"x", type=type), 415, "media_type")


@pytest.mark.parametrize("raw", [b"", b"--b\r\n", b'--b\r\nContent-Disposition: form-data; name="symptom"\r\n\r\nS5'])
@pytest.mark.parametrize(
    "type", ["multipart/form-data; boundary=b", "multipart/form-data", "multipart/form-data; boundary=c"]
)
def test_broken_parts_are_refused(cast, raw, type):
    in_both_languages(cast, lambda p: p.post("/cases", raw=raw, type=type), 400, "invalid")


FILES = {
    "empty": SimpleUploadedFile("a.png", b""),
    "a program": SimpleUploadedFile("a.png", b"MZ\x00\x00" + b"\x00" * 100),
    "HTML named .png": SimpleUploadedFile("a.png", b"<html><script>alert(1)</script>"),
    "SVG with script": SimpleUploadedFile("a.svg", b"<svg><script/></svg>"),
    "too large": SimpleUploadedFile("a.png", walk.PNG + b"x" * (20 * 1024 * 1024)),
    "text in place of a file": "no id",
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_cannot_be_taken_is_refused_and_not_kept(cast, what):
    number = walk.file(cast.owner)

    def send(program):
        if hasattr(FILES[what], "seek"):
            FILES[what].seek(0)
        return program.parts(f"/cases/{number}/evidence", {"kind": "E04", "file": FILES[what]})

    in_both_languages(cast, send, 400, "invalid")


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.png", "..\\x.png", "CON.png", "x" * 300 + ".png", "a\u202egnp.exe.png", "😀.png", "=1+1.png"],
)
def test_a_hostile_name_stays_a_name(cast, shop, name):
    number = walk.file(cast.owner)
    item = shop.parts(f"/cases/{number}/evidence", {"kind": "E04", "file": photo(name, b"n")}).json()
    assert not re.search(r"[\\/\u202e\x00-\x1f]", item["name"])
    assert 0 < len(item["name"]) <= 150
    response = shop.client.get(item["file"], headers=shop.headers)
    assert response.content == walk.PNG + b"n"


def act(number: str, name: str, data: dict):
    return lambda program: program.act(number, name, **data)


def test_acts_that_do_not_fit_are_refused(at, cast):
    number = walk.shop_awaits(at, cast)
    with tenancy.acting(cast.owner):
        file = str(Evidence.objects.get().id)
    refund = {"lines": [1], "on": "2026-08-18", "amount": "2000.00", "file": file}
    for name, data, status, code, pointer in (
        ("open", {}, 409, "wrong_state", None),
        ("close", {"outcome": "FULL_REFUND"}, 409, "wrong_state", None),
        ("file", {}, 404, "not_found", None),
        ("file_suit", {}, 404, "not_found", None),
        ("fail_negotiation", {"summary": "x"}, 422, "missing", "/silence_or_talks"),
        ("acknowledge", {"on_behalf": True}, 422, "missing", "/channel"),
        ("record_refund", {"lines": [1], "on": "2026-08-18", "amount": "1.00"}, 400, "invalid", "/"),
        ("record_refund", {**refund, "file": UNKNOWN}, 404, "not_found", None),
        ("record_refund", {**refund, "lines": [1, 2**53]}, 400, "invalid", "/lines/1"),
        ("record_refund", {**refund, "lines": [0]}, 400, "invalid", "/lines/0"),
        ("record_refund", {**refund, "on": "2027-01-01"}, 400, "invalid", "/on"),
        ("drop_line", {"line": 2**53, "reason": "x"}, 404, "not_found", None),
        ("correct_record", {"event": 99999, "fields": {"x": 1}, "reason": "x"}, 404, "not_found", None),
        ("correct_record", {"event": 2**53, "fields": {"x": 1}, "reason": "x"}, 404, "not_found", None),
        ("correct_record", {"event": 1, "fields": {"state": "CLOSED"}, "reason": "x"}, 400, "invalid", "/fields/state"),
        ("explain", {"text": "x", "split": {"provider": 60, "merchant": 60}}, 400, "invalid", "/split"),
        ("withdraw", {}, 400, "invalid", "/reason"),
        ("accept_charge", {"reason": "x"}, 422, "missing", "/alone"),
    ):
        told = in_both_languages(cast, act(number, name, data), status, code)
        if pointer:
            assert pointer in {one["pointer"] for one in told["errors"]}, (name, told)


def test_a_refund_above_what_was_taken_is_refused_with_both_figures(at, cast, shop):
    number = walk.shop_awaits(at, cast)
    data = {"lines": [1], "on": "2026-08-18", "amount": "2000.01"}
    told = in_both_languages(cast, lambda p: p.act(number, "record_refund", **data, file=photo()), 400, "invalid")
    assert "2000.01" in told["detail"]
    assert "2000.00" in told["detail"]


def test_a_line_already_in_a_case_is_refused_with_that_case(cast, shop):
    """By statement line: tests/api/test_statements.py; here one line named twice in one claim."""
    body = json.dumps({**FILED, "lines": [{**LINE, "statement_line": UNKNOWN}] * 2}).encode()
    in_both_languages(cast, lambda p: p.post("/cases", raw=body), 404, "not_found")


def test_parts_with_strange_text_are_refused(cast):
    for data in (
        {"symptom": "S5", "lines": "[{"}, {"symptom": "S5", "lines": '[{"on": NaN}]'}, {"symptom": ["S5", "S1"], "lines": "[]"},
        {"symptom": "S5", "lines": "[" * 2000}, {"symptom": "S5", "lines": json.dumps([LINE]), "evil": "1"},
        {"symptom": "S5", "lines": BytesIO(b"[]")},
    ):  # fmt: skip
        in_both_languages(cast, lambda p, data=data: p.parts("/cases", data), 400, "invalid")
