"""Bad input of every act: its own sentence in both languages, the right code, and not one row changed."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from cases import actions
from config import database
from config.errors import CODES, Refused
from tests import cast as cast_module
from tests import walk
from tests.services.test_money import FIRST, SECOND, credit
from tests.walk import LINE, PROVIDER_ALL, do, photo

AMOUNTS = (
    "0",
    "0.00",
    "-5",
    "NaN",
    "sNaN",
    "Infinity",
    "1.234",
    "1e400",
    "1e-3",
    "一百",
    "",
    "1,2.3.4",
    "9" * 400,
    True,
    1.5,
)
DAYS = ("2026-02-30", "2026-13-01", "20260817T", "31/12/2026", "", "昨天", 20260817)


def snapshot(url: str) -> dict[str, str]:
    """Every table of the database, whole, as its administrator sees it."""
    with database.administrator(url) as admin:
        names = [row[0] for row in admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return {
            name: admin.execute(f'SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), \'\')) FROM "{name}" t')
            .fetchone()[0]
            for name in names
        }  # fmt: skip


class Refusals:
    """Performs acts that must be refused and compares the whole database before and after each."""

    def __init__(self, url: str):
        self.url, self.before = url, snapshot(url)

    def __call__(
        self, code: str, actor, act: str, data: dict, number: str | None = None, pointer="", **more
    ) -> Refused:
        with pytest.raises(Refused) as refused:
            actions.perform(actor, act, data, number=number, **more)
        found = refused.value
        what = f"{act} {data}: {found.code} {found.text} {found.faults}"
        assert (found.code, found.status) == (code, CODES[code].status), what
        assert found.text.zh and found.text.en, what
        if pointer:
            assert pointer in [fault.pointer for fault in found.faults], what
        changed = [name for name, whole in snapshot(self.url).items() if whole != self.before[name]]
        assert not changed, f"{what} changed {changed}"
        return found


@pytest.fixture
def here(committed):
    """A database of its own with the cast in it."""
    return committed, cast_module.make()


def refused_words(found: Refused) -> str:
    return found.text.zh + "".join(fault.text.zh for fault in found.faults)


def test_claims_that_cannot_be(at, here):
    url, cast = here
    at("2026-08-20T09:00")
    line = {**LINE, "statement_line": str(credit(cast.owner, "2000.00", "D").id)}
    taken = walk.file(cast.owner, line)
    store_line = str(credit(cast.finance, "10.00", "D").id)
    refuse = Refusals(url)

    def file(code, pointer="", actor=cast.owner, **change):
        return refuse(code, actor, "file", {"symptom": "S5", "lines": [LINE], **change}, pointer=pointer)

    for amount in AMOUNTS:
        file("invalid", "/lines/0/amount", lines=[{**LINE, "amount": amount}])
    for day in DAYS:
        file("invalid", "/lines/0/on", lines=[{**LINE, "on": day}])
    file("invalid", "/lines/1/on", lines=[LINE, {**LINE, "on": "2026-08-21"}])
    assert taken in refused_words(file("conflict", lines=[line]))
    file("conflict", lines=[{**line, "statement_line": line["statement_line"]}] * 2)
    file("not_found", lines=[{**LINE, "statement_line": store_line}])  # another merchant's
    file("invalid", "/lines", lines=[])
    file("invalid", "/symptom", symptom="S9")
    file("invalid", "/cause", cause="C99")
    file("invalid", "/lines/0/tid", lines=[{**LINE, "tid": "123456789"}])
    file("invalid", "/lines/0/store", lines=[{**LINE, "store": "没有这家店"}], actor=cast.finance)
    file("invalid", "/colour", colour="red")
    file("invalid", "/lines/0/colour", lines=[{**LINE, "colour": "red"}])
    file("invalid", "/lines", lines=[LINE] * 5001)
    file("invalid", "/story", story="长" * 2001)
    file("not_allowed", actor=cast.approver)
    for data in ([], "x", None, 7):
        refuse("invalid", cast.owner, "file", data)


def test_files_that_cannot_be(at, here):
    url, cast = here
    at("2026-08-20T09:00")
    number = walk.file(cast.owner)
    foreign = walk.file(cast.finance)
    do(cast.finance, foreign, "add_evidence", kind="E04", file=photo())
    theirs = str(walk.case_of(cast.finance, foreign).id)
    refuse = Refusals(url)

    def add(code, file, pointer="", **more):
        return refuse(code, cast.owner, "add_evidence", {"kind": "E04", "file": file, **more}, number, pointer)

    add("invalid", SimpleUploadedFile("a.png", b""), "/file")
    add("invalid", SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * settings.UPLOAD_MAX_BYTES), "/file")
    for name, content in (
        ("a.exe", b"MZ\x90\x00"), ("a.png", b"<html><script>"), ("a.svg", b"<svg onload=x>"), ("a.sh", b"#!/bin/sh\n"),
        ("a.txt", b"a\x00b"),
    ):  # fmt: skip
        add("invalid", SimpleUploadedFile(name, content), "/file")
    add("invalid", "not an id", "/file")
    add("invalid", {"a": 1}, "/file")
    add("not_found", theirs)
    add("invalid", photo(), "/kind", kind="E99")
    add("invalid", photo(), "/obtained_at", obtained_at="2026-08-20T09:01")
    add("invalid", photo(), "/visibility", visibility="everybody")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.png", "passwd.png"), ("..\\..\\boot.png", "boot.png"), ("a\x00b.png", "b.png"),
        ("fdp\u202egnp.png", "fdpgnp.png"), ('x";drop.png', 'x";drop.png'), ("长" * 300 + ".png", "长" * 140 + ".png"),
    ],
)  # fmt: skip
def test_a_hostile_name_is_kept_as_a_plain_one(at, cast, name, kept):
    at("2026-08-20T09:00")
    number = walk.file(cast.owner)
    upload = photo()
    upload._name = name  # as it comes over the wire, before Django has a look at it
    do(cast.owner, number, "add_evidence", kind="E04", file=upload)
    walk.last_event(cast.owner, number)
    from config import tenancy

    with tenancy.acting(cast.owner):
        assert walk.case_of(cast.owner, number).evidence.get().name == kept


def test_acts_in_the_wrong_state_by_the_wrong_seat_on_a_stale_version(at, here):
    url, cast = here
    number = walk.company(at, cast, "AWAIT_ACK")
    draft = walk.file(cast.finance, submit=False)
    version = walk.case_of(cast.finance, number).version
    refuse = Refusals(url)
    split = {"split": PROVIDER_ALL, "reason": "x"}
    refuse("wrong_state", cast.finance, "open", {}, number)
    refuse("wrong_state", cast.finance, "propose_responsibility", split, number)
    refuse("wrong_state", cast.finance, "close", {"outcome": "FULL_REFUND"}, number)
    refuse("wrong_state", cast.finance, "remind", {"channel": "sms"}, draft)
    refuse("not_allowed", cast.store_a, "remind", {"channel": "sms"}, number)
    refuse("not_allowed", cast.agent, "withdraw", {"reason": "x"}, number)
    refuse("not_allowed", cast.finance, "explain", {"text": "x"}, number)
    refuse("not_allowed", cast.finance, "acknowledge", {"on_behalf": True, "channel": "phone"}, number)
    refuse("stale", cast.finance, "add_message", {"text": "x"}, number, version=version - 1)
    refuse("stale", cast.finance, "add_message", {"text": "x"}, number, version=version + 1)
    refuse("no_version", cast.finance, "remind", {"channel": "sms"}, number, needs_version=True)
    refuse("not_found", cast.owner, "add_message", {"text": "x"}, number)  # another merchant's
    refuse("not_found", cast.store_b, "add_message", {"text": "x"}, number)  # another store's
    refuse("not_found", cast.agent, "add_message", {"text": "x"}, draft)  # not sent to it yet
    refuse("not_found", cast.finance, "add_message", {"text": "x"}, "DK-2026-999999")
    refuse("not_found", cast.finance, "fly", {}, number)
    refuse("not_found", cast.finance, "split", {"lines": [1]}, number)  # coming, with no button
    refuse("missing", cast.finance, "approve", {}, number)


def test_unknown_and_foreign_cases_are_refused_in_the_same_words(at, here):
    url, cast = here
    at("2026-08-20T09:00")
    number = walk.file(cast.finance)
    refuse = Refusals(url)
    foreign = refuse("not_found", cast.owner, "add_message", {"text": "x"}, number)
    unknown = refuse("not_found", cast.owner, "add_message", {"text": "x"}, "DK-2026-999999")
    assert (foreign.text, foreign.faults) == (unknown.text, unknown.faults)


def test_everything_that_is_missing_is_named(at, here):
    url, cast = here
    at("2026-08-20T09:00")
    number = walk.file(cast.owner, provider=None)
    refuse = Refusals(url)
    found = refuse(
        "missing", cast.owner, "send_letter", {"channel": "email", "alone": "x"}, number, "/respondent_known"
    )
    assert "谁扣的钱" in found.text.zh
    refuse("missing", cast.owner, "record_arrival",
           {"of": "letter", "arrived_at": "2026-08-20T08:59", "proof": photo()}, number)  # fmt: skip
    refuse("missing", cast.owner, "drop_line", {"line": 1, "reason": "x"}, number)
    refuse("missing", cast.owner, "supply_evidence", {"request": 1, "refusal": "x"}, number)
    refuse("missing", cast.owner, "accept_charge", {"reason": "x"}, number, "/alone")


def test_refunds_that_cannot_be(at, here):
    url, cast = here
    number = walk.shop_awaits(at, cast, FIRST, SECOND)
    draft = walk.file(cast.owner, FIRST, submit=False)
    proof, taken = credit(cast.owner, "50.00", on="2026-08-18"), credit(cast.owner, "50.00", "D")
    theirs = credit(cast.finance, "50.00")
    refuse = Refusals(url)

    def refund(code, pointer="", number=number, **change):
        data = {"lines": [2], "amount": "50.00", "on": "2026-08-18", "file": photo(), **change}
        return refuse(code, cast.owner, "record_refund", data, number, pointer)

    for amount in AMOUNTS:
        refund("invalid", "/amount", amount=amount)
    for day in DAYS:
        refund("invalid", "/on", on=day)
    assert "50.00" in refused_words(refund("invalid", "/amount", amount=str(Decimal("50.01"))))
    refund("invalid", "/on", on="2026-08-19")
    refund("invalid", "/on", on="2026-08-16")
    refund("invalid", "/lines", lines=[])
    refund("invalid", "/lines/0", lines=[9])
    refund("invalid", "/lines/0", lines=["x"])
    refund("invalid", "/amount", amount="49.99", statement_line=str(proof.id))
    refund("not_found", statement_line=str(taken.id))
    refund("not_found", statement_line=str(theirs.id))
    refund("invalid", "/statement_line", statement_line="x")
    refund("missing", number=draft, lines=[1])
    data = {"lines": [2], "amount": "50.00", "on": "2026-08-18"}
    refuse("invalid", cast.owner, "record_refund", data, number)


def test_words_that_are_missing_or_too_long(at, here):
    url, cast = here
    number = walk.shop_awaits(at, cast)
    refuse = Refusals(url)
    for act, name, most, more in (
        ("add_message", "text", 500, {}),
        ("withdraw", "reason", 500, {}),
        ("accept_charge", "reason", 500, {"alone": "x"}),
        ("explain", "text", 5000, {"on_behalf": True, "channel": "phone"}),
        ("acknowledge", "ticket_no", 60, {"on_behalf": True, "channel": "phone"}),
        ("record_contact", "said", 2000, {"who": "x", "channel": "phone", "on": "2026-08-18T10:00"}),
    ):
        refuse("invalid", cast.owner, act, {**more, name: "长" * (most + 1)}, number, f"/{name}")
        refuse("invalid", cast.owner, act, {**more, name: "a\x00b"}, number, f"/{name}")
        if name != "ticket_no":
            refuse("invalid", cast.owner, act, {**more, name: "  "}, number, f"/{name}")
            refuse("invalid", cast.owner, act, more, number, f"/{name}")


def test_each_fault_is_said_in_the_readers_language(at, here):
    from django.utils import translation

    url, cast = here
    at("2026-08-20T09:00")
    refuse = Refusals(url)
    for language, words in (("zh-hans", "金额须大于 0"), ("en", "amount")):
        with translation.override(language):
            data = {"symptom": "S5", "lines": [{**LINE, "amount": "0"}]}
            found = refuse("invalid", cast.owner, "file", data)
            assert words in str(found.faults[0].text)
