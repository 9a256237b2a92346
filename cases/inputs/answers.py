"""Input of the acts with which the respondent answers and responsibility is settled."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases.inputs.base import ActInput, ProxiedInput
from cases.inputs.filing import EvidenceInput
from cases.inputs.talks import terms_field
from config.fields import Day, Strict, words


def reserve() -> serializers.BooleanField:
    return serializers.BooleanField(required=False, default=False, label=_("只为协商，不作为承认责任"))


class SplitInput(Strict):
    """Whole percent of who bears what; they sum to 100."""

    provider = serializers.IntegerField(min_value=0, max_value=100, label=_("服务商（%）"))
    merchant = serializers.IntegerField(min_value=0, max_value=100, label=_("商户（%）"))
    third = serializers.IntegerField(min_value=0, max_value=100, required=False, default=0, label=_("第三方（%）"))

    def validate(self, split):
        if sum(split.values()) != 100:
            raise serializers.ValidationError(_("三项相加应为 100。"), code="sum")
        return split


class AcknowledgeInput(ProxiedInput):
    ticket_no = words(60, required=False, label=_("对方的受理编号"))


class ExplainInput(ProxiedInput):
    """`clause`, `calculation` and `log` may each be "none" or "refused", which is recorded.

    `split` adds the own view on responsibility, `terms` a first offer: all of it in one step.
    """

    text = words(5000, required=True, label=_("说明的内容"))
    clause = words(500, required=False, label=_("依据的条款"))
    calculation = words(1000, required=False, label=_("怎么算的"))
    log = words(1000, required=False, label=_("系统记录"))
    evidence = EvidenceInput(many=True, required=False, label=_("附件"))
    split = SplitInput(required=False, label=_("对责任的看法"))
    reserve = reserve()
    terms = terms_field(required=False, label=_("同时提出的方案"))
    valid_until = Day(required=False, label=_("方案有效到哪天"))
    conditions = words(1000, required=False, label=_("方案的附加条件"))


class ProposeResponsibilityInput(ProxiedInput):
    """`lines` gives single lines, named by their number, a split of their own."""

    split = SplitInput(label=_("谁的责任"))
    reason = words(2000, required=True, label=_("理由"))
    lines = serializers.DictField(child=SplitInput(), required=False, label=_("按笔划分"))
    reserve = reserve()
    evidence = EvidenceInput(many=True, required=False, label=_("附件"))


class AnswerResponsibilityInput(ProxiedInput):
    agree = serializers.BooleanField(required=False, default=False, label=_("同意对方的划分"))
    split = SplitInput(required=False, label=_("我方的看法"))
    reason = words(2000, required=False, label=_("理由"))
    lines = serializers.DictField(child=SplitInput(), required=False, label=_("按笔划分"))
    reserve = reserve()

    def validate(self, answer):
        if answer.get("agree") == bool(answer.get("split")):
            raise serializers.ValidationError(_("请选择同意，或写出我方的看法，只选一种。"), code="one_of")
        return answer


class ConfirmResponsibilityInput(ActInput):
    disputed = serializers.BooleanField(required=False, default=False, label=_("双方看法不同，按有争议记录"))
