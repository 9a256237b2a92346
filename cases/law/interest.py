"""Simple interest for money kept (资金占用利息): at an agreed rate, else at the one-year LPR of the first day.

The rates are rows. Interest on interest, and what a court adds for late payment of a judgment, are not worked out here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from cases.law.figures import share, source
from cases.law.periods import Rule, WrongUse
from config.errors import Conflict
from config.money import CENT
from config.text import Text

CODE = "LPR-1Y"
BASES = (365, 360)  # days of a year; courts take 365 unless 360 was agreed
LARGEST_RATE = Decimal(100)
AGREED = Text("约定的年利率", "the yearly rate agreed")
AT_THE_START = Text("，按起息日的利率计算", ", as it stood on the first day")
CHANGED = Text(
    "{day} 起一年期 LPR 是 {rate}%。这里按起息日的利率算到底；要按同期利率分段计算，请分段运行。",
    "From {day} on the one-year LPR is {rate}%. The rate of the first day is used throughout; run the parts one by one"
    " to follow the rate.",
)


@dataclass(frozen=True, slots=True)
class Interest:
    interest: Decimal
    rate: Decimal  # per cent a year
    days: int
    source: Text
    notes: tuple[Text, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The answer of the `interest` command and the API, in the reader's language."""
        return {
            "interest": str(self.interest),
            "rate": str(self.rate),
            "days": self.days,
            "source": str(self.source),
            "notes": [str(note) for note in self.notes],
        }


def interest(
    amount: Decimal,
    first: date,
    last: date,
    *,
    rate: Decimal | None = None,
    basis: int = 365,
    at_start: Mapping[str, Rule] | None = None,
    at_end: Mapping[str, Rule] | None = None,
) -> Interest:
    """`amount` × rate × days / basis, rounded to the fen; the first day is not counted, the last one is.

    `rate` is per cent a year. Where none was agreed `at_start` and `at_end` are the rows of LPR-1Y on the two days.
    Raises WrongUse for a question that makes no sense, Conflict where no rate is known.
    """
    if last < first:
        raise WrongUse(Text("--to 不能早于 --from。", "--to cannot be before --from."))
    if basis not in BASES:
        raise WrongUse(Text("--basis 只能是 365 或 360。", "--basis is 365 or 360."))
    if rate is not None and not 0 <= rate <= LARGEST_RATE:
        raise WrongUse(Text("年利率要在 0 到 100 之间，单位是 %。", "A yearly rate is between 0 and 100 per cent."))
    cited, notes = AGREED, []
    if rate is None:
        rule = _known(at_start or {}, first)
        rate = _percent(rule)
        cited = Text(source(rule).zh + AT_THE_START.zh, source(rule).en + AT_THE_START.en)
        later = (at_end or {}).get("")
        if later and later.value != rule.value:
            notes.append(CHANGED.format(day=later.valid_from, rate=_percent(later)))
    days = (last - first).days
    earned = (amount * rate * days / (100 * basis)).quantize(CENT, ROUND_HALF_UP)
    return Interest(earned, rate, days, cited, tuple(notes))


def _known(rows: Mapping[str, Rule], first: date) -> Rule:
    if "" in rows:
        return rows[""]
    text = Text("{day} 没有一年期 LPR 的数据。请用 --rate 给出年利率，或请管理员补充规则行。",
                "No one-year LPR is known for {day}. Give the rate with --rate, or let an administrator add its row.")  # fmt: skip
    raise Conflict(text.format(day=first))


def _percent(rule: Rule) -> Decimal:
    return (share(rule) * 100).quantize(CENT)
