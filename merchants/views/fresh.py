"""Codes beside allauth's own pages: another one for a log-in that waits, and proving once more who one is."""

from datetime import datetime

from allauth.account.internal.flows import login, reauthentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import compare_user_code, generate_user_code
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config import clock
from merchants import accounts
from merchants.forms import CodeForm
from merchants.models import User

STATE = "confirm_code"  # of the session: the code and until when it is good


@require_POST
def another_code(request: HttpRequest) -> HttpResponse:
    """Sends the code of a log-in again; whether anybody has that phone or mail box changes no answer.

    allauth's own button breaks where nobody has the phone, and would so tell.
    """
    stage = LoginStageController.enter(request, LoginByCodeStage.key)
    process = LoginCodeVerificationProcess.resume(stage) if stage else None
    if process is None:
        return redirect("account_request_login_code")
    if _may_send(request, process.state.get("phone") or process.state["email"]):
        process.send(skip_enumeration_mails=True)
        process.persist()
    return redirect_to_login(request.POST.get("next", ""), reverse("account_confirm_login_code"))


@login_required
def confirm_by_code(request: HttpRequest) -> HttpResponse:
    """Sends a code, takes it, and goes on where the proof was asked for."""
    user = User.objects.get(pk=request.user.pk)
    channel, to = accounts.reachable(user)
    if not channel:
        return redirect("account_reauthenticate")
    form, error = CodeForm(), ""
    if request.method == "POST" and "send" in request.POST:
        _send(request, channel, to)
        return redirect(request.get_full_path())
    if request.method == "POST":
        form = CodeForm(request.POST)
        if form.is_valid():
            error = _wrong(request, to, form.cleaned_data["code"])
            if not error:
                return _proven(request, user)
            form.add_error("code", error)
    return render(
        request, "merchants/confirm_by_code.html",
        {"form": form, "channel": channel, "to": to, "is_sent": STATE in request.session},
        status=422 if form.errors else 200,
    )  # fmt: skip


def _may_send(request: HttpRequest, to: str) -> bool:
    words = accounts.AccountAdapter.error_messages
    if accounts.is_locked(request, to):
        messages.error(request, str(words["too_many_login_attempts"]))
    elif not ratelimit.consume(request, action="request_login_code", key=to.lower()):
        messages.error(request, str(words["rate_limited"]))
    else:
        return True
    return False


def _send(request: HttpRequest, channel: str, to: str) -> None:
    if _may_send(request, to):
        code = generate_user_code(**settings.ALLAUTH_USER_CODE_FORMAT)
        request.session[STATE] = {"code": code, "until": (clock.now() + accounts.CODE_LIVES).isoformat()}
        accounts.tell(channel, to, "login_code", {"code": code})
        messages.success(request, _("验证码已发出。"))


def _wrong(request: HttpRequest, to: str, typed: str) -> str:
    """Why this code is not taken; "" when it is the one that was sent."""
    words = accounts.AccountAdapter.error_messages
    state = request.session.get(STATE) or {"code": "", "until": clock.now().isoformat()}
    if accounts.is_locked(request, to):
        return str(words["too_many_login_attempts"])
    if clock.now() < datetime.fromisoformat(state["until"]) and compare_user_code(actual=typed, expected=state["code"]):
        return ""
    accounts.count_wrong_code(request, to)
    return str(words["incorrect_code"])


def _proven(request: HttpRequest, user: User) -> HttpResponse:
    del request.session[STATE]
    login.record_authentication(request, user, method="code", reauthenticated=True)
    if answer := reauthentication.resume_request(request):
        return answer
    there = request.GET.get("next", "")
    return redirect(there if url_has_allowed_host_and_scheme(there, {request.get_host()}) else "home")
