"""A row as every kind of file gives it."""

from typing import NamedTuple

from config.text import Text


class Row(NamedTuple):
    """One row as it stands in the file: `line` is the physical line or the sheet's row, `raw` the text of the line.

    `fault` says why the whole row cannot be read; `cells` then reach as far as the fault. `raw` is empty for a sheet.
    """

    line: int
    cells: list[str]
    raw: str = ""
    fault: Text | None = None
