"""Which of a merchant's records say something of a line: one function a rule of record_hints.py. Rows in, rows out."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from config.money import plain
from config.text import Text
from merchants.records import FEE_PERIODS, NOTICE_KINDS

MOST_TEXT = 160  # characters of a clause that are quoted
Row = Any  # a row of merchants/models, or whatever has its columns
Found = Iterator[tuple[Row, dict]]


@dataclass
class Records:
    """What the merchant wrote down of the terminals of a case and of its respondent."""

    terminals: list[Row] = field(default_factory=list)
    contracts: list[Row] = field(default_factory=list)
    fees: list[Row] = field(default_factory=list)
    clauses: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)
    migrations: list[Row] = field(default_factory=list)
    visits: list[Row] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """A terminal known from the case alone, without a day, says nothing."""
        dated = [one for one in self.terminals if one.from_on or one.to_on]
        return not any((dated, self.contracts, self.notices, self.migrations))


# -- what belongs together ----------------------------------------------------------------------------------------


def _same_terminal(line: Row, mid: str, *tids: str) -> bool:
    return bool(line.tid) and line.tid in tids and (not line.mid or not mid or line.mid == mid)


def _folded(name: str) -> str:
    return re.sub(r"[\s()（）【】\[\]·,，、-]", "", unicodedata.normalize("NFKC", name)).casefold()


def same_fee(one: str, other: str) -> bool:
    """A statement often adds words: 「逾期未迁移占用费」 is the contract's 「占用费」."""
    one, other = _folded(one), _folded(other)
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= 2 and shorter in longer


def clause_number(text: str) -> str:
    """`协议第 7.3 条` and `7.3` are one clause."""
    found = re.search(r"\d+(?:\.\d+)*", unicodedata.normalize("NFKC", text))
    return found[0] if found else re.sub(r"[第条款项\s]", "", text)


def _fees(line: Row, records: Records) -> list[Row]:
    """The fees of the line's name, for every terminal or for its own."""
    named = [fee for fee in records.fees if line.fee_name and same_fee(fee.fee_code, line.fee_name)]
    return [fee for fee in named if fee.tid in ("", line.tid)]


def _holds(fee: Row, on: date) -> bool:
    return not (fee.from_on and on < fee.from_on) and not (fee.to_on and on > fee.to_on)


def _agreed(fee: Row) -> Text:
    """What the contract says of a fee: ¥200.00 每日, 0.6%."""
    parts = [
        f"¥{plain(fee.amount)}" if fee.amount is not None else "",
        f"{fee.rate.normalize():f}%" if fee.rate is not None else "",
    ]
    period = FEE_PERIODS.get(fee.period, Text("", ""))
    both = [" ".join(filter(None, [*parts, word])) for word in (period.zh, period.en.lower())]
    return Text(both[0] or "没写金额", both[1] or "no amount named")


def _fits(fee: Row, line: Row) -> bool:
    """The agreed sum, or a whole number of times of one that recurs."""
    if fee.amount is None or line.amount == fee.amount:
        return True
    return fee.period not in ("", "once") and line.amount % fee.amount == 0


def _ended(fee: Row, on: date) -> Text:
    if fee.to_on and on > fee.to_on:
        return Text("到 {day} 为止", "until {day}").format(day=fee.to_on)
    return Text("从 {day} 起", "from {day}").format(day=fee.from_on)


def _warned(line: Row, records: Records) -> list[Row]:
    """Notices of the deduction or of a new price that concern the line's terminal."""
    about = [one for one in records.notices if one.kind in ("DEDUCTION", "CHANGE") and one.arrived_on]
    return [one for one in about if one.tid in ("", line.tid)]


# -- the rules: (record, words) for each record that says so of a line ---------------------------------------------


def after_close(line: Row, records: Records) -> Found:
    for one in records.terminals:
        if _same_terminal(line, one.mid, one.tid) and one.to_on and line.on > one.to_on:
            yield one, {"tid": one.tid, "day": one.to_on}


def before_use(line: Row, records: Records) -> Found:
    for one in records.terminals:
        if _same_terminal(line, one.mid, one.tid) and one.from_on and line.on < one.from_on:
            yield one, {"tid": one.tid, "day": one.from_on}


def swapped(line: Row, records: Records) -> Found:
    for one in records.migrations:
        is_old = _same_terminal(line, one.mid, one.old_tid) and one.new_tid not in ("", one.old_tid)
        if is_old and one.done_on and line.on > one.done_on:
            yield one, {"tid": one.old_tid, "new": one.new_tid, "day": one.done_on}


def _of_line(line: Row, records: Records) -> list[Row]:
    return [one for one in records.migrations if _same_terminal(line, one.mid, one.old_tid, one.new_tid)]


def missed(side: str) -> Callable[[Row, Records], Found]:
    def find(line: Row, records: Records) -> Found:
        for one in _of_line(line, records):
            days = sorted(
                v.on for v in records.visits if v.migration_id == one.pk and v.missed_by == side and v.on <= line.on
            )
            if days:
                told = [str(day) for day in days]
                yield one, {"tid": one.old_tid, "days": Text("、".join(told), ", ".join(told))}

    return find


def planned_later(line: Row, records: Records) -> Found:
    for one in _of_line(line, records):
        if one.planned_on and line.on < one.planned_on and not (one.done_on and one.done_on <= line.on):
            yield one, {"tid": one.old_tid, "day": one.planned_on}


def done_late(line: Row, records: Records) -> Found:
    for one in _of_line(line, records):
        missed = any(visit.migration_id == one.pk for visit in records.visits)
        if one.planned_on and one.done_on and one.done_on > one.planned_on and not missed:
            yield one, {"tid": one.old_tid, "day": one.planned_on, "done": one.done_on}


def fee_unknown(line: Row, records: Records) -> Found:
    if line.fee_name and records.fees and not any(same_fee(fee.fee_code, line.fee_name) for fee in records.fees):
        contract = records.contracts[0]
        yield contract, {"fee": line.fee_name, "contract": contract.number}


def fee_out_of_time(line: Row, records: Records) -> Found:
    named = _fees(line, records)
    if named and not any(_holds(fee, line.on) for fee in named):
        fee = named[0]
        yield _contract(fee, records), {"fee": fee.fee_code, "when": _ended(fee, line.on)}


def fee_differs(line: Row, records: Records) -> Found:
    named = [fee for fee in _fees(line, records) if _holds(fee, line.on)]
    if named and not any(_fits(fee, line) for fee in named):
        yield _contract(named[0], records), {"fee": named[0].fee_code, "agreed": _agreed(named[0])}


def fee_agreed(line: Row, records: Records) -> Found:
    for fee in _fees(line, records):
        if _holds(fee, line.on) and _fits(fee, line):
            yield _contract(fee, records), {"fee": fee.fee_code, "agreed": _agreed(fee)}


def fee_before_notice(line: Row, records: Records) -> Found:
    for fee in _fees(line, records):
        if _holds(fee, line.on) and fee.notice_on and line.on < fee.notice_on:
            yield _contract(fee, records), {"fee": fee.fee_code, "day": fee.notice_on}


def _contract(part: Row, records: Records) -> Row:
    return next(one for one in records.contracts if one.pk == part.contract_id)


def clause_says(line: Row, records: Records) -> Found:
    for clause in records.clauses:
        if line.clause and clause_number(clause.number) == clause_number(line.clause):
            text = " ".join(clause.text.split())
            text = text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…"
            contract = _contract(clause, records)
            yield contract, {"contract": contract.number, "number": clause.number, "text": text}


def clause_unknown(line: Row, records: Records) -> Found:
    wanted = clause_number(line.clause) if line.clause else ""
    if wanted and records.clauses and not any(clause_number(one.number) == wanted for one in records.clauses):
        contract = _contract(records.clauses[0], records)
        yield contract, {"contract": contract.number, "number": wanted}


def warned_late(line: Row, records: Records) -> Found:
    about = _warned(line, records)
    if about and all(one.arrived_on > line.on for one in about):
        first = min(about, key=lambda one: one.arrived_on)
        yield first, {"what": NOTICE_KINDS[first.kind], "day": first.arrived_on}


def warned_in_time(line: Row, records: Records) -> Found:
    before = [one for one in _warned(line, records) if one.arrived_on <= line.on]
    if before:
        last = max(before, key=lambda one: one.arrived_on)
        yield last, {"what": NOTICE_KINDS[last.kind], "day": last.arrived_on}


def objection_open(line: Row, records: Records) -> Found:
    for one in _warned(line, records):
        if one.object_until and one.arrived_on <= line.on <= one.object_until:
            yield one, {"day": one.object_until}
