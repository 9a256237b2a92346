"""What a replay cannot know when it is written: the hash of a text that is frozen on the way, and a code that is sent."""

from contextlib import suppress

from django.db import transaction

from cases.models import Agreement
from cases.services import signing
from config import tenancy
from config.actors import SYSTEM, Actor
from config.errors import Refused
from config.models import OutboxMessage
from merchants.models import User
from merchants.services import codes

NO_CODE = "000000"  # whoever is sent none is refused by `sign` itself


def filled_in(actor: Actor, number: str, data: dict) -> dict:
    """The input of `sign` with the frozen hash and a real one-time code, where the file leaves them out.

    A second factor that is no code (`sms`, `totp`) only names the way: the code is asked for all the same.
    """
    found = dict(data)
    if "frozen_sha256" not in found:
        frozen = Agreement.objects.filter(case__number=number, state="frozen").first()
        found["frozen_sha256"] = frozen.sha256 if frozen else "-"
    if not str(found.get("second_factor") or "").isdecimal():
        found["second_factor"] = _code(actor, number)
    return found


def _code(actor: Actor, number: str) -> str:
    with suppress(Refused), transaction.atomic():
        signing.send_code(actor, number)
    _channel, to = codes.reachable(User.objects.get(pk=actor.user_id)) if actor.user_id else ("", "")
    with tenancy.entered(SYSTEM):  # a code belongs to no organisation
        sent = OutboxMessage.objects.filter(to=to, template="sign_code").order_by("-created_at").first()
        return sent.params.get("code", NO_CODE) if sent else NO_CODE
