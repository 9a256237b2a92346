"""Input of `correct_record`: each corrected fact is read by the field of the act that recorded it."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases.corrections import CORRECTABLE
from cases.inputs import filing
from config.errors import Fault, Invalid
from config.http import faults_of
from config.text import Text


def fields_of(act: str, inputs: dict) -> dict[str, serializers.Field]:
    """The correctable facts of an act with the field that reads each; a page makes its form from these."""
    known = {**inputs[act]().fields}
    if act in {"file", "add_line"}:
        known |= {**filing.LineInput().fields, "line": serializers.IntegerField(min_value=1, label=_("第几笔"))}
    return {name: known[name] for name in CORRECTABLE.get(act, ())}


def read(act: str, values: dict, inputs: dict) -> dict:
    """The corrected facts, checked. Raises Invalid with every fault found."""
    fields, faults, checked = fields_of(act, inputs), [], {}
    for name, value in values.items():
        if name not in fields:
            faults.append(_unknown(name, list(fields)))
            continue
        try:
            checked[name] = fields[name].run_validation(value)
        except serializers.ValidationError as error:
            faults += faults_of(error.detail, f"/fields/{name}")
    if faults:
        raise Invalid(Text("有内容需要修改。", "Some values need correcting."), faults)
    return checked


def _unknown(name: str, known: list[str]) -> Fault:
    if not known:
        return Fault("/event", "fixed", Text("这一条记录不能更正。", "This record cannot be corrected."))
    text = Text("这一条记录里没有可以更正的「{name}」；可以更正：{known}。",
                "This record has no “{name}” to correct; it has: {known}.")  # fmt: skip
    return Fault(f"/fields/{name}", "unknown", text.format(name=name, known=", ".join(known)))
