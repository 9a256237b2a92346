"""The first page after signing up: what the shop is called. And choosing among several organisations."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from config import tenancy
from config.actors import SYSTEM
from config.errors import NotFound
from merchants import roles
from merchants.forms import FoundForm
from merchants.models import Membership, Organisation
from merchants.services import invitations, organisations
from merchants.views.pages import asked


@login_required
def onboarding(request: HttpRequest) -> HttpResponse:
    """Founds the person's shop; who was invited meanwhile comes to that organisation instead."""
    if request.actor is None and (taken := invitations.accept(request.user)):  # type: ignore[attr-defined, arg-type]
        return _entered(request, taken[0])

    def done(data: dict) -> HttpResponse:
        founded = organisations.found(kind=data["kind"], name=data["name"], owner=request.user)  # type: ignore[arg-type]
        return _entered(request, founded.memberships[0])

    is_first = request.actor is None  # type: ignore[attr-defined]
    return asked(
        request, FoundForm(request.POST or None), done, title=_("你的店叫什么？") if is_first else _("再开一家店"),
        lead=_("填这一页就能开始。"), submit=_("开始"), back="landing" if is_first else "switch",
    )  # fmt: skip


@login_required
def switch(request: HttpRequest) -> HttpResponse:
    """All seats of this person; choosing one opens its organisation."""
    rows = Membership.objects.filter(user_id=request.user.pk, is_active=True).order_by("created_at", "id")
    if request.method == "POST":
        chosen = [membership for membership in rows if str(membership.id) == request.POST.get("membership")]
        if not chosen:
            raise NotFound
        return _entered(request, chosen[0])
    seats = [_shown(membership) for membership in rows]
    return render(request, "merchants/switch.html", {"seats": seats})


def _entered(request: HttpRequest, membership: Membership) -> HttpResponse:
    request.session["membership"] = str(membership.id)
    return redirect("home")


def _shown(membership: Membership) -> dict:
    with tenancy.acting(SYSTEM, organisation_id=membership.organisation_id):
        name = Organisation.objects.get(pk=membership.organisation_id).name
    return {"id": membership.id, "name": name, "seat": roles.SEATS[membership.seat]}
