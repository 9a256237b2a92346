"""The questions of the filing pages, one serializer a page. What the answers become is cases/services/drafts.py."""

from collections.abc import Callable, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases import reasons
from config import clock
from config.fields import Day, Money, choice, words

NO_DAY = _("请填写扣款的日期，不记得就写最接近的一天。")
# What a file shows, in plain words, and the kind of evidence it is kept as.
FILE_KINDS = {
    "E04": _("扣款截图、短信或通知"),
    "E02": _("对账单或流水"),
    "E05": _("合同、协议或收费标准"),
}
PAYER_KINDS = {
    "payment_institution": _("支付机构（第三方支付公司）"),
    "bank": _("银行"),
    "": _("不清楚"),
}
OTHER, UNSURE = "other", "unsure"


KIND_HINTS = {
    "DEDUCTION": _("已经从结算款里扣走"),
    "HOLD": _("说暂缓结算，还没打给你"),
    "FREEZE": _("账户里的钱动不了"),
    "RESERVE": _("交了押金或保证金，没退"),
}


class LineQuestion(serializers.Serializer):
    """One deduction: what was taken, and on which day."""

    amount = Money(label=_("扣了多少钱？"), style={"kind": "money"})
    on = Day(label=_("哪天扣的？"), error_messages={"invalid": NO_DAY}, style={"kind": "date"})
    fee_name = words(120, required=False, label=_("扣款名称"), help_text=_("照着短信或对账单写，例如：流量费。"))
    tid = words(
        8, required=False, label=_("终端号"), help_text=_("POS 机背面或小票上的 8 位号码。没登记过的也可以直接填。"),
        style={"inputmode": "text"},
    )  # fmt: skip
    clause = words(120, required=False, label=_("对方说的条款"), help_text=_("对方提到第几条就写第几条。"))
    kind = choice(reasons.LINE_KINDS, required=False, label=_("钱现在怎样了？"), style={"hints": KIND_HINTS})

    def __init__(self, *args, stores: Sequence[str] = (), must_choose: bool = False, **more):
        super().__init__(*args, **more)
        asked = [(name, name) for name in stores]
        self.fields["store"] = serializers.ChoiceField(
            choices=asked, required=must_choose, allow_blank=not must_choose, label=_("哪家门店？"),
            error_messages={"required": _("请选一家门店。"), "invalid_choice": _("请选一家门店。")},
        )  # fmt: skip
        if not asked:
            del self.fields["store"]

    def validate_on(self, on: date) -> date:
        if on > clock.today():
            raise serializers.ValidationError(_("扣款日期不能在将来。"), code="future")
        return on


class PayerQuestion(serializers.Serializer):
    """Who took the money: one of those known, a name as it is written, or not sure."""

    who = serializers.ChoiceField(choices=[], required=False, label=_("钱是谁扣走的？"))
    name = words(120, required=False, label=_("对方的名称"), help_text=_("照着小票、短信或 App 上写的抄。"))
    kind = serializers.ChoiceField(
        choices=list(PAYER_KINDS.items()), required=False, allow_blank=True, label=_("它是哪一类？")
    )
    agent = words(120, required=False, label=_("业务员或代理公司的名称"), help_text=_("知道就写，两家可以都写上。"))

    def __init__(self, *args, known: list[tuple[str, str]] = (), **more):  # type: ignore[assignment]
        super().__init__(*args, **more)
        asked = [*known, (OTHER, _("上面没有，我来写名称")), (UNSURE, _("不确定，先查清楚"))]
        if not known:
            asked[0] = (OTHER, _("我知道名称"))
        self.fields["who"] = serializers.ChoiceField(choices=asked, required=False, label=_("钱是谁扣走的？"))

    def validate(self, answer: dict) -> dict:
        answer["who"] = answer.get("who") or (OTHER if answer.get("name") else "")
        if not answer["who"]:
            raise serializers.ValidationError({"who": [_("请选一项，不确定也可以选「不确定」。")]})
        if answer["who"] == OTHER and not answer.get("name"):
            raise serializers.ValidationError({"name": [_("请写对方的名称，或者选「不确定」。")]})
        return answer


class ComplaintQuestion(serializers.Serializer):
    complaint = choice(
        reasons.COMPLAINTS, label=_("你认为这笔扣款哪里不对？"),
        error_messages={"required": _("请选择你认为不对的原因，不确定也可以选「不确定」。")},
    )  # fmt: skip


class WantedQuestion(serializers.Serializer):
    wanted = choice(reasons.WANTED, label=_("你希望怎样解决？"))
    story = words(
        2000,
        required=False,
        label=_("还有什么想说的？"),
        help_text=_("经过、谁说过什么，用自己的话写就行。会写进函里。"),
    )


class FileQuestion(serializers.Serializer):
    kind = serializers.ChoiceField(choices=list(FILE_KINDS.items()), required=False, label=_("这是什么？"))


class PayerNamed(serializers.Serializer):
    """Who took the money, found out after filing."""

    name = words(120, required=True, label=_("对方的名称"), help_text=_("照着小票、短信或 App 上写的抄。"))
    kind = serializers.ChoiceField(
        choices=list(PAYER_KINDS.items())[:2], required=False, label=_("它是哪一类？"), initial="payment_institution"
    )


def asked(
    question: Callable[..., serializers.Serializer], options: dict | None = None, **answers
) -> serializers.Serializer:
    """A question not yet answered, filled with what is known. `options` are what it is built with."""
    form = question(**(options or {}))
    for name, value in answers.items():
        if value not in (None, "") and name in form.fields:
            form.fields[name].initial = value
    return form
