"""Which imported statement lines are in a case. The lines themselves are merchants/services/statements.py."""

from collections.abc import Iterable
from uuid import UUID

from cases.models import Case, Line, Refund
from config.actors import Actor
from merchants.models import StatementLine


def cases_of(actor: Actor, lines: Iterable[StatementLine]) -> dict[UUID, str]:
    """Statement line → number of the open case that claims it, or whose refund it proved, as far as the actor sees."""
    ids = [line.id for line in lines]
    seen = Case.objects.visible_to(actor)
    claimed = Line.objects.filter(statement_line__in=ids, is_live=True, case__in=seen)
    proven = Refund.objects.filter(statement_line__in=ids, case__in=seen)
    return {
        line: number
        for rows in (proven, claimed)
        for line, number in rows.values_list("statement_line_id", "case__number")
    }
