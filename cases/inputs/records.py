"""Input of the acts that add to the record: evidence, messages, corrections, refunds.

The fields of a correction are those of the act it corrects: cases/inputs/corrections.py.
"""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases import evidence_kinds
from cases.inputs.base import ActInput, ProxiedInput
from config.fields import Day, File, Instant, Money, choice, words

SIDES = {"provider": _("服务商"), "merchant": _("商户")}
VISIBILITY = {"shared": _("对方可见"), "internal": _("仅我方可见")}


def visibility(default: str):
    return serializers.ChoiceField(
        choices=list(VISIBILITY.items()), required=False, default=default, label=_("谁能看到")
    )


class AddEvidenceInput(ActInput):
    kind = choice(evidence_kinds.KINDS, label=_("这是什么"))
    file = File(label=_("照片或文件"))
    obtained_at = Instant(required=False, label=_("什么时候得到的"))
    source = words(200, required=False, label=_("怎么得到的"))
    visibility = visibility("shared")


class AddMessageInput(ActInput):
    text = words(500, required=True, label=_("消息"))
    visibility = visibility("shared")


class RequestEvidenceInput(ActInput):
    kinds = serializers.MultipleChoiceField(
        choices=[(key, kind.label) for key, kind in evidence_kinds.KINDS.items()],
        allow_empty=False,
        label=_("要什么材料"),
    )
    of = serializers.ChoiceField(choices=list(SIDES.items()), label=_("向谁要"))


class SupplyEvidenceInput(ProxiedInput):
    request = serializers.IntegerField(min_value=1, label=_("第几次请求"))
    file = File(required=False, label=_("文件"))
    kind = choice(evidence_kinds.KINDS, required=False, label=_("这是什么"))
    refusal = words(500, required=False, label=_("不提供的理由"))

    def validate(self, answer):
        if bool(answer.get("file")) == bool(answer.get("refusal")):
            raise serializers.ValidationError(_("请上传文件，或写明不提供的理由，只选一种。"), code="one_of")
        return answer


class CorrectRecordInput(ActInput):
    event = serializers.IntegerField(min_value=1, label=_("要更正第几条记录"))
    reason = words(500, required=True, label=_("为什么更正"))

    def get_fields(self):
        # The fixed name `fields` is also DRF's own attribute, so this one is added by hand.
        return {**super().get_fields(), "fields": serializers.DictField(label=_("更正后的内容"), allow_empty=False)}


class RecordRefundInput(ActInput):
    lines = serializers.ListField(
        child=serializers.IntegerField(min_value=1), allow_empty=False, max_length=5000, label=_("退的是哪几笔")
    )
    on = Day(label=_("到账日期"))
    amount = Money(label=_("到账金额"))
    statement_line = serializers.UUIDField(required=False, allow_null=True, label=_("对账单中的行"))
    file = File(required=False, label=_("到账截图"))

    def validate(self, refund):
        if not refund.get("statement_line") and not refund.get("file"):
            raise serializers.ValidationError(_("请选择对账单中的到账行，或上传到账截图。"), code="proof")
        return refund
