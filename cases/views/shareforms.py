"""The pages on which a side says who bears what: for the whole, and line by line where lines differ."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases import facts
from cases.inputs.answers import SplitInput
from cases.models import Case
from cases.views import actforms
from cases.views.asking import Asked
from config.actors import Actor
from config.templatetags import ui

MOST_LINES = 12  # with shares of their own on a page; more go through the API
ADMISSION = "reserve"


def prepare(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """The other side's view beside the form, the shares of single lines under it, and what a share may be read as."""
    theirs = case.responsibility.order_by("-position").first()
    found.more["view"] = theirs
    found.more["view_lines"] = facts.shown("per_line", theirs.lines) if theirs and theirs.lines else ""
    if "split.third" in found.controls:
        actforms.fill(found.controls, {"split.third": 0})
    say_what_it_may_be_read_as(found)
    lines = list(case.lines.filter(is_live=True).order_by("position")[: MOST_LINES + 1])
    if 1 < len(lines) <= MOST_LINES:
        _add_lines(found, lines)


def say_what_it_may_be_read_as(found: Asked) -> None:
    """A share that is sent may be read as an admission; the page says so and offers to reserve the position."""
    if ADMISSION in found.controls:
        found.controls[ADMISSION].hint = _("不勾选，发出的责任比例以后可能被当作承认。")


def _add_lines(found: Asked, lines: list) -> None:
    groups = []
    for line in lines:
        own = actforms.of_fields({f"lines.{line.position}": SplitInput(required=False)})
        found.controls |= own
        found.apart |= set(own)
        label = _("第 %(n)d 笔　%(on)s　%(sum)s") % {"n": line.position, "on": line.on, "sum": ui.money(line.amount)}
        groups.append({"legend": label, "controls": list(own.values())})
    found.more["line_shares"] = groups
    found.read = _read


def _read(request: HttpRequest, data: dict) -> dict:
    """Shares of lines for which something was written; what was left out of them is nothing."""
    if lines := data.get("lines"):
        data["lines"] = {n: {"provider": "0", "merchant": "0", **split} for n, split in lines.items()}
    return data
