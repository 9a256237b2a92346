"""Terminals moved or swapped: the days agreed and kept, and who did not come. An accepted offer moves the day."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

from django.db.models import F, Q, QuerySet

from config import clock, tenancy
from config.actors import SYSTEM, Actor
from config.errors import Fault
from config.text import Text
from merchants import records
from merchants.models import Migration, MissedVisit, Terminal
from merchants.records import FIELDS
from merchants.services.plain_records import Noun, Rows

LONGEST_NOTE = 500
TWICE = Text("「{name}」写了两次。", "“{name}” is there twice.")


def reschedule(actor: Actor, merchant_id: UUID, tid: str, new_date: date, window: str = "") -> Migration:
    """Moves the day of the terminal's migration that is not done yet; its note keeps the former day and who moved it.

    One that nobody wrote down is written down now. `actor` may be of either side, or the product: that both agreed is
    decided by who calls. The same day and window again change nothing.
    """
    with tenancy.acting(SYSTEM, organisation_id=merchant_id):
        rows = Migration.objects.select_for_update().filter(organisation_id=merchant_id, done_on=None)
        found = rows.filter(Q(old_tid=tid) | Q(new_tid=tid)).order_by("-created_at").first()
        if found is None:
            return _written(merchant_id, tid, new_date, window)
        window = window or found.window
        if (found.planned_on, found.window) == (new_date, window):
            return found
        if found.planned_on:
            moved = f"{found.planned_on} {found.window}".strip() + f" → {new_date} {window}".rstrip()
            by = f" ({actor.display_name})" if actor.display_name else ""
            found.note = f"{found.note}\n{moved}{by}".strip()[-LONGEST_NOTE:]
        found.planned_on, found.window = new_date, window
        found.save(update_fields=["planned_on", "window", "note"])
        return found


def _written(merchant_id: UUID, tid: str, new_date: date, window: str) -> Migration:
    known = list(Terminal.objects.filter(organisation_id=merchant_id, tid=tid)[:2])
    terminal = known[0] if len(known) == 1 else None
    return Migration.objects.create(
        id=uuid4(), organisation_id=merchant_id, old_tid=tid, mid=terminal.mid if terminal else "",
        store=terminal.store if terminal else None, provider=terminal.provider if terminal else None,
        planned_on=new_date, window=window, created_at=clock.now(),
    )  # fmt: skip


def _twins(rows: QuerySet, values: dict) -> QuerySet:
    """The same terminal with a day in common; without one, the one that is still open."""
    rows = rows.filter(mid=values.get("mid") or "", old_tid=values["old_tid"])
    same = Q() if values.get("done_on") else Q(done_on=None)
    for name in ("applied_on", "planned_on", "done_on"):
        if values.get(name):
            same |= Q(**{name: values[name]})
    return rows.filter(same)


def _check_visits(rows: list[dict]) -> Iterator[Fault]:
    seen = set()
    for i, visit in enumerate(rows):
        if (key := (visit["on"], visit["missed_by"])) in seen:
            yield Fault(f"/missed_visits/{i}/on", "twice", TWICE.format(name=visit["on"]))
        seen.add(key)
        if visit["on"] > clock.today():
            yield Fault(f"/missed_visits/{i}/on", "future", records.FUTURE.format(name=FIELDS["on"]))


NOUN = Noun(
    "migrations", Migration,
    columns=("old_tid", "new_tid", "mid", "reason", "applied_on", "approved_on", "planned_on", "window", "done_on", "note"),
    links=("store", "provider"), twins=_twins, search=("old_tid", "new_tid", "mid", "note", "store__name", "provider__name"),
    visible=lambda actor: Migration.objects.visible_to(actor),
    rows={
        "missed_visits": Rows(
            MissedVisit, "migration", {"on": "on", "missed_by": "missed_by", "note": "note"}, ("on", "missed_by"),
            lambda visit: (visit.on, str(visit.id)), _check_visits,
        )
    },
    order=(F("done_on").desc(nulls_first=True), F("planned_on").desc(nulls_last=True), "-created_at", "id"),
)  # fmt: skip
