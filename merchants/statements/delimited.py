"""Text files: which encoding, which line ends, which delimiter, which quotes. Lines are numbered as an editor shows them."""

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Generator, Iterator
from typing import BinaryIO

from merchants.statements.faults import ROW
from merchants.statements.rows import Row

LONGEST_LINE = 1_048_576
LONGEST_QUOTE = 50
DELIMITERS = ",\t;|"
BY_LINE = "gb18030"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
_CHUNK = 1 << 20
Line = tuple[int, str, bool]


def detect_encoding(file: BinaryIO) -> str:
    """utf-8-sig, utf-16, utf-16-le, utf-16-be, utf-8, or BY_LINE when at least one line is something else."""
    file.seek(0)
    head = file.read(4096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for name, own, other in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if head[own::2].count(0) > len(head) / 8 and head[other::2].count(0) < len(head) / 64:
            return name
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return BY_LINE
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"


def is_binary(file: BinaryIO, encoding: str) -> bool:
    """Whether more than a tenth of the beginning is neither text nor white space."""
    file.seek(0)
    text = file.read(65_536).decode(encoding, "replace")
    return len(CONTROL.findall(text)) * 10 > len(text)


def lines(file: BinaryIO, encoding: str, seen: set[str]) -> Generator[Line]:
    """Each physical line (CR, LF or CRLF) with its number, and whether it was longer than LONGEST_LINE and cut there.

    `seen` gathers the encodings met. With BY_LINE each line is UTF-8 or GB18030 for itself.
    """
    file.seek(0)
    by_line = encoding == BY_LINE
    seen |= set() if by_line else {"utf-8" if encoding == "utf-8-sig" else encoding[:6]}
    wrapper = io.TextIOWrapper(file, "latin-1" if by_line else encoding, errors="replace", newline="")
    try:
        number, cut = 0, False
        while text := wrapper.readline(LONGEST_LINE):
            ended = text[-1] in "\r\n"
            if cut:
                cut = not ended
                continue
            number += 1
            cut = not ended and len(text) >= LONGEST_LINE
            text = text.rstrip("\r\n")
            yield number, _decoded(text.encode("latin-1"), seen) if by_line and not text.isascii() else text, cut
    finally:
        wrapper.detach()


def _decoded(raw: bytes, seen: set[str]) -> str:
    """One line that may be UTF-8 or GB18030. Three-byte sequences hardly ever come about in GB18030 by accident."""
    try:
        text = raw.decode("utf-8")
        if max(text) >= "\u0800" or not _is_gb18030(raw):
            seen.add("utf-8")
            return text
    except UnicodeDecodeError:
        if "utf-8" in seen and _is_damaged_utf8(raw):
            return raw.decode("utf-8", "replace")
    seen.add("gb18030")
    return raw.decode("gb18030", "replace")


def _is_gb18030(raw: bytes) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _is_damaged_utf8(raw: bytes) -> bool:
    text = raw.decode("utf-8", "replace")
    return sum(char >= "\u0800" for char in text) > 2 * text.count("\ufffd")


def delimiter_of(head: list[str]) -> str:
    """The delimiter that cuts one of the first lines into the most cells."""
    return max(DELIMITERS, key=lambda mark: max((line.count(mark) for line in head), default=0))


def rows(file: BinaryIO, encoding: str, delimiter: str, seen: set[str]) -> Generator[Row]:
    """The file cut into cells. A quote may span lines; one that never closes spoils its own line only."""
    source = lines(file, encoding, seen)
    waiting: deque[Line] = deque()
    full = 1
    try:
        while item := (waiting.popleft() if waiting else next(source, None)):
            number, text, cut = item
            if cut:
                yield Row(number, text.split(delimiter), "", ROW["too_long"])
                continue
            row = (
                _quoted(item, source, waiting, delimiter, full)
                if '"' in text
                else Row(number, text.split(delimiter), text)
            )
            full = max(len(row.cells) - 1, 1)
            yield row
    finally:
        source.close()


def _quoted(first: Line, source: Iterator[Line], waiting: deque[Line], delimiter: str, full: int) -> Row:
    """A line with quotes and those that go on inside them; a line that has all columns of its own is never taken in."""
    number, joined, _ = first
    taken: list[Line] = []
    while True:
        try:
            if not taken or '"' in taken[-1][1]:
                return Row(number, next(csv.reader([joined], delimiter=delimiter, strict=True), []), joined)
        except csv.Error as error:
            if "end of data" not in str(error):
                break
        following = waiting.popleft() if waiting else next(source, None)
        if following is None:
            break
        taken.append(following)
        if following[2] or following[1].count(delimiter) >= full or len(taken) > LONGEST_QUOTE:
            break
        joined += "\n" + following[1]
    waiting.extendleft(reversed(taken))
    return Row(number, first[1].split(delimiter), "", ROW["quote"])
