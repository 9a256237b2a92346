"""Input of the acts of the written agreement: drafting, freezing, signing, stamped copies."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases.agreement import details
from cases.inputs.base import ActInput, ProxiedInput
from cases.inputs.records import SIDES
from config.fields import Day, File, Strict, choice, words

COPIES = {"stamped": _("盖章件或签字件"), "message": _("确认同意的书面消息（小额）")}
ACCOUNT = _("请填写账号的 8 到 30 位数字；已经保存的账号会只显示首尾。")


class PayeeInput(Strict):
    """Where the money goes, if not to the settlement account that the provider knows. Kept masked."""

    name = words(80, required=False, label=_("收款人户名"))
    bank = words(80, required=False, label=_("开户行"))
    account = serializers.RegexField(
        r"^(?:\d[ -]?){8,30}$|^\d{0,6}\*{6}\d{4}$", required=False, allow_blank=True, label=_("账号"),
        error_messages={"invalid": ACCOUNT},
    )  # fmt: skip
    confirmed_by = words(80, required=False, label=_("回拨电话时和谁核实"))
    confirmed_on = Day(required=False, allow_null=True, label=_("哪天回拨核实"))


class StopFeeInput(Strict):
    """A recurring fee whose end is to be proven."""

    name = words(120, required=False, label=_("停收哪项费用"))
    on = Day(required=False, allow_null=True, label=_("从哪天起停收"))
    tid = words(8, required=False, label=_("哪台终端"))


class DraftAgreementInput(ActInput):
    """`clauses` replaces wordings by their key; any other key adds a clause under that heading; "" puts the usual
    wording back."""

    payee = PayeeInput(required=False, label=_("收款账户"))
    stop_fee = StopFeeInput(required=False, label=_("停收费用"))
    invoice = choice(details.INVOICES, required=False, label=_("发票"))
    waiver = choice(details.WAIVERS, required=False, label=_("了结的范围"))
    waiver_text = words(500, required=False, label=_("另外了结什么"))
    forum = choice(details.FORUMS, required=False, label=_("有争议找谁"))
    forum_name = words(80, required=False, label=_("法院或仲裁机构的名称"))
    confidentiality = choice(details.CONFIDENTIALITY, required=False, label=_("保密"))
    signing = choice(details.SIGNINGS, required=False, label=_("怎样签署"))
    authority = words(200, required=False, label=_("我方由谁签、凭什么有权签"))
    clauses = serializers.DictField(child=words(2000, required=False), required=False, label=_("改写或另加的条款"))


class SignInput(ActInput):
    """`frozen_sha256` names the text that was read; `second_factor` is the code that was sent for it, or one of the
    signer's authenticator."""

    frozen_sha256 = words(64, required=True, label=_("读过的定稿的 SHA-256"))
    second_factor = words(
        12, required=True, label=_("验证码"),
        help_text=_("先 POST …/agreement/code 取一次性验证码，或用签署人的验证器动态码；五分钟内有效。"),
    )  # fmt: skip
    consent = serializers.BooleanField(label=_("我已阅读并同意"))
    authority = words(200, required=False, label=_("签署权限"))


class UploadSignedCopyInput(ProxiedInput):
    side = serializers.ChoiceField(choices=list(SIDES.items()), label=_("是哪一方盖的章"))
    file = File(label=_("盖章件的扫描或照片"))
    exchanged_on = Day(label=_("哪天交给对方或从对方收到"))
    kind = serializers.ChoiceField(choices=list(COPIES.items()), required=False, default="stamped", label=_("是什么"))

    def get_fields(self):
        found = super().get_fields()
        found["proof"].label = _("交换的凭证（快递单、邮件或聊天截图）")
        return found


class DeclineToSignInput(ProxiedInput):
    reason = words(1000, required=True, label=_("为什么不签，要改什么"))
