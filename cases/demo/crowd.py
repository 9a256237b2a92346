"""Cases made up by chance, for lists that are long: the same seed and number always make the same case."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from cases.demo.history import History, Story
from cases.demo.people import CHAIN_MID, SHOP_MID, SHOP_TIDS, World
from cases.demo.telling import Claim, line, note
from config import clock

# Fee, symptom, cause, least and most yuan.
FEES = (
    ("流量费", "S5", "C11", 36, 99), ("商户服务费", "S5", "C11", 120, 399), ("会员费", "S5", "C11", 98, 298),
    ("终端闲置费", "S5", "C3", 60, 240), ("费率差额", "S5", "C4", 20, 900), ("逾期未迁移占用费", "S5", "C1", 200, 3000),
    ("违规移机违约金", "S5", "C10", 500, 2000), ("重复扣款", "S1", "C7", 15, 680), ("欠费及滞纳金", "S2", "C11", 59, 1300),
    ("短款调账", "S3", "C2", 80, 5200), ("支付失败仍扣款", "S4", "C6", 10, 520),
)  # fmt: skip
PROVIDERS = ("畅付支付有限公司", "联汇通支付有限公司", "汇鑫支付有限公司", "瑞结支付服务有限公司")
STORES = (("新街口店", "10597742"), ("鼓楼店", "10483301"))
ANSWERS = ("系统自动收取。", "按协议附件收取。", "已转财务核实。", "合同有约定。")


# How far a case has come, and how many of a hundred.
COURSES = (
    (("file",), 12), (("file", "send"), 28), (("file", "send", "acknowledge"), 10), (("file", "send", "explain"), 15),
    (("file", "send", "explain", "refund"), 10), (("file", "send", "acknowledge", "explain", "refund", "close"), 20),
    (("file", "send", "withdraw"), 5),
)  # fmt: skip


def crowd(world: World, past: History, seed: int, first: int, count: int) -> list[Story]:
    """The stories number `first` to `first + count - 1` of a seed."""
    numbers = range(first, first + count)
    return [_story(Course(world, Random(f"{seed}:{number}")), past) for number in numbers]  # noqa: S311  a seed is meant


def _story(course: "Course", past: History) -> Story:
    for at, step in zip(_moments(past, course.chance), course.steps, strict=False):
        yield at
        getattr(course, step)()


def _moments(past: History, chance: Random) -> Iterator[datetime]:
    """Instants some workdays apart, the last one yesterday at the latest."""
    day = chance.randint(2, 55)
    while day > 0:
        yield past.workdays_ago(day, f"{chance.randint(9, 17):02d}:{chance.randint(0, 59):02d}")
        day -= chance.randint(1, 7)


class Course:
    """One case made up by chance, step by step."""

    def __init__(self, world: World, chance: Random):
        self.world, self.chance = world, chance
        self.part = "shop" if chance.random() < 0.3 else "finance"
        self.steps = chance.choices([steps for steps, _ in COURSES], [weight for _, weight in COURSES])[0]
        self.fee = chance.choice(FEES)
        self.amounts = [self._amount() for _ in range(chance.choices((1, 2, 3, 6), (70, 15, 10, 5))[0])]
        self.place = {"tid": SHOP_TIDS[0], "mid": SHOP_MID}
        if self.part == "finance":
            store, tid = chance.choice(STORES)
            self.place = {"tid": tid, "mid": CHAIN_MID, "store": store}

    def _amount(self) -> Decimal:
        _, _, _, least, most = self.fee
        return Decimal(self.chance.randint(least * 100, most * 100)) / 100

    def file(self) -> None:
        fee, symptom, cause, *_ = self.fee
        days = [clock.today() - timedelta(days=n) for n in range(len(self.amounts))]
        lines = [line(day, f"{amount:.2f}", fee, **self.place) for day, amount in zip(days, self.amounts, strict=True)]
        provider = self.chance.choice(PROVIDERS)
        self.claim = Claim(self.world, self.part, symptom=symptom, cause=cause, provider=provider, lines=lines)

    def send(self) -> None:
        self.claim.sent(self.part, self.chance.choice(("wechat", "email", "post")))
        self._approved()

    def acknowledge(self) -> None:
        self.claim.answered(self.part, "acknowledge", "phone", ticket_no=f"KF{self.chance.randint(10000, 99999)}")

    def explain(self) -> None:
        text = self.chance.choice(ANSWERS)
        self.claim.answered(self.part, "explain", "phone", text=text, clause="none", calculation="none", log="none")

    def refund(self) -> None:
        """All of it where the case is closed afterwards, else perhaps the first lines only."""
        part_only = self.steps[-1] == "refund" and self.chance.random() < 0.5
        amounts = self.amounts[: max(1, len(self.amounts) // 2)] if part_only else self.amounts
        back = f"{sum(amounts):.2f}"
        self.claim.act(
            self.part, "record_refund", lines=list(range(1, len(amounts) + 1)), on=clock.today().isoformat(),
            amount=back, file=note("到账短信.txt", f"【银行】入账 {back} 元，附言：退款"),
        )  # fmt: skip

    def close(self) -> None:
        self.claim.act(self.part, "close", outcome="FULL_REFUND")
        self._approved()

    def withdraw(self) -> None:
        self.claim.act("shop" if self.part == "shop" else "boss", "withdraw", reason="查到合同里有约定。")

    def _approved(self) -> None:
        if self.part == "finance":
            self.claim.act("approver", "approve")
