"""The timeline's sentences: made when read, in the reader's language, from the act and the facts of an event.

A table; the facts themselves are in facts.py. Who sees an event at all is decided by the rows; who performed it, when,
and the files that belong to it are shown beside.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cases import workflow
from cases.facts import FACTS, IN_SENTENCES, filled, label_of, shown, stood_in
from config.text import Text

Facts = Mapping[str, Any]
Sentence = Text | Callable[[Facts], Text]


def _refund(facts: Facts) -> Text:
    if facts.get("unconfirmed"):
        return Text(
            "说已退款 {amount}（第 {of_lines} 笔），等商户核对到账",
            "Says {amount} was refunded (line {of_lines}); the merchant checks",
        )
    return Text("退款 {amount} 到账（第 {of_lines} 笔）", "A refund of {amount} arrived (line {of_lines})")


def _answer(facts: Facts) -> Text:
    if facts.get("agree"):
        return Text("同意对方对责任的看法：{split}", "Agrees with the other side's view: {split}")
    return Text("对责任有不同看法：{split}", "Sees responsibility otherwise: {split}")


def _confirmed(facts: Facts) -> Text:
    if facts.get("result") == "agreed":
        return Text("责任已确认，双方看法一致", "Responsibility confirmed: both sides agree")
    if facts.get("clock"):
        return Text("期限已过，责任按有争议记录", "The time has passed; responsibility is recorded as disputed")
    return Text("责任已确认，按有争议记录", "Responsibility confirmed as disputed")


def _supplied(facts: Facts) -> Text:
    if facts.get("refusal"):
        return Text("拒绝提供材料（第 {request} 次请求）", "Refuses the records asked for (request {request})")
    return Text("提供了材料：{kind}（第 {request} 次请求）", "Supplies records: {kind} (request {request})")


def _explained(facts: Facts) -> Text:
    if facts.get("late"):
        return Text("说明了原因，晚于请对方说明的日期", "Explains, after the day asked for")
    return Text("说明了原因", "Explains")


def _sent(facts: Facts) -> Text:
    if facts.get("arrived_at"):
        return Text("发出要求说明函，对方已收到", "The letter asking for an explanation was sent and has arrived")
    return Text("发出要求说明函", "The letter asking for an explanation was sent")


def _reminded(facts: Facts) -> Text:
    if facts.get("arrived_at"):
        return Text("催了一次，对方已收到", "A reminder was sent and has arrived")
    return Text("催了一次", "A reminder was sent")


def _noticed(facts: Facts) -> Text:
    return Text("知悉并同意按协议办：{told}", "Knows the agreement and acts by it: {told}")


def _proven(facts: Facts) -> Text:
    if facts.get("amount"):
        return Text(
            "提交付款凭证：第 {obligation} 项 {amount}，等确认",
            "Proves payment of {amount} (item {obligation}); to be confirmed",
        )
    return Text("提交履行凭证：第 {obligation} 项{duty}，等确认", "Proves item {obligation}, {duty}; to be confirmed")


def _kept(facts: Facts) -> Text:
    if facts.get("amount"):
        return Text("确认收到：第 {obligation} 项 {amount}", "Confirms payment of {amount} (item {obligation})")
    return Text("确认已履行：第 {obligation} 项{duty}", "Confirms item {obligation}, {duty}")


def _demanded(facts: Facts) -> Text:
    if facts.get("arrived_at"):
        return Text("发出催款函，对方已收到", "The demand for payment was sent and has arrived")
    return Text("发出催款函", "The demand for payment was sent")


def _cured(facts: Facts) -> Text:
    if facts.get("obligation"):
        return Text(
            "补上了第 {obligation} 项，等确认；协议继续履行",
            "Item {obligation} was made good, to be confirmed; the agreement goes on",
        )
    return Text("到期未付的已经补上，协议继续履行", "What was overdue has come; the agreement goes on")


def _mail(facts: Facts) -> Text:
    if facts.get("mail_kind") == "auto":
        return Text("收到一封自动回复：{subject}", "An automatic reply came: {subject}")
    return Text("收到一封来信：{subject}", "A mail came: {subject}")


def _offered(facts: Facts) -> Text:
    if facts.get("answers"):
        return Text(
            "还价：方案 {offer}，商户到手 {net}", "Counters with offer {offer}: the merchant has {net} in the end"
        )
    return Text("提出方案 {offer}，商户到手 {net}", "Makes offer {offer}: the merchant has {net} in the end")


def _passed(facts: Facts) -> Text:
    if facts.get("offer"):
        return Text("方案 {offer} 到期没有答复，已失效", "Offer {offer} was not answered in time and lapsed")
    return Text("期限已过：{code}", "The time has passed: {code}")


def _copied(facts: Facts) -> Text:
    if facts.get("copy_kind") == "message":
        return Text(
            "交来{copy_of}确认协议第 {version} 版的消息",
            "Hands in the message that confirms version {version}: {copy_of}",
        )
    return Text(
        "交来协议第 {version} 版的盖章件：{copy_of}", "Hands in the stamped copy of version {version}: {copy_of}"
    )


SENTENCES: dict[str, Sentence] = {
    "file": lambda facts: Text(
        "要回 {lines} 笔扣款", "Claims {lines} deductions" if facts.get("lines") != 1 else "Claims one deduction"
    ),
    "open": Text("提交案件，要求说明函已备好", "The case is submitted; the letter is ready"),
    "record_contact": Text("联系了{who}", "Contact with {who}"),
    "add_line": Text("添加第 {line} 笔扣款", "Line {line} added"),
    "drop_line": Text("去掉第 {line} 笔扣款", "Line {line} dropped"),
    "correct_record": Text("更正第 {event} 条记录「{act}」", "Record {event}, “{act}”, is corrected"),
    "add_evidence": Text("添加证据：{kind}", "Evidence added: {kind}"),
    "add_message": Text("写了一条消息", "A message"),
    "send_letter": _sent,
    "record_arrival": Text("对方收到了{of}", "Arrived at the other side: {of}"),
    "remind": _reminded,
    "acknowledge": Text("确认收到函件", "Confirms receipt of the letter"),
    "explain": _explained,
    "request_evidence": Text("请{of}提供：{kinds}", "Asks the {of} for: {kinds}"),
    "supply_evidence": _supplied,
    "propose_responsibility": Text("提出谁的责任：{split}", "Says who is responsible: {split}"),
    "answer_responsibility": _answer,
    "confirm_responsibility": _confirmed,
    "set_mandate": Text(
        "设定了谈到什么程度（对方看不到）", "Sets how far to go in the talks (hidden from the other side)"
    ),
    "start_negotiation": Text("开始协商", "The talks begin"),
    "make_offer": _offered,
    "reject_offer": Text("拒绝方案 {offer}", "Rejects offer {offer}"),
    "withdraw_offer": Text("撤回方案 {offer}", "Withdraws offer {offer}"),
    "accept_offer": Text(
        "接受方案 {offer}，商户到手 {net}", "Accepts offer {offer}: the merchant has {net} in the end"
    ),
    "draft_agreement": Text(
        "改动了协议草稿（第 {version} 版）", "Changes the draft of the agreement (version {version})"
    ),
    "freeze_agreement": Text("协议第 {version} 版定稿", "Version {version} of the agreement is final"),
    "sign": Text("签署了协议第 {version} 版", "Signs version {version} of the agreement"),
    "upload_signed_copy": _copied,
    "decline_to_sign": Text("不签协议第 {version} 版，回到协商", "Declines to sign version {version}; the talks go on"),
    "accept_charge": Text("接受这笔扣款，案件结束", "The charge is accepted; the case ends"),
    "fail_negotiation": Text("没有谈拢", "The talks failed"),
    "notify_parties": Text("通知各方：{told}", "Tells those concerned: {told}"),
    "acknowledge_notice": _noticed,
    "prove_obligation": _proven,
    "confirm_obligation": _kept,
    "dispute_obligation": Text("对第 {obligation} 项的凭证有异议", "Disputes the proof of item {obligation}"),
    "declare_breach": Text("认定第 {obligation} 项到期未付", "Declares item {obligation} overdue and broken"),
    "demand_cure": _demanded,
    "cure": _cured,
    "record_refund": _refund,
    "withdraw": Text("撤回案件", "The case is withdrawn"),
    "close": Text("结案：{outcome}", "The case is closed: {outcome}"),
    "assign": Text("指派给{who}", "Assigned to {who}"),
    "ask_approval": Text("请同一方的另一个人同意「{act}」", "Asks another person of the side to approve “{act}”"),
    "approve": Text("同意了「{act}」", "Approves “{act}”"),
    "return_request": Text("退回了「{act}」", "Returns “{act}”"),
    "name_colleague": Text("请同事{who}答复，链接发到 {passed_to}", "Asks {who} to answer; a link goes to {passed_to}"),
    "mail_received": _mail,
    "mail_failed": Text("函件的邮件没有送达：{failed}", "The letter's mail was not delivered: {failed}"),
    "clock_passed": _passed,
}
# Facts that stand in a row's sentence, or say nothing more beside it.
SAID: dict[str, tuple[str, ...]] = {
    "name_colleague": ("who", "passed_to"),
    "mail_received": ("subject",),
    "mail_failed": ("failed", "subject"),
    "record_contact": ("who",),
    "assign": ("who",),
    "add_line": ("line",),
    "drop_line": ("line",),
    "add_evidence": ("kind",),
    "supply_evidence": ("kind",),
    "propose_responsibility": ("split",),
    "answer_responsibility": ("split",),
    "make_offer": ("offer", "net"),
    "reject_offer": ("offer",),
    "withdraw_offer": ("offer",),
    "accept_offer": ("offer", "net"),
    "clock_passed": ("offer",),
    "record_refund": ("amount", "of_lines"),
    "notify_parties": ("told",),
    "acknowledge_notice": ("told",),
    "prove_obligation": ("obligation", "duty", "amount"),
    "confirm_obligation": ("obligation", "duty", "amount"),
    "dispute_obligation": ("obligation",),
    "declare_breach": ("obligation",),
    "cure": ("obligation",),
    "draft_agreement": ("version",),
    "freeze_agreement": ("version",),
    "sign": ("version",),
    "upload_signed_copy": ("version", "copy_of", "copy_kind"),
    "decline_to_sign": ("version",),
    "close": ("outcome", "amount"),
    "withdraw": ("outcome", "amount"),
    "accept_charge": ("outcome", "amount"),
}
# The fact that is a text of its own, shown as paragraphs and not as a pair.
BODY = {"add_message": "text", "explain": "text", "record_contact": "said", "file": "story",
        "mail_received": "words"}  # fmt: skip


def told(event) -> dict[str, Any]:
    """What the timeline says of an event: `sentence`, `details` [(label, value)], `text`, `on_behalf`, `corrects`.

    `evidence` are the numbers of the files that came with it.
    """
    facts = event.data
    row = SENTENCES.get(event.act) or workflow.ACTS[event.act].label
    body = BODY.get(event.act, "")
    on_behalf = bool(facts.get("on_behalf"))
    return {
        "sentence": filled(row(facts) if callable(row) else row, facts),
        "details": _changes(facts) if event.act == "correct_record" else _details(event.act, facts, body),
        "text": facts.get(body, ""),
        "on_behalf": stood_in(facts) if on_behalf else "",
        "corrects": _corrected(facts) if event.act == "correct_record" else "",
        "evidence": facts.get("evidence", []),
    }


def corrections(events: Iterable) -> dict[int, int]:
    """Which records were corrected, and by which record last: {seq: seq}. Those stay in the timeline, struck through."""
    return {event.data["event"]: event.seq for event in events if event.act == "correct_record"}


def _details(act: str, facts: Facts, body: str) -> list[tuple[Text, str]]:
    left_out = {body, *SAID.get(act, ())}
    if facts.get("on_behalf"):
        left_out |= {"channel", "received_at"}  # said beside
    return [(label_of(name), shown(name, facts[name])) for name in FACTS if name in facts and name not in left_out]


def _changes(facts: Facts) -> list[tuple[Text, str]]:
    changes = [
        (label_of(name), f"{shown(name, facts['was'].get(name))} → {shown(name, value)}")
        for name, value in facts["fields"].items()
        if name in FACTS and name != "line"
    ]
    return [*changes, (label_of("reason"), facts["reason"])]


def _corrected(facts: Facts) -> Text:
    return Text("第 {event} 条「{act}」", "record {event}, “{act}”").format(
        event=facts["event"], act=IN_SENTENCES["act"](facts["act"])
    )
