"""An act's input as a page form: its serializer's fields as controls, what was typed as plain data, faults in place.

Which acts there are and what each takes is cases/inputs; how one field looks is components/field.html.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.http import HttpRequest
from rest_framework import serializers
from rest_framework.utils.serializer_helpers import BoundField

from cases import actions
from config import clock
from config.errors import Fault, Refused
from config.fields import File, Money
from config.templatetags import controls
from config.templatetags.controls import Control, Problem

FILES = "image/*,application/pdf,audio/*,video/mp4,.eml,.txt,.csv,.xlsx,.docx"
BARE_CODES = {"required", "null", "blank"}
PROXIED = ("channel", "received_at", "proof")  # how an answer recorded for the other side came in
# Where a fault of the whole form is put right, by its code.
WHOLE = {"proof": ("file",), "one_of": ("agree", "file")}
PATH = re.compile(r"[^.\[\]]+")


@dataclass
class ActForm:
    """The controls of one act in their order, and everything wrong with what was sent."""

    controls: dict[str, Control]
    problems: list[Problem] = field(default_factory=list)

    @property
    def has_files(self) -> bool:
        return any(one.kind == "file" for one in self.controls.values())

    def blame(self, refusal: Refused) -> None:
        """Puts each fault beside its field; what belongs to none stands in the summary alone."""
        for fault in refusal.faults or [Fault("", refusal.code, refusal.text)]:
            at = self._field_of(fault)
            text = _sentence(fault, at)
            if at:
                at.errors.append(text)
            self.problems.append(Problem(at.target if at else "", at.label if at else "", text))

    def _field_of(self, fault: Fault) -> Control | None:
        """The control a fault is about: by its path, by the input it is part of, or by what the whole form lacks."""
        parts = tuple(part for part in fault.pointer.split("/") if part)
        by_path = {tuple(PATH.findall(name)): one for name, one in self.controls.items() if one.kind != "hidden"}
        if parts in by_path:
            return by_path[parts]
        if not parts:
            return next((self.controls[name] for name in WHOLE.get(fault.code, ()) if name in self.controls), None)
        near = [one for path, one in by_path.items() if path[0] == parts[0]]
        return (near or [one for path, one in by_path.items() if path[-1] == parts[-1]] or [None])[0]


def _sentence(fault: Fault, at: Control | None) -> str:
    if at and fault.code in BARE_CODES:
        return str(controls.MISSING.get(at.kind, controls.FILL_IN))
    return str(fault.text)


def of_act(act: str, leave_out: Iterable[str] = ()) -> dict[str, Control]:
    """The controls of an act, but those the page asks for in a way of its own. `alone` is a tick, not a text."""
    return of_fields(actions.INPUTS[act]().get_fields(), {"alone", "on_behalf", *leave_out})


def of_fields(
    fields: Mapping[str, serializers.Field], leave_out: Collection[str] = (), prefix: str = ""
) -> dict[str, Control]:
    """Controls by name; the fields of a nested input follow as `split.provider`, an attachment as `evidence[0].file`."""
    found: dict[str, Control] = {}
    for name, declared in fields.items():
        if name in leave_out or prefix + name in leave_out:
            continue
        if isinstance(declared, serializers.ListSerializer):
            found |= _optional(of_fields(_nested(declared.child), leave_out, f"{prefix}{name}[0]."))
        elif isinstance(declared, serializers.Serializer):
            nested = of_fields(declared.get_fields(), leave_out, f"{prefix}{name}.")
            found |= nested if declared.required else _optional(nested)
        elif not isinstance(declared, serializers.ListField | serializers.DictField | serializers.UUIDField):
            found[prefix + name] = _control(name, declared, prefix)
    return found


def _control(name: str, declared: serializers.Field, prefix: str) -> Control:
    if declared.parent is None:
        declared.bind(name, None)
    shown = controls.from_field(BoundField(declared, None, [], prefix))
    if isinstance(declared, File):
        shown.kind, shown.attrs = "file", {"accept": FILES}
    elif isinstance(declared, Money):
        shown.kind = "money"
    elif shown.kind == "choice":
        shown.kind = "radio"
    return shown.refined()


def _nested(declared: serializers.BaseSerializer | serializers.Field) -> dict[str, serializers.Field]:
    return declared.get_fields() if isinstance(declared, serializers.Serializer) else {}


def _optional(nested: dict[str, Control]) -> dict[str, Control]:
    for one in nested.values():
        one.is_required = False
    return nested


def fill(form: Mapping[str, Control], values: Mapping[str, object]) -> None:
    """Lays values under the controls: what is known beforehand, or what was typed."""
    for name, value in values.items():
        if name in form and value is not None:
            many = [str(one) for one in value] if isinstance(value, list | tuple) else [_written(value)]
            form[name].value, form[name].values = many[0] if many else "", tuple(many)


def _written(value: object) -> str:
    """A value as its control shows it: instants in Shanghai time, a tick as `on`."""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, datetime):
        return f"{value.astimezone(clock.SHANGHAI):%Y-%m-%dT%H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def fill_sent(form: Mapping[str, Control], request: HttpRequest) -> None:
    """Keeps what was typed; files must be chosen again."""
    for name, one in form.items():
        one.value, one.values = request.POST.get(name, ""), tuple(request.POST.getlist(name))


def sent(form: Mapping[str, Control], request: HttpRequest) -> dict:
    """What was sent as plain data for the act's serializer. A field left empty was not given."""
    data: dict = {}
    for name, one in form.items():
        value: object
        if one.kind == "file":
            value = request.FILES.get(name) or request.POST.get(name)
        elif one.kind == "checkboxes":
            value = request.POST.getlist(name)
        elif one.kind == "checkbox":
            value = name in request.POST or None
        else:
            value = request.POST.get(name, "").strip()
        if value or value is False:
            _put(data, PATH.findall(name), value)
    return _without_empty_attachments(data)


def _put(data: dict, path: list[str], value: object) -> None:
    *folders, last = path
    for name in folders:
        data = data.setdefault(name, {})
    data[last] = value


def _without_empty_attachments(data: dict) -> dict:
    """`evidence[0]` as a list of one; none when no file was chosen."""
    items = data.get("evidence")
    if isinstance(items, dict):
        data["evidence"] = [one for one in items.values() if "file" in one]
    return data
