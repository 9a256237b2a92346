"""What the desk adds to the pages of acts: whom to give a case to, and the reply templates that fill a form.

Which templates there are and what their placeholders mean is cases/services/desk.py.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.models import Case
from cases.services import desk
from cases.views import actforms
from config.actors import Actor
from merchants.models import Membership

if TYPE_CHECKING:
    from cases.views.actpages import Asked

MOST_OFFERED = 30


def people(actor: Actor, rows: Iterable[Membership] | None = None) -> list[tuple[str, str]]:
    """The colleagues to choose from, oneself first; one entry a person."""
    found: dict[int, tuple[str, str]] = {}
    for one in desk.colleagues(actor) if rows is None else rows:
        found.setdefault(one.user_id, (str(one.id), desk.called(one.user)))
    own = found.pop(actor.user_id, None)
    return [*([("me", _("我（%(name)s）") % {"name": own[1]})] if own else []), *found.values()]


def assigning(found: "Asked", case: Case, actor: Actor, request: HttpRequest) -> None:
    found.controls["who"].kind, found.controls["who"].choices = "select", people(actor)
    actforms.fill(found.controls, {"who": "me"})


def offer_templates(found: "Asked", act: str, case: Case, actor: Actor, request: HttpRequest) -> None:
    """Offers the templates of this act; `?template=` lays one into the form, so that it works without scripts too."""
    if act not in desk.ACTS or not desk.may_use_templates(actor):
        return
    rows = list(desk.templates(actor).filter(act=act)[:MOST_OFFERED])
    values = desk.values_of(actor, case)
    offered = [(row, desk.filled(row, values)) for row in rows]
    chosen = next((filled for row, filled in offered if str(row.id) == request.GET.get("template")), None)
    if chosen:
        actforms.fill(found.controls, chosen.fields)
    told = {str(row.id): {"fields": filled.fields, "missing": _missing(filled)} for row, filled in offered}
    found.more |= {
        "replies": [{"id": row.id, "name": row.name} for row in rows], "replies_told": told,
        "reply_missing": _missing(chosen) if chosen else "", "may_write_replies": True,
        "reply_facts": " · ".join(values[name] for name in ("merchant", "amount", "fee", "dates") if values[name]),
    }  # fmt: skip


def _missing(filled: desk.Filled) -> str:
    if not filled.missing:
        return ""
    names = _("、").join(str(label) for label in filled.missing)
    return _("这个案件里没有：%(names)s。请在标出的地方补上。") % {"names": names}
