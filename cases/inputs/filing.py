"""Input of the acts that file a case and change its lines."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases import evidence_kinds, reasons
from cases.inputs.base import ActInput
from config import inputschema
from config.fields import Day, File, Instant, Money, Strict, choice, words
from merchants import roles


class PartyInput(Strict):
    name = words(120, required=True, label=_("对方的名称"))
    kind = choice(
        {kind: roles.KINDS[kind] for kind in (*roles.PROVIDERS, "outsourcer")}, required=False, default="", allow_blank=True,
        label=_("是什么机构"),
    )  # fmt: skip


class NamedParty(serializers.Field):
    """A provider or agent: its id, its name, or {"name", "kind"}."""

    def to_internal_value(self, value):
        if isinstance(value, dict):
            return dict(PartyInput().run_validation(value))
        if isinstance(value, str) and value.strip():
            return words(120, required=True).run_validation(value)
        raise serializers.ValidationError(_("请填写对方的名称。"), code="invalid")

    def to_representation(self, value):
        return value

    def json_schema(self, multipart: bool) -> dict:
        name = words(120, required=True)
        return {"anyOf": [inputschema.described(name, multipart), inputschema.of_serializer(PartyInput())]}


class LineInput(Strict):
    on = Day(label=_("扣款日期"))
    amount = Money(label=_("扣款金额"))
    mid = words(15, required=False, label=_("商户编号"))
    tid = words(8, required=False, label=_("终端号"))
    store = words(80, required=False, label=_("门店"))
    fee_name = words(120, required=False, label=_("扣款名称"))
    clause = words(120, required=False, label=_("对方说的条款"))
    kind = choice(reasons.LINE_KINDS, required=False, label=_("性质"))
    injured_party = choice(reasons.INJURED, required=False, label=_("钱是从谁那里扣的"))
    statement_line = serializers.UUIDField(required=False, allow_null=True, label=_("对账单中的行"))


class EvidenceInput(Strict):
    kind = choice(evidence_kinds.KINDS, label=_("这是什么"))
    file = File(label=_("照片或文件"))
    obtained_at = Instant(required=False, label=_("什么时候得到的"))
    source = words(200, required=False, label=_("怎么得到的"))


class FileInput(ActInput):
    symptom = choice(reasons.SYMPTOMS, label=_("现象"))
    cause = choice(reasons.CAUSES, required=False, label=_("可能的原因"))
    lines = LineInput(many=True, allow_empty=False, max_length=5000, label=_("扣款"))  # type: ignore[call-arg]
    provider = NamedParty(required=False, allow_null=True, label=_("谁扣的钱"))
    outsourcer = NamedParty(required=False, allow_null=True, label=_("代理商"))
    wanted = choice(reasons.WANTED, required=False, label=_("希望怎样"))
    story = words(2000, required=False, label=_("经过"))
    detected_on = Day(required=False, label=_("哪天发现的"))
    evidence = EvidenceInput(many=True, required=False, label=_("证据"))
    submit = serializers.BooleanField(required=False, default=False, label=_("直接提交"))


class AddLineInput(ActInput):
    line = LineInput(label=_("扣款"))


class DropLineInput(ActInput):
    line = serializers.IntegerField(min_value=1, label=_("第几笔"))
    reason = words(300, required=True, label=_("为什么去掉"))
