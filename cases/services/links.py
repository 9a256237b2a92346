"""The link of a letter: made with it, opened by whoever holds it, passed on to a colleague. It opens one case.

The token stands in the letter alone; here only its hash is kept. What its holder may do is workflow.BY_LINK, and the
door itself refuses the rest; that using it proves that the letter arrived is contact.py's.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language

from cases.models import AnswerLink, Case, Letter
from cases.policies import LINK_DAYS
from cases.services import steps
from cases.workflow import AGENT, OPEN_STATES, Act
from config import clock, idempotency, outbox, tenancy
from config.actors import Actor
from config.documents import one_line
from config.errors import Conflict, Fault, Missing
from config.models import AccessRecord
from config.text import Text

TOKEN = re.compile(r"[a-z2-7]{34}")
SECRET = 26  # characters of it; the rest is the mark by which a token of ours is known before anything is looked up
MOST_COLLEAGUES = 10
PASSING_ON = Act("name_colleague", Text("指定同事", "Name a colleague"), (AGENT,), OPEN_STATES)
NAMELESS = Text("请写你的姓名，商户会看到是谁答复的。", "Write your name: the merchant sees who answered.")


@dataclass(frozen=True, slots=True)
class Held:
    """A link that somebody opened: the row, and who its holder is to the services."""

    link: AnswerLink
    actor: Actor
    number: str


# -- tokens -------------------------------------------------------------------------------------------------------


def new_token() -> str:
    """Lower-case letters and digits only: it can be read out, typed, and survives mail programs."""
    secret = _letters(secrets.token_bytes(16))
    return secret + _mark(secret, settings.SECRET_KEY)


def is_ours(token: str) -> bool:
    """Whether this installation signed it. Says nothing of whether it still opens anything."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    marks = [_mark(token[:SECRET], str(key)) for key in keys]
    return bool(TOKEN.fullmatch(token)) and any(constant_time_compare(token[SECRET:], mark) for mark in marks)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def url(token: str) -> str:
    return f"{settings.BASE_URL}/r/{token}/"


def url_in(text: str) -> str:
    """The link that a letter's text carries, "" where it has none."""
    found = re.search(rf"{re.escape(settings.BASE_URL)}/r/{TOKEN.pattern}/", text)
    return found.group() if found else ""


def _letters(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _mark(secret: str, key: str) -> str:
    return _letters(salted_hmac("recourse.answer-link", secret, key, algorithm="sha256").digest()[:5])


# -- the address to which answers by mail come --------------------------------------------------------------------


def reply_address(link: AnswerLink) -> str:
    """Where an answer to the letter threads back, "" where no mail comes in. It names the case and opens nothing."""
    name, at, domain = settings.INBOUND_ADDRESS.partition("@")
    return f"{name}+{thread(link)}@{domain}" if at else ""


def thread(link: AnswerLink) -> str:
    """The link's hash as letters: from it nobody finds the link, but we find the case."""
    return _letters(bytes.fromhex(link.token_sha256))


def case_of(written: str) -> tuple[UUID, UUID] | None:
    """The case and its merchant that a mail's `thread` names, though its link be long expired."""
    try:
        raw = base64.b32decode(written.upper() + "=" * (-len(written) % 8))
    except ValueError:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id, merchant_id FROM app_case_of_link(%s)", [raw.hex()])
        return cursor.fetchone()


# -- making and holding -------------------------------------------------------------------------------------------


def make(case: Case, letter: Letter | None, token: str, *, sent_to: str, named_by: AnswerLink | None = None,
         holder_name: str = "") -> AnswerLink:  # fmt: skip
    now = clock.now()
    return AnswerLink.objects.create(
        case=case, letter=letter, token_sha256=digest(token), sent_to=sent_to[:254], named_by=named_by,
        holder_name=holder_name, made_at=now, expires_at=now + timedelta(days=LINK_DAYS),
    )  # fmt: skip


def addressed(letter: Letter, to: str) -> None:
    """Notes to whom the letter, and so its link, really went."""
    letter.links.filter(named_by=None).update(sent_to=to)


@contextmanager
def held(token: str) -> Iterator[Held | None]:
    """Makes whoever holds the link the respondent of its one case, for the rest of the block; None where it opens
    nothing: unknown, expired, revoked, or its letter has not gone out."""
    row = None
    if is_ours(token):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM app_enter_link(%s)", [digest(token)])
            row = cursor.fetchone()
    if row is None:
        yield None
        return
    link_id, case_id, number, provider_id, kind, _ = row
    actor = Actor(None, provider_id, kind, AGENT, method="link", case_id=case_id)
    with tenancy.entered(actor):
        link = AnswerLink.objects.select_related("letter", "named_by").get(pk=link_id)
        holder = replace(actor, display_name=link.holder_name, facts=_facts(link))
        with tenancy.entered(holder):
            yield Held(link, holder, number)


def _facts(link: AnswerLink) -> tuple[tuple[str, str], ...]:
    """What the timeline says of whose link it was."""
    named_by = link.named_by.holder_name if link.named_by else ""
    return tuple((name, value) for name, value in (("sent_to", link.sent_to), ("named_by", named_by)) if value)


def opened(found: Held) -> None:
    """Notes the first look. It proves nothing: programs that guard mail boxes open links too."""
    AnswerLink.objects.filter(pk=found.link.pk, opened_at=None).update(opened_at=clock.now())


def named(found: Held, name: str) -> Held:
    """The holder under the name that he types; without one nothing can be done. Raises Missing."""
    name = one_line(name)[:80]
    if not name:
        raise Missing(NAMELESS, [Fault("/holder", "required", NAMELESS)])
    found.link.holder_name, found.link.used_at = name, clock.now()
    found.link.save(update_fields=["holder_name", "used_at"])
    return replace(found, actor=replace(found.actor, display_name=name))


def once(found: Held, key: str, what: str, work: Callable[[], str]) -> str:
    """Does a form's work once however often it is sent; the link stands where a person's number does."""
    person = replace(found.actor, user_id=-(found.link.pk.int >> 65))
    with tenancy.entered(person):

        def as_holder() -> str:
            with tenancy.entered(found.actor):
                return work()

        return idempotency.once(person, key, f"link:{found.number}:{what}", as_holder)[0]


def name_colleague(found: Held, name: str, address: str) -> AnswerLink:
    """A link of his own for a colleague who knows more, sent to him by mail; whose it was before stays written on it.

    An earlier one for the same address ends. Raises Conflict when the case has gone through too many hands.
    """
    case = steps.load(found.actor, found.number, lock=True)
    rows = AnswerLink.objects.filter(case=case)
    if rows.exclude(named_by=None).count() >= MOST_COLLEAGUES:
        raise Conflict(Text("已经指定过 10 位同事。请直接答复，或让商户重新发函。",
                            "Ten colleagues have been named already. Answer yourself, or have the letter sent anew."))  # fmt: skip
    rows.filter(named_by=found.link, sent_to=address, revoked_at=None).update(revoked_at=clock.now())
    token = new_token()
    link = make(case, found.link.letter, token, sent_to=address, named_by=found.link, holder_name=name)
    s = steps.Step(case, PASSING_ON, found.actor, {}, clock.now(), case.version + 1, "provider",
                   facts=dict(found.actor.facts))  # fmt: skip
    s.record(who=name, passed_to=address)
    steps.leave(s)
    outbox.enqueue(
        channel="email", to=address, template="answer_link", language=get_language() or settings.LANGUAGE_CODE,
        params={"number": case.number, "merchant": case.merchant.name, "provider": case.provider.name, "name": name,
                "by": found.actor.display_name, "link": url(token)},
        dedup_key=f"link:{link.id}", organisation_id=case.provider_id,
    )  # fmt: skip
    return link


def record_refused(found: Held | None, what: str, facts: dict) -> None:
    """A link that opens nothing, or an act refused to its holder: kept like every denied access, the token never."""
    organisation_id = found.actor.organisation_id if found else None
    AccessRecord(
        at=clock.now(), user_id=None, organisation_id=organisation_id, what="denied", route="/r/…",
        facts={"why": what, **({"number": found.number, "holder": found.link.holder_name} if found else {}), **facts},
    ).save(force_insert=True)  # fmt: skip
