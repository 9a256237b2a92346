"""What happened in the demo: one story a case, in nearly every state it can have. When it goes on, it yields.

Names and numbers are invented; days are counted back from today.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from cases.demo.history import History, Story
from cases.demo.people import CHAIN_MID, SHOP_MID, SHOP_TIDS, World
from cases.demo.telling import (
    Claim,
    from_statement,
    given,
    imported,
    iso,
    line,
    note,
    of_statement,
    sales,
    taken,
)
from cases.services import drafts
from config import clock, tenancy

COMPANY_TIDS = ("10483217", "10597742", "10483301")
Teller = Callable[[World, History], Story]


def first_statement(world: World, past: History) -> Story:
    """The shop's statement with the charge for a move that the provider itself put off."""
    yield past.workdays_ago(20, "17:30")
    today = clock.today()
    days = [today - timedelta(days=n) for n in (4, 3, 2, 1)]
    takings = [
        sales(day, SHOP_MID, SHOP_TIDS[0], gross)
        for day, gross in zip(days, ("4120.50", "3988.00", "5210.30", "5241.20"), strict=True)
    ]
    charge = taken(
        today, SHOP_MID, SHOP_TIDS[0], "2000.00", "逾期未迁移占用费", "协议7.3", f"通知号KK{today:%Y%m%d}001"
    )
    imported(world, "shop", f"结算单{today:%Y%m%d}.csv", *takings, charge)


def later_statement(world: World, past: History) -> Story:
    """A later one of the shop: small fees nobody has asked about yet, twins among them, and a row that is broken."""
    yield past.workdays_ago(2, "18:10")
    today = clock.today()
    tid, rows = SHOP_TIDS[0], []
    for n, gross in enumerate(("4402.00", "3875.60", "4990.10", "5320.00"), 1):
        rows.append(sales(today - timedelta(days=n), SHOP_MID, tid, gross))
    rows += [taken(today - timedelta(days=1), SHOP_MID, tid, "3.00", "短信费", "", "每日代扣")] * 2
    rows += [
        taken(today - timedelta(days=2), SHOP_MID, tid, "36.00", "流量费", "", "半年"),
        taken(today, SHOP_MID, tid, "199.00", "会员费"),
        given(today, SHOP_MID, tid, "12.00", "手续费退还", "多收手续费"),
    ]
    broken = taken(today, SHOP_MID, tid, "5.00", "短信费").replace(str(today), f"{today.year}-02-30", 1)
    imported(world, "shop", f"结算单{today:%Y%m%d}.csv", *rows, broken, footer=False)


def statement_of_the_company(world: World, past: History) -> Story:
    """Rates above the contract, three days running; and a first repayment of fees taken twice."""
    yield past.workdays_ago(9, "09:20")
    today, (old, new, other) = clock.today(), COMPANY_TIDS
    imported(
        world, "finance", f"商户对账单_{today:%Y%m%d}.csv",
        sales(today - timedelta(days=1), CHAIN_MID, new, "48860.00"), sales(today - timedelta(days=1), CHAIN_MID, other, "36120.50"),
        *(taken(today - timedelta(days=n), CHAIN_MID, new, amount, "费率差额", "结算规则", "信用卡档")
          for n, amount in ((1, "186.40"), (2, "172.15"), (3, "201.88"))),
        taken(today - timedelta(days=2), CHAIN_MID, old, "60.00", "终端闲置费"),
        given(today, CHAIN_MID, new, "196.00", "通讯费", "退重复扣收"),
    )  # fmt: skip


def held_statement(world: World, past: History) -> Story:
    """A file whose stated total is not what its rows add up to; somebody has to look."""
    yield past.workdays_ago(1, "11:05")
    today, (_, new, other) = clock.today(), COMPANY_TIDS
    rows = [
        sales(today - timedelta(days=1), CHAIN_MID, tid, gross)
        for tid, gross in ((new, "51230.00"), (other, "30888.00"))
    ]
    rows.append(taken(today, CHAIN_MID, other, "88.00", "通讯费"))
    imported(world, "finance", f"商户对账单_{today:%Y%m%d}.csv", *rows, wrong=Decimal("-320.00"))


def waiting(world: World, past: History) -> Story:
    """A data fee; the letter went out by WeChat and the day asked for is near."""
    yield past.days_ago(16, "10:12")
    claim = Claim(
        world, "shop", symptom="S5", cause="C11", provider="畅付支付有限公司",
        outsourcer={"name": "苏州鑫达科技", "kind": "outsourcer"}, story="办机器时业务员说没有任何年费。",
        lines=[line(clock.today() - timedelta(days=1), "79.00", "流量费", tid="66203118")],
        evidence=[{"kind": "E04", "file": note("扣费短信.txt", "【畅付】尾号1402 流量费79.00元已从结算款扣除。")}],
    )  # fmt: skip
    yield past.days_ago(15, "15:40")
    claim.sent("shop", "wechat", "业务员小李：收到，我问下公司。")
    yield past.workdays_ago(8, "09:05")
    claim.act("shop", "record_contact", who="业务员小李", channel="phone", on=iso(clock.now()),
              said="说已经转给公司客服，让我再等等。")  # fmt: skip


def overdue(world: World, past: History) -> Story:
    """A service fee nobody agreed to; two reminders, no explanation."""
    yield past.workdays_ago(26, "20:31")
    claim = Claim(
        world, "shop", symptom="S5", cause="C11", provider="联汇通支付有限公司", wanted="STOP",
        lines=[line(clock.today(), "299.00", "商户服务费", tid="66203118")],
        evidence=[{"kind": "E04", "file": note("App通知.txt", "您的商户服务费299.00元已扣收。")}],
    )  # fmt: skip
    yield past.workdays_ago(25, "09:20")
    claim.sent("shop", "email", "邮件已读回执")
    for days, said in ((21, "客服说没有记录，让重新发一遍。"), (17, "客服说会有人回电。")):
        yield past.workdays_ago(days, "10:02")
        claim.act(
            "shop", "remind", channel="email", arrived_at=iso(clock.now()), proof=note("催函已读回执.txt", "已读")
        )
        claim.act("shop", "record_contact", who="客服热线", channel="phone", on=iso(clock.now()), said=said)


def explained(world: World, past: History) -> Story:
    """The agent calls back with a reason that names no clause."""
    yield past.workdays_ago(9, "21:10")
    claim = Claim(
        world, "shop", symptom="S5", cause="C3", provider="畅付支付有限公司", story="旧机器八月就停用了。",
        lines=[line(clock.today(), "120.00", "终端闲置费", tid="66203118")],
    )  # fmt: skip
    yield past.workdays_ago(8, "11:15")
    claim.sent("shop", "wechat")
    yield past.workdays_ago(7, "09:48")
    claim.answered("shop", "acknowledge", "wechat", ticket_no="CF20261108")
    yield past.workdays_ago(2, "16:30")
    claim.answered("shop", "explain", "phone", text="系统显示终端连续三个月没有交易，自动收取闲置费。", clause="none",
                   calculation="40.00 元 × 3 个月", log="refused")  # fmt: skip


def responsible(world: World, past: History) -> Story:
    """The listed provider missed an appointment and charged for the delay; both agree who is responsible."""
    yield past.workdays_ago(20, "18:00")
    charged = of_statement(from_statement(world, "shop", "逾期未迁移占用费")[0], clause="协议7.3")
    claim = Claim(
        world, "shop", symptom="S5", cause="C1", provider=str(world.firm.id), lines=[charged],
        story="约好上门换机，对方没有来，改期后反而按逾期扣了钱。",
        evidence=[
            {"kind": "E06", "file": note("换机工单.txt", "预约上门：未到。", "服务商短信：改期。")},
            {"kind": "E09", "file": note("短信记录.txt", "服务商：师傅今天排不过来，改到下下周二。")},
        ],
    )  # fmt: skip
    yield past.workdays_ago(19, "10:00")
    claim.sent("shop", "email", "已送达")
    yield past.workdays_ago(18, "14:20")
    claim.act("agent", "acknowledge", ticket_no="KS-20417")
    yield past.workdays_ago(11, "17:05")
    claim.act("agent", "explain", text="按协议第 7.3 条收取；改期是我方排期造成的。", clause="7.3",
              calculation="200 元/天 × 10 天", log="工单系统：预约日未上门")  # fmt: skip
    yield past.workdays_ago(8, "09:30")
    claim.act("shop", "propose_responsibility", split={"provider": 100, "merchant": 0}, reason="改期不是我们提出的。")
    yield past.workdays_ago(6, "15:00")
    claim.act("agent", "answer_responsibility", agree=True)
    yield past.workdays_ago(5, "09:10")
    claim.act("shop", "confirm_responsibility")


def refunded(world: World, past: History) -> Story:
    """A deposit that was to come back: asked for, explained, refunded, closed."""
    yield past.workdays_ago(45, "19:22")
    claim = Claim(
        world, "shop", symptom="S5", cause="C11", provider="联汇通支付有限公司",
        lines=[line(clock.today(), "299.00", "机具押金", tid="66203118", kind="RESERVE")],
    )  # fmt: skip
    yield past.workdays_ago(44, "10:10")
    claim.act(
        "shop", "send_letter", channel="post", arrived_at=iso(clock.now()), proof=note("邮件回执.txt", "本人签收")
    )
    yield past.workdays_ago(38, "11:00")
    claim.answered(
        "shop", "explain", "phone", text="押金满足条件可退，已提交财务。", clause="2.4", calculation="none", log="none"
    )
    yield past.workdays_ago(30, "16:45")
    claim.act("shop", "record_refund", lines=[1], on=clock.today().isoformat(), amount="299.00",
              file=note("到账短信.txt", "【银行】入账 299.00 元，附言：退机具押金"))  # fmt: skip
    yield past.workdays_ago(29, "09:00")
    claim.act("shop", "close", outcome="FULL_REFUND", lessons="签单时把押金退还条件拍照留底。")


def withdrawn(world: World, past: History) -> Story:
    yield past.workdays_ago(33, "20:00")
    claim = Claim(world, "shop", symptom="S0", cause="C0", lines=[line(clock.today(), "36.00", "短信服务费")])
    yield past.workdays_ago(32, "20:15")
    claim.act("shop", "withdraw", reason="查到是自己开通的短信通知。")


def to_be_sent(world: World, past: History) -> Story:
    """Filed yesterday; who took the money is still to be found out."""
    yield past.workdays_ago(1, "21:40")
    Claim(world, "shop", symptom="S0", cause="C0", lines=[line(clock.today(), "48.00", "代扣")])


def half_written(world: World, past: History) -> Story:
    """A claim left on the third page of filing."""
    yield past.workdays_ago(1, "22:05")
    with tenancy.acting(world.people["shop"]):
        draft = drafts.begin(world.people["shop"], uuid4())
        drafts.save(draft, "why", lines=[line(clock.today(), "199.00", "会员费")], payer="other",
                    payer_name="畅付支付有限公司", payer_kind="payment_institution",
                    provider={"name": "畅付支付有限公司", "kind": "payment_institution"})  # fmt: skip


def to_be_approved(world: World, past: History) -> Story:
    """The company's letter waits for a second person."""
    yield past.workdays_ago(3, "10:25")
    found = from_statement(world, "finance", "费率差额")
    claim = Claim(
        world, "finance", symptom="S5", cause="C4", provider=str(world.firm.id), wanted="FULL_REFUND",
        lines=[of_statement(one) for one in found],
        story="合同写明 0.38%，这三天按 0.60% 收。",
    )  # fmt: skip
    yield past.workdays_ago(2, "09:15")
    claim.act("finance", "send_letter", channel="email")


def acknowledged(world: World, past: History) -> Story:
    """A withheld settlement of the company; the provider has confirmed receipt."""
    yield past.workdays_ago(7, "14:00")
    claim = Claim(
        world, "finance", symptom="S3", cause="C7", provider=str(world.firm.id),
        lines=[line(clock.today(), "5360.00", "暂缓结算", tid="10483301", mid=CHAIN_MID, store="鼓楼店", kind="HOLD")],
    )  # fmt: skip
    yield past.workdays_ago(6, "09:50")
    claim.sent("finance", "email", "已送达")
    yield past.workdays_ago(6, "10:30")
    claim.act("approver", "approve")
    yield past.workdays_ago(5, "11:00")
    claim.act("agent", "acknowledge", ticket_no="KS-20688")


def to_be_acknowledged(world: World, past: History) -> Story:
    """It has arrived; the provider, who has an account, is to confirm receipt."""
    yield past.workdays_ago(4, "13:30")
    claim = Claim(
        world, "finance", symptom="S1", cause="C7", provider=str(world.firm.id),
        lines=[line(clock.today(), "268.00", "重复扣款", tid="10483217", mid=CHAIN_MID, store="新街口店",
                    injured_party="CARDHOLDER")],
    )  # fmt: skip
    yield past.workdays_ago(3, "09:40")
    claim.sent("finance", "email", "已送达")
    yield past.workdays_ago(3, "13:00")
    claim.act("approver", "approve")


def disputed(world: World, past: History) -> Story:
    """Both sides see the fault elsewhere; the company's view waits for an answer."""
    yield past.workdays_ago(16, "15:20")
    claim = Claim(
        world, "finance", symptom="S5", cause="C10", provider=str(world.firm.id),
        lines=[line(clock.today(), "800.00", "违规移机违约金", tid="10483301", mid=CHAIN_MID, store="鼓楼店", clause="9.2")],
        evidence=[{"kind": "E07", "file": note("地址变更回执.txt", "已受理，审核通过。")}],
    )  # fmt: skip
    yield past.workdays_ago(15, "10:00")
    claim.sent("finance", "email", "已送达")
    yield past.workdays_ago(15, "11:00")
    claim.act("approver", "approve")
    yield past.workdays_ago(8, "16:00")
    claim.act("agent", "explain", text="巡检发现终端不在登记地址。", clause="9.2", calculation="none", log="巡检照片")
    claim.act("agent", "request_evidence", kinds=["E07"], of="merchant")
    yield past.workdays_ago(4, "10:40")
    claim.act("finance", "propose_responsibility", split={"provider": 70, "merchant": 30},
              reason="地址变更早已受理，系统没有更新。")  # fmt: skip


def silent(world: World, past: History) -> Story:
    """No answer in weeks, two reminders that arrived: the talks are recorded as failed."""
    yield past.workdays_ago(38, "10:00")
    claim = Claim(
        world, "finance", symptom="S2", cause="C11", provider="汇鑫支付有限公司",
        lines=[line(clock.today(), "1236.00", "欠费及滞纳金", tid="10483301", mid=CHAIN_MID, store="鼓楼店")],
    )  # fmt: skip
    yield past.workdays_ago(37, "09:30")
    claim.sent("finance", "post", "前台签收")
    yield past.workdays_ago(37, "10:00")
    claim.act("approver", "approve")
    for days in (30, 24):
        yield past.workdays_ago(days, "09:30")
        claim.act("finance", "remind", channel="post", arrived_at=iso(clock.now()), proof=note("回执.txt", "前台签收"))
    yield past.workdays_ago(18, "15:00")
    claim.act("boss", "fail_negotiation", summary="一函两催都已签收，没有任何答复。")


def accepted(world: World, past: History) -> Story:
    yield past.workdays_ago(28, "10:00")
    claim = Claim(
        world, "finance", symptom="S2", cause="C8", provider=str(world.firm.id),
        lines=[line(clock.today(), "177.00", "服务费（三个月）", tid="10597742", mid=CHAIN_MID, store="新街口店", clause="4.1")],
    )  # fmt: skip
    yield past.workdays_ago(27, "11:30")
    claim.act("boss", "accept_charge", reason="合同 4.1 条有约定，确实漏缴三个月。")
    yield past.workdays_ago(27, "15:10")
    claim.act("approver", "approve")


def partly_refunded(world: World, past: History) -> Story:
    """Two of three fees came back; the third keeps the case open."""
    yield past.workdays_ago(22, "09:00")
    claim = Claim(
        world, "finance", symptom="S1", cause="C7", provider="汇鑫支付有限公司",
        lines=[line(clock.today() - timedelta(days=n), "98.00", "通讯费", tid="10597742", mid=CHAIN_MID, store="新街口店")
               for n in (0, 1, 2)],
    )  # fmt: skip
    yield past.workdays_ago(21, "09:30")
    claim.sent("finance", "email", "已送达")
    yield past.workdays_ago(21, "10:00")
    claim.act("approver", "approve")
    yield past.workdays_ago(14, "10:00")
    claim.answered("finance", "explain", "email", text="系统重复计费，分批退还。", clause="none", calculation="none",
                   log="refused")  # fmt: skip
    yield past.workdays_ago(9, "10:00")
    [back] = from_statement(world, "finance", "通讯费", "C")
    claim.act("finance", "record_refund", lines=[1, 2], on=back.on.isoformat(), amount=str(back.amount),
              statement_line=str(back.id))  # fmt: skip


def noted_in_store(world: World, past: History) -> Story:
    """A store seat wrote it down; the finance seat submits."""
    yield past.workdays_ago(1, "17:30")
    Claim(world, "store_a", submit=False, symptom="S4", cause="C6",
          lines=[line(clock.today(), "58.00", "支付失败仍扣款", tid="10597742", mid=CHAIN_MID)])  # fmt: skip


STORIES: tuple[Teller, ...] = (
    first_statement, later_statement, statement_of_the_company, held_statement, waiting, overdue, explained, responsible, refunded, withdrawn, to_be_sent, half_written,
    to_be_approved, acknowledged, to_be_acknowledged, disputed, silent, accepted, partly_refunded, noted_in_store,
)  # fmt: skip
