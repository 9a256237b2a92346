"""What a court takes for a sum of money, band by band (诉讼费用交纳办法 art. 13 to 16). The bands are rows.

An act without a sum of money has other fees, which are not worked out here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from cases.law.figures import BAND, HIGHEST, percent, share, sources, tariff
from cases.law.periods import Rule, WrongUse
from config.errors import Conflict
from config.money import CENT, plain
from config.text import Text

# Which codes of rows a fee is worked out from; the first is the tariff.
KINDS = {
    "court": ("FEE-COURT",),
    "payment_order": ("FEE-COURT", "FEE-ORDER"),
    "enforcement": ("FEE-ENF",),
    "preservation": ("FEE-PRES",),
}
HALF = "FEE-HALF"
LABELS = {
    "court": Text("案件受理费", "Court fee"),
    "payment_order": Text("支付令申请费", "Fee of a payment order"),
    "enforcement": Text("执行申请费（执行后交纳）", "Fee of enforcement (paid after it)"),
    "preservation": Text("保全申请费", "Fee of preservation"),
}
Rows = Mapping[str, Mapping[str, Rule]]  # by code, then by condition, as they hold on the day


@dataclass(frozen=True, slots=True)
class Step:
    """One line: the part of the sum between `start` and `end` and the fee for it; after the bands, the fee before and
    after a reduction, a limit or rounding."""

    start: Decimal
    end: Decimal
    fee: Decimal
    what: Text

    def as_json(self) -> dict[str, str]:
        return {"from": exact(self.start), "to": exact(self.end), "fee": exact(self.fee), "what": str(self.what)}


@dataclass(frozen=True, slots=True)
class Cost:
    kind: str
    fee: Decimal
    steps: tuple[Step, ...]
    source: Text

    def as_json(self) -> dict[str, object]:
        """The answer of the `costs` command and the API, in the reader's language."""
        return {"fee": str(self.fee), "steps": [step.as_json() for step in self.steps], "source": str(self.source)}


def codes(kind: str) -> tuple[str, ...]:
    """The codes of all rows that a fee of this kind may need."""
    return (*KINDS[kind], HALF)


def cost(kind: str, amount: Decimal, rows: Rows, *, half: bool = False) -> Cost:
    """The fee for `amount` yuan; `half` is mediation, withdrawal or the simplified procedure (art. 15, 16).

    Rounded once, at the end, to the fen. Raises WrongUse where a half is not foreseen, Conflict where rows lack.
    """
    if half and kind != "court":
        text = Text("只有案件受理费减半（第 15、16 条），{kind}不减半。请去掉 --half。",
                    "Only the court fee is halved (art. 15, 16), not this: {kind}. Leave --half out.")  # fmt: skip
        raise WrongUse(text.format(kind=LABELS[kind]))
    used: list[Rule] = []
    steps = _bands(_rows_of(KINDS[kind][0], rows), amount, used)
    fee = sum((step.fee for step in steps), Decimal(0))
    parts = [code for code in (*KINDS[kind][1:], HALF if half else "") if code]
    for code in parts:
        rule = _rows_of(code, rows)[""]
        assert rule.value
        fee, before = fee / rule.value, fee
        used.append(rule)
        steps.append(Step(before, fee, fee, _divided(code, rule.value)))
    if (most := _rows_of(KINDS[kind][0], rows).get(HIGHEST)) and most.value is not None and fee > most.value:
        fee, before = Decimal(most.value), fee
        text = Text("最多不超过 {most} 元", "at most {most} yuan").format(most=plain(fee))
        steps.append(Step(before, fee, fee, text))
    rounded = fee.quantize(CENT, ROUND_HALF_UP)
    if rounded != fee:
        steps.append(Step(fee, rounded, rounded, Text("四舍五入到分", "rounded to the fen")))
    return Cost(kind, rounded, tuple(steps), sources(used))


def exact(amount: Decimal) -> str:
    """At least two places, and up to six where there are more."""
    shown = amount.quantize(Decimal("0.000001"), ROUND_HALF_UP).normalize()
    return f"{shown:f}" if int(shown.as_tuple().exponent) < -2 else f"{amount.quantize(CENT, ROUND_HALF_UP):f}"


def _rows_of(code: str, rows: Rows) -> dict[str, Rule]:
    if found := tariff(rows.get(code, {})):
        return found
    text = Text("没有当天有效的 {code} 收费标准。请管理员补充规则行。",
                "No tariff {code} holds on the day. An administrator adds its rows.")  # fmt: skip
    raise Conflict(text.format(code=code))


def _bands(rows: Mapping[str, Rule], amount: Decimal, used: list[Rule]) -> list[Step]:
    """A step for each band that the sum reaches; the first band is a fixed fee."""
    bands = sorted((int(condition.removeprefix(BAND)), rule) for condition, rule in rows.items() if BAND in condition)
    steps = []
    for (over, rule), (next_over, _) in zip(bands, [*bands[1:], (None, None)], strict=True):
        low, high = Decimal(over), amount if next_over is None else min(amount, Decimal(next_over))
        if amount <= low:
            break
        used.append(rule)
        if rule.unit == "bp":
            steps.append(Step(low, high, (high - low) * share(rule), _part(low, high, rule)))
        else:
            assert rule.value is not None and next_over is not None
            text = Text("不超过 {high} 元的，每件 {fee} 元", "up to {high} yuan: {fee} yuan a case")
            fixed = text.format(high=plain(Decimal(next_over)), fee=rule.value)
            steps.append(Step(low, high, Decimal(rule.value), fixed))
    return steps


def _part(low: Decimal, high: Decimal, rule: Rule) -> Text:
    text = Text("超过 {low} 元的部分 {part} 元，按 {rate}", "the {part} yuan above {low}, at {rate}")
    return text.format(low=plain(low), part=plain(high - low), rate=percent(rule))


def _divided(code: str, by: int) -> Text:
    if code == HALF:
        return Text("调解、撤诉或适用简易程序，减半", "mediation, withdrawal or simplified procedure: half")
    return Text(f"按案件受理费的 1/{by}", f"1/{by} of the court fee")
