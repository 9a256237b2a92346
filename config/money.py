"""Decimal yuan: read, rounded, written with thousands separators and in capital characters. No float ever."""

from decimal import Decimal, InvalidOperation

import cn2an

CENT = Decimal("0.01")


def yuan(value: object) -> Decimal | None:
    """Decimal yuan with two places, or None where there is no amount."""
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value)).quantize(CENT)
    except InvalidOperation:
        return None


def plain(amount: Decimal) -> str:
    """1,680.50"""
    return f"{amount:,.2f}"


def in_capitals(amount: Decimal) -> str:
    """壹仟陆佰捌拾元伍角"""
    # cn2an cuts a third decimal silently and refuses thousands separators: it gets the quantized text only.
    return str(cn2an.an2cn(str(amount.quantize(CENT)), "rmb"))
