"""Input of terminals, contracts, notices received and migrations. Rules over several fields are the service's."""

import re
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from config import clock
from config.fields import Day, File, Instant, Money, Strict, choice, words
from merchants import records
from merchants.records import FIELDS

LABELS: dict[str, Any] = dict(FIELDS)  # texts in both languages, where a label is awaited
CODE = re.compile(r"[0-9A-Za-z]+")
HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~～至到]\s*(\d{1,2}):(\d{2})")
MOST_RATE = Decimal("999.9999")
MOST_ROWS = 200  # fees, clauses or visits of one record
TID_HELP = _("POS 机背面或小票上的号码，最多 8 位。")


class Code(serializers.CharField):
    """A number of letters and digits, as printed."""

    default_error_messages = {"code": _("只能是字母和数字。")}

    def to_internal_value(self, data) -> str:
        text = super().to_internal_value(data).replace(" ", "")
        if text and not CODE.fullmatch(text):
            self.fail("code")
        return text

    def json_schema(self, multipart: bool) -> dict:
        least = 0 if self.allow_blank else 1
        return {"type": "string", "pattern": f"^[0-9A-Za-z]{{{least},{self.max_length}}}$", "examples": ["20117765"]}


class Rate(serializers.Field):
    """Percent with at most four decimals: `0.60` and `0.60%` are the same."""

    default_error_messages = {"invalid": _("请填写百分数，例如 0.60，最多四位小数。")}

    def to_internal_value(self, value) -> Decimal:
        if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
            self.fail("invalid")
        try:
            rate = Decimal(str(value).strip().removesuffix("%").removesuffix("％").strip())
        except InvalidOperation:
            self.fail("invalid")
        if not rate.is_finite() or not 0 <= rate <= MOST_RATE or int(rate.as_tuple().exponent) < -4:
            self.fail("invalid")
        return rate

    def to_representation(self, value) -> str:
        return f"{value.normalize():f}"

    def json_schema(self, multipart: bool) -> dict:
        return {"type": "string", "pattern": r"^\d{1,3}(\.\d{1,4})?%?$", "examples": ["0.60"]}


def a_text(name: str, most: int, **more) -> serializers.CharField:
    return words(most, **{"required": False, "label": LABELS[name], **more})


def a_code(name: str, most: int, **more) -> Code:
    needed = more.get("required", False)
    return Code(max_length=most, **{"required": False, "allow_blank": not needed, "label": LABELS[name], **more})


def a_day(name: str, **more) -> Day:
    return Day(required=False, allow_null=True, label=LABELS[name], **more)


def a_provider(**more) -> serializers.CharField:
    return a_text("provider", 120, help_text=_("名称照着小票、合同或 App 上写的抄。"), **more)


class TerminalInput(Strict):
    tid = a_code("tid", 8, required=True, help_text=TID_HELP)
    mid = a_code("mid", 15, help_text=_("小票上的商户编号，一般是 15 位。"))
    sn = a_text("sn", 40, help_text=_("机身背面的 SN。"))
    store = a_text("store", 80)
    provider = a_provider()
    from_on = a_day("from_on")
    to_on = a_day("to_on", help_text=_("最后使用的那一天。还在用就不填。"))


class FeeInput(Strict):
    """A fee as contracts.md names its columns: `from` and `to` are its first and last day."""

    fee_code = a_text("fee_code", 120, required=True, help_text=_("照着合同或对账单写，例如：流量费。"))
    amount = Money(required=False, allow_null=True, label=LABELS["amount"])
    rate = Rate(required=False, allow_null=True, label=LABELS["rate"])
    period = choice(records.FEE_PERIODS, required=False, allow_blank=True, label=LABELS["period"])
    tid = a_code("tid", 8, help_text=_("只对一台终端收才填。"))
    clause = a_text("clause", 120)
    notice_on = a_day("notice_on")

    def get_fields(self):
        days = {"from": a_day("from_on", source="from_on"), "to": a_day("to_on", source="to_on")}
        return {**super().get_fields(), **days}


class ClauseInput(Strict):
    number = a_text("number", 30, required=True, label=_("第几条"), help_text=_("例如：7.3"))
    text = a_text("text", 5000, required=True, label=_("条款原文"))


class ContractInput(Strict):
    provider = a_provider(required=True)
    number = a_text(
        "number", 60, required=True, label=_("合同编号"), help_text=_("合同上没有编号就写个自己认得的名字。")
    )
    version = a_text("version", 30, help_text=_("改过条款的合同另记一版，例如：2026 版。不填就是第 1 版。"))
    signed_on = a_day("signed_on")
    from_on = a_day("from_on")
    to_on = a_day("to_on")
    file = File(required=False, allow_null=True, label=LABELS["file"])
    fees = FeeInput(many=True, required=False, max_length=MOST_ROWS, label=LABELS["fees"])  # type: ignore[call-arg]
    clauses = ClauseInput(many=True, required=False, max_length=MOST_ROWS, label=LABELS["clauses"])  # type: ignore[call-arg]

    def validate_version(self, version: str) -> str:
        return version or "1"


class NoticeInput(Strict):
    """`contract` is the id or the number of a contract of the same provider."""

    kind = choice(records.NOTICE_KINDS, label=LABELS["kind"])
    provider = a_provider(required=True)
    number = a_text("number", 60, label=_("通知编号"))
    tid = a_code("tid", 8, help_text=_("关于一台终端才填。"))
    text = a_text("text", 5000, help_text=_("照着通知抄要紧的几句。"))
    channel = choice(records.NOTICE_CHANNELS, required=False, allow_blank=True, label=LABELS["channel"])
    sent_on = a_day("sent_on")
    arrived_on = a_day("arrived_on")
    object_until = a_day("object_until", help_text=_("合同或通知写了异议期才填。"))
    contract = a_text("contract", 60)
    file = File(required=False, allow_null=True, label=LABELS["file"])


class VisitInput(Strict):
    on = Day(label=LABELS["on"])
    missed_by = choice(records.MISSED_BY, label=LABELS["missed_by"])
    note = a_text("note", 300)


class MigrationInput(Strict):
    """`cutover_from` and `cutover_to`, where given, are the planned day and its time of day."""

    old_tid = a_code("old_tid", 8, required=True, help_text=TID_HELP)
    new_tid = a_code("new_tid", 8, help_text=_("换了新机才填；只是搬位置就不填。"))
    mid = a_code("mid", 15)
    store = a_text("store", 80)
    provider = a_provider()
    reason = choice(records.MIGRATION_REASONS, required=False, allow_blank=True, label=LABELS["reason"])
    applied_on = a_day("applied_on")
    approved_on = a_day("approved_on")
    planned_on = a_day("planned_on")
    window = a_text("window", 40, help_text=_("例如：13:30-14:30"))
    done_on = a_day("done_on")
    note = a_text("note", 500)
    missed_visits = VisitInput(many=True, required=False, max_length=MOST_ROWS, label=LABELS["missed_visits"])  # type: ignore[call-arg]
    cutover_from = Instant(required=False, write_only=True, label=_("切换从何时起"))
    cutover_to = Instant(required=False, write_only=True, label=_("切换到何时止"))

    def validate_window(self, window: str) -> str:
        found = HOURS.fullmatch(window.strip().replace("：", ":"))
        if not found:
            return window
        begin, end = (int(found[1]), int(found[2])), (int(found[3]), int(found[4]))
        if not (begin < end and end <= (24, 0) and begin[1] < 60 and end[1] < 60):
            raise serializers.ValidationError(_("时段请写成 13:30-14:30，后面的时间要晚于前面的。"), code="invalid")
        return f"{begin[0]:02}:{begin[1]:02}-{end[0]:02}:{end[1]:02}"

    def validate(self, told):
        begin, end = told.pop("cutover_from", None), told.pop("cutover_to", None)
        if begin and end and end < begin:
            text = _("切换的结束时间不能早于开始时间。")
            raise serializers.ValidationError({"cutover_to": [text]}, code="order")
        if begin:
            told |= {"planned_on": clock.local_day(begin), "window": _hours(begin, end)}
        return told


def _hours(begin: datetime, end: datetime | None) -> str:
    """The time of day of a cutover; none where only its day was given."""
    first = begin.astimezone(clock.SHANGHAI)
    last = end.astimezone(clock.SHANGHAI) if end else None
    if last and first < last and first.date() == last.date():
        return f"{first:%H:%M}-{last:%H:%M}"
    return f"{first:%H:%M}" if first.time() != time() else ""
