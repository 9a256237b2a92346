"""One-time codes with which a person proves an act: sent by SMS or mail, kept as hashes, good once and for five minutes.

Log-in has codes of its own (allauth). What a code is asked for, and what follows from it, belongs to the caller.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.core.internal.cryptokit import generate_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language

from config import clock, outbox
from config.actors import Actor
from config.errors import Conflict, Fault, Invalid, Missing
from config.models import AccessRecord
from config.text import Text
from merchants.models import User

LIVES, PAUSE = timedelta(minutes=5), timedelta(seconds=60)
MOST_WRONG, LOCKED = 5, timedelta(minutes=15)
KEPT_SECONDS = 3600  # longer than a code lives, so that one that is used or late is told from one that is wrong
WRONG = "wrong_code"
NO_WAY = Text(
    "你还没有验证过的手机或邮箱，收不到验证码。请先在「我的」里验证一个。",
    "You have no verified phone or mailbox for the code. Verify one in your settings first.",
)
LOCK = Text("输错次数太多，已锁定。请 15 分钟后再试。", "Too many wrong codes: locked. Try again in 15 minutes.")


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a code went, masked, and until when it is good."""

    channel: str
    to: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """Which fresh second factor was shown: sms, email or totp, and where its code had gone."""

    factor: str
    sent_to: str = ""


def reachable(user: User) -> tuple[str, str]:
    """Where a code can be sent to this person: the verified phone, else the verified mail box."""
    if user.phone and user.phone_verified:
        return "sms", user.phone
    address = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "id").first()
    return ("email", address.email) if address else ("", "")


def masked(channel: str, to: str) -> str:
    """138****0001, or w***@example.com."""
    if channel == "email":
        name, _, host = to.partition("@")
        return f"{name[:1]}***@{host}"
    digits = to.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}"


def has_authenticator(user_id: int) -> bool:
    return _authenticator(user_id) is not None


def send(actor: Actor, purpose: str, template: str, params: dict) -> Sent:
    """Sends a new code for one purpose; the one before it is good no longer. At most once a minute.

    Raises Missing where there is no verified phone or mailbox, Conflict too soon after the last or while locked.
    """
    user = User.objects.get(pk=actor.user_id)
    channel, to = reachable(user)
    if not channel:
        raise Missing(NO_WAY, [Fault("/second_factor", "unreachable", NO_WAY)])
    _check_lock(actor)
    now, former = clock.now(), cache.get(_key(actor, purpose))
    if former and not former["used"] and now < (again := datetime.fromisoformat(former["sent_at"]) + PAUSE):
        wait = ceil((again - now).total_seconds())
        raise Conflict(
            Text("验证码刚刚发出，{n} 秒后可以重新获取。", "A code was just sent; you can ask again in {n} s.").format(
                n=wait
            )
        )
    code = generate_user_code(**settings.ALLAUTH_USER_CODE_FORMAT)
    sent = Sent(channel, masked(channel, to), now + LIVES)
    _keep(actor, purpose, {
        "hash": _hashed(actor, purpose, code), "until": sent.until.isoformat(), "sent_at": now.isoformat(),
        "channel": channel, "to": sent.to, "used": False,
    })  # fmt: skip
    outbox.enqueue(
        channel=channel, to=to, template=template, language=get_language() or settings.LANGUAGE_CODE,
        params={**params, "code": code}, dedup_key=f"{template}:{uuid4()}", expires_at=sent.until,
    )  # fmt: skip
    return sent


def waiting(actor: Actor, purpose: str) -> Sent | None:
    """The code that was sent and is still good."""
    kept = cache.get(_key(actor, purpose))
    if not kept or kept["used"] or datetime.fromisoformat(kept["until"]) <= clock.now():
        return None
    return Sent(kept["channel"], kept["to"], datetime.fromisoformat(kept["until"]))


def prove(actor: Actor, purpose: str, typed: str) -> Proof:
    """Takes the code that was sent for this purpose, or one of the person's authenticator; each only once.

    Used up in the caller's transaction, so that an act refused for another reason does not cost the code. A wrong one
    is counted whatever becomes of that transaction; five lock for a quarter of an hour. Raises Invalid and Conflict.
    """
    _check_lock(actor)
    typed = "".join(typed.split())
    kept = cache.get(_key(actor, purpose))
    if kept and constant_time_compare(kept["hash"], _hashed(actor, purpose, typed)):
        if kept["used"]:
            raise _wrong(Text("这个验证码已经用过。请重新获取。", "This code was used already. Ask for a new one."))
        if datetime.fromisoformat(kept["until"]) <= clock.now():
            raise _wrong(
                Text(
                    "验证码已过期（5 分钟内有效）。请重新获取。",
                    "The code has expired (it is good for 5 minutes). Ask for a new one.",
                )
            )
        _keep(actor, purpose, {**kept, "used": True})
        return Proof(kept["channel"], kept["to"])
    authenticator = _authenticator(actor.user_id)
    if authenticator and TOTP(authenticator).validate_code(typed):
        return Proof("totp")
    left = MOST_WRONG - _wrong_ones(actor) - 1
    _count_wrong(actor, purpose)
    if left <= 0:
        raise _wrong(LOCK)
    raise _wrong(Text("验证码不正确，还可以试 {n} 次。", "That code is not right; {n} tries left.").format(n=left))


def _wrong(text: Text) -> Invalid:
    return Invalid(text, [Fault("/second_factor", "code", text)])


def _authenticator(user_id: int | None) -> Authenticator | None:
    found = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).first()
    return found if found and "secret" in found.data else None


def _key(actor: Actor, purpose: str) -> str:
    return f"code:{actor.user_id}:{purpose}"


def _keep(actor: Actor, purpose: str, kept: dict) -> None:
    cache.set(_key(actor, purpose), kept, KEPT_SECONDS)


def _hashed(actor: Actor, purpose: str, code: str) -> str:
    return salted_hmac(_key(actor, purpose), code, algorithm="sha256").hexdigest()


# -- wrong ones ---------------------------------------------------------------------------------------------------


def _check_lock(actor: Actor) -> None:
    if _wrong_ones(actor) >= MOST_WRONG:
        raise Conflict(LOCK, [Fault("/second_factor", "locked", LOCK)])


def _wrong_ones(actor: Actor) -> int:
    since = clock.now() - LOCKED
    return AccessRecord.objects.filter(user_id=actor.user_id, what=WRONG, at__gt=since).count()


def _count_wrong(actor: Actor, purpose: str) -> None:
    """Over a connection of its own: the refusal undoes everything else that this request has written."""
    with _apart() as cursor:
        cursor.execute(
            "INSERT INTO config_accessrecord (id, at, user_id, organisation_id, what, route, facts)"
            " VALUES (%s, %s, %s, %s, %s, %s, '{}')",
            [uuid4(), clock.now(), actor.user_id, actor.organisation_id, WRONG, purpose[:300]],
        )


@contextmanager
def _apart() -> Iterator:
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            yield cursor
    finally:
        own.close()
