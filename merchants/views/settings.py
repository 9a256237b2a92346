"""我的: the person, the organisation as letters name it, its stores."""

from uuid import UUID

from django.conf import settings as site
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from config.errors import NotFound
from merchants import accounts, roles
from merchants.forms import OrganisationForm, ProfileForm, StoreForm
from merchants.models import Membership, Organisation, Store, User
from merchants.services import organisations
from merchants.views.entrance import seated
from merchants.views.pages import asked

ORGANISATION_FIELDS = ("name", "credit_code", "hotline", "email", "address")


@seated
def index(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    several = Membership.objects.filter(user_id=actor.user_id, is_active=True).count() > 1
    return render(
        request, "merchants/settings.html",
        {
            "person": request.user, "reach": accounts.reachable(request.user), "seat": roles.SEATS[actor.seat],  # type: ignore[arg-type]
            "leads": actor.seat in roles.LEADING_SEATS, "is_owner": actor.seat == "merchant.owner", "has_several": several,
        },
    )  # fmt: skip


@seated
def profile(request: HttpRequest) -> HttpResponse:
    user = User.objects.get(pk=request.user.pk)
    names = ("name", "language", "wants_sms", "wants_email")

    def done(data: dict) -> HttpResponse:
        for name in names:
            setattr(user, name, data[name])
        user.save(update_fields=names)
        answer = redirect("settings")
        answer.set_cookie(
            site.LANGUAGE_COOKIE_NAME, data["language"], max_age=31_536_000, samesite="Lax",
            secure=site.LANGUAGE_COOKIE_SECURE,
        )  # fmt: skip
        with translation.override(data["language"]):
            messages.success(request, _("已保存。"))
        return answer

    form = ProfileForm(request.POST or None, initial={name: getattr(user, name) for name in names})
    return asked(request, form, done, title=_("个人资料"), submit=_("保存"))


@seated
def organisation(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    organisations.check_leads(actor)
    row = Organisation.objects.get(pk=actor.organisation_id)

    def done(data: dict) -> str:
        organisations.update(actor, **data)
        return _("已保存。以后的信函用新的资料；已经发出的不变。")

    form = OrganisationForm(request.POST or None, initial={name: getattr(row, name) for name in ORGANISATION_FIELDS})
    return asked(request, form, done, title=_("机构资料"), lead=_("这些资料写在信函里。"), submit=_("保存"))


@seated
def stores(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    rows = Store.objects.visible_to(actor).order_by("name")
    return render(request, "merchants/stores.html", {"stores": rows, "is_owner": actor.seat == "merchant.owner"})


@seated
def store(request: HttpRequest, store_id: UUID | None = None) -> HttpResponse:
    """A new store, or another name for one."""
    actor = request.actor  # type: ignore[attr-defined]
    row = Store.objects.visible_to(actor).filter(pk=store_id).first() if store_id else None
    if store_id and row is None:
        raise NotFound

    def done(data: dict) -> str:
        if row:
            organisations.rename_store(actor, row.id, **data)
        else:
            organisations.add_store(actor, **data)
        return _("已保存。")

    form = StoreForm(request.POST or None, initial={"name": row.name, "address": row.address} if row else None)
    return asked(request, form, done, to="stores", title=_("修改门店") if row else _("添加门店"), submit=_("保存"))
