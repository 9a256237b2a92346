"""Tables of records: the template to fill in, and its reading row by row; good rows are kept, the others named.

Which columns there are is record_columns.py's. Statement files of acquirers are merchants/statements.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

import xlsxwriter
from django.db import transaction
from rest_framework import serializers

from config import http, tenancy
from config.actors import Actor
from config.errors import Fault, Invalid, Refused
from config.text import Text
from merchants.services import plain_records
from merchants.services.plain_records import Noun
from merchants.services.record_columns import COLUMNS, Column
from merchants.statements import values
from merchants.statements.columns import plain
from merchants.statements.faults import BadValue
from merchants.statements.reading import Source, Table, open_source
from merchants.statements.rows import Row

MOST_ROWS = 2000
MOST_SHOWN = 200  # rejected rows are listed up to here and counted beyond
EXAMPLE = Text("例：", "e.g. ")
ALONE = {"cutover_from", "cutover_to"}  # read when they come, left out of the template
BARE = {"required", "null", "blank"}

NO_HEADER = Text(
    "没有找到表头。第一行要有{names}，可以先下载模板。",
    "No header was found. The first row needs {names}; you can download the template.",
)
TOO_MANY = Text("一个表格最多 2,000 行，请分成几份。", "A table holds at most 2,000 rows. Split it.")
NOTHING = Text("表格里一行也没有。", "The table has no rows.")
NEEDED = Text("这一格要填写。", "This cell is needed.")
OF_FIRST = Text(
    "它属于第 {line} 行的{one}，那一行没有读入。", "It belongs to the {one} in row {line}, which was not taken."
)


@dataclass
class Taken:
    """What a table brought: records added, completed and known already, and every row that was not taken."""

    added: int = 0
    completed: int = 0
    known: int = 0
    rejected: list[dict] = field(default_factory=list)  # [{line, sheet, column, why}]
    rejected_count: int = 0

    @property
    def good(self) -> int:
        return self.added + self.completed

    def reject(self, line: int, sheet: str, column: str, why: str) -> None:
        self.rejected_count += 1
        if len(self.rejected) < MOST_SHOWN:
            self.rejected.append({"line": line, "sheet": sheet, "column": column, "why": why})


@dataclass
class Part:
    """One row of a record: a fee, a clause, a visit; and the line it stands on."""

    name: str
    line: int
    cells: dict


@dataclass
class Record:
    """One record of the table: the line it begins on, its own cells, its rows, the further lines it takes."""

    line: int
    own: dict
    parts: list[Part] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def data(self) -> dict:
        found = dict(self.own)
        for part in self.parts:
            found.setdefault(part.name, []).append(part.cells)
        return found

    def part_at(self, pointer: list[str]) -> Part | None:
        """The row that a fault is about."""
        if len(pointer) < 2 or not pointer[1].isdecimal():
            return None
        return [part for part in self.parts if part.name == pointer[0]][int(pointer[1])]


def template(noun: Noun) -> bytes:
    """An XLSX file with the headers in the reader's language and one example row, which reading leaves out."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, bold, as_text = book.add_worksheet(), book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    shown = [column for column in COLUMNS[noun.name] if column.field not in ALONE]
    sheet.set_column(0, len(shown) - 1, 16, as_text)
    for at, column in enumerate(shown):
        sheet.write_string(0, at, str(column.label), bold)
        sheet.write_string(1, at, f"{EXAMPLE if at == 0 else ''}{column.example}", as_text)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def look(actor: Actor, noun: Noun, file: BinaryIO, form: type[serializers.Serializer]) -> Taken:
    """What a table would bring; nothing is kept."""
    with transaction.atomic():
        found = take(actor, noun, file, form)
        transaction.set_rollback(True)
        return found


def take(actor: Actor, noun: Noun, file: BinaryIO, form: type[serializers.Serializer]) -> Taken:
    """Keeps the good rows of a CSV or XLSX file; the same file again adds nothing. Raises Invalid for what is no table."""
    source = open_source(file)
    table, header, index = _headed(source, noun)
    found = Taken()
    with tenancy.acting(actor):
        for record in _records(noun, table, header, index, source.epoch, found):
            _keep(actor, noun, record, form, _names(index), table.name, found)
    found.rejected.sort(key=lambda one: one["line"])
    if not found.good and not found.known and not found.rejected:
        raise Invalid(NOTHING)
    return found


def _headed(source: Source, noun: Noun) -> tuple[Table, Row, dict[int, tuple[Column, str]]]:
    """The first sheet with a header, its row, and the column that each place holds with the name above it."""
    columns = COLUMNS[noun.name]
    needed = [column for column in columns if column.needed]
    for table in source.tables:
        for row in table.head:
            index: dict[int, tuple[Column, str]] = {}
            for at, name in enumerate(row.cells):
                held = {column.field for column, _name in index.values()}
                column = next((one for one in columns if plain(name) in one.headers and one.field not in held), None)
                if column and plain(name):
                    index[at] = (column, name.strip())
            if all(any(one is column for one, _name in index.values()) for column in needed):
                return table, row, index
    names = Text("、".join(f"「{c.label.zh}」" for c in needed), ", ".join(f"“{c.label.en}”" for c in needed))
    raise Invalid(NO_HEADER.format(names=names))


def _names(index: dict[int, tuple[Column, str]]) -> dict[str, str]:
    return {column.field: name for column, name in index.values()}


def _records(noun: Noun, table: Table, header: Row, index, epoch: date, found: Taken) -> Iterator[Record]:
    """The records one after another. A row that says nothing else of its own goes on with the record above."""
    current: Record | None = None
    for count, row in enumerate(_filled(table, header)):
        if count >= MOST_ROWS:
            raise Invalid(TOO_MANY)
        try:
            own, parts = _read(row, index, epoch)
        except Cell as wrong:
            found.reject(row.line, table.name, wrong.column, str(wrong.why))
            continue
        goes_on = current and parts and all(current.own.get(name) == value for name, value in own.items())
        if current is None or not goes_on:
            if current:
                yield current
            current = Record(row.line, own)
        else:
            current.lines.append(row.line)
        current.parts += [Part(name, row.line, cells) for name, cells in parts.items()]
    if current:
        yield current


def _filled(table: Table, header: Row) -> Iterator[Row]:
    for row in table.rows():
        first = next((cell.strip() for cell in row.cells if cell.strip()), "")
        if row.line > header.line and first and not first.startswith((EXAMPLE.zh, EXAMPLE.en)):
            yield row


class Cell(Exception):
    """A cell that cannot be read, and why."""

    def __init__(self, column: str, why: Text):
        super().__init__()
        self.column, self.why = column, why


def _read(row: Row, index: dict[int, tuple[Column, str]], epoch: date) -> tuple[dict, dict[str, dict]]:
    own: dict = {}
    parts: dict[str, dict] = {}
    for at, (column, name) in index.items():
        if row.fault:
            raise Cell(name, row.fault)
        text = row.cells[at] if at < len(row.cells) else ""
        try:
            if fault := values.fault_of(text):
                raise BadValue(fault)
            value = column.read(text, epoch)
        except BadValue as wrong:
            raise Cell(name, wrong.text) from None
        if value:
            part, dot, inner = column.field.partition(".")
            (parts.setdefault(part, {}) if dot else own)[inner or part] = value
    return own, parts


def _keep(actor: Actor, noun: Noun, record: Record, form, names: dict[str, str], sheet: str, found: Taken) -> None:
    """Takes a record; a row of it that is wrong is left out, and the rest tried again."""
    while True:
        fault = _taken(actor, noun, record.data(), form, found)
        if fault is None:
            return
        pointer = [part for part in fault.pointer.split("/") if part]
        part, why = record.part_at(pointer), str(NEEDED if fault.code in BARE else fault.text)
        column = _column(noun, names, pointer)
        if part is None:
            found.reject(record.line, sheet, column, why)
            for line in record.lines:
                found.reject(line, sheet, "", str(OF_FIRST.format(line=record.line, one=noun.kind.one)))
            return
        found.reject(part.line, sheet, column, why)
        record.parts.remove(part)


def _column(noun: Noun, names: dict[str, str], pointer: list[str]) -> str:
    """The header above what is wrong, as the file has it."""
    field = ".".join(part for part in pointer if not part.isdecimal())
    known = {column.field: str(column.label) for column in COLUMNS[noun.name]}
    return names.get(field) or known.get(field, "")


def _taken(actor: Actor, noun: Noun, data: dict, form, found: Taken) -> Fault | None:
    """Keeps one record and counts it; else the first thing that is wrong with it."""
    try:
        checked = form(data=data)
        checked.is_valid(raise_exception=True)
        outcome = plain_records.take(actor, noun, checked.validated_data)
    except serializers.ValidationError as wrong:
        return next(http.faults_of(wrong.detail))
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return refusal.faults[0] if refusal.faults else Fault("", refusal.code, refusal.text)
    setattr(found, outcome, getattr(found, outcome) + 1)
    return None
