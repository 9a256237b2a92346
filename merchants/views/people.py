"""Who sits where: members, invitations, seats given and taken."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from config.errors import NotFound
from merchants import roles
from merchants.forms import InviteForm, SeatForm
from merchants.models import Membership, Store
from merchants.services import invitations, organisations
from merchants.views.entrance import seated
from merchants.views.pages import agreed, asked


@seated
def listing(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    stores = {store.id: store.name for store in Store.objects.visible_to(actor)}

    def shown(row) -> dict:
        return {
            "id": row.id, "seat": roles.SEATS[row.seat],
            "stores": [stores[each] for each in row.stores or () if each in stores],
        }  # fmt: skip

    rows = list(_members(actor))
    leaders = [row for row in rows if row.seat in roles.LEADING_SEATS]
    members = [
        {**shown(row), "user": row.user, "is_me": row.user_id == actor.user_id, "stays": leaders == [row]}
        for row in rows
    ]
    leads = actor.seat in roles.LEADING_SEATS
    offers = [{**shown(row), "row": row} for row in invitations.open_ones(actor)] if leads else []
    return render(request, "merchants/people.html", {"members": members, "offers": offers, "leads": leads})


@seated
def invite(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    organisations.check_leads(actor)

    def done(data: dict) -> str:
        invitations.invite(actor, **data)
        return _("邀请已发出。对方用这个手机号或邮箱登录后，就能看到你们的案件。")

    form = InviteForm(request.POST or None, kind=actor.organisation_kind, stores=Store.objects.visible_to(actor))
    return asked(
        request, form, done, to="people", title=_("邀请成员"), submit=_("发出邀请"),
        lead=_("对方会收到短信或邮件，登录后加入。邀请 14 天内有效。"),
    )  # fmt: skip


@seated
def reseat(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    actor, row = request.actor, _member(request, membership_id)  # type: ignore[attr-defined]

    def done(data: dict) -> str:
        organisations.reseat(actor, row.id, data["seat"], data["stores"])
        return _("已更换席位，立即生效。")

    form = SeatForm(
        request.POST or None, kind=actor.organisation_kind, stores=Store.objects.visible_to(actor),
        initial={"seat": row.seat, "stores": [str(store) for store in row.stores or ()]},
    )  # fmt: skip
    return asked(
        request, form, done, to="people", title=_("%(who)s 的席位") % {"who": row.user}, submit=_("更换席位"),
        lead=_("换席位后，原席位的 API 密钥失效。"),
    )  # fmt: skip


@seated
def remove(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    actor, row = request.actor, _member(request, membership_id)  # type: ignore[attr-defined]

    def done() -> str:
        organisations.remove(actor, row.id)
        return _("已移除，立即生效。")

    return agreed(
        request, done, to="people", title=_("移除 %(who)s？") % {"who": row.user}, submit=_("移除"),
        lead=_("移除后，这个人立即看不到你们的案件，他的 API 密钥也失效。已经做过的记录都保留。"),
    )  # fmt: skip


@seated
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    organisations.check_leads(actor)
    offer = next((row for row in invitations.open_ones(actor) if row.id == invitation_id), None)
    if offer is None:
        raise NotFound

    def done() -> str:
        invitations.withdraw(actor, invitation_id)
        return _("邀请已撤回。")

    return agreed(
        request, done, to="people", title=_("撤回邀请？"), submit=_("撤回邀请"),
        lead=_("撤回后，%(who)s 登录时不再加入你们。") % {"who": offer.phone or offer.email},
    )  # fmt: skip


def _members(actor):
    rows = Membership.objects.visible_to(actor).filter(is_active=True).select_related("user")
    return rows.order_by("created_at", "id")


def _member(request: HttpRequest, membership_id: UUID) -> Membership:
    """A member of the reader's own organisation. Raises NotAllowed before it says whether there is one."""
    actor = request.actor  # type: ignore[attr-defined]
    organisations.check_leads(actor)
    row = _members(actor).filter(pk=membership_id).first()
    if row is None:
        raise NotFound
    return row
