"""What lists and the home page read, in few statements whatever their length. One case's page is casepage.py's.

Changes nothing. Every reading starts from `visible_to(actor)`; whose turn it is follows from cases/workflow.py.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Case as If
from django.db.models import (
    CharField,
    Count,
    DecimalField,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject

from cases import workflow
from cases.models import Case, Deadline, Draft, Letter, Line, Notice, NoticeReading
from cases.turns import turn_of, with_turn
from config import clock
from config.actors import Actor
from merchants import roles
from merchants.models import Organisation, StatementLine, Store

PAGE = 50


def unread_count(actor: Actor) -> int:
    """How many notices for this person's seat nobody has read on his behalf."""
    return (
        notices_of(actor)
        .exclude(Exists(NoticeReading.objects.filter(notice=OuterRef("pk"), user_id=actor.user_id)))
        .count()
    )


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """The notices for this person: of the organisation, for the seat, within the seat's stores."""
    rows = Notice.objects.filter(organisation_id=actor.organisation_id)
    if actor.stores is not None:
        rows = rows.filter(store_id__in=actor.stores)
    return rows if actor.is_alone else rows.filter(Q(seats=[]) | Q(seats__contains=[actor.seat]))


# -- lists --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. `due` is a key of DUE; unknown values are left out and named in `dropped`."""

    state: str = ""
    stage: str = ""
    due: str = ""
    q: str = ""
    dropped: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, params) -> "Filters":
        known: dict[str, dict] = {
            "state": workflow.STATES,
            "stage": {**workflow.STAGES, "law": workflow.LAW_STAGE},
            "due": DUE,
        }
        asked = {name: params.get(name, "").strip() for name in known}
        dropped = tuple(name for name, value in asked.items() if value and value not in known[name])
        kept = {name: value for name, value in asked.items() if name not in dropped}
        return cls(**kept, q=params.get("q", "").replace("\x00", "").strip()[:80], dropped=dropped)


DUE = {
    "yours": timedelta(0),
    "others": timedelta(0),
    "overdue": timedelta(0),
    "today": timedelta(days=1),
    "week": timedelta(days=7),
}


@dataclass(frozen=True)
class Listed:
    """One page of a list and the cursors of its neighbours."""

    rows: Sequence[Case]
    next: str = ""
    previous: str = ""


def listed(actor: Actor, filters: Filters, cursor: str = "", most: int = PAGE) -> Listed:
    """The cases an actor sees, the newest first, in one statement. Staff seats have desk_queries.py."""
    rows = with_row(narrowed(Case.objects.visible_to(actor), filters, actor), actor)
    rows = rows.annotate(place=F("created_at"))
    back, at, identity = _read(cursor)
    down = not back  # whether the order of this statement is falling
    if at:
        beyond = "lt" if down else "gt"
        rows = rows.filter(Q(**{f"place__{beyond}": at}) | Q(place=at, **{f"id__{beyond}": identity}))
    found = list(rows.order_by(*(("-place", "-id") if down else ("place", "id")))[: most + 1])
    more, found = len(found) > most, found[:most]
    if back:
        found.reverse()
    after = more if not back else bool(found)
    before = bool(at) if not back else more
    return Listed(
        found,
        next=_written(False, found[-1]) if found and after else "",
        previous=_written(True, found[0]) if found and before else "",
    )


def narrowed(rows: QuerySet[Case], filters: Filters, actor: Actor) -> QuerySet[Case]:
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.stage:
        rows = rows.filter(state__in=[name for name, row in workflow.STATES.items() if row.stage == filters.stage])
    if filters.due in ("yours", "others"):
        rows = _of_turn(rows, filters.due == "yours", actor)
    elif filters.due == "overdue":
        rows = with_turn(rows).filter(Q(next_due_at__lte=clock.now()) | Q(is_overdue=True))
    elif filters.due:
        rows = rows.filter(next_due_at__lte=clock.now() + DUE[filters.due])
    if filters.q:
        q = filters.q
        lines = Line.objects.filter(Q(tid=q) | Q(mid=q) | Q(fee_name__icontains=q), case=OuterRef("pk"))
        rows = rows.filter(
            Q(number__icontains=q) | Q(provider__name__icontains=q) | Q(merchant__name__icontains=q) | Exists(lines)
        )
    return rows


def _of_turn(rows: QuerySet[Case], mine: bool, actor: Actor) -> QuerySet[Case]:
    """Open cases in which the reader's side must act, or all the other open ones."""
    rows, turn = with_turn(rows).exclude(state="CLOSED"), turn_of(actor)
    return rows.filter(turn) if mine else rows.exclude(turn)


def with_row(rows: QuerySet[Case], actor: Actor) -> QuerySet[Case]:
    """What one row or card shows: parties, whose turn, the next deadline, and the sum of its first kind of lines."""
    running = Deadline.objects.filter(case=OuterRef("pk"), state="running").exclude(code="CK-LIM").order_by("due_at")
    lines = (
        Line.objects.filter(case=OuterRef("pk"), dropped_reason="").values("kind").order_by("kind")
        .annotate(n=Count("id"), sum=Cast(Sum("amount"), CharField()), fee=Min("fee_name"))
        .values(told=JSONObject(kind="kind", n="n", sum="sum", fee="fee"))
    )  # fmt: skip
    return (
        with_turn(rows)
        .select_related("provider", "merchant")
        .annotate(
            is_sent=Exists(Letter.objects.filter(case=OuterRef("pk"), kind="letter", state="sent")),
            deadline=Subquery(running.values(told=JSONObject(code="code", kind="kind"))[:1]),
            what=Subquery(lines[:1]),
        )
    )


def _written(back: bool, case: Case) -> str:
    told = json.dumps([back, case.place.isoformat(), str(case.id)])  # type: ignore[attr-defined]
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[bool, datetime | None, str]:
    """A cursor's direction and place; one that cannot be read is the first page."""
    try:
        back, at, identity = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return bool(back), datetime.fromisoformat(at), str(UUID(identity))
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return False, None, ""


# -- home ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Overview:
    """The numbers of the home page and the draft to go on with."""

    yours: int
    waiting: int
    closed: int
    open: int
    recovered: Decimal
    recovered_cases: int
    unclaimed: int
    unclaimed_sum: Decimal
    draft: dict | None


def urgent(actor: Actor, most: int = 3) -> list[Case]:
    """The cases in which the actor's side must act, the nearest deadline first."""
    rows = with_row(Case.objects.visible_to(actor), actor)
    return list(rows.filter(turn_of(actor)).order_by(F("next_due_at").asc(nulls_last=True), "created_at")[:most])


def overview(actor: Actor) -> Overview:
    """All numbers of the home page in one statement."""
    cases = with_turn(Case.objects.visible_to(actor))
    mine, back = turn_of(actor), Q(recovered__gt=0)
    lines = unclaimed(actor)
    draft = Draft.objects.filter(organisation_id=actor.organisation_id, user_id=actor.user_id, case=None)
    numbers = Organisation.objects.filter(pk=actor.organisation_id).values_list(
        _count(cases.filter(mine)), _count(cases.exclude(state="CLOSED").exclude(mine)),
        _count(cases.filter(state="CLOSED")), _count(cases.exclude(state="CLOSED")), _sum(cases.filter(back), "recovered"),
        _count(cases.filter(back)), _count(lines), _sum(lines, "amount"),
        Subquery(draft.order_by("-saved_at").values(told=JSONObject(
            id="id", step="step", saved_at="saved_at", line="answers__lines__0", complaint="answers__complaint"))[:1]),
    )  # fmt: skip
    return Overview(*numbers.get())


def _count(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().annotate(_one=Value(1)).values("_one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _sum(rows: QuerySet, name: str) -> Coalesce:
    money: DecimalField = DecimalField(max_digits=16, decimal_places=2)
    summed = rows.order_by().annotate(_one=Value(1)).values("_one").annotate(n=Sum(name)).values("n")
    return Coalesce(Subquery(summed, output_field=money), Value(Decimal(0), output_field=money))


# -- filing -------------------------------------------------------------------------------------------------------


def unclaimed(actor: Actor) -> QuerySet[StatementLine]:
    """Lines of imported statements that took money and are in no open case."""
    claimed = Line.objects.filter(statement_line=OuterRef("pk"), is_live=True)
    return StatementLine.objects.visible_to(actor).filter(~Exists(claimed), direction="D").order_by("-on", "-id")


def stores_of(actor: Actor) -> list[str]:
    """The names of the stores an actor may file for."""
    return list(Store.objects.visible_to(actor).order_by("name").values_list("name", flat=True))


def groups_of(rows: QuerySet[StatementLine], most: int = 10) -> list[dict]:
    """Statement lines by fee name: how many and how much, the most frequent first."""
    named = rows.exclude(fee_code="").order_by().values("fee_code").annotate(n=Count("id"), sum=Sum("amount"))
    return [dict(group) for group in named.filter(n__gt=1).order_by("-n", "fee_code")[:most]]


def known_payers(actor: Actor, most: int = 8) -> list[tuple[str, str]]:
    """The providers a shop may choose by a tap: those it named before first, then the listed ones; id and name."""
    rows = Organisation.objects.visible_to(actor).filter(kind__in=roles.PROVIDERS)
    named = If(When(recorded_by_id=actor.organisation_id, then=Value(0)), default=Value(1))
    return [(str(one.id), one.name) for one in rows.order_by(named, "name")[:most]]
