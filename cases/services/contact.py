"""Reaching the respondent: what was said, the letter sent, its arrival, reminders. Letters are made in letters.py.

A letter has arrived when the merchant says when, proves it with `record_arrival`, or when the respondent itself is
here: by the letter's link, or at its own desk. That a mail server took it proves nothing. Clocks of the other side
count from the arrival; limitation is interrupted only by an arrival that is proven.
"""

from datetime import datetime, timedelta
from uuid import UUID

from cases.models import Case, Letter, Party
from cases.services import evidence, letters, links
from cases.services.steps import Step, act, step
from config import clock
from config.actors import SYSTEM, Actor
from config.errors import Conflict, Fault, Invalid, Missing
from config.text import Text

MINUTE = timedelta(minutes=1)
PROOF = "E09"
UNANSWERED = ("OPEN", "AWAIT_ACK")


@act("record_contact")
def record_contact(s: Step, data: dict) -> None:
    """Notes a call, chat or visit: who, when, what was said; seen by the own side alone, its recording too."""
    _not_in_future("on", data["on"])
    if data.get("file"):
        evidence.keep(s, PROOF, data["file"], obtained_at=data["on"], private=True)
    s.private_to = s.own_principal
    s.record(who=data["who"], channel=data["channel"], on=data["on"].isoformat(), said=data["said"])


@act("send_letter")
def send_letter(s: Step, data: dict) -> None:
    """Records that the letter went out, and shows the case to the other side; with its arrival, time runs for them.

    Raises Conflict where the letter was made anew after a second person was asked to approve it.
    """
    letter = letters.current(s.case)
    if s.request and letter.made_at > s.request.requested_at:
        raise Conflict(
            Text("提出之后函件又改过。请退回，看过新的函件再提出。",
                 "The letter was changed after the request. Send it back, read the new letter, then ask again.")
        )  # fmt: skip
    _check_channel(s.case, data["channel"])
    _check_mailing(data, data["channel"])
    arrived_at = data.get("arrived_at")
    if arrived_at:
        _check_arrival(arrived_at, letter.made_at)
    _sent(s, letter, data["channel"], arrived_at)
    mailed(s, letter, data.get("send_to"))
    _show_to_the_other_side(s.case)
    _arrived(s, letter, arrived_at, data.get("proof"))
    s.tell("letter_sent", "provider", letter=letter.position)


@act("record_arrival")
def record_arrival(s: Step, data: dict) -> None:
    """Proves that a letter or reminder arrived, and when: from then on time runs and limitation begins again."""
    letter = _unproven(s.case, data["of"])
    earliest = min(letter.sent_at, letter.made_at) if letter.arrived_at else letter.sent_at
    _check_arrival(data["arrived_at"], earliest)
    if letter.arrived_at not in (None, data["arrived_at"]) and s.case.state not in UNANSWERED:
        text = Text(
            "对方已经答复，送达时间不再变动。请按已记录的时间提交凭证，或用「更正记录」。",
            "The other side has answered, so its time stands. Prove the time recorded, or correct that record.",
        )
        raise Conflict(text, [Fault("/arrived_at", "answered", text)])
    if data.get("channel"):
        s.record(channel=data["channel"])
    _arrived(s, letter, data["arrived_at"], data["proof"])
    s.record(letter=letter.position, of=letter.kind)


@act("remind")
def remind(s: Step, data: dict) -> None:
    """Makes a reminder and records that it went out; one that arrived counts towards proven silence."""
    first = s.case.letters.filter(kind="letter", arrived_at__isnull=False).earliest("arrived_at")
    channel, arrived_at = (
        data.get("channel") or ("email" if data.get("send_to") else first.channel),
        data.get("arrived_at"),
    )
    _check_channel(s.case, channel)
    _check_mailing(data, channel)
    if arrived_at:
        _check_arrival(arrived_at, first.arrived_at)
    letter = letters.make(s.case, "reminder")
    _sent(s, letter, channel, arrived_at)
    mailed(s, letter, data.get("send_to"))
    _arrived(s, letter, arrived_at, data.get("proof"))
    s.tell("letter_sent", "provider", letter=letter.position)


@act("demand_cure")
def demand_cure(s: Step, data: dict) -> None:
    """Makes the formal demand for what is overdue and records that it went out; from its arrival CK-CURE runs."""
    if not s.case.obligations.filter(is_breached=True, state__in=["open", "disputed"]).exists():
        text = Text("到期未付的已经补上，请用「已补付」继续履行。", "What was overdue has come. Go on with “Cured”.")
        raise Conflict(text, [Fault("", "nothing_overdue", text)])
    last = s.case.letters.exclude(channel="").order_by("-position").first()
    channel = data.get("channel") or ("email" if data.get("send_to") else last.channel if last else "post")
    arrived_at = data.get("arrived_at")
    _check_channel(s.case, channel)
    _check_mailing(data, channel)
    if arrived_at:
        _check_arrival(arrived_at, s.case.state_since)
    letter = letters.make(s.case, "demand")
    _sent(s, letter, channel, arrived_at)
    mailed(s, letter, data.get("send_to"))
    _arrived(s, letter, arrived_at, data.get("proof"))
    s.tell("demand_sent", "provider", letter=letter.position)


def prove_reading(actor: Actor, number: str, letter_id: UUID | None = None) -> None:
    """The respondent itself is here, by its link (to one letter) or at its own desk: what was sent has arrived by now,
    and that is proven (ruling 1).

    Written as the product's own record, since the product saw it. A letter whose arrival is proven already, or that
    was read before, is left alone; a time recorded without proof stands, and counts as proven from now on.
    """
    unread = Letter.objects.filter(case__number=number, read_at=None, sent_at__isnull=False)
    if letter_id:
        unread = unread.filter(pk=letter_id)
    for letter in unread.select_related("case").order_by("position"):
        if letter.case.state == "CLOSED" or letter.case.provider_id != actor.organisation_id:
            continue
        if letter.proof_id:
            Letter.objects.filter(pk=letter.pk).update(read_at=clock.now())
            continue
        with step(number, "record_arrival", actor=SYSTEM, data={}) as s:
            letter.read_at = s.at
            letter.save(update_fields=["read_at"])
            s.facts.update(actor.facts)
            s.record(letter=letter.position, of=letter.kind, read_by=actor.display_name)
            _arrived(s, letter, letter.arrived_at or s.at, None)


def mailed(s: Step, letter: Letter, to: str | None) -> None:
    """Has the product itself send the letter by mail, with the commit of this act."""
    if to:
        letters.post(letter, to)
        links.addressed(letter, to)
        s.record(mailed_to=to)


def _sent(s: Step, letter: Letter, channel: str, arrived_at: datetime | None) -> None:
    letter.channel, letter.sent_at, letter.state = channel, min(s.at, arrived_at or s.at), "sent"
    letter.save(update_fields=["channel", "sent_at", "state"])
    s.record(letter=letter.position, channel=channel)


def _arrived(s: Step, letter: Letter, at: datetime | None, proof) -> None:
    """What follows once it arrived. A file without an instant is only kept: it proves the sending."""
    item = evidence.keep(s, PROOF, proof, obtained_at=at) if proof else None
    if at is None:
        return
    is_new = at != letter.arrived_at
    letter.arrived_at, letter.proof, letter.state = at, item, "arrived"
    letter.save(update_fields=["arrived_at", "proof", "state"])
    s.record(arrived_at=at.isoformat())
    if item or letter.read_at:
        s.restart_limitation()
    if letter.kind == "demand" and is_new and s.case.state == "BREACHED":
        s.case.deadlines.filter(code="CK-CURE", state="expired").update(state="replaced")
        s.start("CK-CURE", at)
    if letter.kind != "letter" or not is_new:
        return
    for code in ("CK-ACK", "CK-EXPL") if s.case.state in UNANSWERED else ():
        s.case.deadlines.filter(code=code, state="expired").update(state="replaced")
        s.start(code, at)
    if s.case.state == "OPEN":
        s.move("AWAIT_ACK")
        s.tell("letter_arrived", "merchant", letter=letter.position)


def _unproven(case: Case, kind: str) -> Letter:
    """The letter whose arrival is still to be recorded or proven: the one that went out first."""
    waiting = [one for one in case.letters.filter(kind=kind).order_by("position") if one.sent_at and not one.proof_id]
    if waiting:
        return next((one for one in waiting if one.arrived_at is None), waiting[0])
    if case.letters.filter(kind=kind, proof__isnull=False).exists():
        raise Conflict(
            Text("这封函的送达已经记录。时间不对请用「更正记录」。",
                 "Its arrival is recorded already. If the time is wrong, correct that record.")
        )  # fmt: skip
    text = Text("还没有发出这种函件。请先登记发出。", "None of this kind was sent. Record the sending first.")
    raise Missing(text, [Fault("/of", "not_sent", text)])


def _check_channel(case: Case, channel: str) -> None:
    if channel == "portal" and not case.provider.has_account:
        text = Text(
            "对方没有账号，请选实际发送的渠道。", "The other side has no account. Choose the channel really used."
        )
        raise Invalid(text, [Fault("/channel", "no_account", text)])


def _check_mailing(data: dict, channel: str) -> None:
    """What the product mails goes by mail, and cannot have arrived before it leaves."""
    if not data.get("send_to"):
        return
    if channel != "email":
        text = Text(
            "由追款发邮件时，渠道请选「电子邮件」。", "To have it mailed from here, choose e-mail as the channel."
        )
        raise Invalid(text, [Fault("/channel", "not_email", text)])
    if data.get("arrived_at"):
        text = Text("邮件还没有发出，不能已经送达。对方打开或回复后再记录。",
                    "The mail has not left yet, so it cannot have arrived. Record that once they open or answer it.")  # fmt: skip
        raise Invalid(text, [Fault("/arrived_at", "not_sent", text)])


def _check_arrival(at: datetime, earliest: datetime) -> None:
    """Not in the future and not before it can have been sent; people write minutes, so seconds do not count."""
    _not_in_future("arrived_at", at)
    if at + MINUTE <= earliest:
        text = Text("送达时间不能早于发出，请核对。", "It cannot have arrived before it was sent. Check the time.")
        raise Invalid(text, [Fault("/arrived_at", "too_early", text)])


def _not_in_future(name: str, at: datetime) -> None:
    if at > clock.now():
        text = Text("时间不能在将来，请核对。", "The time cannot lie in the future. Check it.")
        raise Invalid(text, [Fault(f"/{name}", "future", text)])


def _show_to_the_other_side(case: Case) -> None:
    """The respondent, and the outsourcer on its side, become parties: from now on they see what is shared."""
    parts = (("respondent", case.provider_id), ("outsourcer", case.outsourcer_id))
    Party.objects.bulk_create(
        [
            Party(case=case, organisation_id=organisation, side="provider", role=role, principal_id=case.provider_id)
            for role, organisation in parts if organisation
        ],
        ignore_conflicts=True,
    )  # fmt: skip
