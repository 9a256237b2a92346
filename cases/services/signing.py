"""How each side is bound by the frozen text: signed in the product, stamped on paper, or, for a small sum, by message.

The first who is bound fixes the way for both. When both are, the agreement takes effect and its obligations begin.
"""

import hashlib
from datetime import datetime

from cases import policies, workflow
from cases.agreement import details
from cases.models import Agreement, Case, Signature, SignedCopy
from cases.services import agreement_text, agreements, evidence, obligations, steps
from cases.services.steps import Step, act
from config import clock, device, files, money
from config.actors import Actor
from config.errors import Conflict, Fault, Invalid, Missing, NotAllowed, SecondPerson, WrongState
from config.text import Text
from merchants.services import codes

CONSENT = Text(
    "我已阅读定稿全文并核对要点，同意以这种电子签名方式签署本协议，并有权代表本方签署。",
    "I have read the final text and checked its points, consent to signing it electronically in this way, and may sign"
    " for my side.",
)
PRODUCT, PAPER, MESSAGES = "product", "paper", "messages"
ROADS = {
    PRODUCT: Text("在产品内签署", "signed in the product"),
    PAPER: Text("纸质盖章", "stamped on paper"),
    MESSAGES: Text("双方的书面消息", "dated messages of both sides"),
}
ROAD_OF = {"stamped": PAPER, "message": MESSAGES}


# -- in the product -----------------------------------------------------------------------------------------------


def send_code(actor: Actor, number: str) -> codes.Sent:
    """Sends the signer a one-time code for the text that is frozen now. Changes nothing of the case.

    Raises what `sign` would raise before it comes to the code, and the refusals of merchants/services/codes.py.
    """
    case = steps.load(actor, number)
    side, _ = steps.standing(workflow.ACTS["sign"], actor, {}, case)
    steps.BEFORE["sign"](case, {})
    if case.state != "SIGNING":
        raise WrongState(Text("现在没有等签署的定稿。", "No final text awaits signature now."))
    agreement = agreements.in_making(case, "frozen")
    _check_road(agreement, PRODUCT)
    _check_free(agreement, side)
    return codes.send(actor, purpose(agreement), "sign_code", {"number": case.number})


def purpose(agreement: Agreement) -> str:
    """A code is good for one version of one agreement."""
    return f"sign:{agreement.id}"


@act("sign")
def sign(s: Step, data: dict) -> None:
    """A signatory signs the text whose hash he read, with a second factor at most five minutes old.

    Never through a link, never for the other side, and no person signs for both. Raises NotAllowed, SecondPerson,
    Conflict for another text or another way of signing, Missing without consent, Invalid for the code.
    """
    if s.actor.method == "link":
        raise NotAllowed(Text("链接里不能签署，请登录后签署。", "A link cannot sign. Log in to sign."))
    agreement = agreements.in_making(s.case, "frozen")
    _check_text(agreement, data["frozen_sha256"])
    _check_road(agreement, PRODUCT)
    _check_person(s, agreement)
    if data.get("consent") is not True:
        text = Text("请先勾选同意。", "Tick that you consent first.")
        raise Missing(text, [Fault("/consent", "required", text)])
    proof = codes.prove(s.actor, purpose(agreement), data["second_factor"])
    Signature(
        case=s.case, agreement=agreement, side=s.side, signer_id=s.actor.user_id, signer_name=s.actor.display_name,
        seat=s.actor.seat, authority=data.get("authority") or "", consent=str(CONSENT), factor=proof.factor,
        sent_to=proof.sent_to, sha256=agreement.sha256, signed_at=s.at, facts={**device.seen(), "method": s.actor.method},
    ).save(force_insert=True)  # fmt: skip
    s.record(version=agreement.position, sha256=agreement.sha256, factor=proof.factor,
             **({"authority": data["authority"]} if data.get("authority") else {}))  # fmt: skip
    _bound(s, agreement, PRODUCT, s.at)


def _check_text(agreement: Agreement, read: str) -> None:
    """What is signed is the PDF that lies there, byte for byte, and it is the one that was read."""
    if read.strip().lower() != agreement.sha256:
        text = Text(
            "你读过的文本已经不是现在的定稿。请重新打开协议，看清改动再签署。",
            "The text you read is not the final one any more. Open the agreement again, look at what changed, then sign.",
        )
        raise Conflict(text, [Fault("/frozen_sha256", "changed", text)])
    if hashlib.sha256(files.read(agreement.pdf)).hexdigest() != agreement.sha256:
        raise Conflict(Text("定稿文件与记录不一致，已停止签署，请联系管理员。",
                            "The final file differs from its record: signing is stopped. Tell the administrator."))  # fmt: skip


def _check_person(s: Step, agreement: Agreement) -> None:
    """One person never binds both sides, whatever seats that person holds."""
    theirs = evidence.other(s.side)
    signed = agreement.signatures.filter(side=theirs, signer_id=s.actor.user_id).exists()
    handed_in = s.case.events.filter(
        act="upload_signed_copy", user_id=s.actor.user_id, data__version=agreement.position, data__copy_of=theirs
    )
    uploaded = any(not event.data.get("on_behalf") for event in handed_in)
    if signed or uploaded:
        raise SecondPerson(
            Text("一个人不能替双方签署。请由这一方的另一个人办理。",
                 "One person cannot sign for both sides. Have another person of this side do it.")
        )  # fmt: skip


# -- on paper -----------------------------------------------------------------------------------------------------


@act("upload_signed_copy")
def upload_signed_copy(s: Step, data: dict) -> None:
    """Keeps the copy that one side has stamped, with the day and proof of the exchange; both copies bind.

    Each side hands in its own. The merchant may hand in that of a respondent without account. For a small sum the dated
    message in which a side confirms may take its place. Raises NotAllowed, Conflict, Invalid.
    """
    agreement = agreements.in_making(s.case, "frozen")
    _on_whose_side(s, data["side"])
    road = ROAD_OF[data["kind"]]
    if road == MESSAGES:
        _check_small(agreement)
    _check_road(agreement, road)
    _check_free(agreement, s.side)
    if not s.on_behalf:
        _check_person(s, agreement)
    _check_exchange(agreement, data["exchanged_on"])
    is_behalf = s.on_behalf
    file = evidence.keep(s, "E05" if road == PAPER else "E09", data["file"])
    proof = evidence.keep(s, "E09", data["proof"]) if data.get("proof") else None
    SignedCopy(
        case=s.case, agreement=agreement, side=s.side, kind=data["kind"], file=file, exchanged_on=data["exchanged_on"],
        proof=proof, uploaded_by_side="merchant" if is_behalf else s.side, uploaded_at=clock.now(),
    ).save(force_insert=True)  # fmt: skip
    s.record(version=agreement.position, copy_of=s.side, copy_kind=data["kind"],
             exchanged_on=data["exchanged_on"].isoformat())  # fmt: skip
    _bound(s, agreement, road, _day_of_exchange(agreement))


def _on_whose_side(s: Step, side: str) -> None:
    """`side` names whose stamp it is; it must be the own one, or that of a respondent without account."""
    if s.on_behalf and side != s.side:
        text = Text("替对方记录的，应是服务商的盖章件。", "What is recorded for the other side is the provider's copy.")
        raise Invalid(text, [Fault("/side", "own_side", text)])
    if side == s.side:
        return
    may = s.actor.seat in ("merchant.finance", "merchant.owner") and not s.case.provider.has_account
    if s.side != "merchant" or not may:
        raise NotAllowed(Text("各方上传自己盖章的那一份；对方有账号的，由对方上传。",
                              "Each side hands in the copy that it stamped itself; a provider with an account does so here."))  # fmt: skip
    s.side, s.on_behalf = side, True


def _check_small(agreement: Agreement) -> None:
    told = agreement_text.summary(agreement)
    moves, most = told["gets"] + told["pays"], policies.SMALL_SUM[agreement.case.merchant.kind]
    if moves > most:
        text = Text(
            "协议涉及 ¥{sum}，超过 ¥{most}，不能只凭书面消息成立。请用盖章件，或在产品内签署。",
            "The agreement moves ¥{sum}, above ¥{most}: messages alone do not bind. Use stamped copies, or sign here.",
        ).format(sum=money.plain(moves), most=money.plain(most))
        raise Invalid(text, [Fault("/kind", "above", text)])


def _check_exchange(agreement: Agreement, on) -> None:
    frozen_on = clock.local_day(agreement.frozen_at)
    if on > clock.today():
        text = Text("交换的日期不能在将来。", "The day of exchange cannot lie in the future.")
        raise Invalid(text, [Fault("/exchanged_on", "future", text)])
    if on < frozen_on:
        text = Text(
            "{day} 才定稿，交换不能早于这一天。", "The text was frozen on {day}; it cannot have been exchanged before."
        )
        raise Invalid(text.format(day=frozen_on), [Fault("/exchanged_on", "too_early", text.format(day=frozen_on))])


def _day_of_exchange(agreement: Agreement) -> datetime:
    """On paper the agreement takes effect on the later day of exchange, whenever that is recorded."""
    on = max(agreement.copies.values_list("exchanged_on", flat=True))
    now = clock.now()
    return now if on == clock.local_day(now) else max(agreement.frozen_at, clock.day_start(on))


# -- both roads ---------------------------------------------------------------------------------------------------


@act("decline_to_sign")
def decline_to_sign(s: Step, data: dict) -> None:
    """A signatory does not sign, and says why: the text is void and talks open again."""
    agreement = agreements.in_making(s.case, "frozen")
    _check_free(agreement, s.side)
    evidence.keep_proof(s, data)
    s.record(reason=data["reason"])
    agreements.void(s, agreement, data["reason"])
    s.tell("sign_declined", evidence.other(s.side))


def bound_sides(agreement: Agreement) -> set[str]:
    return {row.side for rows in (agreement.signatures.all(), agreement.copies.all()) for row in rows}


def road_for(case: Case, agreement: Agreement) -> str:
    """The way that is offered first: the one begun, else paper where the other side cannot sign here."""
    only_paper = details.whole(agreement.details)["signing"] == "paper" or not case.provider.has_account
    return agreement.binding or (PAPER if only_paper else PRODUCT)


def is_open_here(agreement: Agreement) -> bool:
    """Whether this text can be signed in the product at all, as things stand."""
    try:
        _check_road(agreement, PRODUCT)
    except Conflict:
        return False
    return True


def _check_road(agreement: Agreement, road: str) -> None:
    if road == PRODUCT and not agreement.case.provider.has_account:
        raise Conflict(
            Text(
                "对方没有账号，没法在这里签署。请打印盖章，再上传双方的盖章件。",
                "The other side has no account and cannot sign here. Print and stamp it, then hand in both stamped copies.",
            )
        )
    if road == PRODUCT and details.whole(agreement.details)["signing"] == "paper":
        raise Conflict(
            Text(
                "协议约定只用纸质盖章。请上传盖章件。",
                "The agreement provides for paper only. Hand in the stamped copy.",
            )
        )
    if agreement.binding not in ("", road):
        text = Text(
            "对方已用「{road}」的方式，双方要用同一种方式。",
            "The other side is bound in another way ({road}); both use the same.",
        )
        raise Conflict(text.format(road=ROADS[agreement.binding]))


def _check_free(agreement: Agreement, side: str) -> None:
    if side in bound_sides(agreement):
        raise Conflict(Text("这一方已经签署或盖章。", "This side has signed or stamped already."))


def _bound(s: Step, agreement: Agreement, road: str, at: datetime) -> None:
    """Fixes the way; with the second side the agreement takes effect, else the other side is next."""
    agreement.binding = road
    left = set(agreements.BOTH) - bound_sides(agreement)
    if left:
        agreement.save(update_fields=["binding"])
        (other,) = left
        s.case.deadlines.filter(code="CK-SIGN", state="running").update(acts=other)
        s.tell("agreement_signed", other)
        return
    agreement.state, agreement.effective_at = "effective", at
    agreement.save(update_fields=["binding", "state", "effective_at"])
    s.move("EFFECTIVE")
    s.record(effective_at=at.isoformat())
    obligations.begin(s, agreement)
    for side in agreements.BOTH:
        s.tell("agreement_effective", side)
