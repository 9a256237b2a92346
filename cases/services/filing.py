"""Filing a case and its lines: file, open, add_line, drop_line. Which letter follows is letters.py's business."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Sum

from cases import reasons, workflow
from cases.models import Case, Line, Party
from cases.services import evidence, letters
from cases.services.steps import Step, act, leave, standing
from config import clock
from config.actors import Actor
from config.errors import Conflict, Fault, Invalid, NotFound
from config.text import Text
from merchants.models import Organisation, StatementLine, Store, Terminal
from merchants.services import organisations, terminals

MOST_LINES = 5000  # ruling 27


def file(actor: Actor, data: dict) -> Case:
    """Opens a claim for one or more deductions; with `submit` the case is OPEN at once and its letter made.

    Locks nothing (the case is new). Raises Invalid for lines that cannot be, Conflict for a statement line that is
    already in an open case.
    """
    row = workflow.ACTS["file"]
    with transaction.atomic():
        standing(row, actor, {k: v for k, v in data.items() if k != "on_behalf"}, None)
        now = clock.now()
        case = Case(
            id=uuid4(), number=_next_number(now), state="DRAFT", state_since=now, merchant_id=actor.organisation_id,
            provider=_respondent(actor, data.get("provider"), "payment_institution"),
            outsourcer=_respondent(actor, data.get("outsourcer"), "outsourcer"),
            symptom=data.get("symptom") or "S0", cause=data.get("cause") or "C0",
            wanted=data.get("wanted") or "FULL_REFUND", story=data.get("story") or "",
            detected_on=_noticed(data.get("detected_on")), filed_by_id=actor.user_id, created_at=now,
            changed_at=now,
        )  # fmt: skip
        told = data.get("lines") or ()
        known = Known(actor, case, told)
        lines = [_line(known, one, i, f"/lines/{i - 1}") for i, one in enumerate(told, 1)]
        case.store_id = _common_store(actor, lines)
        # The claimant's own part comes first: the policies of every other row of the case read it.
        Party(id=uuid4(), case=case, organisation_id=case.merchant_id, side="merchant", role="claimant",
              principal_id=case.merchant_id).save(force_insert=True)  # fmt: skip
        case.save(force_insert=True)
        s = Step(case, row, actor, data, now, 1, "merchant")
        _add_lines(s, lines)
        s.record(symptom=case.symptom, cause=case.cause, wanted=case.wanted, lines=len(lines),
                 detected_on=case.detected_on.isoformat())  # fmt: skip
        if case.amount:  # a deposit or a withheld settlement is no deduction: each has its own sum
            s.record(amount=str(case.amount))
        s.start("CK-OPEN", clock.day_start(case.detected_on))
        leave(s)
        for item in data.get("evidence") or ():
            evidence.add_evidence(actor, case.number, item)
        if data.get("submit"):
            case = open(actor, case.number, {})
        return Case.objects.get(pk=case.pk)


@act("open")
def open(s: Step, data: dict) -> None:
    """Submits the draft: the case stands, limitation is watched, the letter is made."""
    s.restart_limitation()
    s.start("CK-SEND")
    letters.make(s.case, "letter")
    s.tell("filed", "merchant")


@act("add_line")
def add_line(s: Step, data: dict) -> None:
    """Adds a deduction to the case; a letter not yet sent is made anew."""
    last = s.case.lines.order_by("-position").first()
    known = Known(s.actor, s.case, [data["line"]])
    line = _line(known, data["line"], last.position + 1 if last else 1, "/line")
    _add_lines(s, [line])
    s.record(line=line.position, on=line.on.isoformat(), amount=str(line.amount), kind=line.kind)
    _lines_changed(s)


@act("drop_line")
def drop_line(s: Step, data: dict) -> None:
    """Takes a deduction out of the case; it can be claimed again elsewhere."""
    line = s.case.lines.filter(is_live=True, position=data["line"]).first()
    if line is None:
        raise NotFound(Text("案件里没有这一笔扣款。", "The case has no such line."))
    line.is_live, line.dropped_reason = False, data["reason"]
    line.save(update_fields=["is_live", "dropped_reason"])
    s.end("CK-LIM", subject_id=line.id, state="stopped")
    s.record(line=line.position, amount=str(line.amount), reason=data["reason"])
    _lines_changed(s)


def _lines_changed(s: Step) -> None:
    count_up(s.case)
    if s.case.state != "DRAFT":
        s.restart_limitation()
    if s.case.state == "OPEN":
        letters.make(s.case, "letter")


def count_up(case: Case) -> None:
    """The sums of the case: deductions claimed (holds, freezes and reserves apart), and what came back."""
    live = case.lines.filter(is_live=True, kind="DEDUCTION")
    case.amount = live.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    case.recovered = case.lines.aggregate(sum=Sum("refunded"))["sum"] or Decimal(0)


def _add_lines(s: Step, lines: list[Line]) -> None:
    before = s.case.lines.filter(is_live=True).count()
    if before + len(lines) > MOST_LINES:
        raise Invalid(
            Text("一个案件最多 5,000 笔扣款，请分成几个案件。", "A case holds at most 5,000 lines. File several cases.")
        )
    wanted = [line.statement_line_id for line in lines if line.statement_line_id]
    taken = Line.objects.filter(is_live=True, statement_line_id__in=wanted).select_related("case").first()
    if taken or len(wanted) != len(set(wanted)):
        number = taken.case.number if taken else s.case.number
        raise Conflict(
            Text("这笔扣款已在 {number} 中。去看看，或另选一笔。",
                 "This deduction is already in {number}. View it, or choose another.").format(number=number)
        )  # fmt: skip
    Line.objects.bulk_create(lines)
    count_up(s.case)


class Known:
    """What the lines of one act point to, each looked up once: 5,000 lines name few stores and terminals."""

    def __init__(self, actor: Actor, case: Case, lines):
        self.actor, self.case = actor, case
        wanted = [line["statement_line"] for line in lines if line.get("statement_line")]
        rows = StatementLine.objects.visible_to(actor).filter(pk__in=wanted, direction="D").select_related("store")
        self.sources = {row.pk: row for row in rows} if wanted else {}
        named = actor.stores is not None or any(line.get("store") for line in lines)
        self.stores = list(Store.objects.visible_to(actor)) if named else []
        self._terminals: dict[tuple[str, str], Terminal | None] = {}

    def source(self, identity) -> StatementLine:
        if identity not in self.sources:
            raise NotFound(Text("没有找到这一行对账单。", "This statement line was not found."))
        return self.sources[identity]

    def store(self, name, pointer: str) -> Store | None:
        """The store by id or name; a store seat with one store needs not say which."""
        if not name:
            return self.stores[0] if self.actor.stores is not None and len(self.stores) == 1 else None
        found = next((one for one in self.stores if str(name) in {str(one.id), one.name}), None)
        if found is None:
            text = Text("没有找到门店「{name}」。", "There is no store “{name}”.").format(name=name)
            raise Invalid(text, [Fault(pointer, "unknown", text)])
        return found

    def terminal(self, mid: str, tid: str, store: Store | None) -> Terminal | None:
        if tid and (mid, tid) not in self._terminals:
            self._terminals[mid, tid] = terminals.know(self.actor, mid, tid, store=store, provider=self.case.provider)
        return self._terminals.get((mid, tid))


def _noticed(day: date | None) -> date:
    """The day on which the deduction was noticed: today unless an earlier one is told."""
    if day and day > clock.today():
        text = Text("发现扣款的日期不能在将来。", "The day it was noticed cannot lie in the future.")
        raise Invalid(text, [Fault("/detected_on", "future", text)])
    return day or clock.today()


def _line(known: Known, data: dict, position: int, pointer: str) -> Line:
    """A line from its input; a statement line fills what is not given, an unknown terminal is recorded as new."""
    if data["on"] > clock.today():
        text = Text("扣款日期不能在将来。", "The day of the deduction cannot lie in the future.")
        raise Invalid(text, [Fault(f"{pointer}/on", "future", text)])
    source = known.source(data["statement_line"]) if data.get("statement_line") else None
    store = known.store(data.get("store"), f"{pointer}/store") or (source.store if source else None)
    terminal = known.terminal(data.get("mid") or "", data.get("tid") or "", store)
    return Line(
        id=uuid4(), case=known.case, position=position, on=data["on"], amount=data["amount"],
        kind=data.get("kind") or _kind(source), mid=data.get("mid") or "", tid=data.get("tid") or "", terminal=terminal,
        store=store or (terminal.store if terminal else None), fee_name=data.get("fee_name") or "",
        clause=data.get("clause") or "", injured_party=data.get("injured_party") or "MERCHANT",
        statement_line=source,
    )  # fmt: skip


def _kind(source: StatementLine | None) -> str:
    return reasons.KIND_OF_STATEMENT.get(source.txn_type, "DEDUCTION") if source else "DEDUCTION"


def _common_store(actor: Actor, lines: list[Line]) -> UUID | None:
    """The one store of all lines; a case over several stores belongs to the whole organisation."""
    stores = {line.store_id for line in lines}
    store = stores.pop() if len(stores) == 1 else None
    if actor.stores is not None and store is None:
        raise Invalid(Text("门店席位请选一个自己的门店。", "A store seat files for one store of its own."))
    return store


def _respondent(actor: Actor, named, kind: str) -> Organisation | None:
    return organisations.counterparty(actor, named, kind) if named else None


def _next_number(now) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number')")
        return f"DK-{clock.local_day(now).year}-{cursor.fetchone()[0]:06d}"
