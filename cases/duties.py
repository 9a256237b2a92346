"""The obligations that follow from agreed terms: who owes what by which day. Pure; the rows are made elsewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from cases.terms import SIDES, Term, words_of, yuan
from config.clock import ONE_DAY, Calendar
from config.text import Text


@dataclass(frozen=True, slots=True)
class Duty:
    """One obligation. `due_on` is its last day as it counts, `agreed_on` as it was agreed before any roll."""

    kind: str  # a type of term
    debtor: str
    what: Text
    due_on: date
    agreed_on: date
    amount: Decimal | None = None
    lines: tuple[int, ...] = ()
    tid: str = ""
    is_provisional: bool = False  # it hangs on a year whose workdays are not announced yet


def duties(terms: Iterable[Term], effective_on: date, calendar: Calendar) -> list[Duty]:
    """What each side must do once the agreement took effect on `effective_on`, the earliest day first.

    Days are counted from that day, which is itself not counted; a day that is a day off moves to the next workday. A
    waiver and whatever names no day give none: there is nothing to do by a day.
    """
    found = [duty for term in terms for duty in _of(term, effective_on, calendar)]
    return sorted(found, key=lambda duty: duty.due_on)


def _of(term: Term, effective_on: date, calendar: Calendar) -> Iterator[Duty]:
    if term.type == "RESCHEDULE_MIGRATION" and term.new_date:
        yield _duty(term, words_of(term), None, term.new_date, term.new_date, calendar)
    elif term.instalments and term.pays:
        whole = len(term.instalments)
        for n, one in enumerate(term.instalments, start=1):
            yield _duty(term, _part(term, one.amount, n, whole), one.amount, one.due_on, one.due_on, calendar)
    elif term.pays or term.type == "OTHER":
        day, looked_at = _day(term, effective_on, calendar)
        if day:
            yield _duty(term, _whole(term), term.pays or term.amount, day, looked_at, calendar)


def _day(term: Term, effective_on: date, calendar: Calendar) -> tuple[date | None, date]:
    """The day agreed, and the first day whose being a workday it hangs on."""
    if term.due_in is None:
        return term.due_on, term.due_on or effective_on
    if term.due_in.unit == "bd":
        return calendar.add_workdays(effective_on, term.due_in.n), effective_on + ONE_DAY
    day = effective_on + timedelta(days=term.due_in.n)
    return day, day


def _duty(term: Term, what: Text, amount: Decimal | None, day: date, looked_at: date, calendar: Calendar) -> Duty:
    due_on = calendar.roll(day)
    years = range(min(looked_at, day).year, due_on.year + 1)
    return Duty(
        term.type, term.payer, what, due_on, day, amount, term.lines, term.tid,
        any(calendar.is_provisional(date(year, 1, 1)) for year in years),
    )  # fmt: skip


def _whole(term: Term) -> Text:
    return words_of(replace(term, due_on=None, due_in=None))


def _part(term: Term, amount: Decimal, n: int, whole: int) -> Text:
    text = Text("{payer}付给{payee} {sum}，第 {n} 期，共 {whole} 期",
                "{payer} pays {sum} to {payee}, instalment {n} of {whole}")  # fmt: skip
    return text.format(payer=SIDES[term.payer], payee=SIDES[term.payee], sum=yuan(amount), n=n, whole=whole)
