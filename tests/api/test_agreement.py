"""The agreement through the API alone: read, made final, signed with a code by both sides, or stamped; and refusals."""

import hashlib

import pytest

from cases.services import agreement_text
from config import tenancy
from config.models import AccessRecord
from tests import walk
from tests.api.client import Program, key_of, refused
from tests.signing import agreement_of, code_of, company_agreed, company_frozen, quick_pdf, shop_frozen
from tests.walk import photo


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(agreement_text, "pdf", quick_pdf)


def of(actor) -> Program:
    return Program(key_of(actor))


def signed(program: Program, actor, number: str, **more):
    assert program.post(f"/cases/{number}/agreement/code").status_code == 202
    read = program.get(f"/cases/{number}/agreement").json()["sha256"]
    return program.act(
        number, "sign", **{"frozen_sha256": read, "second_factor": code_of(actor), "consent": True, **more}
    )


def test_a_case_without_an_agreement_answers_404(cast, at):
    number = walk.company(at, cast, "EXPLAINED")
    for path in ("", "/pdf"):
        refused(of(cast.finance).get(f"/cases/{number}/agreement{path}"), 404, "not_found")


def test_from_the_draft_to_the_day_of_effect_by_program_alone(cast, at):
    number = company_agreed(at, cast)
    finance, boss, chief = of(cast.finance), of(cast.boss), of(cast.agent_chief)
    finance.done(number, "draft_agreement", payee={"name": "南京云杉餐饮", "account": "6222021102034417123"})
    draft = finance.get(f"/cases/{number}/agreement").json()
    assert (draft["state"], draft["version"], draft["gets"], draft["pdf"], draft["sha256"]) == (
        "draft",
        1,
        "2000.00",
        "",
        "",
    )
    assert {one["pointer"] for one in draft["missing"]} == {"/payee/bank", "/payee/confirmed_by", "/payee/confirmed_on"}
    assert draft["details"]["payee"]["account"] == "622202******7123"
    body = refused(boss.act(number, "freeze_agreement"), 422, "missing")
    assert len(body["errors"]) == 3
    finance.done(number, "draft_agreement", payee={})
    boss.done(number, "freeze_agreement")
    frozen = chief.get(f"/cases/{number}/agreement").json()
    content = chief.get(f"/cases/{number}/agreement/pdf")
    assert (
        hashlib.sha256(content.content).hexdigest() == frozen["sha256"]
        and frozen["pdf"] == f"/api/v1/cases/{number}/agreement/pdf"
    )
    assert signed(boss, cast.boss, number).status_code == 200
    assert [one["is_bound"] for one in boss.get(f"/cases/{number}/agreement").json()["bound"]] == [True, False]
    whole = signed(chief, cast.agent_chief, number, authority="总经理").json()
    assert (whole["state"], whole["next_actor"]) == ("EFFECTIVE", "merchant")
    told = boss.get(f"/cases/{number}/agreement").json()
    assert (told["binding"], told["effective_at"] is not None, told["bound"][1]["authority"]) == (
        "product",
        True,
        "总经理",
    )


def test_the_code_goes_out_once_however_often_the_request_is_sent_and_never_stands_in_the_answer(cast, at):
    number = company_frozen(at, cast)
    boss = of(cast.boss)
    first = boss.post(f"/cases/{number}/agreement/code", key="k-1")
    again = boss.post(f"/cases/{number}/agreement/code", key="k-1")
    assert first.content == again.content and again["Idempotent-Replayed"] == "true"
    assert first.json()["to"] == "138****0002" and code_of(cast.boss) not in first.content.decode()
    refused(boss.post(f"/cases/{number}/agreement/code"), 409, "conflict")
    refused(boss.post(f"/cases/{number}/agreement/code", {"to": "+8613900000000"}), 400, "invalid")
    refused(of(cast.finance).post(f"/cases/{number}/agreement/code"), 403, "not_allowed")
    refused(of(cast.owner).post(f"/cases/{number}/agreement/code"), 404, "not_found")


def test_wrong_codes_are_counted_though_each_refusal_undoes_its_request(cast, at):
    number = company_frozen(at, cast)
    boss, read = of(cast.boss), agreement_of(cast.boss, number).sha256
    boss.post(f"/cases/{number}/agreement/code")
    wrong = f"{(int(code_of(cast.boss)) + 1) % 1_000_000:06d}"
    for _ in range(5):
        refused(boss.act(number, "sign", frozen_sha256=read, second_factor=wrong, consent=True), 400, "invalid")
    body = refused(
        boss.act(number, "sign", frozen_sha256=read, second_factor=code_of(cast.boss), consent=True), 409, "conflict"
    )
    assert "锁定" in body["detail"]


def test_another_text_is_refused_and_the_refusal_is_on_record(cast, at):
    number = company_frozen(at, cast)
    boss = of(cast.boss)
    body = refused(signed(boss, cast.boss, number, frozen_sha256="0" * 64), 409, "conflict")
    assert body["errors"][0]["pointer"] == "/frozen_sha256"
    with tenancy.acting(cast.boss):
        assert AccessRecord.objects.filter(route__endswith="/actions/sign", user_id=cast.boss.user_id).exists()


def test_a_shop_whose_provider_has_no_account_hands_in_both_copies_by_program(cast, at):
    number = shop_frozen(at, cast)
    at("2026-09-09T12:00")
    shop = of(cast.owner)
    refused(shop.post(f"/cases/{number}/agreement/code"), 409, "conflict")
    for side in ("merchant", "provider"):
        whole = shop.done(
            number, "upload_signed_copy", side=side, exchanged_on="2026-09-09", file=photo(f"{side}.png", side.encode())
        )
    assert whole["state"] == "EFFECTIVE"
    told = shop.get(f"/cases/{number}/agreement").json()
    assert told["binding"] == "paper" and [one["exchanged_on"] for one in told["bound"]] == ["2026-09-09"] * 2
