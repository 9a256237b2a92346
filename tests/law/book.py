"""The shipped rules and holidays as plain objects, for tests that need no database."""

from datetime import date, datetime
from pathlib import Path

from cases.law import figures, reading
from cases.law.calendar import calendar_of
from cases.law.clocks import Options, compute
from cases.law.periods import Computation, Rule
from config.clock import SHANGHAI, local_day

FOLDER = Path(reading.__file__).parent / "rules"
RULES = reading.rules((FOLDER / "clocks.toml").read_text("utf-8"))
FIGURES = figures.read((FOLDER / "figures.toml").read_text("utf-8"))
YEARS = reading.years((FOLDER / "holidays.toml").read_text("utf-8"))
CALENDAR = calendar_of(YEARS)


def rules_on(code: str, day: date) -> dict[str, Rule]:
    rows = sorted(
        (rule for rule in (*RULES, *FIGURES) if rule.code == code and rule.valid_from <= day),
        key=lambda r: r.valid_from,
    )
    return {rule.applies_if: rule for rule in rows}


def at(text: str) -> datetime:
    """An instant; without an offset in Shanghai."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)


def run(code: str, start: str, **options: object) -> Computation:
    begins = at(start)
    return compute(code, rules_on(code, local_day(begins)), begins, CALENDAR, Options(**options))  # type: ignore[arg-type]
