"""Refunds seen on a statement, line by line. What a case claims is counted in filing.py, what an agreement owes is
dues.py's."""

from datetime import date
from decimal import Decimal

from cases.models import Case, Line, Obligation, Refund, RefundedLine
from cases.services import dues, evidence
from cases.services.filing import count_up
from cases.services.steps import Step, act
from config import clock
from config.errors import Conflict, Fault, Invalid, NotFound
from config.text import Text
from merchants.models import StatementLine


@act("record_refund")
def record_refund(s: Step, data: dict) -> None:
    """Money came back for the lines named; once every live line is covered the case is fulfilled.

    Allotted to the oldest line first, so a part payment never closes the rest. What the provider records counts
    nothing until the merchant records the same amount as seen: that entry confirms it. Under an agreement it pays
    what is owed there first, and the case is fulfilled once nothing of that is left.
    Raises Invalid above what those lines still miss, Conflict for a statement line already used.
    """
    lines = _named(s.case, data["lines"])
    check_day(data["on"], lines)
    check_amount(data["amount"], lines)
    source = statement_line(s, data.get("statement_line"), data["amount"])
    s.record(of_lines=sorted(line.position for line in lines), on=data["on"].isoformat(), amount=str(data["amount"]))
    refund = _confirmed_by(s, data) or Refund(case=s.case, recorded_at=s.at, recorded_by_side=s.side)
    refund.on, refund.amount, refund.statement_line = data["on"], data["amount"], source
    refund.is_confirmed = s.side == "merchant"
    if data.get("file"):
        refund.proof = evidence.keep(s, "E03", data["file"])
    refund.save()
    s.record(refund=str(refund.id))
    if not refund.is_confirmed:
        s.record(unconfirmed=True)
        s.tell("refund_announced", "merchant", amount=str(data["amount"]))
        return
    allot(refund, lines)
    count_up(s.case)
    dues.pay(s, refund, {line.position for line in lines})
    s.tell("refund_seen", "provider", amount=str(data["amount"]))
    if is_done(s.case):
        fulfilled(s)


def receive(s: Step, one: Obligation) -> None:
    """The refund that a confirmed obligation is: of its day and sum, on the lines it pays for."""
    lines = _paid_by(s.case, one)
    missing = sum((line.amount - line.refunded for line in lines), Decimal(0))
    if one.amount > missing:
        raise Conflict(
            Text("这几笔扣款只差 ¥{missing} 没退回，少于这一项的 ¥{amount}。请核对是否已经记录过。",
                 "These lines miss only ¥{missing}, less than the ¥{amount} of this item. Was it recorded before?")
            .format(missing=missing, amount=one.amount)
        )  # fmt: skip
    refund = Refund(
        case=s.case, on=one.done_on, amount=one.amount, statement_line=one.statement_line, proof=one.proof,
        recorded_at=s.at, recorded_by_side=s.side,
    )  # fmt: skip
    refund.save()
    s.record(refund=str(refund.id))
    allot(refund, lines)
    count_up(s.case)


def _paid_by(case: Case, one: Obligation) -> list[Line]:
    """The live lines an obligation pays for: those it names, else all deductions, else all that is held back."""
    rows = case.lines.select_for_update().filter(is_live=True)
    lines = list(rows.filter(position__in=one.lines) if one.lines else rows)
    return [line for line in lines if line.kind == "DEDUCTION"] or lines


def is_done(case: Case) -> bool:
    """Whether nothing is left: of an agreement in effect each obligation is confirmed, without one each line is back."""
    if case.state in dues.UNDER_AGREEMENT and case.obligations.exists():
        return not dues.left(case)
    return is_covered(case)


def fulfilled(s: Step) -> None:
    """Nothing is left to come: no date runs any more but limitation, and the merchant looks whether to close."""
    s.move("FULFILLED")
    s.end("*")
    if is_covered(s.case):
        s.tell("refund_complete", "merchant")
    else:
        s.tell("agreement_kept", "merchant")


def allot(refund: Refund, lines: list[Line]) -> None:
    """Spreads the refund over the lines, oldest first, each up to what it still misses."""
    left, parts = refund.amount, []
    for line in sorted(lines, key=lambda line: (line.on, line.position)):
        part = min(left, line.amount - line.refunded)
        if part > 0:
            parts.append(RefundedLine(case_id=refund.case_id, refund=refund, line=line, amount=part))
            line.refunded += part
            left -= part
    RefundedLine.objects.bulk_create(parts)
    Line.objects.bulk_update([part.line for part in parts], ["refunded"], batch_size=500)


def take_back(refund: Refund) -> list[Line]:
    """Undoes the spreading, to spread anew; answers the lines it had covered."""
    lines = []
    for part in refund.parts.select_related("line"):
        part.line.refunded -= part.amount
        lines.append(part.line)
    Line.objects.bulk_update(lines, ["refunded"], batch_size=500)
    refund.parts.all().delete()
    return lines


def is_covered(case: Case) -> bool:
    """Whether every live line, of whatever kind, has come back whole."""
    return not any(line.refunded < line.amount for line in case.lines.filter(is_live=True))


def check_day(on: date, lines: list[Line]) -> None:
    if on > clock.today():
        _refuse("/on", "future", Text("到账日期不能在将来。", "The day it arrived cannot lie in the future."))
    if any(on < line.on for line in lines):
        _refuse("/on", "too_early", Text("到账日期不能早于扣款日期。", "It cannot have arrived before it was taken."))


def check_amount(amount: Decimal, lines: list[Line]) -> None:
    missing = sum((line.amount - line.refunded for line in lines), Decimal(0))
    if amount > missing:
        _refuse("/amount", "above", Text(
            "退款 ¥{amount} 超过这几笔还没退回的 ¥{missing}。请核对金额，或多选几笔。",
            "¥{amount} is more than the ¥{missing} these lines still miss. Check it, or name more lines.",
        ).format(amount=amount, missing=missing))  # fmt: skip


def _named(case: Case, positions: list[int]) -> list[Line]:
    """The live lines named, all of one kind: deductions and money held back are never one sum."""
    lines = list(case.lines.select_for_update().filter(is_live=True, position__in=positions))
    known = {line.position for line in lines}
    if unknown := [(i, position) for i, position in enumerate(positions) if position not in known]:
        text = Text("案件里没有第 {line} 笔扣款。", "The case has no line {line}.")
        faults = [Fault(f"/lines/{i}", "unknown", text.format(line=position)) for i, position in unknown]
        raise Invalid(faults[0].text, faults)
    if len({line.kind for line in lines}) > 1:
        _refuse("/lines", "mixed", Text(
            "扣款、暂缓结算、冻结和保证金不能合在一笔里，请分开记录。",
            "Deductions, withheld settlements, freezes and reserves are recorded apart.",
        ))  # fmt: skip
    return lines


def statement_line(s: Step, given, amount: Decimal, direction: str = "C", own: Obligation | None = None):
    """The merchant's own imported line that shows the money; one line proves one payment, of its own amount.

    `own`: the obligation that it proves. A refund may be seen on the line by which its obligation was proven.
    """
    if not given:
        return None
    rows = StatementLine.objects.visible_to(s.actor).filter(direction=direction, organisation_id=s.case.merchant_id)
    found = rows.select_for_update(of=("self",)).filter(pk=given).first()
    if found is None:
        raise NotFound(Text("没有找到这一行对账单。", "This statement line was not found."))
    if found.amount != amount:
        _refuse("/amount", "differs", Text(
            "对账单这一行是 ¥{found}，填写的是 ¥{amount}。请核对；一行里含多项时，请改传到账截图。",
            "This statement line says ¥{found}, you wrote ¥{amount}. Check it; where one line holds several items,"
            " upload a screenshot instead.",
        ).format(found=found.amount, amount=amount))  # fmt: skip
    used = Refund.objects.filter(statement_line=found).select_related("case").first() or _proving(s, found, own)
    if used:
        raise Conflict(
            Text("这一行已经作为 {number} 的退款记录过。", "This line is already recorded as a refund of {number}.")
            .format(number=used.case.number)
        )  # fmt: skip
    return found


def _proving(s: Step, found: StatementLine, own: Obligation | None) -> Obligation | None:
    """Another obligation that this line proves; a refund recorded in the same case is that obligation's own payment."""
    rows = Obligation.objects.filter(statement_line=found, state__in=["proven", "confirmed"]).select_related("case")
    return (rows.exclude(pk=own.pk) if own else rows.exclude(case=s.case, state="proven")).first()


def _confirmed_by(s: Step, data: dict) -> Refund | None:
    """The refund the provider announced that this entry of the merchant confirms: the oldest of that amount."""
    if s.side != "merchant":
        return None
    announced = s.case.refunds.filter(is_confirmed=False, amount=data["amount"])
    return announced.order_by("recorded_at").first()


def _refuse(pointer: str, code: str, text: Text):
    raise Invalid(text, [Fault(pointer, code, text)])
