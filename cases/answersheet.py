"""A sheet of answers as it is read: many cases acknowledged or explained at once, each row checked against its case.

Nothing is done here; how the good rows are done is cases/answerwork.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from django.utils import translation

from cases import actions, workflow
from cases.models import Case
from cases.services.line_sheet import Column
from cases.services.sheets import FORMULA
from config.actors import Actor
from config.errors import Fault, Invalid, NotAllowed
from config.models import RememberedAnswer
from config.text import Text
from merchants.statements import values
from merchants.statements.columns import plain
from merchants.statements.faults import BadValue
from merchants.statements.reading import Source, Table, open_source
from merchants.statements.rows import Row

MOST_ROWS = 2_000
ROUTE = "answer-sheet"
NONE = Text("", "")
COLUMNS = (
    Column("number", Text("编号", "Number"), Text("DK-2026-000318", "DK-2026-000318"), ("案件编号", "case")),
    Column("act", Text("答复方式", "Answer"), Text("说明", "explain"), ("act", "操作")),
    Column("text", Text("说明的内容", "Explanation"), Text("", ""), ("text", "正文", "说明内容")),
    Column("clause", Text("依据的条款", "Clause"), Text("", ""), ("clause", "条款")),
    Column("calculation", Text("怎么算的", "Calculation"), Text("", ""), ("calculation", "计算")),
    Column("log", Text("系统记录", "System log"), Text("", ""), ("log", "记录")),
    Column("refund_amount", Text("退款金额", "Refund"), Text("", ""), ("refund_amount", "退款")),
    Column("pay_by", Text("付款日期", "Pay by"), Text("", ""), ("pay_by", "付款日")),
    Column("ticket_no", Text("受理编号", "Ticket number"), Text("", ""), ("ticket_no", "对方的受理编号")),
)
BY_HEADER = {header: column for column in COLUMNS for header in column.headers}
LABELS = {column.field: column.label for column in COLUMNS}
ACT_WORDS = {
    "acknowledge": "acknowledge", "确认收到": "acknowledge", "收到": "acknowledge", "confirm receipt": "acknowledge",
    "explain": "explain", "说明": "explain", "说明原因": "explain",
}  # fmt: skip
EXPLAINING = ("text", "clause", "calculation", "log")
MONEY = ("refund_amount", "pay_by")

NO_HEADER = Text(
    "没有找到表头。第一行要有「编号」和「答复方式」两列，可以先下载表格。",
    "No header was found. The first row needs the columns “Number” and “Answer”; you can download the sheet.",
)
NOTHING = Text("表格里没有填写任何答复。", "Nothing is filled in on this sheet.")
TOO_MANY = Text("一次最多 {n} 行，请把表格分成几份。", "At most {n} rows at once. Split the sheet.")
NOT_YOURS = Text("表格答复由服务商办理。", "Sheets of answers are for providers.")
ACT_WANTED = Text("请写「说明」或「确认收到」。", "Write “explain” or “acknowledge”.")
NO_NUMBER = Text("没有写案件编号。", "The case's number is missing.")
NO_CASE = Text("没有这个案件。请核对编号。", "There is no such case. Check the number.")
TWICE = Text("和第 {line} 行重复。", "Repeats row {line}.")
NOT_NOW = Text("案件现在是「{state}」，不能「{act}」。", "The case is “{state}”: “{act}” is not possible.")
FILL_IN = Text("请填写这一列。", "Fill in this column.")
NOT_FOR_THIS = Text("「{act}」不用填这一列。", "“{act}” takes nothing in this column.")
DAY_WANTED = Text("写了退款金额，请写付款日期。", "Give the day of payment with the refund.")
NO_SUM = Text("退款金额要大于 0；不退就不填。", "A refund is above zero; leave it empty for none.")
SUM_WANTED = Text("写了付款日期，请写退款金额。", "Give the refund with its day of payment.")


@dataclass
class Answer:
    """One row: what it asks to be done, or every fault of it as (column, why). `again`: it was done by an earlier run."""

    line: int
    sheet: str
    number: str = ""
    act: str = ""
    data: dict = field(default_factory=dict)
    faults: list[tuple[Text, Text]] = field(default_factory=list)
    again: bool = False
    is_own: bool = False  # done by the run under way, before it was interrupted

    def told(self, state: str, column: Text = NONE, why: Text = NONE) -> dict:
        """A row of the result, in both languages, as a job keeps it."""
        return {
            "line": self.line, "sheet": self.sheet, "number": self.number, "act": self.act, "state": state,
            "column": {"zh": column.zh, "en": column.en}, "why": {"zh": why.zh, "en": why.en},
        }  # fmt: skip


@dataclass
class Plan:
    """A sheet that was read: its rows in their order."""

    sha256: str
    rows: list[Answer]

    def of(self, *, good: bool) -> list[Answer]:
        return [one for one in self.rows if not one.again and bool(one.faults) != good]

    @property
    def again(self) -> list[Answer]:
        return [one for one in self.rows if one.again]


def check_seat(actor: Actor) -> None:
    if not actor.is_provider or actor.case_id is not None:
        raise NotAllowed(NOT_YOURS)


# -- reading ------------------------------------------------------------------------------------------------------


def read(actor: Actor, file: BinaryIO, *, job: str = "") -> Plan:
    """Every row that holds an answer, checked against the cases as they stand. Raises Invalid where it is no such sheet.

    `job`: the run under way. What it did itself before it was interrupted is no earlier run's.
    """
    source = open_source(file)
    table, header, index = _headed(source)
    done, rows = _done(source.sha256), []
    for row in table.rows():
        if row.line > header.line and (answer := _answer(row, table.name, index, source.epoch)):
            by = done.get(key_of(source.sha256, answer))
            answer.is_own, answer.again = bool(by) and by == job, bool(by) and by != job
            rows.append(answer)
        if len(rows) > MOST_ROWS:
            raise Invalid(TOO_MANY.format(n=f"{MOST_ROWS:,}"))
    if not rows:
        raise Invalid(NOTHING)
    _check(actor, rows)
    return Plan(source.sha256, rows)


def _headed(source: Source) -> tuple[Table, Row, dict[str, tuple[int, Text]]]:
    """The first sheet with a header, its row, and where each field stands with the name above it."""
    for table in source.tables:
        for row in table.head:
            index: dict[str, tuple[int, Text]] = {}
            for at, name in enumerate(row.cells):
                column = BY_HEADER.get(plain(name))
                if column and column.field not in index:
                    index[column.field] = (at, Text(name.strip(), name.strip()))
            if {"number", "act"} <= index.keys():
                return table, row, index
    raise Invalid(NO_HEADER)


def _answer(row: Row, sheet: str, index: dict[str, tuple[int, Text]], epoch: date) -> Answer | None:
    """The answer of a row; none where nothing but the case is filled in."""
    found, told = Answer(row.line, sheet), {}
    if row.fault:
        found.faults.append((index["number"][1], row.fault))
    for name, (at, header) in index.items():
        text = row.cells[at] if at < len(row.cells) else ""
        try:
            if fault := values.fault_of(text):
                raise BadValue(fault)
            told[name] = READERS.get(name, _words)(text, epoch)
        except BadValue as wrong:
            found.faults.append((header, wrong.text))
    found.number, found.act = told.pop("number", ""), told.pop("act", "")
    given = {name: value for name, value in told.items() if value}
    if not (found.act or given or found.faults):
        return None
    if not found.number:
        found.faults.append((index["number"][1], NO_NUMBER))
    if not found.act and not any(header == index["act"][1] for header, _ in found.faults):
        found.faults.append((index["act"][1], ACT_WANTED))
    found.faults += [(index[name][1], why) for name, why in _misplaced(found.act, given)]
    found.data = _input(given)
    return found


def _words(text: str, epoch: date) -> str:
    """The text of a cell; the apostrophe with which a table was made safe goes again."""
    text = text.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _act(text: str, epoch: date) -> str:
    word = text.strip().lower()
    if word and word not in ACT_WORDS:
        raise BadValue(ACT_WANTED)
    return ACT_WORDS[word] if word else ""


def _sum(text: str, epoch: date) -> str:
    amount = values.amount(text)
    if amount is not None and amount <= 0:
        raise BadValue(NO_SUM)
    return "" if amount is None else str(amount)


def _day(text: str, epoch: date) -> str:
    on = values.day(text, epoch)
    return on.isoformat() if on else ""


READERS: dict[str, Callable[[str, date], str]] = {"act": _act, "refund_amount": _sum, "pay_by": _day}


def _misplaced(act: str, given: dict) -> Iterator[tuple[str, Text]]:
    """Columns that do not go with the act, and halves of a refund."""
    foreign = (*EXPLAINING, *MONEY) if act == "acknowledge" else ("ticket_no",) if act == "explain" else ()
    for name in given:
        if name in foreign:
            yield name, NOT_FOR_THIS.format(act=workflow.ACTS[act].label)
    if act == "explain" and ("refund_amount" in given) != ("pay_by" in given):
        yield ("refund_amount", DAY_WANTED) if "refund_amount" in given else ("pay_by", SUM_WANTED)


def _input(given: dict) -> dict:
    """The act's own input: a refund with its day is an offer in the same step."""
    data = {name: value for name, value in given.items() if name not in MONEY}
    if all(name in given for name in MONEY):
        data["terms"] = [{"type": "REFUND", "amount": given["refund_amount"], "due_on": given["pay_by"]}]
    return data


# -- checking -----------------------------------------------------------------------------------------------------

COLUMN_OF = {"amount": "refund_amount", "due_on": "pay_by", "terms": "refund_amount"}


def _check(actor: Actor, rows: list[Answer]) -> None:
    """Adds what is wrong with each row: no such case, the wrong moment, values the act does not take."""
    cases = {one.number: one for one in Case.objects.visible_to(actor).filter(number__in=[row.number for row in rows])}
    states = {number: case.state for number, case in cases.items()}
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.again or row.is_own or row.faults:
            continue
        first = seen.setdefault((row.number, row.act), row.line)
        if row.number not in cases:
            row.faults.append((LABELS["number"], NO_CASE))
        elif first != row.line:
            row.faults.append((LABELS["number"], TWICE.format(line=first)))
        elif states[row.number] not in workflow.ACTS[row.act].from_:
            state = workflow.STATES[states[row.number]].label
            row.faults.append((LABELS["act"], NOT_NOW.format(state=state, act=workflow.ACTS[row.act].label)))
        else:
            row.faults += _refused(row)
        if not row.faults:
            states[row.number] = workflow.ACTS[row.act].to[0]


def _refused(row: Answer) -> list[tuple[Text, Text]]:
    """What the act's own input refuses, in both languages: a worker reads no language of its own."""
    told: dict[str, list[Fault]] = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            try:
                actions.read(row.act, row.data)
                return []
            except Invalid as refusal:
                told[language] = refusal.faults
    return [
        (column_of(zh), FILL_IN if zh.code in ("required", "blank") else Text(zh.text.zh, en.text.en))
        for zh, en in zip(told["zh-hans"], told["en"], strict=True)
    ]


def column_of(fault: Fault) -> Text:
    """The column in which a fault of the act's input is put right."""
    parts = [part for part in fault.pointer.split("/") if part]
    names = [COLUMN_OF.get(part, part) for part in reversed(parts)]
    return next((LABELS[name] for name in names if name in LABELS), LABELS["act"])


def key_of(sha256: str, row: Answer) -> str:
    return f"{sha256}:{row.line}"


def _done(sha256: str) -> dict[str, str]:
    """The rows of this very file that were done before: key and the job that did them."""
    known = RememberedAnswer.objects.filter(route=ROUTE, key__startswith=f"{sha256}:")
    return dict(known.values_list("key", "body"))
