"""What each side must do under an agreement in effect: made with it, proven by who did it, confirmed or disputed by who
is owed, flagged when its day has passed. Rows and clocks are dues.py's, a declared breach is breach.py's."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from cases import terms
from cases.duties import Duty, duties
from cases.duty_kinds import beside
from cases.models import Agreement, Case, Deadline, Holiday, Obligation
from cases.policies import GRACE_WORKDAYS
from cases.services import dues, evidence, money
from cases.services.steps import Step, act
from config import clock
from config.clock import Calendar, day_end
from config.errors import Conflict, Fault, Invalid, Missing, NotAllowed, NotFound, SecondPerson
from config.text import Text
from merchants.services import migrations

# What a file that proves it is kept as; a payment is seen on the account.
PROOFS = {"RESCHEDULE_MIGRATION": "E06", "STOP_FEE": "E02", "INVOICE": "E05"}
PAYMENT, ELSE = "E03", "E09"
MINUTE = timedelta(minutes=1)


def begin(s: Step, agreement: Agreement) -> None:
    """What follows from an agreement that has just bound both sides: its obligations, each with its clock.

    Days are counted from the day of effect; one that has passed by then is due that day. What came back while the text
    was drawn up and signed counts towards it. A migration that was moved has its new day in the merchant's own record.
    """
    calendar = Holiday.objects.calendar()
    on = clock.local_day(agreement.effective_at)
    agreed = terms.read(agreement.offer.terms)
    found = [*duties(agreed, on, calendar), *beside(agreement.details, on, calendar)]
    found.sort(key=lambda duty: duty.due_on)
    agreed_on = {}
    for position, duty in enumerate(found, s.case.obligations.count() + 1):
        _row(s.case, agreement, position, duty, calendar).save(force_insert=True)
        agreed_on[position] = max(duty.agreed_on, on)
    for refund in s.case.refunds.filter(is_confirmed=True, recorded_at__gte=agreement.made_at).order_by("recorded_at"):
        dues.pay(s, refund, set(refund.parts.values_list("line__position", flat=True)))
    for one in dues.left(s.case):
        dues.watch(s, one, agreed_on=agreed_on.get(one.position))
    for term in (one for one in agreed if one.type == "RESCHEDULE_MIGRATION" and one.tid and one.new_date):
        migrations.reschedule(s.actor, s.case.merchant_id, term.tid, term.new_date, term.window)
    s.start("CK-NOTIFY")


def _row(case: Case, agreement: Agreement, position: int, duty: Duty, calendar: Calendar) -> Obligation:
    due_on = max(duty.due_on, calendar.roll(clock.local_day(agreement.effective_at)))
    return Obligation(
        case=case, agreement=agreement, position=position, kind=duty.kind, debtor=duty.debtor,
        what={"zh": duty.what.zh, "en": duty.what.en}, amount=duty.amount, lines=list(duty.lines), tid=duty.tid,
        due_on=due_on, due_at=day_end(due_on), grace_until=day_end(calendar.add_workdays(due_on, GRACE_WORKDAYS)),
    )  # fmt: skip


# -- proof --------------------------------------------------------------------------------------------------------


@act("prove_obligation")
def prove_obligation(s: Step, data: dict) -> None:
    """Shows that something owed was done: the day, for a payment its very sum, and a file or a line of the statement.

    Either side may show it; who is owed it then confirms. Raises Invalid for another sum and for an impossible day,
    NotFound for a statement line of somebody else, Conflict for what is proven or confirmed already.
    """
    one = named(s.case, data["obligation"])
    prove(s, one, data)
    s.tell("obligation_proven", evidence.other(one.debtor), what=one.what)


def prove(s: Step, one: Obligation, data: dict) -> None:
    """Lays the proof to the obligation and stops its clock, as long as it is owed."""
    if one.state not in dues.OWED:
        raise Conflict(
            Text("第 {n} 项已经提交过凭证或已确认。", "Item {n} is proven or confirmed already.").format(n=one.position)
        )
    source = _source(s, one, data)
    _check_amount(one, data)
    one.done_on = _done_on(s, one, data, source)
    evidence.keep_proof(s, data)
    if data.get("file"):
        one.proof = evidence.keep(s, PAYMENT if one.amount else PROOFS.get(one.kind, ELSE), data["file"])
    one.statement_line, one.dispute, one.state = source, "", "proven"
    one.proven_at, one.proven_by_id, one.proven_by_name = s.at, s.actor.user_id, s.actor.display_name
    dues.unwatch(s, one)
    one.save()
    _said(s, one)
    s.record(on=one.done_on.isoformat(), **({"late": True} if one.is_overdue else {}))


def _source(s: Step, one: Obligation, data: dict):
    """The line of the merchant's own statement: money in for what the provider owes, money out for its own."""
    if not data.get("statement_line"):
        return None
    if one.amount is None:
        _refuse("/statement_line", "not_money", Text(
            "这一项不是付款，请上传凭证。", "This item is no payment: upload a proof instead."))  # fmt: skip
    return money.statement_line(s, data["statement_line"], one.amount, "C" if one.debtor == "provider" else "D", one)


def _check_amount(one: Obligation, data: dict) -> None:
    amount: Decimal | None = data.get("amount")
    if one.amount is None:
        if amount:
            _refuse(
                "/amount",
                "not_money",
                Text("这一项不是付款，不用填金额。", "This item is no payment: leave the sum out."),
            )
    elif amount is None and not data.get("statement_line"):
        text = Text("请填写付款金额。", "Give the sum that was paid.")
        raise Missing(text, [Fault("/amount", "required", text)])
    elif amount is not None and amount != one.amount:
        _refuse("/amount", "differs", Text(
            "这一项约定的是 ¥{owed}，填写的是 ¥{amount}。请核对；只付了一部分，由商户用「记录退款到账」记下。",
            "¥{owed} is owed here, you wrote ¥{amount}. Check it; a part payment is recorded by the merchant as a refund.",
        ).format(owed=one.amount, amount=amount))  # fmt: skip


def _done_on(s: Step, one: Obligation, data: dict, source) -> date:
    on: date = data.get("on") or source.on
    if source and on != source.on:
        _refuse("/on", "differs", Text(
            f"对账单这一行是 {source.on}，请按它填写或留空。", f"The statement line says {source.on}: write that day, or none."))  # fmt: skip
    if on > clock.today():
        _refuse("/on", "future", Text("日期不能在将来。", "The day cannot lie in the future."))
    effective_at = one.agreement.effective_at
    if on < clock.local_day(effective_at):
        _refuse("/on", "too_early", Text(
            "日期不能早于协议生效。之前到账的，请用「记录退款到账」。",
            "It cannot lie before the agreement took effect. Record money that came earlier as a refund."))  # fmt: skip
    not_before(s, effective_at)
    return on


def not_before(s: Step, earliest: datetime) -> None:
    """What the merchant types in for the other side came after what it is about; people write minutes."""
    if s.on_behalf and s.at + MINUTE <= earliest:
        _refuse("/received_at", "too_early", Text(
            "对方答复的时间太早，请核对。", "The answer cannot have come so early. Check the time."))  # fmt: skip


# -- the creditor's word ------------------------------------------------------------------------------------------


@act("confirm_obligation")
def confirm_obligation(s: Step, data: dict) -> None:
    """Who is owed it says that it was done; a payment back then counts as recovered. The last one fulfils the case.

    Raises NotAllowed for the debtor's side, SecondPerson for who proved it, but a shop of one person may.
    """
    one = _of_the_other_side(s, data["obligation"])
    is_own = one.proven_by_id is not None and one.proven_by_id == s.actor.user_id
    if is_own and not (s.actor.is_alone and s.actor.is_merchant):
        raise SecondPerson(
            Text("要由提交凭证的人之外的另一个人确认。", "Someone other than who proved it must confirm it.")
        )
    evidence.keep_proof(s, data)
    if dues.is_refund(one):
        money.receive(s, one)
    dues.settle(s, one)
    _said(s, one)
    s.tell("obligation_confirmed", one.debtor, what=one.what)
    if money.is_done(s.case):
        money.fulfilled(s)


@act("dispute_obligation")
def dispute_obligation(s: Step, data: dict) -> None:
    """Who is owed it does not accept the proof, and says why: it is owed as before and its clock runs on."""
    one = _of_the_other_side(s, data["obligation"])
    evidence.keep_proof(s, data)
    one.state, one.dispute, one.statement_line = "disputed", data["reason"], None
    one.is_overdue = one.due_at <= s.at
    one.save()
    dues.watch(s, one)
    _said(s, one)
    s.record(reason=data["reason"])
    s.tell("obligation_disputed", one.debtor, what=one.what)


def flag_breach(s: Step, deadline: Deadline) -> None:
    """The day of one or more obligations has passed without proof: they are overdue, and said to be."""
    rows = s.case.obligations.filter(due_at=deadline.due_at, state__in=dues.OWED).order_by("position")
    late = list(rows.values_list("position", flat=True))
    rows.update(is_overdue=True)
    s.record(obligations=late)


def named(case: Case, position: int) -> Obligation:
    """The obligation by its number, locked."""
    rows = case.obligations.select_for_update(of=("self",)).select_related("agreement")
    one = rows.filter(position=position).first()
    if one is None:
        text = Text("协议里没有第 {n} 项。", "The agreement has no item {n}.").format(n=position)
        raise NotFound(text, [Fault("/obligation", "unknown", text)])
    return one


def _of_the_other_side(s: Step, position: int) -> Obligation:
    """A proven obligation about which this side, which is owed it, has its word."""
    one = named(s.case, position)
    if one.debtor == s.side:
        raise NotAllowed(Text("你方的义务由对方确认。", "What your side owes is confirmed by the other side."))
    if one.state != "proven":
        text = Text("第 {n} 项没有等确认的凭证。", "No proof of item {n} awaits a word.").format(n=position)
        raise Conflict(text, [Fault("/obligation", "not_proven", text)])
    not_before(s, clock.day_start(one.done_on))
    return one


def _said(s: Step, one: Obligation) -> None:
    s.record(obligation=one.position, duty=one.kind, **({"amount": str(one.amount)} if one.amount else {}))


def _refuse(pointer: str, code: str, text: Text):
    raise Invalid(text, [Fault(pointer, code, text)])
