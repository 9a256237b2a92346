"""An act's input as JSON Schema: for `actions[].fields` and for the OpenAPI document. How it is made: config/inputschema.py."""

from functools import cache

from django.utils.translation import get_language

from cases.inputs import INPUTS
from config.inputschema import of_serializer


def of_act(name: str, *, multipart: bool = False) -> dict:
    """The input of an act in the reader's language. In multipart a file is bytes, else the id of one already here."""
    return _of_act(name, multipart, get_language() or "")


@cache
def _of_act(name: str, multipart: bool, language: str) -> dict:
    return of_serializer(INPUTS[name](), multipart)
