"""What the pages of obligations ask: which one it is about, its proof, who is to be told. How one is shown is
cases/dutyshown.py's."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases import dutyshown, reasons
from cases.models import Case, Obligation, Refund
from cases.services import dues, notify
from cases.views import actforms
from cases.views.asking import Asked, Page
from config import clock
from config.actors import Actor
from config.templatetags import ui
from config.templatetags.controls import Control
from config.text import Text
from merchants.models import StatementLine

MOST_LINES = 12
SEATS = ("merchant.store", "merchant.operations", "merchant.approver", "provider.agent", "provider.approver")


def proving(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """One that is owed: its day is today and its sum as agreed, unless a line of the statement says so."""
    one = _chosen(found, [one for one in case.obligations.all() if one.state in dues.OWED], request)
    _proof(found, case, actor, one)


def curing(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """What was declared overdue; nothing is asked where recorded money has settled it."""
    late = [one for one in case.obligations.all() if one.is_breached and one.state in dues.OWED]
    one = _chosen(found, late, request)
    if late:
        _proof(found, case, actor, one)
        found.controls["file"].is_required = "statement_line" not in found.controls
        return
    for name in ("obligation", "on", "amount", "file"):
        found.controls.pop(name, None)
    found.more["nothing_late"] = True


def deciding(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """One that the other side has proven, to be confirmed or disputed."""
    side = _side(found, actor)
    proven = [one for one in case.obligations.all() if one.state == "proven" and one.debtor != side]
    _chosen(found, proven, request)


def breaking(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """One of the provider whose days of grace are over."""
    now = clock.now()
    late = [
        one for one in case.obligations.all()
        if one.debtor == "provider" and one.state in dues.OWED and one.grace_until <= now
    ]  # fmt: skip
    _chosen(found, late, request)


def demanding(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    last = case.letters.exclude(channel="").order_by("-position").first()
    has_account = bool(case.provider and case.provider.has_account)
    found.controls["channel"].choices = [
        (key, str(label)) for key, label in reasons.CHANNELS.items() if key != "portal" or has_account
    ]
    found.controls["arrived_at"].hint = _("还不知道就先空着，知道了再记。")
    found.controls["proof"].hint = _("已读截图、快递签收、对方回复都可以。有了它，时效才算中断。")
    actforms.fill(found.controls, {"channel": last.channel if last else None})


def notifying(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """The two sides are told anyway; seats and names beside them are asked for."""
    has_account = bool(case.provider and case.provider.has_account)
    seats = [(seat, str(dutyshown.called(seat))) for seat in SEATS if has_account or not seat.startswith("provider.")]
    seats += [("outsourcer", str(dutyshown.called("outsourcer")))] if case.outsourcer_id else []
    if actor.is_alone:
        seats = [(seat, label) for seat, label in seats if not seat.startswith("merchant.")]
    controls = {}
    if seats:
        controls["seats"] = Control(
            "seats", "id_seats", _("还要通知谁"), _("商户和服务商双方一定会通知；这里是另外要单独确认的人。"), "checkboxes",
            is_required=False, choices=seats,
        )  # fmt: skip
    controls["names"] = Control(
        "names", "id_names", _("外部的人（可不填）"), _("每行一个，例如：店长老王、持卡人李女士。由你替他们记下已知悉。"),
        "textarea", is_required=False, attrs={"rows": "2"},
    )  # fmt: skip
    found.controls = {**controls, **found.controls}
    found.read = _who


def _who(request: HttpRequest, data: dict) -> dict:
    data.pop("seats", None)
    names = [name.strip() for name in (data.pop("names", None) or "").splitlines() if name.strip()]
    who = [*request.POST.getlist("seats"), *names]
    return {**data, **({"who": who} if who else {})}


def knowing(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    """For oneself it takes nothing; `?who=` names somebody else on the list for whom it is recorded."""
    who = request.GET.get("who") or request.POST.get("who") or ""
    found.more["waiting"] = [dutyshown.called(one.who) for one in notify.waiting(case)]
    found.more["for_whom"] = dutyshown.called(who) if who else ""
    found.controls["who"].kind = "hidden"
    actforms.fill(found.controls, {"who": who})


# -- which one, and its proof -------------------------------------------------------------------------------------


def _chosen(found: Asked, rows: list[Obligation], request: HttpRequest) -> Obligation | None:
    """The obligation named by the address, else the only one; where there are several, the page asks."""
    rows = sorted(rows, key=lambda one: (one.due_at, one.position))
    wanted = request.GET.get("obligation") or request.POST.get("obligation") or ""
    one = next((one for one in rows if str(one.position) == wanted), rows[0] if len(rows) == 1 else None)
    control = found.controls["obligation"]
    if one:
        control.kind = "hidden"
        actforms.fill(found.controls, {"obligation": one.position})
        found.more["duty"] = dutyshown.duty(one, _side(found, request.actor), _proofs(one), number=one.case.number)  # type: ignore[attr-defined]
    else:
        control.kind = "radio"
        control.choices = [(str(row.position), dutyshown.line(row)) for row in rows]
        found.controls = {"obligation": found.controls.pop("obligation"), **found.controls}
    return one


def _proofs(one: Obligation) -> list:
    return [one.proof] if one.proof_id else []


def _side(found: Asked, actor: Actor) -> str:
    return "provider" if actor.is_provider or found.fixed.get("on_behalf") else "merchant"


def _proof(found: Asked, case: Case, actor: Actor, one: Obligation | None) -> None:
    if one and one.amount is None:
        found.controls.pop("amount")
    elif one:
        found.controls["amount"].is_required = True
    found.controls["on"].is_required = True
    found.controls.pop("proof", None)  # the file itself is the proof
    lines = _lines(case, actor, one) if one and one.amount else []
    if lines:
        found.controls["statement_line"] = Control(
            "statement_line", "id_statement_line", _("对账单里的这笔钱"), _("选中后日期和金额按对账单填写。"), "radio",
            is_required=False, choices=[*lines, ("", _("不在对账单里，上传凭证"))],
        )  # fmt: skip
        found.controls["statement_line"].values = ("",)
        first = {name: found.controls.pop(name) for name in ("statement_line",)}
        found.controls = {**first, **found.controls}
    else:
        found.controls["file"].is_required = True
    actforms.fill(found.controls, {"on": clock.today(), "amount": one.amount if one else None})
    found.read = _by_line


def _by_line(request: HttpRequest, data: dict) -> dict:
    """The line of the statement says day and sum by itself."""
    if not data.get("statement_line"):
        data.pop("statement_line", None)
        return data
    return {name: value for name, value in data.items() if name not in ("on", "amount")}


def _lines(case: Case, actor: Actor, one: Obligation) -> list[tuple[str, str]]:
    """Lines of the merchant's own statements of this very sum since the agreement, the newest first."""
    if not actor.is_merchant:
        return []
    used = Refund.objects.filter(statement_line__isnull=False).values("statement_line_id")
    rows = StatementLine.objects.visible_to(actor).filter(
        direction="C" if one.debtor == "provider" else "D", amount=one.amount,
        on__gte=clock.local_day(one.agreement.effective_at),
    )  # fmt: skip
    rows = rows.exclude(pk__in=used).order_by("-on", "-id")[:MOST_LINES]
    return [(str(row.id), f"{row.on}　{ui.money(row.amount)}　{row.memo or row.fee_code}".strip()) for row in rows]


DUTY = "cases/acts/duty.html"
PAGES = {
    "notify_parties": Page(
        Text("双方都会收到通知，各自确认已知悉后开始履行。", "Both sides are told; it is carried out once each has said that it knows."),
        Text("发出通知", "Tell them"), leave_out=("note", "who"), prepare=notifying,
    ),
    "acknowledge_notice": Page(
        Text("确认你已知悉协议，并同意按它办。", "Confirm that you know the agreement and act by it."),
        template="cases/acts/knowing.html", leave_out=("note",), prepare=knowing,
    ),
    "prove_obligation": Page(
        Text("提交后由另一方核对确认。", "Who is owed it then checks and confirms it."),
        Text("提交凭证", "Send the proof"), DUTY, ("note",), proving,
    ),
    "confirm_obligation": Page(
        Text("看到钱或结果了再确认；确认的退款计入已退回。", "Confirm once you have seen it; a refund then counts as back."),
        template=DUTY, leave_out=("note",), prepare=deciding,
    ),
    "dispute_obligation": Page(
        Text("写明哪里不对，对方要重新提交凭证。原来的日期照算。", "Say what is wrong; they must prove it again. Its day stands."),
        template=DUTY, leave_out=("note",), prepare=deciding,
    ),
    "declare_breach": Page(
        Text("到期日和宽限日都过了，对方仍没有履行。", "Its day and the days of grace have passed and it was not done."),
        template=DUTY, leave_out=("note",), prepare=breaking, danger=True,
        consequences=(
            Text("之后可以正式催款；对方补上后协议继续履行。", "You can then demand it formally; once made good, the agreement goes on."),
            Text("这笔款的时效从约定的到期日重新计算。", "Limitation of this sum begins again from the day agreed."),
        ),
    ),
    "demand_cure": Page(
        Text("会生成一份催款函。提交后到函件页复制或打印，再发给对方；从对方收到那天起算 5 个工作日（非法定期限）。",
             "This writes the demand. Then copy or print it on the letter's page and send it; 5 working days run from its arrival"
             " (not a legal deadline)."),
        Text("生成催款函并记下", "Write the demand and note it"), leave_out=("note",), prepare=demanding,
    ),
    "cure": Page(
        Text("记下补付的日期和凭证，协议继续履行。", "Note day and proof of what was made good; the agreement goes on."),
        Text("记下，继续履行", "Note it and go on"), "cases/acts/duty.html", ("note",), curing,
    ),
}  # fmt: skip
