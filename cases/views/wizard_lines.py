"""The first filing page: which money was taken. Typed in, chosen from imported statements, or from a table."""

import io
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cases import forms, queries, reasons
from cases.models import Draft
from cases.services import drafts, line_sheet
from cases.views.entrance import seated
from cases.views.steps import check_may_file, onward, shown
from config.errors import Conflict, Invalid, Refused
from config.text import Text

MOST_OFFERED = 20  # statement lines shown to choose from; the rest is reached by their names
MOST_OPEN = 5  # of them shown at once, the others folded away
MOST_LISTED = 10  # lines of the draft shown one by one


@seated
def begin(request: HttpRequest) -> HttpResponse:
    """The first page of a new draft; the row is made when its first answer is good."""
    check_may_file(request.actor)  # type: ignore[attr-defined]
    if request.method != "POST":
        return what(request, None)
    token = request.POST.get("token", "")
    draft = drafts.begin(request.actor, UUID(token) if _is_id(token) else uuid4())  # type: ignore[attr-defined]
    return redirect("wizard", draft.id, "done") if draft.case_id else what(request, draft)


@seated
def template(request: HttpRequest) -> HttpResponse:
    """The empty table for many deductions."""
    response = HttpResponse(
        line_sheet.template(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = content_disposition_header(True, _("扣款明细模板.xlsx"))
    return response


def what(request: HttpRequest, draft: Draft | None) -> HttpResponse:
    """Which money was taken, and when. Each button of the page is a value of `do`."""
    if request.method == "POST":
        assert draft is not None  # `begin` gives one to everything that is sent
        do, _colon, which = request.POST.get("do", "next").partition(":")
        return DOINGS.get(do, _next)(request, draft, which)
    lines = drafts.lines_of(draft)
    edit = request.GET.get("edit", "0" if len(lines) == 1 else "")
    at = int(edit) if edit.isdigit() and int(edit) < len(lines) else None
    line = lines[at] if at is not None else {}
    form = forms.asked(
        forms.LineQuestion,
        _stores(request),
        **{"kind": "DEDUCTION", **{k: v for k, v in line.items() if k in LINE_NAMES}},
    )
    return _page(request, draft, form, at)


TAKEN = Text(
    "选中的对账单行里，有的已经在别的案件里了，请重新选。",
    "Some of the chosen statement lines are in another case by now. Choose again.",
)
NO_SHEET = Text("请先选择填好的表格。", "Choose the filled-in table first.")
TOO_LARGE = Text("表格太大，最大 20 MB，最多 5,000 行。", "The table is too large: at most 20 MB and 5,000 rows.")
FOLDED = ("fee_name", "tid", "clause", "kind", "store")
LINE_NAMES = ("amount", "on", *FOLDED)


def _page(request: HttpRequest, draft: Draft | None, form, at: int | None, status: int = 200, **more) -> HttpResponse:
    lines = drafts.lines_of(draft)
    is_new = draft is None or draft._state.adding
    pending = _pending(draft.answers.get("offered") if draft else None)
    return shown(
        request, None if is_new else draft, "what", status, form=form, at=at,
        token=(request.POST.get("token") or uuid4()) if is_new else "",
        lines=[_line_row(i, line) for i, line in enumerate(lines[:MOST_LISTED])], count=len(lines),
        totals=drafts.totals(lines), pending=pending, template="table" if pending else "what",
        has_more=_has_more(form), must_choose=bool(form.fields.get("store") and form.fields["store"].required), **_offered(request, lines), **more,
    )  # fmt: skip


def _offered(request: HttpRequest, lines: list[dict]) -> dict:
    """Statement lines to choose from: those asked for first, then the newest; many of one name also as a whole."""
    there = [line["statement_line"] for line in lines if "statement_line" in line]
    free = queries.unclaimed(request.actor).exclude(pk__in=there)  # type: ignore[attr-defined]
    asked = request.POST.getlist("picked") if request.method == "POST" else request.GET.getlist("line")
    chosen = {value for value in asked if _is_id(value)}
    rows = list(free.filter(pk__in=chosen)) if chosen else []
    rows += list(free.exclude(pk__in=chosen)[:MOST_OFFERED])
    fees = set(request.POST.getlist("fee"))
    groups = queries.groups_of(free) if len(rows) > MOST_OPEN else []
    shown = [(row, str(row.id) in chosen) for row in rows]
    first = max(MOST_OPEN, len(chosen))
    return {
        "offered": shown[:first],
        "folded": shown[first:],
        "groups": [{**group, "is_chosen": group["fee_code"] in fees} for group in groups],
    }


def _stores(request: HttpRequest) -> dict:
    """The stores to choose from. Who sits in several but not in all has to choose one."""
    actor = request.actor  # type: ignore[attr-defined]
    names = queries.stores_of(actor)
    return {"stores": names, "must_choose": actor.stores is not None and len(names) > 1}


def _has_more(form) -> bool:
    """Whether the fields that are folded away hold something to look at."""
    wrong = getattr(form, "_errors", None) or {}
    told = getattr(form, "initial_data", None) or {name: field.initial for name, field in form.fields.items()}
    return any(name in wrong or told.get(name) not in (None, "", "DEDUCTION") for name in FOLDED)


def _line_row(at: int, line: dict) -> dict:
    kind = line.get("kind") or "DEDUCTION"
    parts = [line.get("fee_name"), str(reasons.LINE_KINDS[kind]) if kind != "DEDUCTION" else ""]
    parts += [line["store"]] if line.get("store") else []
    parts += [_("终端 %(tid)s") % {"tid": line["tid"]}] if line.get("tid") else []
    return {"at": at, "on": line["on"], "amount": line["amount"], "more": " · ".join(part for part in parts if part)}


def _pending(offered: dict | None) -> dict | None:
    """A table that was read with some rows rejected and waits for the person's word."""
    if not offered:
        return None
    rejected = list(line_sheet.rows_told(offered["rejected"], get_language() or ""))
    return {**offered, "count": len(offered["lines"]), "totals": drafts.totals(offered["lines"]), "rejected": rejected}


def _next(request: HttpRequest, draft: Draft, which: str, stay: bool = False) -> HttpResponse:
    """Keeps what was chosen and typed. With lines there, an empty form is no fault."""
    form = forms.LineQuestion(data=request.POST, **_stores(request))
    at = int(request.POST["at"]) if request.POST.get("at", "").isdigit() else None
    try:
        lines = _with_picked(request, drafts.lines_of(draft))
    except Refused as refusal:
        form.is_valid()
        return _page(request, draft, form, at, 422, problems=[{"target": "", "label": "", "text": str(refusal)}])
    is_blank = not any(request.POST.get(name, "").strip() for name in ("amount", "on", "fee_name", "tid", "clause"))
    if not (is_blank and lines):
        if not form.is_valid():
            return _page(request, draft, form, at, 422)
        lines = drafts.put_line(lines, {**form.validated_data, "on": form.validated_data["on"].isoformat()}, at)
    if stay:
        drafts.save(draft, "what", lines=lines)
        return redirect(f"{reverse('wizard', args=[draft.id, 'what'])}?edit=new{_kept_next(request)}")
    return onward(request, draft, "what", lines=lines)


def _more(request: HttpRequest, draft: Draft, which: str) -> HttpResponse:
    return _next(request, draft, which, stay=True)


def _kept_next(request: HttpRequest) -> str:
    return "&next=check" if request.POST.get("next") == "check" else ""


def _with_picked(request: HttpRequest, lines: list[dict]) -> list[dict]:
    """The statement lines chosen one by one, and all lines of the fee names chosen as a whole."""
    free = queries.unclaimed(request.actor)  # type: ignore[attr-defined]
    picked = [value for value in request.POST.getlist("picked") if _is_id(value)]
    rows = list(free.filter(pk__in=picked)) if picked else []
    if len(rows) != len(set(picked)):
        raise Conflict(TAKEN)
    for fee in request.POST.getlist("fee"):
        rows += list(free.filter(fee_code=fee))
    return drafts.with_lines(lines, drafts.lines_from(list({row.id: row for row in rows}.values())))


def _drop(request: HttpRequest, draft: Draft, which: str) -> HttpResponse:
    lines = drafts.lines_of(draft)
    if which.isdigit() and int(which) < len(lines):
        drafts.save(draft, "what", lines=[line for at, line in enumerate(lines) if at != int(which)])
    return redirect(f"{reverse('wizard', args=[draft.id, 'what'])}?edit=new{_kept_next(request)}")


def _clear(request: HttpRequest, draft: Draft, which: str) -> HttpResponse:
    drafts.save(draft, "what", lines=[], offered=None)
    return redirect("wizard", draft.id, "what")


def _upload(request: HttpRequest, draft: Draft, which: str) -> HttpResponse:
    """Reads a table. Whole, its lines are taken at once; with rejected rows, the person decides."""
    upload = request.FILES.get("sheet")
    try:
        if upload is None:
            raise Invalid(NO_SHEET)
        if upload.size > settings.UPLOAD_MAX_BYTES:
            raise Invalid(TOO_LARGE)
        found = line_sheet.read(io.BytesIO(upload.read()))
        lines = drafts.with_lines(drafts.lines_of(draft), found.lines)
    except Refused as refusal:
        wrong = {"target": "id_sheet", "label": _("表格"), "text": str(refusal)}
        form = forms.asked(forms.LineQuestion, _stores(request), kind="DEDUCTION")
        return _page(request, draft, form, None, 422, problems=[wrong], sheet_errors=[str(refusal)])
    if found.rejected:
        drafts.save(draft, "what", offered=found.as_json())
        return redirect(f"{reverse('wizard', args=[draft.id, 'what'])}?edit=new{_kept_next(request)}")
    return onward(request, draft, "what", lines=lines, offered=None)


def _take(request: HttpRequest, draft: Draft, which: str) -> HttpResponse:
    """The good rows of a table in which others were rejected."""
    offered = draft.answers.get("offered") or {"lines": []}
    lines = drafts.with_lines(drafts.lines_of(draft), offered["lines"])
    if not lines:
        return redirect("wizard", draft.id, "what")
    return onward(request, draft, "what", lines=lines, offered=None)


def _leave(request: HttpRequest, draft: Draft, which: str) -> HttpResponse:
    drafts.save(draft, "what", offered=None)
    return redirect("wizard", draft.id, "what")


DOINGS = {
    "next": _next, "more": _more, "drop": _drop, "clear": _clear, "upload": _upload, "take": _take, "leave": _leave,
}  # fmt: skip


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def summary(lines: list[dict]) -> list[dict]:
    """The lines as rows of the last check: one sum a kind, the days, the terminals."""
    rows: list[dict] = []
    for label, amount in drafts.totals(lines):
        rows.append({"label": str(label), "amount": amount, "step": "what"})
    days = sorted(line["on"] for line in lines)
    count = ngettext("%(n)d 笔", "%(n)d 笔", len(lines)) % {"n": len(lines)}
    span = days[0] if days[0] == days[-1] else f"{days[0]} ~ {days[-1]}"
    span = _("%(span)s（%(count)s）") % {"span": span, "count": count} if len(lines) > 1 else span
    rows.append({"label": _("时间"), "value": span, "step": "what"})
    names = sorted({line["fee_name"] for line in lines if line.get("fee_name")})
    tids = sorted({line["tid"] for line in lines if line.get("tid")})
    if names:
        rows.append({"label": _("扣款名称"), "parts": names[:5], "step": "what"})
    stores = sorted({line["store"] for line in lines if line.get("store")})
    if stores:
        rows.append({"label": _("门店"), "parts": stores[:5], "step": "what"})
    if tids:
        rows.append({"label": _("终端"), "parts": tids[:5], "step": "what"})
    return rows
