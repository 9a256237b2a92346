"""A statement file from opening to report: the one entrance for commands, jobs and tests. Stores nothing."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from config.text import Text
from merchants.statements.columns import MAX_COLUMNS
from merchants.statements.faults import StatementRefused, WrongUse
from merchants.statements.formats import FORMATS
from merchants.statements.layout import Layout, Run
from merchants.statements.mapping import Mapping
from merchants.statements.reading import Source, Table, open_source
from merchants.statements.records import Record


class Import:
    """One statement file being read: iterate over it for its records, then ask for its report.

    `file` is binary and seekable; `format` a code of FORMATS or `auto`; `mapping` the meaning of an unknown layout's
    columns, which comes before any format. Raises StatementRefused when the file as a whole cannot be read, and
    WrongUse for a format that does not exist. Two passes over the file, memory independent of its length.
    """

    def __init__(self, file: BinaryIO, card_key: bytes, format: str = "auto", mapping: Mapping | None = None):
        if format != "auto" and format not in FORMATS:
            raise WrongUse(UNKNOWN_FORMAT.format(format=format, known=", ".join(FORMATS)))
        self.source: Source = open_source(file, mapping.delimiter if mapping else None)
        self.run = Run(card_key)
        self.layout, self.tables = _chosen(self.source, format, mapping)

    def __iter__(self) -> Iterator[Record]:
        for table in self.tables:
            yield from self.layout.parse(self.source, table, self.run)

    def report(self, lang: str = "") -> dict[str, Any]:
        """What was read, as JSON (contracts.md §2). Complete once iterated.

        Sentences are in `lang` (zh or en); without one they are kept in both, as {"zh", "en"}. `totals` are the sums
        of the columns as printed; `control` sets them against the totals that the file states.
        """
        run = self.run
        return {
            "format": self.layout.code,
            "encoding": self.source.encoding,
            "sha256": self.source.sha256,
            "lines": run.lines,
            "accepted": run.accepted,
            "rejected": [_reject(reject, lang) for reject in run.rejected],
            "rejected_count": run.rejected_count,
            "totals": self._totals(),
            "control": self._control(),
            "columns": run.columns,
            "skipped_sheets": [table.name for table in self.source.tables if table not in self.tables],
        }

    def _totals(self) -> dict[str, str]:
        sums: dict[str, Decimal] = {}
        for totals in self.run.totals:
            for name, value in zip(totals.fields, totals.sums(), strict=True):
                sums[name] = sums.get(name, Decimal(0)) + value
        return {name: str(value) for name, value in sums.items()}

    def _control(self) -> dict[str, Any]:
        controls = [totals.control() for totals in self.run.totals]
        checks = [check for control in controls for check in control["checks"]]
        return {"ok": all(check["ok"] for check in checks) if checks else None, "checks": checks}


UNKNOWN_FORMAT = Text(
    "没有「{format}」这种格式。可用：auto, {known}。", "There is no format “{format}”. Known are: auto, {known}."
)


def _chosen(source: Source, code: str, mapping: Mapping | None) -> tuple[Layout, list[Table]]:
    """The layout that fits most surely, and the sheets it fits; sheets without a statement are left out."""
    candidates = [mapping.layout] if mapping else [FORMATS[code]] if code != "auto" else list(FORMATS.values())
    scored = [(layout.detect(table.head), layout) for table in source.tables for layout in candidates]
    certainty, layout = max(scored, key=lambda pair: pair[0])
    if not certainty:
        if code != "auto" and not mapping:
            raise StatementRefused("not_this_format", format=layout.name)
        wide = next((row for table in source.tables for row in table.head if len(row.cells) > MAX_COLUMNS), None)
        raise StatementRefused("too_wide", line=wide.line, limit=MAX_COLUMNS) if wide else StatementRefused("no_header")
    return layout, [table for table in source.tables if layout.detect(table.head)]


def _reject(reject, lang: str) -> dict[str, Any]:
    why = getattr(reject.why, lang) if lang else {"zh": reject.why.zh, "en": reject.why.en}
    row = {"line": reject.line, "column": reject.column, "why": why}
    return row | ({"sheet": reject.sheet} if reject.sheet else {})
