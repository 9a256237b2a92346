"""Pages of the merchant's records: lists, the one-page form of each, its file. Nothing is decided here.

One set of views serves terminals, contracts, notices and moves; tables are records_import.py.
"""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rest_framework import serializers

from config import http, idempotency
from config.errors import NotFound, Refused, Stale
from merchants.inputs import INPUTS
from merchants.records import KINDS
from merchants.services import plain_records
from merchants.services.plain_records import Noun
from merchants.services.record_nouns import NOUNS
from merchants.views import recordcells, recordforms
from merchants.views.entrance import seated
from merchants.views.recordforms import RecordForm

PAGE = 50
SHOWN_ON_THE_FORM = (400, 409, 412, 422)


def neighbours(actor, noun: Noun) -> list[dict]:
    """The kinds of record side by side. A store seat has no contracts."""
    return [
        {"url": reverse(kind.path), "label": kind.label, "icon": kind.icon, "active": name == noun.name}
        for name, kind in KINDS.items() if name != "contracts" or actor.stores is None
    ]  # fmt: skip


@seated
@require_safe
def listing(request: HttpRequest, name: str) -> HttpResponse:
    actor, noun = request.actor, NOUNS[name]  # type: ignore[attr-defined]
    q = request.GET.get("q", "").strip()
    rows = plain_records.listed(actor, noun, q).order_by(*noun.order)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    table = [recordcells.cells(noun, row) for row in page]
    return render(
        request, "merchants/records/list.html",
        {
            "kind": noun.kind, "rows": table, "q": q, "kinds": neighbours(actor, noun),
            "may_write": plain_records.may_write(actor), "count": page.paginator.count,
            "next_url": _at(request, page.next_page_number()) if page.has_next() else "",
            "previous_url": _at(request, page.previous_page_number()) if page.has_previous() else "", **urls(noun),
        },
    )  # fmt: skip


def _at(request: HttpRequest, number: int) -> str:
    params = request.GET.copy()
    params["page"] = str(number)
    return f"?{params.urlencode()}"


def urls(noun: Noun) -> dict[str, str]:
    path = noun.kind.path
    return {
        "list_url": reverse(path), "new_url": reverse(f"{path}-new"), "import_url": reverse(f"{path}-import"),
        "template_url": reverse(f"{path}-template"),
    }  # fmt: skip


@seated
def new(request: HttpRequest, name: str) -> HttpResponse:
    """A record written down once, however often its form is sent."""
    actor, noun = request.actor, NOUNS[name]  # type: ignore[attr-defined]
    plain_records.check_writer(actor, noun)

    def keep(data: dict, seen: str) -> None:
        nonce = request.POST.get("nonce") or uuid4().hex
        route = f"page:{noun.kind.path}-new"
        idempotency.once(actor, nonce, route, lambda: str(plain_records.create(actor, noun, data).pk))

    return _asked(request, noun, {}, keep, title=str(noun.kind.new), nonce=request.POST.get("nonce") or uuid4().hex)


@seated
def one(request: HttpRequest, name: str, **named: UUID) -> HttpResponse:
    """What was written down, to be put right; who may not write reads it."""
    actor, noun, identity = request.actor, NOUNS[name], _only(named)  # type: ignore[attr-defined]
    row = plain_records.find(actor, noun, identity)
    page = {
        "row": row, "title": recordcells.title_of(noun, row), "remove_url": reverse(f"{noun.kind.path}-remove", args=[row.pk]),
        "file_url": reverse(f"{noun.kind.path}-file", args=[row.pk]) if getattr(row, "file_id", None) else "",
        "related": _related(noun, row),
    }  # fmt: skip
    if not plain_records.may_write(actor) and request.method != "POST":
        shown = {**page, "kind": noun.kind, "summary": recordcells.summary(noun, row), **urls(noun)}
        return render(request, "merchants/records/read.html", shown)
    plain_records.check_writer(actor, noun)

    def keep(data: dict, seen: str) -> None:
        plain_records.change(actor, noun, identity, data, seen)

    return _asked(request, noun, plain_records.told(noun, row), keep, seen=plain_records.fingerprint(noun, row), **page)


def _asked(request: HttpRequest, noun: Noun, told: dict, keep, **page) -> HttpResponse:
    """Shows the form, adds rows to it, or gives what was typed to `keep`; a refusal comes back with everything typed."""
    actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        form = recordforms.filled(actor, noun, told) if told else recordforms.blank(actor, noun)
        return _shown(request, noun, form, **page)
    more = request.POST.get("more", "")
    form = recordforms.sent(actor, noun, request, told, more)
    seen = request.POST.get("seen", "")
    if more:
        return _shown(request, noun, form, **{**page, "seen": seen})
    status = _kept(form, noun, request, told, keep, seen)
    if status:
        return _shown(request, noun, form, status, **page if status == Stale.status else {**page, "seen": seen})
    messages.success(request, _("已保存。"))
    return redirect(noun.kind.path)


def _kept(form: RecordForm, noun: Noun, request: HttpRequest, told: dict, keep, seen: str) -> int:
    """Keeps what was typed; else puts what is wrong on the form and answers the status."""
    checked = INPUTS[noun.name](data=recordforms.data_of(form, noun, request, told))
    try:
        checked.is_valid(raise_exception=True)
        keep(checked.validated_data, seen)
    except serializers.ValidationError as wrong:
        form.blame(recordforms.faults_in(wrong))
    except Refused as refusal:
        if refusal.status not in SHOWN_ON_THE_FORM:
            raise
        form.blame(recordforms.faults_of(refusal))
        return refusal.status if refusal.status in (409, 412) else 422
    else:
        return 0
    return 422


def _shown(request: HttpRequest, noun: Noun, form: RecordForm, status: int = 200, **page) -> HttpResponse:
    context = {
        "kind": noun.kind, "form": None, "fields": form.controls.values(), "sections": form.sections.values(),
        "problems": form.problems, "has_file": form.has_file, "lost_file": bool(request.FILES), **urls(noun), **page,
    }  # fmt: skip
    return render(request, "merchants/records/form.html", context, status=status)


@seated
def remove(request: HttpRequest, name: str, **named: UUID) -> HttpResponse:
    """Asks once more, then takes the record away."""
    actor, noun, identity = request.actor, NOUNS[name], _only(named)  # type: ignore[attr-defined]
    plain_records.check_writer(actor, noun)
    row = plain_records.find(actor, noun, identity)
    back = reverse(f"{noun.kind.path}-one", args=[identity])
    if request.method == "POST":
        try:
            plain_records.remove(actor, noun, identity)
        except Refused as refusal:
            if refusal.status != 409:
                raise
            messages.error(request, str(refusal))
            return redirect(back)
        messages.success(request, _("已删除。"))
        return redirect(noun.kind.path)
    title = _("删除「%(what)s」？") % {"what": recordcells.title_of(noun, row)}
    return render(
        request, "merchants/form.html",
        {"title": title, "lead": _("删除后不能恢复。案件里已经写下的内容不变。"), "submit": _("删除"), "back_url": back, "is_danger": True},
    )  # fmt: skip


@seated
@require_safe
def file(request: HttpRequest, name: str, **named: UUID) -> HttpResponse:
    """The photo or PDF as it was uploaded."""
    row = plain_records.find(request.actor, NOUNS[name], _only(named))  # type: ignore[attr-defined]
    if row.file is None:
        raise NotFound
    return http.download(row.file, row.file.name)


def _only(named: dict[str, UUID]) -> UUID:
    [identity] = named.values()
    return identity


def _related(noun: Noun, row) -> list[dict]:
    """Where else the terminals of a record are named."""
    tids = [tid for tid in dict.fromkeys(getattr(row, name, "") for name in ("tid", "old_tid", "new_tid")) if tid]
    found = [
        {"label": _("%(kind)s里的 %(tid)s") % {"kind": kind.label, "tid": tid}, "url": f"{reverse(kind.path)}?q={tid}"}
        for tid in tids for name, kind in KINDS.items() if name not in (noun.name, "contracts")
    ]  # fmt: skip
    return found + [
        {"label": _("案件里的 %(tid)s") % {"tid": tid}, "url": f"{reverse('case-list')}?q={tid}"} for tid in tids
    ]
