"""Input fields shared by all acts: money, days, instants, files. Their refusals are sentences in both languages.

One serializer serves an act's API, its page form and its JSON Schema.
"""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from config.clock import FIRST_YEAR, LAST_YEAR

LARGEST = Decimal("999999999.99")


class Money(serializers.Field):
    """Yuan above zero with at most two decimals, as a string ("1680.50"); `1,680.50`, `￥` and full-width digits pass."""

    default_error_messages = {
        "invalid": _("金额须大于 0，最多两位小数，例如 79.00。"),
        "too_large": _("金额太大，请核对。"),
    }

    def to_internal_value(self, value) -> Decimal:
        if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
            self.fail("invalid")
        text = str(value).strip().translate(str.maketrans("０１２３４５６７８９．，￥", "0123456789.,¥"))
        text = text.removeprefix("¥").removesuffix("元").replace(",", "").strip()
        try:
            amount = Decimal(text)
        except InvalidOperation:
            self.fail("invalid")
        if not amount.is_finite() or amount <= 0 or int(amount.as_tuple().exponent) < -2:
            self.fail("invalid")
        if amount > LARGEST:
            self.fail("too_large")
        return amount.quantize(Decimal("0.01"))

    def to_representation(self, value) -> str:
        return f"{value:.2f}"


class Day(serializers.DateField):
    default_error_messages = {"invalid": _("请填写存在的日期，例如 2026-11-03。")}

    def to_internal_value(self, value) -> date:
        return _within_reach(super().to_internal_value(value))


class Instant(serializers.DateTimeField):
    """An instant with offset; without one it is Asia/Shanghai."""

    default_error_messages = {"invalid": _("请填写日期和时间，例如 2026-11-03 14:08。")}

    def to_internal_value(self, value) -> datetime:
        try:
            found = super().to_internal_value(value)
        except OverflowError as error:  # the first and last day that exist have no instant in every offset
            raise _out_of_reach() from error
        return _within_reach(found)


def _within_reach[T: (date, datetime)](found: T) -> T:
    """Only years with which periods can be reckoned and which the database can hold."""
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _out_of_reach()
    return found


def _out_of_reach() -> serializers.ValidationError:
    told = _("年份要在 {first} 到 {last} 之间，请核对。").format(first=FIRST_YEAR, last=LAST_YEAR)
    return serializers.ValidationError(told, code="year")


class File(serializers.Field):
    """An upload (multipart), or the id of a file or piece of evidence already here."""

    default_error_messages = {
        "invalid": _("请上传文件，或填写已有证据的编号。"),
        "empty": _("这个文件是空的，请重新选择。"),
    }

    def to_internal_value(self, value):
        if isinstance(value, UploadedFile):
            if not value.size:
                self.fail("empty")
            return value
        try:
            return UUID(str(value))
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value) -> str:
        return str(value)


class Strict(serializers.Serializer):
    """Refuses names it does not know, so that a slip in a program is seen at once."""

    default_error_messages = {"unknown": _("没有这个字段：{name}。"), "invalid": _("请发送一个 JSON 对象。")}

    def to_internal_value(self, data):
        if isinstance(data, dict) and not hasattr(data, "getlist"):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {name: [self.error_messages["unknown"].format(name=name)] for name in unknown}, code="unknown"
                )
        return super().to_internal_value(data)


def words(most: int, **more) -> serializers.CharField:
    """Free text without control characters; `most` characters."""
    more.setdefault("allow_blank", not more.get("required", False))
    return serializers.CharField(max_length=most, trim_whitespace=True, **more)


def choice(table: dict, **more) -> serializers.ChoiceField:
    """One key of a table in code; its label is shown in the reader's language."""
    return serializers.ChoiceField(choices=[(key, _label(row)) for key, row in table.items()], **more)


def _label(row):
    return getattr(row, "plain", None) or getattr(row, "label", row)
