"""The second person: performing or dropping what another person of the same side asked for."""

from cases.models import ActRequest, Case
from cases.services.steps import BODIES, Step, act, step
from config import clock
from config.actors import Actor
from config.errors import NotFound, SecondPerson
from config.text import Text


def waiting(actor: Actor, number: str) -> ActRequest | None:
    """What awaits a second person in this case."""
    return ActRequest.objects.visible_to(actor).filter(case__number=number, state="pending").first()


def pending(actor: Actor, number: str) -> ActRequest:
    """The same, where the table requires that there is something."""
    found = waiting(actor, number)
    if found is None:
        raise NotFound(Text("没有等待同意的事项。", "Nothing awaits approval."))
    return found


def approve(actor: Actor, number: str, data: dict, *, version: int | None = None) -> Case:
    """Performs what another person asked for. `data["asked"]` is the asked act's input, read again by its serializer.

    Raises SecondPerson for the one who asked; the act's own refusals leave the request as it was.
    """
    with step(number, "approve", actor=actor, data=data, version=version) as s:
        request = pending(actor, number)
        if request.requested_by_id == actor.user_id:
            raise SecondPerson(
                Text("这一步要由同一方的另一个人同意，你不能同意自己提出的事项。",
                     "Another person of your side must approve; you cannot approve your own request.")
            )  # fmt: skip
        _decide(s, request, "approved")
    with step(number, request.act, actor=actor, data=data["asked"], request=request) as s:
        s.record(requested_by=request.requested_by_name)
        BODIES[request.act](s, data["asked"])
    return s.case


@act("return_request")
def return_request(s: Step, data: dict) -> None:
    """Sends the request back with a reason; nothing else changes."""
    request = pending(s.actor, s.case.number)
    _decide(s, request, "returned", data["reason"])
    s.tell("request_returned", s.side, act=request.act, reason=data["reason"])


def _decide(s: Step, request: ActRequest, state: str, reason: str = "") -> None:
    request.state, request.decided_at, request.reason = state, clock.now(), reason
    request.save(update_fields=["state", "decided_at", "reason"])
    s.private_to = s.own_principal
    s.record(act=request.act, requested_by=request.requested_by_name, **({"reason": reason} if reason else {}))
