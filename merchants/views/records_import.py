"""Records by table: the template, the upload, and what of it cannot be taken. Reading is record_sheets.py's."""

import io
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config import files
from config.errors import Invalid, NotFound, Refused
from config.models import StoredFile
from config.text import Text
from merchants.inputs import INPUTS
from merchants.services import plain_records, record_sheets
from merchants.services.plain_records import Noun
from merchants.services.record_nouns import NOUNS
from merchants.services.record_sheets import Taken
from merchants.services.statements import SHEET
from merchants.views.entrance import seated
from merchants.views.records import urls

NO_SHEET = Text("请先选择填好的表格。", "Choose the filled-in table first.")
TOO_LARGE = Text("表格太大，最大 20 MB，最多 2,000 行。", "The table is too large: at most 20 MB and 2,000 rows.")


@seated
@require_safe
def template(request: HttpRequest, name: str) -> HttpResponse:
    """The empty table."""
    noun = NOUNS[name]
    plain_records.check_writer(request.actor, noun)  # type: ignore[attr-defined]
    response = HttpResponse(record_sheets.template(noun), content_type=SHEET)
    response["Content-Disposition"] = content_disposition_header(
        True, _("%(what)s模板.xlsx") % {"what": noun.kind.label}
    )
    return response


@seated
def upload(request: HttpRequest, name: str) -> HttpResponse:
    """Takes a table that is whole at once; of one with rows that cannot be read, shows them and asks."""
    actor, noun = request.actor, NOUNS[name]  # type: ignore[attr-defined]
    plain_records.check_writer(actor, noun)
    page = {"kind": noun.kind, "form": None, **urls(noun)}
    if request.method != "POST":
        return render(request, "merchants/records/import.html", page)
    try:
        if held := request.POST.get("held"):
            return _done(request, noun, record_sheets.take(actor, noun, _held(request, held), INPUTS[name]))
        content, file_name = _uploaded(request)
        found = record_sheets.look(actor, noun, io.BytesIO(content), INPUTS[name])
        if not found.rejected:
            return _done(request, noun, record_sheets.take(actor, noun, io.BytesIO(content), INPUTS[name]))
    except Refused as refusal:
        if refusal.status != Invalid.status:
            raise
        wrong = {"target": "id_sheet", "label": _("表格"), "text": str(refusal)}
        return render(
            request,
            "merchants/records/import.html",
            {**page, "problems": [wrong], "errors": [str(refusal)]},
            status=422,
        )
    kept = files.keep_bytes(actor, content, file_name, SHEET if content[:2] == b"PK" else "text/csv")
    return render(request, "merchants/records/check.html", {**page, "found": found, "held": kept.id})


def _uploaded(request: HttpRequest) -> tuple[bytes, str]:
    sheet = request.FILES.get("sheet")
    if not isinstance(sheet, UploadedFile):
        raise Invalid(NO_SHEET)
    if sheet.size > settings.UPLOAD_MAX_BYTES:
        raise Invalid(TOO_LARGE)
    return sheet.read(), sheet.name or ""


def _held(request: HttpRequest, held: str) -> BinaryIO:
    """The table that waited for the person's word."""
    try:
        rows = StoredFile.objects.filter(pk=UUID(held), organisation_id=request.actor.organisation_id)  # type: ignore[attr-defined]
    except ValueError:
        raise NotFound from None
    if (stored := rows.first()) is None:
        raise NotFound
    return io.BytesIO(files.read(stored))


def _done(request: HttpRequest, noun: Noun, taken: Taken) -> HttpResponse:
    told = _("导入了 %(added)d 条，补充了 %(completed)d 条，原来就有 %(known)d 条。") % vars(taken)
    if taken.rejected_count:
        told += _("%(left)d 行没有读入。") % {"left": taken.rejected_count}
    messages.success(request, told)
    return redirect(noun.kind.path)
