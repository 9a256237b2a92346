"""What a merchant wrote down beside a case: read with the case itself, for its own people alone.

What it says of the lines is record_hints.py's. The other side reads none of it.
"""

from collections.abc import Iterator

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from cases import record_hints
from cases.models import Case, Line
from cases.record_finds import Records
from cases.record_hints import Hint
from config.actors import Actor
from merchants.models import (
    Contract,
    ContractClause,
    ContractFee,
    Migration,
    MissedVisit,
    ServedNotice,
    Terminal,
)

MODELS: dict[str, type[Model]] = {
    "terminals": Terminal, "contracts": Contract, "fees": ContractFee, "clauses": ContractClause, "notices": ServedNotice,
    "migrations": Migration, "visits": MissedVisit,
}  # fmt: skip


def annotations(actor: Actor) -> dict[str, ArraySubquery]:
    """Laid on the statement that reads a case: the records of its terminals and of its respondent. None for others."""
    if not actor.is_merchant:
        return {}
    return {f"told_records_{name}": _told(rows) for name, rows in _rows(actor).items()}


def of_case(case: Case) -> Records:
    """The rows again that were read with the case; none where it was read by the other side."""
    return Records(**{name: list(_made(case, name, model)) for name, model in MODELS.items()})


def hints_of(case: Case, lines: list[Line]) -> list[Hint]:
    return record_hints.hints([line for line in lines if not line.dropped_reason], of_case(case))


def terminals_of(actor: Actor, case: Case) -> list[str]:
    """The terminal numbers of a case, for whoever of its parties asks: those of its lines and, for the merchant, those
    that its moves lead to."""
    lines = Line.objects.visible_to(actor).filter(case=case).exclude(tid="")
    found = dict.fromkeys(lines.order_by("tid").values_list("tid", flat=True).distinct())
    for one in migrations_of(actor, case):
        found |= dict.fromkeys(tid for tid in (one.old_tid, one.new_tid) if tid)
    return list(found)


def migrations_of(actor: Actor, case: Case) -> list[Migration]:
    """The moves of the case's terminals that the merchant wrote down; the other side sees none."""
    if not actor.is_merchant:
        return []
    lines = Line.objects.visible_to(actor).filter(case=case).exclude(tid="").values("tid")
    rows = Migration.objects.visible_to(actor).filter(Q(old_tid__in=lines) | Q(new_tid__in=lines))
    return list(rows.order_by("-planned_on", "-created_at"))


def _rows(actor: Actor) -> dict[str, QuerySet]:
    def of_lines(*columns: str) -> Q:
        lines = Line.objects.visible_to(actor).filter(case=OuterRef(OuterRef("pk"))).exclude(tid="")
        found = Q()
        for column in columns:
            found |= Q(Exists(lines.filter(tid=OuterRef(column))))
        return found

    respondent = {"provider": OuterRef("provider")}
    of_contract = {"contract__provider": OuterRef("provider")}
    terminals = Terminal.objects.visible_to(actor)
    rows: dict[str, QuerySet] = {
        "terminals": terminals.filter(of_lines("tid")),
        "contracts": Contract.objects.visible_to(actor).filter(**respondent).order_by("-from_on", "-created_at"),
        "fees": ContractFee.objects.visible_to(actor).filter(**of_contract).order_by("fee_code", "-from_on"),
        "clauses": ContractClause.objects.visible_to(actor).filter(**of_contract).order_by("number"),
        "notices": ServedNotice.objects.visible_to(actor).filter(Q(tid="") | of_lines("tid"), **respondent),
        "migrations": Migration.objects.visible_to(actor).filter(of_lines("old_tid", "new_tid")),
        "visits": MissedVisit.objects.visible_to(actor).filter(of_lines("migration__old_tid", "migration__new_tid")),
    }
    if actor.stores is not None:  # contracts belong to the whole merchant, and notices that name no own terminal
        rows |= {name: rows[name].none() for name in ("contracts", "fees", "clauses")}
        rows["notices"] = rows["notices"].filter(tid__in=terminals.values("tid"))
    return rows


def _told(rows: QuerySet) -> ArraySubquery:
    names = [column.attname for column in rows.model._meta.concrete_fields]
    return ArraySubquery(rows.values(as_json=JSONObject(**{name: name for name in names})))


def _made(case: Case, name: str, model: type[Model]) -> Iterator[Model]:
    fields = {column.attname: column for column in model._meta.concrete_fields}
    for told in getattr(case, f"told_records_{name}", None) or ():
        yield model(**{key: fields[key].to_python(value) for key, value in told.items()})
