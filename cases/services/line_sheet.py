"""A table of up to 5,000 deductions for the filing page: the template to fill in, and its reading cell by cell.

Statement files of acquirers are merchants/statements; what becomes of the lines is drafts.py's.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import partial
from typing import BinaryIO

import xlsxwriter

from cases import reasons
from cases.services.filing import MOST_LINES
from config import clock
from config.errors import Invalid
from config.text import Text
from merchants.statements import values
from merchants.statements.columns import plain
from merchants.statements.faults import ROW, BadValue
from merchants.statements.masking import mask_text
from merchants.statements.reading import Source, Table, open_source
from merchants.statements.rows import Row

MOST_SHOWN = 200  # rejected rows are listed up to here and counted beyond


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the template; `more` are other headers that mean the same."""

    field: str
    label: Text
    example: Text
    more: tuple[str, ...] = ()

    @property
    def headers(self) -> set[str]:
        return {plain(name) for name in (self.label.zh, self.label.en, *self.more)}


COLUMNS = (
    Column("on", Text("扣款日期", "Date"), Text("2026-11-03", "2026-11-03"), ("日期", "交易日期", "on", "day")),
    Column("amount", Text("扣款金额", "Amount"), Text("79.00", "79.00"), ("金额", "其他扣款", "扣费金额")),
    Column("fee_name", Text("扣款名称", "Fee name"), Text("流量费", "Data fee"), ("名目", "费用名称", "fee_name")),
    Column("tid", Text("终端号", "TID"), Text("20117765", "20117765"), ("终端编号", "设备号", "terminal")),
    Column("mid", Text("商户编号", "MID"), Text("", ""), ("商户号", "商户代码")),
    Column("store", Text("门店", "Store"), Text("", ""), ("店名", "门店名称")),
    Column("clause", Text("对方说的条款", "Clause given"), Text("", ""), ("条款", "扣款依据", "clause")),
    Column("kind", Text("性质", "Kind"), Text("扣款", "Deduction")),
)
BY_HEADER = {header: column for column in COLUMNS for header in column.headers}
KIND_WORDS = {
    word: key for key, label in reasons.LINE_KINDS.items() for word in (label.zh, label.en.lower(), key.lower())
}
NO_HEADER = Text(
    "没有找到表头。第一行要有「扣款日期」和「扣款金额」两列，可以先下载模板。",
    "No header was found. The first row needs the columns “Date” and “Amount”; you can download the template.",
)
TOO_MANY = Text("一个案件最多 5,000 笔扣款，请把表格分成几份。", "A case holds at most 5,000 lines. Split the table.")
NOTHING = Text("表格里没有一行扣款。", "The table holds no deduction.")
NO_AMOUNT = Text("没有金额，或金额不大于 0。", "There is no amount above zero.")
FUTURE = Text("扣款日期不能在将来。", "The day of the deduction cannot lie in the future.")
UNKNOWN_KIND = Text("不认识性质「{value}」，请写：{known}。", "The kind “{value}” is not known. Write one of: {known}.")


@dataclass
class Sheet:
    """What was read: lines as a draft keeps them, and every row that was not, with its column and why."""

    lines: list[dict] = field(default_factory=list)
    rejected: list[dict] = field(default_factory=list)
    rejected_count: int = 0

    def as_json(self) -> dict:
        return asdict(self)


def read(file: BinaryIO) -> Sheet:
    """The deductions of a CSV or XLSX file. Raises Invalid with a sentence when it is no table of deductions."""
    source = open_source(file)
    table, header, index = _headed(source)
    found = Sheet()
    for row in table.rows():
        if row.line <= header.line or not any(cell.strip() for cell in row.cells):
            continue
        try:
            found.lines.append(_line(row, index, source.epoch))
        except Cell as wrong:
            found.rejected_count += 1
            if len(found.rejected) < MOST_SHOWN:
                found.rejected.append(wrong.told(row.line, table.name))
        if len(found.lines) > MOST_LINES:
            raise Invalid(TOO_MANY)
    if not found.lines and not found.rejected:
        raise Invalid(NOTHING)
    return found


def template() -> bytes:
    """An XLSX file with the columns in the reader's language and one example row; numbers of terminals stay text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, bold, as_text = book.add_worksheet(), book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    sheet.set_column(0, len(COLUMNS) - 1, 16, as_text)
    for at, column in enumerate(COLUMNS):
        sheet.write_string(0, at, str(column.label), bold)
        sheet.write_string(1, at, str(column.example), as_text)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


class Cell(Exception):
    """A cell that cannot be read, and why."""

    def __init__(self, column: str, why: Text):
        super().__init__()
        self.column, self.why = column, why

    def told(self, line: int, sheet: str) -> dict:
        return {"line": line, "sheet": sheet, "column": self.column, "why": {"zh": self.why.zh, "en": self.why.en}}


def _headed(source: Source) -> tuple[Table, Row, dict[str, tuple[int, str]]]:
    """The first sheet with a header, its row, and where each field stands with the name above it."""
    for table in source.tables:
        for row in table.head:
            index: dict[str, tuple[int, str]] = {}
            for at, name in enumerate(row.cells):
                column = BY_HEADER.get(plain(name))
                if column and column.field not in index:
                    index[column.field] = (at, name.strip())
            if {"on", "amount"} <= index.keys():
                return table, row, index
    raise Invalid(NO_HEADER)


def _line(row: Row, index: dict[str, tuple[int, str]], epoch: date) -> dict:
    if row.fault:
        raise Cell(index["on"][1], row.fault)
    line: dict = {}
    for name, (at, header) in index.items():
        text = row.cells[at] if at < len(row.cells) else ""
        try:
            if fault := values.fault_of(text):
                raise BadValue(fault)
            line[name] = READERS[name](text, epoch)
        except BadValue as wrong:
            raise Cell(header, wrong.text) from None
    return {name: value for name, value in line.items() if value}


def _day(text: str, epoch: date) -> str:
    on = values.day(text, epoch)
    if on is None:
        raise BadValue(ROW["no_day"])
    if on > clock.today():
        raise BadValue(FUTURE)
    return on.isoformat()


def _amount(text: str, epoch: date) -> str:
    amount = values.amount(text)
    if amount is None or amount <= 0:
        raise BadValue(NO_AMOUNT)
    return str(amount)


def _number(text: str, epoch: date, longest: int) -> str:
    return values.identifier(text, longest=longest) or ""


def _words(text: str, epoch: date) -> str:
    return mask_text(text.strip())[:120]


def _kind(text: str, epoch: date) -> str:
    word = text.strip()
    if word and word.lower() not in KIND_WORDS:
        known = Text(
            *(
                "、".join(t.zh for t in reasons.LINE_KINDS.values()),
                ", ".join(t.en for t in reasons.LINE_KINDS.values()),
            )
        )
        raise BadValue(UNKNOWN_KIND, value=values.shown(word), known=known)
    return KIND_WORDS[word.lower()] if word else ""


READERS: dict[str, Callable[[str, date], str]] = {
    "on": _day, "amount": _amount, "fee_name": _words, "clause": _words, "store": _words, "kind": _kind,
    "tid": partial(_number, longest=8), "mid": partial(_number, longest=15),
}  # fmt: skip


def rows_told(rejected: list[dict], language: str) -> Iterator[dict]:
    """The rejected rows in the reader's language."""
    for reject in rejected:
        yield {**reject, "why": reject["why"]["en" if language.startswith("en") else "zh"]}
