"""A record as a page form: its input's fields as controls, rows beneath it, what was typed kept, faults in place.

Works without scripts: a button adds empty rows, a tick or an emptied row takes one away. What is asked is merchants/inputs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.utils.serializer_helpers import BoundField

from config import http
from config.actors import Actor
from config.errors import Fault, Refused
from config.fields import File, Money
from config.templatetags import controls
from config.templatetags.controls import Control, Problem
from merchants import roles
from merchants.inputs import INPUTS
from merchants.models import Contract, Organisation, Store, Terminal
from merchants.services.plain_records import Noun

EMPTY_ROWS, MORE_ROWS, MOST_KNOWN = 2, 3, 30
LEFT_OUT = {"cutover_from", "cutover_to"}
SELECTS = {"period", "channel", "reason", "store", "provider", "contract"}
BARE = {"required", "null", "blank"}
TYPED = "provider_name"  # a provider that is not among those known
FILES = "image/*,application/pdf"


@dataclass
class RowForm:
    """One row: its number on the page, its controls, whether it holds anything."""

    at: int
    controls: dict[str, Control]
    is_filled: bool = False


@dataclass
class Section:
    name: str
    label: str
    rows: list[RowForm]


@dataclass
class RecordForm:
    controls: dict[str, Control]
    sections: dict[str, Section] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    sent_rows: dict[str, list[int]] = field(default_factory=dict)  # which rows of the page were sent on

    @property
    def has_file(self) -> bool:
        return "file" in self.controls

    def blame(self, faults: list[Fault]) -> None:
        """Puts each fault beside its field; what belongs to none stands in the summary alone."""
        for fault in faults:
            at = self._field_of([part for part in fault.pointer.split("/") if part])
            bare = at and fault.code in BARE
            text = str(controls.MISSING.get(at.kind, controls.FILL_IN)) if at and bare else str(fault.text)
            if at:
                at.errors.append(text)
            self.problems.append(Problem(at.target if at else "", at.label if at else "", text))

    def _field_of(self, path: list[str]) -> Control | None:
        if len(path) == 3 and path[0] in self.sections and path[1].isdecimal():
            at = self.sent_rows[path[0]][int(path[1])]
            row = next(one for one in self.sections[path[0]].rows if one.at == at)
            return row.controls.get(path[2]) or next(iter(row.controls.values()))
        name = path[0] if path else ""
        if name == "provider" and (self.controls[TYPED].value or "provider" not in self.controls):
            name = TYPED
        return self.controls.get(name)


def blank(actor: Actor, noun: Noun) -> RecordForm:
    """An empty form with a few empty rows."""
    return filled(actor, noun, {})


def filled(actor: Actor, noun: Noun, told: Mapping) -> RecordForm:
    """The form of a record as it is told (plain_records.told)."""
    form = _empty(actor, noun, told)
    for name, value in told.items():
        if name in form.controls:
            _fill(form.controls[name], value)
    for name, section in form.sections.items():
        given = told.get(name, ())
        section.rows = [_row(noun, name, at, one) for at, one in enumerate(given)]
        section.rows += [_row(noun, name, len(given) + i, {}) for i in range(EMPTY_ROWS if not given else 1)]
    return form


def sent(actor: Actor, noun: Noun, request: HttpRequest, told: Mapping, more: str = "") -> RecordForm:
    """The form as it was typed; `more` names the section that gets further empty rows."""
    form = _empty(actor, noun, told)
    for name, control in form.controls.items():
        _fill(control, request.POST.get(name, ""))
    for name, section in form.sections.items():
        numbers = {int(m[1]) for key in request.POST if (m := re.fullmatch(rf"{name}-(\d{{1,4}})-\w+", key))}
        for at in sorted(numbers):
            if f"{name}-{at}-drop" in request.POST:
                continue
            fields = form_fields(noun, name)
            section.rows.append(
                _row(noun, name, at, {one: request.POST.get(f"{name}-{at}-{one}", "") for one in fields})
            )
        first = max(numbers, default=-1) + 1
        extra = MORE_ROWS if more == name else 0 if section.rows else 1
        section.rows += [_row(noun, name, first + i, {}) for i in range(extra)]
    return form


def data_of(form: RecordForm, noun: Noun, request: HttpRequest, told: Mapping) -> dict:
    """What was typed as input: an emptied field is empty, an empty row is none. The file stays when none was chosen."""
    data: dict = {}
    for name, control in form.controls.items():
        value = control.value.strip()
        if name == "file":
            data[name] = request.FILES.get("file") or told.get("file")
        elif name != TYPED:
            data[name] = value or (None if control.kind == "date" else "")
    if typed := form.controls[TYPED].value.strip():
        data["provider"] = typed
    for name, section in form.sections.items():
        rows = [row for row in section.rows if row.is_filled]
        form.sent_rows[name] = [row.at for row in rows]
        data[name] = [
            {key: one.value.strip() for key, one in row.controls.items() if one.value.strip()} for row in rows
        ]
    return {name: value for name, value in data.items() if value != "" or name not in _choices(noun)}


def faults_of(refusal: Refused) -> list[Fault]:
    return refusal.faults or [Fault("", refusal.code, refusal.text)]


def faults_in(wrong: serializers.ValidationError) -> list[Fault]:
    return list(http.faults_of(wrong.detail))


# -- controls -----------------------------------------------------------------------------------------------------


def form_fields(noun: Noun, section: str) -> dict[str, serializers.Field]:
    declared = INPUTS[noun.name]().get_fields()[section]
    return declared.child.get_fields()  # type: ignore[attr-defined]


def _choices(noun: Noun) -> set[str]:
    """Required choices: left out when nothing was chosen, so that the refusal says so."""
    fields = INPUTS[noun.name]().get_fields()
    return {name for name, one in fields.items() if isinstance(one, serializers.ChoiceField) and one.required}


def _empty(actor: Actor, noun: Noun, told: Mapping) -> RecordForm:
    form = RecordForm({})
    for name, declared in INPUTS[noun.name]().get_fields().items():
        if isinstance(declared, serializers.ListSerializer):
            form.sections[name] = Section(name, str(declared.label), [])
        elif name == "provider":
            form.controls |= _providers(actor, declared, str(told.get("provider") or ""))
        elif name in ("store", "contract"):
            if options := (_stores(actor) if name == "store" else _contracts(actor)):
                form.controls[name] = _chosen(name, declared, options)
        elif name not in LEFT_OUT:
            form.controls[name] = _control(name, declared)
    return form


def _control(name: str, declared: serializers.Field) -> Control:
    if declared.field_name is None:
        declared.bind(name, None)
    shown = controls.from_field(BoundField(declared, None, []))
    if isinstance(declared, File):
        shown.kind, shown.attrs = "file", {"accept": FILES}
    elif isinstance(declared, Money):
        shown.kind = "money"
    elif name in SELECTS:
        shown.kind = "select"
    if shown.kind == "textarea":
        shown.attrs.setdefault("rows", "3")
    return shown


def _chosen(name: str, declared: serializers.Field, options: list[tuple[str, str]]) -> Control:
    shown = _control(name, declared)
    shown.kind, shown.choices, shown.limit = "select", options, None
    return shown


def _providers(actor: Actor, declared: serializers.Field, held: str) -> dict[str, Control]:
    """Those known to choose from, and a line to write another's name."""
    rows = Organisation.objects.visible_to(actor).exclude(kind__in=[*roles.MERCHANTS, "legal"])
    if actor.stores is not None:  # whom another store named is not shown
        own = Terminal.objects.visible_to(actor).values("provider")
        rows = rows.filter(Q(is_listed=True) | Q(pk__in=own) | Q(pk=held or None))
    known = [(str(one.id), one.name) for one in rows.order_by("is_listed", "name")[:MOST_KNOWN]]
    if held and held not in dict(known):
        known += [(str(one.id), one.name) for one in rows.filter(pk=held)]
    typed = _control("provider", declared)
    typed.name, typed.id, typed.kind = TYPED, f"id_{TYPED}", "text"
    if not known:
        return {TYPED: typed}
    chosen = _chosen("provider", declared, known)
    chosen.hint = ""
    typed.label, typed.is_required = _("上面没有这家服务商，写名称"), False
    return {"provider": chosen, TYPED: typed}


def _stores(actor: Actor) -> list[tuple[str, str]]:
    rows = [(str(one.id), one.name) for one in Store.objects.visible_to(actor).order_by("name")]
    return [] if actor.stores is not None and len(rows) < 2 else rows


def _contracts(actor: Actor) -> list[tuple[str, str]]:
    if actor.stores is not None:
        return []
    rows = Contract.objects.visible_to(actor).select_related("provider").order_by("provider__name", "number", "version")
    return [(str(one.id), f"{one.provider.name} {one}") for one in rows[:100]]


def _row(noun: Noun, section: str, at: int, values: Mapping) -> RowForm:
    made = {}
    for name, declared in form_fields(noun, section).items():
        one = _control(name, declared)
        one.name, one.id = f"{section}-{at}-{name}", f"id_{section}_{at}_{name}"
        if one.kind in ("choice", "radio"):
            one.kind = "select"
        _fill(one, values.get(name))
        made[name] = one
    return RowForm(at, made, any(one.value.strip() for one in made.values()))


def _fill(control: Control, value: object) -> None:
    control.value = "" if value is None else str(value)
    control.values = (control.value,) if control.value else ()
    if control.kind == "select" and control.value and not control.is_required:
        control.choices = [("", _("不填")), *control.choices]  # what was chosen once can be taken back
