"""Who a request comes from: log-in or API key to Actor, through the two functions that see ids only.

Denied access is recorded here too, in a transaction of its own.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from config import clock, tenancy
from config.actors import Actor
from config.models import AccessRecord

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
        yield actor


def actor_of(membership) -> Actor:
    """The actor of a membership outside a request (demo, replay, tests)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM app_enter(%s, %s)", [membership.user_id, membership.id])
        return _actor(cursor.fetchone(), "session")


def record_denied(request, status: int) -> None:
    actor = getattr(request, "actor", None)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('app.org', %s, true)", [str(actor.organisation_id) if actor else ""]
            )
        AccessRecord(
            at=clock.now(), user_id=actor.user_id if actor else None,
            organisation_id=actor.organisation_id if actor else None, what="denied",
            route=request.path[:300], facts={"status": status, "method": request.method},
        ).save(force_insert=True)  # fmt: skip
