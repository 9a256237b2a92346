"""Pages of a sheet of answers: the sheet to fill in, handing it in, the check before anything is done, what became of it.

What a sheet may hold is cases/answersheet.py, how its rows are done answerwork.py.
"""

import io
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases import answersheet, answerwork, desk_queries, workflow
from cases.answersheet import COLUMNS
from cases.services import sheets
from cases.views.entrance import seated
from config import clock, files
from config.errors import Invalid
from config.templatetags.controls import Control, Problem
from config.text import Text

MOST_SHOWN = 200  # faults on the page; all of them in the table to download
NO_FILE = Text("请先选择填好的表格。", "Choose the filled-in sheet first.")
STATES = {
    "done": Text("已办", "Done"),
    "again": Text("以前已办，没有重复", "Done before, not repeated"),
    "refused": Text("没有办成", "Refused"),
    "bad": Text("有误，没有办", "Faulty, not done"),
}


@seated
def new(request: HttpRequest) -> HttpResponse:
    """Takes a sheet. What is no sheet of answers is said at once; nothing is done yet."""
    actor = request.actor  # type: ignore[attr-defined]
    answersheet.check_seat(actor)
    field = Control(
        "file",
        "id_file",
        _("填好的表格"),
        _("CSV 或 XLSX，最多 2,000 行。"),
        "file",
        attrs={"accept": ".csv,.xlsx,text/csv"},
    )
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            upload = request.FILES.get("file")
            if upload is None:
                raise Invalid(NO_FILE)
            stored = files.keep(actor, upload)
            answersheet.read(actor, io.BytesIO(files.read(stored)))
            return redirect("answer-sheet-check", stored.id)
        except Invalid as refusal:
            field.errors = [str(refusal.text)]
            problems = [Problem(field.target, field.label, str(refusal.text))]
    context = {"field": field, "problems": problems, "columns": [(one.label, one.field) for one in COLUMNS]}
    return render(request, "cases/desk/answers.html", context, status=422 if problems else 200)


@seated
def check(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """What the sheet asks for and what is wrong with it; its button does the good rows, as work that one may leave."""
    actor = request.actor  # type: ignore[attr-defined]
    stored = answerwork.find(actor, file_id)
    if request.method == "POST":
        return redirect(
            "answer-sheet-result", answerwork.start(actor, stored, request.POST.get("nonce") or uuid4().hex)
        )
    plan = answersheet.read(actor, io.BytesIO(files.read(stored)))
    good, bad = plan.of(good=True), plan.of(good=False)
    faults = [
        {"line": row.line, "sheet": row.sheet, "number": row.number, "column": column, "why": why}
        for row in bad for column, why in row.faults
    ]  # fmt: skip
    return render(
        request, "cases/desk/answers_check.html",
        {
            "name": stored.name, "good": good, "bad": bad, "again": plan.again, "faults": faults[:MOST_SHOWN],
            "more": max(0, len(faults) - MOST_SHOWN), "nonce": uuid4().hex,
            "by_act": [
                (workflow.ACTS[act].label, sum(row.act == act for row in good)) for act in ("acknowledge", "explain")
            ],
        },
    )  # fmt: skip


@seated
@never_cache
@require_safe
def result(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far the work is; once it has ended, what became of each row."""
    found = answerwork.job_of(request.actor, job_id)  # type: ignore[attr-defined]
    rows = _told(found.result.get("rows", []))
    runs = found.state in ("queued", "running")
    part = "cases/desk/answers_state.html" if request.headers.get("HX-Request") else "cases/desk/answers_result.html"
    left = [row for row in rows if row["state"] in ("refused", "bad")]
    return render(
        request, part,
        {
            "job": found, "runs": runs, "error": found.error.get(_language(), ""), "left": left[:MOST_SHOWN],
            "more": max(0, len(left) - MOST_SHOWN), "name": found.params.get("name", ""),
            "numbers": [(label, sum(row["state"] == state for row in rows)) for state, label in STATES.items()],
        },
    )  # fmt: skip


@seated
@require_safe
def result_table(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """What became of each row, as CSV."""
    found = answerwork.job_of(request.actor, job_id)  # type: ignore[attr-defined]
    rows = _told(found.result.get("rows", []))
    header = [_("行"), _("编号"), _("答复方式"), _("结果"), _("列"), _("原因")]
    table = [
        [str(row["line"]), row["number"], row["act_label"], row["label"], row["column"], row["why"]] for row in rows
    ]
    return _file(sheets.as_csv(header, table), "csv", _("表格答复结果"))


@seated
@require_safe
def blank(request: HttpRequest) -> HttpResponse:
    """The sheet to fill in, with the cases that wait for an answer: their facts stand beside and are not read back."""
    actor = request.actor  # type: ignore[attr-defined]
    answersheet.check_seat(actor)
    header = [str(one.label) for one in COLUMNS] + [_("商户"), _("金额"), _("扣款名称"), _("期限")]
    rows = [_to_fill_in(case) for case in desk_queries.awaiting(actor, answersheet.MOST_ROWS)]
    return _file(sheets.as_xlsx(header, rows), "xlsx", _("待答复案件"))


def _to_fill_in(case) -> list[sheets.Cell]:
    """A case of desk_queries.awaiting: its number, the columns to fill in, and what it is about."""
    due = clock.bound(case.due_at) if case.due_at else ""
    empty = [""] * (len(COLUMNS) - 1)
    return [case.number, *empty, case.merchant.name, case.amount, (case.line or {}).get("fee") or "", due]


def _told(rows: list[dict]) -> list[dict]:
    language = _language()
    return [
        {
            **row, "why": row["why"][language], "column": row["column"][language], "label": str(STATES[row["state"]]),
            "act_label": str(workflow.ACTS[row["act"]].label) if row["act"] in workflow.ACTS else "",
        }
        for row in rows
    ]  # fmt: skip


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=sheets.TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}-{clock.today():%Y%m%d}.{kind}")
    response["Cache-Control"] = "private, no-store"
    return response
