"""What a person was told, newest first. Opening one marks it as read and leads to its case."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases import notices, queries
from cases.models import Notice, NoticeReading
from cases.views.entrance import seated
from config import clock
from config.actors import Actor
from config.errors import NotFound

PAGE = 50


@seated
def notices_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    read = NoticeReading.objects.filter(notice=OuterRef("pk"), user_id=actor.user_id)
    mine = queries.notices_of(actor)
    if request.method == "POST":
        mark(actor, mine.exclude(Exists(read)))
        return redirect("notifications")
    at = request.GET.get("page", "1")
    start = (max(1, int(at)) - 1) * PAGE if at.isdecimal() and len(at) < 6 else 0
    rows = list(
        mine.annotate(is_read=Exists(read))
        .select_related("case")
        .order_by("-created_at", "-id")[start : start + PAGE + 1]
    )
    side = "provider" if actor.is_provider else "merchant"
    number = start // PAGE + 1
    return render(request, "notifications.html", {
        "items": [_shown(row, side) for row in rows[:PAGE]], "alone": actor.is_alone, "unread": any(not row.is_read for row in rows),
        "previous_url": f"?page={number - 1}" if start else "", "next_url": f"?page={number + 1}" if len(rows) > PAGE else "",
    })  # fmt: skip


@seated
def open_notice(request: HttpRequest, notice: UUID) -> HttpResponse:
    """Marks one as read and goes to what it is about."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = queries.notices_of(actor).filter(pk=notice).select_related("case").first()
    if row is None:
        raise NotFound
    mark(actor, [row])
    if row.kind == "mail_received":
        return redirect(f"{reverse('answered', args=[row.case.number])}?mail={row.params['mail']}")
    return redirect("case", row.case.number)


def mark(actor: Actor, rows) -> None:
    readings = [NoticeReading(notice=row, user_id=actor.user_id, at=clock.now()) for row in rows]
    NoticeReading.objects.bulk_create(readings, ignore_conflicts=True)


def _shown(row: Notice, side: str) -> dict:
    number = row.case.number
    title, body = notices.words(row.kind, number, row.params, side) if row.kind in notices.KINDS else (number, "")
    return {"id": row.id, "title": title, "body": body, "at": row.created_at, "is_read": row.is_read}  # type: ignore[attr-defined]
