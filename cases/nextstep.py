"""What to do next, for each situation of a case and each side: one headline, one button, and why. A table.

Which acts are possible is cases/workflow.py's; here stands only which of them a person should see first.
"""

from dataclasses import dataclass

from cases import caseshown, workflow
from cases.casepage import CasePage
from cases.models import Deadline
from cases.next_actor import next_actor
from cases.workflow import Act
from config import clock
from config.text import Text

NONE = "none"  # no deadline beside the headline


@dataclass(frozen=True, slots=True)
class Step:
    """`acts`: the first that is open becomes the button. `name_respondent` and `answered` are pages of their own."""

    headline: Text
    acts: tuple[str, ...] = ()
    why: Text | None = None
    clock: str = ""  # the deadline beside it; else the nearest that runs


def _s(zh: str, en: str, *acts: str, why: tuple[str, str] | None = None, clock: str = "") -> Step:
    return Step(Text(zh, en), acts, Text(*why) if why else None, clock)


MERCHANT = {
    "draft": _s(
        "核对后提交，说明函就写好了",
        "Check and submit; the letter is then written",
        "open",
        clock="CK-OPEN",
        why=("提交后仍可以补充证据和扣款。", "You can still add evidence and lines afterwards."),
    ),
    "unknown": _s(
        "先查清是谁扣的钱",
        "First find out who took the money",
        "name_respondent",
        clock="CK-SEND",
        why=(
            "看签购单底部的收单机构、银行入账附言，或问业务员。知道名称就能发函。",
            "Look at the acquirer on the slip, the bank memo, or ask the agent. The name is all the letter needs.",
        ),
    ),
    "send": _s(
        "把要求说明函发给对方",
        "Send the letter to the other side",
        "send_letter",
        clock="CK-SEND",
        why=(
            "函件已经写好：复制到微信、发邮件或打印邮寄都可以。",
            "It is written: paste it into WeChat, mail it or print it.",
        ),
    ),
    "arrival": _s(
        "记下对方什么时候收到了函件",
        "Note when the letter arrived",
        "record_arrival",
        "answered",
        clock="CK-SEND",
        why=(
            "一张送达截图或快递签收就够。从那天起才开始计算对方的说明日期。",
            "A screenshot or the courier's receipt is enough. The time to explain runs from that day.",
        ),
    ),
    "await_ack": _s("等对方确认收到", "Waiting for receipt to be confirmed", "answered", "remind", clock="CK-ACK"),
    "await": _s("等对方说明这笔扣款", "Waiting for the explanation", "answered", "remind", clock="CK-EXPL"),
    "overdue": _s(
        "对方没有按时说明：再催一次",
        "No explanation came in time: remind them",
        "remind",
        "answered",
        clock="CK-EXPL",
    ),
    "silent": _s(
        "催了两次仍没有说明：决定下一步",
        "Two reminders, no explanation: decide how to go on",
        "fail_negotiation",
        "answered",
        clock="CK-EXPL",
        why=("可以按谈不拢处理，也可以继续等。", "You can record that talks failed, or go on waiting."),
    ),
    "explained": _s(
        "看对方的说明，再说说你认为是谁的责任",
        "Read the explanation and say who you think is responsible",
        "propose_responsibility",
        clock="CK-REVIEW",
        why=("认可这笔扣款也可以：选「接受这笔扣款」。", "If you agree with the charge, choose “Accept the charge”."),
    ),
    "answer": _s("回应对方的责任划分", "Answer their view on responsibility", "answer_responsibility", clock="CK-RESP"),
    "confirm": _s(
        "确认责任划分，然后谈退款",
        "Confirm responsibility, then talk about the refund",
        "confirm_responsibility",
        clock=NONE,
        why=(
            "双方的看法都留着。看法不同就按有争议记录，不影响你继续要。",
            "Both views are kept. Where they differ it is recorded as disputed; your claim is not affected.",
        ),
    ),
    "await_answer": _s(
        "等对方回应责任划分",
        "Waiting for their view on responsibility",
        "answer_on_behalf",
        "confirm_responsibility",
        clock="CK-RESP",
    ),
    "confirmed": _s(
        "和对方谈退多少；到账了就记录",
        "Talk about the refund; record it once it arrives",
        "record_refund",
        "record_contact",
        why=("每次联系都记一笔。谈不拢也可以结束协商。", "Note each contact. You can also end the talks."),
    ),
    "failed": _s(
        "谈不拢之后：等到账，或不再追讨",
        "After the talks: a refund may still come, or close",
        "record_refund",
        "close",
        why=(
            "时效没有停，案件会一直提醒你。之后退款到账，仍可以在这里记录。",
            "Limitation runs on and we keep reminding you. A refund that comes later can still be recorded here.",
        ),
        clock="CK-LIM",
    ),
    "fulfilled": _s("钱已退齐：核对后结案", "All came back: check and close the case", "close"),
    "closed": _s("这个案件已经结案", "This case is closed"),
    "decide": _s("有一项等你同意", "Something awaits your approval", "approve", "return_request"),
    "asked": _s("等另一个人同意", "Waiting for another person to approve"),
    "other": _s("按案件现在的阶段继续", "Go on with the case as it stands", "record_contact", "record_refund"),
}
PROVIDER = {
    "await_ack": _s("确认收到这封函件", "Confirm that you have the letter", "acknowledge", "explain", clock="CK-ACK"),
    "await": _s("说明这笔扣款的依据和算法", "Explain the basis and calculation", "explain", clock="CK-EXPL"),
    "overdue": _s("说明这笔扣款：我们请你答复的日期已过", "Explain the deduction: the suggested date has passed", "explain", clock="CK-EXPL"),
    "explained": _s("等商户看你的说明", "The merchant is reading your explanation", "propose_responsibility", clock="CK-REVIEW"),
    "answer": _s("回应商户的责任划分", "Answer the merchant's view on responsibility", "answer_responsibility", clock="CK-RESP"),
    "confirmed": _s("和商户谈退款；已退就记录", "Talk about the refund; record it when paid", "record_refund"),
    "failed": _s("商户记录了谈不拢；仍可以退款", "The merchant ended the talks; a refund is still possible", "record_refund"),
    "decide": MERCHANT["decide"], "asked": MERCHANT["asked"], "closed": MERCHANT["closed"],
    "other": _s("等商户处理", "Waiting for the merchant"),
}  # fmt: skip


def situation(page: CasePage) -> str:
    """The row of the tables above that this case is in, for these eyes."""
    case = page.case
    if page.pending:
        return "asked" if page.pending.requested_by_id == page.actor.user_id else "decide"
    if case.state == "OPEN":
        letter = page.first_letter
        return "unknown" if not case.provider_id else "arrival" if letter and letter.state == "sent" else "send"
    if case.state in workflow.AWAITING:
        if overdue(page):
            reminders = [one for one in page.letters if one.kind == "reminder" and one.arrived_at]
            return "silent" if len(reminders) >= 2 and page.side == "merchant" else "overdue"
        return "await_ack" if case.state == "AWAIT_ACK" else "await"
    if case.state == "RESP_REVIEW":
        return _about_responsibility(page)
    return BY_STATE.get(case.state, "other")


BY_STATE = {
    "DRAFT": "draft", "EXPLAINED": "explained", "RESP_CONFIRMED": "confirmed", "NEGO_FAILED": "failed",
    "FULFILLED": "fulfilled", "CLOSED": "closed",
}  # fmt: skip


def _about_responsibility(page: CasePage) -> str:
    if page.views and page.views[-1].state != "proposed":
        return "confirm"
    theirs = not page.views or page.views[-1].side != page.side
    return "answer" if theirs else "await_answer"


def overdue(page: CasePage) -> Deadline | None:
    """The explanation that did not come in time."""
    passed = [one for one in page.deadlines if one.code == "CK-EXPL" and one.due_at <= clock.now()]
    return passed[-1] if passed else None


def step_of(page: CasePage) -> tuple[str, Step]:
    name = situation(page)
    table = PROVIDER if page.side == "provider" else MERCHANT
    return name, table.get(name) or table["other"]


def is_yours(page: CasePage, name: str) -> bool:
    """Whether the reader's side is to act: by the case, or because the other side let its day pass."""
    if (name in {"decide", "overdue", "silent"} and page.side == "merchant") or name == "decide":
        return True
    if name == "asked":
        return False
    side = "legal" if page.actor.is_legal else page.side
    return next_actor(page.case) == side


def clock_of(page: CasePage, step: Step) -> Deadline | None:
    """The deadline beside the headline: the one named, else the nearest that runs."""
    if step.clock == NONE:
        return None
    named = [one for one in caseshown.concerning(page) if one.code == step.clock]
    running = [one for one in caseshown.concerning(page) if one.state == "running" and one.code != "CK-LIM"]
    return (named or running or [None])[-1 if named else 0]


def ordered(step: Step, acts: dict[str, tuple[Act, list[Text]]]) -> list[str]:
    """The acts of the step that this person may do or is kept from, in their order."""
    return [name for name in step.acts if name in acts or name in OWN_PAGES]


OWN_PAGES = ("name_respondent", "answered", "answer_on_behalf")
