"""What to do next, for each situation of a case and each side: one headline, one button, and why. A table.

Which acts are possible is cases/workflow.py's; here stands only which of them a person should see first.
"""

from cases import caseshown, nextduty, workflow
from cases.casepage import CasePage
from cases.models import Deadline
from cases.next_actor import next_actor
from cases.nextrow import NONE, Step
from cases.nextrow import row as _s
from cases.workflow import Act
from config import clock
from config.text import Text

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
        "和对方谈退多少：先提出方案",
        "Talk about the refund: make an offer",
        "make_offer",
        "start_negotiation",
        "record_refund",
        why=("到账了就记录。谈不拢也可以结束协商。", "Record the money once it arrives. You can also end the talks."),
    ),
    "talk": _s(
        "提出方案，或等对方提出",
        "Make an offer, or wait for theirs",
        "make_offer",
        "answered",
        "offers",
        clock="CK-NEGO",
        why=(
            "写清退多少、什么时候付就够了。谈不拢也可以结束协商。",
            "How much and by when is enough. You can also end the talks.",
        ),
    ),
    "offered": _s(
        "对方提出了方案：接受、还价或拒绝",
        "They made an offer: accept it, counter it or reject it",
        "offers",
        "accept_offer",
        clock="CK-OFFER",
        why=("先看得到多少、放弃多少，再决定。", "See what you get and what you give up, then decide."),
    ),
    "await_offer": _s(
        "等对方答复你的方案", "Waiting for the answer to your offer", "answered", "offers", clock="CK-OFFER"
    ),
    "drafting": _s(
        "看一遍协议，没有问题就定稿",
        "Read the agreement; if nothing is wrong, make it final",
        "agreement",
        clock="CK-DRAFT",
        why=(
            "草稿已经写好。收款账户等可以改，定稿后双方签的就是这一份。",
            "The draft is written. The account and the like can be changed; what is final is what both sides sign.",
        ),
    ),
    "sign": _s(
        "读协议，核对要点，然后签署",
        "Read the agreement, check its points, then sign",
        "agreement",
        clock="CK-SIGN",
        why=("签之前可以下载，给家人或律师看看。", "You can download it first and show it to somebody you trust."),
    ),
    "await_sign": _s("等对方签署协议", "Waiting for the other side to sign", "agreement", clock="CK-SIGN"),
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
    **nextduty.MERCHANT,
}
PROVIDER = {
    "await_ack": _s("确认收到这封函件", "Confirm that you have the letter", "acknowledge", "explain", clock="CK-ACK"),
    "await": _s("说明这笔扣款的依据和算法", "Explain the basis and calculation", "explain", clock="CK-EXPL"),
    "overdue": _s("说明这笔扣款：我们请你答复的日期已过", "Explain the deduction: the suggested date has passed", "explain", clock="CK-EXPL"),
    "explained": _s("等商户看你的说明", "The merchant is reading your explanation", "propose_responsibility", clock="CK-REVIEW"),
    "answer": _s("回应商户的责任划分", "Answer the merchant's view on responsibility", "answer_responsibility", clock="CK-RESP"),
    "confirmed": _s("和商户谈退款：提出方案", "Talk about the refund: make an offer", "make_offer", "record_refund"),
    "talk": _s("提出方案，或等商户提出", "Make an offer, or wait for the merchant's", "make_offer", "offers", clock="CK-NEGO"),
    "offered": _s("商户提出了方案：接受、还价或拒绝", "The merchant made an offer: accept it, counter it or reject it", "offers", "accept_offer", clock="CK-OFFER"),
    "await_offer": _s("等商户答复你方的方案", "Waiting for the merchant's answer to your offer", "offers", clock="CK-OFFER"),
    "drafting": _s("协议在起草，等商户定稿；你方也可以改", "The agreement is being drafted; your side can change it too", "agreement", clock="CK-DRAFT"),
    "sign": _s("读协议，核对要点，然后签署", "Read the agreement, check its points, then sign", "agreement", clock="CK-SIGN"),
    "await_sign": _s("等商户签署协议", "Waiting for the merchant to sign", "agreement", clock="CK-SIGN"),
    "failed": _s("商户记录了谈不拢；仍可以退款", "The merchant ended the talks; a refund is still possible", "record_refund"),
    "decide": MERCHANT["decide"], "asked": MERCHANT["asked"], "closed": MERCHANT["closed"],
    "other": _s("等商户处理", "Waiting for the merchant"),
    **nextduty.PROVIDER,
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
    if case.state == "OFFER_PENDING":
        return "offered" if next_actor(case) == page.side else "await_offer"
    if case.state == "SIGNING":
        return "sign" if next_actor(case) == page.side or caseshown.stands_in(page) else "await_sign"
    return nextduty.situation(page) or BY_STATE.get(case.state, "other")


BY_STATE = {
    "DRAFT": "draft", "EXPLAINED": "explained", "RESP_CONFIRMED": "confirmed", "NEGOTIATING": "talk", "AGREED_DRAFT": "drafting", "NEGO_FAILED": "failed",
    "CLOSED": "closed",
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
    late = {"merchant": ("overdue", "silent", "broken"), "provider": ("breached",)}
    if name in ("decide", "know", *late.get(page.side, ())):
        return True
    if name == "asked":
        return False
    side = "legal" if page.actor.is_legal else page.side
    return next_actor(page.case) == side


def clock_of(page: CasePage, step: Step) -> Deadline | None:
    """The deadline beside the headline: the one named, else the nearest that runs."""
    if step.clock == NONE:
        return None
    if step.clock == "CK-OBL":
        return nextduty.clock_of(page)
    named = [one for one in caseshown.concerning(page) if one.code == step.clock]
    named = [one for one in named if one.state == "running"] or named
    running = [one for one in caseshown.concerning(page) if one.state == "running" and one.code != "CK-LIM"]
    return (named or running or [None])[-1 if named else 0]


def ordered(step: Step, acts: dict[str, tuple[Act, list[Text]]]) -> list[str]:
    """The acts of the step that this person may do or is kept from, in their order."""
    return [name for name in step.acts if name in acts or name in OWN_PAGES]


OWN_PAGES = ("name_respondent", "answered", "answer_on_behalf", "offers", "agreement", *nextduty.OWN_PAGES)
