"""The respondent's answers and who is responsible. Both sides' views are kept; neither overwrites the other."""

from datetime import datetime

from cases.models import Case, Deadline, Responsibility
from cases.services import evidence
from cases.services.steps import Step, act
from config import clock
from config.errors import Fault, Invalid, SecondPerson, WrongState
from config.text import Text

SHARES = ("provider", "merchant", "third")


@act("acknowledge")
def acknowledge(s: Step, data: dict) -> None:
    """The other side says that it has the letter, with its ticket number if it gives one."""
    after_arrival(s)
    evidence.keep_proof(s, data)
    s.record(**({"ticket_no": data["ticket_no"]} if data.get("ticket_no") else {}))
    s.tell("acknowledged", "merchant")


@act("explain")
def explain(s: Step, data: dict) -> None:
    """The other side gives its reasons; what it will not give is recorded as `none` or `refused`.

    An explanation is also an acknowledgement. A split given with it is the provider's view on responsibility. A late
    one counts and is marked as late: in time iff received before CK-EXPL was due (ruling 1).
    """
    after_arrival(s)
    evidence.keep_proof(s, data)
    evidence.keep_all(s, data.get("evidence"))
    s.record(**{name: data[name] for name in ("text", "clause", "calculation", "log") if data.get(name)})
    if is_late(s.case, s.at):
        s.record(late=True)
    if data.get("split"):
        state_view(s, data["split"], reserve=data.get("reserve", False))
    s.start("CK-REVIEW")
    s.tell("explained", "merchant")


def is_late(case: Case, at: datetime) -> bool:
    """Whether an explanation received at `at` came after the day asked for."""
    return case.deadlines.filter(code="CK-EXPL", due_at__lte=at).exclude(state="replaced").exists()


def arrived(case: Case) -> datetime:
    """When the first letter reached the other side."""
    return case.letters.filter(kind="letter", arrived_at__isnull=False).earliest("arrived_at").arrived_at


def after_arrival(s: Step) -> None:
    """What is typed in for the other side came after the letter had reached it."""
    not_before(
        s, arrived(s.case),
        Text("答复的时间不能早于函件送达。送达时间记错了，请先更正那条记录。",
             "The answer cannot come before the letter arrived. If the arrival is wrong, correct that record first."),
    )  # fmt: skip


def not_before(s: Step, earliest: datetime, text: Text) -> None:
    """Refuses an answer that would lie before what it answers."""
    if s.at < earliest:
        raise Invalid(text, [Fault("/received_at", "too_early", text)])


@act("propose_responsibility")
def propose_responsibility(s: Step, data: dict) -> None:
    """One side's view of who bears what; the other side is asked for its own."""
    evidence.keep_proof(s, data)
    evidence.keep_all(s, data.get("evidence"))
    state_view(
        s, data["split"], data["reason"], _per_line(s, data.get("lines") or {}), reserve=data.get("reserve", False)
    )
    s.start("CK-RESP")
    s.tell("responsibility_proposed", evidence.other(s.side))


@act("answer_responsibility")
def answer_responsibility(s: Step, data: dict) -> None:
    """Agrees with the other side's view or sets its own beside it; then the merchant confirms what came out."""
    theirs = latest(s.case, evidence.other(s.side))
    not_before(
        s, theirs.stated_at,
        Text("答复的时间不能早于对方提出看法的时间。", "The answer cannot come before the view it answers."),
    )  # fmt: skip
    evidence.keep_proof(s, data)
    split = _split(theirs) if data.get("agree") else data["split"]
    lines = theirs.lines if data.get("agree") else _per_line(s, data.get("lines") or {})
    state_view(s, split, data.get("reason") or "", lines, answers=True, reserve=data.get("reserve", False))
    s.tell("responsibility_answered", evidence.other(s.side))


@act("confirm_responsibility")
def confirm_responsibility(s: Step, data: dict) -> None:
    """Settles the question for the talks: agreed where both views are the same, else recorded as disputed.

    Who stated the merchant's view does not confirm it, but a shop alone may. The product itself confirms as disputed
    once the time for reviewing or answering has passed; `effective_at` is that instant, however late it works.
    """
    if s.actor.is_system:
        passed = _passed(s.case)
        s.record(clock=passed.code, effective_at=passed.due_at.isoformat())
    elif not s.actor.is_alone and s.case.responsibility.filter(side="merchant", stated_by_id=s.actor.user_id).exists():
        raise SecondPerson(
            Text("责任划分要由提出的人之外的另一个人确认。", "Someone other than who proposed must confirm it.")
        )
    ours, theirs = latest(s.case, "merchant"), latest(s.case, "provider")
    agreed = bool(ours and theirs) and _same(ours, theirs) and not data.get("disputed") and not s.actor.is_system
    result = "agreed" if agreed else "disputed"
    _settle((ours, theirs), result)
    s.record(result=result, **{f"{view.side}_view": _split(view) for view in (ours, theirs) if view})
    s.tell("responsibility_confirmed", "provider")
    if s.actor.is_system:
        s.tell("responsibility_confirmed", "merchant")


def state_view(
    s: Step, split: dict, reason: str = "", lines: dict | None = None, *, answers: bool = False, reserve: bool = False
) -> None:
    """Writes down the own side's view. An answer settles both latest views as agreed or disputed.

    `reserve`: it is said for the talks only and is no admission; whoever reads it sees so.
    """
    theirs = latest(s.case, evidence.other(s.side))
    view = Responsibility(
        case=s.case, position=s.case.responsibility.count() + 1, side=s.side, reason=reason, lines=lines or {},
        stated_at=s.at, stated_by_id=s.actor.user_id, is_reserved=reserve, **split,
    )  # fmt: skip
    s.record(split=dict(split), **({"reason": reason} if reason else {}), **({"per_line": lines} if lines else {}))
    view.save()
    s.record(view=view.position, **({"reserve": True} if reserve else {}))
    agrees = theirs is not None and _same(view, theirs)
    if theirs and (agrees or answers):
        s.record(agree=agrees)
        _settle((view, theirs), "agreed" if agrees else "disputed")


def leave_open(case: Case) -> str:
    """Talks begin before responsibility was confirmed: agreed where both views are the same, else disputed."""
    ours, theirs = latest(case, "merchant"), latest(case, "provider")
    result = "agreed" if ours and theirs and _same(ours, theirs) else "disputed"
    _settle((ours, theirs), result)
    return result


def compare(case: Case) -> None:
    """After a view was corrected: whether the two latest views, once answered, agree."""
    ours, theirs = latest(case, "merchant"), latest(case, "provider")
    if ours and theirs and (_same(ours, theirs) or ours.state != "proposed"):
        _settle((ours, theirs), "agreed" if _same(ours, theirs) else "disputed")


def _settle(views, state: str) -> None:
    Responsibility.objects.filter(pk__in=[view.pk for view in views if view]).update(state=state)


def latest(case: Case, side: str) -> Responsibility | None:
    """What a side said last about who is responsible."""
    return case.responsibility.filter(side=side).order_by("-position").first()


def _split(view: Responsibility) -> dict:
    return {name: getattr(view, name) for name in SHARES}


def _same(one: Responsibility, other: Responsibility) -> bool:
    return (_split(one), one.lines) == (_split(other), other.lines)


def _per_line(s: Step, lines: dict) -> dict:
    known = {str(n) for n in s.case.lines.filter(is_live=True).values_list("position", flat=True)}
    if unknown := [number for number in lines if number not in known]:
        text = Text("案件里没有第 {line} 笔扣款。", "The case has no line {line}.")
        faults = [Fault(f"/lines/{number}", "unknown", text.format(line=number)) for number in unknown]
        raise Invalid(faults[0].text, faults)
    return lines


def _passed(case: Case) -> Deadline:
    """The clock that has run out in this state; while it runs, silence means nothing yet."""
    code = "CK-REVIEW" if case.state == "EXPLAINED" else "CK-RESP"
    found = case.deadlines.filter(code=code, due_at__lte=clock.now(), state__in=["running", "expired"])
    passed = found.order_by("-due_at").first()
    if passed is None:
        raise WrongState(Text("答复责任的期限还没有过。", "The time to answer on responsibility has not passed."))
    return passed
