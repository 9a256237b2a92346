"""Lists read page by page: by place in an order, never by counting, so that new rows neither repeat nor hide others.

Which orders a list has is said where the list is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core import signing
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from config.endpoints import Query, answer
from config.errors import Fault, Invalid
from config.fields import words
from config.text import Text

MOST = 200
USUAL = 50
BAD_CURSOR = Text("这个 cursor 无法使用，请从第一页开始。", "This cursor cannot be used. Start from the first page.")
SIGNER = signing.Signer(salt="cursor")
READ: dict[type, Callable] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Decimal: Decimal,
    int: int,
    str: str,
}


class PageQuery(Query):
    limit = serializers.IntegerField(min_value=1, max_value=MOST, required=False, default=USUAL, label=_("每页多少条"))
    cursor = words(400, required=False, label=_("上一次回答中 next 或 previous 里的 cursor"))


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is ordered by: an expression of one kind that is never null."""

    by: object
    kind: type


@dataclass(frozen=True, slots=True)
class Page:
    rows: list
    next: str
    previous: str


def page(rows: QuerySet, order: Order, *, falling: bool, name: str, cursor: str = "", limit: int = USUAL) -> Page:
    """One page of `rows`; `name` is the order's, and a cursor of another order is refused."""
    back, at, identity = _read(cursor, name, order) if cursor else (False, None, None)
    down = falling != back  # whether the order of this statement is falling
    rows = rows.annotate(place=F(order.by) if isinstance(order.by, str) else order.by)
    if cursor:
        beyond = "lt" if down else "gt"
        rows = rows.filter(Q(**{f"place__{beyond}": at}) | Q(**{"place": at, f"pk__{beyond}": identity}))
    found = list(rows.order_by(*(("-place", "-pk") if down else ("place", "pk")))[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if back:
        found.reverse()
    has_next, has_previous = (bool(found), more) if back else (more, bool(cursor) and bool(found))
    return Page(
        found,
        _write(name, False, found[-1]) if has_next else "",
        _write(name, True, found[0]) if has_previous else "",
    )


def answer_page(request, found: Page, results) -> HttpResponse:
    """{"results", "next", "previous"} and the same addresses in Link."""
    following, preceding = (_address(request, cursor) for cursor in (found.next, found.previous))
    response = answer({"results": results, "next": following, "previous": preceding})
    links = [f'<{url}>; rel="{rel}"' for url, rel in ((following, "next"), (preceding, "prev")) if url]
    if links:
        response["Link"] = ", ".join(links)
    return response


def _address(request, cursor: str) -> str | None:
    if not cursor:
        return None
    params = request.query_params.copy()
    params["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{params.urlencode()}")


def _write(name: str, back: bool, row) -> str:
    place = row.place.isoformat() if isinstance(row.place, date) else str(row.place)
    return SIGNER.sign_object([name, back, place, str(row.pk)])


def _read(cursor: str, name: str, order: Order) -> tuple:
    try:
        of, back, place, identity = SIGNER.unsign_object(cursor)
    except (signing.BadSignature, ValueError):
        of = None
    if of != name:
        raise Invalid(BAD_CURSOR, [Fault("/cursor", "invalid", BAD_CURSOR)])
    return back, READ[order.kind](place), identity
