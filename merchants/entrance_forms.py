"""allauth's forms of log-in in our words: 11-digit phones, codes that lock, no hint whether an account exists."""

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.stages import LoginStageController
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from merchants import accounts, phones

NOT_A_PHONE = _("手机号不对。请填 11 位手机号；境外号码以 + 和国家代码开头。")


class PhoneField(forms.CharField):
    """A phone as people type it; its value is E.164."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("label", _("手机号"))
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "kind": "tel", "autocomplete": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value):
        typed = super().clean(value)
        if typed and not (number := phones.e164(typed)):
            raise ValidationError(NOT_A_PHONE, code="invalid_phone")
        return number if typed else ""


class LoginForm(account.LoginForm):
    def clean_login(self) -> str:
        typed = super().clean_login()
        if number := phones.e164(typed):
            return number
        try:
            validate_email(typed)
        except ValidationError:
            raise ValidationError(_("请填手机号或邮箱。"), code="invalid_login") from None
        return typed


class RequestCodeForm(account.RequestLoginCodeForm):
    """Where a log-in code is to be sent: once a minute, and not while too many wrong ones were typed."""

    remember = forms.BooleanField(label=_("记住本机 30 天"), required=False, initial=True)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not (cleaned.get("phone") or cleaned.get("email")):
            raise ValidationError(_("请填手机号或邮箱。"), code="required")
        context.request.session["remember"] = bool(cleaned.get("remember"))
        return cleaned

    def clean_phone(self) -> str:
        return self._limited("phone", super().clean_phone)

    def clean_email(self) -> str:
        return self._limited("email", super().clean_email)

    def _limited(self, name: str, cleaned) -> str:
        adapter = get_adapter()
        whom = self.cleaned_data.get(name)
        if whom and accounts.is_locked(context.request, whom):
            raise adapter.validation_error("too_many_login_attempts")
        try:
            return cleaned()
        except ValidationError:  # the library's only reason here: asked again too soon
            raise adapter.validation_error("rate_limited") from None


class _CountedCode:
    """Five wrong codes for one phone or mail box lock it for a quarter of an hour, in whichever session."""

    @property
    def whom(self) -> str:
        """The phone or mail box to which the code was sent."""
        raise NotImplementedError

    def clean_code(self) -> str:
        if accounts.is_locked(context.request, self.whom):
            raise get_adapter().validation_error("too_many_login_attempts")
        try:
            return super().clean_code()  # type: ignore[misc]
        except ValidationError:
            accounts.count_wrong_code(context.request, self.whom)
            raise


class LoginCodeForm(_CountedCode, account.ConfirmLoginCodeForm):
    asks_anew = True  # 重新发送 has a page of its own: views/fresh.py

    @property
    def whom(self) -> str:
        stage = LoginStageController.enter(context.request, "login_by_code")
        return stage.state.get("phone") or stage.state.get("email") or ""


class PhoneCodeForm(_CountedCode, account.VerifyPhoneForm):
    @property
    def whom(self) -> str:
        return self.phone


class SignupForm(account.SignupForm):
    """A phone is enough; a password may be set later."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password1"]
