"""Every act through its own page: asked for, performed once, sent back whole when something is wrong."""

from datetime import date
from decimal import Decimal

import pytest

from cases import workflow
from cases.models import Refund
from config import tenancy
from merchants.models import StatementImport, StatementLine
from tests import signing, walk
from tests.pages import test_obligations
from tests.pages.person import client_of, hidden, seen, send
from tests.walk import do, photo

DONE: set[str] = set()  # acts that some test below performed through their page


def act(actor, number, name, query="", expect=302, **fields):
    response = send(client_of(actor), f"/cases/{number}/do/{name}/{query}", **fields)
    assert response.status_code == expect, seen(response)[-1500:]
    if expect == 302:
        DONE.add(name)
    return response


def state(actor, number) -> str:
    return walk.case_of(actor, number).state


def test_a_shop_alone_walks_from_draft_to_closed(cast, at):
    at("2026-08-17T18:00")
    owner, number = cast.owner, walk.file(cast.owner, submit=False)
    act(owner, number, "open")
    act(
        owner,
        number,
        "add_line",
        **{"line.on": "2026-08-16", "line.amount": "￥1,000.50", "line.kind": "DEDUCTION", "line.fee_name": "流量费"},
    )
    act(owner, number, "drop_line", line="2", reason="记错了")
    act(owner, number, "add_evidence", kind="E04", file=photo(), visibility="shared")
    act(owner, number, "add_message", text="先打电话问", visibility="internal")
    at("2026-08-18T10:05")
    act(owner, number, "send_letter", channel="wechat", alone="on")
    assert state(owner, number) == "OPEN"
    act(owner, number, "record_arrival", of="letter", arrived_at="2026-08-18T10:05", proof=photo())
    assert state(owner, number) == "AWAIT_ACK"
    act(owner, number, "record_contact", who="客服小李", channel="phone", on="2026-08-18T10:00", said="三天内回电")
    act(owner, number, "acknowledge", channel="phone", received_at="2026-08-18T10:05", ticket_no="KF-1")
    act(owner, number, "remind", channel="wechat")
    act(owner, number, "request_evidence", kinds=["E05", "E10"])
    act(owner, number, "supply_evidence", "?request=1&behalf=1", behalf="1", request="1", refusal="不给", channel="wechat",
        received_at="2026-08-18T10:05")  # fmt: skip
    act(
        owner,
        number,
        "explain",
        text="按 7.3 条收取",
        clause="7.3",
        channel="wechat",
        received_at="2026-08-18T10:05",
        proof=photo(),
    )
    assert state(owner, number) == "EXPLAINED"
    act(owner, number, "propose_responsibility", **{"split.provider": "100", "split.merchant": "0", "reason": "未到场"})
    act(
        owner,
        number,
        "answer_responsibility",
        "?behalf=1",
        behalf="1",
        channel="phone",
        received_at="2026-08-18T10:05",
        agree="on",
    )
    act(owner, number, "confirm_responsibility")
    act(owner, number, "record_refund", lines=["1"], on="2026-08-18", amount="800", file=photo("a.png"))
    assert state(owner, number) == "RESP_CONFIRMED", "a part payment closes nothing"
    act(owner, number, "fail_negotiation", summary="只肯退一半")
    act(owner, number, "record_refund", lines=["1"], on="2026-08-18", amount="1200", file=photo("b.png"))
    assert state(owner, number) == "FULFILLED"
    act(owner, number, "close", outcome="FULL_REFUND", alone="on", lessons="留好回执")
    assert walk.case_of(owner, number).outcome == "FULL_REFUND"
    [sent] = [one for one in walk.events(owner, number) if one.act == "send_letter"]
    assert "我已核对" in sent.data["alone"]


def test_two_persons_and_a_provider_do_the_rest(cast, at):
    at("2026-08-17T18:00")
    number = walk.file(cast.finance, walk.LINE, provider=str(cast.provider.id))
    act(cast.finance, number, "send_letter", channel="email", arrived_at="2026-08-17T18:00", proof=photo())
    assert state(cast.finance, number) == "OPEN", "it waits for the second person"
    act(cast.approver, number, "return_request", reason="先核对金额")
    act(cast.finance, number, "send_letter", channel="email", arrived_at="2026-08-17T18:00", proof=photo())
    act(cast.approver, number, "approve")
    assert state(cast.finance, number) == "AWAIT_ACK"
    act(cast.agent, number, "acknowledge", ticket_no="T-9")
    act(cast.agent, number, "assign", who="me")
    act(cast.agent, number, "explain", text="按 7.3 条收取", **{"split.provider": "50", "split.merchant": "50"})
    act(cast.finance, number, "request_evidence", kinds=["E07"])
    act(cast.agent, number, "supply_evidence", "?request=1", request="1", kind="E07", file=photo("回执.png"))
    act(cast.boss, number, "accept_charge", reason="合同写明了")
    act(cast.approver, number, "approve")
    assert walk.case_of(cast.finance, number).outcome == "DEDUCTION_UPHELD"
    other = walk.file(cast.finance, walk.LINE, provider=str(cast.provider.id))
    act(cast.boss, other, "withdraw", reason="已当面解决")
    assert walk.case_of(cast.finance, other).outcome == "WITHDRAWN"


def test_a_record_is_corrected_on_its_page(cast, at):
    number = walk.shop_awaits(at, cast)
    do(cast.owner, number, "record_contact", who="小李", channel="phone", on="2026-08-18T10:00", said="三天内回电")
    contact = walk.last_event(cast.owner, number).seq
    page = client_of(cast.owner).get(f"/cases/{number}/do/correct_record/?event={contact}")
    assert "三天内回电" in page.content.decode()
    fields = {"event": contact, "fields.who": "小李", "fields.channel": "phone", "fields.on": "2026-08-18T10:00"}
    act(
        cast.owner,
        number,
        "correct_record",
        f"?event={contact}",
        **fields,
        **{"fields.said": "五天内回电", "reason": "听错了"},
    )
    correction = walk.last_event(cast.owner, number)
    assert correction.data["fields"] == {"said": "五天内回电"}, "only what was changed is a correction"
    same = act(
        cast.owner, number, "correct_record", f"?event={contact - 1}", expect=422, event=contact - 1, reason="没改"
    )
    assert "没有改动" in seen(same)


def test_who_took_the_money_is_named_in_one_field(cast, at):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner, provider=None)
    text = seen(client_of(cast.owner).get(f"/cases/{number}/"))
    assert "先查清是谁扣的钱" in text and "填写是谁扣的钱" in text
    blocked = client_of(cast.owner).get(f"/cases/{number}/do/send_letter/")
    assert "现在还不能做" in seen(blocked) and "先查清是谁扣的钱" in seen(blocked)
    asked = seen(client_of(cast.owner).get(f"/cases/{number}/do/correct_record/?event=1&only=provider"))
    assert "谁扣的钱" in asked and "可不填" not in asked
    act(
        cast.owner,
        number,
        "correct_record",
        "?event=1&only=provider",
        event="1",
        only="provider",
        **{"fields.provider": "汇某支付"},
    )
    case = walk.case_of(cast.owner, number)
    assert case.provider.name == "汇某支付"
    assert "把要求说明函发给对方" in seen(client_of(cast.owner).get(f"/cases/{number}/"))


def test_a_line_of_the_filing_is_corrected(cast, at):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner, walk.LINE, {**walk.LINE, "amount": "79.00"})
    page = client_of(cast.owner).get(f"/cases/{number}/do/correct_record/?event=1").content.decode()
    assert "event=1&amp;line=2" in page
    fields = {
        "event": "1",
        "line": "2",
        "fields.on": "2026-08-17",
        "fields.amount": "97.00",
        "fields.injured_party": "MERCHANT",
    }
    act(cast.owner, number, "correct_record", "?event=1&line=2", reason="抄反了", **fields)
    assert walk.case_of(cast.owner, number).amount == Decimal("2097.00")


def test_an_agreement_is_changed_made_final_signed_and_declined(cast, at):
    number = walk.company(at, cast, "AGREED_DRAFT")
    usual = {"invoice": "law", "waiver": "lines", "forum": "court", "confidentiality": "yes", "signing": "both"}
    act(cast.finance, number, "draft_agreement", clause="cooperation", wording="每月对账一次。", **usual)
    act(cast.boss, number, "freeze_agreement")
    frozen, code = signing.agreement_of(cast.boss, number), signing.code_for(cast.boss, number)
    assert "每月对账一次。" in frozen.text
    act(cast.boss, number, "sign", frozen_sha256=frozen.sha256, second_factor=code, consent="on")
    act(cast.agent_chief, number, "decline_to_sign", reason="账户写错了")
    assert state(cast.boss, number) == "NEGOTIATING"


def test_both_sides_bargain_each_on_its_pages(cast, at):
    number = walk.company(at, cast, "RESP_CONFIRMED")
    act(cast.finance, number, "set_mandate", least_refund="500")
    act(cast.approver, number, "approve")
    act(cast.finance, number, "start_negotiation")
    act(cast.agent, number, "make_offer", amount="900", due="10")
    act(cast.finance, number, "reject_offer", reason="太少")
    act(cast.finance, number, "make_offer", amount="1800", due="5")
    act(cast.finance, number, "withdraw_offer", reason="写错了")
    act(cast.agent, number, "make_offer", amount="1500", due="20")
    act(cast.finance, number, "accept_offer", offer="3")
    assert state(cast.boss, number) == "AGREED_DRAFT"


def test_a_stamped_copy_is_handed_in(cast, at):
    number = walk.company(at, cast, "SIGNING")
    act(cast.finance, number, "upload_signed_copy", kind="stamped", exchanged_on="2026-08-18", file=photo())
    assert signing.agreement_of(cast.boss, number).binding == "paper"


def test_every_living_act_was_performed_through_its_page(request):
    """Runs after the tests above, whose acts it counts; alone it has nothing to count."""
    names = {item.name for item in request.session.items if item.fspath == request.node.fspath}
    if "test_a_shop_alone_walks_from_draft_to_closed" in names:
        assert set(workflow.ALIVE) - {"file", *test_obligations.KEEPING} == DONE


# -- the refund's page --------------------------------------------------------------------------------------------


def credit(actor, amount: str, on=date(2026, 8, 18)) -> StatementLine:
    """A line of money that came in, on an imported statement."""
    from config import files

    with tenancy.acting(actor):
        stored = files.keep_bytes(actor, amount.encode(), "s.csv", "text/csv")
        statement = StatementImport.objects.create(
            organisation_id=actor.organisation_id,
            file=stored,
            format="x",
            encoding="utf-8",
            imported_at="2026-08-18T00:00+08:00",
        )
        return StatementLine.objects.create(
            organisation_id=actor.organisation_id, statement=statement, line_no=1, txn_type="ADJUST", direction="C",
            on=on, amount=Decimal(amount), memo="退还占用费", business_key=amount,
        )  # fmt: skip


def test_a_refund_is_chosen_from_the_statement_without_typing_it(cast, at):
    number = walk.shop_awaits(at, cast)
    row = credit(cast.owner, "2000.00")
    page = client_of(cast.owner).get(f"/cases/{number}/do/record_refund/")
    assert "退还占用费" in seen(page) and 'value="1" checked' in page.content.decode(), "the only line is ticked"
    act(cast.owner, number, "record_refund", lines=["1"], statement_line=str(row.id))
    assert state(cast.owner, number) == "FULFILLED"
    with tenancy.acting(cast.owner):
        assert Refund.objects.get().statement_line_id == row.id


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "请至少选择一项"),
        ({"lines": ["1"], "amount": "2000.01", "on": "2026-08-18"}, "超过"),
        ({"lines": ["1"], "amount": "-5", "on": "2026-08-18"}, "金额须大于 0"),
        ({"lines": ["1"], "amount": "1e400", "on": "2026-08-18"}, "金额"),
        ({"lines": ["1"], "amount": "NaN", "on": "2026-08-18"}, "金额须大于 0"),
        ({"lines": ["1"], "amount": "1.005", "on": "2026-08-18"}, "两位小数"),
        ({"lines": ["1"], "amount": "1", "on": "2026-02-30"}, "存在的日期"),
        ({"lines": ["1"], "amount": "1", "on": "2026-12-30"}, "将来"),
        ({"lines": ["9"], "amount": "1", "on": "2026-08-18"}, "没有"),
    ],
)
def test_a_wrong_refund_is_sent_back_with_everything_typed(cast, at, fields, said):
    number = walk.shop_awaits(at, cast)
    before = walk.case_of(cast.owner, number).version
    data = {**fields, "file": photo()}
    response = send(client_of(cast.owner), f"/cases/{number}/do/record_refund/", **data)
    assert response.status_code in {422, 404}, response.status_code
    text = seen(response)
    assert said in text, text[-1200:]
    if response.status_code == 422:
        assert "需要修改" in text and "文件需要重新选择" in text and "<title>错误：" in response.content.decode()
        if "amount" in fields:
            assert f'value="{fields["amount"]}"' in response.content.decode()
    assert walk.case_of(cast.owner, number).version == before


# -- twice, stale, not allowed ------------------------------------------------------------------------------------


def test_a_form_sent_twice_acts_once(cast, at):
    number = walk.shop_awaits(at, cast)
    client = client_of(cast.owner)
    page = client.get(f"/cases/{number}/do/record_contact/")
    data = {
        "version": hidden(page, "version"), "nonce": hidden(page, "nonce"), "who": "小李", "channel": "phone",
        "on": "2026-08-18T10:00", "said": "三天内回电",
    }  # fmt: skip
    before = walk.case_of(cast.owner, number).version
    for _again in range(3):
        assert client.post(f"/cases/{number}/do/record_contact/", data).status_code == 302
    assert walk.case_of(cast.owner, number).version == before + 1


def test_a_stale_form_comes_back_with_its_text_and_what_changed(cast, at):
    number = walk.shop_awaits(at, cast)
    client = client_of(cast.owner)
    page = client.get(f"/cases/{number}/do/withdraw/")
    kept = {name: hidden(page, name) for name in ("version", "nonce")}
    do(cast.owner, number, "add_message", text="刚才写的一句", visibility="internal")
    response = client.post(f"/cases/{number}/do/withdraw/", {**kept, "reason": "当面解决了"})
    text = seen(response)
    assert response.status_code == 412 and state(cast.owner, number) == "AWAIT_ACK"
    assert "当面解决了" in response.content.decode() and "刚才写的一句" in text and "案件刚刚有变化" in text
    again = {name: hidden(response, name) for name in ("version", "nonce")}
    assert client.post(f"/cases/{number}/do/withdraw/", {**again, "reason": "当面解决了"}).status_code == 302
    assert walk.case_of(cast.owner, number).outcome == "WITHDRAWN"


def test_what_does_not_fit_is_refused_with_its_status(cast, at):
    number = walk.company(at, cast, "AWAIT_ACK")
    finance, agent = client_of(cast.finance), client_of(cast.agent)
    assert finance.get(f"/cases/{number}/do/open/").status_code == 409, "the state does not fit"
    assert finance.get(f"/cases/{number}/do/acknowledge/").status_code == 403, "that is the provider's"
    assert agent.get(f"/cases/{number}/do/withdraw/").status_code == 403
    assert finance.get(f"/cases/{number}/do/split/").status_code == 404, "an act that is yet to come has no page"
    assert finance.get(f"/cases/{number}/do/nonsense/").status_code == 404
    before = walk.case_of(cast.finance, number).version
    assert finance.post(f"/cases/{number}/do/open/", {"version": before}).status_code == 409
    assert agent.post(f"/cases/{number}/do/withdraw/", {"reason": "x", "version": before}).status_code == 403
    assert walk.case_of(cast.finance, number).version == before


def test_nobody_approves_what_he_asked_for_himself(cast, at):
    number = walk.file(cast.finance, walk.LINE, provider=str(cast.provider.id))
    act(cast.finance, number, "send_letter", channel="email")
    text = seen(client_of(cast.finance).get(f"/cases/{number}/do/approve/"))
    assert "你不能同意自己提出的事项" in text and "云杉approver（审批人）" in text and "李云（负责人）" in text
    response = client_of(cast.finance).post(f"/cases/{number}/do/approve/", {"nonce": "n1"})
    assert response.status_code in {403, 422} and state(cast.finance, number) == "OPEN"
    text = seen(client_of(cast.approver).get(f"/cases/{number}/do/approve/"))
    assert "电子邮件" in text and "¥2,000.00" in text and "由 云杉finance 提出" in text
    inbox = client_of(cast.approver).get("/approvals/")
    assert number in seen(inbox) and f"/cases/{number}/do/approve/" in inbox.content.decode()
    assert "由你提出" in seen(client_of(cast.finance).get("/approvals/"))


def test_a_shop_alone_ticks_that_it_has_checked(cast, at):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    response = act(cast.owner, number, "send_letter", expect=422, channel="wechat")
    assert "请勾选这一项" in seen(response) and state(cast.owner, number) == "OPEN"


def test_a_shop_alone_proves_again_who_it_is(cast, at):
    at("2026-08-17T18:00")
    number = walk.file(cast.owner)
    client = client_of(cast.owner)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    response = client.get(f"/cases/{number}/do/send_letter/")
    assert response.status_code == 302 and "reauthenticate" in response.url and number in response.url
    assert client.get(f"/cases/{number}/do/add_message/").status_code == 200, (
        "an act for one person needs no such thing"
    )
