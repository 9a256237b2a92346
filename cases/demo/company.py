"""What happened to the company with two stores, where two people decide. Names and numbers are invented."""

from datetime import timedelta
from decimal import Decimal

from cases.demo.history import History, Story
from cases.demo.people import CHAIN_MID, CHAIN_TIDS, World
from cases.demo.telling import Claim, from_statement, given, imported, iso, line, note, of_statement, sales, taken
from config import clock

TIDS = [tid for tids in CHAIN_TIDS.values() for tid in tids]


def statement_of_the_company(world: World, past: History) -> Story:
    """Rates above the contract, three days running; and a first repayment of fees taken twice."""
    yield past.workdays_ago(9, "09:20")
    today, (old, new, other) = clock.today(), TIDS
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
    today, (_, new, other) = clock.today(), TIDS
    rows = [
        sales(today - timedelta(days=1), CHAIN_MID, tid, gross)
        for tid, gross in ((new, "51230.00"), (other, "30888.00"))
    ]
    rows.append(taken(today, CHAIN_MID, other, "88.00", "通讯费"))
    imported(world, "finance", f"商户对账单_{today:%Y%m%d}.csv", *rows, wrong=Decimal("-320.00"))


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
