"""What follows from a corrected record: the rows made from it and the clocks that run from it.

Whether a record may be corrected, and by whom, is decided in records.py; which facts can be is cases/corrections.py.
"""

from datetime import date, datetime, timedelta

from cases import workflow
from cases.corrections import CLAIM, LINE
from cases.models import Case, Event, Letter, Line, Refund
from cases.services import investigation, letters, money
from cases.services.filing import count_up
from cases.services.steps import Step
from config import clock
from config.errors import Conflict, Fault, Invalid, WrongState
from config.text import Text
from merchants.models import Terminal
from merchants.services import organisations, terminals

MINUTE = timedelta(minutes=1)


def apply(s: Step, event: Event, fields: dict) -> dict:
    """Makes rows and clocks follow the corrected `fields`; answers what they said before, where the record does not.

    `fields` is changed to what is to be shown, such as the name of a party. Nothing else of the case changes.
    """
    _not_in_future(fields)
    effect = EFFECTS.get(event.act)
    return (effect(s, event, fields) if effect else None) or {}


def facts_now(case: Case, event: Event) -> dict:
    """The facts of a record with every later correction laid over them."""
    facts = dict(event.data)
    for later in case.events.filter(act="correct_record", data__event=event.seq).order_by("seq"):
        facts |= later.data["fields"]
    return facts


def _not_in_future(fields: dict) -> None:
    for name, value in fields.items():
        limit = clock.now() if isinstance(value, datetime) else clock.today()
        if isinstance(value, date) and value > limit:
            _refuse(name, "future", Text("不能填写将来的日期或时间。", "It cannot lie in the future."))


# -- the claim and its lines --------------------------------------------------------------------------------------


def _claim(s: Step, event: Event, fields: dict) -> dict:
    """Facts of the filing: who took the money, what it looks like, when it was seen, and its lines."""
    case, was = s.case, {}
    for name in CLAIM:
        if name not in fields:
            continue
        if name in ("provider", "outsourcer"):
            was[name] = _name_party(s, name, fields)
            continue
        was[name] = getattr(case, name)
        setattr(case, name, fields[name])
    if "detected_on" in fields and case.state == "DRAFT":
        s.start("CK-OPEN", clock.day_start(case.detected_on))
    of_line = [name for name in LINE if name in fields]
    if of_line:
        was |= _line(s, _the_line(case, fields), {name: fields[name] for name in of_line})
    _letter_anew(s)
    return was


def _name_party(s: Step, name: str, fields: dict) -> str:
    """Names or changes the respondent or the agent, as long as no letter has gone to it."""
    kind = "payment_institution" if name == "provider" else "outsourcer"
    if _has_gone_out(s.case):
        raise Conflict(
            Text("函件已经发给对方，不能再换。确实发错了，请撤回这个案件另立。",
                 "The letter has gone to them already. If it went to the wrong one, withdraw and file anew.")
        )  # fmt: skip
    old = getattr(s.case, name)
    new = organisations.counterparty(s.actor, fields[name], kind) if fields[name] else None
    setattr(s.case, name, new)
    fields[name] = new.name if new else ""
    return old.name if old else ""


def _the_line(case: Case, fields: dict) -> Line:
    lines = case.lines.filter(is_live=True)
    position = fields.get("line") or (lines.get().position if lines.count() == 1 else None)
    line = lines.filter(position=position).first()
    if line is None:
        _refuse("line", "unknown", Text("请写明更正案件里的第几笔扣款。", "Say which line of the case is corrected."))
    fields["line"] = line.position
    return line


def _added_line(s: Step, event: Event, fields: dict) -> dict:
    line = s.case.lines.filter(is_live=True, position=event.data["line"]).first()
    if line is None:
        raise Conflict(Text("这一笔扣款已经不在案件里。", "This line is no longer in the case."))
    was = _line(s, line, fields)
    _letter_anew(s)
    return was


def _line(s: Step, line: Line, fields: dict) -> dict:
    """One deduction put right: sums and limitation follow."""
    if s.case.state not in workflow.ACTS["drop_line"].from_:
        raise WrongState(Text("现在不能再更正扣款本身。", "The lines themselves cannot be corrected any more."))
    if fields.get("amount", line.amount) < line.refunded:
        text = Text("这一笔已退回 ¥{refunded}，金额不能更小。", "¥{refunded} of it came back; it cannot be less.")
        _refuse("amount", "below", text.format(refunded=line.refunded))
    if "on" in fields and line.refundedline_set.filter(refund__on__lt=fields["on"]).exists():
        _refuse("on", "too_late", Text("扣款日期不能晚于退款到账。", "It cannot have been taken after it came back."))
    was = {name: getattr(line, name) for name in fields}
    for name, value in fields.items():
        setattr(line, name, value)
    if "tid" in fields or "mid" in fields:
        line.terminal = _terminal(s, line)
    line.save()
    if money.is_covered(s.case):
        _refuse("amount", "covered", Text(
            "更正后没有还要追的钱了。请改用「接受这笔扣款」结束案件。",
            "Nothing would be left to claim. End the case with “Accept the charge” instead.",
        ))  # fmt: skip
    count_up(s.case)
    if s.case.state != "DRAFT":
        s.restart_limitation()
    return was


def _terminal(s: Step, line: Line) -> Terminal | None:
    if not line.tid:
        return None
    return terminals.know(s.actor, line.mid, line.tid, store=line.store, provider=s.case.provider)


def _letter_anew(s: Step) -> None:
    """A letter not yet sent is made anew; one that went out is never touched."""
    if s.case.state == "OPEN" and not _has_gone_out(s.case):
        letters.make(s.case, "letter")


def _has_gone_out(case: Case) -> bool:
    return case.letters.exclude(state="made").exists()


# -- what reached the other side ----------------------------------------------------------------------------------


def _arrival(s: Step, event: Event, fields: dict) -> None:
    """The letter arrived at another time: its clocks, while they are open, and limitation run from there."""
    letter = s.case.letters.get(position=event.data["letter"])
    if "channel" in fields:
        if fields["channel"] == "portal" and not s.case.provider.has_account:
            _refuse(
                "channel", "no_account", Text("对方没有账号，请选实际发送的渠道。", "The other side has no account.")
            )
        letter.channel = fields["channel"]
        letter.save(update_fields=["channel"])
    at = fields.get("arrived_at")
    if at is None:
        return
    if letter.arrived_at is None:
        raise Conflict(Text("请先记录对方已收到。", "Record the arrival first."))
    # People write minutes: seconds do not count.
    if at + MINUTE <= (letter.sent_at if event.act == "record_arrival" else letter.made_at):
        _refuse("arrived_at", "too_early", Text("送达不能早于发出。", "It cannot arrive before it was sent."))
    if (answered := _first_answer(s.case, letter)) and at > answered:
        _refuse("arrived_at", "too_late", Text("送达不能晚于对方的答复。", "It cannot arrive after the answer to it."))
    letter.arrived_at, letter.sent_at = at, min(at, letter.sent_at)
    letter.save(update_fields=["arrived_at", "sent_at"])
    if letter.kind == "letter" and s.case.state in workflow.AWAITING:
        _run_anew(s, "CK-EXPL", at)
        if s.case.state == "AWAIT_ACK":
            _run_anew(s, "CK-ACK", at)
    s.restart_limitation()


def _first_answer(case: Case, letter: Letter) -> datetime | None:
    """When the first answer to the letter came in."""
    if letter.kind != "letter":
        return None
    answers = case.events.filter(act__in=["acknowledge", "explain"])
    return min((_received_at(case, one) for one in answers), default=None)


def _received_at(case: Case, event: Event) -> datetime:
    said = facts_now(case, event).get("received_at")
    return datetime.fromisoformat(said) if said else event.at


def _run_anew(s: Step, code: str, at: datetime) -> None:
    """Starts the clock from the corrected instant, in the place of one that runs or has run out."""
    s.case.deadlines.filter(code=code, state="expired").update(state="replaced")
    s.start(code, at)


# -- what the other side answered ---------------------------------------------------------------------------------


def _answer(s: Step, event: Event, fields: dict) -> None:
    """When an answer typed in for the other side came: the clock that runs from it follows."""
    at = fields.get("received_at")
    if at is None:
        return
    if not event.data.get("on_behalf"):
        _refuse("received_at", "fixed", Text("对方自己提交的时间不能更正。", "The other side sent this itself."))
    if at < investigation.arrived(s.case):
        _refuse("received_at", "too_early", Text("不能早于函件送达。", "It cannot come before the letter arrived."))
    if event.act == "explain":
        fields["late"] = investigation.is_late(s.case, at)
        if s.case.state == "EXPLAINED":
            _run_anew(s, "CK-REVIEW", at)
    if event.act == "propose_responsibility" and s.case.state == "RESP_REVIEW":
        _run_anew(s, "CK-RESP", at)


def _view(s: Step, event: Event, fields: dict) -> None:
    """A view on responsibility put right, as long as it has not been confirmed."""
    if s.case.state not in ("EXPLAINED", "RESP_REVIEW"):
        raise WrongState(Text("责任已经确认，不能再更正看法。", "Responsibility is confirmed; views stand."))
    _answer(s, event, fields)
    view = s.case.responsibility.get(position=event.data["view"])
    for name, value in fields.get("split", {}).items():
        setattr(view, name, value)
    view.reason = fields.get("reason", view.reason)
    view.stated_at = fields.get("received_at", view.stated_at)
    view.save()
    investigation.compare(s.case)


# -- money --------------------------------------------------------------------------------------------------------


def _refund(s: Step, event: Event, fields: dict) -> None:
    """A refund put right; what it covered is spread anew. More money is another refund, which may end the case."""
    refund = Refund.objects.get(case=s.case, pk=event.data["refund"])
    if s.side != "merchant" and refund.is_confirmed:
        raise Conflict(Text("商户已确认到账，不能再更正。", "The merchant has confirmed it; it stands."))
    amount = fields.get("amount", refund.amount)
    if amount != refund.amount and refund.statement_line_id:
        _refuse("amount", "proven", Text("这笔金额由对账单证明，不能更正。", "The statement proves this amount."))
    if amount != refund.amount and event.data.get("obligations"):
        _refuse("amount", "owed", Text("这笔到账已算作协议义务的履行，金额不能更正。", "This payment counts as what the agreement owed; its sum stands."))  # fmt: skip
    if amount > refund.amount:
        _refuse("amount", "above", Text("多出来的部分请再记录一笔退款。", "Record the rest as another refund."))
    lines = money.take_back(refund)
    money.check_day(fields.get("on", refund.on), lines)
    refund.on, refund.amount = fields.get("on", refund.on), amount
    refund.save()
    if refund.is_confirmed:
        money.allot(refund, lines)
        count_up(s.case)


def _refuse(name: str, code: str, text: Text):
    raise Invalid(text, [Fault(f"/fields/{name}", code, text)])


EFFECTS = {
    "file": _claim,
    "add_line": _added_line,
    "send_letter": _arrival,
    "record_arrival": _arrival,
    "remind": _arrival,
    "acknowledge": _answer,
    "explain": _answer,
    "propose_responsibility": _view,
    "answer_responsibility": _view,
    "record_refund": _refund,
}
