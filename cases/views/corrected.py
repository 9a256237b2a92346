"""The page that puts a record right: its correctable facts as they stand, of which only the changed ones are sent."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import actions, events, reasons
from cases.corrections import CLAIM, LINE
from cases.inputs import corrections
from cases.models import Case, Event, Line
from cases.services import records
from cases.views import actforms
from config.actors import Actor
from config.errors import Fault, Invalid, NotFound
from config.text import Text

MOST_LINES = 50


def prepare(found, case: Case, actor: Actor, request: HttpRequest) -> None:
    seq = request.GET.get("event") or request.POST.get("event") or "1"
    event = Event.objects.visible_to(actor).filter(case=case, seq=int(seq) if seq.isdecimal() else 0).first()
    if event is None or not corrections.fields_of(event.act, actions.INPUTS):
        raise NotFound(Text("没有可以更正的这条记录。", "There is no such record to correct."))
    line, lines = _line_of(case, event, request.GET.get("line") or request.POST.get("line") or "")
    fields = _fields(event, line, request.GET.get("only") or request.POST.get("only") or "")
    shown = actforms.of_fields(fields, prefix="fields.")
    for one in shown.values():
        one.is_required = False
    facts = _facts(case, event, line)
    actforms.fill(shown, {f"fields.{name}": value for name, value in facts.items() if not isinstance(value, dict)})
    for name, share in (facts.get("split") or {}).items():
        actforms.fill(shown, {f"fields.split.{name}": share})
    before = {name: one.value for name, one in shown.items()}
    found.controls = {**shown, **found.controls}
    found.fixed |= {"event": event.seq}
    only = request.GET.get("only") or request.POST.get("only") or ""
    if only == "provider":
        shown["fields.provider"].is_required = True
        shown["fields.provider"].hint = _("签购单底部的收单机构、银行入账附言、收款 App 里写的名称。")
        del found.controls["reason"]
        found.fixed["reason"] = _("查清了是谁扣的钱")
        found.more["submit"] = _("保存")
    found.more |= {
        "event": event, "told": events.told(event), "line": line, "lines": lines, "only": only,
        "clues": reasons.PAYER_CLUES.values() if only == "provider" else (),
        "base": reverse("act", args=[case.number, "correct_record"]),
    }  # fmt: skip
    of_line = line.position if line and event.act == "file" else None
    found.read = lambda request, data: _changed(data, before, of_line)


def _line_of(case: Case, event: Event, wanted: str) -> tuple[Line | None, list[Line]]:
    """The one line a correction of the filing is about, and the lines to choose from."""
    if event.act == "add_line":
        return case.lines.filter(position=event.data.get("line")).first(), []
    if event.act != "file":
        return None, []
    filed = case.lines.filter(is_live=True, position__lte=event.data.get("lines") or 0).order_by("position")
    if wanted.isdecimal():
        return filed.filter(position=int(wanted)).first(), []
    return None, list(filed[:MOST_LINES])


def _fields(event: Event, line: Line | None, only: str) -> dict:
    fields = corrections.fields_of(event.act, actions.INPUTS)
    if event.act == "file":
        fields = {name: one for name, one in fields.items() if name in (LINE if line else CLAIM)}
    return {only: fields[only]} if only in fields else fields


def _facts(case: Case, event: Event, line: Line | None) -> dict:
    if line is not None:
        return {name: getattr(line, name) for name in LINE}
    facts = records.facts_now(case, event)
    if event.act == "file":
        parties = {name: getattr(case, name).name if getattr(case, name) else "" for name in ("provider", "outsourcer")}
        return {**{name: getattr(case, name) for name in CLAIM}, **parties}
    return {name: _instant(value) for name, value in facts.items()}


def _instant(value: object) -> object:
    """An instant of the facts as the form shows it."""
    if isinstance(value, str) and len(value) > 16 and value[10:11] == "T":
        return datetime.fromisoformat(value)
    return value


def _changed(data: dict, before: dict, line: int | None) -> dict:
    """Only what was changed is a correction."""
    fields = data.get("fields") or {}
    changed: dict[str, object] = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            if any(str(share) != before.get(f"fields.{name}.{key}", "") for key, share in value.items()):
                changed[name] = value
        elif str(value) != before.get(f"fields.{name}", ""):
            changed[name] = value
    if not changed:
        text = Text("没有改动。改好要更正的内容再提交。", "Nothing was changed. Change what is wrong, then send.")
        raise Invalid(text, [Fault("", "unchanged", text)])
    if line:
        changed["line"] = line
    return {**data, "fields": changed}
