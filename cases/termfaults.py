"""What is wrong with terms, each fault with its place and a sentence; and terms made ready to be kept. Pure.

The form of single values (a sum, a day that exists) is read by cases/inputs/talks.py before.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from cases.terms import MERCHANT, MONEY, NOTHING, TYPES, Term, timed
from config import money
from config.errors import Fault
from config.text import Text

FARTHEST = timedelta(days=3660)  # a day later than this is a slip of the pen
TIMED = (*MONEY, "OTHER")  # terms that name a day


@dataclass(frozen=True, slots=True)
class Claimed:
    """A live line of the case: what was taken, and what came back of it already."""

    position: int
    amount: Decimal
    refunded: Decimal = NOTHING
    kind: str = "DEDUCTION"

    @property
    def left(self) -> Decimal:
        return self.amount - self.refunded


def made_ready(terms: Iterable[Term], claim: Sequence[Claimed]) -> list[Term]:
    """Terms as they are kept: in order, with the sum of instalments, the difference of a new amount, a day of payment."""
    found = [_in_order(term) for term in terms]
    return [timed(_with_difference(term, found, claim)) for term in found]


def _in_order(term: Term) -> Term:
    parts = tuple(sorted(term.instalments, key=lambda one: one.due_on))
    total = sum((one.amount for one in parts), NOTHING)
    amount = total if _is_summed(term) and term.amount is None else term.amount
    return replace(term, lines=tuple(sorted(term.lines)), instalments=parts, amount=amount)


def _is_summed(term: Term) -> bool:
    """Whether the instalments are the amount; those of a new amount pay its difference."""
    return bool(term.instalments) and term.type != "ADJUST_AMOUNT"


def _with_difference(term: Term, terms: Sequence[Term], claim: Sequence[Claimed]) -> Term:
    """What a new amount gives back; nothing of its own where refunds beside it give it back for the same lines."""
    if term.type != "ADJUST_AMOUNT" or term.amount is None:
        return term
    mine = concerned(term, claim)
    gives = sum((line.left for line in mine), NOTHING) - term.amount
    paid = _refunded_beside(term, terms, claim)
    return replace(term, difference=NOTHING if paid else gives)


def _refunded_beside(term: Term, terms: Sequence[Term], claim: Sequence[Claimed]) -> Decimal:
    mine = {line.position for line in concerned(term, claim)}
    beside = [one for one in terms if one.type == "REFUND" and mine & {line.position for line in concerned(one, claim)}]
    return sum((one.amount or NOTHING for one in beside), NOTHING)


def concerned(term: Term, claim: Sequence[Claimed]) -> list[Claimed]:
    """The lines a term is about: those named, else all deductions, else all that is held back."""
    if term.lines:
        return [line for line in claim if line.position in term.lines]
    return [line for line in claim if line.kind == "DEDUCTION"] or list(claim)


# -- faults -------------------------------------------------------------------------------------------------------


def faults(terms: Sequence[Term], claim: Sequence[Claimed], on: date) -> list[Fault]:
    """Everything that is wrong with terms said on the day `on` about what the case claims."""
    if not terms:
        text = Text("方案至少要有一条。", "An offer has at least one term.")
        return [Fault("/terms", "required", text)]
    found = [fault for i, term in enumerate(terms) for fault in _of_one(f"/terms/{i}", term, claim, on)]
    return found or list(_of_all(terms, claim))


def passed(terms: Sequence[Term], on: date) -> list[date]:
    """The days in the terms that lie before `on`: what was offered can no longer be done in time."""
    return sorted(day for term in terms for day in term.days if day < on)


def _of_one(at: str, term: Term, claim: Sequence[Claimed], on: date) -> Iterator[Fault]:
    yield from _parties(at, term)
    yield from _needed(at, term)
    yield from _misplaced(at, term)
    yield from _times(at, term, on)
    yield from _lines(at, term, claim)


def _parties(at: str, term: Term) -> Iterator[Fault]:
    if term.payer == term.payee:
        yield Fault(f"{at}/payee", "same", Text(
            "付款方和收款方不能是同一方。", "Payer and payee cannot be the same side."))  # fmt: skip
    elif term.type in ("REFUND", "ADJUST_AMOUNT") and term.payee != MERCHANT:
        yield Fault(f"{at}/payer", "reversed", Text(
            "退款由服务商付给商户；商户要付的，请用「延期或分期付」。",
            "A refund goes from the provider to the merchant; what the merchant pays is EXTEND_TERM."))  # fmt: skip


def _needed(at: str, term: Term) -> Iterator[Fault]:
    for name, text in NEEDED.get(term.type, ()):
        if getattr(term, name) in (None, "") and not (name == "amount" and _is_summed(term)):
            yield Fault(f"{at}/{name}", "missing", text)
    if term.amount is not None and term.amount <= 0 and term.type != "ADJUST_AMOUNT":
        yield Fault(f"{at}/amount", "zero", Text("金额须大于 0。", "The amount must be above 0."))


SUM = Text("请填写金额。", "Give the amount.")
NEEDED = {
    "REFUND": (("amount", SUM),),
    "ADJUST_AMOUNT": (("amount", Text("请填写改后的扣款金额。", "Give the new amount of the deduction.")),),
    "EXTEND_TERM": (("amount", Text("请填写金额，或写出每一期。", "Give the amount, or each instalment.")),),
    "RESCHEDULE_MIGRATION": (
        ("tid", Text("请填写是哪台终端（终端号）。", "Say which terminal it is (its TID).")),
        ("new_date", Text("请填写迁移改到哪一天。", "Say to which day the migration moves.")),
    ),
    "OTHER": (("text", Text("请写明内容。", "Say what is agreed.")),),
}


def _misplaced(at: str, term: Term) -> Iterator[Fault]:
    """What a type of term cannot carry is refused: left standing, one side would read more into it than is there."""
    wrong = {
        "new_date": term.new_date and term.type != "RESCHEDULE_MIGRATION",
        "amount": term.amount is not None and term.type == "RESCHEDULE_MIGRATION",
        "instalments": term.instalments and term.type not in MONEY,
        "due_on": term.due_on and term.type not in TIMED,
        "due_in": term.due_in and term.type not in TIMED,
    }
    for name in (name for name, is_wrong in wrong.items() if is_wrong):
        text = Text(
            "「{type}」不带这一项，请去掉或另列一条。", "“{type}” takes no such value: leave it out or add a term."
        )
        yield Fault(f"{at}/{name}", "misplaced", text.format(type=TYPES[term.type]))


def _times(at: str, term: Term, on: date) -> Iterator[Fault]:
    given = [name for name in ("due_on", "due_in", "instalments") if getattr(term, name)]
    if len(given) > 1:
        yield Fault(f"{at}/{given[-1]}", "one_of", Text(
            "付款时间只写一种：某一天、生效后多少天，或分期。",
            "Say when it is paid in one way: a day, days after the day of effect, or instalments."))  # fmt: skip
    places = [(f"{at}/due_on", term.due_on), (f"{at}/new_date", term.new_date)]
    places += [(f"{at}/instalments/{i}/due_on", one.due_on) for i, one in enumerate(term.instalments)]
    for pointer, day in places:
        if day and day < on:
            yield Fault(pointer, "past", Text(
                f"{day} 已经过去，请填写今天或以后的日子。", f"{day} has passed: give today or a later day."))  # fmt: skip
        elif day and day > on + FARTHEST:
            yield Fault(pointer, "too_far", Text(f"{day} 太远了，请核对。", f"{day} is very far away: check it."))
    total = sum((one.amount for one in term.instalments), NOTHING)
    if _is_summed(term) and term.amount is not None and total != term.amount:
        yield Fault(f"{at}/instalments", "sum", Text(
            f"各期相加是 ¥{money.plain(total)}，与金额 ¥{money.plain(term.amount)} 不一致。",
            f"The instalments sum to ¥{money.plain(total)}, the amount is ¥{money.plain(term.amount)}."))  # fmt: skip


def _lines(at: str, term: Term, claim: Sequence[Claimed]) -> Iterator[Fault]:
    known = {line.position: line for line in claim}
    unknown = [(i, position) for i, position in enumerate(term.lines) if position not in known]
    for i, position in unknown:
        yield Fault(f"{at}/lines/{i}", "unknown", Text(
            f"案件里没有第 {position} 笔扣款。", f"The case has no line {position}."))  # fmt: skip
    if not unknown and term.type in MONEY and len({line.kind for line in concerned(term, claim)}) > 1:
        yield Fault(f"{at}/lines", "mixed", Text(
            "扣款、暂缓结算、冻结和保证金不能合在一条里，请分开写。",
            "Deductions, withheld settlements, freezes and reserves stand in terms of their own."))  # fmt: skip


def _of_all(terms: Sequence[Term], claim: Sequence[Claimed]) -> Iterator[Fault]:
    """What only shows when the terms are seen together: contradictions, and more than is claimed."""
    ready = made_ready(terms, claim)
    yield from _unpaid_sums(ready, claim)
    yield from _adjustments(terms, ready, claim)
    for pays_merchant, text in (
        (True, Text("合计 ¥{sum} 超过还没退回的 ¥{left}。请核对金额。",
                    "¥{sum} in all is more than the ¥{left} not yet back. Check the amount.")),
        (False, Text("商户要付的 ¥{sum} 超过原来扣的 ¥{left}。请核对金额。",
                     "The ¥{sum} the merchant would pay is more than the ¥{left} once taken. Check the amount.")),
    ):  # fmt: skip
        yield from _above(ready, claim, pays_merchant, text)


def _unpaid_sums(terms: Sequence[Term], claim: Sequence[Claimed]) -> Iterator[Fault]:
    """A waiver, or a sum in words of one's own, is no more than what was taken either."""
    for i, term in enumerate(terms):
        taken = sum((line.amount for line in concerned(term, claim)), NOTHING)
        if term.type in ("WAIVE", "OTHER") and (term.amount or NOTHING) > taken:
            yield Fault(f"/terms/{i}/amount", "above", Text(
                f"金额超过扣走的 ¥{money.plain(taken)}。请核对。",
                f"It is more than the ¥{money.plain(taken)} taken. Check it."))  # fmt: skip


def _adjustments(terms: Sequence[Term], ready: Sequence[Term], claim: Sequence[Claimed]) -> Iterator[Fault]:
    seen: set[int] = set()
    for i, term in enumerate(ready):
        if term.type != "ADJUST_AMOUNT":
            continue
        at, mine = f"/terms/{i}", concerned(term, claim)
        left = sum((line.left for line in mine), NOTHING)
        gives = left - (term.amount or NOTHING)
        beside = _refunded_beside(term, ready, claim)
        total = sum((one.amount for one in term.instalments), NOTHING)
        if seen & {line.position for line in mine}:
            yield Fault(f"{at}/amount", "twice", Text(
                "同一笔扣款的金额只能改一次。", "The amount of a deduction can be changed once only."))  # fmt: skip
        elif gives <= 0:
            yield Fault(f"{at}/amount", "above", Text(
                f"改后的金额要小于现在的 ¥{money.plain(left)}。",
                f"The new amount must be below the present ¥{money.plain(left)}."))  # fmt: skip
        elif beside and beside != gives:
            yield Fault(f"{at}/amount", "differs", Text(
                f"扣款改为 ¥{money.plain(term.amount or NOTHING)} 应退 ¥{money.plain(gives)}，与退款 ¥{money.plain(beside)} 不一致。",
                f"With the new amount ¥{money.plain(gives)} comes back, but the refund says ¥{money.plain(beside)}."))  # fmt: skip
        elif term.instalments and total != gives:
            yield Fault(f"{at}/instalments", "sum", Text(
                f"各期相加是 ¥{money.plain(total)}，应退的差额是 ¥{money.plain(gives)}。",
                f"The instalments sum to ¥{money.plain(total)}, the difference is ¥{money.plain(gives)}."))  # fmt: skip
        seen |= {line.position for line in mine}


def _above(terms: Sequence[Term], claim: Sequence[Claimed], to_merchant: bool, text: Text) -> Iterator[Fault]:
    """Sums are laid on their lines, those that name the fewest first; the first that finds no room is above."""
    room = {line.position: line.left if to_merchant else line.amount for line in claim}
    rows = [(i, term) for i, term in enumerate(terms) if term.pays and (term.payee == MERCHANT) is to_merchant]
    laid = NOTHING
    for i, term in sorted(rows, key=lambda row: len(concerned(row[1], claim))):
        mine, asked = [line.position for line in concerned(term, claim)], term.pays
        left = sum((room[position] for position in mine), NOTHING)
        if asked > left:
            pointer = f"/terms/{i}/" + ("instalments" if term.instalments else "amount")
            laid = NOTHING if term.lines else laid
            yield Fault(pointer, "above", text.format(sum=money.plain(asked + laid), left=money.plain(left + laid)))
            return
        laid += asked
        for position in mine:
            part = min(asked, room[position])
            room[position] -= part
            asked -= part
