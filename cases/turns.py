"""Whose turn it is, for many cases at once in SQL: what next_actor.py says of one. What is asked of it is queries.py's."""

from django.db.models import Case as If
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat

from cases import workflow
from cases.models import (
    ActRequest,
    Agreement,
    Case,
    Deadline,
    Obligation,
    Offer,
    PartyTold,
    Responsibility,
    Signature,
    SignedCopy,
)
from config import clock
from config.actors import Actor

# Those whose turn hangs on rows are worked out below; without such a row it is the merchant's.
TURN_OF_STATE = {
    name: "merchant" if row.next_actor.startswith("by_") else row.next_actor for name, row in workflow.STATES.items()
}


def turn_of(actor: Actor) -> Q:
    """It is this reader's turn: to approve what another asked for, by the state, or because the other side is late."""
    by_state = Q(turn="provider" if actor.is_provider else "legal" if actor.is_legal else "merchant")
    if actor.is_merchant:
        by_state |= Q(is_overdue=True)
    return Q(asked_by__isnull=False) & ~Q(asked_by=actor.user_id) | Q(asked_by=None) & by_state


def with_turn(rows: QuerySet[Case]) -> QuerySet[Case]:
    """`turn`: whose it is by the state. `is_overdue`: the other side let its day pass. `asked_by`: who awaits approval."""
    proposed = Responsibility.objects.filter(case=OuterRef("pk")).order_by("-position")
    late = Deadline.objects.filter(case=OuterRef("pk"), code="CK-EXPL", due_at__lte=clock.now()).exclude(
        state="replaced"
    )
    case = OuterRef("pk")
    offered = Offer.objects.filter(case=case, state="live")
    frozen = Agreement.objects.filter(case=OuterRef("case"), state="frozen").values("pk")
    bound = [
        Exists(rows.objects.filter(case=case, side="merchant", agreement__in=frozen))
        for rows in (Signature, SignedCopy)
    ]
    owed = Obligation.objects.filter(case=case).order_by("due_at", "position").values("debtor")
    unheard = PartyTold.objects.filter(case=case, knows_at=None)
    broken = Obligation.objects.filter(
        case=case, debtor="provider", state__in=["open", "disputed"], grace_until__lte=clock.now()
    )
    by_state = [
        When(state__in=[name for name, turn in TURN_OF_STATE.items() if turn == who], then=Value(who))
        for who in ("provider", "legal", "court", "none")
    ]
    told = proposed.values(told=Concat("side", Value(":"), "state"))[:1]
    asked = ActRequest.objects.filter(case=OuterRef("pk"), state="pending").values("requested_by_id")
    return rows.annotate(
        proposed=Subquery(told),
        asked_by=Subquery(asked),
        owes=Subquery(owed.filter(state__in=["open", "disputed"])[:1]),
        proved=Subquery(owed.filter(state="proven")[:1]),
    ).annotate(
        turn=If(
            *by_state,
            When(state="RESP_REVIEW", proposed="merchant:proposed", then=Value("provider")),
            When(Exists(offered.filter(side="merchant")), state="OFFER_PENDING", then=Value("provider")),
            When(bound[0] | bound[1], state="SIGNING", then=Value("provider")),
            When(
                Exists(unheard.filter(side="provider")) & ~Exists(unheard.filter(side="merchant")),
                state="EFFECTIVE", then=Value("provider"),
            ),
            When(state="FULFILLING", owes="provider", then=Value("provider")),
            When(state="FULFILLING", owes=None, proved="merchant", then=Value("provider")),
            default=Value("merchant"),
        ),
        is_overdue=If(
            When(state__in=workflow.AWAITING, then=Exists(late)), When(state="FULFILLING", then=Exists(broken)),
            default=Value(False),
        ),
    )  # fmt: skip
