"""XLSX files, read as a stream and with suspicion: nothing is unpacked to disk, followed, run or calculated.

Numbers keep the digits that the file writes, so that what a spreadsheet may have damaged can be refused.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO
from xml.parsers import expat

from merchants.statements.faults import StatementRefused
from merchants.statements.rows import Row
from merchants.statements.values import EPOCH_1900, EPOCH_1904, Broken, Number, from_serial

MAX_ENTRIES = 1_000
MAX_RATIO = 100
MAX_UNPACKED = 500 * 1024 * 1024
MAX_STRINGS = 64 * 1024 * 1024
MAX_SMALL = 8 * 1024 * 1024
MAX_COLUMNS = 1_000
_CHUNK = 1 << 16
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}


@dataclass(frozen=True)
class Sheet:
    name: str
    part: str


class Workbook:
    """An XLSX file whose directory was checked before anything was unpacked."""

    def __init__(self, file: BinaryIO):
        try:
            self.zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise StatementRefused("xlsx_broken", where="zip") from None
        self.names = self._checked()
        self.sheets, self.epoch = self._sheets()
        self.dates = self._date_styles() if "xl/styles.xml" in self.names else []
        self.strings = self._strings() if "xl/sharedStrings.xml" in self.names else []

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        entries = self.zip.infolist()
        total = sum(entry.file_size for entry in entries)
        if len(entries) > MAX_ENTRIES or total > MAX_UNPACKED:
            raise StatementRefused("xlsx_bomb")
        for entry in entries:
            if entry.file_size > max(entry.compress_size, 1) * MAX_RATIO and entry.file_size > 1 << 20:
                raise StatementRefused("xlsx_bomb")
            if entry.flag_bits & 1:
                raise StatementRefused("encrypted")
        names = {entry.filename.lstrip("/"): entry for entry in entries}
        if "xl/workbook.xml" not in names:
            raise StatementRefused("archive")
        return names

    def _sheets(self) -> tuple[list[Sheet], date]:
        targets: dict[str, str] = {}
        sheets: list[Sheet] = []
        epoch = [EPOCH_1900]

        def relation(tag: str, at: dict[str, str]) -> None:
            if tag == "Relationship" and at.get("TargetMode") != "External":
                target = at.get("Target", "")
                targets[at.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

        def sheet(tag: str, at: dict[str, str]) -> None:
            if tag == "workbookPr" and at.get("date1904") in ("1", "true"):
                epoch[0] = EPOCH_1904
            part = targets.get(next((value for key, value in at.items() if key.endswith(":id")), ""), "")
            if tag == "sheet" and at.get("state", "visible") == "visible" and part in self.names:
                sheets.append(Sheet(at.get("name", ""), part))

        if "xl/_rels/workbook.xml.rels" in self.names:
            self._walk("xl/_rels/workbook.xml.rels", relation, MAX_SMALL)
        self._walk("xl/workbook.xml", sheet, MAX_SMALL)
        return sheets, epoch[0]

    def _date_styles(self) -> list[bool]:
        formats: dict[str, str] = {}
        styles: list[bool] = []
        inside = [False]

        def start(tag: str, at: dict[str, str]) -> None:
            if tag == "numFmt":
                formats[at.get("numFmtId", "")] = at.get("formatCode", "")
            elif tag in ("cellXfs", "cellStyleXfs"):
                inside[0] = tag == "cellXfs"
            elif tag == "xf" and inside[0]:
                key = at.get("numFmtId", "0")
                styles.append(_is_date(formats[key]) if key in formats else key.isdigit() and int(key) in _DATE_IDS)
            elif tag == "cellStyles":
                inside[0] = False

        self._walk("xl/styles.xml", start, MAX_SMALL)
        return styles

    def _strings(self) -> list[str]:
        strings: list[str] = []
        parts: list[str] = []
        state = {"in": False, "phonetic": False}

        def start(tag: str, at: dict[str, str]) -> None:
            if tag == "si":
                parts.clear()
            elif tag == "rPh":
                state["phonetic"] = True
            elif tag == "t":
                state["in"] = not state["phonetic"]

        def end(tag: str) -> None:
            if tag == "si":
                strings.append("".join(parts))
            elif tag == "rPh":
                state["phonetic"] = False
            elif tag == "t":
                state["in"] = False

        def text(data: str) -> None:
            if state["in"]:
                parts.append(data)

        self._walk("xl/sharedStrings.xml", start, MAX_STRINGS, end, text)
        return strings

    def _walk(self, part: str, start: Callable, limit: int, end: Callable | None = None, text: Callable | None = None):
        if self.names[part].file_size > limit:
            raise StatementRefused("xlsx_bomb")
        parser = safe_parser(start, end, text)
        for _ in self._feed(part, parser):
            pass

    def _feed(self, part: str, parser) -> Iterator[None]:
        try:
            with self.zip.open(self.names[part]) as stream:
                while chunk := stream.read(_CHUNK):
                    parser.Parse(chunk, False)
                    yield
                parser.Parse(b"", True)
        except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, LookupError, RuntimeError):
            raise StatementRefused("xlsx_broken", where=part) from None

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows that hold anything, with the sheet's own row numbers; the declared dimension is not believed."""
        cells = _Cells(self.strings, self.dates, self.epoch)
        parser = safe_parser(cells.start, cells.end, cells.text)
        for _ in self._feed(sheet.part, parser):
            yield from cells.done
            cells.done.clear()
        yield from cells.done


class _Cells:
    """Gathers the cells of a sheet while its XML streams by."""

    def __init__(self, strings: list[str], dates: list[bool], epoch: date):
        self.strings, self.dates, self.epoch = strings, dates, epoch
        self.done: list[Row] = []
        self.line = self.column = 0
        self.cells: list[str] = []
        self.kind = self.style = ""
        self.parts: list[str] = []
        self.taking = self.formula = self.valued = self.phonetic = False

    def start(self, tag: str, at: dict[str, str]) -> None:
        if tag == "c":
            self.column = _column(at["r"]) if "r" in at else self.column + 1
            self.kind, self.style, self.formula, self.valued = at.get("t", "n"), at.get("s", ""), False, False
            self.parts.clear()
        elif tag == "v" or (tag == "t" and not self.phonetic):
            self.taking = self.valued = True
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            line = at.get("r", "")
            self.line = int(line) if line.isdigit() and len(line) < 9 else self.line + 1
            self.column, self.cells = 0, []
        elif tag == "rPh":
            self.phonetic = True

    def text(self, data: str) -> None:
        if self.taking:
            self.parts.append(data)

    def end(self, tag: str) -> None:
        if tag == "c":
            if self.parts or self.formula:
                self._keep()
        elif tag in ("v", "t"):
            self.taking = False
        elif tag == "row":
            if self.cells:
                self.done.append(Row(self.line, self.cells))
        elif tag == "rPh":
            self.phonetic = False

    def _keep(self) -> None:
        if not 0 < self.column <= MAX_COLUMNS:
            raise StatementRefused("too_wide", line=self.line, limit=MAX_COLUMNS)
        missing = self.column - len(self.cells)
        if missing > 0:
            self.cells.extend([""] * missing)
        self.cells[self.column - 1] = self._value("".join(self.parts))

    def _value(self, text: str) -> str:
        kind = self.kind
        if kind == "s":
            return self.strings[int(text)] if text.isdigit() and int(text) < len(self.strings) else Broken("#REF!")
        if kind in ("inlineStr", "str", "d"):
            return text if self.valued else Broken("=")
        if kind == "e":
            return Broken(text or "#N/A")
        if kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        if not text:
            return Broken("=")
        style = int(self.style) if self.style.isdigit() else 0
        if style < len(self.dates) and self.dates[style] and re.fullmatch(r"\d{1,6}(\.\d+)?(E-\d+)?", text):
            return from_serial(text, self.epoch)
        return Number(text)


def safe_parser(start: Callable, end: Callable | None = None, text: Callable | None = None):
    """An XML parser that refuses every document type definition, so no entity is ever defined or fetched."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, at: start(tag if ":" not in tag else tag.rpartition(":")[2], at)
    if end:
        parser.EndElementHandler = lambda tag: end(tag if ":" not in tag else tag.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_doctype
    return parser


def _no_doctype(*_: object) -> None:
    raise StatementRefused("xlsx_entities")


def _is_date(code: str) -> bool:
    plain = re.sub(r'"[^"]*"|\\.|\[[^\]hmsHMS]*\]|_.', "", code)
    return "general" not in plain.lower() and bool(re.search(r"[ymdhsYMDHS]", plain))


def _column(reference: str) -> int:
    number = 0
    for char in reference:
        if not char.isalpha():
            break
        number = number * 26 + (ord(char) & 31)
    return number
