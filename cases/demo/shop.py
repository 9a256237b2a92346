"""What happened to the shop that is alone: one story a case, in nearly every state it can have. Names are invented."""

from datetime import timedelta
from uuid import uuid4

from cases.demo.history import History, Story
from cases.demo.people import SHOP_MID, SHOP_TIDS, World
from cases.demo.telling import Claim, from_statement, given, imported, iso, line, note, of_statement, sales, taken
from cases.services import drafts
from config import clock, tenancy


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
