"""Tables that go out as files: CSV and XLSX, in which no cell is ever a formula and no number loses its zeros.

What stands in them is said where they are asked for; tables that come in are read in merchants/statements.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

import xlsxwriter

from config import clock
from config.actors import Actor
from config.models import AccessRecord

FORMULA = ("=", "+", "-", "@", "\t", "\r")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Cell = str | Decimal


def written(kind: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    return WRITERS[kind](header, rows)


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads it; a cell that would be a formula begins with an apostrophe."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([_plain(name) for name in header])
    table.writerows([_plain(cell) for cell in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def _plain(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def as_xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Texts are written as texts, whatever they look like; only amounts are numbers."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        as_text, money = book.add_format({"num_format": "@"}), book.add_format({"num_format": "#,##0.00"})
        sheet.set_column(0, len(header) - 1, 18, as_text)
        for at, name in enumerate(header):
            sheet.write_string(0, at, name, bold)
        for line, row in enumerate(rows, 1):
            for at, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(line, at, cell, money)
                else:
                    sheet.write_string(line, at, cell[:32_000], as_text)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


WRITERS = {"csv": as_csv, "xlsx": as_xlsx}


def record_export(actor: Actor, route: str, **facts) -> None:
    """Who took which table out, and how long it was."""
    AccessRecord(
        at=clock.now(), user_id=actor.user_id, organisation_id=actor.organisation_id, what="export", route=route[:300],
        facts=facts,
    ).save(force_insert=True)  # fmt: skip
