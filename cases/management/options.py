"""What the commands of the law read from their options: amounts, days, rates, with one sentence for what is wrong."""

import re
from datetime import date
from decimal import Decimal

from rest_framework.exceptions import ValidationError

from cases.law.periods import WrongUse
from config.clock import FIRST_YEAR, LAST_YEAR
from config.fields import Money
from config.text import Text

RATE = re.compile(r"\d{1,3}(\.\d{1,6})?", re.ASCII)


def amount(text: str) -> Decimal:
    """Yuan above zero, as the fields of pages and API take them."""
    try:
        return Money().to_internal_value(text)
    except ValidationError as error:
        wrong = Text("「{text}」不是金额，请写成 1680.50（元，大于 0，最多两位小数，不超过 999,999,999.99）。",
                     "“{text}” is no amount; write it as 1680.50 (yuan above 0, at most two decimals, up to 999,999,999.99).")  # fmt: skip
        raise WrongUse(wrong.format(text=text)) from error


def rate(flag: str, text: str | None) -> Decimal | None:
    """Per cent a year."""
    if text is None:
        return None
    bare = text.strip().removesuffix("%")
    if not RATE.fullmatch(bare):
        wrong = Text("{flag} 的「{text}」不是利率，请写成 3.45（% / 年）。", "“{text}” after {flag} is no rate; write it as 3.45 (% a year).")  # fmt: skip
        raise WrongUse(wrong.format(flag=flag, text=text))
    return Decimal(bare)


def day(flag: str, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        wrong = Text("{flag} 的「{text}」不是日期，请写成 2026-08-18。", "“{text}” after {flag} is no date; write it as 2026-08-18.")  # fmt: skip
        raise WrongUse(wrong.format(flag=flag, text=text)) from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        wrong = Text("日期要在 {first} 年到 {last} 年之间。", "Dates are between {first} and {last}.")
        raise WrongUse(wrong.format(first=FIRST_YEAR, last=LAST_YEAR))
    return found
