"""THE ONE DOOR: every act on a case goes through `step`, which alone changes its state.

It finds what the actor may see, locks it, looks the act up in the table, and on leaving writes state, version, one
event of the hash chain, clocks and notices, all in the caller's transaction. What an act means is its own module's.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Model

from cases import notices, workflow
from cases.models import ActRequest, Case, Event, Notice
from cases.services import chain, deadlines, guards
from cases.workflow import Act
from config import clock
from config.actors import Actor
from config.errors import Conflict, Fault, Invalid, Missing, NotAllowed, NotFound, Stale, WrongState
from config.text import Text

BODIES: dict[str, Callable] = {}
# What an act refuses with a better sentence than that the state is wrong: it came too late, or it was overtaken.
BEFORE: dict[str, Callable[[Case, dict], None]] = {}


@dataclass
class Step:
    """An act under way. `at` is when it happened (for a respondent without account: when the merchant received it)."""

    case: Case
    act: Act
    actor: Actor
    data: dict
    at: datetime
    seq: int
    side: str  # on whose side the act counts
    on_behalf: bool = False
    to: str | None = None
    facts: dict = field(default_factory=dict)
    private_to: UUID | None = None
    started: list[tuple[str, datetime, dict]] = field(default_factory=list)
    ended: list[tuple[str, dict]] = field(default_factory=list)
    limitation: bool = False
    notices: list[dict] = field(default_factory=list)
    request: ActRequest | None = None
    event_name: str = ""  # where the event is not the act itself: it was only asked for

    def move(self, state: str) -> None:
        """Moves the case to one of the states that the table allows for this act."""
        assert state in self.act.to, f"{self.act.name} does not lead to {state}"
        self.to = state

    def record(self, **facts) -> None:
        """Facts of the event, plain JSON; sentences are made from them when read."""
        self.facts.update(facts)

    def start(self, code: str, at: datetime | None = None, **options) -> None:
        self.started.append((code, at or self.at, options))

    def end(self, code: str, **options) -> None:
        self.ended.append((code, options))

    def restart_limitation(self) -> None:
        """A proven demand arrived, or lines changed: CK-LIM of every line is worked out anew."""
        self.limitation = True

    def tell(self, kind: str, side: str, **params) -> None:
        """Tells the seats of one side; `kind` is a row of cases/notices.py."""
        self.notices.append({"kind": kind, "side": side, "params": params})

    @property
    def own_principal(self) -> UUID:
        """The organisation whose private rows this act may write."""
        return self.case.merchant_id if self.side == "merchant" else self.case.provider_id


def load(actor: Actor, number: str, *, lock: bool = False) -> Case:
    """The case `number` if the actor may see it; foreign and unknown are the same NotFound."""
    rows = Case.objects.visible_to(actor) if not actor.is_system else Case.objects.all()
    case = (rows.select_for_update(of=("self",)) if lock else rows).filter(number=number).first()
    if case is None:
        raise NotFound
    return case


@contextmanager
def step(
    number: str, name: str, *, actor: Actor, data: dict, version: int | None = None, request: ActRequest | None = None
) -> Iterator[Step]:
    """One act on one case. Locks the case; repeatable only under an idempotency key (config/idempotency.py).

    Raises NotFound, Stale, NotAllowed, WrongState, Missing, SecondPerson and what the act itself refuses.
    """
    with transaction.atomic():
        case = load(actor, number, lock=True)
        act = workflow.ALIVE.get(name)
        if act is None:
            raise NotFound(Text("没有这个操作。", "There is no such act."))
        if version is not None and version != case.version:
            raise Stale(Text("案件刚刚有更新，请先看变化再提交。", "The case was just updated. Review it, then send."))
        s = _opened(case, act, actor, data, request)
        yield s
        leave(s)


def _opened(case: Case, act: Act, actor: Actor, data: dict, request: ActRequest | None) -> Step:
    side, on_behalf = standing(act, actor, data, case, request)
    if check := BEFORE.get(act.name):
        check(case, data)
    _check_state(case, act, actor, on_behalf)
    unmet = guards.missing(case, actor, act.requires, {**data, "_side": side})
    if unmet:
        raise Missing(
            Text("还缺少：" + "".join(t.zh for _, t in unmet), "Missing: " + " ".join(t.en for _, t in unmet)),
            [Fault(f"/{name}", "missing", text) for name, text in unmet],
        )
    at = clock.now()
    if on_behalf:
        at = received(case, data, at)
    elif actor.is_system:
        at = data.get("effective_at") or at  # a clock passes at its end, however late it is noticed
    s = Step(case, act, actor, data, at, case.version + 1, side, on_behalf, request=request, facts=dict(actor.facts))
    if len(act.to) == 1 and not act.decides:
        s.to = act.to[0]
    for key in ("note", "channel", "received_at"):
        if data.get(key) and (on_behalf or key == "note"):
            s.facts[key] = data[key].isoformat() if hasattr(data[key], "isoformat") else data[key]
    return s


def received(case: Case, data: dict, now: datetime) -> datetime:
    """When an answer that the merchant types in had arrived: named, not in the future, not before the case."""
    at = data.get("received_at") or now
    if at > now:
        raise Invalid(
            Text("收到的时间不能在将来。", "The time of receipt cannot lie in the future."),
            [Fault("/received_at", "future", Text("收到的时间不能在将来。", "It lies in the future."))],
        )
    return at


def standing(act: Act, actor: Actor, data: dict, case: Case, request: ActRequest | None = None) -> tuple[str, bool]:
    """On whose side the act counts, and whether the merchant records it for the respondent. Denies by default."""
    if actor.is_system:
        return "system", False
    side = "provider" if actor.is_provider else "merchant"
    if actor.method == "link" and act.name not in workflow.BY_LINK:
        raise NotAllowed(Text("凭链接不能办理「{act}」。", "The link cannot be used to “{act}”.").format(act=act.label))
    if act.name in workflow.BY_THE_INSTITUTION and actor.is_provider and actor.organisation_id == case.outsourcer_id:
        raise NotAllowed(
            Text("「{act}」由服务商本身办理，代理商不能代它办理。",
                 "“{act}” is for the provider itself, not for its outsourcer.").format(act=act.label)
        )  # fmt: skip
    if request is not None:
        return side, False  # who asked held the seat; who approves was let in by `approve` itself
    if data.get("on_behalf"):
        return "provider", _may_stand_in(act, actor, data, case)
    if actor.seat in act.seats:
        return side, False
    if actor.is_alone and actor.is_merchant and any(seat.startswith("merchant.") for seat in act.seats):
        return side, False
    raise NotAllowed(Text("「{act}」不由你的席位办理。", "Your seat cannot do “{act}”.").format(act=act.label))


def _may_stand_in(act: Act, actor: Actor, data: dict, case: Case) -> bool:
    may = actor.seat in ("merchant.finance", "merchant.owner")
    if not (act.proxied and may):
        raise NotAllowed(Text("这一步不能替对方记录。", "This cannot be recorded for the other side."))
    if case.provider_id and case.provider.has_account:
        raise NotAllowed(
            Text("对方有账号，请由对方自己办理；电话里说的可用「记录一次联系」。",
                 "The provider has an account and acts itself. Note what was said as a contact.")
        )  # fmt: skip
    if not data.get("channel"):
        text = Text("请填写对方通过什么渠道答复。", "Say by which channel the answer came.")
        raise Missing(text, [Fault("/channel", "required", text)])
    return True


def _check_state(case: Case, act: Act, actor: Actor, on_behalf: bool) -> None:
    more = act.system_from if actor.is_system else act.typed_later_from if on_behalf else ()
    allowed = (*act.from_, *more)
    if case.state not in allowed:
        state = workflow.STATES[case.state].label
        raise WrongState(
            Text("案件现在是「{state}」，不能「{act}」。", "The case is “{state}”: “{act}” is not possible.").format(
                state=state, act=act.label
            )
        )


def leave(s: Step) -> None:
    """Writes what follows from the act: state, version, event, clocks, notices."""
    case = s.case
    if s.to and s.to != case.state:
        s.facts["from"], s.facts["to"] = case.state, s.to
        if case.state == "OFFER_PENDING":  # an offer stands only while its case waits for the answer
            case.offers.filter(state="live").update(state="ended", ended_at=s.at)
        case.state, case.state_since = s.to, s.at
    case.version += 1
    case.changed_at = clock.now()
    write_event(s)
    for code, options in s.ended:
        deadlines.end(case, code, **{"at": s.at, **options})
    for code in s.act.ends if s.to else ():
        deadlines.end(case, code, at=s.at)
    for code, at, options in s.started:
        deadlines.start(case, code, at, seq=s.seq, **options)
    if s.limitation and case.state not in {"CLOSED", "DRAFT"}:
        deadlines.start_limitation(case, seq=s.seq)
    case.next_due_at = deadlines.next_due(case)
    case.save()
    for notice in s.notices:
        write_notice(case, s.seq, caused_by_id=s.actor.user_id, **notice)


def write_event(s: Step) -> Event:
    """One event of the chain. The case row is locked and names the last one, so the chain has no gap and no fork,
    even where the last event is private to the other side."""
    event = Event(
        id=uuid4(), case=s.case, seq=s.seq, at=clock.now(), act=s.event_name or s.act.name, user_id=s.actor.user_id,
        organisation_id=s.actor.organisation_id, seat=s.actor.seat, actor_name=s.actor.display_name,
        method=s.actor.method, data={**s.facts, **({"on_behalf": True} if s.on_behalf else {})},
        private_to=s.private_to,
    )  # fmt: skip
    chain.seal(event, s.case.last_hash)
    event.save(force_insert=True)
    s.case.last_hash = event.hash
    return event


def write_notice(
    case: Case, seq: int, *, kind: str, side: str, params: dict, key: str = "", caused_by_id: int | None = None
) -> None:
    """Tells one side's organisation once: the key is made of business facts, never of the time of the run.

    The provider hears nothing of a case before a letter has gone out to it.
    """
    organisation_id = case.merchant_id if side == "merchant" else case.provider_id
    if organisation_id is None or (side == "provider" and not _reaches_provider(case)):
        return
    Notice.objects.bulk_create(
        [
            Notice(
                organisation_id=organisation_id, case=case, store_id=case.store_id, kind=kind, params=params,
                seats=notices.seats(kind, side), dedup_key=key or f"{case.number}:{seq}:{kind}:{side}",
                created_at=clock.now(), caused_by_id=caused_by_id,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _reaches_provider(case: Case) -> bool:
    return case.provider.has_account and case.letters.exclude(state="made").exists()


def act(name: str):
    """Makes a body `f(s, data)` into the business act `f(actor, number, data, version=…)`, whatever door calls it."""

    def made(body: Callable[[Step, dict], None]):
        BODIES[name] = body

        @wraps(body)
        def perform(actor: Actor, number: str, data: dict, *, version: int | None = None) -> Case:
            with step(number, name, actor=actor, data=data, version=version) as s:
                if not s.act.second or stands_alone(s):
                    body(s, data)
                else:
                    ask(s)
            return s.case

        return perform

    return made


def stands_alone(s: Step) -> bool:
    """Whether the only member of a merchant's organisation does an act marked 2 alone: with a recorded reason."""
    if s.actor.is_system:
        return True
    if not (s.actor.is_alone and s.actor.is_merchant):
        return False
    if not (s.data.get("alone") or "").strip():
        text = Text("请核对后写一句确认的理由。", "Check it and give a short reason for confirming alone.")
        raise Missing(text, [Fault("/alone", "required", text)])
    s.record(alone=s.data["alone"])
    return True


def ask(s: Step) -> None:
    """Keeps an act marked 2 until another person of the same side approves it; the state stays."""
    if s.case.requests.filter(state="pending").exists():
        raise Conflict(
            Text("已有一项在等另一个人同意，请先处理它。", "Another request already awaits approval. Settle it first.")
        )
    ActRequest.objects.create(
        case=s.case, act=s.act.name, data=plain(s.data), private_to=s.own_principal, requested_by_id=s.actor.user_id,
        requested_by_name=s.actor.display_name, requested_at=s.at,
    )  # fmt: skip
    s.to, s.event_name, s.private_to = None, "ask_approval", s.own_principal
    s.facts = {"act": s.act.name}
    s.tell("approval_asked", s.side, act=s.act.name)


def plain(value):
    """Input as JSON, to be read again by the act's own serializer."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Model):
        return str(value.pk)
    return value if value is None or isinstance(value, str | int | bool) else str(value)
