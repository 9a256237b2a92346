"""Figures of the law that are no periods: what they are called, their units, and how a row of them is read.

The values are rows of the same table as periods (cases/models/law.py), shipped in rules/figures.toml. What is done
with them is costs.py, interest.py and procedure.py.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from cases.law import reading
from cases.law.periods import Rule
from config.errors import Invalid
from config.text import Text

FIGURES = {
    "FEE-COURT": Text("案件受理费", "court fee"),
    "FEE-ORDER": Text("支付令申请费", "fee of a payment order"),
    "FEE-ENF": Text("执行申请费", "fee of enforcement"),
    "FEE-PRES": Text("保全申请费", "fee of preservation"),
    "FEE-HALF": Text("减半交纳", "half of the court fee"),
    "LPR-1Y": Text("一年期贷款市场报价利率（LPR）", "one-year loan prime rate (LPR)"),
    "SMALL-HALF": Text("小额诉讼标准：年平均工资的 50%", "small claims: half of the average wage"),
    "SMALL-TWICE": Text("约定适用小额诉讼的上限：年平均工资的 2 倍", "small claims by agreement: twice the average wage"),
}  # fmt: skip
MOST = {"¥": 100_000_000, "bp": 10_000, "th": 100}  # more is a slip of the pen
TO_BE_CHECKED = Text("（出处待核对）", " (source to be checked)")
BAND, HIGHEST = "over=", "most"


def read(text: str) -> list[Rule]:
    """The figures of a file like rules/figures.toml. Raises Invalid naming what is wrong."""
    found = reading.rules(text, MOST)
    for rule in found:
        if rule.code not in FIGURES:
            unknown = Text(
                "规则文件里的 {code} 不是已知的数值。", "{code} in the rule file is no figure that is known."
            )
            raise Invalid(unknown.format(code=rule.code))
    return found


def share(rule: Rule) -> Decimal:
    """A row in ten-thousandths as the factor it is: 250 is 0.025."""
    assert rule.unit == "bp" and rule.value is not None
    return Decimal(rule.value) / 10_000


def percent(rule: Rule) -> str:
    """A row in ten-thousandths as people write it: 250 is 2.5%."""
    return f"{(share(rule) * 100).normalize():f}%"


def tariff(rows: Mapping[str, Rule]) -> dict[str, Rule]:
    """The rows of the newest tariff alone: a new one replaces the bands of the one before, also those it lacks."""
    newest = max((rule.valid_from for rule in rows.values()), default=None)
    return {condition: rule for condition, rule in rows.items() if rule.valid_from == newest}


def sources(rules: Iterable[Rule]) -> Text:
    """What rows rest on, each source once, in order; a source whose own text was not read says so."""
    cited = list(dict.fromkeys(source(rule) for rule in rules))
    return Text("；".join(one.zh for one in cited), "; ".join(one.en for one in cited))


def source(rule: Rule) -> Text:
    note = Text("", "") if rule.confirmed else TO_BE_CHECKED
    return Text(rule.source.zh + note.zh, rule.source.en + note.en)
