"""Makes canonical records out of one row's cells: which movement it is, which way the money went, what may be kept."""

from datetime import date, datetime, time
from decimal import Decimal

from config.clock import SHANGHAI
from merchants.statements import kinds
from merchants.statements.columns import MONEY, Columns
from merchants.statements.faults import ROW, BadRow, BadValue
from merchants.statements.masking import mask_card, mask_text
from merchants.statements.reading import Source
from merchants.statements.records import Record
from merchants.statements.rows import Row
from merchants.statements.totals import ZERO, Totals
from merchants.statements.values import amount, clock, day, identifier, instant, rate, shown, tidy

# Fixed width where there is one, whether zeros on the left may be put back, and the greatest length (domain.md §1.1).
IDENTIFIERS = {
    "mid": (15, False, 15), "tid": (8, False, 8), "sn": (0, False, 64), "batch": (6, True, 12), "trace": (6, True, 12),
    "rrn": (12, False, 32), "auth_code": (6, False, 12), "platform_no": (0, False, 64), "order_no": (0, False, 64),
    "refund_no": (0, False, 64), "card_hash": (0, False, 64),
}  # fmt: skip
CODED = frozenset(IDENTIFIERS) | set(MONEY) | {"settle_date", "txn_on", "txn_at", "txn_time", "fee_rate"}


class RowMaker:
    """Reads the rows of one table. A row gives one record, and a second one for a deduction taken inside a sale's row.

    The two keep one line number and differ in `part`: a sale and what was deducted beside it are different claims, and
    their money is never one sum.
    """

    def __init__(self, code: str, types: dict[str, str], source: Source, found: Columns, key: bytes, totals: Totals):
        self.code, self.types, self.sha256, self.epoch = code, types, source.sha256, source.epoch
        self.found, self.key, self.totals = found, key, totals
        index = found.index
        self.index = index
        self.identifiers = [(name, index[name], *spec) for name, spec in IDENTIFIERS.items() if name in index]
        self.amounts = [(name, index[name]) for name in MONEY if name in index]
        kept = {at for name, at in index.items() if name in CODED} | {index.get("card_masked", -1), *found.dropped}
        self.free = [at for at in range(found.width) if at not in kept]
        self.field = ""

    def make(self, row: Row, number: int) -> list[Record]:
        """The records of a row whose cells fit the header. Raises BadRow naming the column at fault."""
        try:
            return self._make(row, number)
        except BadRow:
            raise
        except BadValue as bad:
            raise BadRow(self.found.of(self.field), bad.text) from None

    def _make(self, row: Row, number: int) -> list[Record]:
        cells = row.cells
        base = {"source": self.code, "file_sha256": self.sha256, "line_no": number}
        base["card_masked"], base["card_hash"] = self._card(cells)
        base["raw_line"] = self._raw_line(row)
        for name, at, width, fill, longest in self.identifiers:
            if cells[at]:
                self.field = name
                base[name] = identifier(cells[at], width, fill, longest)
        base |= self._days(cells)
        money, raw = self._money(cells)
        self._check_currency(cells)
        self.field = "status"
        base["status"] = kinds.status(self._cell(cells, "status"))
        word, code, direction = self._type(cells, money)
        if code in kinds.DEDUCTIONS:
            records = [self._deduction(base, cells, money, raw, word, code, direction)]
        else:
            records = self._sale(base, cells, money, raw, word, code)
        self._count(row.line, base, code, direction, money)
        return records

    def _cell(self, cells: list[str], field: str) -> str:
        at = self.index.get(field)
        return cells[at] if at is not None else ""

    def _card(self, cells: list[str]) -> tuple[str | None, str | None]:
        at = self.index.get("card_masked")
        if at is None or not cells[at]:
            return None, None
        self.field = "card_masked"
        if type(cells[at]) is not str or "E+" in cells[at].upper():
            identifier(cells[at])  # a card number that a spreadsheet turned into a number is refused there
        masked, hashed = mask_card(cells[at], self.key)
        cells[at] = masked
        return masked or None, hashed

    def _raw_line(self, row: Row) -> str:
        """The row as printed, with the dropped columns emptied and every card or identity number masked."""
        cells, changed = row.cells, not row.raw or "card_masked" in self.index
        for at in self.found.dropped:
            if cells[at]:
                cells[at], changed = "", True
        for at in self.free:
            cell = cells[at]
            if len(cell) > 12:
                masked = mask_text(cell)
                if masked is not cell:
                    cells[at], changed = masked, True
        return _joined(cells) if changed else row.raw

    def _days(self, cells: list[str]) -> dict[str, date | datetime | None]:
        settle = on = at = None
        moment: time | None = None
        for name in ("settle_date", "txn_at", "txn_on", "txn_time"):
            cell = self._cell(cells, name)
            if not cell:
                continue
            self.field = name
            if name == "txn_time":
                at = at or (instant(cell, self.epoch) if len(cell) > 8 else None)
                moment = None if at else clock(cell)
            elif name == "settle_date":
                settle = day(cell, self.epoch) if len(cell) <= 11 else _day_of(cell, self.epoch)
            else:
                at = at or (instant(cell, self.epoch) if len(cell) > 10 else None)
                on = on or (None if at else day(cell, self.epoch))
        if at is None and on and moment:
            at = datetime.combine(on, moment, SHANGHAI)
        on = at.date() if at else on
        if on is None and settle is None:
            self.field = next(name for name in ("txn_on", "txn_at", "settle_date", "txn_time") if name in self.index)
            raise BadValue(ROW["no_day"])
        return {"settle_date": settle, "txn_on": on, "txn_at": at}

    def _money(self, cells: list[str]) -> tuple[dict[str, Decimal], dict[str, str]]:
        money, raw = {}, {}
        for name, at in self.amounts:
            cell = cells[at]
            if cell:
                self.field = name
                value = amount(cell)
                if value is not None:
                    money[name], raw[name] = value, cell.strip()
        return money, raw

    def _check_currency(self, cells: list[str]) -> None:
        cell = self._cell(cells, "currency")
        if cell and tidy(cell).upper() not in kinds.YUAN:
            self.field = "currency"
            raise BadValue(ROW["currency"], value=shown(cell))

    def _type(self, cells: list[str], money: dict[str, Decimal]) -> tuple[str, str, str]:
        """The statement's word, the canonical type and the direction; without a word the amounts decide."""
        word = tidy(self._cell(cells, "txn_type"))
        gross, self.field = money.get("gross", ZERO), "txn_type"
        if word:
            code, direction = (self.types[word], "") if word in self.types else kinds.txn_type(word)
            direction = direction or kinds.CODES[code]
            printed = self._cell(cells, "direction").strip().upper()
            return word, code, printed if printed in ("C", "D") else direction
        if money.get("deduction") and not gross:
            return "", "FEE", ""
        if "txn_type" in self.index or gross <= 0:
            self.field = "txn_type" if "txn_type" in self.index else self.amounts[0][0]
            raise BadValue(ROW["no_type"])
        return "", "SALE", "C"

    def _deduction(self, base, cells, money, raw, word: str, code: str, direction: str) -> Record:
        """A row that is only a deduction or its return: `gross` what was taken, `memo` the clause and the notice."""
        field = next((name for name in ("deduction", "gross", "net", "fee") if money.get(name)), "")
        if not field:
            self.field = next((name for name in ("deduction", "gross", "net") if name in money), self.amounts[0][0])
            raise BadValue(ROW["zero_deduction" if money else "no_amount"])
        value, net = money[field], money.get("net")
        if not direction:
            direction = _direction(code, field, value, net)
        name = tidy(self._cell(cells, "fee_code")) or (word if word not in ("扣款", "扣费", "扣收", "FEE") else "")
        if code == "FEE":
            code = kinds.fee_type(name)
        if code == "HOLD" and direction == "C":
            code = "RELEASE"
        value = abs(value)
        signed = value if direction == "C" else -value
        return Record(
            **base, txn_type=code, direction=direction, gross=value, net=net if field == "gross" and net else signed,
            fee_code=name or None, memo=self._memo(cells, True), raw={"gross": raw[field]}, channel=None,
        )  # fmt: skip

    def _sale(self, base, cells, money, raw, word: str, code: str) -> list[Record]:
        """A sale, its way back or a day's summary, and beside it the deduction taken in the same row."""
        if "gross" not in money and "net" not in money:
            self.field = next((name for name in ("gross", "net") if name in self.index), self.amounts[0][0])
            raise BadValue(ROW["no_amount"])
        back, taken = code in kinds.BACK, money.get("deduction", ZERO)
        gross = money.get("gross")
        if gross is not None and gross < 0 and code in kinds.SALES:
            self.field = "gross"
            raise BadValue(ROW["negative_sale"], value=shown(word or code))
        fee, net = _signed(back, abs(gross) if gross is not None else None, money.get("fee"), money.get("net"), taken)
        direction = "D" if back or (code == "SUMMARY" and (gross or ZERO) < 0) else "C"
        gross = abs(gross) if gross is not None else abs(net or ZERO)
        self.field = "fee_rate"
        sale = Record(
            **base, txn_type=code, direction=direction, gross=gross, discount=money.get("discount"), fee=fee, net=net,
            fee_rate=rate(self._cell(cells, "fee_rate")), memo=self._memo(cells, False), raw=raw,
            channel=kinds.channel(self._cell(cells, "channel"), word) or ("UNIONPAY" if base["card_masked"] else None),
        )  # fmt: skip
        name = tidy(self._cell(cells, "fee_code"))
        if not taken or (code == "SUMMARY" and not name):
            return [sale]
        kept = {key: base[key] for key in base if key not in ("card_masked", "card_hash")}
        part = Record(
            **kept, part=1, txn_type=kinds.fee_type(name), direction="D" if taken > 0 else "C", gross=abs(taken),
            net=-taken, fee_code=name or None, memo=self._memo(cells, True), raw={"gross": raw["deduction"]},
        )  # fmt: skip
        return [sale, part]

    def _memo(self, cells: list[str], is_deduction: bool) -> str | None:
        """What the row says in words; for a deduction the clause and the notice number come first."""
        fields = ("clause", "notice_no", "memo") if is_deduction else ("memo",)
        said = [text for field in fields if (text := self._cell(cells, field).strip())]
        return " ".join(dict.fromkeys(said)) or None

    def _count(self, line: int, base, code: str, direction: str, money: dict[str, Decimal]) -> None:
        amounts = [money.get(name, ZERO) for name in self.totals.fields]
        group = (base.get("mid"), base.get("tid"), base["txn_on"] or base["settle_date"])
        if code == "SUMMARY":
            self.totals.add_summary(line, "", group, amounts)
        elif code in kinds.DEDUCTIONS:
            self.totals.add_other(amounts)
        else:
            if code in kinds.BACK:
                self.totals.add_unsigned(amounts)
            self.totals.add_sale(group, amounts)


def _direction(code: str, field: str, value: Decimal, net: Decimal | None) -> str:
    """Which way an unlabelled adjustment or fee went: what it did to the settlement, else the sign it is printed with.

    A deduction column above zero takes money; any other amount takes it when below zero, and a fee takes it anyway.
    """
    if net:
        return "C" if net > 0 else "D"
    if field == "deduction":
        return "D" if value > 0 else "C"
    return "C" if value > 0 and code == "ADJUST" else "D"


def _signed(back: bool, gross: Decimal | None, fee: Decimal | None, net: Decimal | None, taken: Decimal):
    """Fee and net from the merchant's side, whatever sign they were printed with and without the deduction beside them.

    A fee below zero was given back: that is so for refunds and voids unless the net shows that it was charged on top.
    """
    cost = fee
    if fee is not None and gross is not None:
        if back:
            charged = net is not None and abs(net) == gross + abs(fee)
            cost = abs(fee) if charged else -abs(fee)
        elif fee < 0 and not (net is not None and net + taken == gross - fee):
            cost = -fee
    if net is None:
        return cost, None
    if back:
        return cost, -abs(net)
    apart = taken and gross is not None and net == gross - (cost or ZERO)
    return cost, net if apart else net + taken


def _day_of(cell: str, epoch: date) -> date | None:
    at = instant(cell, epoch)
    return at.date() if at else day(cell, epoch)


def _joined(cells: list[str]) -> str:
    line = ",".join(cells)
    if '"' not in line and "\n" not in line and line.count(",") == len(cells) - 1:
        return line
    return ",".join('"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\n') else cell for cell in cells)
