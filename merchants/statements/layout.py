"""Reads a table with a header row into canonical records. One Layout is one statement format; formats/ lists them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from config.text import Text
from merchants.statements import columns as headers
from merchants.statements import kinds
from merchants.statements.columns import Columns
from merchants.statements.faults import ROW, BadRow, BadValue, StatementRefused
from merchants.statements.reading import Source, Table
from merchants.statements.records import Record
from merchants.statements.rowmaker import RowMaker
from merchants.statements.rows import Row
from merchants.statements.totals import Totals
from merchants.statements.values import amount, fault_of

NOTE_CELLS = 2  # below the totals, a row of so few filled cells is a remark such as `制表人：…`


@dataclass(frozen=True)
class Reject:
    """A row that was not read: where it stands in the file, which column is at fault and why."""

    line: int
    column: str
    why: Text
    sheet: str = ""


@dataclass(frozen=True)
class Layout:
    """A statement format that is a table with a header row.

    `own` names headers that this format uses in its own way; the aliases of columns.py serve for the rest.
    `needs` are headers by which the format is told from others; `order` its columns where a file has no header row.
    """

    code: str
    name: Text
    own: Mapping[str, str | None] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    certainty: int = 10

    def detect(self, head: list[Row]) -> int:
        """How surely these first rows are of this format: 0 not at all, the highest of all formats wins."""
        header = headers.find_header(head, self.own)
        if header is not None and self.needs <= {headers.plain(cell) for cell in header.cells}:
            return self.certainty
        return self.certainty if header is None and self.headless(head) else 0

    def headless(self, head: list[Row]) -> bool:
        """Whether the file begins with data in this format's order of columns."""
        return False

    def parse(self, source: Source, table: Table, run: "Run") -> Iterator[Record]:
        """The records of one table; rows that are refused and control totals go to `run`."""
        if not self.detect(table.head):
            raise StatementRefused("not_this_format", format=self.name)
        header = headers.find_header(table.head, self.own)
        if header is None:
            header = Row(0, list(self.order))
        found = headers.match(header, self.own)
        yield from TableReader(self, source, table, found, run).records()


@dataclass
class Run:
    """What reading a file yields beside its records."""

    card_key: bytes
    lines: int = 0
    accepted: int = 0
    rejected: list[Reject] = field(default_factory=list)
    rejected_count: int = 0
    totals: list[Totals] = field(default_factory=list)
    columns: dict[str, str | None] = field(default_factory=dict)

    KEPT = 10_000

    def reject(self, reject: Reject) -> None:
        """Note a refused row; beyond KEPT only their number."""
        self.rejected_count += 1
        if len(self.rejected) < self.KEPT:
            self.rejected.append(reject)


class TableReader:
    """One pass over one table."""

    def __init__(self, layout: Layout, source: Source, table: Table, found: Columns, run: Run):
        self.table, self.found, self.run = table, found, run
        money = tuple(name for name in headers.MONEY if name in found.index)
        self.totals = Totals(money, tuple(found.of(name) for name in money))
        run.totals.append(self.totals)
        run.columns |= _columns_read(found)
        self.maker = RowMaker(layout.code, dict(layout.types), source, found, run.card_key, self.totals)
        self.is_sheet = bool(table.name)

    def records(self) -> Iterator[Record]:
        """The records, row by row; a row that cannot be read is noted and the next one is read."""
        run, footed = self.run, False
        for row in self.table.rows():
            if row.line <= self.found.line:
                continue
            first = next((cell for cell in row.cells if cell and not cell.isspace()), None)
            if first is None or first[0] == "#":
                continue
            if not first[0].isdigit() and not row.fault:
                if kinds.is_footer(first):
                    footed = self._compare(row)
                    continue
                if _is_rule(first) or (footed and sum(map(bool, map(str.strip, row.cells))) <= NOTE_CELLS):
                    continue
            run.lines += 1
            try:
                made = self._made(row, run.lines)
            except BadRow as bad:
                run.reject(Reject(row.line, bad.column, bad.text, self.table.name))
                continue
            run.accepted += 1
            yield from made

    def _made(self, row: Row, number: int) -> list[Record]:
        if row.fault:
            raise BadRow(self.found.name(len(row.cells) - 1), row.fault)
        for at in range(len(row.cells) if _suspicious(row) else 0):
            if fault := fault_of(row.cells[at]):
                raise BadRow(self.found.name(at), fault)
        return self.maker.make(Row(row.line, self._fitted(row.cells), row.raw), number)

    def _fitted(self, cells: list[str]) -> list[str]:
        width, got = self.found.width, len(cells)
        if got == width:
            return cells
        if got > width:
            if any(map(str.strip, cells[width:])):
                raise BadRow(self.found.name(width), ROW["ragged_long"], got=got, want=width)
            return cells[:width]
        if not self.is_sheet:
            raise BadRow(self.found.name(got), ROW["ragged_short"], got=got, want=width)
        return cells + [""] * (width - got)

    def _compare(self, row: Row) -> bool:
        """Set a footer's figures against the rows above; a figure that cannot be read states nothing."""
        stated: dict[str, Decimal] = {}
        for name in self.totals.fields:
            at = self.found.index[name]
            try:
                value = amount(row.cells[at]) if at < len(row.cells) else None
            except BadValue:
                continue
            if value is not None:
                stated[name] = value
        self.totals.compare(row.line, self.table.name, stated)
        return True


def _is_rule(first: str) -> bool:
    """A line drawn between parts of a statement."""
    return len(first) >= 5 and set(first) <= frozenset("-=*_ ")


def _suspicious(row: Row) -> bool:
    return bool(row.raw) and fault_of(row.raw) is not None


def _columns_read(found: Columns) -> dict[str, str | None]:
    fields = {at: name for name, at in found.index.items()}
    return {name: fields.get(at) for at, name in enumerate(found.names) if name and at not in found.dropped}
