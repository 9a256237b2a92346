"""Plain text with a light structure as a printable page and as a PDF. What documents say is written elsewhere.

The structure: the first line is the title; 一、 or "A. " opens a heading, （一） or "(a) " one below; "1. " is an item; rows have ｜ between their
cells; a line that begins with wide spaces stands on the right; anything else is a paragraph.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched, groupby
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

BAR = "｜"
MOST_ROWS = 200  # a longer table is drawn as plain lines: laying out its cells would take minutes
CHUNK = 40  # plain lines are laid out in pieces, so that the work grows with their number and not with its square
KINDS = (
    ("rows", re.compile(f".*{BAR}")),
    ("heading", re.compile(r"[一二三四五六七八九十]+、|[A-Z]\. ")),
    ("sub", re.compile(r"（[一二三四五六七八九十]+）|\([a-z]\) ")),
    ("item", re.compile(r"\d+\. ")),
    ("right", re.compile("　　")),
)


@dataclass(frozen=True, slots=True)
class Cell:
    text: str

    @property
    def is_figure(self) -> bool:
        """An amount, a day or a number: never broken into two lines."""
        return bool(re.fullmatch(r"[0-9A-Za-z,.-]{1,15}", self.text))


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document. `rows` are cells, the first row the header; `lines` are rows too many for a table."""

    kind: str  # title, heading, sub, item, right, text, rows, lines
    text: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()


def one_line(value: object) -> str:
    """What a person typed, fit to stand in a document: one line, nothing invisible, no cell border."""
    text = "".join(
        " " if c.isspace() else c for c in str(value or "") if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    return " ".join(text.replace(BAR, "|").split())


def row(*cells: object) -> str:
    """One row of a table; an empty cell is a dash."""
    return BAR.join(one_line(cell) or "-" for cell in cells)


def tidy(text: str) -> str:
    """A rendered template as it is kept: no blank ends of lines, at most one empty line in a row."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.strip().splitlines())) + "\n"


def blocks(text: str) -> Iterator[Block]:
    """The pieces of a text, the first line as its title."""
    lines = [line for line in text.splitlines() if line]
    if lines:
        yield Block("title", lines[0])
    for kind, run in groupby(lines[1:], _kind):
        if kind != "rows":
            yield from (Block(kind, line.strip()) for line in run)
            continue
        rows = list(run)
        if len(rows) <= MOST_ROWS:
            yield Block("rows", rows=tuple(tuple(map(Cell, line.split(BAR))) for line in rows))
        else:
            yield from (Block("lines", "\n".join(some)) for some in batched(rows, CHUNK))


def _kind(line: str) -> str:
    return next((kind for kind, pattern in KINDS if pattern.match(line)), "text")


def pdf(template: str, context: dict) -> bytes:
    """The document as A4 pages with its fonts inside. The same text gives the same bytes; nothing is fetched."""
    import weasyprint  # half a second and many megabytes, for those who make a PDF only

    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    sheet = Path(str(finders.find("css/document.css"))).read_text(encoding="utf-8")
    html = weasyprint.HTML(string=render_to_string(template, context), url_fetcher=nothing)
    return bytes(html.write_pdf(stylesheets=[weasyprint.CSS(string=sheet, url_fetcher=nothing)]))
