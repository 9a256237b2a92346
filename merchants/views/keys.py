"""API keys of a seat: made, shown once, revoked."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from config import clock
from config.errors import NotFound
from merchants import roles
from merchants.forms import KeyForm
from merchants.services import keys
from merchants.views.entrance import seated
from merchants.views.pages import agreed, asked, must_be_fresh


@seated
def listing(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    rows = [
        {
            "key": key, "scopes": [roles.SCOPES[scope] for scope in key.scopes if scope in roles.SCOPES],
            "stands": key.revoked_at is None and key.expires_at > now,
        }
        for key in keys.listed(request.actor)  # type: ignore[attr-defined]
    ]  # fmt: skip
    return render(request, "merchants/keys.html", {"keys": rows})


@seated
def new(request: HttpRequest) -> HttpResponse:
    """Makes a key and shows its secret in the answer itself: it is on no other page and nowhere stored."""
    if prove := must_be_fresh(request):
        return prove

    def done(data: dict) -> HttpResponse:
        until = clock.day_end(data["expires_on"])
        key, secret = keys.create(request.actor, data["name"], data["scopes"], until)  # type: ignore[attr-defined]
        answer = render(request, "merchants/key_made.html", {"key": key, "secret": secret})
        answer["Cache-Control"] = "no-store"
        return answer

    return asked(
        request, KeyForm(request.POST or None), done, to="keys", title=_("新建 API 密钥"), submit=_("生成密钥"),
        lead=_("程序用它代你的席位办事，做不了你自己不能做的事。"),
    )  # fmt: skip


@seated
def revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    key = next((key for key in keys.listed(actor) if key.id == key_id and key.revoked_at is None), None)
    if key is None:
        raise NotFound

    def done() -> str:
        keys.revoke(actor, key_id)
        return _("密钥已作废，立即生效。")

    return agreed(
        request, done, to="keys", title=_("作废「%(name)s」？") % {"name": key.name}, submit=_("作废密钥"),
        lead=_("用它的程序立即不能再访问，也不能恢复。"),
    )  # fmt: skip
