"""One calendar out of the years that are known. Which day is a workday is answered by config.clock.Calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from config.clock import Calendar


@dataclass(frozen=True, slots=True)
class Year:
    """A year as one notice names it; not `announced` when only days known before the notice are given."""

    year: int
    announced: bool
    days_off: tuple[date, ...]
    make_up_days: tuple[date, ...]
    source: str


def calendar_of(years: Iterable[Year]) -> Calendar:
    """The calendar of these years; of two for the same year the announced one wins, then the later in order."""
    chosen: dict[int, Year] = {}
    for year in years:
        known = chosen.get(year.year)
        if known is None or year.announced or not known.announced:
            chosen[year.year] = year
    return Calendar(
        days_off=frozenset(day for year in chosen.values() for day in year.days_off),
        make_up_days=frozenset(day for year in chosen.values() for day in year.make_up_days),
        loaded=frozenset(year.year for year in chosen.values() if year.announced),
    )
