"""How a story of the demo acts: as people, through the same doors as pages and API; and the files they upload."""

from datetime import date, datetime
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from cases import actions
from cases.demo.people import World
from cases.models import Case
from config import clock, jobs, tenancy
from config.money import CENT
from merchants.models import StatementLine
from merchants.services import statements

ALONE = "已核对金额、日期和对方名称"
HEADER = (
    "结算日期,商户编号,商户名称,终端号,交易日期,交易时间,交易类型,批次号,凭证号,参考号,授权码,卡号,卡类型,"
    "交易金额,手续费,其他扣款,扣款名称,扣款依据,结算金额,备注"
)
ZERO = Decimal("0.00")


class Claim:
    """One case of a story. Keyword arguments are the act's fields; `part` names a person of the demo."""

    def __init__(self, world: World, part: str, **filing):
        self.world = world
        filing = {"submit": True, "detected_on": clock.today().isoformat(), **filing}
        self.case: Case = actions.perform(world.people[part], "file", filing)

    def act(self, part: str, act: str, **fields) -> None:
        """Performs an act; a shop's only person confirms alone what takes two elsewhere."""
        actor = self.world.people[part]
        if actor.is_alone and act in ("send_letter", "close", "accept_charge"):
            fields["alone"] = ALONE
        self.case = actions.perform(actor, act, fields, number=self.case.number)

    def sent(self, part: str, channel: str, proof: str = "对方已读") -> None:
        """The letter goes out and arrives at once, with something that proves it."""
        self.act(part, "send_letter", channel=channel, arrived_at=iso(clock.now()), proof=note("送达凭证.txt", proof))

    def answered(self, part: str, act: str, channel: str, **fields) -> None:
        """An answer of a respondent without account, typed in by the merchant."""
        self.act(part, act, on_behalf=True, channel=channel, received_at=iso(clock.now()), **fields)


def line(on: date, amount: str, fee_name: str, **more) -> dict:
    return {"on": on.isoformat(), "amount": amount, "fee_name": fee_name, **more}


def from_statement(world: World, part: str, fee_name: str, direction: str = "D") -> list[StatementLine]:
    """The imported lines of this name that took money (D) or gave it back (C)."""
    actor = world.people[part]
    with tenancy.acting(actor):
        rows = StatementLine.objects.visible_to(actor).filter(fee_code=fee_name, direction=direction)
        return list(rows.order_by("on", "id"))


def of_statement(found: StatementLine, **more) -> dict:
    """A line of a case that was read from a statement."""
    told = {"mid": found.mid, "tid": found.tid, "clause": found.memo[:120], "statement_line": str(found.id), **more}
    return line(found.on, str(found.amount), found.fee_code, **told)


def imported(world: World, part: str, name: str, *rows: str, footer: bool = True, wrong: Decimal = ZERO) -> None:
    """Imports a statement as the page does, in the worker's place. `wrong` is how far its stated total is off."""
    actor = world.people[part]
    content = "\n".join([HEADER, *rows, *([_footer(rows, wrong)] if footer else [])]) + "\n"
    with tenancy.acting(actor):
        file = statements.keep(actor, SimpleUploadedFile(name, content.encode("gb18030"), "text/csv"))
        job = statements.start_import(actor, file)
    jobs.run(job.id, job.organisation_id)


def sales(day: date, mid: str, tid: str, gross: str) -> str:
    """A day's takings as a statement sums them up, at 0.60 %."""
    fee = (Decimal(gross) * Decimal("0.006")).quantize(CENT)
    net = Decimal(gross) - fee
    return f"{day + clock.ONE_DAY},{mid},,{tid},{day},,日汇总,000112,,,,,,{gross},{fee},0.00,,,{net},"


def taken(day: date, mid: str, tid: str, amount: str, name: str, basis: str = "", memo: str = "") -> str:
    """A row that is only a deduction."""
    return f"{day},{mid},,{tid},,,扣款,,,,,,,0.00,0.00,{amount},{name},{basis},-{amount},{memo}"


def given(day: date, mid: str, tid: str, amount: str, name: str, memo: str = "") -> str:
    """A row that gives a fee back."""
    return f"{day},{mid},,{tid},,,退费,,,,,,,{amount},0.00,0.00,{name},,{amount},{memo}"


def _footer(rows: tuple[str, ...], wrong: Decimal) -> str:
    cells = [row.split(",") for row in rows]
    gross, fee, other, net = (sum((Decimal(row[at]) for row in cells), ZERO) for at in (13, 14, 15, 18))
    return f"合计,,,,,,,,,,,,,{gross},{fee},{other},,,{net + wrong},"


def iso(at: datetime) -> str:
    return at.astimezone(clock.SHANGHAI).isoformat()


def note(name: str, *said: str) -> SimpleUploadedFile:
    """A text file as somebody uploads it: a saved chat, a short message, a call's notes."""
    return SimpleUploadedFile(name, ("\n".join(said) + "\n").encode(), content_type="text/plain")
