"""What a step expects of its case, looked up and compared. A table: one reader a name."""

from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from cases import terms, workflow
from cases.models import Case, Deadline, Notice, Obligation, Offer
from cases.next_actor import next_actor
from cases.replay.reading import plain
from cases.services import guards
from config import clock
from config.actors import SYSTEM


def compare(case: Case, expect: dict) -> Iterator[tuple[str, object, object]]:
    """Each expectation that does not hold: its name, what was expected, what is."""
    for name, wanted in plain(expect).items():
        got = READERS[name](case, wanted)
        if not _same(wanted, got):
            yield name, wanted, got


def _same(wanted, got) -> bool:
    if isinstance(wanted, list) and isinstance(got, list) and not any(isinstance(one, dict) for one in wanted):
        return sorted(map(str, wanted)) == sorted(map(str, got))
    if isinstance(got, Decimal):
        try:
            return Decimal(str(wanted)) == got
        except InvalidOperation:
            return False
    return wanted == got


def _running(case: Case, code: str):
    return Deadline.objects.filter(case=case, code=code, state="running")


def _deadline(case: Case, wanted: dict) -> dict:
    """The last day of each clock named; several days where its lines differ, null where it does not run."""
    return {code: _one(sorted({str(d.due_on) for d in _running(case, code)})) for code in wanted}


def _one(found: list):
    return None if not found else found[0] if len(found) == 1 else found


def _no_deadline(case: Case, wanted) -> list:
    codes = [wanted] if isinstance(wanted, str) else wanted
    return [code for code in codes if not _running(case, code).exists()]


def _provisional(case: Case, wanted):
    """By code, as a list of the provisional ones, or as one answer for the whole case."""
    found = {d.code: d.provisional for d in Deadline.objects.filter(case=case, state="running")}
    if isinstance(wanted, dict):
        return {code: found.get(code) for code in wanted}
    if isinstance(wanted, bool):
        return any(found.values())
    return sorted(code for code, is_provisional in found.items() if is_provisional)


def _limitation(case: Case, wanted):
    rows = {line.position: line.id for line in case.lines.filter(is_live=True)}
    days = {
        d.subject_id: str(d.due_on) for d in Deadline.objects.filter(case=case, code="CK-LIM").exclude(state="replaced")
    }
    if isinstance(wanted, dict):
        return {position: days.get(rows.get(int(position))) for position in wanted}
    return _one(sorted({days[line] for line in rows.values() if line in days}))


def _blocked_by(case: Case, wanted):
    """What each act named still lacks, by the names of the table's requirements."""
    acts = wanted if isinstance(wanted, dict) else {}
    return {
        act: [name for name, _ in guards.missing(case, SYSTEM, workflow.ACTS[act].requires, {"_side": "merchant"})]
        for act in acts
    }


def _notices(case: Case, wanted: dict) -> dict:
    return {kind: Notice.objects.filter(case=case, kind=kind, spread_at__isnull=False).count() for kind in wanted}


def _offers(case: Case, wanted):
    """How many, how many in each state, or the rows in order, each with the facts named."""
    return _rows([_offer(one) for one in case.offers.order_by("position")], wanted)


def _offer(one: Offer) -> dict:
    found = terms.read(one.terms)
    days = sorted(day for term in found for day in term.days)
    return {
        "position": one.position, "side": one.side, "state": one.state, "amount": str(terms.net(found)),
        "type": found[0].type if len(found) == 1 else "MIXED", "types": [term.type for term in found],
        "valid_until": str(clock.local_day(one.valid_until - clock.ONE_DAY)), "due_on": str(days[-1]) if days else None,
        "conditions": one.conditions, "on_behalf": one.on_behalf, "answers": one.answers,
    }  # fmt: skip


def _obligations(case: Case, wanted):
    """How many, how many in each state, or the rows in order, each with the facts named."""
    return _rows([_obligation(one) for one in case.obligations.order_by("position")], wanted)


def _obligation(one: Obligation) -> dict:
    names = ("position", "kind", "debtor", "state", "lines", "tid", "is_overdue", "is_breached")
    facts = {name: getattr(one, name) for name in names}
    days = {name: str(day) if (day := getattr(one, name)) else None for name in ("due_on", "done_on")}
    clocks = Deadline.objects.filter(case=one.case, code="CK-OBL", subject_id=one.id).exclude(state="replaced")
    return {
        **facts, **days, "amount": None if one.amount is None else str(one.amount),
        "grace_until": str(clock.local_day(one.grace_until - clock.ONE_DAY)),
        "provisional": any(one.provisional for one in clocks),
    }  # fmt: skip


def _rows(rows: list[dict], wanted):
    """Rows as they are expected: counted, counted by state, or one by one with the facts that are named."""
    if isinstance(wanted, dict):
        return {state: len([row for row in rows if row["state"] == state]) for state in wanted}
    if not isinstance(wanted, list):
        return len(rows)
    named = [one if isinstance(one, dict) else {} for one in wanted]
    shown = [{key: row.get(key) for key in one} for row, one in zip(rows, named, strict=False)]
    return [*(_alike(row, one) for row, one in zip(shown, named, strict=False)), *rows[len(named) :]]


def _alike(row: dict, wanted: dict) -> dict:
    """A sum that is equal is the same sum, however it is written."""
    same = {key: wanted[key] for key in row if key == "amount" and _same(wanted[key], Decimal(row[key] or 0))}
    return {**row, **same}


def _none_yet(case: Case, wanted):
    """Findings have no rows of a case in this product yet."""
    return [] if isinstance(wanted, list) else {} if isinstance(wanted, dict) else 0


READERS: dict[str, Callable[[Case, Any], object]] = {
    "state": lambda case, wanted: case.state,
    "stage": lambda case, wanted: workflow.stage_of(case.state),
    "outcome": lambda case, wanted: case.outcome or None,
    "next_actor": lambda case, wanted: next_actor(case),
    "deadline": _deadline,
    "no_deadline": _no_deadline,
    "provisional": _provisional,
    "amount": lambda case, wanted: case.amount,
    "recovered": lambda case, wanted: case.recovered,
    "limitation": _limitation,
    "blocked_by": _blocked_by,
    "notices": _notices,
    "offers": _offers,
    "obligations": _obligations,
    "findings": _none_yet,
}
