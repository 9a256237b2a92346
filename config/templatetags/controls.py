"""One shape for every form field, whether a Django form or a DRF serializer declared it.

Drawing is components/field.html's part; what an act asks for is the serializer's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.utils.serializer_helpers import BoundField as SerializerBound

from config import clock

RADIO_LIMIT = 7  # more choices than fit a phone's screen become a select
TEXTAREA_FROM = 200  # texts that may be longer than this get several lines

# What a field's class says about its control. The first match counts; `style={"kind": …}` or a widget overrides it.
SERIALIZER_KINDS = (
    (serializers.MultipleChoiceField, "checkboxes"),
    (serializers.ChoiceField, "choice"),
    (serializers.BooleanField, "checkbox"),
    (serializers.DecimalField, "money"),
    (serializers.IntegerField, "number"),
    (serializers.DateTimeField, "datetime"),
    (serializers.DateField, "date"),
    (serializers.FileField, "file"),
    (serializers.EmailField, "email"),
    (serializers.URLField, "url"),
)
FORM_KINDS = (
    (forms.MultipleChoiceField, "checkboxes"),
    (forms.ChoiceField, "choice"),
    (forms.BooleanField, "checkbox"),
    (forms.DecimalField, "money"),
    (forms.DateTimeField, "datetime"),
    (forms.DateField, "date"),
    (forms.FileField, "file"),
)
INPUT_TYPES = {"number": "text", "money": "text", "datetime": "datetime-local"}
INPUT_MODES = {"number": "numeric", "money": "decimal", "tel": "tel", "email": "email", "url": "url"}
PASSED_ON = ("autocomplete", "inputmode", "accept", "min", "max", "placeholder", "rows")
# The fields of log-in and security in our own words, by name; their forms come from a library.
ACCOUNT_LABELS = {
    "login": gettext_lazy("手机号或邮箱"),
    "phone": gettext_lazy("手机号"),
    "email": gettext_lazy("邮箱"),
    "password": gettext_lazy("密码"),
    "oldpassword": gettext_lazy("现在的密码"),
    "password1": gettext_lazy("设一个密码"),
    "password2": gettext_lazy("再输一次密码"),
    "remember": gettext_lazy("记住本机 30 天"),
    "code": gettext_lazy("验证码"),
}
# What is said about an answer that is missing, by control, in place of the libraries' 该字段是必填项.
MISSING = {
    "radio": gettext_lazy("请选择一项。"),
    "select": gettext_lazy("请选择一项。"),
    "choice": gettext_lazy("请选择一项。"),
    "checkboxes": gettext_lazy("请至少选择一项。"),
    "checkbox": gettext_lazy("请勾选这一项。"),
    "file": gettext_lazy("请选择文件。"),
}
FILL_IN = gettext_lazy("请填写这一项。")
BARE = (
    forms.Field.default_error_messages["required"],
    serializers.Field.default_error_messages["required"],
    serializers.Field.default_error_messages["null"],
    serializers.CharField.default_error_messages["blank"],
)


@dataclass(frozen=True)
class Option:
    """One answer to choose."""

    value: str
    label: str
    id: str
    is_chosen: bool
    hint: str = ""


@dataclass(frozen=True)
class Problem:
    """One thing wrong, with the id of the field to go to; no id when it belongs to the whole form."""

    target: str
    label: str
    text: str


@dataclass
class Control:
    """All that components/field.html needs to draw a field."""

    name: str
    id: str
    label: str
    hint: str = ""
    kind: str = "text"
    value: str = ""
    values: tuple[str, ...] = ()
    errors: list[str] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    hints: dict[str, str] = field(default_factory=dict)
    attrs: dict[str, str] = field(default_factory=dict)
    is_required: bool = True
    is_multiple: bool = False
    is_focused: bool = False
    is_disabled: bool = False
    limit: int | None = None

    @property
    def input_type(self) -> str:
        return INPUT_TYPES.get(self.kind, self.kind)

    @property
    def inputmode(self) -> str:
        return self.attrs.get("inputmode") or INPUT_MODES.get(self.kind, "")

    @property
    def is_group(self) -> bool:
        """Several boxes under one question: the label is a legend then."""
        return self.kind in {"radio", "checkboxes"}

    @property
    def target(self) -> str:
        """Where an error leads: the first box of a group, else the field itself."""
        return f"{self.id}_0" if self.is_group else self.id

    @property
    def options(self) -> list[Option]:
        return [
            Option(value, label, f"{self.id}_{at}", value in self.values, self.hints.get(value, ""))
            for at, (value, label) in enumerate(self.choices)
        ]

    @property
    def quick_days(self) -> list[tuple[str, str]]:
        """今天, 昨天, 前天: the days most often meant, offered as buttons where a day may lie behind (no `min`)."""
        today = clock.today()
        words = (_("今天"), _("昨天"), _("前天"))
        return [(word, (today - timedelta(days=back)).isoformat()) for back, word in enumerate(words)]

    def refined(self) -> "Control":
        """`choice` becomes radio buttons or a select; long texts become several lines."""
        if self.kind == "choice":
            self.kind = "radio" if len(self.choices) <= RADIO_LIMIT else "select"
        elif self.kind == "text" and (self.limit or 0) > TEXTAREA_FROM:
            self.kind = "textarea"
        return self


def from_field(bound: object) -> Control:
    """A control from a bound field; a Control passes through, so pages may also build one by hand."""
    if isinstance(bound, Control):
        return bound.refined()
    if isinstance(bound, forms.BoundField):
        return _from_form(bound).refined()
    if isinstance(bound, SerializerBound):
        return _from_serializer(bound).refined()
    raise TypeError(f"components/field.html got {bound!r}, which is no form field.")


def _kind(declared: object, table: tuple[tuple[type, str], ...]) -> str:
    return next((kind for cls, kind in table if isinstance(declared, cls)), "text")


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, datetime):
        local = value.astimezone(clock.SHANGHAI) if value.tzinfo else value
        return f"{local:%Y-%m-%dT%H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple | set):
        return tuple(str(each) for each in value)
    return () if value in (None, "") else (str(value),)


def _flat(pairs: object) -> Iterator[tuple[str, str]]:
    for value, label in pairs:  # type: ignore[attr-defined]
        if isinstance(label, list | tuple | dict):
            yield from _flat(label.items() if isinstance(label, dict) else label)
        else:
            yield str(value), str(label)


def _said(errors: Iterable[object], kind: str) -> list[str]:
    """Errors as sentences; a library's bare "required" becomes what to do."""
    bare = {str(text) for text in BARE}
    return [str(MISSING.get(kind, FILL_IN)) if str(error) in bare else str(error) for error in errors]


def _account_label(bound: forms.BoundField) -> object:
    """Our own word for a field of a log-in form; nothing for other forms."""
    is_account = any(cls.__module__.startswith("allauth.") for cls in type(bound.form).__mro__)
    return ACCOUNT_LABELS.get(bound.name) if is_account else None


def _from_serializer(bound: SerializerBound) -> Control:
    declared = bound._field
    style = declared.style
    kind = style.get("kind") or style.get("input_type") or _kind(declared, SERIALIZER_KINDS)
    if style.get("base_template") == "textarea.html":
        kind = "textarea"
    errors = bound.errors or []
    return Control(
        name=bound.name,
        id=f"id_{bound.name}".replace("[", "_").replace("]", "").replace(".", "_"),
        label=str(declared.label or ""),
        hint=str(declared.help_text or ""),
        kind=kind,
        value=_text(bound.value)[:16] if kind == "datetime" else _text(bound.value),
        values=_texts(bound.value),
        errors=_said(errors.values() if isinstance(errors, dict) else errors, kind),
        choices=list(_flat(getattr(declared, "choices", {}).items())),
        hints={str(key): str(text) for key, text in style.get("hints", {}).items()},
        attrs={key: str(style[key]) for key in PASSED_ON if key in style},
        is_required=declared.required and not getattr(declared, "allow_blank", False),
        is_multiple=bool(style.get("multiple")),
        limit=getattr(declared, "max_length", None) if kind in {"text", "textarea"} else None,
    )


def _from_form(bound: forms.BoundField) -> Control:
    declared, widget = bound.field, bound.field.widget
    kind = _kind(declared, FORM_KINDS)
    by_widget = getattr(widget, "input_type", None)
    if isinstance(widget, forms.Textarea):
        kind = "textarea"
    elif kind == "text" or by_widget == "hidden" or widget.attrs.get("kind"):
        kind = widget.attrs.get("kind") or by_widget or "text"
    value = bound.value()
    return Control(
        name=bound.html_name,
        id=bound.id_for_label.removesuffix("_0") or bound.auto_id,
        label=str(_account_label(bound) or bound.label or ""),
        hint=str(bound.help_text or ""),
        kind=kind,
        value="" if kind in {"password", "file"} else _text(value),
        values=_texts(value),
        errors=_said(bound.errors, kind),
        choices=list(_flat(getattr(declared, "choices", ()))),
        attrs={key: str(widget.attrs[key]) for key in PASSED_ON if key in widget.attrs},
        is_required=declared.required,
        is_multiple=bool(getattr(widget, "allow_multiple_selected", False)),
        is_focused=bool(widget.attrs.get("autofocus")),
        is_disabled=declared.disabled,
        limit=getattr(declared, "max_length", None) if kind in {"text", "textarea"} else None,
    )


def problems(form: object) -> list[Problem]:
    """Everything wrong with a form, whole-form sentences first; nothing for a form that was not sent."""
    if isinstance(form, forms.BaseForm):
        if not form.is_bound:
            return []
        whole = [Problem("", "", str(text)) for text in form.non_field_errors()]
        return whole + _of_fields(bound for bound in form)
    if not isinstance(form, serializers.Serializer) or not hasattr(form, "_errors"):
        return []
    whole = [Problem("", "", str(text)) for text in form.errors.get("non_field_errors", [])]
    return whole + _of_fields(form[str(name)] for name in form.fields if name in form.errors)


def _of_fields(bounds: Iterator[object]) -> list[Problem]:
    found = []
    for bound in bounds:
        if getattr(bound, "errors", None):
            shown = from_field(bound)
            found += [Problem(shown.target, shown.label, text) for text in shown.errors]
    return found
