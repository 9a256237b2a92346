"""What time it is, and which days are workdays. The only caller of a clock in the product.

Legal periods are computed in cases/law; the days themselves are rows (cases/models/law.py).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from django.db import connection

from config.tenancy import instant

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1950, 2199  # a day outside is a slip of the pen
# 全国年节及纪念日放假办法 (2024) art. 2: the days off that have a fixed date. Used only for a year whose notice is
# not loaded, and what follows from them is always provisional.
FIXED_DAYS_OFF = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


def now() -> datetime:
    """This instant in UTC: that of the tenant's transaction inside it, else the database's own clock."""
    at = cast(datetime | None, instant.get())
    if at is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app_now()")
            at = cursor.fetchone()[0]
    return at.astimezone(UTC)


def today() -> date:
    """The day it is in Shanghai."""
    return local_day(now())


def local_day(at: datetime) -> date:
    """The day in Shanghai on which an instant falls."""
    return at.astimezone(SHANGHAI).date()


def day_start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def day_end(day: date) -> datetime:
    """24:00 of a day as an exclusive bound: in time iff received before it."""
    return day_start(day + ONE_DAY)


def bound(at: datetime) -> str:
    """A deadline's exclusive bound as people write it in Shanghai: midnight is 24:00 of the day before."""
    local = at.astimezone(SHANGHAI)
    return f"{local - ONE_DAY:%Y-%m-%d} 24:00" if local.time() == time() else f"{local:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Workdays as the State Council announces them. A year not in `loaded` is guessed and every answer provisional.

    Guessed are weekends, the fixed days above, and what `days_off` holds of the year (lunar days known beforehand).
    """

    days_off: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    loaded: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        if day.weekday() >= 5 or day in self.days_off:
            return False
        return not (self.is_provisional(day) and (day.month, day.day) in FIXED_DAYS_OFF)

    def is_provisional(self, day: date) -> bool:
        """Whether the year's notice is missing, so that the day may yet turn out otherwise."""
        return day.year not in self.loaded

    def roll(self, day: date) -> date:
        """The day itself, or the first workday after it when it is a day off."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`th workday after `day`, which is not counted itself."""
        while count > 0:
            day += ONE_DAY
            count -= self.is_workday(day)
        return day
