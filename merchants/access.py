"""Who a request comes from: log-in or API key to Actor, through the two functions that see ids only.

Denied access is recorded here too, in a transaction of its own.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import connection, transaction
from django.shortcuts import redirect

from config import clock, logs, tenancy
from config.actors import Actor
from config.errors import NotAllowed
from config.models import AccessRecord
from config.text import Text
from merchants import roles
from merchants.models import ApiKey, User

FRESH_SECONDS = 30 * 60
# What stays open to somebody who has no second factor yet: log-in, log-out and setting one up.
WITHOUT_SECOND_FACTOR = ("account_", "mfa_", "confirm-by-code", "switch", "landing")
SECOND_FACTOR_FIRST = Text(
    "你的席位要用两步验证。请先启用验证器应用。",
    "Your seat needs two-step verification. Set up an authenticator app first.",
)

COLUMNS = "membership_id, user_id, user_name, organisation_id, kind, name, seat, stores, is_alone, scopes, at"


def _actor(row, method: str) -> Actor:
    membership, user_id, user_name, org, kind, _, seat, stores, alone, scopes, _ = row
    return Actor(
        user_id=user_id, organisation_id=org, organisation_kind=kind, seat=seat,
        stores=None if stores is None else tuple(stores), membership_id=membership, display_name=user_name,
        is_alone=alone, scopes=None if scopes is None else tuple(scopes), method=method,
    )  # fmt: skip


@contextmanager
def entered(request) -> Iterator[Actor | None]:
    """Sets the tenant of a page's or API's transaction and puts `request.actor` and `request.organisation_name`."""
    row, method = None, "session"
    key = request.headers.get("Authorization", "")
    with connection.cursor() as cursor:
        if key.lower().startswith("bearer "):
            method = "key"
            digest = hashlib.sha256(key[7:].strip().encode()).hexdigest()
            cursor.execute(f"SELECT {COLUMNS} FROM app_enter_key(%s)", [digest])
            row = cursor.fetchone()
        elif request.user.is_authenticated:
            chosen = request.session.get("membership")
            cursor.execute(f"SELECT {COLUMNS} FROM app_enter(%s, %s)", [request.user.pk, chosen])
            row = cursor.fetchone()
        if row is None:
            user = request.user.pk if request.user.is_authenticated and method == "session" else ""
            cursor.execute(
                "SELECT set_config('app.user', %s, true), set_config('app.org', '', true),"
                " set_config('app.stores', '', true), app_now()",
                [str(user)],
            )
            at = cursor.fetchone()[3]
        else:
            at = row[-1]
    actor = _actor(row, method) if row else None
    request.actor = actor
    request.organisation_name = row[5] if row else ""
    with tenancy.remembered(actor, at):
        if method == "key" and actor:
            used = ApiKey.objects.filter(key_sha256=digest, membership_id=actor.membership_id)
            used.exclude(last_used_on=clock.local_day(at)).update(last_used_on=clock.local_day(at))
        else:
            _check_second_factor(request, actor)
        yield actor


def _check_second_factor(request, actor: Actor | None) -> None:
    """Leads whoever sits in a staff seat, or administers, to a second factor before anything else is opened."""
    is_staff = actor and actor.seat in roles.STAFF_SEATS
    if not (is_staff or (request.user.is_authenticated and request.user.is_staff)):
        return
    here = request.resolver_match
    if here and (here.url_name or "").startswith(WITHOUT_SECOND_FACTOR):
        return
    if Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).exists():
        return
    if request.path.startswith("/api/"):
        raise NotAllowed(SECOND_FACTOR_FIRST)
    messages.warning(request, str(SECOND_FACTOR_FIRST))
    raise ImmediateHttpResponse(redirect("mfa_activate_totp"))


def is_fresh(request) -> bool:
    """Whether the person proved who they are within half an hour; a key proves it by being had."""
    if request.actor and request.actor.method == "key":
        return True
    proofs = get_authentication_records(request, User(pk=request.user.pk))  # in the API `user` is DRF's own
    return bool(proofs) and time.time() - proofs[-1]["at"] < FRESH_SECONDS


def actor_of(membership) -> Actor:
    """The actor of a membership outside a request (demo, replay, tests)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM app_enter(%s, %s)", [membership.user_id, membership.id])
        return _actor(cursor.fetchone(), "session")


def record_denied(request, status: int, code: str = "") -> None:
    """Keeps that somebody tried what was denied to him, in a transaction that the refusal does not undo."""
    actor = getattr(request, "actor", None)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.org', %s, true)", [str(actor.organisation_id) if actor else ""])
        AccessRecord(
            at=clock.now(), user_id=actor.user_id if actor else None,
            organisation_id=actor.organisation_id if actor else None, what="denied",
            route=logs.masked(request.path)[:300], facts={"status": status, "method": request.method, **({"code": code} if code else {})},
        ).save(force_insert=True)  # fmt: skip
