"""API keys: what a program uses to act for one seat, within its scopes, until it expires or is revoked."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from config import clock, tenancy
from config.actors import Actor
from config.errors import Fault, Invalid, NotAllowed, NotFound
from config.text import Text
from merchants import roles
from merchants.models import ApiKey

PREFIX = "dk_live_"
LONGEST = timedelta(days=366)


def create(actor: Actor, name: str, scopes: Sequence[str], expires_at: datetime) -> tuple[ApiKey, str]:
    """A new key for the actor's own seat and its secret, which is shown once: only its hash is kept."""
    if actor.scopes is not None:
        raise NotAllowed(
            Text("密钥不能再生成密钥，请登录后操作。", "A key cannot make keys. Log in and make it there.")
        )
    _check(name, scopes, expires_at)
    secret = PREFIX + secrets.token_urlsafe(32)
    with tenancy.acting(actor):
        key = ApiKey.objects.create(
            id=uuid4(), organisation_id=actor.organisation_id, membership_id=actor.membership_id, name=name.strip(),
            prefix=secret[:14], key_sha256=hashlib.sha256(secret.encode()).hexdigest(),
            scopes=[scope for scope in roles.SCOPES if scope in scopes], expires_at=expires_at, created_at=clock.now(),
        )  # fmt: skip
    return key, secret


def listed(actor: Actor) -> list[ApiKey]:
    """The keys of the actor's seat; who leads sees those of the whole organisation."""
    rows = ApiKey.objects.visible_to(actor).select_related("membership__user")
    if actor.seat not in roles.LEADING_SEATS:
        rows = rows.filter(membership_id=actor.membership_id)
    return list(rows.order_by("-created_at", "id"))


def revoke(actor: Actor, key_id: UUID) -> None:
    """Ends a key at once. Raises NotFound for a key that the actor does not see or that was revoked before."""
    with tenancy.acting(actor):
        if key_id not in [key.id for key in listed(actor) if key.revoked_at is None]:
            raise NotFound
        ApiKey.objects.filter(pk=key_id).update(revoked_at=clock.now())


def _check(name: str, scopes: Sequence[str], expires_at: datetime) -> None:
    now, faults = clock.now(), []
    if not name.strip():
        faults.append(
            Fault("name", "required", Text("请填写名称，方便以后认出它。", "Give the key a name you will recognise."))
        )
    if not scopes or set(scopes) - set(roles.SCOPES):
        faults.append(Fault("scopes", "invalid", Text("请选择至少一项权限。", "Choose at least one scope.")))
    if not now < expires_at <= now + LONGEST:
        faults.append(
            Fault(
                "expires_on", "invalid", Text("有效期从明天起，最长一年。", "It may last from tomorrow up to one year.")
            )
        )
    if faults:
        raise Invalid(faults[0].text, faults)
