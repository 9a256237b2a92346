"""Who gets mail or a text about a notice, when, in which words; and the one digest a day.

What is told, by kind, is the table cases/notices.py. In the product itself the notice's row is all there is to it.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import Error, connection
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now
from django.utils import translation

from cases import notices as table
from cases import queries
from cases.models import Deadline, Notice, NoticeReading
from config import clock, outbox, tenancy
from config.actors import SYSTEM, Actor
from config.clock import ONE_DAY, SHANGHAI
from config.models import Heartbeat, OutboxMessage
from merchants import access
from merchants.models import Membership, User

log = logging.getLogger(__name__)
EVENING, MORNING, DIGEST = time(21), time(8), time(8, 30)
LINES_OF_DIGEST = 20


def sweep(most: int = 200) -> int:
    """Spreads what has not been spread; one that fails is tried again later and never holds up the others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, organisation_id FROM app_due_notices(%s)", [most])
        rows = cursor.fetchall()
    return sum(_tried(*row) for row in rows)


def spread(notice_id: UUID, organisation_id: UUID) -> bool:
    """Writes the mails and texts of a notice that comes alone, once, with the mark that it was done.

    Where nobody holds a seat that is told, who leads the organisation is told instead.
    """
    with tenancy.acting(SYSTEM, organisation_id=organisation_id):
        rows = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("case")
        notice = rows.filter(pk=notice_id, spread_at=None).first()
        if notice is None:
            return False
        members = _members(notice)
        if not [m for m in members if m.seat in notice.seats]:
            notice.seats = [*notice.seats, *sorted({m.seat for m in members if _leads(m)})]
        if table.comes_alone(notice.kind, side_of(notice)):
            told = {m.user_id: m for m in members if m.seat in notice.seats and m.user_id != notice.caused_by_id}
            for member in told.values():
                _write(notice, member)
        notice.spread_at = clock.now()
        notice.save(update_fields=["spread_at", "seats"])
    return True


def told(notice: Notice) -> tuple[str, str]:
    """Title and body in the reader's language: the same words in the product, in mail and in the digest."""
    title, body = table.words(notice.kind, notice.case.number, notice.params, side_of(notice))
    return str(title), str(body)


def side_of(notice: Notice) -> str:
    return "merchant" if notice.case.merchant_id == notice.organisation_id else "provider"


def link(number: str) -> str:
    return f"{settings.BASE_URL}/cases/{number}/"


def why_not(message: OutboxMessage) -> str:
    """Why a notice's message is wanted no longer, just before it is sent: "" when it still is."""
    notice = Notice.objects.select_related("case").filter(pk=message.params["notice"]).first()
    if notice is None:
        return "the case is no longer theirs"
    member = Membership.objects.filter(pk=message.params["membership"], is_active=True, user__is_active=True)
    if not member.exists():
        return "no longer a member"
    if notice.case.state == "CLOSED" and notice.kind != "closed":
        return "the case is closed"
    if notice.kind == "approval_asked" and not notice.case.requests.filter(state="pending").exists():
        return "it was decided already"
    if "code" in notice.params:
        waiting = ["running"] if notice.kind in ("due_soon", "due_ahead") else ["running", "expired"]
        due_at = datetime.fromisoformat(notice.params["due_at"])
        rows = Deadline.objects.filter(case=notice.case, code=notice.params["code"], due_at=due_at, state__in=waiting)
        return "" if rows.exists() else "the deadline has ended"
    return ""


def _members(notice: Notice) -> list[Membership]:
    """Everybody who may see the notice: of the organisation, and of the case's store where the seat is a store's."""
    rows = Membership.objects.filter(organisation_id=notice.organisation_id, is_active=True, user__is_active=True)
    rows = rows.select_related("user").order_by("created_at", "id")
    return [m for m in rows if m.stores is None or notice.store_id in m.stores]


def _leads(member: Membership) -> bool:
    return member.seat in ("merchant.owner", "provider.agent", "provider.approver")


def _write(notice: Notice, member: Membership) -> None:
    user, row = member.user, table.KINDS[notice.kind]
    with translation.override(user.language):
        title, body = told(notice)
        short = str(table.text_message(notice.kind, notice.case.number, f"{settings.BASE_URL}/c/{notice.case.number}"))
    due = notice.params.get("due_at") if notice.kind in ("due_soon", "due_ahead") else None
    ends_at = datetime.fromisoformat(due) if due else None
    for channel, address in addresses(user):
        outbox.enqueue(
            channel=channel, to=address, template="notice", language=user.language,
            params={"notice": str(notice.id), "membership": str(member.id), "title": title, "body": body,
                    "short": short, "link": link(notice.case.number)},
            dedup_key=f"notice:{notice.id}:{user.id}:{channel}", organisation_id=notice.organisation_id,
            not_before=after_the_night(clock.now(), ends_at if row.urgent else None), expires_at=ends_at,
        )  # fmt: skip


def addresses(user: User) -> list[tuple[str, str]]:
    """The ways this person wants to be reached. A phone counts once it was proven."""
    ways = [("email", user.email if user.wants_email else ""),
            ("sms", user.phone if user.wants_sms and user.phone_verified else "")]  # fmt: skip
    return [(channel, address) for channel, address in ways if address]


def after_the_night(at: datetime, ends_at: datetime | None = None) -> datetime:
    """The instant itself, or 08:00 when it falls between 21:00 and 08:00 in Shanghai.

    `ends_at` is the bound of an urgent notice's deadline: what would be over by 08:00 comes at once.
    """
    local = at.astimezone(SHANGHAI)
    if MORNING <= local.time() < EVENING:
        return at
    day = local.date() if local.time() < MORNING else local.date() + ONE_DAY
    morning = datetime.combine(day, MORNING, SHANGHAI)
    return at if ends_at and ends_at <= morning else morning


# -- the digest ---------------------------------------------------------------------------------------------------


def digest() -> int:
    """Once a day from 08:30: one message to each person with unread notices that did not come alone.

    Any number of processes may call it at any time; the key of a message is the person and the day.
    """
    last = Heartbeat.objects.filter(name="digest").values_list("at", flat=True).first()
    now = clock.now()
    until = datetime.combine(clock.local_day(now), DIGEST, SHANGHAI)
    until = until if until <= now else until - ONE_DAY
    if last and last >= until:
        return 0
    since = max(last or until - ONE_DAY, until - timedelta(days=7))
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, membership_id, organisation_id FROM app_digest_people(%s)", [since])
        rows = cursor.fetchall()
    memberships: dict[int, list[tuple[UUID, UUID]]] = {}
    for user_id, membership_id, organisation_id in rows:
        memberships.setdefault(user_id, []).append((membership_id, organisation_id))
    sent = sum(_digest_of(user_id, theirs, since, until) for user_id, theirs in sorted(memberships.items()))
    Heartbeat.objects.update_or_create(name="digest", defaults={"at": until})
    return sent


def _digest_of(user_id: int, memberships: Iterable[tuple[UUID, UUID]], since: datetime, until: datetime) -> int:
    user = User.objects.get(pk=user_id)
    ways = addresses(user)[:1]  # by mail where there is an address, else by text
    with translation.override(user.language):
        titles: dict[UUID, str] = {}
        for membership_id, organisation_id in memberships if ways else ():
            with tenancy.acting(SYSTEM, organisation_id=organisation_id):
                membership = Membership.objects.get(pk=membership_id)
            titles |= _unread(access.actor_of(membership), since, until)
    if not titles:
        return 0
    with tenancy.acting(SYSTEM):
        for channel, address in ways:
            outbox.enqueue(
                channel=channel, to=address, template="digest", language=user.language,
                params={"count": len(titles), "titles": list(titles.values())[:LINES_OF_DIGEST],
                        "more": max(0, len(titles) - LINES_OF_DIGEST)},
                dedup_key=f"digest:{user_id}:{clock.local_day(until)}", expires_at=until + ONE_DAY,
                not_before=after_the_night(clock.now()),
            )  # fmt: skip
    return 1


def _unread(actor: Actor, since: datetime, until: datetime) -> dict[UUID, str]:
    """What this person has not read, did not cause and was not told already, by notice."""
    side = "provider" if actor.is_provider else "merchant"
    with tenancy.acting(actor):
        read = NoticeReading.objects.filter(notice=OuterRef("pk"), user_id=actor.user_id)
        rows = queries.notices_of(actor).filter(~Exists(read), created_at__gte=since, created_at__lt=until)
        rows = rows.select_related("case").order_by("created_at")
        wanted = [n for n in rows if n.caused_by_id != actor.user_id and not table.comes_alone(n.kind, side)]
        return {n.id: told(n)[0] for n in wanted}


def _tried(notice_id: UUID, organisation_id: UUID) -> bool:
    try:
        return spread(notice_id, organisation_id)
    except Error:
        if not connection.is_usable():
            raise
        log.exception("notice %s was not spread", notice_id)
    except Exception:
        log.exception("notice %s was not spread", notice_id)
    with tenancy.acting(SYSTEM, organisation_id=organisation_id):
        rows = Notice.objects.filter(pk=notice_id, spread_at=None)
        attempts = rows.values_list("attempts", flat=True).first() or 0
        rows.update(attempts=F("attempts") + 1, retry_at=Now() + timedelta(seconds=2 ** (attempts + 1)))
    return False
