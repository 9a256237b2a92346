"""Pages of statement files: upload, the list, what a file held, the rows left out as a table. Nothing is decided here."""

import csv
import io
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.errors import Refused
from merchants.models import StatementImport, Store
from merchants.services import statements
from merchants.views.entrance import seated

PAGE = 50
MOST_REJECTS = 20  # on the page; all of them in the table to download
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class StatementForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("对账单文件"),
        help_text=gettext_lazy("收单机构给的对账单或结算单，CSV 或 XLSX，最大 20 MB。"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,text/csv"}),
    )
    store = forms.ModelChoiceField(
        label=gettext_lazy("哪个门店的"),
        queryset=Store.objects.none(),
        required=False,
        help_text=gettext_lazy("认得的终端按终端归门店，其余的归到这里。不选就归全公司。"),
    )
    new_mid = forms.BooleanField(
        label=gettext_lazy("这是我新的商户号"),
        required=False,
        help_text=gettext_lazy("文件里的商户号以前没有用过时才勾选。"),
    )

    def __init__(self, *args, actor, **more):
        super().__init__(*args, **more)
        stores = Store.objects.visible_to(actor).order_by("name")
        self.fields["store"].queryset = stores  # type: ignore[attr-defined]
        if len(stores) < 2:
            del self.fields["store"]
        elif actor.stores is not None:
            self.fields["store"].required = True


@seated
def new(request: HttpRequest) -> HttpResponse:
    """Takes a file. What is no statement is said at once; reading it is a job that one may leave."""
    actor = request.actor  # type: ignore[attr-defined]
    statements.check_seat(actor)
    form = StatementForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            file = statements.keep(actor, told["file"])
            job = statements.start_import(actor, file, store=told.get("store"), new_mid=told["new_mid"])
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect(reverse("job", args=[job.id]) + _query(request))
    context = {"form": form, "back": _back(request)}
    return render(request, "imports/new.html", context, status=422 if form.errors else 200)


@seated
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The files imported so far, the newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = StatementImport.objects.visible_to(actor).select_related("file", "store").annotate(kept=Count("rows"))
    page = Paginator(rows.order_by("-imported_at", "id"), PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.held, row.left = statements.is_held(row), row.lines - row.accepted
    context = {"rows": page.object_list, "may_import": statements.may_import(actor), **_pages(request, page)}
    return render(request, "imports/list.html", context)


@seated
@require_safe
def result(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What a file held: totals against its own figures, rows left out, deductions to claim and money that came in."""
    actor = request.actor  # type: ignore[attr-defined]
    found = statements.find(actor, import_id)
    rows = statements.lines_of(actor, found)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    language, back = _language(), _back(request) or reverse("case-new")
    rejected = [{**one, "why": one["why"][language]} for one in found.rejected[:MOST_REJECTS]]
    return render(
        request, "imports/result.html",
        {
            "found": found, "is_held": statements.is_held(found), "rejected": rejected,
            "left": found.lines - found.accepted, "count": page.paginator.count,
            "takes": [row for row in page if row.direction == "D"],
            "gives": [row for row in page if row.direction == "C"],
            "may_import": statements.may_import(actor), "claim": f"{back}{'&' if '?' in back else '?'}line=",
            **_pages(request, page),
        },
    )  # fmt: skip


@seated
@require_POST
def confirm(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Somebody has looked at both figures and wants the lines all the same."""
    job = statements.confirm(request.actor, import_id)  # type: ignore[attr-defined]
    return redirect(reverse("job", args=[job.id]) + _query(request))


@seated
@require_safe
def rejected(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The rows left out, as a table for a spreadsheet: no cell of it is ever a formula."""
    found = statements.find(request.actor, import_id)  # type: ignore[attr-defined]
    text, language = io.StringIO(), _language()
    table = csv.writer(text)
    table.writerow([_("工作表"), _("行"), _("列"), _("原因")])
    for row in found.rejected:
        table.writerow([_safe(row.get("sheet", "")), row["line"], _safe(row["column"]), _safe(row["why"][language])])
    response = HttpResponse(("\ufeff" + text.getvalue()).encode(), content_type="text/csv; charset=utf-8")
    stem = found.file.name.rpartition(".")[0] or found.file.name
    response["Content-Disposition"] = content_disposition_header(True, f"{stem}-{_('未导入的行')}.csv")
    return response


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def _back(request: HttpRequest) -> str:
    """The page that asked for an import, on this site alone."""
    back = request.GET.get("back") or request.POST.get("back") or ""
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""


def _query(request: HttpRequest) -> str:
    back = _back(request)
    return f"?{urlencode({'back': back})}" if back else ""


def _pages(request: HttpRequest, page) -> dict:
    def at(number: int) -> str:
        params = request.GET.copy()
        params["page"] = str(number)
        return f"?{params.urlencode()}"

    return {
        "next_url": at(page.next_page_number()) if page.has_next() else "",
        "previous_url": at(page.previous_page_number()) if page.has_previous() else "",
    }
