"""What the desk reads: the queue of a staff seat by its own due days, its views with their numbers, the next case.

Changes nothing and takes the same few statements whatever the length. What a row looks like is cases/views/desk.py's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, JSONObject

from cases import queries, reasons, timetable, workflow
from cases.models import Assignment, Case, Deadline, Event, Line, Obligation
from cases.turns import turn_of, with_turn
from config import clock
from config.actors import Actor
from config.paging import Order, Page, page
from config.text import Text
from merchants import roles

PAGE = 50
MOST_EXPORTED = 10_000
# Cases in which nothing is due stand behind the others, the oldest first.
AFTER_ALL = timedelta(days=365_000)
PLACE = Order("place_of", datetime)
VIEWS = {
    "all": Text("全部", "All"),
    "today": Text("今天到期", "Due today"),
    "overdue": Text("已逾期", "Overdue"),
    "mine": Text("我的", "Mine"),
    "unassigned": Text("未分配", "Unassigned"),
    "waiting": Text("等商户", "With the merchant"),
}
NAMES = {
    "view": Text("视图", "View"), "state": Text("状态", "State"), "cause": Text("原因", "Cause"),
    "least": Text("金额", "Amount"), "most": Text("金额", "Amount"), "who": Text("负责人", "In charge"),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the queue is narrowed to. A value that is not known is left out and named in `dropped`."""

    view: str = "all"
    state: str = ""
    cause: str = ""
    tid: str = ""
    who: str = ""  # a user's id
    least: Decimal | None = None
    most: Decimal | None = None
    q: str = ""
    dropped: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, params: Mapping[str, str]) -> "Asked":
        told = {name: (params.get(name) or "").replace("\x00", "").strip()[:80] for name in (*NAMES, "tid", "q")}
        known: dict[str, Iterable[str]] = {"view": VIEWS, "state": workflow.STATES, "cause": reasons.CAUSES}
        bad = {name for name, table in known.items() if told[name] and told[name] not in table}
        sums = {name: _amount(told[name]) for name in ("least", "most")}
        bad |= {name for name, amount in sums.items() if told[name] and amount is None}
        bad |= {"who"} if told["who"] and not (told["who"].isdecimal() and len(told["who"]) < 19) else set()
        kept = {name: "" if name in bad or name in sums else value for name, value in told.items()}
        words = {name: value for name, value in kept.items() if value}
        return cls(**words, **sums, dropped=tuple(name for name in NAMES if name in bad))  # type: ignore[arg-type]

    @property
    def narrows(self) -> bool:
        return any((self.state, self.cause, self.tid, self.who, self.q, self.least is not None, self.most is not None))


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 10**12 else None


def side_of(actor: Actor) -> str:
    """Whose due days and people the reader sees: by his organisation, for an auditor holds no side's seat."""
    return "provider" if roles.SIDE_OF_KIND.get(actor.organisation_kind) == "provider" else "merchant"


def standing(actor: Actor) -> QuerySet[Case]:
    """The cases an actor sees, each with whose turn it is, the day by which the own side must act, and who has it."""
    due, has = _owed(side_of(actor)), _in_charge(side_of(actor))
    rows = with_turn(Case.objects.visible_to(actor)).annotate(
        due_at=Subquery(due.values("due_at")[:1]), assignee_id=Subquery(has.values("user_id")[:1])
    )
    later = ExpressionWrapper(F("created_at") + Value(AFTER_ALL), output_field=DateTimeField())
    return rows.annotate(place_of=Coalesce("due_at", later))


def _owed(side: str) -> QuerySet[Deadline]:
    """What a side still has to do by a day in the case at hand, the first first: what runs, and what ran out undone."""
    own = [code for code, row in timetable.CLOCKS.items() if row.acts in (side, "both")]
    acts = Q(acts__in=(side, "both")) | Q(acts="", code__in=own)
    undone = (
        Q(due_at__gt=OuterRef("state_since")) | Q(code="CK-OBL") | Q(code="CK-EXPL", of_state__in=workflow.AWAITING)
    )
    kept = Obligation.objects.filter(pk=OuterRef("subject_id")).exclude(state__in=["open", "disputed"])
    rows = Deadline.objects.annotate(of_state=ExpressionWrapper(OuterRef("state"), output_field=CharField())).filter(
        acts, Q(state="running") | Q(state="expired") & undone, case=OuterRef("pk")
    )
    return rows.exclude(code="CK-LIM").exclude(Q(code="CK-OBL") & Exists(kept)).order_by("due_at", "code")


def _in_charge(side: str) -> QuerySet[Assignment]:
    """Whom the own side gave the case at hand: its private row, no other."""
    return Assignment.objects.filter(case=OuterRef("pk"), private_to=OuterRef(f"{side}_id"))


def _views(actor: Actor) -> dict[str, Q]:
    """Each view as a condition over `standing`; all but the first are about open cases."""
    now = clock.now()
    tonight = clock.day_end(clock.local_day(now))
    return {
        "all": Q(),
        "today": Q(due_at__gt=now, due_at__lte=tonight),
        "overdue": Q(due_at__lte=now),
        "mine": Q(assignee_id=actor.user_id),
        "unassigned": Q(assignee_id=None),
        "waiting": ~(turn_of(actor) if actor.seat in workflow.ANYONE else Q(turn=side_of(actor))),
    }


def counts(actor: Actor) -> dict[str, int]:
    """How many open cases each view holds, in one statement."""
    numbers = {name: Count("pk", filter=told) if told else Count("pk") for name, told in _views(actor).items()}
    return standing(actor).exclude(state="CLOSED").order_by().aggregate(**numbers)


def narrowed(actor: Actor, asked: Asked) -> QuerySet[Case]:
    """The queue as asked for. Closed cases are there only where one looks for them: by their state, or by words."""
    rows = standing(actor).filter(_views(actor)[asked.view])
    if asked.state:
        rows = rows.filter(state=asked.state)
    elif not asked.q or asked.view != "all":
        rows = rows.exclude(state="CLOSED")
    if asked.cause:
        rows = rows.filter(cause=asked.cause)
    if asked.tid:
        rows = rows.filter(Exists(Line.objects.filter(case=OuterRef("pk"), tid=asked.tid)))
    if asked.who:
        rows = rows.filter(Q(assignee_id=int(asked.who)))
    if asked.least is not None:
        rows = rows.filter(amount__gte=asked.least)
    if asked.most is not None:
        rows = rows.filter(amount__lte=asked.most)
    return queries.narrowed(rows, queries.Filters(q=asked.q), actor)


def with_row(rows: QuerySet[Case], actor: Actor) -> QuerySet[Case]:
    """What one row shows besides: the deadline, who has the case, what happened last, the first line."""
    due = _owed(side_of(actor)).values(told=JSONObject(code="code", kind="kind", acts="acts"))
    has = _in_charge(side_of(actor))
    last = (
        Event.objects.visible_to(actor).filter(case=OuterRef("pk")).order_by("-seq")
        .values(told=JSONObject(act="act", seat="seat", user="user_id", of="organisation_id", code=KeyTextTransform("code", "data")))
    )  # fmt: skip
    lines = Line.objects.filter(case=OuterRef("pk"), dropped_reason="").order_by("position")
    # A case of no deduction shows what is withheld, frozen or reserved: the first of these sums, never all together.
    held = lines.exclude(kind="DEDUCTION").order_by("kind").values("kind").annotate(sum=Sum("amount"))
    return rows.select_related("merchant").annotate(
        deadline=Subquery(due[:1]), assignee=Subquery(has.values("user_name")[:1]), last=Subquery(last[:1]),
        line=Subquery(lines.values(told=JSONObject(fee="fee_name", tid="tid"))[:1]),
        held=Subquery(held.values("sum")[:1]),
    )  # fmt: skip


def listed(actor: Actor, asked: Asked, cursor: str = "", most: int = PAGE) -> Page:
    """One page of the queue, the most urgent first, in one statement."""
    return page(with_row(narrowed(actor, asked), actor), PLACE, falling=False, name="desk", cursor=cursor, limit=most)


def exported(actor: Actor, asked: Asked, numbers: list[str] | None = None) -> list[Case]:
    """The queue as rows of a table, one more than may be taken at once; or only the cases of `numbers`."""
    rows = standing(actor).filter(number__in=numbers) if numbers else narrowed(actor, asked)
    return list(with_row(rows, actor).order_by(F("place_of"), "pk")[: MOST_EXPORTED + 1])


def awaiting(actor: Actor, most: int) -> list[Case]:
    """The cases that wait for an acknowledgement or an explanation, the most urgent first."""
    rows = standing(actor).filter(state__in=workflow.AWAITING)
    return list(with_row(rows, actor).order_by(F("place_of"), "pk")[:most])


def following(actor: Actor, asked: Asked, number: str) -> Case | None:
    """The next case of the queue that waits for the own side: the one behind `number` while that still waits itself,
    else the most urgent; none when nothing else waits."""
    rows = narrowed(actor, asked).filter(turn_of(actor)).exclude(state="CLOSED").order_by(F("place_of"), "pk")
    here = rows.filter(number=number).first()
    others = rows.exclude(number=number)
    behind = Q(place_of__gt=here.place_of) | Q(place_of=here.place_of, pk__gt=here.pk) if here else Q(pk=None)  # type: ignore[attr-defined]
    return (others.filter(behind).first() if here else None) or others.first()
