"""Control totals: what the rows add up to, set against what the statement itself states. Money as printed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

ZERO = Decimal("0.00")
Amounts = list[Decimal]
Group = tuple[str | None, str | None, date | None]


@dataclass
class Totals:
    """Sums of each amount column over the rows read.

    A day's summary row stands for sales that the file leaves out: it counts where no single sale of its merchant,
    terminal and day is listed, and is compared with them where they are. Some statements print refunds without a
    sign and subtract them in the total, so a total with the sign is right as well.
    """

    fields: tuple[str, ...]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        self.checks: list[dict[str, Any]] = []
        self.sales: dict[Group, Amounts] = {}
        self.summaries: list[tuple[int, str, Group, Amounts]] = []
        self.others = self._zeros()
        self.unsigned = self._zeros()
        self.before = self._zeros()

    def _zeros(self) -> Amounts:
        return [ZERO] * len(self.fields)

    def add_sale(self, group: Group, amounts: Amounts) -> None:
        """Count a sale, refund, void or reversal under its merchant, terminal and day."""
        sums = self.sales.get(group)
        if sums is None:
            self.sales[group] = amounts
        else:
            _add(sums, amounts)

    def add_unsigned(self, amounts: Amounts) -> None:
        """Note what a refund, void or reversal prints without a minus."""
        _add(self.unsigned, [max(value, ZERO) for value in amounts])

    def add_other(self, amounts: Amounts) -> None:
        """Count a deduction or an adjustment."""
        _add(self.others, amounts)

    def add_summary(self, line: int, sheet: str, group: Group, amounts: Amounts) -> None:
        """Count a day's summary."""
        self.summaries.append((line, sheet, group, amounts))

    def sums(self) -> Amounts:
        """Each column's total so far, as printed."""
        total = self._zeros()
        _add(total, self.others)
        for amounts in self.sales.values():
            _add(total, amounts)
        covered = self._groups() if self.summaries else set()
        for _, _, group, amounts in self.summaries:
            if group not in covered:
                _add(total, amounts)
        return total

    def _groups(self) -> set[Group]:
        return set(self.sales) | {(mid, None, day) for mid, _, day in self.sales}

    def compare(self, line: int, sheet: str, stated: dict[str, Decimal]) -> None:
        """Set a footer's figures against the rows above it, or against those since the footer before it."""
        total = self.sums()
        section = [now - then for now, then in zip(total, self.before, strict=True)]
        signed = [now - 2 * value for now, value in zip(total, self.unsigned, strict=True)]
        for name, value in stated.items():
            at = self.fields.index(name)
            computed = value if value in (section[at], signed[at]) else total[at]
            self._check(line, sheet, "footer", at, value, computed)
        self.before = total

    def control(self) -> dict[str, Any]:
        """Whether every figure the file states is what its rows add up to; `ok` is empty where it states none."""
        for line, sheet, (mid, tid, day), amounts in self.summaries:
            listed = [
                row for (m, t, d), row in self.sales.items() if m == mid and d == day and tid in (None, t)
            ]  # fmt: skip
            for at, name in enumerate(self.fields if listed else ()):
                if name in ("gross", "fee"):
                    self._check(line, sheet, "summary", at, amounts[at], sum((row[at] for row in listed), ZERO))
        return {"ok": all(check["ok"] for check in self.checks) if self.checks else None, "checks": self.checks}

    def _check(self, line: int, sheet: str, scope: str, at: int, stated: Decimal, computed: Decimal) -> None:
        check = {
            "line": line, "scope": scope, "field": self.fields[at], "column": self.names[at],
            "stated": str(stated), "computed": str(computed), "ok": stated == computed,
        }  # fmt: skip
        self.checks.append(check | ({"sheet": sheet} if sheet else {}))


def _add(sums: Amounts, amounts: Amounts) -> None:
    for at, value in enumerate(amounts):
        if value:
            sums[at] += value
