"""Messages and corrections: what was entered stays visible beside what replaces it.

What follows from a correction in rows and clocks is in repairs.py.
"""

from cases.models import ActRequest, Case, Event
from cases.services import evidence, repairs
from cases.services.repairs import facts_now
from cases.services.steps import Step, act, load, plain
from cases.workflow import OWNER
from config.actors import Actor
from config.errors import Invalid, NotAllowed, NotFound
from config.text import Text


@act("add_message")
def add_message(s: Step, data: dict) -> None:
    """A word to the other side, or an internal note of the own."""
    s.record(text=data["text"])
    if data.get("visibility") == "internal":
        s.private_to = s.own_principal
    else:
        s.tell("message", evidence.other(s.side))


@act("correct_record")
def correct_record(s: Step, data: dict) -> None:
    """Puts right what an earlier record says; the old stays visible and open clocks are worked out anew.

    `fields` were read by the fields of the act that is corrected. Only who entered the record, or the owner of the
    same side, may. A private record's correction is as private. Raises what repairs.py refuses.
    """
    event = _event(s.case, data["event"])
    if not _may(s.actor, s.case, event):
        raise NotAllowed(
            Text("只有记录的人或负责人可以更正这一条。", "Only who entered this record, or the owner, may correct it.")
        )
    before = facts_now(s.case, event)
    fields = dict(data["fields"])
    was = {name: before.get(name, "") for name in fields} | repairs.apply(s, event, fields)
    s.private_to = event.private_to
    s.record(event=event.seq, act=event.act, reason=data["reason"], fields=plain(fields), was=plain(was))
    if event.private_to is None:
        s.tell("corrected", evidence.other(s.side), event=event.seq)


def act_of(actor: Actor, number: str, seq: int) -> str:
    """The act that the record `seq` of a case is about. Raises NotFound for what the actor does not see."""
    return _event(load(actor, number), seq).act


def _event(case: Case, seq: int) -> Event:
    event = case.events.filter(seq=seq).first()
    if event is None:
        raise NotFound(Text("没有第 {seq} 条记录。", "There is no record {seq}.").format(seq=seq))
    if event.act == "correct_record":
        raise Invalid(
            Text("请更正原来的第 {seq} 条记录。", "Correct the original, record {seq}.").format(seq=event.data["event"])
        )
    return event


def _may(actor: Actor, case: Case, event: Event) -> bool:
    """Who entered it, who asked for it where another person approved, or the owner of the same side."""
    if event.organisation_id != actor.organisation_id:
        return False
    if event.user_id == actor.user_id or actor.seat == OWNER:
        return True
    asked = ActRequest.objects.filter(case=case, act=event.act, decided_at=event.at, requested_by_id=actor.user_id)
    return asked.exists()
