"""Helpers of these tests: a statement from bytes, and workbooks made cell by cell."""

import io
import zipfile
from pathlib import Path
from typing import Any

import xlsxwriter

from merchants.statements.importing import Import
from merchants.statements.records import Record

SAMPLES = Path(__file__).parent / "samples"
KEY = b"a key for tests"


def read(data: bytes | str, **options: Any) -> tuple[list[Record], dict[str, Any]]:
    """All records and the report (in Chinese) of a file's bytes; text is taken as UTF-8."""
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    statement = Import(file, KEY, **options)
    return list(statement), statement.report("zh")


def sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def cells(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.splitlines()]


def text_of(rows: list[list[str]]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)


def workbook(rows: list[list[Any]], name: str = "对账单", **options: Any) -> bytes:
    """An XLSX file of these rows, with numbers as numbers and text as text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet(name)
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, column, value)
                elif value is not None:
                    sheet.write(line, column, value)
    return file.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
