"""Log-in by phone or e-mail: how allauth reads and writes our people, and how codes leave (through the outbox).

Its forms in our words are entrance_forms.py; what its letters say is the table below.
"""

from datetime import timedelta
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse, RateLimited, ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from config import clock, outbox
from config.text import Text
from merchants import phones, roles
from merchants.models import User
from merchants.services.codes import reachable

CODE_LIVES = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
INTERRUPTIONS = (ImmediateHttpResponse, RateLimited, ReauthenticationRequired)
MISMATCH = _("账号或密码不对。请核对后再试，也可以用验证码登录。")
# allauth's letters by template: subject and text. `{url}` leads to the page where one goes on.
NOT_YOU = Text("不是你本人操作，可以不理会这封邮件。", "If this was not you, ignore this e-mail.")
LETTERS = {
    "account/email/unknown_account": (
        Text("你还没有追款账号", "You have no account with Recourse yet"),
        Text("有人想用这个邮箱登录，但它还没有账号。注册：\n{url}", "Somebody tried to log in with this address, which has no account. Sign up:\n{url}"),
    ),
    "account/email/account_already_exists": (
        Text("你已经有追款账号", "You have an account with Recourse already"),
        Text("有人想用这个邮箱注册，但它已经有账号。直接登录：\n{url}", "Somebody tried to sign up with this address, which has an account already. Log in:\n{url}"),
    ),
    "account/email/email_confirmation": (
        Text("请确认你的邮箱", "Confirm your e-mail address"),
        Text("打开下面的链接，确认这个邮箱是你的：\n{url}", "Open this link to confirm that this address is yours:\n{url}"),
    ),
    "account/email/password_reset_key": (
        Text("设一个新密码", "Set a new password"),
        Text("打开下面的链接，设一个新密码：\n{url}", "Open this link to set a new password:\n{url}"),
    ),
}  # fmt: skip
SAME_LETTER = {"account/email/email_confirmation_signup": "account/email/email_confirmation"}
WHERE = ("activate_url", "password_reset_url", "signup_url")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("这个账号已停用。请联系你的负责人。"),
        "cannot_remove_primary_email": _("首选邮箱不能删除。请先把另一个邮箱设为首选。"),
        "duplicate_email": _("你已经添加过这个邮箱。"),
        "email_password_mismatch": MISMATCH,
        "phone_password_mismatch": MISMATCH,
        "username_password_mismatch": MISMATCH,
        "invalid_login": MISMATCH,
        "email_taken": _("这个邮箱不能用。请换一个。"),
        "phone_taken": _("这个手机号不能用。请换一个，或直接登录。"),
        "enter_current_password": _("请填写现在的密码。"),
        "incorrect_code": _("验证码不对或已过期。请核对后再填，或重新发送。"),
        "incorrect_password": _("密码不对。"),
        "invalid_or_expired_key": _("链接无效或已过期。请重新获取。"),
        "invalid_password_reset": _("链接无效或已过期。请重新获取。"),
        "max_email_addresses": _("最多添加 %d 个邮箱。"),
        "too_many_login_attempts": _("输错次数太多，已锁定。请 15 分钟后再试。"),
        "unverified_primary_email": _("首选邮箱要先验证。"),
        "select_only_one": _("手机号和邮箱只填一个。"),
        "same_as_current": _("新的要和现在的不同。"),
        "rate_limited": _("发送太频繁。请等 60 秒再试。"),
    }

    # -- phones ---------------------------------------------------------------------------------------------------

    def phone_form_field(self, **kwargs):
        from merchants.entrance_forms import PhoneField

        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        """Whose verified number this is. A number typed at a sign-up that was never finished is nobody's."""
        return User.objects.filter(phone=phones.e164(phone) or None, phone_verified=True).first()

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Gives the number to this person; a sign-up that was never finished loses it."""
        User.objects.filter(phone=phone, phone_verified=False).exclude(pk=user.pk).update(phone=None)
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, True)

    # -- messages -------------------------------------------------------------------------------------------------

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs) -> None:
        tell("sms", phone, "login_code", {"code": code})

    def send_unknown_account_sms(self, phone: str, **kwargs) -> None:
        tell("sms", phone, "account_unknown", {})

    def send_account_already_exists_sms(self, phone: str) -> None:
        tell("sms", phone, "account_exists", {})

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        if template_prefix == "account/email/login_code":
            tell("email", email, "login_code", {"code": context["code"]})
            return
        subject, text = LETTERS[SAME_LETTER.get(template_prefix, template_prefix)]
        url = next((context[name] for name in WHERE if name in context), settings.BASE_URL + reverse("account_login"))
        tell("email", email, "account_mail", {"subject": str(subject), "body": f"{text.format(url=url)}\n\n{NOT_YOU}"})

    # -- log-in ---------------------------------------------------------------------------------------------------

    def login(self, request: HttpRequest, user: User) -> None:
        """Opens the session: 30 days on a device that is to be remembered, else until the browser is closed."""
        from merchants.services import invitations

        is_remembered = request.session.pop("remember", True)
        super().login(request, user)
        if not is_remembered:
            request.session.set_expiry(0)
        invitations.accept(user)

    def authenticate(self, request: HttpRequest, **credentials) -> User | None:
        """Tries a password; five wrong ones for one account lock it for a quarter of an hour, right or wrong after."""
        if "phone" in credentials:
            credentials["phone"] = phones.e164(credentials["phone"]) or credentials["phone"]
        return super().authenticate(request, **credentials)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials) -> str:
        return name_of_attempt(request, credentials)

    def get_reauthentication_methods(self, user) -> list[dict]:
        ways = super().get_reauthentication_methods(user)
        for way in ways:
            way["description"] = WAYS.get(way["id"], way["description"])
        if user.is_authenticated and reachable(user)[0]:
            ways.append({"id": "code", "description": WAYS["code"], "url": reverse("confirm-by-code")})
        return ways


WAYS = {
    "reauthenticate": _("用密码"),
    "mfa_reauthenticate": _("用验证器应用或恢复码"),
    "code": _("用验证码"),
}


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不对或已过期。请核对后再填。"),
        "cannot_delete_authenticator": _("你的席位要用两步验证，不能停用。"),
        "unverified_email": _("请先验证邮箱，再启用两步验证。"),
        "add_email_blocked": _("启用两步验证后不能添加邮箱。"),
        "cannot_generate_recovery_codes": _("请先启用两步验证，再生成恢复码。"),
    }

    def can_delete_authenticator(self, authenticator) -> bool:
        """Whoever sits in a staff seat keeps the second factor."""
        user = authenticator.user
        return not user.is_staff and not user.memberships.filter(is_active=True, seat__in=roles.STAFF_SEATS).exists()


def tell(channel: str, to: str, template: str, params: dict) -> None:
    """Puts a code or an answer about an account into the outbox, in the language of the page that asked for it."""
    now = clock.now()
    outbox.enqueue(
        channel=channel, to=to, template=template, language=get_language() or settings.LANGUAGE_CODE, params=params,
        dedup_key=f"account:{uuid4()}", expires_at=now + CODE_LIVES if template == "login_code" else None,
    )  # fmt: skip


def is_locked(request: HttpRequest, whom: str) -> bool:
    """Whether too many wrong codes were typed for this phone or mail box; known and unknown alike."""
    return not ratelimit.consume(request, action="wrong_code", key=whom.lower(), dry_run=True)


def count_wrong_code(request: HttpRequest, whom: str) -> None:
    ratelimit.consume(request, action="wrong_code", key=whom.lower())


def name_of_attempt(request: HttpRequest, credentials: dict | None) -> str:
    """By which name wrong passwords are counted (allauth's limit and axes alike)."""
    given = credentials or {"login": request.POST.get("login", "")}
    name = next((str(given[key]) for key in ("phone", "email", "username", "login") if given.get(key)), "")
    return (phones.e164(name) or name.strip().lower())[:200]


def interrupted(request: HttpRequest, interruption: Exception) -> HttpResponse:
    """The page that follows when a view of log-in or security breaks off; the view's transaction is rolled back."""
    from allauth.account.internal.flows import reauthentication

    if isinstance(interruption, ImmediateHttpResponse):
        return interruption.response
    if isinstance(interruption, ReauthenticationRequired):
        ways = AccountAdapter().get_reauthentication_methods(request.user)
        return reauthentication.suspend_request(request, ways[0]["url"] if ways else reverse("account_login"))
    return ratelimit.respond_429(request)
