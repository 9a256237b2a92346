"""Input of the talks: how far one may go, the terms of an offer, and what is answered to it.

Here single values are read; what is wrong with terms as a whole is cases/termfaults.py.
"""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases import terms
from cases.inputs.base import ActInput, ProxiedInput
from config.fields import Day, Money, Strict, choice, words

MOST_TERMS, MOST_INSTALMENTS = 20, 60


class Sum(Money):
    """Yuan that may be nothing: a deduction can be reduced to zero. Which terms take it is checked with the terms."""

    def to_internal_value(self, value) -> Decimal:
        if isinstance(value, str) and value.strip() in ("0", "0.0", "0.00"):
            return Decimal("0.00")
        return super().to_internal_value(value)


class DueInInput(Strict):
    """So many days, or working days, after the agreement takes effect; that day itself is not counted."""

    n = serializers.IntegerField(min_value=0, max_value=730, label=_("多少天"))
    unit = choice(terms.UNITS, required=False, default="bd", label=_("工作日或自然日"))

    def get_fields(self):
        # `from` is a word of the language, so this one is added by hand.
        start = serializers.ChoiceField(
            choices=[("effective", _("协议生效"))], required=False, default="effective", label=_("从何时起算")
        )
        return {**super().get_fields(), "from": start}


class InstalmentInput(Strict):
    amount = Money(label=_("这一期的金额"))
    due_on = Day(label=_("哪天付"))


class TermInput(Strict):
    """One term: `amount` of ADJUST_AMOUNT is the new amount of the deduction; `lines` are numbers of the case."""

    type = choice(terms.TYPES, label=_("内容"))
    payer = choice(terms.SIDES, required=False, label=_("谁付"))
    payee = choice(terms.SIDES, required=False, label=_("付给谁"))
    amount = Sum(required=False, label=_("金额"))
    due_on = Day(required=False, label=_("哪天前付"))
    due_in = DueInInput(required=False, label=_("生效后多少天付"))
    instalments = InstalmentInput(  # type: ignore[call-arg]
        many=True, required=False, allow_empty=False, max_length=MOST_INSTALMENTS, label=_("分期"),
        error_messages={"empty": _("至少写一期；一次付清就不写分期。"), "max_length": _("最多 60 期。")},
    )  # fmt: skip
    tid = words(8, required=False, label=_("终端号"))
    new_date = Day(required=False, label=_("迁移改到哪天"))
    window = words(60, required=False, label=_("什么时段"))
    lines = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=5000, label=_("哪几笔")
    )
    text = words(1000, required=False, label=_("补充说明"))


def terms_field(**more):
    more.setdefault("label", _("方案内容"))
    faults: dict = {"empty": _("方案至少要有一条。"), "max_length": _("一个方案最多 20 条。")}
    return TermInput(many=True, allow_empty=False, max_length=MOST_TERMS, error_messages=faults, **more)  # type: ignore[call-arg]


class SetMandateInput(ActInput):
    """The merchant names the least it takes, the provider the most it pays; nobody of the other side sees it."""

    least_refund = Money(required=False, label=_("最低接受退多少"))
    most_refund = Money(required=False, label=_("最多同意退多少"))
    latest = Day(required=False, label=_("最晚哪天到账"))
    may_sign_up_to = Money(required=False, label=_("经办人最多可以自己答应多少"))


class MakeOfferInput(ProxiedInput):
    terms = terms_field()
    valid_until = Day(required=False, label=_("有效到哪天"))
    conditions = words(1000, required=False, label=_("附加条件"))
    reserve = serializers.BooleanField(required=False, default=False, label=_("不作为承认责任"))


class AnswerOfferInput(ProxiedInput):
    reason = words(500, required=True, label=_("理由"))


class AcceptOfferInput(ProxiedInput):
    offer = serializers.IntegerField(min_value=1, label=_("第几个方案"))
