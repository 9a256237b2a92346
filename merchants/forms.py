"""The forms of onboarding and settings. What they may do is decided by the services."""

from datetime import timedelta

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from config import clock
from config.errors import Refused
from merchants import roles
from merchants.entrance_forms import PhoneField

LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
CREDIT_CODE = RegexValidator(r"^[0-9A-HJ-NPQRTUWXY]{18}$", _("统一社会信用代码是 18 位数字和大写字母。"))


class Form(forms.Form):
    """A form that shows a refusal of the service at the field it names."""

    def blame(self, refusal: Refused) -> None:
        for fault in refusal.faults:
            name = fault.pointer.strip("/").split("/")[0]
            self.add_error(name if name in self.fields else None, str(fault.text))
        if not refusal.faults:
            self.add_error(None, str(refusal.text))


class FoundForm(Form):
    name = forms.CharField(
        label=_("店名或公司名"), max_length=120, help_text=_("写在信函上的名称，和营业执照一致最好。以后可以改。"),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("你是"), initial="sole_trader")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        order = ("sole_trader", "micro", "company")
        self.fields["kind"].choices = [(kind, str(roles.KINDS[kind])) for kind in order]  # type: ignore[attr-defined]


class ProfileForm(Form):
    name = forms.CharField(
        label=_("你的姓名"), max_length=80, required=False, help_text=_("案件记录里显示是谁做的。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("语言"), choices=LANGUAGES)
    wants_sms = forms.BooleanField(label=_("用短信提醒我"), required=False)
    wants_email = forms.BooleanField(label=_("用邮件提醒我"), required=False)


class OrganisationForm(Form):
    name = forms.CharField(label=_("名称"), max_length=120)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), max_length=18, required=False, validators=[CREDIT_CODE],
        help_text=_("写在信函的发函方后面。没有就不填。"),
    )  # fmt: skip
    hotline = forms.CharField(
        label=_("联系电话"), max_length=40, required=False, help_text=_("信函里请对方联系的电话。"),
        widget=forms.TextInput(attrs={"kind": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    email = forms.EmailField(label=_("联系邮箱"), required=False, help_text=_("信函里请对方回复的邮箱。"))
    address = forms.CharField(label=_("联系地址"), max_length=200, required=False)

    def clean_hotline(self) -> str:
        return " ".join(self.cleaned_data["hotline"].split())


class StoreForm(Form):
    name = forms.CharField(label=_("门店名称"), max_length=80)
    address = forms.CharField(label=_("门店地址"), max_length=200, required=False)


class SeatForm(Form):
    seat = forms.ChoiceField(label=_("席位"))
    stores = forms.MultipleChoiceField(
        label=_("只看这些门店"), required=False, help_text=_("都不选就是全部门店。门店席位至少选一家。")
    )

    def __init__(self, *args, kind: str, stores, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].choices = [(seat, str(roles.SEATS[seat])) for seat in roles.seats_of(kind)]  # type: ignore[attr-defined]
        if stores:
            self.fields["stores"].choices = [(str(store.id), store.name) for store in stores]  # type: ignore[attr-defined]
        else:
            del self.fields["stores"]

    def clean(self):
        cleaned = super().clean()
        cleaned["stores"] = list(cleaned.get("stores", ())) or None
        return cleaned


class InviteForm(SeatForm):
    phone = PhoneField(required=False)
    email = forms.EmailField(label=_("邮箱"), required=False, help_text=_("手机号和邮箱填一个。"))
    field_order = ("phone", "email", "seat", "stores")

    def clean(self):
        cleaned = super().clean()
        if not self.errors and bool(cleaned.get("phone")) == bool(cleaned.get("email")):
            self.add_error("phone", _("手机号和邮箱填一个。"))
        return cleaned


class KeyForm(Form):
    name = forms.CharField(label=_("名称"), max_length=80, help_text=_("给谁用、做什么，方便以后认出它。"))
    scopes = forms.MultipleChoiceField(label=_("权限"))
    expires_on = forms.DateField(
        label=_("有效期到"), help_text=_("最长一年，当天 24:00 失效。"), widget=forms.DateInput(attrs={"kind": "date"})
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope, str(label)) for scope, label in roles.SCOPES.items()]  # type: ignore[attr-defined]
        self.fields["expires_on"].initial = clock.today() + timedelta(days=90)
        self.fields["expires_on"].widget.attrs["min"] = clock.today().isoformat()


class CodeForm(Form):
    code = forms.CharField(
        label=_("验证码"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )
