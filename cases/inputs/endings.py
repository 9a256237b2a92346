"""Input of the acts that end a case or send a request back."""

from django.utils.translation import gettext_lazy as _

from cases import workflow
from cases.inputs.base import ActInput
from config.fields import choice, words


class AcceptChargeInput(ActInput):
    reason = words(500, required=True, label=_("为什么接受"))


class FailNegotiationInput(ActInput):
    summary = words(2000, required=True, label=_("谈到哪里、为什么谈不拢"))


class WithdrawInput(ActInput):
    reason = words(500, required=True, label=_("为什么撤回"))


class CloseInput(ActInput):
    outcome = choice(workflow.OUTCOMES, label=_("结果"))
    lessons = words(2000, required=False, label=_("以后怎么避免"))


class ReturnRequestInput(ActInput):
    reason = words(500, required=True, label=_("退回的理由"))
