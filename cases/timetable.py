"""Every clock of a case: who must act, who waits, when people are reminded, what happens when it ends, in words.

How long a clock runs and whether it is statutory, agreed or ours are dated rows (cases/models/law.py); adding up is
cases/law. What an ending does to a case is cases/services/expiry.py, under the name given here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.clock import Calendar, day_end, local_day
from config.text import Text

KINDS = {"L": Text("法定", "statutory"), "C": Text("约定", "agreed"), "P": Text("建议", "suggested")}
DAYS = {"bd": Text("工作日", "working days"), "h": Text("小时", "hours")}
CALENDAR_DAYS = Text("自然日", "calendar days")

PEOPLE = {
    "merchant": Text("商户", "the merchant"),
    "provider": Text("支付服务商", "the provider"),
    "both": Text("双方", "both sides"),
    "bank": Text("银行", "the bank"),
    "authority": Text("人民银行分支机构", "the central bank's branch"),
    "court": Text("法院", "the court"),
}
YOU, OTHER_SIDE = Text("你", "you"), Text("对方", "the other side")

# A policy date is never worded as a duty; 须 stands beside statutory and agreed ones alone.
OURS_FOR_YOU = Text(
    "建议你在 {due} 前{what}（非法定期限）", "We suggest that you {what} before {due} (not a legal deadline)"
)
SENTENCES = {
    "L": Text(
        "法律规定{who}须在 {due} 前{what}（法定期限）", "By law {who} must {what} before {due} (statutory deadline)"
    ),
    "C": Text(
        "按约定{who}须在 {due} 前{what}（约定期限）", "As agreed {who} must {what} before {due} (agreed deadline)"
    ),
    "P": Text(
        "我们请{who}在 {due} 前{what}（非法定期限）", "We ask {who} to {what} before {due} (not a legal deadline)"
    ),
}

# What `silence` says is said to who waits; who must act reads what the other side may do.
_REMINDED = Text(
    "商户可以催促、投诉，或按谈不拢处理。", "The merchant can remind you, complain, or record that talks failed."
)
TO_WHO_IS_LATE = {
    ("CK-ACK", "provider", "provider"): _REMINDED,
    ("CK-EXPL", "provider", "provider"): _REMINDED,
    ("CK-OBL", "provider", "provider"): Text(
        "再过 3 个工作日仍没有履行，商户可以记为到期未付并正式催款。",
        "After 3 more working days the merchant can record the breach and send a formal demand.",
    ),
    ("CK-OBL", "merchant", "merchant"): Text(
        "对方可以按协议追究逾期的责任。", "The other side may hold you to what the agreement says of late payment."
    ),
    ("CK-CURE", "provider", "provider"): Text(
        "商户可以申请支付令，或找律师。", "The merchant can apply for a payment order or turn to a lawyer."
    ),
}
# What an ending does, by name: `remind` changes nothing and tells who must act; `overdue` lets the one who waits go
# on; `escalate` tells the person above; `warn` says what is now at risk. The others are acts of the system.
ENDINGS = (
    "remind", "overdue", "escalate", "warn",
    "confirm_as_disputed", "lapse_offer", "suggest_failure", "back_to_negotiation", "flag_breach",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """One row. `reminders` are `before:1d` (before the end) or `after:2bd` (after the start)."""

    code: str
    label: Text
    starts: Text
    acts: str  # who must act: a key of PEOPLE, as a rule of thumb; a case may know better
    waits: str
    what: Text  # what is to be done, as it reads after "we ask you to"
    on_expiry: str
    silence: Text  # what happens, or may be done, when nothing comes
    reminders: tuple[str, ...] = ("before:1d",)
    worded: Text | None = None  # the whole sentence, where the common one does not fit

    def must_act(self, acts: str = "") -> str:
        """Who must act, where the case itself may know better (`Deadline.acts`)."""
        return acts or self.acts

    def sentence(self, kind: str, due: str, *, reader: str = "merchant", acts: str | None = None) -> Text:
        """The deadline in words, for a `reader` on the merchant's or the provider's side."""
        acts = acts or self.acts
        who = PEOPLE[acts]
        if acts in ("merchant", "provider") and reader in ("merchant", "provider"):
            who = YOU if acts == reader else OTHER_SIDE
        frame = self.worded or (OURS_FOR_YOU if kind == "P" and who is YOU else SENTENCES[kind])
        return frame.format(who=who, due=due, what=self.what)

    def then(self, reader: str = "merchant", acts: str = "") -> Text:
        """What happens, or may be done, when nothing comes, for a `reader` on the merchant's or the provider's side."""
        return TO_WHO_IS_LATE.get((self.code, self.must_act(acts), reader), self.silence)

    def instants(self, starts_at: datetime, due_at: datetime, calendar: Calendar) -> list[tuple[str, datetime]]:
        """When something happens because of this clock: each reminder that still lies ahead of its start, and `due`."""
        planned = [(step, _instant(step, starts_at, due_at, calendar)) for step in self.reminders]
        return sorted([*((step, at) for step, at in planned if at > starts_at), ("due", due_at)], key=lambda p: p[1])


def day_label(unit: str) -> Text:
    """自然日 or 工作日, which stands beside every deadline."""
    return DAYS.get(unit, CALENDAR_DAYS)


def _instant(step: str, starts_at: datetime, due_at: datetime, calendar: Calendar) -> datetime:
    side, _, span = step.partition(":")
    length, unit = int(span.rstrip("bdh")), span.lstrip("0123456789")
    if side == "after":
        return day_end(calendar.add_workdays(local_day(starts_at), length))
    return due_at - timedelta(**{{"d": "days", "h": "hours"}[unit]: length})


BANK = (
    "bank", "merchant", Text("处理投诉并告知结果", "decide the complaint and tell the result"), "warn",
    Text("可以向金融监管部门 12378 反映。", "You can turn to the financial regulator, 12378."),
)  # fmt: skip
ROWS = (
    Clock(
        "CK-OPEN", Text("提交案件", "Submit the case"), Text("发现扣款", "the deduction was noticed"),
        "merchant", "merchant", Text("提交案件", "submit the case"), "remind",
        Text("草稿会保留，我们再提醒一次，并告诉负责人。", "The draft stays; we remind you again and tell the owner."),
        ("before:1d", "after:5bd"),
    ),
    Clock(
        "CK-SEND", Text("发出函件并记录对方已收到", "Send the letter and record its arrival"),
        Text("案件提交", "the case was submitted"),
        "merchant", "merchant", Text("发出函件，并记录对方已收到", "send the letter and record that it arrived"), "remind",
        Text("对方收到之前，它的说明期限不会开始，时效也不会中断。",
             "Until the letter arrives no time runs for the other side, and limitation is not interrupted."),
    ),
    Clock(
        "CK-CUST", Text("告诉持卡人", "Tell the cardholder"), Text("发现重复扣款", "the double charge was noticed"),
        "merchant", "merchant", Text("告诉持卡人", "tell the cardholder"), "remind",
        Text("持卡人可能去发卡行拒付，退款会更难核对。", "The cardholder may charge back, and refunds get harder to match."),
        ("before:4h",),
    ),
    Clock(
        "CK-ACK", Text("确认收到", "Confirm receipt"), Text("函件到达对方", "the letter arrived"),
        "provider", "merchant", Text("确认收到", "confirm receipt"), "remind",
        Text("可以催一次；第 5 个工作日再提醒你。催两次仍没有答复，可以投诉或按谈不拢处理。",
             "You can send a reminder; we tell you again on the 5th working day. After two reminders without an answer"
             " you can complain or record that talks failed."),
        ("after:2bd", "after:5bd"),
    ),
    Clock(
        "CK-EXPL", Text("说明这笔扣款", "Explain the deduction"), Text("函件到达对方", "the letter arrived"),
        "provider", "merchant", Text("说明这笔扣款", "explain the deduction"), "overdue",
        Text("可以再催一次，可以投诉；催两次都送到仍没有说明，可以按谈不拢处理。",
             "You can remind again or complain; after two reminders that arrived you can record that talks failed."),
    ),
    Clock(
        "CK-BANK-1", Text("银行处理投诉", "Bank decides the complaint"), Text("银行收到投诉", "the bank received the complaint"), *BANK,
    ),
    Clock(
        "CK-BANK-2", Text("银行处理投诉（情况复杂）", "Bank decides the complaint (complex)"),
        Text("银行收到投诉", "the bank received the complaint"), *BANK,
    ),
    Clock(
        "CK-BANK-3", Text("银行处理投诉（特批再延长）", "Bank decides the complaint (further extension)"),
        Text("30 日届满", "the 30 days ended"), *BANK,
    ),
    Clock(
        "CK-REVIEW", Text("看对方的说明", "Review the explanation"), Text("收到说明", "the explanation came in"),
        "merchant", "provider", Text("看完说明并提出责任看法", "review the explanation and say who is responsible"), "confirm_as_disputed",
        Text("责任按有争议记录，你仍可以直接去协商。", "Responsibility is recorded as disputed; you can still go on to talks."),
    ),
    Clock(
        "CK-RESP", Text("答复责任看法", "Answer on responsibility"), Text("提出责任看法", "a view on responsibility was sent"),
        "provider", "merchant", Text("答复责任看法", "answer on responsibility"), "confirm_as_disputed",
        Text("责任按有争议记录，接着协商。", "Responsibility is recorded as disputed and talks go on."),
    ),
    Clock(
        "CK-OFFER", Text("答复方案", "Answer the offer"), Text("方案到达", "the offer arrived"),
        "provider", "merchant", Text("答复方案", "answer the offer"), "lapse_offer",
        Text("方案失效，回到协商，可以再提。", "The offer lapses; talks go on and a new one can be made."),
    ),
    Clock(
        "CK-NEGO", Text("谈出结果", "Come to a result"), Text("开始协商", "talks began"),
        "both", "merchant", Text("谈出结果", "come to a result"), "suggest_failure",
        Text("由你决定继续谈，还是按谈不拢处理。", "You decide whether to go on or to record that talks failed."),
        ("before:7d", "before:1d"),
    ),
    Clock(
        "CK-DRAFT", Text("写好协议", "Draft the agreement"), Text("接受方案", "the offer was accepted"),
        "both", "merchant", Text("写好协议", "draft the agreement"), "back_to_negotiation",
        Text("回到协商，方案可以重新提。", "Talks open again and the offer can be made anew."),
    ),
    Clock(
        "CK-SIGN", Text("签协议", "Sign the agreement"), Text("协议定稿", "the text was frozen"),
        "both", "merchant", Text("签协议", "sign the agreement"), "back_to_negotiation",
        Text("回到协商，定稿作废。", "Talks open again and the frozen text is void."),
    ),
    Clock(
        "CK-NOTIFY", Text("通知相关的人", "Tell everyone concerned"), Text("协议生效", "the agreement took effect"),
        "merchant", "both", Text("通知名单上的人并得到确认", "tell everyone on the list and get their confirmation"),
        "escalate", Text("我们告诉负责人，由负责人跟进。", "We tell the approver, who follows up."),
    ),
    Clock(
        "CK-OBL", Text("履行约定", "Keep the agreement"), Text("协议生效", "the agreement took effect"),
        "provider", "merchant", Text("履行约定的义务", "do what was agreed"), "flag_breach",
        Text("再等 3 个工作日，仍没有履行，可以记为到期未付并正式催款。",
             "After 3 more working days you can record the breach and send a formal demand."),
        ("before:3d", "before:1d"),
    ),
    Clock(
        "CK-CURE", Text("补上到期未付的", "Make good what is overdue"), Text("催款函到达", "the demand arrived"),
        "provider", "merchant", Text("补上到期未付的", "make good what is overdue"), "overdue",
        Text("可以申请支付令，或找律师看看。", "You can apply for a payment order or ask a lawyer."),
    ),
    Clock(
        "CK-OBJ", Text("提出异议", "Object"), Text("扣款通知到达", "the notice of deduction arrived"),
        "merchant", "provider", Text("书面提出异议", "object in writing"), "warn",
        Text("不提异议可能被当作接受这笔扣款。", "Silence may be read as acceptance of the deduction."),
        ("before:3d", "before:1d"),
    ),
    Clock(
        "CK-SLIP", Text("交签购单", "Send the slip"), Text("收到调单要求", "the retrieval request came in"),
        "merchant", "provider", Text("交签购单", "send the slip"), "warn",
        Text("这笔交易可能被拒付，损失由你承担。", "The sale may be charged back at your loss."),
    ),
    Clock(
        "CK-PBOC-1", Text("人民银行处理投诉", "Central bank handles the complaint"),
        Text("人民银行收到自然人的投诉", "the central bank received a natural person's complaint"),
        "authority", "merchant", Text("决定转办、补正或不予受理", "transfer it, ask for more or refuse it"), "warn",
        Text("可以拨打 12363 询问进度。", "You can ask 12363 how it stands."),
    ),
    Clock(
        "CK-PBOC-2", Text("答复转办的投诉", "Answer the transferred complaint"),
        Text("支付机构收到转办", "the provider received the transfer"),
        "provider", "merchant", Text("答复投诉", "answer the complaint"), "warn",
        Text("可以告诉人民银行对方没有按期答复。", "You can tell the central bank that no answer came in time."),
    ),
    Clock(
        "CK-LIM", Text("诉讼时效", "Limitation"), Text("知道扣款和对方是谁", "the deduction and who took it were known"),
        "merchant", "provider", Text("书面要求返还或起诉", "demand repayment in writing or sue"), "warn",
        Text("对方可能以时效拒绝。案件不会自动关闭。", "The other side may refuse as time-barred. The case stays open."),
        ("before:180d", "before:90d", "before:30d"),
        Text("诉讼时效到 {due}，过后对方可能以时效拒绝（法定期限）",
             "Limitation runs until {due}; after it the other side may refuse as time-barred (statutory deadline)"),
    ),
    Clock(
        "CK-REG", Text("法院立案", "Court registers the suit"), Text("递交起诉状", "the suit was filed"),
        "court", "merchant", Text("立案或裁定不予受理", "register the suit or refuse it by ruling"), "warn",
        Text("可以向法院询问，或向上级法院反映。", "You can ask the court or turn to the court above."),
    ),
    Clock(
        "CK-FEE", Text("交诉讼费", "Pay the court fee"), Text("收到交费通知", "the fee notice came in"),
        "merchant", "court", Text("交诉讼费", "pay the court fee"), "warn",
        Text("不交费按撤诉处理。", "Unpaid, the suit counts as withdrawn."),
        ("before:3d", "before:1d"),
    ),
    Clock(
        "CK-DEF", Text("提出答辩状", "File the defence"), Text("被告收到起诉状副本", "the defendant was served"),
        "provider", "merchant", Text("提出答辩状", "file the defence"), "warn",
        Text("不答辩不影响法院审理。", "The court goes on without it."),
    ),
    Clock(
        "CK-JUR", Text("提出管辖异议", "Object to jurisdiction"), Text("被告收到起诉状副本", "the defendant was served"),
        "provider", "merchant", Text("提出管辖异议", "object to the court's jurisdiction"), "warn",
        Text("过期不提，案件留在这个法院。", "Without it the case stays with this court."),
    ),
    Clock(
        "CK-EVID", Text("交证据", "Hand in the evidence"), Text("收到举证通知", "the notice on evidence came in"),
        "merchant", "court", Text("把证据交给法院", "hand the evidence to the court"), "warn",
        Text("逾期的证据可能不被采纳。", "Late evidence may be excluded."),
        ("before:3d", "before:1d"),
    ),
    Clock(
        "CK-TRIAL", Text("法院审结", "Court decides"), Text("立案", "the suit was registered"),
        "court", "merchant", Text("审结案件", "decide the case"), "warn",
        Text("可以向法院询问是否批准了延长。", "You can ask the court whether an extension was approved."),
    ),
    Clock(
        "CK-APP", Text("上诉", "Appeal"), Text("送达判决书或裁定书", "the judgment or ruling was served"),
        "merchant", "provider", Text("上诉", "appeal"), "warn",
        Text("判决或裁定生效。", "The judgment or ruling becomes final."),
        ("before:5d", "before:1d"),
    ),
    Clock(
        "CK-ENF", Text("申请强制执行", "Apply for enforcement"), Text("履行期最后一日", "the last day for performance"),
        "merchant", "provider", Text("申请强制执行", "apply for enforcement"), "warn",
        Text("对方可能以期限已过为由提出异议。", "The other side may object that it is too late."),
        ("before:90d", "before:30d"),
    ),
    Clock(
        "CK-PO-1", Text("法院答复支付令申请", "Court answers the application"), Text("申请支付令", "the payment order was applied for"),
        "court", "merchant", Text("通知是否受理", "say whether it accepts the application"), "warn",
        Text("可以向法院询问。", "You can ask the court."),
    ),
    Clock(
        "CK-PO-2", Text("法院发出支付令", "Court issues the order"), Text("法院受理", "the court accepted the application"),
        "court", "merchant", Text("发出支付令或驳回申请", "issue the order or dismiss the application"), "warn",
        Text("可以向法院询问。", "You can ask the court."),
    ),
    Clock(
        "CK-PO-3", Text("付款或书面异议", "Pay or object in writing"), Text("对方收到支付令", "the debtor received the order"),
        "provider", "merchant", Text("付款或提出书面异议", "pay or object in writing"), "warn",
        Text("既不付款也不异议，可以申请强制执行。", "If it neither pays nor objects you can apply for enforcement."),
    ),
    Clock(
        "CK-CONF", Text("申请司法确认", "Apply for judicial confirmation"), Text("调解协议生效", "the mediated agreement took effect"),
        "both", "both", Text("共同申请司法确认", "apply together for judicial confirmation"), "warn",
        Text("协议只有合同效力，不能直接强制执行。", "The agreement binds as a contract only and is not enforceable as it stands."),
        ("before:7d", "before:1d"),
    ),
    Clock(
        "CK-PRES", Text("保全后起诉", "Sue after preservation"), Text("法院采取诉前保全", "pre-suit preservation was carried out"),
        "merchant", "court", Text("起诉或申请仲裁", "sue or apply for arbitration"), "warn",
        Text("法院会解除保全。", "The court releases the preservation."),
        ("before:7d", "before:1d"),
    ),
)  # fmt: skip
CLOCKS = {row.code: row for row in ROWS}


def known(code: str) -> tuple[Clock | None, list[str]]:
    """The clock of a code; for the bare code of a staged clock (CK-BANK) none, and the codes of its stages."""
    return CLOCKS.get(code), [name for name in CLOCKS if name.startswith(code + "-")]
