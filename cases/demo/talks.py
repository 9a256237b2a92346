"""What became of some claims in talks: offers, agreements on paper and in the product, what was paid and what was not.

Names and numbers are invented. Cases that never came to talks are told in shop.py and company.py.
"""

from datetime import timedelta

from cases.demo.history import History, Story
from cases.demo.people import CHAIN_MID, SHOP_MID, SHOP_TIDS, World
from cases.demo.telling import Claim, iso, line, note
from config import clock

WITHIN_TEN = {"n": 10, "unit": "bd", "from": "effective"}


def refund(amount: str, **more) -> dict:
    return {"type": "REFUND", "payer": "provider", "payee": "merchant", "amount": amount, "due_in": WITHIN_TEN, **more}


def _stamped(claim: Claim) -> None:
    """Both stamped copies are there, the other side's by post."""
    today = clock.today().isoformat()
    claim.act("shop", "upload_signed_copy", side="merchant", file=note("本店盖章件.txt", "盖章"), exchanged_on=today)
    claim.answered("shop", "upload_signed_copy", "post", side="provider", file=note("对方盖章件.txt", "盖章"),
                   exchanged_on=today, proof=note("快递单.txt", "已签收"))  # fmt: skip


def offered(world: World, past: History) -> Story:
    """Three fees of a re-platformed terminal; the provider's second offer awaits the shop's answer."""
    yield past.workdays_ago(14, "19:05")
    days = [clock.today() - timedelta(days=n) for n in (6, 4, 1)]
    lines = [line(day, amount, "系统服务费", tid=SHOP_TIDS[1], mid=SHOP_MID)
             for day, amount in zip(days, ("560.00", "560.00", "560.50"), strict=True)]  # fmt: skip
    claim = Claim(world, "shop", symptom="S1", cause="C7", provider=str(world.firm.id), lines=lines)
    yield past.workdays_ago(13, "10:20")
    claim.sent("shop", "email")
    yield past.workdays_ago(10, "15:30")
    claim.act("agent", "explain", text="系统迁移时重复计费，确有三笔。", clause="none", calculation="none", log="计费日志第 3 页",
              terms=[refund("800.00")])  # fmt: skip
    yield past.workdays_ago(8, "18:40")
    claim.act("shop", "make_offer", terms=[refund("1680.50")])
    yield past.workdays_ago(2, "11:00")
    claim.act("agent", "make_offer", conditions="退款到账后不再就这三笔提出其他要求。", terms=[
        {"type": "REFUND", "payer": "provider", "payee": "merchant", "amount": "1400.00", "instalments": [
            {"amount": "700.00", "due_on": (clock.today() + timedelta(days=20)).isoformat()},
            {"amount": "700.00", "due_on": (clock.today() + timedelta(days=50)).isoformat()}]},
    ])  # fmt: skip


def on_paper(world: World, past: History) -> Story:
    """A provider without account stamps on paper; its refund is due in a few days."""
    yield past.workdays_ago(24, "20:15")
    claim = Claim(
        world, "shop", symptom="S5", cause="C11", provider="畅付支付有限公司",
        lines=[line(clock.today() - timedelta(days=2), "398.00", "年度服务费", tid="66203118")],
    )  # fmt: skip
    yield past.workdays_ago(23, "09:30")
    claim.sent("shop", "wechat")
    yield past.workdays_ago(18, "10:45")
    claim.answered("shop", "explain", "phone", text="公司统一收取，可以协商退一部分。", clause="none", calculation="none",
                   log="refused")  # fmt: skip
    yield past.workdays_ago(15, "16:10")
    claim.answered("shop", "make_offer", "wechat", terms=[refund("300.00")], proof=note("聊天记录.txt", "最多退 300。"))
    yield past.workdays_ago(14, "20:30")
    claim.act("shop", "accept_offer", offer=1)
    claim.act("shop", "draft_agreement", payee={
        "name": "吴江好又邻便利店", "bank": "某银行吴江支行", "account": "6222021102034417", "confirmed_by": "客服 8021",
        "confirmed_on": clock.today().isoformat()})  # fmt: skip
    claim.act("shop", "freeze_agreement")
    yield past.workdays_ago(11, "14:00")
    _stamped(claim)
    yield past.workdays_ago(10, "09:10")
    claim.act("shop", "notify_parties")
    claim.answered("shop", "acknowledge_notice", "phone")


def unpaid(world: World, past: History) -> Story:
    """Signed, told, and not paid when its day and the days of grace had passed: a formal demand has gone out."""
    yield past.workdays_ago(44, "20:40")
    claim = Claim(
        world, "shop", symptom="S5", cause="C11", provider="联汇通支付有限公司",
        lines=[line(clock.today(), "600.00", "机具使用费", tid="66203118")],
    )  # fmt: skip
    yield past.workdays_ago(43, "10:00")
    claim.sent("shop", "email")
    yield past.workdays_ago(38, "10:00")
    claim.answered("shop", "explain", "email", text="同意协商。", clause="none", calculation="none", log="none")
    yield past.workdays_ago(36, "10:00")
    claim.act("shop", "make_offer", terms=[refund("600.00")])
    yield past.workdays_ago(34, "10:00")
    claim.answered("shop", "accept_offer", "email", offer=1, proof=note("邮件.txt", "同意退 600 元。"))
    claim.act("shop", "draft_agreement", payee={
        "name": "吴江好又邻便利店", "bank": "某银行吴江支行", "account": "6222021102034417", "confirmed_by": "联汇通客服",
        "confirmed_on": clock.today().isoformat()})  # fmt: skip
    claim.act("shop", "freeze_agreement")
    yield past.workdays_ago(33, "10:00")
    _stamped(claim)
    yield past.workdays_ago(32, "10:00")
    claim.act("shop", "notify_parties")
    claim.answered("shop", "acknowledge_notice", "phone")
    yield past.workdays_ago(15, "10:00")
    claim.act("shop", "declare_breach", obligation=1)
    yield past.workdays_ago(14, "10:00")
    claim.act("shop", "demand_cure", channel="email", arrived_at=iso(clock.now()), proof=note("已读回执.txt", "已读"))


def to_be_signed(world: World, past: History) -> Story:
    """The company and the listed provider agreed; the text is frozen and the company's owner signs first."""
    yield past.workdays_ago(16, "10:05")
    claim = Claim(
        world, "finance", symptom="S5", cause="C9", provider=str(world.firm.id),
        lines=[line(clock.today() - timedelta(days=1), "1800.00", "逾期换机违约金", tid="10483217", mid=CHAIN_MID, store="新街口店")],
    )  # fmt: skip
    yield past.workdays_ago(15, "10:00")
    claim.sent("finance", "email")
    claim.act("approver", "approve")
    yield past.workdays_ago(12, "16:00")
    claim.act("agent", "explain", text="升级排期由我方安排，违约金可以减免。", clause="9.2", calculation="300 元/天 × 6 天",
              log="none")  # fmt: skip
    yield past.workdays_ago(11, "10:00")
    claim.act("finance", "set_mandate", least_refund="1500.00", may_sign_up_to="2000.00")
    claim.act("boss", "approve")
    yield past.workdays_ago(9, "10:30")
    moved = (clock.today() + timedelta(days=30)).isoformat()
    claim.act("agent", "make_offer", terms=[
        refund("1500.00"),
        {"type": "RESCHEDULE_MIGRATION", "tid": "10483217", "new_date": moved, "window": "13:30-14:30"},
    ])  # fmt: skip
    yield past.workdays_ago(6, "14:00")
    claim.act("boss", "accept_offer", offer=1)
    claim.act("finance", "draft_agreement", payee={
        "name": "南京云杉餐饮有限公司", "bank": "某银行南京分行", "account": "320001234567890123", "confirmed_by": "钱经办",
        "confirmed_on": clock.today().isoformat()})  # fmt: skip
    yield past.workdays_ago(3, "15:00")
    claim.act("boss", "freeze_agreement")


STORIES = (offered, on_paper, unpaid, to_be_signed)
