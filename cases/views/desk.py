"""The desk of staff seats: the queue, giving many cases to somebody at once, the next case, the queue as a table.

Which cases stand in it, and in what order, is cases/desk_queries.py; who may give a case to whom, cases/services/desk.py.
"""

import json
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cases import actions, desk_queries, reasons, timetable, workflow
from cases.caseshown import LEVELS, state_tag
from cases.desk_queries import Asked
from cases.models import Case
from cases.services import desk, sheets
from cases.views.cards import is_turn_of
from cases.views.deskforms import people
from cases.views.entrance import seated
from config import clock, idempotency
from config.actors import Actor
from config.errors import Conflict, Fault, Invalid, NotAllowed, Refused
from config.templatetags import ui
from config.text import Text

MOST_AT_ONCE = 200
MOST_TOLD = 10  # refusals told one by one after giving many cases away
WITH_OTHERS = Text("等别人", "With others")
# What answering a case means in its state, where it is the reader's side that must; else a message.
REPLIES = {"AWAIT_ACK": "explain", "AWAIT_EXPLANATION": "explain", "RESP_REVIEW": "answer_responsibility"}
# Where the words of a state are the waiting side's: what they are to the side that has to act.
TO_DO = {
    "AWAIT_ACK": Text("待确认收到", "To acknowledge"), "AWAIT_EXPLANATION": Text("待说明", "To explain"),
    "EXPLAINED": Text("已说明，等商户", "Explained"),
}  # fmt: skip
HAPPENED = {
    "clock_passed": Text("期限已过：{code}", "Passed: {code}"),
    "ask_approval": Text("请同事同意", "Asked a colleague to approve"),
}
SIDES = {"merchant": Text("商户", "Merchant"), "provider": Text("服务商", "Provider"), "legal": Text("法务", "Legal")}
PRODUCT = Text("追款", "Recourse")


def queue(request: HttpRequest) -> HttpResponse:
    """The open cases of a staff seat, the most urgent first, as asked for. What was asked is kept for `following`."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = Asked.of(request.GET)
    try:
        found = desk_queries.listed(actor, asked, request.GET.get("cursor", ""))
    except Invalid:  # a cursor of another day is the first page
        found = desk_queries.listed(actor, asked)
    _remember(request)
    numbers, may_assign = desk_queries.counts(actor), actor.seat in workflow.ACTS["assign"].seats
    return render(
        request, "cases/desk/queue.html",
        {
            "rows": [row(case, actor) for case in found.rows], "asked": asked, "narrows": asked.narrows,
            "views": [_view(request, name, label, numbers[name], asked, actor) for name, label in desk_queries.VIEWS.items()],
            "dropped": _("、").join(dict.fromkeys(str(desk_queries.NAMES[name]) for name in asked.dropped)),
            "states": [(name, _to_do(actor).get(name, one.label)) for name, one in workflow.STATES.items()],
            "causes": [(name, one.label) for name, one in reasons.CAUSES.items()],
            **_colleagues(actor), "may_assign": may_assign, "nonce": uuid4().hex,
            "next_url": _at(request, cursor=found.next), "previous_url": _at(request, cursor=found.previous),
            "back": request.GET.urlencode(), "csv_url": _export_url(request, "csv"),
            "xlsx_url": _export_url(request, "xlsx"), "uses_templates": desk.may_use_templates(actor),
            "answers": actor.is_provider,
        },
    )  # fmt: skip


def _view(request: HttpRequest, name: str, label: Text, number: int, asked: Asked, actor: Actor) -> dict:
    label = WITH_OTHERS if name == "waiting" and desk_queries.side_of(actor) != "provider" else label
    return {
        "url": _at(request, view=name, cursor=""),
        "label": label,
        "number": number,
        "is_current": name == asked.view,
    }


def _at(request: HttpRequest, **changes: str) -> str:
    """The address of the same queue with something changed; "" for another page where there is none."""
    if changes.get("cursor") == "" and len(changes) == 1:
        return ""
    params = request.GET.copy()
    for name, value in changes.items():
        params[name] = value
        if not value:
            del params[name]
    return f"?{params.urlencode()}"


def _export_url(request: HttpRequest, kind: str) -> str:
    params = request.GET.copy()
    params.pop("cursor", None)
    return f"{reverse(f'desk-{kind}')}?{params.urlencode()}"


def _colleagues(actor: Actor) -> dict:
    """Whom a case can be given to, and whose cases can be looked for."""
    rows = list(desk.colleagues(actor))
    return {
        "people": people(actor, rows),
        "users": list({str(one.user_id): desk.called(one.user) for one in rows}.items()),
    }


def _remember(request: HttpRequest) -> None:
    params = request.GET.copy()
    for name in ("cursor", "lang"):
        params.pop(name, None)
    if request.session.get("desk", "") != params.urlencode():
        request.session["desk"] = params.urlencode()


# -- one row ------------------------------------------------------------------------------------------------------


def row(case: Case, actor: Actor) -> dict:
    """A row of desk_queries.with_row in the reader's words."""
    tag, line = state_tag(case, actor), case.line or {}  # type: ignore[attr-defined]
    act = reply_of(case, actor)
    cause = reasons.CAUSES[case.cause].label if case.cause != "C0" else reasons.SYMPTOMS[case.symptom]
    return {
        "number": case.number, "url": reverse("case", args=[case.number]), "due": due_of(case, actor),
        "merchant": case.merchant.name, "cause": cause, "fee": line.get("fee") or "", "tid": line.get("tid") or "",
        "amount": case.amount or case.held or 0,  # type: ignore[attr-defined]
        "status_label": _to_do(actor).get(case.state, tag["label"]), "status_level": tag["level"],
        "assignee": case.assignee or "", "is_mine": case.assignee_id == actor.user_id, "recent": recent(case, actor),  # type: ignore[attr-defined]
        "reply": {"label": workflow.ACTS[act].label, "url": reverse("act", args=[case.number, act])} if act else None,
    }  # fmt: skip


def _to_do(actor: Actor) -> dict[str, Text]:
    return TO_DO if desk_queries.side_of(actor) == "provider" else {}


def due_of(case: Case, actor: Actor) -> dict | None:
    """The day by which the own side must act: how near it is, whether it is law, agreed or ours, and its sentence."""
    told, due_at = case.deadline, case.due_at  # type: ignore[attr-defined]
    if not told or not due_at:
        return None
    days = (due_at - clock.now()).total_seconds() / 86_400
    of = timetable.CLOCKS[told["code"]]
    return {
        "at": due_at, "level": next((name for most, name in LEVELS if days <= most), "neutral"),
        "kind": timetable.KINDS[told["kind"]], "what": of.label,
        "sentence": of.sentence(
            told["kind"], ui.until(due_at), reader=desk_queries.side_of(actor), acts=told["acts"] or None
        ),
    }  # fmt: skip


def reply_of(case: Case, actor: Actor) -> str:
    """The act with which this seat answers the case from the queue; none for a seat that only reads."""
    act = REPLIES.get(case.state, "") if is_turn_of(case, actor) else ""
    if act and actor.seat in workflow.ACTS[act].seats:
        return act
    return "add_message" if case.state != "CLOSED" and actor.seat in workflow.ACTS["add_message"].seats else ""


def recent(case: Case, actor: Actor) -> str:
    """What happened last and who did it: the own people as you or by their side, the product by its name."""
    last = case.last  # type: ignore[attr-defined]
    if not last:
        return ""
    if last["act"] in HAPPENED:
        code = timetable.CLOCKS[last["code"]].label if last["code"] in timetable.CLOCKS else ""
        what = str(HAPPENED[last["act"]].format(code=code))
    else:
        what = str(workflow.ACTS[last["act"]].label) if last["act"] in workflow.ACTS else ""
    if last["user"] is not None and last["user"] == actor.user_id:
        return _("你：%(what)s") % {"what": what}
    who = SIDES.get(last["seat"].partition(".")[0], PRODUCT)
    return _("%(who)s：%(what)s") % {"who": who, "what": what}


# -- doing --------------------------------------------------------------------------------------------------------


@seated
@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Gives the chosen cases to one person, each on its own: one that is refused keeps none of the others."""
    actor = _staff(request)
    numbers, who = _numbers(request.POST), request.POST.get("who", "")
    back = f"{reverse('case-list')}?{QueryDict(request.POST.get('back', '')).urlencode()}".rstrip("?")
    if not numbers:
        messages.warning(request, _("请先勾选要分配的案件。"))
        return redirect(back)

    def work() -> str:
        return json.dumps({number: _given(actor, number, who) for number in numbers})

    with transaction.atomic():
        told, _new = idempotency.once(actor, request.POST.get("nonce") or uuid4().hex, "desk:assign", work)
    _tell(request, json.loads(told))
    return redirect(back)


def _given(actor: Actor, number: str, who: str) -> list[str]:
    """[] when the case was given, else why not, in both languages."""
    try:
        actions.perform(actor, "assign", {"who": who}, number=number)
    except Refused as refusal:
        text = refusal.faults[0].text if refusal.faults else refusal.text
        return [text.zh, text.en]
    return []


def _tell(request: HttpRequest, told: dict[str, list[str]]) -> None:
    refused = {number: Text(*why) for number, why in told.items() if why}
    if done := len(told) - len(refused):
        messages.success(request, ngettext("已分配 %(n)d 件。", "已分配 %(n)d 件。", done) % {"n": done})
    for number, why in list(refused.items())[:MOST_TOLD]:
        messages.warning(request, _("%(number)s 没有分配：%(why)s") % {"number": number, "why": why})
    if (more := len(refused) - MOST_TOLD) > 0:
        messages.warning(request, _("另有 %(n)d 件没有分配。") % {"n": more})


def _numbers(params: QueryDict) -> list[str]:
    """The chosen cases, always in one order, so that two people who choose the same wait for each other."""
    numbers = sorted({number[:20] for number in params.getlist("number")})
    if len(numbers) > MOST_AT_ONCE:
        text = Text("一次最多 {n} 件。", "At most {n} cases at once.").format(n=MOST_AT_ONCE)
        raise Invalid(text, [Fault("/number", "too_many", text)])
    return numbers


def _staff(request: HttpRequest) -> Actor:
    actor = request.actor  # type: ignore[attr-defined]
    if actor.is_merchant:
        raise NotAllowed(Text("队列是服务商和法务的页面。", "The queue is for providers and legal teams."))
    return actor


@seated
@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """Leads to the next case of the queue that waits for the reader, as the queue was last looked at."""
    actor = _staff(request)
    asked = Asked.of(QueryDict(request.session.get("desk", "")))
    case = desk_queries.following(actor, asked, request.GET.get("after", "")[:20])
    if case is None:
        messages.success(request, _("队列里没有别的要你处理的案件。"))
        return redirect("case-list")
    return redirect("case", case.number)


# -- as a table ---------------------------------------------------------------------------------------------------

TOO_MANY = Text("超过 {n} 件，请先筛选再导出。", "More than {n} cases. Narrow the queue first.")
COLUMNS = (
    Text("编号", "Number"), Text("商户", "Merchant"), Text("原因", "Cause"), Text("扣款名称", "Fee name"),
    Text("终端号", "TID"), Text("金额", "Amount"), Text("状态", "State"), Text("轮到谁", "Whose turn"),
    Text("期限", "Due"), Text("期限性质", "Kind of deadline"), Text("要做什么", "What is due"),
    Text("负责人", "In charge"), Text("最近动态", "Last"),
)  # fmt: skip


@seated
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The queue as asked for, or the chosen cases of it, as CSV or XLSX. Who took it out is recorded."""
    actor = _staff(request)
    asked, numbers = Asked.of(request.GET), _numbers(request.POST)
    if request.method == "POST" and not numbers:
        messages.warning(request, _("请先勾选要导出的案件。"))
        return redirect("case-list")
    rows = desk_queries.exported(actor, asked, numbers)
    if len(rows) > desk_queries.MOST_EXPORTED:
        raise Conflict(TOO_MANY.format(n=f"{desk_queries.MOST_EXPORTED:,}"))
    content = sheets.written(kind, [str(name) for name in COLUMNS], [_cells(case, actor) for case in rows])
    sheets.record_export(
        actor,
        request.path,
        format=kind,
        cases=len(rows),
        **({"numbers": numbers} if numbers else {"asked": request.GET.urlencode()}),
    )
    response = HttpResponse(content, content_type=sheets.TYPES[kind])
    name = _("案件队列")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}-{clock.today():%Y%m%d}.{kind}")
    response["Cache-Control"] = "private, no-store"
    return response


def _cells(case: Case, actor: Actor) -> list[sheets.Cell]:
    told = row(case, actor)
    due = told["due"] or {"at": None, "kind": "", "what": ""}
    return [
        case.number, told["merchant"], str(told["cause"]), told["fee"], told["tid"], told["amount"],
        str(told["status_label"]), str(workflow.NEXT_ACTORS[case.turn]), ui.until(due["at"]) if due["at"] else "",  # type: ignore[attr-defined]
        str(due["kind"]), str(due["what"]), told["assignee"], told["recent"],
    ]  # fmt: skip
