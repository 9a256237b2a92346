"""What every act takes besides its own fields."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases import reasons
from config.fields import File, Instant, Strict, choice, words


def channel(**more) -> serializers.ChoiceField:
    return choice(reasons.CHANNELS, label=_("渠道"), **more)


class ActInput(Strict):
    """`alone`: why the only member of a merchant confirms an act marked 2 without a second person."""

    note = words(500, required=False, label=_("备注"))
    alone = words(300, required=False, label=_("核对后确认的理由"))


class ProxiedInput(ActInput):
    """An act of the provider that the merchant may record for a respondent without account."""

    on_behalf = serializers.BooleanField(required=False, default=False, label=_("替对方记录"))
    channel = channel(required=False)
    received_at = Instant(required=False, label=_("什么时候收到的"))
    proof = File(required=False, label=_("截图或录音"))
