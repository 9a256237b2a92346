"""Letters and texts to people: rows written with the act that causes them, sent at least once under one stable id.

Web processes only write rows. The relay publishes hints; a worker claims a row under a lease, sends it, marks it sent.
How a message travels is config/channels, its words are templates/messages, who is told is cases/services/notices.py.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string

from config import channels, clock, tenancy
from config.actors import SYSTEM
from config.models import OutboxMessage

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
# Templates whose parameters are forgotten as soon as the message has left or can leave no more: secrets, and what
# belongs to no single organisation.
FORGOTTEN = ("login_code", "sign_code", "account_mail", "digest", "answer_link")
# Template → what a mail of it holds besides: a function of the message that answers channels.mail.Enclosed.
ENCLOSED = {"letter": "cases.services.letters.as_mail"}
# Template → who is told, in a transaction of its own, that the other side will never take the message.
UNDELIVERABLE = {"letter": "cases.services.inbound.undeliverable"}
# Template → what answers, just before sending, why the message is wanted no longer ("" when it is).
WANTED = {"notice": "cases.services.notices.why_not"}


def enqueue(
    *,
    channel: str,
    to: str,
    template: str,
    language: str,
    params: dict,
    dedup_key: str,
    organisation_id: UUID | None = None,
    expires_at: datetime | None = None,
    not_before: datetime | None = None,
) -> None:
    """Writes a message into the caller's transaction; a second one under the same `dedup_key` changes nothing.

    The key is made of business facts, never of the time of the run. A message without organisation (a log-in code)
    belongs to none. It is cancelled when it has not left before `expires_at`.
    """
    now = clock.now()
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                id=uuid4(), organisation_id=organisation_id, dedup_key=dedup_key, channel=channel, template=template,
                language=language, to=to, params=params, not_before=not_before or now, expires_at=expires_at,
                created_at=now,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def deliver(message_id: UUID, organisation_id: UUID | None) -> str:
    """Sends one message that is due and that nobody else is sending; answers its new state, "" when left alone.

    A hint too many finds nothing to claim. Killed between the other side's acceptance and our mark, it is sent again
    under the same id when the lease has run out.
    """
    message = _claim(message_id, organisation_id)
    if message is None:
        return ""
    try:
        hold = ENCLOSED.get(message.template)
        enclosed = import_string(hold)(message) if hold else None
        subject, text = words(message, **(enclosed.words if enclosed else {}))
        more = (enclosed,) if enclosed else ()
        channels.SENDERS[message.channel](message.id, message.to, subject, text, *more)
    except channels.Rejected as refusal:
        return _finish(message, "parked", last_error=f"rejected: {refusal}"[:300])
    except Exception as error:
        log.warning("message %s was not sent: %s", message.id, error, exc_info=True)
        return _again(message, f"{type(error).__name__}: {error}"[:300])
    return _finish(message, "sent", sent_at=clock.now(), last_error="")


def words(message: OutboxMessage, **more) -> tuple[str, str]:
    """Subject and text in the reader's language; the first line of a letter's template is its subject."""
    with translation.override(message.language):
        text = render_to_string(
            f"messages/{message.template}.{message.channel}.txt",
            {**message.params, **more, "base_url": settings.BASE_URL},
        )
    if message.channel != "email":
        return "", " ".join(text.split())
    subject, _, body = text.strip().partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"


def _claim(message_id: UUID, organisation_id: UUID | None) -> OutboxMessage | None:
    """The message under a lease of ours; none when it is not due, another holds it, or it is wanted no longer."""
    with tenancy.acting(SYSTEM, organisation_id=organisation_id):
        free = Q(state="pending", not_before__lte=clock.now()) | Q(state="sending", lease_until__lt=Now())
        rows = OutboxMessage.objects.select_for_update(skip_locked=True)
        message = rows.filter(free, pk=message_id).first()
        if message is None:
            return None
        if reason := _why_not(message):
            _end(message, "cancelled", last_error=reason[:300])
            return None
        if message.attempts >= MOST_ATTEMPTS:  # each attempt ended with the worker killed
            _end(message, "parked", last_error=message.last_error or "the worker ended during each attempt")
            return None
        message.lease_token, message.attempts = uuid4(), message.attempts + 1
        OutboxMessage.objects.filter(pk=message.pk).update(
            state="sending", lease_token=message.lease_token, attempts=F("attempts") + 1,
            lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS),
        )  # fmt: skip
        return message


def _why_not(message: OutboxMessage) -> str:
    if message.expires_at and message.expires_at <= clock.now():
        return "expired"
    check = WANTED.get(message.template)
    return import_string(check)(message) if check else ""


def _finish(message: OutboxMessage, state: str, **changes) -> str:
    """Ends our claim; answers "" when the lease had passed to another, who then decides."""
    with tenancy.acting(SYSTEM, organisation_id=message.organisation_id):
        if _end(message, state, **changes):
            if state == "parked" and (tell := UNDELIVERABLE.get(message.template)):
                import_string(tell)(message, changes.get("last_error", ""))
            return state
    log.warning("message %s: the lease was lost before it was marked %s", message.id, state)
    return ""


def _again(message: OutboxMessage, error: str) -> str:
    if message.attempts >= MOST_ATTEMPTS:
        return _finish(message, "parked", last_error=error)
    pause = min(FIRST_PAUSE * 2 ** (message.attempts - 1), LONGEST_PAUSE)
    return _finish(message, "pending", last_error=error, not_before=clock.now() + pause, hinted_at=None)


def _end(message: OutboxMessage, state: str, **changes) -> int:
    if message.template in FORGOTTEN and state in ("sent", "cancelled", "parked"):
        changes["params"] = {}
    rows = OutboxMessage.objects.filter(pk=message.pk, lease_token=message.lease_token)
    return rows.update(state=state, lease_token=None, lease_until=None, **changes)
