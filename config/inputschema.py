"""Input as JSON Schema 2020-12, made from its serializer: for what a program is told and for the OpenAPI document.

Which inputs there are is said in the rooms; a field of a kind of its own describes itself with `json_schema`.
"""

from collections.abc import Callable
from typing import Any

from django.utils.encoding import force_str
from rest_framework import serializers
from rest_framework.fields import empty

from config import fields

# Digits of a sum in yuan; more forms are read (1,680.50, ¥79, full width), this one is always right.
MONEY = r"^\d{1,9}(\.\d{1,2})?$"


def of_serializer(serializer: serializers.Serializer, multipart: bool = False) -> dict:
    known = {name: field for name, field in serializer.fields.items() if not field.read_only}
    needed = [name for name, field in known.items() if field.required]
    return {
        "type": "object",
        "properties": {name: described(field, multipart) for name, field in known.items()},
        **({"required": needed} if needed else {}),
        "additionalProperties": False,
    }


def described(field: serializers.Field, multipart: bool) -> dict:
    """The schema of one field with its label and what may be left out."""
    schema = _of_field(field, multipart)
    if field.allow_null and "type" in schema:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    elif field.allow_null:
        schema["anyOf"] = [*schema["anyOf"], {"type": "null"}]
    if field.default is not empty and field.default is not None and not callable(field.default):
        schema["default"] = field.default
    label = force_str(field.label or "")
    more = {"title": label} if label else {}
    if field.help_text:
        more["description"] = force_str(field.help_text)
    return {**more, **schema}


def _of_field(field, multipart: bool) -> dict:
    """What a field says of itself (`json_schema`), else the first row of KINDS that fits."""
    if hasattr(field, "json_schema"):
        return field.json_schema(multipart)
    for kind, schema in KINDS:
        if isinstance(field, kind):
            return schema(field, multipart)
    raise TypeError(f"no schema for the field {type(field).__name__}")


def _text(field: serializers.CharField, multipart: bool) -> dict:
    least = {} if field.allow_blank else {"minLength": 1}
    return {"type": "string", **least, **({"maxLength": field.max_length} if field.max_length else {})}


def _whole(field: serializers.IntegerField, multipart: bool) -> dict:
    bounds = {"minimum": field.min_value, "maximum": field.max_value}
    return {"type": "integer", **{name: value for name, value in bounds.items() if value is not None}}


def _choice(field: serializers.ChoiceField, multipart: bool) -> dict:
    labels = {str(key): force_str(label) for key, label in field.choices.items()}
    blank = [""] if field.allow_blank else []
    return {"type": "string", "enum": [*field.choices, *blank], "x-labels": labels}


def _choices(field: serializers.MultipleChoiceField, multipart: bool) -> dict:
    least = {} if field.allow_empty else {"minItems": 1}
    return {"type": "array", "items": _choice(field, multipart), "uniqueItems": True, **least}


def _list(items: dict, field) -> dict:
    least = 0 if getattr(field, "allow_empty", True) else 1
    bounds = {"minItems": least or None, "maxItems": getattr(field, "max_length", None)}
    return {"type": "array", "items": items, **{name: value for name, value in bounds.items() if value is not None}}


def _file(field: fields.File, multipart: bool) -> dict:
    return {"type": "string", "format": "binary" if multipart else "uuid"}


KINDS: tuple[tuple[type, Callable[[Any, bool], dict]], ...] = (
    (serializers.ListSerializer, lambda f, m: _list(of_serializer(f.child, False), f)),
    (serializers.BaseSerializer, lambda f, m: of_serializer(f, False)),
    (fields.Money, lambda f, m: {"type": "string", "pattern": MONEY, "examples": ["2000.00"]}),
    (fields.File, _file),
    (serializers.MultipleChoiceField, _choices),
    (serializers.ChoiceField, _choice),
    (serializers.BooleanField, lambda f, m: {"type": "boolean"}),
    (serializers.IntegerField, _whole),
    (serializers.DateTimeField, lambda f, m: {"type": "string", "format": "date-time"}),
    (serializers.DateField, lambda f, m: {"type": "string", "format": "date"}),
    (serializers.UUIDField, lambda f, m: {"type": "string", "format": "uuid"}),
    (serializers.CharField, _text),
    (serializers.ListField, lambda f, m: _list(described(f.child, m), f)),
    (serializers.DictField, lambda f, m: _dict(f)),
)


def _dict(field: serializers.DictField) -> dict:
    known = any(isinstance(field.child, kind) for kind, _schema in KINDS)
    least = {} if field.allow_empty else {"minProperties": 1}
    return {"type": "object", "additionalProperties": described(field.child, False) if known else True, **least}
