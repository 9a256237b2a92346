"""What a letter says of a case, in one language: parties, groups of lines with their sums, questions, dates.

The sentences around it are templates/documents; making and keeping a letter is letters.py.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import get_language

from cases import questions, reasons
from cases.evidence_kinds import KINDS
from cases.law.periods import UNITS
from cases.models import Case, LawRule, Letter, Line
from config import clock, money
from config.documents import one_line, row
from config.text import Text
from merchants.models import User

IN_LETTER = 20  # more lines go into the annex, and the letter sums them up
NAMED = 5  # terminals and merchant numbers written out
NUMERALS = "一二三四五六七八九"
HEADER = (
    Text("序号", "No."), Text("日期", "Day"), Text("金额（元）", "Amount (CNY)"), Text("名称", "Name"),
    Text("所称条款", "Clause named"), Text("商户编号", "MID"), Text("终端号", "TID"), Text("凭证", "Voucher"),
)  # fmt: skip
SUMMARY = (Text("名称", "Name"), Text("笔数", "Lines"), Text("金额（元）", "Amount (CNY)"))
WHOSE = {
    ("DEDUCTION", "MERCHANT"): Text("扣款", "Deductions"),
    ("DEDUCTION", "CARDHOLDER"): Text("涉及持卡人的扣款", "Deductions that hit cardholders"),
    ("DEDUCTION", "PROVIDER"): Text("记在贵方名下的差额", "Differences booked to you"),
}
UNKNOWN = Text("收单机构（名称待查）", "The acquirer (name to be found out)")
SUM = Text("人民币 {figures} 元（大写：{capitals}）", "CNY {figures}")


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one nature. Sums of different natures are never added up."""

    title: str
    label: str
    figures: str
    sum: str
    count: int
    first_day: str
    last_day: str
    rows: str  # a table of all lines, its header first
    shown: str  # what stands in the letter: that table, or its summary by name
    demand: str


def facts(case: Case) -> dict:
    """Everything the templates of a letter need, its words in the active language."""
    lines = list(case.lines.filter(is_live=True).select_related("statement_line").order_by("position"))
    groups = _groups(lines)
    provider, merchant = case.provider, case.merchant
    rules = questions.sources(provider.kind if provider else "", clock.today())
    return {
        "merchant": one_line(merchant.name),
        "credit_code": merchant.credit_code,
        "respondent": one_line(provider.name) if provider else str(UNKNOWN),
        "hotline": one_line(provider.hotline) if provider else "",
        "outsourcer": one_line(case.outsourcer.name) if case.outsourcer else "",
        "mids": _some(dict.fromkeys(line.mid for line in lines if line.mid)),
        "tids": _some(dict.fromkeys(line.tid for line in lines if line.tid)),
        "story": one_line(case.story),
        "groups": groups,
        "in_letter": len(lines) <= IN_LETTER,
        "count": len(lines),
        "questions": [str(text) for text in _questions(case, lines)],
        "records": [str(label) for label in questions.records(case.cause)],
        "sources": [str(one.text) for one in rules if not one.non_bank],
        "non_bank_sources": [str(one.text) for one in rules if one.non_bank],
        "wanted": str(questions.WANTED[case.wanted]),
        "reply_within": reply_within(),
        "held": _held(case),
        "contacts": _contacts(case),
        "covers": lines[-1].position if lines else 0,
    }


def reply_within() -> str:
    """How long the other side is asked to take, from arrival: 15 日. Ours, not the law's."""
    rule = LawRule.objects.on("CK-EXPL", clock.today())[""]
    return f"{rule.value} {UNITS[rule.unit]}"


def so_far(case: Case) -> dict:
    """What a reminder says of the first letter: when it was sent and arrived, until when an answer was asked."""
    letter = case.letters.filter(kind="letter", arrived_at__isnull=False).order_by("-position").first()
    asked = case.deadlines.filter(code="CK-EXPL").order_by("-starts_at").first()
    said = case.events.filter(act="acknowledge").order_by("-seq").first() if case.state == "AWAIT_EXPLANATION" else None
    return {
        "letter": letter and {
            "number": number_of(letter), "arrived_on": clock.local_day(letter.arrived_at),
            "channel": _channel(letter.channel),
        },
        "asked_until": asked and asked.due_on,
        "is_over": bool(asked and asked.due_at <= clock.now()),
        "acknowledged": said and {
            "on": clock.local_day(datetime.fromisoformat(said.data.get("received_at") or said.at.isoformat())),
            "on_behalf": bool(said.data.get("on_behalf")), "channel": _channel(said.data.get("channel", "")),
            "ticket_no": one_line(said.data.get("ticket_no")),
        },
        "reminders": case.letters.filter(kind="reminder").exclude(state="made").count(),
    }  # fmt: skip


def breach(case: Case) -> dict:
    """What a formal demand says: the agreement, what was not done by its day, and how long is given to make it good.

    `covers`: it demands the lines up to this one, as far as all of them are among those that were to be paid for.
    """
    agreement = case.agreements.filter(state="effective").order_by("-position").first()
    overdue = case.obligations.filter(debtor="provider", is_overdue=True, state__in=["open", "disputed"])
    rows = list(overdue.order_by("due_at", "position"))
    rule = LawRule.objects.on("CK-CURE", clock.today())[""]
    language = "en" if (get_language() or "").startswith("en") else "zh"
    total = sum((one.amount for one in rows if one.amount), Decimal(0))
    return {
        "agreed_on": agreement and clock.local_day(agreement.effective_at),
        "sha256": agreement.sha256 if agreement else "",
        "items": [{"what": one.what[language], "due_on": one.due_on} for one in rows],
        "sum_words": str(SUM.format(figures=money.plain(total), capitals=money.in_capitals(total))) if total else "",
        "within": f"{rule.value} {UNITS[rule.unit]}",
        "covers": _demanded(case, [one for one in rows if one.amount]),
    }


def _demanded(case: Case, rows: list) -> int:
    live = list(case.lines.filter(is_live=True).order_by("position").values_list("position", flat=True))
    named = {position for one in rows for position in (one.lines or live)}
    reached = 0
    for position in live:
        if position not in named:
            break
        reached = position
    return reached


def number_of(letter: Letter) -> str:
    """What people quote: the case's number and the letter's place in it."""
    return f"{letter.case.number}-{letter.position:02d}"


def annex(groups: list[Group]) -> str:
    """Every line of every group, for a letter that only sums them up."""
    return "\n".join(f"{group.title}\n{group.rows}\n" for group in groups)


def _channel(code: str) -> str:
    return str(reasons.CHANNELS.get(code, ""))


def _groups(lines: list[Line]) -> list[Group]:
    found: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        found[line.kind, (line.injured_party or "MERCHANT") if line.kind == "DEDUCTION" else ""].append(line)
    order = [*WHOSE, *((kind, "") for kind in reasons.LINE_KINDS)]
    is_short = len(lines) <= IN_LETTER
    return [_group(key, found[key], place, is_short) for place, key in enumerate(k for k in order if k in found)]


def _group(key: tuple[str, str], lines: list[Line], place: int, is_short: bool) -> Group:
    total = sum((line.amount for line in lines), Decimal(0))
    in_words = str(SUM.format(figures=money.plain(total), capitals=money.in_capitals(total)))
    label = WHOSE.get(key) or reasons.LINE_KINDS[key[0]]
    mark = Text(f"（{NUMERALS[place]}）", f"({'abcdefghi'[place]}) ")
    rows = _table(HEADER, [_cells(line) for line in lines])
    return Group(
        title=f"{mark}{label}", label=str(label), figures=money.plain(total), sum=in_words, count=len(lines),
        first_day=min(line.on for line in lines).isoformat(), last_day=max(line.on for line in lines).isoformat(),
        rows=rows, shown=rows if is_short else _summed(lines),
        demand=str(questions.demand(*key).format(sum=in_words)),
    )  # fmt: skip


def _cells(line: Line) -> tuple:
    """One line of the case; the voucher is what the statement says of it, else where it stands in the statement."""
    source = line.statement_line
    voucher = source and (source.memo or Text("对账单第 {n} 行", "Statement, line {n}").format(n=source.line_no))
    return line.position, line.on, money.plain(line.amount), line.fee_name, line.clause, line.mid, line.tid, voucher


def _table(header: tuple[Text, ...], rows: list[tuple]) -> str:
    """Rows under their header, without the columns in which nothing stands."""
    used = [i for i in range(len(header)) if any(cells[i] not in ("", None) for cells in rows)]
    return "\n".join(row(*(cells[i] for i in used)) for cells in (header, *rows))


def _summed(lines: list[Line]) -> str:
    """The names with the largest sums, each with its own; what has another name is in the last row."""
    by_name: dict[str, list[Decimal]] = defaultdict(list)
    for line in lines:
        by_name[line.fee_name].append(line.amount)
    largest = sorted(by_name.items(), key=lambda item: (-sum(item[1]), item[0]))
    rest = [amount for _, amounts in largest[IN_LETTER:] for amount in amounts]
    named = [*largest[:IN_LETTER], *([(str(Text("其他名称", "Other names")), rest)] if rest else [])]
    return _table(SUMMARY, [(name, len(amounts), money.plain(sum(amounts, Decimal(0)))) for name, amounts in named])


def _questions(case: Case, lines: list[Line]) -> list[Text]:
    kinds = {line.kind for line in lines}
    return questions.asked(case.symptom, case.cause, kinds, outsourced=case.outsourcer_id is not None)


def _some(values) -> str:
    """The first few, and how many there are."""
    values = [one_line(value) for value in values]
    text = Text("、", ", ")
    named = str(text).join(values[:NAMED])
    if len(values) <= NAMED:
        return named
    return str(Text("{named} 等 {n} 个", "{named} and others, {n} in all").format(named=named, n=len(values)))


def _held(case: Case) -> list[str]:
    """The merchant's own vouchers that it may show the other side, by kind and number."""
    kept: dict[str, int] = defaultdict(int)
    rows = case.evidence.filter(private_to=None, added_by_side="merchant", on_behalf=False)
    for kind in rows.order_by("kind").values_list("kind", flat=True):
        kept[kind] += 1
    pieces = Text("{label} {n} 份", "{label} ({n})")
    return [str(pieces.format(label=KINDS[kind].label, n=n)) for kind, n in kept.items()]


def _contacts(case: Case) -> dict:
    """Where to reply: the merchant's own address, mail and phone; a shop of one person is reached on its own phone."""
    merchant = case.merchant
    phone = merchant.hotline
    if not (phone or merchant.email or merchant.address) and merchant.kind != "company":
        person = User.objects.filter(pk=case.filed_by_id).first()
        phone = (person.phone or "").removeprefix("+86") if person else ""
    return {"address": one_line(merchant.address), "email": merchant.email, "phone": one_line(phone)}
