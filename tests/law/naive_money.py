"""A second, naive implementation of fees and interest: whole fen, fractions, and the short formulas lawyers use."""

from datetime import date, timedelta
from fractions import Fraction

# Upper bound of the band in yuan, rate, and the constant of the short formula: fee = sum × rate + constant.
COURT = [
    (10_000, Fraction(0), 50), (100_000, Fraction(25, 1000), -200), (200_000, Fraction(20, 1000), 300),
    (500_000, Fraction(15, 1000), 1_300), (1_000_000, Fraction(10, 1000), 3_800),
    (2_000_000, Fraction(9, 1000), 4_800), (5_000_000, Fraction(8, 1000), 6_800),
    (10_000_000, Fraction(7, 1000), 11_800), (20_000_000, Fraction(6, 1000), 21_800), (None, Fraction(5, 1000), 41_800),
]  # fmt: skip
ENFORCEMENT = [
    (10_000, Fraction(0), 50), (500_000, Fraction(15, 1000), -100), (5_000_000, Fraction(10, 1000), 2_400),
    (10_000_000, Fraction(5, 1000), 27_400), (None, Fraction(1, 1000), 67_400),
]  # fmt: skip
PRESERVATION = [(1_000, Fraction(0), 30), (100_000, Fraction(10, 1000), 20), (None, Fraction(5, 1000), 520)]


def fee(kind: str, fen: int, half: bool = False) -> int:
    """The fee in fen."""
    table = {"court": COURT, "payment_order": COURT, "enforcement": ENFORCEMENT, "preservation": PRESERVATION}[kind]
    rate, constant = next((rate, add) for up_to, rate, add in table if up_to is None or fen <= up_to * 100)
    found = fen * rate + constant * 100
    if kind == "payment_order":
        found /= 3
    if kind == "preservation":
        found = min(found, Fraction(500_000))
    return up(found / 2 if half else found)


def interest(fen: int, ten_thousandths: int, first: date, last: date, basis: int) -> int:
    """The interest in fen, gathered day by day."""
    earned, day = Fraction(0), first
    while day < last:
        day += timedelta(days=1)
        earned += Fraction(fen * ten_thousandths, 10_000 * basis)
    return up(earned)


def up(found: Fraction) -> int:
    """The nearest whole fen, a half upwards."""
    return (found + Fraction(1, 2)).__floor__()
