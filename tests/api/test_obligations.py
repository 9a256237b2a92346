"""Keeping an agreement through the API alone: what each side owes, who knows, proof, confirmation, refusals."""

from tests import agreed, walk
from tests.api.client import Program, key_of, refused
from tests.walk import photo


def test_the_obligations_of_an_agreement_are_listed_proven_and_confirmed(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    ours, theirs = Program(key_of(cast.finance)), Program(key_of(cast.agent, ("cases:read", "cases:write")), "en")
    assert ours.get(f"/cases/{number}/obligations").json() == {"results": [], "next": None, "previous": None}
    agreed.effective(cast, number, agreed.ALL_BACK)
    [one] = ours.get(f"/cases/{number}/obligations").json()["results"]
    assert (one["obligation"], one["kind"], one["debtor"], one["amount"], one["currency"]) == (
        1,
        "REFUND",
        "provider",
        "2000.00",
        "CNY",
    )
    assert (one["what"], one["due_on"], one["due_at"], one["grace_until"]) == (
        "服务商退还商户 ¥2,000.00（贰仟元整）", "2026-09-01", "2026-09-02T00:00:00+08:00", "2026-09-05T00:00:00+08:00",
    )  # fmt: skip
    assert (one["state"], one["state_label"], one["is_overdue"], one["provisional"]) == ("open", "待履行", False, False)
    assert (
        theirs.get(f"/cases/{number}/obligations").json()["results"][0]["what"]
        == "the provider refunds ¥2,000.00 to the merchant"
    )
    ours.done(number, "notify_parties")
    ours.done(number, "acknowledge_notice")
    assert theirs.done(number, "acknowledge_notice")["state"] == "FULFILLING"
    told = refused(
        theirs.act(number, "prove_obligation", obligation=1, on="2026-08-18", amount="1999.00", file=photo()),
        400,
        "invalid",
    )
    assert [error["pointer"] for error in told["errors"]] == ["/amount"]
    told = refused(theirs.act(number, "prove_obligation", obligation=1, amount="2000.00"), 400, "invalid")
    assert {error["pointer"] for error in told["errors"]} == {"/on", "/file"}
    case = theirs.done(number, "prove_obligation", obligation=1, on="2026-08-18", amount="2000.00", file=photo())
    assert (case["state"], case["next_actor"], case["recovered"]) == ("FULFILLING", "merchant", "0.00")
    [one] = ours.get(f"/cases/{number}/obligations").json()["results"]
    assert (one["state"], one["done_on"], one["proven_by"]) == ("proven", "2026-08-18", "周经办")
    assert ours.client.get(one["proof"], headers=ours.headers).content == walk.PNG
    refused(theirs.act(number, "confirm_obligation", obligation=1), 422, "missing")
    case = ours.done(number, "confirm_obligation", obligation=1)
    assert (case["state"], case["recovered"]) == ("FULFILLED", "2000.00")


def test_of_a_foreign_or_unknown_case_nothing_is_said(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    stranger = Program(key_of(cast.owner))
    for path in (f"/cases/{number}/obligations", "/cases/DK-2026-999999/obligations"):
        refused(stranger.get(path), 404, "not_found")


def test_an_unknown_item_and_a_foreign_statement_line_are_the_same_404(at, cast):
    number = agreed.company_fulfilling(at, cast)
    ours = Program(key_of(cast.finance))
    body = refused(
        ours.act(number, "prove_obligation", obligation=7, on="2026-08-18", amount="1.00", file=photo()),
        404,
        "not_found",
    )
    assert body["errors"][0]["pointer"] == "/obligation"
    line = "00000000-0000-0000-0000-000000000001"
    refused(ours.act(number, "prove_obligation", obligation=1, statement_line=line), 404, "not_found")
