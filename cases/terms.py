"""What an offer says: typed terms as values, how they are written down, what they bring the merchant, and their words.

Pure: no rows, no clock. What is wrong with terms is termfaults.py's, what follows from them when agreed is duties.py's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from config import money
from config.text import Text

PROVIDER, MERCHANT = "provider", "merchant"
SIDES = {PROVIDER: Text("服务商", "the provider"), MERCHANT: Text("商户", "the merchant")}
TYPES = {
    "REFUND": Text("退款", "Refund"),
    "ADJUST_AMOUNT": Text("改扣款金额", "New amount of the deduction"),
    "WAIVE": Text("免除", "Waiver"),
    "EXTEND_TERM": Text("延期或分期付", "Later day or instalments"),
    "RESCHEDULE_MIGRATION": Text("迁移改期", "Migration moved"),
    "OTHER": Text("其他", "Other"),
}
# Who pays whom where a term does not say; in a waiver the payee is who gives the sum up.
PAYS = {
    "REFUND": (PROVIDER, MERCHANT),
    "ADJUST_AMOUNT": (PROVIDER, MERCHANT),
    "WAIVE": (MERCHANT, PROVIDER),
    "EXTEND_TERM": (MERCHANT, PROVIDER),
    "RESCHEDULE_MIGRATION": (PROVIDER, MERCHANT),
    "OTHER": (PROVIDER, MERCHANT),
}
MONEY = ("REFUND", "ADJUST_AMOUNT", "EXTEND_TERM")  # terms by which a sum changes hands
UNITS = {"bd": Text("个工作日", "working days"), "d": Text("天", "days")}
PAY_WITHIN = 10  # working days from the day of effect, where a term that pays names no day
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class DueIn:
    """So long after the agreement takes effect; that day itself is not counted."""

    n: int
    unit: str = "bd"


@dataclass(frozen=True, slots=True)
class Instalment:
    amount: Decimal
    due_on: date


@dataclass(frozen=True, slots=True)
class Term:
    """One term. `amount` of ADJUST_AMOUNT is the new amount of the deduction and `difference` what is paid back for
    it: none where refunds beside it pay it. No `lines`: all that the case claims. None is also "not given"."""

    type: str
    payer: str = ""
    payee: str = ""
    amount: Decimal | None = None
    difference: Decimal | None = None
    due_on: date | None = None
    due_in: DueIn | None = None
    instalments: tuple[Instalment, ...] = ()
    tid: str = ""
    new_date: date | None = None
    window: str = ""
    lines: tuple[int, ...] = ()
    text: str = ""

    @property
    def pays(self) -> Decimal:
        """The sum that changes hands, from `payer` to `payee`."""
        if self.type == "ADJUST_AMOUNT":
            return self.difference or NOTHING
        return (self.amount or NOTHING) if self.type in MONEY else NOTHING

    @property
    def days(self) -> tuple[date, ...]:
        """Every calendar day it names."""
        named = (self.due_on, self.new_date, *(part.due_on for part in self.instalments))
        return tuple(day for day in named if day)


def read(rows: Iterable[Mapping]) -> list[Term]:
    """Terms from an input that was read, or from the JSON that is kept; who pays whom is filled in."""
    return [_read(row) for row in rows]


def _read(row: Mapping) -> Term:
    payer, payee = row.get("payer") or "", row.get("payee") or ""
    usual_payer, usual_payee = PAYS[row["type"]]
    if payer and not payee:
        payee = other(payer)
    due_in = row.get("due_in")
    return Term(
        type=row["type"], payer=payer or (other(payee) if payee else usual_payer), payee=payee or usual_payee,
        amount=money.yuan(row.get("amount")), difference=money.yuan(row.get("difference")), due_on=_day(row.get("due_on")),
        due_in=DueIn(int(due_in["n"]), due_in.get("unit") or "bd") if due_in else None,
        instalments=tuple(
            Instalment(Decimal(str(one["amount"])), _day(one["due_on"])) for one in row.get("instalments") or ()
        ),
        tid=row.get("tid") or "", new_date=_day(row.get("new_date")), window=row.get("window") or "",
        lines=tuple(dict.fromkeys(row.get("lines") or ())), text=row.get("text") or "",
    )  # fmt: skip


def _day(value) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def as_json(terms: Iterable[Term]) -> list[dict]:
    """Terms as they are kept and shown to programs: sums as strings of yuan, nothing that was not said."""
    return [_as_json(term) for term in terms]


def _as_json(term: Term) -> dict:
    row: dict = {"type": term.type, "payer": term.payer, "payee": term.payee}
    for name in ("amount", "difference"):
        if (sum_ := getattr(term, name)) is not None:
            row[name] = f"{sum_:.2f}"
    for name in ("due_on", "new_date"):
        if day := getattr(term, name):
            row[name] = day.isoformat()
    if term.due_in:
        row["due_in"] = {"n": term.due_in.n, "unit": term.due_in.unit, "from": "effective"}
    if term.instalments:
        row["instalments"] = [
            {"amount": f"{one.amount:.2f}", "due_on": one.due_on.isoformat()} for one in term.instalments
        ]
    for name in ("tid", "window", "text"):
        if text := getattr(term, name):
            row[name] = text
    return row | ({"lines": list(term.lines)} if term.lines else {})


# -- what it brings -----------------------------------------------------------------------------------------------


def other(side: str) -> str:
    return MERCHANT if side == PROVIDER else PROVIDER


def gross(terms: Iterable[Term]) -> Decimal:
    """What the provider pays the merchant."""
    return sum((term.pays for term in terms if term.payee == MERCHANT), NOTHING)


def net(terms: Iterable[Term]) -> Decimal:
    """What the merchant has in the end: paid to it, less what it pays itself. Below zero where it pays more."""
    return sum((term.pays if term.payee == MERCHANT else -term.pays for term in terms), NOTHING)


def last_day(terms: Iterable[Term]) -> date | None:
    """The last calendar day on which the merchant is paid; None where it is counted from the day of effect."""
    days = [day for term in terms if term.pays and term.payee == MERCHANT for day in term.days]
    return max(days, default=None)


def longest(terms: Iterable[Term]) -> DueIn | None:
    """The longest time from the day of effect within which the merchant is paid."""
    spans = [term.due_in for term in terms if term.pays and term.payee == MERCHANT and term.due_in]
    return max(spans, key=lambda one: one.n * (7 if one.unit == "bd" else 5), default=None)


def timed(term: Term) -> Term:
    """With the product's own span where a term that pays says no day: so it is shown before anybody agrees to it."""
    says_when = term.due_on or term.due_in or term.instalments
    return term if says_when or not term.pays else replace(term, due_in=DueIn(PAY_WITHIN, "bd"))


# -- words --------------------------------------------------------------------------------------------------------


def yuan(amount: Decimal) -> Text:
    """¥2,000.00（贰仟元整）; English readers get the figures alone."""
    plain = f"¥{money.plain(amount)}"
    return Text(f"{plain}（{money.in_capitals(amount)}）", plain)


def words(terms: Iterable[Term]) -> list[Text]:
    """Each term as one sentence without a stop, for pages, notices, letters and the agreement."""
    return [words_of(term) for term in terms]


def words_of(term: Term) -> Text:
    """One term: who, what, how much in figures and 大写, for which lines, by when."""
    return _joined("", WORDS[term.type](term), _about(term), when(term))


def _refund(term: Term) -> Text:
    return Text("{payer}退还{payee} {sum}", "{payer} refunds {sum} to {payee}").format(**_named(term))


def _adjusted(term: Term) -> Text:
    sum_ = yuan(term.amount or NOTHING) if term.amount else Text("¥0.00（零元整）", "¥0.00")
    text = Text("扣款金额改为 {sum}", "the deduction becomes {sum}").format(sum=sum_)
    if not term.difference:
        return text
    paid = Text("，{payer}退还差额 {sum}", ", {payer} refunds the difference of {sum}").format(**_named(term))
    return _joined("", text, paid)


def _waived(term: Term) -> Text:
    if term.amount is None:
        return Text("{payee}不再向{payer}收取", "{payee} claims nothing further from {payer}").format(**_named(term))
    named = {**_named(term), "sum": yuan(term.amount)}
    return Text("{payee}不再向{payer}收取 {sum}", "{payee} gives up {sum} against {payer}").format(**named)


def _extended(term: Term) -> Text:
    return Text("{payer}延期付给{payee} {sum}", "{payer} pays {sum} to {payee} later").format(**_named(term))


def _rescheduled(term: Term) -> Text:
    text = Text("终端 {tid} 的迁移改到 {day}", "the migration of terminal {tid} moves to {day}")
    text = text.format(tid=term.tid, day=term.new_date)
    return _joined("", text, Text(f" {term.window}", f", {term.window}")) if term.window else text


def _otherwise(term: Term) -> Text:
    if not term.amount:
        return Text(term.text, term.text)
    return Text("{text}（{sum}）", "{text} ({sum})").format(text=term.text, sum=yuan(term.amount))


WORDS = {
    "REFUND": _refund, "ADJUST_AMOUNT": _adjusted, "WAIVE": _waived, "EXTEND_TERM": _extended,
    "RESCHEDULE_MIGRATION": _rescheduled, "OTHER": _otherwise,
}  # fmt: skip


def _named(term: Term) -> dict:
    return {"payer": SIDES[term.payer], "payee": SIDES[term.payee], "sum": yuan(term.pays)}


def _about(term: Term) -> Text:
    """The lines it is about, and what was added in the offeror's own words."""
    zh, en = [], []
    if term.lines:
        numbers = ", ".join(map(str, term.lines))
        zh.append(f"第 {numbers.replace(', ', '、')} 笔")
        en.append(f"line {numbers}" if len(term.lines) == 1 else f"lines {numbers}")
    if term.tid and term.type != "RESCHEDULE_MIGRATION":
        zh.append(f"终端 {term.tid}")
        en.append(f"terminal {term.tid}")
    if term.text and term.type != "OTHER":
        zh.append(term.text)
        en.append(term.text)
    return Text(f"（{'；'.join(zh)}）", f" ({'; '.join(en)})") if zh else Text("", "")


def when(term: Term) -> Text:
    """By when, after a comma; empty where the term has no day of its own."""
    if term.type == "RESCHEDULE_MIGRATION":
        return Text("", "")
    if term.instalments:
        zh = "；".join(f"{one.due_on} 付 ¥{money.plain(one.amount)}" for one in term.instalments)
        en = "; ".join(f"¥{money.plain(one.amount)} on {one.due_on}" for one in term.instalments)
        n = len(term.instalments)
        found = Text(f"分 {n} 期：{zh}", f"in {n} instalments: {en}")
    elif term.due_on:
        found = Text(f"{term.due_on} 前（含当日）", f"by {term.due_on}")
    elif term.due_in:
        found = span(term.due_in)
    else:
        return Text("", "")
    return _joined("", Text("，", ", "), found)


def span(due_in: DueIn) -> Text:
    if not due_in.n:
        return Text("协议生效当日", "on the day the agreement takes effect")
    unit = UNITS[due_in.unit]
    return Text(f"协议生效后 {due_in.n} {unit.zh}内", f"within {due_in.n} {unit.en} of the agreement taking effect")


def _joined(between: str, *texts: Text) -> Text:
    return Text(between.join(text.zh for text in texts), between.join(text.en for text in texts))


def sentence(terms: Sequence[Term]) -> Text:
    """All terms in one line."""
    found = words(terms)
    return Text("；".join(text.zh for text in found), "; ".join(text.en for text in found))
