"""The pages of bargaining: compared, made, countered, accepted; what is wrong stands beside what was typed."""

import re

import pytest

from cases.models import Offer
from config import tenancy
from config.models import AccessRecord
from tests import walk
from tests.pages.person import client_of, hidden, seen, send
from tests.walk import HALF, HALF_BACK, behalf, case_of, do


def page(actor, number, path="offers/", language="zh-hans"):
    response = client_of(actor, language).get(f"/cases/{number}/{path}")
    assert response.status_code == 200, (response.status_code, seen(response)[-600:])
    return response


def words(response) -> str:
    return re.sub(r"\s+", " ", seen(response))


def act(actor, number, name, query="", expect=302, **fields):
    response = send(client_of(actor), f"/cases/{number}/do/{name}/{query}", **fields)
    assert response.status_code == expect, seen(response)[-1500:]
    return response


def written(response, name: str) -> str:
    """What stands in a field of a form."""
    return re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', response.content.decode())[1]


def made(actor, number) -> list[Offer]:
    with tenancy.acting(actor):
        return list(Offer.objects.filter(case__number=number).order_by("position"))


def test_offers_are_compared_with_the_claim_newest_first(at, cast):
    number = walk.company(at, cast, "OFFER_PENDING")
    do(cast.finance, number, "make_offer", terms=[{"type": "REFUND", "amount": "2000.00"}])
    do(cast.agent, number, "make_offer", conditions="不再追究",
       terms=[{"type": "REFUND", "amount": "1400.00", "due_on": "2026-09-30"},
              {"type": "RESCHEDULE_MIGRATION", "tid": "20117765", "new_date": "2026-10-12"}])  # fmt: skip
    shown = words(page(cast.finance, number))
    assert (
        shown.index("方案 3（服务商）")
        < shown.index("方案 2（你方）")
        < shown.index("方案 1（服务商）")
        < shown.index("你的要求")
    )
    assert "比要求少 ¥600.00（得 70.0%）" in shown
    assert "壹仟肆佰元整" in shown and "2026-09-30 前（含当日）" in shown
    assert "终端 20117765 的迁移改到 2026-10-12" in shown and "不再追究" in shown
    assert "与要求一致（得 100%）" in shown and "有了还价，已失效" in shown
    assert "接受方案 3" in shown and "还价" in shown and "拒绝并说明" in shown


def test_the_side_that_offered_waits_and_may_withdraw(at, cast):
    number = walk.company(at, cast, "OFFER_PENDING")
    shown = words(page(cast.agent, number))
    assert "你方的方案，等对方答复" in shown and "撤回" in shown and "接受方案" not in shown
    act(cast.agent, number, "withdraw_offer", reason="算错了")
    assert made(cast.agent, number)[0].state == "withdrawn"
    assert "现在没有在等答复的方案" in words(page(cast.agent, number))


def test_before_accepting_one_reads_what_one_gets_and_gives_up(at, cast):
    number = walk.company(at, cast, "OFFER_PENDING")
    shown = words(page(cast.finance, number, "do/accept_offer/?offer=1"))
    assert "接受后你将得到 ¥1,000.00 壹仟元整" in shown and "放弃其余 ¥1,000.00" in shown
    assert "签署协议前仍可改变主意" in shown
    act(cast.finance, number, "accept_offer", offer="1")
    assert case_of(cast.finance, number).state == "AGREED_DRAFT"


def test_the_provider_reads_what_it_would_pay(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    do(cast.finance, number, "make_offer", terms=HALF_BACK)
    assert "接受后要付给商户 ¥1,000.00" in words(page(cast.agent, number, "do/accept_offer/"))
    act(cast.agent, number, "accept_offer", offer="1")


def test_an_amount_and_by_when_is_an_offer(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    act(cast.finance, number, "make_offer", amount="1,800", due="20")
    (offer,) = made(cast.finance, number)
    assert offer.terms == [
        {"type": "REFUND", "payer": "provider", "payee": "merchant", "amount": "1800.00",
         "due_in": {"n": 20, "unit": "bd", "from": "effective"}}
    ]  # fmt: skip


def test_a_counter_offer_begins_with_what_was_offered(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    do(cast.agent, number, "make_offer", terms=[
        {"type": "REFUND", "instalments": [{"amount": "500.00", "due_on": d} for d in ("2026-09-30", "2026-10-30")]},
        {"type": "WAIVE", "amount": "100.00"}, {"type": "OTHER", "text": "开票"},
        {"type": "RESCHEDULE_MIGRATION", "tid": "20117765", "new_date": "2026-10-12", "window": "上午"},
    ])  # fmt: skip
    response = page(cast.finance, number, "do/make_offer/")
    assert "还价（方案 1）" in words(response)
    values = {name: written(response, name) for name in ("amount", "due_on", "waive", "tid", "new_date", "window")}
    assert values == {"amount": "1000.00", "due_on": "2026-09-30", "waive": "100.00", "tid": "20117765",
                      "new_date": "2026-10-12", "window": "上午"}  # fmt: skip
    assert 'value="2" selected' in response.content.decode()
    act(cast.finance, number, "make_offer", **{**values, "amount": "1500.00"}, due="on", parts="2", other="开票")
    offer = made(cast.finance, number)[1]
    assert offer.answers == 1
    assert [term["type"] for term in offer.terms] == ["REFUND", "WAIVE", "RESCHEDULE_MIGRATION", "OTHER"]
    assert offer.terms[0]["instalments"] == [
        {"amount": "750.00", "due_on": "2026-09-30"}, {"amount": "750.00", "due_on": "2026-10-30"}
    ]  # fmt: skip


def test_monthly_parts_keep_every_cent_and_end_with_the_month(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    act(cast.agent, number, "make_offer", amount="1000.00", due="on", due_on="2026-10-31", parts="3")
    assert made(cast.agent, number)[0].terms[0]["instalments"] == [
        {"amount": "333.33", "due_on": "2026-10-31"}, {"amount": "333.33", "due_on": "2026-11-30"},
        {"amount": "333.34", "due_on": "2026-12-31"},
    ]  # fmt: skip


def test_a_new_amount_and_a_later_charge_are_terms_of_their_own(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    act(cast.agent, number, "make_offer", adjusted="500.00", later="177.00", later_on="2026-11-10", later_parts="3",
        conditions="不再追究", valid_until="2026-08-31", reserve="on")  # fmt: skip
    (offer,) = made(cast.agent, number)
    assert [(term["type"], term["amount"]) for term in offer.terms] == [
        ("ADJUST_AMOUNT", "500.00"),
        ("EXTEND_TERM", "177.00"),
    ]
    assert offer.terms[0]["difference"] == "1500.00"
    assert [part["due_on"] for part in offer.terms[1]["instalments"]] == ["2026-11-10", "2026-12-10", "2027-01-10"]
    assert (offer.conditions, offer.is_reserved) == ("不再追究", True)
    shown = words(page(cast.finance, number))
    assert "只为协商提出，不作为承认责任" in shown and "¥1,323.00" in shown


@pytest.mark.parametrize(
    ("fields", "control", "sentence"),
    [
        ({"amount": "2000.01", "due": "10"}, "amount", "超过还没退回的 ¥2,000.00"),
        ({"amount": "", "due": "10"}, "amount", "请填写"),
        ({"amount": "abc", "due": "10"}, "amount", "金额须大于 0"),
        ({"amount": "5", "due": "on", "due_on": "2026-08-01"}, "due_on", "已经过去"),
        ({"amount": "5", "due": "10", "new_date": "2026-10-12"}, "tid", "请填写是哪台终端"),
        ({"amount": "5", "due": "10", "adjusted": "1000"}, "adjusted", "不一致"),
        ({"amount": "5", "due": "10", "waive": "9999"}, "waive", "超过扣走的"),
        ({"amount": "5", "due": "10", "later": "9999", "later_on": "2026-10-12"}, "later", "超过原来扣的"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_what_was_typed(at, cast, fields, control, sentence):
    number = walk.company(at, cast, "EXPLAINED")
    response = act(cast.finance, number, "make_offer", expect=422, **fields)
    html = response.content.decode()
    error = re.search(rf'id="id_{control}_error"[^>]*>(.*?)</p>', html, re.S)
    assert error and sentence in error[1], seen(response)[-1500:]
    assert f'value="{fields[control]}"' in html if fields.get(control) else True
    assert not made(cast.finance, number)


def test_lines_are_named_by_number_where_there_are_several(at, cast):
    number = walk.company(at, cast, "EXPLAINED", *[{**walk.LINE, "store": "新街口店"}] * 2)
    act(cast.agent, number, "make_offer", amount="2000.00", due="10", lines="2")
    assert made(cast.agent, number)[0].terms[0]["lines"] == [2]
    response = act(cast.finance, number, "make_offer", expect=422, amount="5", due="10", lines="7")
    assert "没有第 7 笔" in words(response)


def test_a_mandate_is_seen_by_its_side_alone(at, cast):
    number = walk.company(at, cast, "EXPLAINED")
    form = page(cast.finance, number, "do/set_mandate/")
    assert "对方看不到这一页" in words(form) and 'name="most_refund"' not in form.content.decode()
    act(cast.finance, number, "set_mandate", least_refund="1,500", latest="2026-10-31")
    do(cast.approver, number, "approve")
    assert "最低接受退 ¥1,500.00" in words(page(cast.finance, number))
    assert "1,500" not in words(page(cast.agent, number))
    response = act(cast.finance, number, "make_offer", expect=422, amount="1499", due="10")
    assert "超出了你方的授权" in words(response)


def test_who_comes_too_late_reads_why_and_it_is_recorded(at, cast):
    number = walk.company(at, cast, "OFFER_PENDING")
    client = client_of(cast.finance)
    form = client.get(f"/cases/{number}/do/accept_offer/?offer=1")
    at("2026-08-26T00:00")
    kept = {name: hidden(form, name) for name in ("version", "nonce")}
    response = client.post(f"/cases/{number}/do/accept_offer/", {**kept, "offer": "1"})
    assert response.status_code == 409
    assert "方案 1 到 2026-08-25 24:00 为止" in words(response)
    record = AccessRecord.objects.latest("at")
    assert record.facts == {"status": 409, "method": "POST", "code": "late"}
    assert record.organisation_id == cast.yunshan.id


def test_an_offer_outside_the_mandate_is_recorded(at, cast):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    walk.approved(cast, number, "set_mandate", cast.finance, least_refund="1500.00")
    act(cast.finance, number, "make_offer", expect=422, amount="5", due="10")
    assert AccessRecord.objects.latest("at").facts == {"status": 422, "method": "POST", "code": "mandate"}


def test_the_case_and_home_lead_to_the_offer_that_waits(at, cast):
    number = walk.company(at, cast, "OFFER_PENDING")
    shown = page(cast.finance, number, "")
    assert "对方提出了方案：接受、还价或拒绝" in words(shown)
    assert f'href="/cases/{number}/offers/"' in shown.content.decode()
    home = client_of(cast.finance).get("/home/")
    assert f'href="/cases/{number}/offers/"' in home.content.decode()
    assert "等商户答复你方的方案" in words(page(cast.agent, number, ""))


def test_an_explanation_can_carry_an_offer_on_its_page(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    act(cast.agent, number, "explain", text="重复计费", clause="none", amount="1400", due="10",
        **{"split.provider": "70", "split.merchant": "30", "split.third": "0"}, reserve="on")  # fmt: skip
    assert case_of(cast.finance, number).state == "OFFER_PENDING"
    assert made(cast.finance, number)[0].terms[0]["amount"] == "1400.00"


def test_an_explanation_without_a_sum_brings_no_offer(at, cast):
    number = walk.company(at, cast, "AWAIT_EXPLANATION")
    act(cast.agent, number, "explain", text="重复计费", clause="none", due="10", parts="1")
    assert case_of(cast.finance, number).state == "EXPLAINED"


def test_shares_line_by_line_and_the_word_about_admission(at, cast):
    number = walk.company(at, cast, "EXPLAINED", *[{**walk.LINE, "store": "新街口店"}] * 2)
    shown = page(cast.finance, number, "do/propose_responsibility/")
    assert "可能被当作承认" in words(shown)
    act(cast.finance, number, "propose_responsibility", reason="第 2 笔各半", reserve="on",
        **{"split.provider": "100", "split.merchant": "0", "split.third": "0",
           "lines.2.provider": "50", "lines.2.merchant": "50"})  # fmt: skip
    with tenancy.acting(cast.finance):
        view = case_of(cast.finance, number).responsibility.get()
    assert (view.lines, view.is_reserved) == ({"2": {**HALF, "third": 0}}, True)
    answer = words(page(cast.agent, number, "do/answer_responsibility/"))
    assert "第 2 笔：服务商 50%，商户 50%" in answer and "不作为承认责任" in answer


# -- a provider without account -----------------------------------------------------------------------------------


def answered(owner, number, expect=302, **fields):
    fields = {"channel": "wechat", "received_at": "2026-09-02T09:00", **fields}
    response = send(client_of(owner), f"/cases/{number}/answered/", **fields)
    assert response.status_code == expect, seen(response)[-1500:]
    return response


def test_what_a_provider_without_account_offers_is_typed_in_on_one_page(at, cast):
    number = walk.shop_explained(at, cast)
    at("2026-09-02T10:00")
    answered(cast.owner, number, answer="offers", text="退一半吧", amount="1000")
    (offer,) = made(cast.owner, number)
    assert (offer.side, offer.on_behalf, offer.terms[0]["amount"]) == ("provider", True, "1000.00")
    assert "商户替对方记录" in words(page(cast.owner, number))


def test_its_offer_with_its_reasons_is_an_explanation_too(at, cast):
    number = walk.shop_awaits(at, cast)
    at("2026-09-02T10:00")
    answered(cast.owner, number, answer="offers", text="系统重复计费，退一半", amount="1000")
    assert [event.act for event in walk.events(cast.owner, number)][-2:] == ["explain", "make_offer"]


@pytest.mark.parametrize(
    ("answer", "text", "state"), [("accepts", "可以", "AGREED_DRAFT"), ("rejects", "不同意", "NEGOTIATING")]
)
def test_its_yes_and_its_no_are_typed_in_there_too(at, cast, answer, text, state):
    number = walk.shop_explained(at, cast)
    do(cast.owner, number, "make_offer", terms=HALF_BACK)
    at("2026-09-02T10:00")
    answered(cast.owner, number, answer=answer, text=text)
    assert case_of(cast.owner, number).state == state


def test_its_late_yes_is_refused_where_it_is_typed_in(at, cast):
    number = walk.shop_explained(at, cast)
    do(cast.owner, number, "make_offer", terms=HALF_BACK)
    at("2026-09-10T10:00")
    response = answered(cast.owner, number, 409, answer="accepts", received_at="2026-09-09T09:00")
    assert "现在接受已经晚了" in words(response)


def test_an_offer_needs_its_sum_and_there_is_nothing_to_accept_where_nothing_was_offered(at, cast):
    number = walk.shop_explained(at, cast)
    at("2026-09-02T10:00")
    shown = client_of(cast.owner).get(f"/cases/{number}/answered/").content.decode()
    assert 'value="offers"' in shown and 'value="accepts"' not in shown
    assert "请填写" in words(answered(cast.owner, number, 422, answer="offers", text="退一半"))
    assert not made(cast.owner, number)


def test_every_page_of_bargaining_reads_in_english(at, cast):
    number = walk.company(at, cast, "OFFER_PENDING")
    for path in ("offers/", "do/accept_offer/", "do/make_offer/", "do/reject_offer/", "do/set_mandate/", ""):
        shown = words(page(cast.finance, number, path, "en"))
        left = re.sub("南京云杉餐饮|支付服务商甲|云杉\\w+|新街口店|未到场|按 7.3 条收取|中文|中\\b|追款", "", shown)
        assert not re.findall(r"[\u4e00-\u9fff]+", left), (path, re.findall(r"[\u4e00-\u9fff]+", left))


def test_a_stranger_finds_no_offers(at, cast):
    number = walk.company(at, cast, "OFFER_PENDING")
    assert client_of(cast.owner).get(f"/cases/{number}/offers/").status_code == 404
    assert client_of(cast.store_b).get(f"/cases/{number}/offers/").status_code == 404


def test_what_was_typed_in_for_the_other_side_is_marked_in_the_comparison(at, cast):
    number = walk.shop_explained(at, cast)
    at("2026-09-01T18:00")
    do(cast.owner, number, "make_offer", **behalf("2026-09-01T09:30", terms=HALF_BACK))
    assert "商户替对方记录" in words(page(cast.owner, number))
