"""A second opinion on every clock: slow, a day at a time, written from the statutes and not from cases/law.

It shares no code and no data with the product: values, holidays and rules stand here once more, by hand.
"""

from datetime import date, datetime, timedelta, timezone

CST = timezone(timedelta(hours=8))
DAY = timedelta(days=1)

OFF = {
    "2025-01-01", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31", "2025-02-01", "2025-02-02", "2025-02-03",
    "2025-02-04", "2025-04-04", "2025-04-05", "2025-04-06", "2025-05-01", "2025-05-02", "2025-05-03", "2025-05-04",
    "2025-05-05", "2025-05-31", "2025-06-01", "2025-06-02", "2025-10-01", "2025-10-02", "2025-10-03", "2025-10-04",
    "2025-10-05", "2025-10-06", "2025-10-07", "2025-10-08", "2026-01-01", "2026-01-02", "2026-01-03", "2026-02-15",
    "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23",
    "2026-04-04", "2026-04-05", "2026-04-06", "2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05",
    "2026-06-19", "2026-06-20", "2026-06-21", "2026-09-25", "2026-09-26", "2026-09-27", "2026-10-01", "2026-10-02",
    "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06", "2026-10-07", "2027-02-05", "2027-02-06", "2027-02-07",
    "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15",
}  # fmt: skip
WORK = {
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28",
    "2026-05-09", "2026-09-20", "2026-10-10",
}  # fmt: skip
EVERY_YEAR = ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03")

# code: kind, length, unit, and whether the length is agreed or set by a court where an option gives it
TABLE = {
    "CK-OPEN": ("P", 3, "bd"),
    "CK-SEND": ("P", 2, "bd"),
    "CK-ACK": ("P", 2, "bd"),
    "CK-EXPL": ("P", 15, "d"),
    "CK-BANK-1": ("L", 15, "d"),
    "CK-BANK-2": ("L", 30, "d"),
    "CK-BANK-3": ("L", 30, "d"),
    "CK-REVIEW": ("P", 5, "bd"),
    "CK-RESP": ("P", 5, "bd"),
    "CK-OFFER": ("P", 5, "bd"),
    "CK-NEGO": ("P", 30, "d"),
    "CK-DRAFT": ("P", 3, "bd"),
    "CK-SIGN": ("P", 5, "bd"),
    "CK-NOTIFY": ("P", 2, "bd"),
    "CK-CURE": ("P", 5, "bd"),
    "CK-SLIP": ("C", 3, "bd"),
    "CK-PBOC-1": ("L", 7, "bd"),
    "CK-PBOC-2": ("L", 15, "d"),
    "CK-LIM": ("L", 3, "y"),
    "CK-REG": ("L", 7, "d"),
    "CK-FEE": ("L", 7, "d"),
    "CK-DEF": ("L", 15, "d"),
    "CK-JUR": ("L", 15, "d"),
    "CK-TRIAL ordinary": ("L", 6, "m"),
    "CK-TRIAL simplified": ("L", 3, "m"),
    "CK-TRIAL small": ("L", 2, "m"),
    "CK-APP judgment": ("L", 15, "d"),
    "CK-APP ruling": ("L", 10, "d"),
    "CK-ENF": ("L", 2, "y"),
    "CK-PO-1": ("L", 5, "d"),
    "CK-PO-2": ("L", 15, "d"),
    "CK-PO-3": ("L", 15, "d"),
    "CK-CONF": ("L", 30, "d"),
    "CK-PRES": ("L", 30, "d"),
}


def day_of(instant: datetime) -> date:
    return instant.astimezone(CST).date()


def works(day: date) -> bool:
    name = day.isoformat()
    if name in WORK:
        return True
    if name in OFF or day.isoweekday() in (6, 7):
        return False
    return day.year in (2025, 2026) or name[5:] not in EVERY_YEAR


def corresponding(day: date, months: int) -> date:
    """Walks month by month to the day of the same number, or to the month's last."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def paused_hours(day: date, pauses: tuple[tuple[datetime, datetime], ...]) -> int:
    """Hours of a day during which the clock stood still; pauses begin and end on full hours."""
    if not pauses:
        return 0
    midnight = datetime(day.year, day.month, day.day, tzinfo=CST)
    hours = [midnight + timedelta(hours=n) for n in range(24)]
    return sum(any(begin <= hour < end for begin, end in pauses) for hour in hours)


def ends(
    start: datetime, length: int, unit: str, pauses: tuple[tuple[datetime, datetime], ...] = ()
) -> tuple[date, bool]:
    """Last day of the period and whether it hangs on a year without a notice."""
    day, guessed = day_of(start), False
    months = {"m": length, "y": 12 * length}.get(unit)
    days = (corresponding(day, months) - day).days if months else length
    hours = days * 24
    while hours > 0:
        day += DAY
        if unit == "bd":
            guessed |= day.year not in (2025, 2026)
            if not works(day):
                continue
        hours -= 24 - paused_hours(day, pauses)
    guessed |= day.year not in (2025, 2026)
    while not works(day):
        day += DAY
        guessed |= day.year not in (2025, 2026)
    return day, guessed


def limitation(start: datetime, years: int, arrivals: list[datetime], damage: date | None) -> date:
    """Restarts at each arrival in time, never past twenty years from the damage."""
    cap = None
    if damage:
        cap, _ = ends(datetime(damage.year, damage.month, damage.day, tzinfo=CST), 20, "y")
    due, _ = ends(start, years, "y")
    for arrival in sorted(arrivals):
        if arrival >= start and day_of(arrival) <= due and not (cap and day_of(arrival) > cap):
            due, _ = ends(arrival, years, "y")
    return min(due, cap) if cap else due
