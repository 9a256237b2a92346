"""Input of what the people of one side arrange among themselves: who takes a case, and the replies they use again."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases.inputs.answers import ExplainInput
from cases.inputs.base import ActInput
from cases.inputs.records import AddMessageInput
from cases.services import desk
from config.fields import Strict, choice, words


class AssignInput(ActInput):
    """`who`: "me", or the membership, user id or name of somebody in the own organisation."""

    who = words(120, required=True, label=_("交给谁"))


class TemplateInput(Strict):
    """A reply template: its name, the act it is for and the act's own fields, which may hold {placeholders}."""

    name = words(80, required=True, label=_("模板名称"))
    act = choice(desk.ACTS, label=_("用在哪里"))
    text = words(5000, required=True, label=_("正文"))
    clause = words(500, required=False, label=_("依据的条款"))
    calculation = words(1000, required=False, label=_("怎么算的"))
    log = words(1000, required=False, label=_("系统记录"))

    def validate(self, told):
        """What the act itself would refuse for its length is refused here."""
        own = OF_ACT[told["act"]]().fields
        for name in desk.FIELDS:
            most = own[name].max_length if name in own else 0  # type: ignore[attr-defined]
            if len(told.get(name) or "") > most:
                said = _("这里最多 %(most)d 字。") % {"most": most} if most else _("写消息时不用填这一项。")
                raise serializers.ValidationError({name: [said]})
        return told


OF_ACT = {"explain": ExplainInput, "add_message": AddMessageInput}
