"""One cell's text made into money, a day, a time of day, a rate or an identifier. Nothing is guessed: doubt is refused."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

from config.clock import SHANGHAI
from config.text import Text
from merchants.statements.faults import ROW, VALUE, BadValue

YEARS = (2000, 2037)
CENT = Decimal("0.01")
BLANK = frozenset({"", "-", "--", "/", "—", "——", "无"})  # how statements print an empty cell


class Number(str):
    """A cell that the sheet holds as a number; the text is the number as the file writes it."""

    __slots__ = ()


class Broken(str):
    """A cell that has no value: a formula without a result, or an error. The text is what the sheet shows."""

    __slots__ = ()


def tidy(text: str) -> str:
    """The cell without blanks around it, spreadsheet apostrophes and full-width forms."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    return text.strip(" \t\r\n'\ufeff\u200b")


def shown(text: str) -> str:
    """The value as a message may quote it: short, and never a whole card number."""
    text = re.sub(r"\d(?=\d{4})", "*", text) if re.search(r"\d{13}", text) else text
    return text if len(text) <= 40 else text[:40] + "…"


_PLAIN = re.compile(r"\d{1,12}(?:\.\d{1,2})?")
_AMOUNT = re.compile(r"([-+]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?")


def amount(text: str) -> Decimal | None:
    """Yuan with two decimals; empty for a blank cell. `(12.00)` is negative, `-0` is zero.

    Refused: more than two decimals, scientific notation, NaN, `1.234,56`, more than 12 digits before the point.
    """
    if _PLAIN.fullmatch(text) and type(text) is not Broken and text.isascii():
        return Decimal(text).quantize(CENT)
    kind, text = type(text), tidy(text)
    if text in BLANK and kind is not Broken:
        return None
    if kind is not str:
        text = _from_number(text, kind)
    core = re.sub(r"[¥\s]|元|CNY|RMB", "", text) if len(text) <= 60 else text
    negative = core.startswith("(") and core.endswith(")")
    match = _AMOUNT.fullmatch(core[1:-1] if negative else core) if len(core) <= 60 else None
    if not match or (negative and match[1]):
        raise BadValue(VALUE["amount_comma" if _ambiguous(core) else "amount"], value=shown(text))
    whole, decimals = match[2].replace(",", "").lstrip("0"), match[3] or ""
    if len(decimals) > 2:
        raise BadValue(VALUE["amount_decimals"], value=shown(text))
    if len(whole) > 12:
        raise BadValue(VALUE["amount_large"], value=shown(text))
    value = Decimal(f"{whole or '0'}.{decimals or '0'}").quantize(CENT)
    return -value if (negative or match[1] == "-") and value else value


def _from_number(text: str, kind: type) -> str:
    """A sheet's binary number as the fifteen digits the spreadsheet itself shows, so 18448.639999999999 is 18448.64."""
    if kind is Broken:
        raise BadValue(ROW["cell_error" if text.startswith("#") else "formula"], value=text)
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return text
    places = 14 - number.adjusted() if number else 0
    return format(round(number, max(places, 0)).normalize() if number else number, "f")


def _ambiguous(core: str) -> bool:
    return len(core) <= 60 and bool(re.fullmatch(r"[-+(]?[\d.,]*\d,\d*[\d.,]*\)?", core))


def rate(text: str) -> Decimal | None:
    """A fee rate as a fraction: `0.60%` and `0.006` are the same; empty for a blank cell."""
    core = tidy(text)
    if not core:
        return None
    if not re.fullmatch(r"-?\d{1,3}(\.\d{1,8})?%?", core):
        raise BadValue(VALUE["number"], value=shown(core))
    return Decimal(core[:-1]) / 100 if core.endswith("%") else Decimal(core)


_DAY = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


@lru_cache(maxsize=4096)
def _day(core: str, epoch: date) -> date:
    match = _DAY.fullmatch(core)
    if match:
        year, month, on = int(match[1]), match[3] or match[5] or match[7], match[4] or match[6] or match[8]
        if not YEARS[0] <= year <= YEARS[1]:
            raise BadValue(VALUE["year"], value=shown(core), first=YEARS[0], last=YEARS[1])
        try:
            return date(year, int(month), int(on))
        except ValueError:
            raise BadValue(VALUE["no_such_day"], value=shown(core)) from None
    if _SERIAL.fullmatch(core):
        value = epoch + timedelta(days=int(core[:5]))
        if not YEARS[0] <= value.year <= YEARS[1]:
            raise BadValue(VALUE["year"], value=shown(core), first=YEARS[0], last=YEARS[1])
        return value
    raise BadValue(VALUE["day"], value=shown(core))


def day(text: str, epoch: date = EPOCH_1900) -> date | None:
    """A calendar day: `20260922`, `2026/9/22`, `2026-09-22`, `2026年9月22日` or a spreadsheet serial; blank is empty.

    A midnight written behind the day is left out; years outside YEARS are refused as implausible.
    """
    if type(text) is Broken:
        _from_number(text, Broken)
    core = tidy(text)
    if core in BLANK:
        return None
    if len(core) > 10 and (tail := re.fullmatch(r"(.{8,11}?)[T ]+0{1,2}:00(:00(\.0+)?)?", core)):
        core = tail[1].strip()
    return _day(core[:64], epoch)


_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{2})")


@lru_cache(maxsize=16384)
def _clock(core: str) -> time:
    match = _CLOCK.fullmatch(core) or _COMPACT.fullmatch(core)
    try:
        if match:
            return time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        pass
    raise BadValue(VALUE["clock"], value=shown(core))


def clock(text: str) -> time | None:
    """A time of day: `13:42:10`, `13:42` or `134210`; blank is empty."""
    core = tidy(text)
    if type(text) is Number and core.isdigit():
        core = core.zfill(6)
    return _clock(core[:64]) if core else None


_INSTANT = re.compile(r"(.{8,11}?)(?:[T ]+|(?<=日))(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|[+-]\d{2}:?\d{2})?")


def instant(text: str, epoch: date = EPOCH_1900) -> datetime | None:
    """A day with a time of day in one cell, in Shanghai where no offset is written; empty when it is not of that form."""
    core = tidy(text)
    if len(core) == 14 and core.isdigit() and type(text) is str:
        core = f"{core[:8]} {core[8:10]}:{core[10:12]}:{core[12:]}"
    if "." in core and len(core) <= 24 and _SERIAL.fullmatch(core):
        core = from_serial(core, epoch)
    match = _INSTANT.fullmatch(core) if len(core) <= 48 else None
    if not match:
        return None
    at = datetime.combine(_day(match[1].strip(), epoch), _clock(match[2]))
    return at.replace(tzinfo=_offset(match[3])).astimezone(SHANGHAI)


def from_serial(number: str, epoch: date) -> str:
    """A spreadsheet's date number as text: the day, the time of day, or both; rounded to whole seconds."""
    seconds = round(Decimal(number) * 86_400)
    if not 0 <= seconds < 86_400 * 100_000:
        return number
    days, rest = divmod(seconds, 86_400)
    at = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    if not days:
        return at
    on = (epoch + timedelta(days=days)).isoformat()
    return f"{on} {at}" if rest else on


def _offset(text: str | None):
    if text is None:
        return SHANGHAI
    if text == "Z":
        return UTC
    span = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    if span >= timedelta(hours=24):
        raise BadValue(VALUE["clock"], value=text)
    return timezone(-span if text[0] == "-" else span)


_SCIENTIFIC = re.compile(r"[-+]?\d(?:\.\d+)?[eE]\+?\d{1,4}")
_IDENTIFIER = re.compile(r"[0-9A-Za-z_./#:|@-]+")
LONGEST = 64


def identifier(text: str, width: int = 0, fill: bool = False, longest: int = LONGEST) -> str | None:
    """A number or code as printed, without blanks around it; blank is empty.

    `width` is the fixed length where there is one: a spreadsheet's number that is shorter may have lost zeros and is
    refused, unless `fill` says that zeros on the left carry no meaning (batch and trace). Long numbers stored as
    numeric values are refused: a spreadsheet keeps fifteen digits, and six once it went through a CSV.
    """
    core = text if text.isalnum() and text.isascii() else tidy(text)
    if core in BLANK and type(text) is not Broken:
        return None
    if type(text) is not str:
        core = _numeric_identifier(core, type(text), 0 if fill else width)
    elif _SCIENTIFIC.fullmatch(core):
        raise BadValue(VALUE["scientific"], value=shown(core))
    if len(core) > longest or not _IDENTIFIER.fullmatch(core):
        raise BadValue(VALUE["identifier"], value=shown(core), limit=longest)
    return core.zfill(width) if fill and len(core) < width and core.isdigit() else core


def _numeric_identifier(core: str, kind: type, width: int) -> str:
    if kind is Broken:
        _from_number(core, kind)
    if not core.isdigit():
        raise BadValue(VALUE["scientific"], value=shown(core))
    if len(core) > 11:
        raise BadValue(VALUE["long_number"], value=shown(core))
    if len(core) < width:
        raise BadValue(VALUE["lost_zero"], value=shown(core), want=width)
    return core


def fault_of(text: str) -> Text | None:
    """Why a cell's text cannot be trusted, whatever it should mean: damaged bytes or control characters."""
    if "\ufffd" in text:
        return ROW["encoding"]
    return ROW["control_char"] if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text) else None
