"""What a merchant's own records say beside the lines of a case: a table, one row a hint. Pure: rows in, sentences out.

"The records so far point to …", never a verdict. Reading the rows is records_beside.py's.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cases import record_finds as finds
from cases.record_finds import Found, Records, Row
from config.money import plain
from config.text import Text

MOST = 12  # hints on one page


@dataclass(frozen=True, slots=True)
class Rule:
    """`find` answers the records that say so of a line, with the words for its sentence. `points` is a cause,
    `at` the side it points at; both may be empty. `kind` is the record that is opened."""

    name: str
    kind: str
    find: Callable[[Row, Records], Found]
    says: Text
    points: str = ""
    at: str = ""


@dataclass
class Hint:
    rule: Rule
    record: Row
    words: dict
    lines: list[Row]

    @property
    def text(self) -> Text:
        return self.rule.says.format(**self.words, lines=which(self.lines))


def hints(lines: list[Row], records: Records) -> list[Hint]:
    """What the records say of these lines, in the order of the table; several lines of one record are one hint."""
    found: dict[tuple, Hint] = {}
    for rule in RULES:
        for line in lines:
            for record, words in rule.find(line, records):
                hint = found.setdefault((rule.name, record.pk, str(words)), Hint(rule, record, words, []))
                hint.lines.append(line)
    return list(found.values())[:MOST]


def which(lines: list[Row]) -> Text:
    """The lines meant: one by its day and sum, several by their number and days."""
    if len(lines) == 1:
        sums = {"on": lines[0].on, "amount": plain(lines[0].amount)}
        return Text("{on} 扣的 ¥{amount} ", "the ¥{amount} taken on {on}").format(**sums)
    days = sorted(line.on for line in lines)
    told = {"n": len(lines), "first": days[0], "last": days[-1]}
    return Text("{n} 笔扣款（{first} ~ {last}）", "{n} deductions ({first} ~ {last})").format(**told)


PROVIDER, MERCHANT = "provider", "merchant"
RULES: tuple[Rule, ...] = (
    Rule("after_close", "terminals", finds.after_close,
         Text("终端 {tid} 用到 {day}，{lines}在那之后。", "Terminal {tid} was used until {day}; {lines} came after that."), "C3", PROVIDER),
    Rule("before_use", "terminals", finds.before_use,
         Text("终端 {tid} 从 {day} 起才用，{lines}在那之前。", "Terminal {tid} was not used before {day}; {lines} came before that."),
         "C3", PROVIDER),
    Rule("swapped", "migrations", finds.swapped,
         Text("终端 {tid} 在 {day} 换成了 {new}，{lines}还记在旧终端上。",
              "Terminal {tid} became {new} on {day}; still booked under the old one: {lines}."), "C3", PROVIDER),
    Rule("missed_by_provider", "migrations", finds.missed("provider"),
         Text("终端 {tid} 的移机，约好的 {days} 服务商没有来；{lines}在那之后。",
              "The provider did not come on {days} to move terminal {tid}; {lines} came after that."), "C1", PROVIDER),
    Rule("missed_by_us", "migrations", finds.missed("merchant"),
         Text("终端 {tid} 的移机，约好的 {days} 我方不在；{lines}在那之后，对方可能会提。",
              "We were not there on {days} when terminal {tid} was to be moved; {lines} came after that, and they may say so."),
         "C1", MERCHANT),
    Rule("planned_later", "migrations", finds.planned_later,
         Text("终端 {tid} 的移机约在 {day}，{lines}在约定的日子之前。",
              "Terminal {tid} was to be moved on {day}; {lines} came before the day agreed."), "C1", PROVIDER),
    Rule("done_late", "migrations", finds.done_late,
         Text("终端 {tid} 的移机约在 {day}，{done} 才完成；是谁耽误的，资料里没有写。",
              "Terminal {tid} was to be moved on {day} and was on {done}; the records do not say who caused the delay."), "C1"),
    Rule("fee_unknown", "contracts", finds.fee_unknown,
         Text("记下的合同 {contract} 里没有叫「{fee}」的收费。对照一下原件，是不是真的没有。",
              "Contract {contract}, as written down, has no fee called “{fee}”. Check it against the original."), "C11", PROVIDER),
    Rule("fee_out_of_time", "contracts", finds.fee_out_of_time,
         Text("合同里「{fee}」{when}，{lines}不在这段时间。", "The contract has “{fee}” {when}; outside that time: {lines}."),
         "C11", PROVIDER),
    Rule("fee_differs", "contracts", finds.fee_differs,
         Text("合同里「{fee}」是 {agreed}，{lines}对不上。", "The contract has “{fee}” at {agreed}; what does not fit: {lines}."), "C4", PROVIDER),
    Rule("fee_before_notice", "contracts", finds.fee_before_notice,
         Text("「{fee}」的价格 {day} 才公布，{lines}在那之前。", "The price of “{fee}” was announced on {day}; {lines} came before that."),
         "C4", PROVIDER),
    Rule("fee_agreed", "contracts", finds.fee_agreed,
         Text("合同里有「{fee}」：{agreed}，{lines}对得上，对方可能会提。",
              "The contract has “{fee}”: {agreed}. This fits, and they may say so: {lines}."), "", MERCHANT),
    Rule("clause_says", "contracts", finds.clause_says,
         Text("合同 {contract} 第 {number} 条写的是：「{text}」", "Clause {number} of contract {contract} says: “{text}”")),
    Rule("clause_unknown", "contracts", finds.clause_unknown,
         Text("记下的合同 {contract} 里没有第 {number} 条。可能没有抄全，对照一下原件。",
              "Contract {contract}, as written down, has no clause {number}. It may not be complete; check the original.")),
    Rule("warned_late", "notices", finds.warned_late,
         Text("{what} {day} 才收到，{lines}在那之前。", "{what}: it arrived on {day} only; {lines} came before that."), "C4", PROVIDER),
    Rule("warned_in_time", "notices", finds.warned_in_time,
         Text("{what} {day} 就收到了，{lines}在那之后，对方可能会提。",
              "{what}: it arrived on {day}; {lines} came after that, and they may say so."), "", MERCHANT),
    Rule("objection_open", "notices", finds.objection_open,
         Text("通知写着到 {day} 都可以提异议，{lines}就在这段时间里。",
              "The notice allows objections until {day}; {lines} came within that time."), "C4", PROVIDER),
)  # fmt: skip
