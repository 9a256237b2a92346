"""A merchant's own records: written down, changed, removed; the same for terminals, contracts, notices and migrations.

What each is made of is its noun (record_nouns.py), what may be asked merchants/inputs, tables record_sheets.py.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import Model, ProtectedError, Q, QuerySet

from config import clock, tenancy
from config.actors import Actor
from config.errors import Conflict, Fault, Invalid, NotAllowed, NotFound, Stale
from config.text import Text
from merchants import records, roles
from merchants.records import FIELDS, KINDS
from merchants.services.record_links import LINKS

WRITERS = ("merchant.owner", "merchant.finance", "merchant.operations", "merchant.store")
NO_READER = Text("终端、合同和移机的记录只有商户自己能看。", "Only the merchant's own people see these records.")
NO_WRITER = Text(
    "你的席位不能改这些记录，请交给负责人、对账专员或运维。",
    "Your seat cannot change these records. Ask the owner, finance or operations.",
)
CHANGED = Text(
    "这条记录刚被别人改过。请先看现在的内容，再决定要不要保存。",
    "Somebody has just changed this record. Look at it as it is now before you save.",
)
DIFFERS = Text(
    "已经记的是「{there}」，和这里不一样。要改请打开那条记录。",
    "“{there}” is recorded already, which differs. Open that record to change it.",
)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that belong to one record: as they are told, column by column, and by what they are ordered."""

    model: type[Model]
    of: str  # the column that leads to the record
    columns: Mapping[str, str]
    key: tuple[str, ...]  # two of the same key are one
    order: Callable
    check: Callable[[list[dict]], Iterator[Fault]] = lambda rows: iter(())


@dataclass(frozen=True, slots=True)
class Noun:
    """How one kind of record is kept. `twins` finds those that say the same as the values given."""

    name: str
    model: type[Model]
    columns: tuple[str, ...]
    links: tuple[str, ...]
    twins: Callable[[QuerySet, dict], QuerySet]
    search: tuple[str, ...]
    visible: Callable[[Actor], QuerySet]
    check: Callable[[Actor, dict], Iterator[Fault]] = lambda actor, values: iter(())
    rows: Mapping[str, Rows] = field(default_factory=dict)
    order: tuple = ("-created_at", "id")

    @property
    def kind(self) -> records.Kind:
        return KINDS[self.name]


# -- reading ------------------------------------------------------------------------------------------------------


def may_read(actor: Actor) -> bool:
    return actor.is_merchant or (actor.seat == "auditor" and actor.organisation_kind in roles.MERCHANTS)


def may_write(actor: Actor) -> bool:
    return actor.is_merchant and (actor.seat in WRITERS or actor.is_alone)


def listed(actor: Actor, noun: Noun, q: str = "") -> QuerySet:
    """What the actor sees of a kind, narrowed to those in which the word occurs."""
    if not may_read(actor):
        raise NotAllowed(NO_READER)
    rows = noun.visible(actor).select_related(*(link for link in noun.links if link != "contract"))
    rows = rows.prefetch_related(*noun.rows)
    if word := q.replace("\x00", "").strip()[:80]:
        found = Q()
        for name in noun.search:
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(pk__in=noun.model._default_manager.filter(found).values("pk"))
    return rows


def find(actor: Actor, noun: Noun, identity: UUID, *, lock: bool = False):
    rows = listed(actor, noun)
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=identity).first()
    if found is None:
        raise NotFound(Text("没有找到这条记录。", "This record was not found."))
    return found


def told(noun: Noun, row) -> dict:
    """The record as it could be sent again: plain values under the names of the input."""
    found = {name: _plain(getattr(row, name)) for name in noun.columns}
    for name in noun.links:
        linked = getattr(row, f"{name}_id")
        found[name] = str(linked) if linked else None if name == "file" else ""
    for name, rows in noun.rows.items():
        found[name] = [
            {key: _plain(getattr(one, column)) for key, column in rows.columns.items()} for one in rows_of(row, name, rows)
        ]  # fmt: skip
    return found


def rows_of(row, name: str, rows: Rows) -> list:
    return sorted(getattr(row, name).all(), key=rows.order)


def fingerprint(noun: Noun, row) -> str:
    """Changes with whatever the record says."""
    return sha256(json.dumps([str(row.pk), told(noun, row)], sort_keys=True).encode()).hexdigest()[:32]


def _plain(value):
    if isinstance(value, Decimal):
        return f"{value:.2f}" if value.as_tuple().exponent == -2 else f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


# -- writing ------------------------------------------------------------------------------------------------------


def create(actor: Actor, noun: Noun, data: dict):
    """Writes a record down. Raises Conflict for one that is there already and Invalid for days that cannot be."""
    with _writing(actor, noun):
        values, rows = _checked(actor, noun, data)
        if noun.twins(noun.visible(actor), values).exists():
            raise Conflict(noun.kind.known.format(**values))
        row = noun.model(id=uuid4(), organisation_id=actor.organisation_id, created_at=clock.now(), **values)
        _save(noun, row, values)
        _put_rows(noun, row, rows)
        return find(actor, noun, row.pk)


def change(actor: Actor, noun: Noun, identity: UUID, data: dict, seen: str = ""):
    """Puts `data` in the place of what the record said. `seen` is the fingerprint it was decided on: Stale otherwise."""
    with _writing(actor, noun):
        row = find(actor, noun, identity, lock=True)
        if seen and seen != fingerprint(noun, row):
            raise Stale(CHANGED)
        values, rows = _checked(actor, noun, data)
        if noun.twins(noun.visible(actor).exclude(pk=row.pk), values).exists():
            raise Conflict(noun.kind.known.format(**values))
        for name, value in values.items():
            setattr(row, name, value)
        _save(noun, row, values)
        for name in rows:
            getattr(row, name).all().delete()
        _put_rows(noun, row, rows)
        return find(actor, noun, row.pk)


def remove(actor: Actor, noun: Noun, identity: UUID, seen: str = "") -> None:
    """Takes a record away. Raises Conflict where something else rests on it."""
    with _writing(actor, noun):
        row = find(actor, noun, identity, lock=True)
        if seen and seen != fingerprint(noun, row):
            raise Stale(CHANGED)
        try:
            with transaction.atomic():
                row.delete()
                connection.check_constraints()  # of rows that this seat does not see
        except (ProtectedError, IntegrityError):
            raise Conflict(noun.kind.used) from None


def take(actor: Actor, noun: Noun, data: dict) -> str:
    """A record from a table: `added`, `completed` where what is there had gaps, or `known`.

    Nothing that is there is overwritten: what says otherwise is refused with the field.
    """
    with _writing(actor, noun):
        values, rows = _checked(actor, noun, data)
        twin = noun.twins(noun.visible(actor), values).order_by("created_at").select_for_update().first()
        if twin is None:
            row = noun.model(id=uuid4(), organisation_id=actor.organisation_id, created_at=clock.now(), **values)
            _save(noun, row, values)
            _put_rows(noun, row, rows)
            return "added"
        new = _gaps(noun, twin, values)
        for name, value in new.items():
            setattr(twin, name, value)
        if new:
            _save(noun, twin, new)
        added = {name: _new_rows(noun.rows[name], twin, name, given) for name, given in rows.items()}
        _put_rows(noun, twin, added)
        return "completed" if new or any(added.values()) else "known"


def _gaps(noun: Noun, twin, values: dict) -> dict:
    found = {}
    for name, value in values.items():
        there = getattr(twin, name)
        if value in (None, "") or there == value:
            continue
        if there not in (None, ""):
            raise _differs(f"/{name}", there)
        found[name] = value
    return found


def _new_rows(rows: Rows, twin, name: str, given: list[dict]) -> list[dict]:
    """Those that are not there yet; one that is there and says otherwise is refused."""
    there = {tuple(getattr(one, column) or "" for column in rows.key): one for one in getattr(twin, name).all()}
    new = []
    for i, one in enumerate(given):
        key = tuple(one.get(column) or "" for column in rows.key)
        if key not in there:
            new.append(one)
            continue
        for told, column in rows.columns.items():
            said = getattr(there[key], column)
            if one.get(column) not in (None, "") and said != one[column]:
                raise _differs(f"/{name}/{i}/{told}", said)
    return new


def _differs(pointer: str, there) -> Conflict:
    text = DIFFERS.format(there=_plain(there))
    return Conflict(text, [Fault(pointer, "differs", text)])


def check_writer(actor: Actor, noun: Noun) -> None:
    """Raises NotAllowed for a seat that may not write records of this kind."""
    if not may_write(actor):
        raise NotAllowed(NO_WRITER if may_read(actor) else NO_READER)
    noun.visible(actor)


@contextmanager
def _writing(actor: Actor, noun: Noun) -> Iterator[None]:
    """The actor's transaction; who writes records of the same merchant waits, so that no two say the same."""
    check_writer(actor, noun)
    with tenancy.acting(actor), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"records:{actor.organisation_id}"])
        yield


def _save(noun: Noun, row, values: dict) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # of another store, which this seat does not see
        raise Conflict(noun.kind.known.format(**{**told(noun, row), **values})) from None


def _put_rows(noun: Noun, row, given: dict[str, list[dict]]) -> None:
    for name, rows in given.items():
        of = noun.rows[name]
        of.model._default_manager.bulk_create(
            of.model(id=uuid4(), organisation_id=row.organisation_id, **{of.of: row}, **one) for one in rows
        )


# -- what was given -----------------------------------------------------------------------------------------------


def _checked(actor: Actor, noun: Noun, data: dict) -> tuple[dict, dict[str, list[dict]]]:
    """Values of the record's columns, and its rows where any were given. Raises Invalid with all that is wrong."""
    values = {name: data[name] for name in noun.columns if name in data}
    for name in noun.links:  # a contract is looked for among those of the provider
        values[name] = LINKS[name](actor, data.get(name), values)
    rows = {name: list(data[name]) for name in noun.rows if name in data}
    faults = [*_faults_of_days(noun.kind, values), *noun.check(actor, values)]
    for name, given in rows.items():
        faults += noun.rows[name].check(given)
    if faults:
        raise Invalid(faults[0].text, faults)
    return values, rows


def _faults_of_days(kind: records.Kind, values: dict) -> Iterator[Fault]:
    for earlier, later in kind.ordered:
        if values.get(earlier) and values.get(later) and values[later] < values[earlier]:
            yield Fault(f"/{later}", "order", records.BEFORE.format(later=FIELDS[later], earlier=FIELDS[earlier]))
    for name in kind.past:
        if values.get(name) and values[name] > clock.today():
            yield Fault(f"/{name}", "future", records.FUTURE.format(name=FIELDS[name]))
    if kind.any_of and not any(values.get(name) for name in kind.any_of):
        names = Text("、".join(FIELDS[n].zh for n in kind.any_of), ", ".join(FIELDS[n].en for n in kind.any_of))
        yield Fault(f"/{kind.any_of[0]}", "one_of", records.ONE_OF.format(names=names))
