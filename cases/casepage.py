"""What a case's page reads: eight statements whatever the length, log-in included. How it is worded is caseshown.py's.

Small rows of a case (letters, running clocks, requests) come with the case itself, as JSON, and are made rows again.
Changes nothing. Both walls stand: `visible_to` here, row-level security below.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, F, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, JSONObject

from cases import records_beside
from cases.models import (
    ActRequest,
    Agreement,
    Assignment,
    Case,
    Deadline,
    Event,
    Evidence,
    EvidenceRequest,
    Letter,
    Line,
    Mandate,
    Obligation,
    Offer,
    PartyTold,
    Responsibility,
    Signature,
    SignedCopy,
)
from config.actors import Actor
from config.errors import NotFound

PAGE = 50  # events, and lines, on one page
# The filters of the timeline.
KINDS = {
    "all": Q(),
    "messages": Q(act__in=["add_message", "record_contact"]),
    "files": Q(data__has_key="evidence") | Q(act__in=["send_letter", "record_arrival", "remind"]),
    "clocks": Q(act="clock_passed"),
    "internal": Q(private_to__isnull=False),
}


@dataclass
class CasePage:
    """Everything the page shows, as rows."""

    case: Case
    actor: Actor
    side: str  # whose eyes: merchant or provider
    events: list[Event]
    older: int  # the place before which older events are read; 0 when there are none
    lines: list[Line]
    line_page: int
    line_pages: int
    evidence: list[Evidence]
    deadlines: list[Deadline]
    letters: list[Letter]
    requests: list[ActRequest]
    evidence_requests: list[EvidenceRequest]
    views: list[Responsibility]
    offers: list[Offer]
    agreements: list[Agreement]
    obligations: list[Obligation]
    totals: list[dict]  # [{kind, n, sum, live, owed, unnamed}]
    files: dict[int, Evidence] = field(default_factory=dict)

    @property
    def pending(self) -> ActRequest | None:
        return self.requests[0] if self.requests else None

    @property
    def first_letter(self) -> Letter | None:
        """The letter that stands: the last one made of its kind."""
        return next((one for one in reversed(self.letters) if one.kind == "letter"), None)


def read(actor: Actor, number: str, *, kind: str = "all", before: int = 0, line_page: int = 1) -> CasePage:
    """The page of one case; NotFound for what is foreign and what is unknown alike."""
    case = _case(actor, number)
    found = {name: _made(case, name, model) for name, model in COMPANIONS.items()}
    totals = case.told_totals  # type: ignore[attr-defined]
    pages = max(1, -(-sum(one["n"] for one in totals) // PAGE))
    line_page = min(max(line_page, 1), pages)
    events = _events(actor, case, kind, before)
    evidence = list(Evidence.objects.visible_to(actor).filter(case=case).order_by("position"))
    keep(case, "evidence", evidence)
    return CasePage(
        case, actor, "provider" if actor.is_provider else "merchant", events[:PAGE],
        events[PAGE - 1].seq if len(events) > PAGE else 0, _lines(actor, case, line_page), line_page, pages, evidence,
        found["deadlines"], found["letters"], found["requests"], found["evidence_requests"], found["responsibility"],
        found["offers"], found["agreements"], found["obligations"], totals, {item.position: item for item in evidence},
    )  # fmt: skip


def opened(actor: Actor, number: str) -> Case:
    """The case alone, for the pages beside it."""
    case = (
        Case.objects.visible_to(actor)
        .select_related("merchant", "provider", "outsourcer")
        .filter(number=number)
        .first()
    )
    if case is None:
        raise NotFound
    return case


COMPANIONS: dict[str, type[Model]] = {
    "letters": Letter, "requests": ActRequest, "evidence_requests": EvidenceRequest, "responsibility": Responsibility,
    "deadlines": Deadline, "mandates": Mandate, "offers": Offer, "agreements": Agreement, "signatures": Signature,
    "signed_copies": SignedCopy, "told_parties": PartyTold, "obligations": Obligation, "assignments": Assignment,
}  # fmt: skip
# What is long and not shown on the page.
LEFT_OUT = {"text", "annex", "translation", "script", "consent"}


def _case(actor: Actor, number: str) -> Case:
    lines = Line.objects.visible_to(actor).filter(case=OuterRef("pk"))
    totals = (
        lines.values("kind").order_by("kind")
        .annotate(n=Count("id"), sum=Cast(Sum("amount", filter=Q(dropped_reason="")), CharField()),
                  live=Count("id", filter=Q(is_live=True)), unnamed=Count("id", filter=Q(is_live=True, injured_party="")),
                  owed=Count("id", filter=Q(is_live=True, refunded__lt=F("amount"))))
        .values(told=JSONObject(kind="kind", n="n", sum="sum", live="live", owed="owed", unnamed="unnamed"))
    )  # fmt: skip
    of_case = {name: model.objects.visible_to(actor).filter(case=OuterRef("pk")) for name, model in COMPANIONS.items()}  # type: ignore[attr-defined]
    # A case of 5,000 lines has as many limitation clocks; the first of them to end is the one to watch.
    limitation = Deadline.objects.filter(case=OuterRef("case"), code="CK-LIM", state="running").order_by("due_at")
    of_case["deadlines"] = of_case["deadlines"].filter(
        Q(state="running") & ~Q(code="CK-LIM") | Q(state="expired") & ~Q(code="CK-LIM") | Q(pk=Subquery(limitation.values("pk")[:1]))
    ).order_by("due_at")  # fmt: skip
    of_case["requests"] = of_case["requests"].filter(state="pending")
    of_case["mandates"] = of_case["mandates"].filter(is_live=True)
    for name in ("letters", "evidence_requests", "responsibility", "offers", "agreements", "obligations"):
        of_case[name] = of_case[name].order_by("position")
    rows = Case.objects.visible_to(actor).select_related("merchant", "provider", "outsourcer")
    case = rows.filter(number=number).annotate(
        told_totals=ArraySubquery(totals), **{f"told_{name}": _told(rows) for name, rows in of_case.items()},
        **records_beside.annotations(actor),
    ).first()  # fmt: skip
    if case is None:
        raise NotFound
    for one in case.told_totals:
        one["sum"] = Decimal(one["sum"] or 0)
    case.line_counts = {name: sum(one[name] for one in case.told_totals) for name in ("live", "owed", "unnamed")}
    return case


def _told(rows: QuerySet) -> ArraySubquery:
    names = [f.attname for f in rows.model._meta.concrete_fields if f.attname not in LEFT_OUT]
    return ArraySubquery(rows.values(as_json=JSONObject(**{name: name for name in names})))


def _made(case: Case, name: str, model: type[Model]) -> list:
    """Rows again from their JSON; the case keeps them, so that nothing asks the database for them twice."""
    fields = {f.attname: f for f in model._meta.concrete_fields}
    rows = [
        model(**{key: fields[key].to_python(value) for key, value in told.items()})
        for told in getattr(case, f"told_{name}")
    ]
    keep(case, name, rows)
    return rows


def keep(case: Case, name: str, rows: list) -> None:
    """Lays rows that were read already where `case.<name>.all()` looks for them."""
    kept = getattr(case, name).all()
    kept._result_cache, kept._prefetch_done = rows, True
    case._prefetched_objects_cache = {**getattr(case, "_prefetched_objects_cache", {}), name: kept}  # type: ignore[attr-defined]


def _events(actor: Actor, case: Case, kind: str, before: int) -> list[Event]:
    """The newest events first, one more than shown; each knows which later one put it right."""
    corrections = (
        Event.objects.filter(case_id=OuterRef("case_id"), act="correct_record")
        .annotate(of=KeyTextTransform("event", "data"))
        .filter(of=Cast(OuterRef("seq"), CharField())).order_by("-seq").values("seq")[:1]
    )  # fmt: skip
    rows = Event.objects.visible_to(actor).filter(KINDS.get(kind, Q()), case=case)
    if before:
        rows = rows.filter(seq__lt=before)
    return list(rows.annotate(corrected_by=Subquery(corrections)).order_by("-seq")[: PAGE + 1])


def _lines(actor: Actor, case: Case, page: int) -> list[Line]:
    rows = Line.objects.visible_to(actor).filter(case=case).select_related("store").order_by("position")
    return list(rows[(page - 1) * PAGE : page * PAGE])


def since(actor: Actor, case: Case, version: int) -> list[Event]:
    """What happened after the version somebody had before him, oldest first."""
    return list(Event.objects.visible_to(actor).filter(case=case, seq__gt=version).order_by("seq")[:PAGE])
