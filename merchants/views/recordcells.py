"""How records stand in their lists: the columns of each kind, and the words of a record for who only reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from config.templatetags import ui
from config.text import Text
from merchants import records
from merchants.models import Contract, Migration, ServedNotice, Terminal
from merchants.records import FIELDS
from merchants.services import plain_records
from merchants.services.plain_records import Noun

TABLES = {
    "reason": records.MIGRATION_REASONS, "kind": records.NOTICE_KINDS, "period": records.FEE_PERIODS,
    "missed_by": records.MISSED_BY, "channel": records.NOTICE_CHANNELS,
}  # fmt: skip
INNER = {"from": "from_on", "to": "to_on"}  # names of a fee's days


@dataclass(frozen=True)
class Cell:
    label: str
    text: str
    meta: str = ""
    url: str = ""
    tag: str = ""  # the level of a tag: info, success, warning, neutral


def cells(noun: Noun, row) -> list[Cell]:
    return CELLS[noun.name](row, reverse(f"{noun.kind.path}-one", args=[row.pk]))


def _span(first: date | None, last: date | None, still: str) -> str:
    return f"{ui.day(first)} ~ {ui.day(last) if last else still}" if first or last else ui.EMPTY


def _terminal(row: Terminal, url: str) -> list[Cell]:
    ended = row.to_on is not None
    return [
        Cell(_("终端"), row.tid, " ".join(part for part in (row.mid, row.sn) if part), url),
        Cell(_("门店"), row.store.name if row.store else ui.EMPTY),
        Cell(_("服务商"), row.provider.name if row.provider else ui.EMPTY),
        Cell(_("使用时间"), _span(row.from_on, row.to_on, _("现在"))),
        Cell(_("状态"), _("停用") if ended else _("在用"), tag="neutral" if ended else "success"),
    ]


def _contract(row: Contract, url: str) -> list[Cell]:
    fees, clauses = len(row.fees.all()), len(row.clauses.all())
    return [
        Cell(_("合同"), row.number, _("第 %(version)s 版") % {"version": row.version}, url),
        Cell(_("服务商"), row.provider.name),
        Cell(_("期间"), _span(row.from_on, row.to_on, _("没写止日"))),
        Cell(_("收费"), str(fees)),
        Cell(_("条款"), str(clauses)),
    ]


def _notice(row: ServedNotice, url: str) -> list[Cell]:
    return [
        Cell(_("通知"), str(records.NOTICE_KINDS.get(row.kind, row.kind)), row.number, url),
        Cell(_("服务商"), row.provider.name),
        Cell(_("终端"), row.tid or ui.EMPTY),
        Cell(_("发出"), ui.day(row.sent_on)),
        Cell(_("收到"), ui.day(row.arrived_on)),
    ]


def _migration(row: Migration, url: str) -> list[Cell]:
    missed = [visit for visit in row.missed_visits.all() if visit.missed_by == "provider"]
    note = _("服务商 %(n)d 次没有来") % {"n": len(missed)} if missed else ""
    name = f"{row.old_tid} → {row.new_tid}" if row.new_tid and row.new_tid != row.old_tid else row.old_tid
    return [
        Cell(_("终端"), name, row.store.name if row.store else "", url),
        Cell(_("服务商"), row.provider.name if row.provider else ui.EMPTY),
        Cell(_("约定"), f"{ui.day(row.planned_on)} {row.window}".strip(), note),
        Cell(_("完成"), ui.day(row.done_on)),
        Cell(_("状态"), _("已完成") if row.done_on else _("未完成"), tag="success" if row.done_on else "warning"),
    ]


CELLS: dict[str, Callable] = {
    "terminals": _terminal, "contracts": _contract, "notices": _notice, "migrations": _migration,
}  # fmt: skip


def title_of(noun: Noun, row) -> str:
    first = cells(noun, row)[0]
    return (
        f"{noun.kind.one} {first.text} {first.meta}".strip()
        if noun.name != "notices"
        else f"{first.text} {first.meta or ui.day(row.arrived_on or row.sent_on)}"
    )


def summary(noun: Noun, row) -> list[dict]:
    """components/summary_list.html: everything the record says, for who may not change it."""
    told = plain_records.told(noun, row)
    linked = {name: getattr(row, name) for name in noun.links}
    shown = []
    for name, value in told.items():
        if name in noun.rows:
            shown.append({"label": str(FIELDS[name]), "parts": [_line(one) for one in value]})
        elif name != "file":
            text = str(linked[name] or "") if name in linked else _word(name, value)
            shown.append({"label": str(FIELDS[name]), "value": text})
    return shown


def _word(name: str, value) -> str:
    label: Text | str | None = TABLES.get(name, {}).get(value, value)
    return "" if label in (None, "") else str(label)


def _line(one: dict) -> str:
    parts = [f"{FIELDS[INNER.get(name, name)]} {_word(name, value)}" for name, value in one.items() if value]
    return " · ".join(parts)
