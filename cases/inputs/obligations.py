"""Input of the acts by which an agreement is made known, kept, broken and cured."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases.inputs.base import ActInput, ProxiedInput, channel
from cases.inputs.contacts import mailed_to
from config.fields import Day, File, Instant, Money, words


def position(**more) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, label=_("第几项"), **more)


class NotifyPartiesInput(ActInput):
    """`who`: seats ("merchant.store"), "outsourcer" or names; without it the two sides of the agreement."""

    who = serializers.ListField(
        child=words(80, required=True), required=False, max_length=50, label=_("还要通知谁")
    )  # fmt: skip


class AcknowledgeNoticeInput(ProxiedInput):
    who = words(80, required=False, label=_("谁已知悉"))


class ProofInput(ProxiedInput):
    """What shows that something owed was done: a file, or a line of the merchant's statement, which says day and sum."""

    on = Day(required=False, label=_("哪天完成的"))
    amount = Money(required=False, label=_("付款金额"))
    file = File(required=False, label=_("履行凭证"))
    statement_line = serializers.UUIDField(required=False, allow_null=True, label=_("对账单中的行"))

    def validate(self, given):
        if given.get("statement_line"):
            return given
        faults = {}
        if not given.get("on"):
            faults["on"] = serializers.ErrorDetail(str(_("请填写完成的日期。")), code="required")
        if not given.get("file") and not (given.get("on_behalf") and given.get("proof")):
            faults["file"] = serializers.ErrorDetail(str(_("请上传凭证，或选择对账单中的行。")), code="required")
        if faults:
            raise serializers.ValidationError({name: [fault] for name, fault in faults.items()})
        return given


class ProveObligationInput(ProofInput):
    obligation = position()


class ConfirmObligationInput(ProxiedInput):
    obligation = position()


class DisputeObligationInput(ProxiedInput):
    obligation = position()
    reason = words(500, required=True, label=_("哪里不对"))


class DeclareBreachInput(ActInput):
    obligation = position()


class DemandCureInput(ActInput):
    channel = channel(required=False)
    send_to = mailed_to()
    arrived_at = Instant(required=False, label=_("对方什么时候收到的"))
    proof = File(required=False, label=_("送达凭证"))


class CureInput(ProofInput):
    """Without proof where money that was recorded already has settled what was overdue."""

    obligation = position(required=False)

    def validate(self, given):
        return given  # what is needed hangs on what is still overdue: the service says so
