"""Input of the acts that reach the respondent."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases.inputs.base import ActInput, channel
from config.fields import File, Instant, words

# What can have arrived; other papers follow with the acts that send them.
LETTERS = {"letter": _("要求说明函"), "reminder": _("催告函"), "demand": _("催款函")}


def mailed_to() -> serializers.EmailField:
    """Where the product itself mails the letter; without it, the merchant sends it."""
    return serializers.EmailField(required=False, max_length=254, label=_("由追款发到这个邮箱"))


class RecordContactInput(ActInput):
    who = words(120, required=True, label=_("和谁联系的"))
    channel = channel(required=True)
    on = Instant(label=_("什么时候"))
    said = words(2000, required=True, label=_("说了什么"))
    file = File(required=False, label=_("截图或录音"))


class SendLetterInput(ActInput):
    channel = channel(required=True)
    send_to = mailed_to()
    arrived_at = Instant(required=False, label=_("对方什么时候收到的"))
    proof = File(required=False, label=_("送达凭证"))


class RecordArrivalInput(ActInput):
    of = serializers.ChoiceField(choices=list(LETTERS.items()), label=_("哪封函件"))
    arrived_at = Instant(label=_("对方什么时候收到的"))
    channel = channel(required=False)
    proof = File(label=_("送达凭证"))


class RemindInput(ActInput):
    channel = channel(required=False)
    send_to = mailed_to()
    arrived_at = Instant(required=False, label=_("对方什么时候收到的"))
    proof = File(required=False, label=_("送达凭证"))
