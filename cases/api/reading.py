"""What the API reads: the list with its filters and orders, one case whole, its timeline and evidence.

Changes nothing and starts from `visible_to(actor)`. What the answers look like is shapes.py's.
"""

from datetime import UTC, datetime
from decimal import Decimal

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases import actions, events, queries, timetable, workflow
from cases.api import schema
from cases.api.shapes import STAGES, CaseShape, EventShape, EvidenceShape, SummaryShape
from cases.models import ActRequest, Case, Deadline, Event, Evidence, Line
from cases.next_actor import next_actor
from config import clock
from config.actors import Actor
from config.errors import NotFound
from config.fields import words
from config.paging import Order, Page, PageQuery, page

FAR = datetime(9999, 1, 1, tzinfo=UTC)  # where a case without a deadline stands in the order of deadlines
ORDERS = {
    "created_at": Order("created_at", datetime),
    "changed_at": Order("changed_at", datetime),
    "due_at": Order(Coalesce("next_due_at", Value(FAR)), datetime),
    "amount": Order("amount", Decimal),
}
NEWEST = "-created_at"


class Before(serializers.Field):
    """A day (its first instant) or an instant with offset."""

    default_error_messages = {"invalid": _("请填写日期或带时区的时间，例如 2026-11-30。")}

    def to_internal_value(self, value) -> datetime:
        text = str(value).strip().replace(" ", "+")
        try:
            at = datetime.fromisoformat(text)
            return clock.day_start(at.date()) if len(text) <= 10 else at.astimezone(clock.SHANGHAI)
        except (ValueError, OverflowError):
            self.fail("invalid")


class CaseQuery(PageQuery):
    """What a list is narrowed to and ordered by."""

    state = serializers.ChoiceField(choices=list(workflow.STATES), required=False, label=_("状态"))
    stage = serializers.ChoiceField(choices=list(STAGES), required=False, label=_("阶段"))
    q = words(80, required=False, label=_("编号、对方名称、终端号、商户编号或扣款名称"))
    due_before = Before(required=False, label=_("下一个期限在此之前"))
    amount_min = serializers.DecimalField(14, 2, min_value=Decimal(0), required=False, label=_("扣款合计不少于"))
    store = serializers.UUIDField(required=False, label=_("门店"))
    ordering = serializers.ChoiceField(
        choices=[sign + name for name in ORDERS for sign in ("", "-")], required=False, default=NEWEST, label=_("排序")
    )


def listed(actor: Actor, asked: dict) -> Page:
    """One page of the cases an actor sees, each ready for `summary`."""
    found = queries.Filters(state=asked.get("state", ""), stage=asked.get("stage", ""), q=asked.get("q", ""))
    rows = queries.with_row(queries.narrowed(Case.objects.visible_to(actor), found, actor), actor)
    if "due_before" in asked:
        rows = rows.filter(next_due_at__lte=asked["due_before"])
    if "amount_min" in asked:
        rows = rows.filter(amount__gte=asked["amount_min"])
    if "store" in asked:
        rows = rows.filter(store_id=asked["store"])
    name = asked["ordering"]
    order = ORDERS[name.removeprefix("-")]
    return page(rows, order, falling=name[0] == "-", name=name, cursor=asked.get("cursor", ""), limit=asked["limit"])


def summary(case: Case) -> dict:
    return SummaryShape(_addressed(case)).data


COMPANIONS = (
    "responsibility", "letters", "evidence_requests", "refunds", "offers", "agreements", "signatures", "signed_copies",
    "obligations", "told_parties",
)  # fmt: skip


def whole(actor: Actor, number: str) -> dict:
    """One case with everything its reader may see. Raises NotFound for what is foreign and what is unknown alike."""
    rows = Case.objects.visible_to(actor).select_related("merchant", "provider", "outsourcer")
    case = rows.prefetch_related(*COMPANIONS).filter(number=number).first()
    if case is None:
        raise NotFound
    case.turn = next_actor(case)
    case.told = {
        "parties": _parties(case),
        "story": case.story if actor.is_merchant else "",
        "sums": _sums(actor, case),
        "lines": Line.objects.visible_to(actor).filter(case=case).order_by("position"),
        "deadlines": deadlines(actor, case, now_only=True),
        "letters": sorted(
            (one for one in case.letters.all() if one.sent_at or not actor.is_provider), key=lambda one: one.position
        ),
        "responsibility": sorted(case.responsibility.all(), key=lambda one: one.position),
        "live_offer": next((one.position for one in case.offers.all() if one.state == "live"), None),
        "evidence_requests": sorted(case.evidence_requests.all(), key=lambda one: one.position),
        "refunds": sorted(case.refunds.all(), key=lambda one: one.recorded_at),
        "pending": ActRequest.objects.visible_to(actor).filter(case=case, state="pending").first(),
        "actions": [_action(case, act, blocked) for act, blocked in actions.available(case, actor)],
    }
    return CaseShape(_addressed(case)).data


def opened(actor: Actor, number: str) -> Case:
    """The case alone, for what lies beside it."""
    case = Case.objects.visible_to(actor).filter(number=number).first()
    if case is None:
        raise NotFound
    return case


def _addressed(case: Case) -> Case:
    case.stage = workflow.stage_of(case.state)  # type: ignore[attr-defined]
    case.provider_name = case.provider.name if case.provider else ""  # type: ignore[attr-defined]
    case.address = reverse("api-case", args=[case.number])  # type: ignore[attr-defined]
    return case


def _parties(case: Case) -> list[dict]:
    named = (("claimant", "merchant", case.merchant), ("respondent", "provider", case.provider),
             ("outsourcer", "provider", case.outsourcer))  # fmt: skip
    return [
        {
            "role": role,
            "side": side,
            "id": firm.id,
            "name": firm.name,
            "kind": firm.kind,
            "has_account": firm.has_account,
        }
        for role, side, firm in named
        if firm
    ]


def _sums(actor: Actor, case: Case) -> list[dict]:
    lines = Line.objects.visible_to(actor).filter(case=case, dropped_reason="").order_by()
    return list(
        lines.values("kind").annotate(lines=Count("id"), of=Sum("amount"), back=Sum("refunded")).order_by("kind")
        .values("kind", "lines", amount=F("of"), refunded=F("back"))
    )  # fmt: skip


def _action(case: Case, act: workflow.Act, blocked: list) -> dict:
    return {
        "name": act.name, "label": str(act.label), "href": reverse(f"api-act-{act.name}", args=[case.number]),
        "fields": schema.of_act(act.name), "blocked_by": [str(text) for text in blocked],
    }  # fmt: skip


# -- deadlines ----------------------------------------------------------------------------------------------------


def deadlines(actor: Actor, case: Case, *, now_only: bool = False) -> list[dict]:
    """The clocks of a case, the first to end first. `now_only`: those that run, and those that ran out in this state.

    Limitation runs for each line; lines that share their days share one entry, which names them.
    """
    rows = Deadline.objects.visible_to(actor).filter(case=case).order_by("due_at", "code")
    if now_only:
        rows = rows.filter(Q(state="running") | Q(state="expired", due_at__gte=case.state_since))
    position = Line.objects.filter(pk=OuterRef("subject_id")).values("position")
    names = ("id", "code", "state", "starts_at", "due_at")
    groups: dict[tuple, list] = {}
    for identity, *of, line in rows.annotate(line=Subquery(position)).values_list(*names, "line"):
        key = (*of, None if of[0] == "CK-LIM" else identity)
        groups.setdefault(key, []).append((identity, line))
    firsts = Deadline.objects.in_bulk([group[0][0] for group in groups.values()])
    side = "provider" if actor.is_provider else "merchant"
    return [
        {**_deadline(firsts[group[0][0]], side), "lines": sorted(line for _id, line in group if line)}
        for group in groups.values()
    ]


def _deadline(row: Deadline, side: str) -> dict:
    of = timetable.CLOCKS[row.code]
    worked = row.computation.get("en" if (get_language() or "").startswith("en") else "zh", {})
    return {
        "code": row.code, "kind": row.kind, "state": row.state, "starts_at": row.starts_at, "due_on": row.due_on,
        "due_at": row.due_at, "provisional": row.provisional, "source": worked.get("source") or row.source,
        "steps": worked.get("steps", []), "sentence": str(of.sentence(row.kind, clock.bound(row.due_at), reader=side, acts=row.acts or None)),
        "silence": str(of.then(side, row.acts)),
    }  # fmt: skip


# -- timeline and evidence ----------------------------------------------------------------------------------------

BY_SEQ = Order("seq", int)
BY_POSITION = Order("position", int)


def timeline(actor: Actor, case: Case, asked: dict) -> tuple[Page, list[dict]]:
    """The newest acts first, each with the later record that put it right."""
    corrections = (
        Event.objects.visible_to(actor).filter(case=case, act="correct_record")
        .annotate(of=Cast(KeyTextTransform("event", "data"), IntegerField())).filter(of=OuterRef("seq"))
        .order_by("-seq").values("seq")
    )  # fmt: skip
    rows = Event.objects.visible_to(actor).filter(case=case).annotate(corrected_by=Subquery(corrections[:1]))
    found = page(rows, BY_SEQ, falling=True, name="timeline", cursor=asked.get("cursor", ""), limit=asked["limit"])
    return found, [EventShape(_event(actor, case, row)).data for row in found.rows]


def _event(actor: Actor, case: Case, row: Event) -> dict:
    told = events.told(row)
    return {
        "seq": row.seq, "at": row.at, "act": row.act, "sentence": str(told["sentence"]), "text": str(told["text"]),
        "details": [{"label": str(label), "value": str(value)} for label, value in told["details"]],
        "by": _who(actor, case, row), "seat": row.seat, "on_behalf": str(told["on_behalf"]),
        "visibility": "internal" if row.private_to else "shared", "evidence": told["evidence"],
        "corrects": row.data.get("event") if row.act == "correct_record" else None,
        "corrected_by": row.corrected_by,  # type: ignore[attr-defined]
    }  # fmt: skip


def _who(actor: Actor, case: Case, row: Event) -> str:
    """The own side's people by name, the other side by its firm."""
    if row.organisation_id == actor.organisation_id:
        return row.actor_name
    firm = {"merchant": case.merchant, "provider": case.provider}.get(row.seat.partition(".")[0])
    return firm.name if firm else ""


def evidence_of(actor: Actor, case: Case) -> QuerySet[Evidence]:
    return Evidence.objects.visible_to(actor).filter(case=case)


def evidence_page(actor: Actor, case: Case, asked: dict) -> tuple[Page, list[dict]]:
    found = page(
        evidence_of(actor, case), BY_POSITION, falling=False, name="evidence", cursor=asked.get("cursor", ""),
        limit=asked["limit"],
    )  # fmt: skip
    return found, [evidence_item(case, row) for row in found.rows]


def evidence_item(case: Case, row: Evidence) -> dict:
    row.address = reverse("api-evidence-file", args=[case.number, row.position])  # type: ignore[attr-defined]
    row.visibility = "internal" if row.private_to else "shared"  # type: ignore[attr-defined]
    return EvidenceShape(row).data
