"""Kinds of obligation: what each is called, and those that follow from the agreement beside its terms. Pure, a table.

What follows from the terms themselves is duties.py's; the rows are made in cases/services/obligations.py.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from cases import terms
from cases.agreement.details import INVOICE_WITHIN
from cases.duties import Duty
from config.clock import Calendar
from config.text import Text

KINDS = {
    **terms.TYPES,
    "EXTEND_TERM": Text("付款", "Payment"),
    "STOP_FEE": Text("停止收费", "Stop of the fee"),
    "INVOICE": Text("更正发票", "Corrected invoice"),
}
STATES = {
    "open": Text("待履行", "To be done"),
    "proven": Text("待确认", "To be confirmed"),
    "disputed": Text("有异议", "Disputed"),
    "confirmed": Text("已履行", "Done"),
    "cancelled": Text("已取消", "Cancelled"),
}
STOPS = Text("服务商自 {on} 起停止收取「{name}」", "From {on} the provider stops charging “{name}”")
OF_TERMINAL = Text("（终端 {tid}）", " (terminal {tid})")
ISSUES = Text("服务商开具红字或更正后的发票并交给商户", "The provider issues a credit note or corrected invoice")


def beside(details: Mapping, effective_on: date, calendar: Calendar) -> Iterator[Duty]:
    """What the provider owes that is no term, by the agreement's details (cases/agreement/details.py)."""
    fee = details.get("stop_fee") or {}
    if fee.get("name") and fee.get("on"):
        day, tid = date.fromisoformat(fee["on"]), fee.get("tid") or ""
        what, where = STOPS.format(on=day, name=fee["name"]), OF_TERMINAL.format(tid=tid)
        what = Text(what.zh + where.zh, what.en + where.en) if tid else what
        yield Duty("STOP_FEE", terms.PROVIDER, what, calendar.roll(day), day, tid=tid)
    if details.get("invoice") == "reissue":
        day = calendar.add_workdays(effective_on, INVOICE_WITHIN)
        yield Duty("INVOICE", terms.PROVIDER, ISSUES, day, day)
