"""What awaits a second person: one request laid out to be checked, and the list of all that await my side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases import workflow
from cases.models import ActRequest, Case
from cases.services.approvals import pending
from cases.views import actforms
from cases.views.entrance import seated
from config.actors import Actor
from config.errors import NotFound
from config.text import Text
from merchants.models import Membership
from merchants.roles import SEATS


@seated
def approvals_page(request: HttpRequest) -> HttpResponse:
    """The requests of my side that wait, the oldest first, my own marked as such."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = ActRequest.objects.visible_to(actor).filter(state="pending").select_related("case").order_by("requested_at")
    items = [
        {
            "request": row,
            "case": row.case,
            "label": workflow.ACTS[row.act].label,
            "own": row.requested_by_id == actor.user_id,
        }
        for row in rows
    ]
    return render(
        request, "approvals.html",
        {
            "items": items, "who": others(actor) if any(i["own"] for i in items) else [],
            "decides": actor.seat in workflow.ACTS["approve"].seats,
        },
    )  # fmt: skip


def waiting_count(actor: Actor) -> int:
    """How many requests of my side wait, for the home page. Who is alone asks nobody."""
    return 0 if actor.is_alone else ActRequest.objects.visible_to(actor).filter(state="pending").count()


def prepare(asked, case: Case, actor: Actor) -> None:
    """Lays what is asked for before the person who decides. One's own request cannot be approved: who can is named."""
    try:
        request = pending(actor, case.number)
    except NotFound:
        return
    own = request.requested_by_id == actor.user_id
    asked.more |= {
        "request_row": request, "asked_label": workflow.ACTS[request.act].label, "own": own, "rows": told(request),
        "who": others(actor) if own else [],
    }  # fmt: skip


def told(request: ActRequest) -> list[dict]:
    """What was asked for, as (label, value) rows in the reader's language."""
    rows = []
    for name, one in actforms.of_act(request.act).items():
        value = request.data.get(name)
        if value in (None, "", [], False):
            continue
        words = dict(one.choices)
        rows.append({"label": one.label, "value": words.get(str(value)) or _plain(one.kind, value)})
    return rows


def _plain(kind: str, value: object) -> str:
    if kind == "file":
        return str(Text("已附文件", "A file is attached"))
    return str(value)[:16].replace("T", " ") if kind == "datetime" else str(value)


def others(actor: Actor) -> list[str]:
    """Who else of the same organisation may approve, by name and seat."""
    seats = workflow.ACTS["approve"].seats
    rows = Membership.objects.filter(organisation_id=actor.organisation_id, seat__in=seats, is_active=True)
    return [
        f"{row.user.name}（{SEATS[row.seat]}）"
        for row in rows.exclude(user_id=actor.user_id).select_related("user").order_by("created_at")
    ]
