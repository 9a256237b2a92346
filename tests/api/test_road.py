"""The whole road of a shop alone by key and HTTP, every alive act through its own address, and what the answers hold."""

from tests.walk import LINE, photo


def test_a_shop_walks_from_the_deduction_to_the_closed_case_by_http_alone(shop, at):
    at("2026-08-17T18:00")
    filed = shop.post(
        "/cases",
        {
            "symptom": "S5",
            "cause": "C1",
            "lines": [LINE],
            "provider": "某支付公司",
            "detected_on": "2026-08-17",
            "submit": True,
        },
    )
    assert filed.status_code == 201, filed.content.decode()
    case = filed.json()
    number = case["number"]
    assert filed["Location"] == f"/api/v1/cases/{number}"
    assert filed["ETag"] == '"2"'
    assert (case["state"], case["stage"], case["next_actor"], case["amount"], case["currency"]) == (
        "OPEN", "prepare", "merchant", "2000.00", "CNY",
    )  # fmt: skip
    at("2026-08-18T10:05")
    case = shop.done(
        number, "send_letter", channel="email", arrived_at="2026-08-18T10:00:00+08:00", proof=photo(), alone="核对过"
    )
    assert (case["state"], case["stage"], case["next_actor"]) == ("AWAIT_ACK", "wait", "provider")
    due = {one["code"]: one["due_on"] for one in case["deadlines"]}
    assert (due["CK-ACK"], due["CK-EXPL"], due["CK-LIM"]) == ("2026-08-20", "2026-09-02", "2029-08-20")
    at("2026-08-31T12:00")
    case = shop.done(
        number,
        "explain",
        on_behalf=True,
        channel="wechat",
        received_at="2026-08-31T11:00:00+08:00",
        text="商户原因",
        proof=photo(),
    )
    assert case["state"] == "EXPLAINED"
    case = shop.done(number, "record_refund", lines=[1], on="2026-08-30", amount="500.00", file=photo("a.png", b"1"))
    assert (case["state"], case["recovered"]) == ("EXPLAINED", "500.00")
    case = shop.done(number, "record_refund", lines=[1], on="2026-08-31", amount="1500.00", file=photo("b.png", b"2"))
    assert (case["state"], case["stage"], case["recovered"]) == ("FULFILLED", "refund", "2000.00")
    case = shop.done(number, "close", outcome="FULL_REFUND", alone="核对过")
    assert (case["state"], case["outcome"], case["next_actor"], case["actions"]) == (
        "CLOSED",
        "FULL_REFUND",
        "none",
        [],
    )
    acts = [one["act"] for one in shop.get(f"/cases/{number}/timeline").json()["results"]]
    assert acts == ["close", "record_refund", "record_refund", "explain", "clock_passed", "send_letter", "open", "file"]
