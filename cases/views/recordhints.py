"""The block of a case's page that says what the merchant's own records point to."""

from django.urls import reverse

from cases import reasons, records_beside
from cases.casepage import CasePage
from config.text import Text
from merchants.records import KINDS


def shown(page: CasePage) -> dict | None:
    """templates/cases/case/records.html; None for the other side."""
    if not page.actor.is_merchant:
        return None
    whole = page.actor.stores is None
    return {
        "hints": [_hint(one) for one in records_beside.hints_of(page.case, page.lines)],
        "is_empty": records_beside.of_case(page.case).is_empty,
        "kinds": [{"url": reverse(kind.path), "label": kind.label} for name, kind in KINDS.items() if whole or name != "contracts"],
    }  # fmt: skip


def _hint(one: records_beside.Hint) -> dict:
    rule = one.rule
    points = Text("", "")
    if rule.points:
        label = reasons.CAUSES[rule.points].label
        points = Text(f"{label.zh}（{rule.points}）", f"{label.en} ({rule.points})")
    url = reverse(f"{KINDS[rule.kind].path}-one", args=[one.record.pk])
    return {"text": one.text, "points": points if rule.points else "", "at": rule.at, "url": url}
