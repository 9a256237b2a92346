"""From a file's bytes to numbered rows of text, whatever its kind. What the columns mean is decided elsewhere."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from typing import BinaryIO

from merchants.statements import delimited
from merchants.statements.faults import StatementRefused
from merchants.statements.rows import Row
from merchants.statements.spreadsheet import Workbook
from merchants.statements.values import EPOCH_1900

MAX_BYTES = 500 * 1024 * 1024
HEAD_ROWS = 60
_CHUNK = 1 << 20

_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ARCHIVES = (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_KINDS = {
    b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"{\\rtf": "RTF", b"\x7fELF": "ELF",
    b"MZ\x90": "EXE", b"SQLite format 3": "SQLite", b"PAR1": "Parquet",
}  # fmt: skip
_HTML = (b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta", b"<script", b"<div", b"<style")


@dataclass(frozen=True)
class Table:
    """One sheet, or a text file as a whole. `rows()` starts from the top each time; `head` is its first rows."""

    name: str
    head: list[Row]
    rows: Callable[[], Iterator[Row]]


@dataclass
class Source:
    """An open statement file. `sha256` is that of its bytes; `encodings` is complete once the rows were read."""

    sha256: str
    tables: list[Table]
    encodings: set[str] = field(default_factory=set)
    epoch: date = EPOCH_1900

    @property
    def encoding(self) -> str:
        """utf-8, utf-16, gb18030 or xlsx; mixed where lines of one file differ."""
        return "mixed" if len(self.encodings) > 1 else next(iter(self.encodings), "utf-8")


def open_source(file: BinaryIO, delimiter: str | None = None) -> Source:
    """Read a CSV or XLSX file, known by its content and never by its name. The file must be seekable.

    Raises StatementRefused with a sentence for whatever is not a table.
    """
    digest, size, head = _measure(file)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise StatementRefused("empty")
    if size > MAX_BYTES:
        raise StatementRefused("too_large", limit=MAX_BYTES // 1024**2)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _open_workbook(file, digest)
    _refuse_other_kinds(file, head)
    return _open_text(file, digest, delimiter)


def _measure(file: BinaryIO) -> tuple[str, int, bytes]:
    file.seek(0)
    head = file.read(_CHUNK)
    digest, size = hashlib.sha256(head), len(head)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size, head


def _refuse_other_kinds(file: BinaryIO, head: bytes) -> None:
    if head.startswith(_OLE):
        file.seek(0)
        raise StatementRefused("encrypted" if _ENCRYPTED in file.read(8 * _CHUNK) else "old_excel")
    if head.startswith(_ARCHIVES):
        raise StatementRefused("archive")
    for magic, kind in _KINDS.items():
        if head.startswith(magic):
            raise StatementRefused("other_type", kind=kind)
    start = head[:2048].removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe \t\r\n").lower()
    if start.startswith(_HTML) or (start.startswith(b"<?xml") and b"<html" in start):
        raise StatementRefused("html")
    if start.startswith(b"<?xml"):
        raise StatementRefused("other_type", kind="XML")


def _open_workbook(file: BinaryIO, digest: str) -> Source:
    book = Workbook(file)
    tables = []
    for sheet in book.sheets:
        rows = partial(book.rows, sheet)
        head = _head(rows)
        if head:
            tables.append(Table(sheet.name, head, rows))
    if not tables:
        raise StatementRefused("empty")
    return Source(digest, tables, {"xlsx"}, book.epoch)


def _open_text(file: BinaryIO, digest: str, delimiter: str | None) -> Source:
    encoding = delimited.detect_encoding(file)
    if delimited.is_binary(file, encoding):
        raise StatementRefused("binary")
    lines = delimited.lines(file, encoding, set())
    mark = delimiter or delimited.delimiter_of([text for _, text, _ in islice(lines, HEAD_ROWS)])
    lines.close()
    seen: set[str] = set()
    rows = partial(delimited.rows, file, encoding, mark, seen)
    return Source(digest, [Table("", _head(rows), rows)], seen)


def _head(rows: Callable[[], Iterator[Row]]) -> list[Row]:
    reading = rows()
    head = list(islice(reading, HEAD_ROWS))
    reading.close()  # type: ignore[attr-defined]
    return head
