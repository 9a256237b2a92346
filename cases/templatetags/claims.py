"""What pages of the merchant's money show about cases, without the merchant's room knowing of any case."""

from collections.abc import Iterable

from django import template

from cases.services import statement_links
from merchants.models import StatementLine

register = template.Library()


@register.simple_tag(takes_context=True)
def with_cases(context, lines: Iterable[StatementLine]) -> list[tuple[StatementLine, str]]:
    """Each statement line with the number of the case it is in; no number where it is free."""
    rows = list(lines)
    found = statement_links.cases_of(context["request"].actor, rows)
    return [(row, found.get(row.id, "")) for row in rows]
