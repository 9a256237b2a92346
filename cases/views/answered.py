"""「对方回复了」: one page that turns what a respondent without account said into the right acts, with channel and proof.

Which acts, in which state, is the table below; each is performed through actions.perform like any other.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers

from cases import actions, casepage, workflow
from cases.inputs.base import channel
from cases.models import Case, InboundMail, Offer
from cases.services import evidence
from cases.views import actforms
from cases.views.actforms import ActForm
from cases.views.acts import confirm_first
from cases.views.entrance import seated
from config import clock, http, idempotency
from config.actors import Actor
from config.errors import Fault, Invalid, Missing, NotAllowed, Refused, Stale
from config.fields import File, Instant, Money, Strict, choice, words
from config.http import faults_of
from config.templatetags.controls import Control
from config.text import Text
from merchants import access

ANSWERS = {
    "received": Text("说收到了", "They have it"),
    "reason": Text("说了扣款的原因", "They gave a reason"),
    "will_refund": Text("说会退款", "They will refund"),
    "refuses": Text("拒绝", "They refuse"),
    "offers": Text("提出了方案，说退多少", "They made an offer, with a sum"),
    "accepts": Text("接受了我方的方案", "They accept our offer"),
    "rejects": Text("拒绝了我方的方案", "They reject our offer"),
    "refunded": Text("说已经退了款，我看到了到账", "They refunded, and I see the money"),
}
PROMISED = Text("对方表示会退款", "They say they will refund")
CHECKED = Text("对方的答复证明函件已经收到", "Their answer proves that the letter arrived")


class AnswerInput(Strict):
    """What the other side answered, as the shop knows it."""

    answer = choice(ANSWERS)
    text = words(5000, required=False)
    amount = Money(required=False)
    file = File(required=False)
    channel = channel()
    received_at = Instant()
    arrived = serializers.BooleanField(required=False, default=False)
    arrived_at = Instant(required=False)

    def get_fields(self):
        fields = super().get_fields()
        for name, label in LABELS.items():
            fields[name].label = label()
        return fields


LABELS = {
    "answer": lambda: _("对方怎么说"), "text": lambda: _("对方的原话"),
    "amount": lambda: _("对方说退多少"), "file": lambda: _("截图、录音或文件"),
    "channel": lambda: _("通过什么渠道"), "received_at": lambda: _("什么时候收到的答复"),
    "arrived": lambda: _("对方也收到了函件"), "arrived_at": lambda: _("函件什么时候到的"),
}  # fmt: skip


@dataclass
class Said:
    """The answer, read and checked."""

    answer: str
    text: str
    file: object
    channel: str
    received_at: datetime
    arrived: bool
    arrived_at: datetime | None
    amount: Decimal | None = None


@seated
def answered(request: HttpRequest, number: str) -> HttpResponse:
    """Asks in one form and performs what follows, all or nothing."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = casepage.opened(actor, number)
    if not actor.is_merchant or case.provider_id is None or "record_contact" not in _possible(case, actor):
        raise NotAllowed(Text("现在不能记录对方的答复。", "The other side's answer cannot be recorded now."))
    if case.state == "OPEN" and actor.is_alone and not access.is_fresh(request):
        return confirm_first(request)  # the answer may prove the arrival, which is recorded alone
    mail = _mail(case, actor, request)
    form = _form(case, actor, mail)
    if request.method != "POST":
        return _shown(request, case, form)
    actforms.fill_sent(form.controls, request)
    try:
        with transaction.atomic():
            key = request.POST.get("nonce") or uuid4().hex
            where = idempotency.once(
                actor, key, f"page:{number}:answered", lambda: _performed(request, case, actor, form, mail)
            )[0]
    except Stale:
        return _shown(request, case, form, status=412, version=case.version, moved_on=True)
    except Refused as refusal:
        if refusal.code == "not_found":
            raise
        form.blame(refusal)
        response = _shown(request, case, form, status=409 if refusal.status == 409 else 422)
        http.note(response, refusal)
        return response
    messages.success(request, _("已记下对方的答复。"))
    return redirect(where)


def _possible(case: Case, actor: Actor) -> set[str]:
    return {act.name for act, blocked in actions.available(case, actor) if not blocked}


def _mail(case: Case, actor: Actor, request: HttpRequest) -> InboundMail | None:
    """The mail in which the answer came, where the page was opened from it."""
    wanted = request.GET.get("mail") or request.POST.get("mail") or ""
    rows = InboundMail.objects.visible_to(actor).filter(case=case)
    return next((row for row in rows if str(row.id) == wanted), None)


def _form(case: Case, actor: Actor, mail: InboundMail | None) -> ActForm:
    found = actforms.of_fields(AnswerInput().get_fields())
    found["text"].hint = _("从微信、短信或邮件里复制过来；电话里说的，凭记忆写下要点。")
    found["file"].hint = _("聊天截图、通话录音、对方发来的 PDF 都可以。")
    found["channel"].kind = "choice"
    offered = _offered_by_us(case)
    left_out = {
        "accepts": offered is None,
        "rejects": offered is None or offered.state != "live",
        "offers": not _can_offer(case),
    }
    found["answer"].choices = [(key, label) for key, label in found["answer"].choices if not left_out.get(key)]
    found["answer"].kind = "radio"  # the first thing to say, seen at a glance however many there are
    found["amount"].hint = _("只有选「提出了方案」时填。有分期、迁移等内容的，到「双方的方案」里替对方记录。")
    if left_out["offers"]:
        del found["amount"]
    actforms.fill(found, {"received_at": clock.now()})
    if mail:
        found["mail"] = Control("mail", "id_mail", "", kind="hidden", value=str(mail.id))
        found["file"].hint = _("邮件原件会作为凭证，对方也能看到。另有截图可以换上。")
        actforms.fill(found, {"channel": "email", "received_at": mail.received_at, "text": mail.text[:5000],
                              "arrived": True})  # fmt: skip
    if case.state != "OPEN":
        del found["arrived"], found["arrived_at"]
    else:
        found["arrived"].hint = _("对方能答复，多半已经收到。勾选后从那天起计算它的说明日期。")
        found["arrived_at"].hint = _("不填就按收到答复的时间。")
    return ActForm(found)


def _shown(
    request: HttpRequest, case: Case, form: ActForm, *, status: int = 200, moved_on: bool = False, version: int = 0
) -> HttpResponse:
    return render(
        request, "cases/acts/answered.html",
        {
            "case": case, "problems": form.problems, "controls": form.controls, "nonce": request.POST.get("nonce") or uuid4().hex,
            "version": version or request.POST.get("version") or case.version, "moved_on": moved_on,
            "has_account": bool(case.provider and case.provider.has_account),
        },
        status=status,
    )  # fmt: skip


def _performed(request: HttpRequest, case: Case, actor: Actor, form: ActForm, mail: InboundMail | None) -> str:
    """Performs the acts one after the other; answers where to go on."""
    version = request.POST.get("version", "")
    if version.isdecimal() and int(version) != case.version:
        raise Stale(Text("案件刚刚有更新，请先看变化再提交。", "The case was just updated. Review it, then send."))
    said = _read(request, form, mail)
    if said.answer == "refunded":
        return _to_refund(case, said)
    if case.state == "OPEN" and said.arrived:
        case = _arrive(case, actor, said)
    for act, data in acts_of(case, actor, said):
        actions.perform(actor, act, data, number=case.number)
    return reverse("case", args=[case.number])


def _read(request: HttpRequest, form: ActForm, mail: InboundMail | None) -> Said:
    sent = actforms.sent(form.controls, request)
    if sent.pop("mail", None) and mail and "file" not in sent:
        sent["file"] = str(mail.case.evidence.get(position=mail.evidence[0]).file_id)
    serializer = AnswerInput(data=sent)
    if not serializer.is_valid():
        raise Invalid(Text("有内容需要修改。", "Some values need correcting."), list(faults_of(serializer.errors)))
    data = serializer.validated_data
    said = Said(
        data["answer"], data.get("text") or "", data.get("file"), data["channel"], data["received_at"],
        bool(data.get("arrived")), data.get("arrived_at"), data.get("amount"),
    )  # fmt: skip
    if said.answer == "offers" and said.amount is None:
        text = Text("请填写对方说退多少。", "Write down how much they would pay back.")
        raise Missing(text, [Fault("/amount", "missing", text)])
    if said.answer in {"reason", "refuses", "will_refund", "offers", "rejects"} and not said.text:
        text = Text("请写下对方说了什么。", "Write down what they said.")
        raise Missing(text, [Fault("/text", "missing", text)])
    if isinstance(said.file, UploadedFile):
        said.file = str(evidence.find_file(request.actor, said.file).pk)  # type: ignore[attr-defined]
    return said


def acts_of(case: Case, actor: Actor, said: Said) -> list[tuple[str, dict]]:
    """Which acts an answer is, in the state the case is in. What fits no act is a contact noted word for word."""
    proxied: dict = {"on_behalf": True, "channel": said.channel, "received_at": said.received_at.isoformat()}
    if said.file:
        proxied["proof"] = said.file
    stands_in = not (case.provider and case.provider.has_account)
    if stands_in and (found := _about_offers(case, said, proxied)):
        return found
    if stands_in and said.answer == "received" and case.state == "AWAIT_ACK":
        return [("acknowledge", {**proxied, "note": said.text[:500]})]
    if stands_in and said.answer != "received" and case.state in workflow.AWAITING:
        more = {
            "will_refund": {"note": PROMISED.zh},
            "refuses": dict.fromkeys(("clause", "calculation", "log"), "refused"),
        }
        return [("explain", {**proxied, "text": said.text, **more.get(said.answer, {})})]
    contact = {
        "who": case.provider.name, "channel": said.channel, "on": said.received_at.isoformat(),
        "said": f"{ANSWERS[said.answer]}：{said.text}"[:2000] if said.text else str(ANSWERS[said.answer]),
    }  # fmt: skip
    return [("record_contact", {**contact, **({"file": said.file} if said.file else {})})]


def _about_offers(case: Case, said: Said, proxied: dict) -> list[tuple[str, dict]]:
    """An offer, with the reasons where those were still asked for; or the answer to the merchant's own."""
    ours = _offered_by_us(case)
    if said.answer == "offers" and said.amount is not None:
        offer = {**proxied, "terms": [{"type": "REFUND", "amount": str(said.amount)}]}
        if case.state in workflow.AWAITING:
            return [("explain", {**offer, "text": said.text})]
        return [("make_offer", {**offer, "note": said.text[:500]})]
    if said.answer == "accepts" and ours:
        return [("accept_offer", {**proxied, "offer": ours.position, "note": said.text[:500]})]
    if said.answer == "rejects" and ours:
        return [("reject_offer", {**proxied, "reason": said.text[:500]})]
    return []


def _offered_by_us(case: Case) -> Offer | None:
    """The merchant's offer that was made last, where a yes to it can have come in time."""
    last = case.offers.order_by("position").last()
    return last if last and last.side == "merchant" and last.state in ("live", "lapsed") and _can_offer(case) else None


def _can_offer(case: Case) -> bool:
    """Whether the shop types in what a respondent without account offers, in the state that the case is in."""
    states = ("OPEN", "AWAIT_ACK", *workflow.ACTS["make_offer"].from_)
    return case.state in states and not (case.provider and case.provider.has_account)


def _arrive(case: Case, actor: Actor, said: Said) -> Case:
    """The letter's arrival, without which an answer to it cannot stand: proven by the answer itself."""
    arrived_at = (said.arrived_at or said.received_at).isoformat()
    letter = case.letters.filter(kind="letter").order_by("-position").first()
    if letter and letter.state == "sent":
        if not said.file:
            text = Text(
                "请上传截图或录音，证明对方收到了函件。", "Upload a screenshot or recording that proves the arrival."
            )
            raise Missing(text, [Fault("/file", "missing", text)])
        data = {"of": "letter", "arrived_at": arrived_at, "channel": said.channel, "proof": said.file}
        return actions.perform(actor, "record_arrival", data, number=case.number)
    if not actor.is_alone:
        text = Text("先登记发出函件并经另一个人同意，再记录对方的答复。",
                    "First record the sending and have it approved; then record the answer.")  # fmt: skip
        raise Missing(text, [Fault("/arrived", "missing", text)])
    data = {
        "channel": said.channel,
        "arrived_at": arrived_at,
        "alone": str(CHECKED),
        **({"proof": said.file} if said.file else {}),
    }
    return actions.perform(actor, "send_letter", data, number=case.number)


def _to_refund(case: Case, said: Said) -> str:
    """Money that was seen is recorded on the refund's own page, where the lines are chosen."""
    day = clock.local_day(said.received_at)
    query = {"on": day.isoformat(), **({"file": str(said.file)} if said.file else {})}
    return f"{reverse('act', args=[case.number, 'record_refund'])}?{urlencode(query)}"
