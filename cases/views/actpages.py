"""What the page of each act says and asks beyond its fields. A table, and what single acts prepare from the case.

Reading and performing is acts.py's; who may do what when is cases/workflow.py's.
"""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases import evidence_kinds, reasons, workflow
from cases.inputs.contacts import LETTERS
from cases.models import Case
from cases.services import guards
from cases.views import actforms, corrected, deskforms, dutyforms, offerpages, refunds, shareforms, signforms
from cases.views.actforms import PROXIED
from cases.views.asking import Asked, Page
from config import clock
from config.actors import Actor
from config.templatetags.controls import Control
from config.text import Text
from merchants.models import Store

MOST_CHOICES = 50  # lines to tick or choose; a longer case takes numbers


def asked(act: str, case: Case, actor: Actor, request: HttpRequest) -> Asked:
    """The form of an act for this case and person, filled with what is known."""
    page = PAGES[act]
    behalf = act in workflow.ACTS and workflow.ACTS[act].proxied and on_behalf(act, actor, request)
    left_out = set(page.leave_out) | (set() if behalf else set(PROXIED) if workflow.ACTS[act].proxied else set())
    found = Asked(actforms.of_act(act, left_out))
    for name in ("evidence[0].obtained_at", "evidence[0].source"):
        found.controls.pop(name, None)  # an attachment is asked for shortly; more can be said on the evidence page
    for name in PROXIED:
        if name in found.controls:
            found.controls[name] = found.controls.pop(name)  # how the answer came stands after what it says
    if "note" in found.controls:
        found.controls["note"] = found.controls.pop("note")  # last, wherever the serializer has it
    if behalf:
        found.fixed["on_behalf"] = True
        found.controls["channel"].is_required = True
        actforms.fill(found.controls, {"received_at": clock.now(), "channel": request.GET.get("channel")})
    if page.prepare:
        page.prepare(found, case, actor, request)
    deskforms.offer_templates(found, act, case, actor, request)
    return found


def on_behalf(act: str, actor: Actor, request: HttpRequest) -> bool:
    """Whether a person of the merchant records what the other side said: asked for, or the only way to do this act."""
    if not actor.is_merchant:
        return False
    ours = any(seat.startswith("merchant.") for seat in workflow.ACTS[act].seats)
    return "behalf" in request.GET or "behalf" in request.POST or not ours


# -- what single acts prepare -------------------------------------------------------------------------------------


def _contact(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    actforms.fill(found.controls, {"who": case.provider.name if case.provider else None, "on": clock.now()})


def _sending(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    letter = case.letters.filter(kind="letter").order_by("-position").first()
    found.controls["channel"].choices = _channels(case)
    found.controls["arrived_at"].hint = _("还不知道就先空着，知道了再记。")
    found.controls["proof"].hint = _("已读截图、快递签收、对方回复都可以。有了它，时效才算中断。")
    _mailing(found, case)
    found.more["letter"] = letter


def _channels(case: Case) -> list[tuple[str, str]]:
    has_account = bool(case.provider and case.provider.has_account)
    return [(key, str(label)) for key, label in reasons.CHANNELS.items() if key != "portal" or has_account]


def _arrival(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    waiting = case.letters.filter(sent_at__isnull=False, proof=None).order_by("position")
    kinds = list(dict.fromkeys(waiting.values_list("kind", flat=True)))
    found.controls["of"].choices = [(kind, str(LETTERS[kind])) for kind in kinds]
    found.controls["proof"].hint = _("已读截图、快递签收、对方回复都可以。")
    if len(kinds) == 1:
        found.controls["of"].kind = "hidden"
    actforms.fill(found.controls, {"of": kinds[0] if kinds else None, "arrived_at": clock.now()})


def _reminding(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    first = case.letters.filter(kind="letter", arrived_at__isnull=False).order_by("position").first()
    found.controls["channel"].choices = _channels(case)
    found.controls["proof"].hint = _("有送达凭证的催函，时效重新起算。")
    actforms.fill(found.controls, {"channel": first.channel if first else None})
    _mailing(found, case)


def _mailing(found: Asked, case: Case) -> None:
    """One tick where the other side's address is known, else the address itself; it stands before the channel."""
    address = case.provider.email if case.provider else ""
    own = found.controls.pop("send_to")
    if address:
        label = _("由追款发邮件到 %(to)s") % {"to": address}
        own = Control("mail_it", "id_mail_it", label, kind="checkbox", is_required=False)
    own.hint = _("PDF 作附件，现在就发。发信服务器接受不等于对方收到。")
    found.controls = {own.name: own, **found.controls}
    found.read = lambda request, data: _mailed(data, address)


def _mailed(data: dict, address: str) -> dict:
    to = address if data.pop("mail_it", None) else data.get("send_to")
    return {**data, "channel": "email", "send_to": to} if to else data


def _line(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    stores = [(str(one.id), one.name) for one in Store.objects.visible_to(actor)]
    if stores:
        found.controls["line.store"].kind, found.controls["line.store"].choices = "choice", stores
    else:
        del found.controls["line.store"]
    actforms.fill(found.controls, {"line.kind": "DEDUCTION", "line.injured_party": "MERCHANT"})


def _dropping(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    lines = refunds.choices_of(case.lines.filter(is_live=True).order_by("position")[: MOST_CHOICES + 1])
    if len(lines) <= MOST_CHOICES:
        found.controls["line"].kind, found.controls["line"].choices = "choice", lines
    actforms.fill(found.controls, {"line": request.GET.get("line")})


def _evidence(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    found.controls["kind"].hints = {key: str(kind.must_show) for key, kind in evidence_kinds.KINDS.items()}
    actforms.fill(found.controls, {"kind": request.GET.get("kind"), "visibility": "shared", "obtained_at": None})


def _asking(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    other = "merchant" if actor.is_provider else "provider"
    del found.controls["of"]
    found.fixed["of"] = other
    ours = "provider" if actor.is_provider else "merchant"
    kinds = [kind for kind in reasons.CAUSES[case.cause].helps if evidence_kinds.KINDS[kind].held_by != ours]
    actforms.fill(found.controls, {"kinds": kinds})


def _supplying(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    behalf = bool(found.fixed.get("on_behalf"))
    side = "provider" if actor.is_provider or behalf else "merchant"
    open_ones = list(case.evidence_requests.filter(state="open", of_side=side).order_by("position"))
    wanted = (
        request.GET.get("request") or request.POST.get("request") or (str(open_ones[0].position) if open_ones else "")
    )
    found.controls["request"].kind = "hidden"
    found.controls.pop("proof", None)  # the file supplied, or its refusal word for word, is the proof
    one = next((one for one in open_ones if str(one.position) == wanted), None)
    if one:
        kinds = [kind for kind in one.kinds if kind in evidence_kinds.KINDS]
        found.more["kinds"] = [evidence_kinds.KINDS[kind].label for kind in kinds]
        found.controls["kind"].choices = [(kind, str(evidence_kinds.KINDS[kind].label)) for kind in kinds]
        found.controls["kind"].kind = "radio" if len(kinds) > 1 else "hidden"
        actforms.fill(found.controls, {"kind": kinds[0] if kinds else None})
    actforms.fill(found.controls, {"request": wanted})


def _confirming(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    found.more["views"] = list(case.responsibility.order_by("position"))


def _closing(found: Asked, case: Case, actor: Actor, request: HttpRequest) -> None:
    outcomes = guards.fitting_outcomes(case)
    found.controls["outcome"].choices = [(key, str(workflow.OUTCOMES[key])) for key in outcomes]
    found.controls["outcome"].kind = "radio"
    actforms.fill(found.controls, {"outcome": outcomes[0] if len(outcomes) == 1 else None})


ENDS = (
    Text("所有提醒和期限停止。", "All reminders and deadlines stop."),
    Text("案件不能再继续，记录和证据会保留。", "The case cannot go on; its record and evidence stay."),
)
FORMAL = "cases/acts/confirm.html"
PAGES = {
    "open": Page(
        Text("提交后生成要求说明函，并开始提醒你发出。", "Submitting writes the letter and starts to remind you to send it."),
        template=FORMAL, money=True, leave_out=("note",),
    ),
    "record_contact": Page(
        Text("记下和谁、什么时候、说了什么。只有我方能看到。", "Note who, when and what was said. Only your side sees it."),
        Text("记下", "Note it"), leave_out=("note",), prepare=_contact,
    ),
    "add_line": Page(Text("同一个对方的另一笔扣款，可以放在一起要。", "Another deduction by the same side can be claimed here too."),
                     leave_out=("note",), prepare=_line),
    "drop_line": Page(Text("去掉的这一笔以后可以另案再要。", "The dropped line can be claimed again in another case."), prepare=_dropping),
    "correct_record": Page(
        Text("原来的记录会保留并划线，新的写在旁边；相关期限重新计算。",
             "The old record stays, struck through, with the new one beside it; deadlines are worked out anew."),
        Text("更正", "Correct it"), "cases/acts/correct.html", ("note", "event"), corrected.prepare,
    ),
    "add_evidence": Page(
        Text("原件会原样保存，以后随时能证明没有改过。", "The original is kept as it is and can always be shown to be unchanged."),
        Text("添加", "Add"), leave_out=("note",), prepare=_evidence,
    ),
    "add_message": Page(Text("对方可见的消息，或只有我方能看到的备注。", "A message to the other side, or a note for your own side."),
                        Text("发送", "Send"), leave_out=("note",)),
    "send_letter": Page(
        Text("先把函件发给对方，再在这里记下怎么发的。", "Send the letter first, then note here how."),
        Text("我已发出", "I have sent it"), "cases/acts/send_letter.html", ("note",), _sending,
    ),
    "record_arrival": Page(
        Text("从对方收到那天起，才开始计算请它说明的日期，时效也从那天重新起算。",
             "The time to explain runs from the day it arrived, and limitation begins again from that day."),
        Text("记下", "Note it"), leave_out=("note",), prepare=_arrival,
    ),
    "remind": Page(
        Text("会生成一份催告函。提交后到函件页复制或打印，再发给对方。",
             "This writes a reminder. Then copy or print it on the letter's page and send it."),
        Text("生成催告函并记下", "Write the reminder and note it"), leave_out=("note",), prepare=_reminding,
    ),
    "acknowledge": Page(Text("确认你已收到函件。接下来请说明原因。", "Confirm that you have the letter. The explanation comes next."), leave_out=("note",)),
    "explain": Page(
        Text("写明依据的条款、怎么算的、什么时候通知过。不能提供的写「没有」或「拒绝」。",
             "Name the clause, the calculation and when notice was given. Write “none” or “refused” where you give nothing."),
        template="cases/offers/explain.html", leave_out=("note", "terms"), prepare=offerpages.explaining,
    ),
    "request_evidence": Page(Text("对方提供、拒绝或不回应，都会记录下来。", "Whether they supply, refuse or stay silent is recorded."),
                             Text("请对方提供", "Ask for them"), leave_out=("note",), prepare=_asking),
    "supply_evidence": Page(Text("上传材料，或写明为什么不提供，二选一。", "Upload the record, or say why it is not supplied."),
                            leave_out=("note",), prepare=_supplying),
    "propose_responsibility": Page(
        Text("三项相加 100。双方的看法都会保留，不会互相覆盖。", "The three add up to 100. Both sides' views are kept."),
        template="cases/acts/shares.html", leave_out=("note",), prepare=shareforms.prepare,
    ),
    "answer_responsibility": Page(
        Text("同意，或写出不同的看法，二选一。", "Agree, or set down another view."),
        template="cases/acts/shares.html", leave_out=("note",), prepare=shareforms.prepare,
    ),
    "confirm_responsibility": Page(
        Text("确认后进入协商。双方看法不同时，按有争议记录，不影响你继续要。",
             "After this the talks begin. Where views differ it is recorded as disputed; your claim is not affected."),
        template="cases/acts/shares.html", leave_out=("note",), prepare=_confirming,
    ),
    "record_refund": Page(
        Text("只记真正到账的钱。退了一部分，其余的继续要。", "Record only money that arrived. After a part payment the rest is still claimed."),
        Text("记录到账", "Record it"), "cases/acts/refund.html", ("note",), refunds.prepare,
    ),
    "fail_negotiation": Page(
        Text("案件不会关闭：之后仍可以记录退款，或者结案。", "The case stays open: a later refund can be recorded, or the case closed."),
        leave_out=("note",), danger=True,
        consequences=(Text("请对方答复的日期停止，时效继续计算。", "Our own dates stop; limitation runs on."),),
    ),
    **offerpages.PAGES,
    **signforms.PAGES,
    **dutyforms.PAGES,
    "accept_charge": Page(
        Text("你认可这笔扣款，不再要回。", "You accept the deduction and give up the claim."),
        template=FORMAL, money=True, danger=True, leave_out=("note",), consequences=ENDS,
    ),
    "withdraw": Page(
        Text("撤回后这些扣款以后可以重新立案。", "After withdrawing, these deductions can be claimed again later."),
        template=FORMAL, money=True, danger=True, leave_out=("note",), consequences=ENDS,
    ),
    "close": Page(Text("选一个符合事实的结果。", "Choose the outcome that fits the facts."), template=FORMAL, money=True,
                  leave_out=("note",), prepare=_closing, consequences=ENDS),
    "assign": Page(Text("只有我方能看到由谁负责。", "Only your side sees who takes the case."), leave_out=("note",),
                   prepare=deskforms.assigning),
    "approve": Page(Text("核对下面的内容，同意后立即执行。", "Check what is asked; approving performs it at once."), template="cases/acts/approve.html"),
    "return_request": Page(Text("退回后由提出的人修改再提。", "The one who asked can change it and ask again."),
                           Text("退回", "Return"), "cases/acts/approve.html", ("note",), danger=True),
}  # fmt: skip
assert set(PAGES) == set(workflow.ALIVE) - {"file"}, "every act with a button has its page"
