"""The page of a refund: which lines came back, proven by a line of an imported statement or by a file."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases import reasons
from cases.models import Case, Line, Refund
from cases.views import actforms
from config import clock
from config.actors import Actor
from config.errors import Fault, Invalid
from config.templatetags import ui
from config.templatetags.controls import Control
from config.text import Text
from merchants.models import StatementLine

MOST_LINES = 50  # to tick; a longer case takes numbers
MOST_CREDITS = 12


def choices_of(lines) -> list[tuple[str, str]]:
    return [(str(one.position), _told(one)) for one in lines]


def _told(line: Line) -> str:
    name = line.fee_name or str(reasons.LINE_KINDS[line.kind])
    missing = line.amount - line.refunded
    rest = _("，还差 %(missing)s") % {"missing": ui.money(missing)} if line.refunded else ""
    return _("第 %(n)s 笔　%(on)s　%(amount)s　%(name)s") % {
        "n": line.position, "on": line.on, "amount": ui.money(line.amount), "name": name,
    } + rest  # fmt: skip


def prepare(found, case: Case, actor: Actor, request: HttpRequest) -> None:
    open_lines = [one for one in case.lines.filter(is_live=True).order_by("position") if one.refunded < one.amount]
    credits = _credits(actor) if actor.is_merchant else []
    controls = {"lines": _lines(open_lines)}
    if credits:
        controls["statement_line"] = Control(
            "statement_line", "id_statement_line", _("对账单里的到账"), _("选中后日期和金额按对账单填写。"), "radio",
            is_required=False, choices=[(str(one.id), _credit(one)) for one in credits] + [("", _("不在对账单里，上传截图"))],
        )  # fmt: skip
        controls["statement_line"].values = ("",)
    found.controls = {**controls, **found.controls}
    found.controls["file"].hint = _("银行入账短信、流水截图都可以。")
    found.more["missing"] = sum(one.amount - one.refunded for one in open_lines)
    kept = request.GET.get("file", "")
    if kept:
        found.controls["kept_file"] = Control("kept_file", "id_kept_file", "", kind="hidden", value=kept)
    actforms.fill(found.controls, {"on": request.GET.get("on") or clock.today()})
    found.read = lambda request, data: _read(request, data, open_lines, {str(one.id): one for one in credits})


def _lines(lines: list[Line]) -> Control:
    if len(lines) > MOST_LINES:
        return Control(
            "lines", "id_lines", _("退的是哪几笔"), _("写编号，例如 1-30,45；全部写 all。"), "text", value="all"
        )
    everything = tuple(str(one.position) for one in lines) if len(lines) == 1 else ()
    return Control(
        "lines", "id_lines", _("退的是哪几笔"), kind="checkboxes", choices=choices_of(lines), values=everything
    )


def _credits(actor: Actor) -> list[StatementLine]:
    """Money that came in by the merchant's own statements and proves no refund yet, the newest first."""
    used = Refund.objects.filter(statement_line__isnull=False).values("statement_line_id")
    rows = StatementLine.objects.visible_to(actor).filter(direction="C").exclude(pk__in=used)
    return list(rows.order_by("-on", "-id")[:MOST_CREDITS])


def _credit(row: StatementLine) -> str:
    return f"{row.on}　{ui.money(row.amount)}　{row.memo or row.fee_code}".strip()


def _read(request: HttpRequest, data: dict, lines: list[Line], credits: dict[str, StatementLine]) -> dict:
    data.pop("kept_file", None)
    if isinstance(data.get("lines"), str):
        data["lines"] = _numbers(data["lines"], lines)
    if not data.get("statement_line"):
        data.pop("statement_line", None)
    elif row := credits.get(data["statement_line"]):
        data.setdefault("amount", str(row.amount))
        data["on"] = row.on.isoformat()
    if "file" not in data and request.POST.get("kept_file"):
        data["file"] = request.POST["kept_file"]
    return data


def _numbers(text: str, lines: list[Line]) -> list[int]:
    """`1-30,45` or `all` as numbers of lines."""
    if text.strip().lower() in {"all", "全部"}:
        return [one.position for one in lines]
    numbers: list[int] = []
    for part in text.replace("，", ",").replace("、", ",").split(","):
        first, _dash, last = part.strip().partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()) or int(last or first) - int(first) > 5000:
            wrong = Text("请写编号，例如 1-30,45。", "Write numbers, for example 1-30,45.")
            raise Invalid(wrong, [Fault("/lines", "invalid", wrong)])
        numbers += range(int(first), int(last or first) + 1)
    return numbers
