"""The columns of the tables in which records are filled in: their headers, examples, and how a cell of each is read.

A column `fees.amount` belongs to a row of the record. What a table becomes is record_sheets.py's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from config.text import Text
from merchants import records
from merchants.records import FIELDS
from merchants.statements import values
from merchants.statements.columns import plain
from merchants.statements.faults import VALUE, BadValue
from merchants.statements.masking import mask_text

Reader = Callable[[str, date], str]
UNKNOWN = Text("不认识「{value}」，请写其中一个：{known}。", "“{value}” is not known. Write one of: {known}.")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template; `more` are other headers that mean the same."""

    field: str
    label: Text
    read: Reader
    example: Text
    more: tuple[str, ...] = ()
    needed: bool = False

    @property
    def headers(self) -> set[str]:
        return {plain(name) for name in (self.label.zh, self.label.en, self.field, *self.more)}


def _day(text: str, epoch: date) -> str:
    on = values.day(text, epoch)
    return on.isoformat() if on else ""


def _instant(text: str, epoch: date) -> str:
    """An instant, or a day alone, which begins at midnight."""
    at = values.instant(text, epoch)
    return at.isoformat() if at else _day(text, epoch)


def _code(longest: int) -> Reader:
    return lambda text, epoch: values.identifier(text, longest=longest) or ""


def _words(text: str, epoch: date) -> str:
    if isinstance(text, values.Broken):
        values.amount(text)  # refuses it with its reason
    return mask_text(text.strip())


def _money(text: str, epoch: date) -> str:
    amount = values.amount(text)
    return "" if amount is None else str(amount)


def _rate(text: str, epoch: date) -> str:
    """Percent with its sign. A sheet's bare number may mean 0.6 or 0.6 %, so that it is refused."""
    core = values.tidy(text)
    if core in values.BLANK:
        return ""
    if values.rate(core) is None or not core.endswith("%") or type(text) is not str:
        raise BadValue(VALUE["number"], value=values.shown(core))
    return core


def _one_of(table: dict[str, Text], text: str, epoch: date) -> str:
    word = values.tidy(text)
    for key, label in table.items():
        if word.lower() in {key.lower(), label.zh, label.en.lower(), label.zh.partition("（")[0]}:
            return key
    if not word:
        return ""
    known = Text("、".join(t.zh for t in table.values()), ", ".join(t.en for t in table.values()))
    raise BadValue(UNKNOWN, value=values.shown(word), known=known)


def _of(table: dict[str, Text]) -> Reader:
    return partial(_one_of, table)


def _c(
    name: str, read: Reader, zh: str = "", en: str = "", *more: str, label: Text | None = None, needed=False
) -> Column:
    return Column(name, label or FIELDS[name], read, Text(zh, en or zh), more, needed)


TID = ("终端编号", "设备号", "terminal")
MID = ("商户号", "商户代码")
WHO = ("收单机构", "支付机构", "对方")
STORE = ("店名", "门店名称")

COLUMNS: dict[str, tuple[Column, ...]] = {
    "terminals": (
        _c("tid", _code(8), "20117765", "", *TID, label=Text("终端号", "TID"), needed=True),
        _c("mid", _code(15), "898305054110218", "", *MID, label=Text("商户编号", "MID")),
        _c("sn", _words, "N900012345", "", "序列号", "机身号", "TUSN", label=Text("机身序列号", "SN")),
        _c("store", _words, "新街口店", "Main street", *STORE),
        _c("provider", _words, "通联支付", "Pay Co", *WHO),
        _c("from_on", _day, "2025-03-01", "", "启用日期", "从", label=Text("从哪天起", "From")),
        _c("to_on", _day, "", "", "停用日期", "到", label=Text("到哪天止", "Until")),
    ),
    "contracts": (
        _c("number", _words, "C-2201", "", "合同号", "contract", label=Text("合同编号", "Contract"), needed=True),
        _c("provider", _words, "通联支付", "Pay Co", *WHO, needed=True),
        _c("version", _words, "1", "", "合同版本"),
        _c("signed_on", _day, "2025-02-20", "", "签约日期"),
        _c("from_on", _day, "2025-03-01", "", label=Text("合同从哪天起", "Contract from")),
        _c("to_on", _day, "2028-02-29", "", label=Text("合同到哪天止", "Contract until")),
        _c("fees.fee_code", _words, "流量费", "Data fee", "fee_code", "费用名称", "扣款名称", label=FIELDS["fee_code"]),
        _c("fees.tid", _code(8), "", "", "tid", label=Text("只收哪台终端", "TID of the fee")),
        _c("fees.amount", _money, "79.00", "", "amount", "收费金额", label=FIELDS["amount"]),
        _c("fees.rate", _rate, "", "", "rate", "费率", label=Text("费率", "Rate")),
        _c("fees.period", _of(records.FEE_PERIODS), "每半年", "Half a year", "period", "周期", label=FIELDS["period"]),
        _c("fees.from", _day, "", "", "from", label=Text("收费从哪天起", "Fee from")),
        _c("fees.to", _day, "", "", "to", label=Text("收费到哪天止", "Fee until")),
        _c("fees.clause", _words, "4.1", "", "clause", "扣款依据", label=FIELDS["clause"]),
        _c("fees.notice_on", _day, "", "", "notice_on", "公布日期", label=FIELDS["notice_on"]),
        _c("clauses.number", _words, "7.3", "", "clause_no", "条款号", label=Text("第几条", "Clause no.")),
        _c("clauses.text", _words, "商户逾期迁移的，每日 200 元。", "200 yuan a day when the merchant moves late.", "clause_text",
           "条款内容", label=Text("条款原文", "Clause text")),
    ),
    "notices": (
        _c("kind", _of(records.NOTICE_KINDS), "扣款通知", "Notice of a deduction", "类型", "通知类型", needed=True),
        _c("provider", _words, "通联支付", "Pay Co", *WHO, needed=True),
        _c("number", _words, "N-0001", "", "通知号", label=Text("通知编号", "Notice no.")),
        _c("tid", _code(8), "20117765", "", *TID, label=Text("终端号", "TID")),
        _c("text", _words, "8 月 8 日起每日扣 200 元", "200 yuan a day from 8 August", "通知内容"),
        _c("channel", _of(records.NOTICE_CHANNELS), "短信", "Text message", "渠道"),
        _c("sent_on", _day, "2026-08-06", "", "发出日期"),
        _c("arrived_on", _day, "2026-08-06", "", "收到日期", "到达日期"),
        _c("object_until", _day, "", "", "异议截止"),
        _c("contract", _words, "", "", "合同编号", "合同号"),
    ),
    "migrations": (
        _c("old_tid", _code(8), "20117765", "", "旧终端号", *TID, label=Text("原终端号", "Old TID"), needed=True),
        _c("new_tid", _code(8), "20993301", "", label=Text("新终端号", "New TID")),
        _c("mid", _code(15), "898305054110218", "", *MID, label=Text("商户编号", "MID")),
        _c("store", _words, "新街口店", "Main street", *STORE),
        _c("provider", _words, "通联支付", "Pay Co", *WHO),
        _c("reason", _of(records.MIGRATION_REASONS), "店面调整", "Shop layout changed", "原因", label=Text("为什么", "Reason")),
        _c("applied_on", _day, "2026-07-20", ""),
        _c("approved_on", _day, "2026-07-24", "", "批准日期"),
        _c("planned_on", _day, "2026-08-05", "", "计划日期"),
        _c("window", _words, "13:30-14:30", ""),
        _c("done_on", _day, "2026-08-18", "", "完成日期"),
        _c("missed_visits.on", _day, "2026-08-05", "", "爽约日期", label=Text("哪天没有来", "Missed on")),
        _c("missed_visits.missed_by", _of(records.MISSED_BY), "服务商没有来", "The provider did not come", label=FIELDS["missed_by"]),
        _c("note", _words, "", "", "说明"),
        _c("cutover_from", _instant, "", "", label=Text("切换从何时起", "Cutover from")),
        _c("cutover_to", _instant, "", "", label=Text("切换到何时止", "Cutover to")),
    ),
}  # fmt: skip
