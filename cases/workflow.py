"""States, stages and acts of a case: read top to bottom, it is the product (domain.md §3, contracts.md "Acts").

A table only. What an act does stands in cases/services; who may do it, when and after what stands here.
"""

from dataclasses import dataclass

from config.text import Text

OWNER, FINANCE, STORE = "merchant.owner", "merchant.finance", "merchant.store"
OPERATIONS, APPROVER = "merchant.operations", "merchant.approver"
AGENT, P_APPROVER = "provider.agent", "provider.approver"
REVIEWER, COUNSEL, SYSTEM = "legal.reviewer", "legal.counsel", "system"
PROVIDER, LEGAL = (AGENT, P_APPROVER), (REVIEWER, COUNSEL)
MERCHANT = (OWNER, FINANCE, STORE, OPERATIONS, APPROVER)
ANYONE = (*MERCHANT, *PROVIDER, *LEGAL)
LEADS = (OWNER, APPROVER, P_APPROVER, REVIEWER)

# -- states: label, the stage a shop sees, who must act -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    stage: str
    next_actor: str  # merchant, provider, legal, court, none; "by_offer" and the like are worked out in queries.py
    label: Text


def _s(stage: str, next_actor: str, zh: str, en: str) -> State:
    return State(stage, next_actor, Text(zh, en))


STATES = {
    "DRAFT": _s("prepare", "merchant", "草稿", "Draft"),
    "OPEN": _s("prepare", "merchant", "已立案，待发函", "Open, letter to be sent"),
    "AWAIT_ACK": _s("wait", "provider", "等对方确认收到", "Awaiting acknowledgement"),
    "AWAIT_EXPLANATION": _s("wait", "provider", "等对方说明", "Awaiting explanation"),
    "EXPLAINED": _s("talk", "merchant", "对方已说明", "Explained"),
    "RESP_REVIEW": _s("talk", "by_proposal", "确认谁的责任", "Responsibility in review"),
    "RESP_CONFIRMED": _s("talk", "merchant", "责任已确认", "Responsibility confirmed"),
    "NEGOTIATING": _s("talk", "merchant", "协商中", "Negotiating"),
    "OFFER_PENDING": _s("talk", "by_offer", "有方案待回应", "Offer pending"),
    "AGREED_DRAFT": _s("sign", "merchant", "已谈妥，起草协议", "Agreed, drafting"),
    "SIGNING": _s("sign", "by_signature", "签署中", "Signing"),
    "EFFECTIVE": _s("refund", "by_notice", "协议已生效", "In effect"),
    "FULFILLING": _s("refund", "by_obligation", "履行中", "Being fulfilled"),
    "FULFILLED": _s("refund", "merchant", "已履行完", "Fulfilled"),
    "BREACHED": _s("refund", "merchant", "到期未付", "Breached"),
    "NEGO_FAILED": _s("talk", "merchant", "谈不拢", "Negotiation failed"),
    "LEGAL_CONSULT": _s("law", "legal", "找律师看看", "Counsel consulted"),
    "EVIDENCE_PREP": _s("law", "legal", "准备证据", "Preparing evidence"),
    "PAYMENT_ORDER": _s("law", "court", "申请支付令", "Payment order"),
    "FILED": _s("law", "court", "已递交法院", "Filed"),
    "ACCEPTED": _s("law", "court", "法院已立案", "Accepted by the court"),
    "IN_TRIAL": _s("law", "court", "审理中", "In trial"),
    "JUDGED": _s("law", "legal", "已判决", "Judged"),
    "APPEAL": _s("law", "court", "上诉", "Appeal"),
    "ENFORCEMENT": _s("law", "court", "强制执行", "Enforcement"),
    "ARBITRATION": _s("law", "court", "仲裁", "Arbitration"),
    "CLOSED": _s("closed", "none", "结案", "Closed"),
}
STAGES = {
    "prepare": Text("准备", "Prepare"),
    "wait": Text("等答复", "Wait for an answer"),
    "talk": Text("协商", "Talk"),
    "sign": Text("签协议", "Sign"),
    "refund": Text("退款", "Refund"),
    "closed": Text("结案", "Closed"),
}
LAW_STAGE = Text("走法律", "Legal way")
NEXT_ACTORS = {
    "merchant": Text("商户", "Merchant"),
    "provider": Text("服务商", "Provider"),
    "legal": Text("法务", "Legal team"),
    "court": Text("法院或仲裁机构", "Court or arbitration body"),
    "none": Text("无", "Nobody"),
}
OUTCOMES = {
    "FULL_REFUND": Text("全额退还", "Refunded in full"),
    "PARTIAL_REFUND": Text("部分退还", "Refunded in part"),
    "AMOUNT_ADJUSTED": Text("金额已更正", "Amount adjusted"),
    "TERM_EXTENDED": Text("已延期", "Term extended"),
    "RESCHEDULED": Text("迁移已改期", "Migration rescheduled"),
    "DEDUCTION_UPHELD": Text("接受扣款", "Deduction accepted"),
    "WITHDRAWN": Text("已撤回", "Withdrawn"),
    "UNECONOMIC": Text("不再追讨", "Not worth pursuing"),
    "TIME_BARRED": Text("对方可能以时效拒绝", "May be time-barred"),
    "JUDGED_WIN": Text("胜诉", "Won"),
    "JUDGED_PART": Text("部分胜诉", "Won in part"),
    "JUDGED_LOSE": Text("败诉", "Lost"),
    "MERGED": Text("已并案", "Merged"),
}

OPEN_STATES = tuple(s for s in STATES if s != "CLOSED")
AWAITING = ("AWAIT_ACK", "AWAIT_EXPLANATION")
BEFORE_AGREEMENT = (
    "OPEN", *AWAITING, "EXPLAINED", "RESP_REVIEW", "RESP_CONFIRMED", "NEGOTIATING", "OFFER_PENDING", "NEGO_FAILED",
)  # fmt: skip
LEGAL_STATES = (
    "LEGAL_CONSULT", "EVIDENCE_PREP", "PAYMENT_ORDER", "FILED", "ACCEPTED", "IN_TRIAL", "JUDGED", "APPEAL",
    "ENFORCEMENT", "ARBITRATION",
)  # fmt: skip


# -- acts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Act:
    """`to` empty: the state stays. `ends` "*": every running clock of ours. `system_from`: states in which the
    product itself performs the act when a clock has passed. `decides`: it leads on only in some cases, and its own
    body says so."""

    name: str
    label: Text
    seats: tuple[str, ...]
    from_: tuple[str, ...]
    to: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    second: bool = False  # asked for by one person, performed by another of the same side
    proxied: bool = False  # the merchant may record it for a respondent without account
    system_from: tuple[str, ...] = ()
    decides: bool = False
    typed_later_from: tuple[str, ...] = ()  # states in which what came in time may still be typed in for a respondent
    alive: bool = False  # has a service, a form and a button; the rest is coming


def _a(name: str, zh: str, en: str, seats, from_, to=(), **more) -> Act:
    one = lambda value: (value,) if isinstance(value, str) else tuple(value)  # noqa: E731
    for key in ("requires", "starts", "ends", "system_from", "typed_later_from"):
        more[key] = one(more.get(key, ()))
    return Act(name, Text(zh, en), one(seats), one(from_), one(to), **more)


_ALL = OPEN_STATES
_TABLE = (
    # preparing
    _a("file", "要回一笔扣款", "Claim a deduction", (FINANCE, STORE, OWNER, SYSTEM, AGENT), (), ("DRAFT", "OPEN"),
       requires="a_line", starts="CK-OPEN", alive=True),
    _a("open", "立案", "Open the case", (FINANCE, OWNER), "DRAFT", "OPEN",
       requires=("a_line", "injured_party_known"), starts=("CK-LIM", "CK-SEND"), ends="CK-OPEN", alive=True),
    _a("record_contact", "记录一次联系", "Record a contact", (FINANCE, STORE, OWNER), _ALL, alive=True),
    _a("add_line", "添加一笔扣款", "Add a line", (FINANCE, OWNER), ("DRAFT", *BEFORE_AGREEMENT),
       starts="CK-LIM", alive=True),
    _a("drop_line", "去掉一笔扣款", "Drop a line", (FINANCE, OWNER), ("DRAFT", *BEFORE_AGREEMENT),
       requires="another_line", alive=True),
    _a("split", "拆出另案", "Split off", (FINANCE, OWNER), BEFORE_AGREEMENT),
    _a("merge", "并入另一案", "Merge", FINANCE, ("DRAFT", "OPEN"), "CLOSED"),
    _a("assign", "指派", "Assign", (*LEADS, AGENT), _ALL, alive=True),
    _a("correct_record", "更正记录", "Correct a record", ANYONE, _ALL, alive=True),
    _a("add_evidence", "添加证据", "Add evidence", ANYONE, _ALL, alive=True),
    _a("add_message", "写消息", "Write a message", ANYONE, _ALL, alive=True),
    # asking for an explanation
    _a("send_letter", "发出要求说明函", "Send the letter", FINANCE, "OPEN", "AWAIT_ACK", second=True,
       requires=("respondent_known", "letter_made"), starts=("CK-ACK", "CK-EXPL"), ends="CK-SEND", decides=True,
       alive=True),
    _a("record_arrival", "记录对方已收到", "Record the arrival", (FINANCE, *LEGAL), _ALL, ("AWAIT_ACK",),
       requires="something_sent", starts=("CK-ACK", "CK-EXPL"), ends="CK-SEND", decides=True, alive=True),
    _a("remind", "催一次", "Send a reminder", (FINANCE, OWNER), AWAITING, requires="letter_arrived", alive=True),
    _a("acknowledge", "确认收到", "Acknowledge", PROVIDER, "AWAIT_ACK", "AWAIT_EXPLANATION",
       ends="CK-ACK", proxied=True, alive=True),
    _a("explain", "说明原因", "Explain", PROVIDER, AWAITING, "EXPLAINED",
       starts="CK-REVIEW", ends=("CK-ACK", "CK-EXPL"), proxied=True, alive=True),
    _a("request_evidence", "请对方提供材料", "Ask for records", ANYONE, _ALL, alive=True),
    _a("supply_evidence", "提供材料", "Supply records", ANYONE, _ALL,
       requires="open_evidence_request", proxied=True, alive=True),
    # responsibility
    _a("propose_responsibility", "提出谁的责任", "Propose who is responsible", (FINANCE, *PROVIDER),
       "EXPLAINED", "RESP_REVIEW", starts="CK-RESP", ends="CK-REVIEW", proxied=True, alive=True),
    _a("answer_responsibility", "回应责任划分", "Answer on responsibility", (FINANCE, *PROVIDER), "RESP_REVIEW",
       requires="proposal_of_other_side", proxied=True, alive=True),
    _a("confirm_responsibility", "确认责任划分", "Confirm responsibility", (APPROVER, OWNER, SYSTEM),
       "RESP_REVIEW", "RESP_CONFIRMED", ends=("CK-RESP", "CK-REVIEW"), system_from="EXPLAINED", alive=True),
    _a("accept_charge", "接受这笔扣款", "Accept the charge", OWNER, BEFORE_AGREEMENT, "CLOSED", second=True,
       ends="*", alive=True),
    # bargaining
    _a("set_mandate", "设定最低接受多少（对方看不到）", "Set the mandate", (FINANCE, OWNER, AGENT), _ALL, second=True,
       alive=True),
    _a("start_negotiation", "开始协商", "Start negotiating", (FINANCE, *LEGAL), "RESP_CONFIRMED", "NEGOTIATING",
       requires="a_mandate", starts="CK-NEGO", alive=True),
    _a("make_offer", "提出方案", "Make an offer", (FINANCE, *LEGAL, AGENT),
       ("AWAIT_EXPLANATION", "EXPLAINED", "RESP_REVIEW", "RESP_CONFIRMED", "NEGOTIATING", "OFFER_PENDING"),
       "OFFER_PENDING", starts=("CK-OFFER", "CK-NEGO"), ends=("CK-ACK", "CK-EXPL", "CK-REVIEW", "CK-RESP"),
       proxied=True, alive=True),
    _a("reject_offer", "拒绝方案", "Reject the offer", (FINANCE, *LEGAL, AGENT), "OFFER_PENDING", "NEGOTIATING",
       requires="offer_of_other_side", ends="CK-OFFER", proxied=True, alive=True),
    _a("withdraw_offer", "撤回方案", "Withdraw the offer", (FINANCE, *LEGAL, AGENT), "OFFER_PENDING", "NEGOTIATING",
       requires="own_offer", ends="CK-OFFER", proxied=True, alive=True),
    _a("accept_offer", "接受方案", "Accept the offer", (OWNER, FINANCE, *PROVIDER), "OFFER_PENDING", "AGREED_DRAFT",
       requires="offer_of_other_side", starts="CK-DRAFT", ends=("CK-OFFER", "CK-NEGO"), proxied=True,
       typed_later_from="NEGOTIATING", alive=True),
    _a("request_extension", "请求延期", "Ask for more time", ANYONE, _ALL, proxied=True),
    _a("decide_extension", "答复延期请求", "Decide on more time", ANYONE, _ALL, proxied=True),
    _a("fail_negotiation", "谈不拢", "End the negotiation", OWNER,
       ("NEGOTIATING", "OFFER_PENDING", "RESP_CONFIRMED", *AWAITING), "NEGO_FAILED",
       requires="silence_or_talks", ends="*", alive=True),
    # the agreement
    _a("draft_agreement", "起草协议", "Draft the agreement", (FINANCE, *LEGAL, *PROVIDER), "AGREED_DRAFT", alive=True),
    _a("freeze_agreement", "定稿", "Freeze the text", (*LEGAL, OWNER), "AGREED_DRAFT", "SIGNING",
       requires="agreement_complete", starts="CK-SIGN", ends="CK-DRAFT", alive=True),
    _a("sign", "签署", "Sign", (OWNER, P_APPROVER), "SIGNING", "EFFECTIVE", requires="own_side_not_bound",
       starts=("CK-NOTIFY", "CK-OBL"), ends="CK-SIGN", decides=True, alive=True),
    _a("upload_signed_copy", "上传盖章件", "Upload the stamped copy", (FINANCE, OWNER, *LEGAL, *PROVIDER), "SIGNING",
       "EFFECTIVE", starts=("CK-NOTIFY", "CK-OBL"), ends="CK-SIGN", proxied=True, decides=True, alive=True),
    _a("decline_to_sign", "不签并说明", "Decline to sign", (OWNER, P_APPROVER), "SIGNING", "NEGOTIATING",
       starts="CK-NEGO", ends="CK-SIGN", proxied=True, alive=True),
    _a("notify_parties", "通知各方", "Notify the parties", FINANCE, "EFFECTIVE", alive=True),
    _a("acknowledge_notice", "我已知悉", "I know and agree", ANYONE, ("EFFECTIVE", "FULFILLING"),
       ("FULFILLING", "FULFILLED"),
       requires="parties_notified", ends="CK-NOTIFY", proxied=True, decides=True, alive=True),
    # fulfilling
    _a("prove_obligation", "提交履行凭证", "Prove an obligation", (FINANCE, OWNER, *PROVIDER), "FULFILLING",
       requires="obligation_open", proxied=True, alive=True),
    _a("confirm_obligation", "确认已履行", "Confirm an obligation", (FINANCE, OWNER, *PROVIDER), "FULFILLING",
       "FULFILLED", requires="obligation_proven", ends="CK-OBL", proxied=True, decides=True, alive=True),
    _a("dispute_obligation", "对履行有异议", "Dispute an obligation", (FINANCE, OWNER, *PROVIDER), "FULFILLING",
       requires="obligation_proven", proxied=True, alive=True),
    _a("declare_breach", "认定到期未付", "Declare a breach", (*LEGAL, OWNER), "FULFILLING", "BREACHED",
       requires="past_grace", alive=True),
    _a("demand_cure", "正式催款", "Demand payment", (*LEGAL, OWNER), "BREACHED", starts="CK-CURE", alive=True),
    _a("cure", "已补付", "Cured", (*LEGAL, OWNER, *PROVIDER), "BREACHED", "FULFILLING", ends="CK-CURE", proxied=True,
       alive=True),
    _a("record_refund", "记录退款到账", "Record a refund", (FINANCE, OWNER, *PROVIDER), _ALL, ("FULFILLED",),
       requires="opened", decides=True, alive=True),
    # outside help
    _a("complain", "向主管部门投诉", "Complain to an authority", (OWNER, FINANCE, *LEGAL), _ALL, starts="CK-PBOC-1"),
    _a("record_transfer", "记录转办", "Record a transfer", (OWNER, FINANCE, *LEGAL), _ALL),
    _a("record_complaint_reply", "记录投诉答复", "Record the reply", (OWNER, FINANCE, *LEGAL), _ALL),
    _a("refer", "请法务看看", "Refer to the legal team", (OWNER, FINANCE), _ALL),
    _a("accept_referral", "接收", "Accept the referral", REVIEWER, _ALL),
    _a("return_referral", "退回补充", "Return the referral", REVIEWER, _ALL),
    _a("start_mediation", "申请调解", "Start mediation", (COUNSEL, OWNER), _ALL),
    _a("record_mediation", "记录调解结果", "Record the mediation", (COUNSEL, OWNER), _ALL, ("AGREED_DRAFT",)),
    _a("consult_counsel", "找律师看看", "Consult counsel", (OWNER, *LEGAL), ("NEGO_FAILED", "BREACHED"),
       "LEGAL_CONSULT"),
    _a("give_opinion", "出具意见", "Give an opinion", COUNSEL, "LEGAL_CONSULT"),
    _a("prepare_evidence", "准备证据", "Prepare evidence", OWNER, "LEGAL_CONSULT", "EVIDENCE_PREP"),
    _a("file_suit", "起诉", "File suit", COUNSEL, "EVIDENCE_PREP", "FILED", second=True, starts="CK-REG"),
    _a("start_arbitration", "申请仲裁", "Start arbitration", COUNSEL, ("LEGAL_CONSULT", "EVIDENCE_PREP"),
       "ARBITRATION", second=True),
    _a("apply_payment_order", "申请支付令", "Apply for a payment order", COUNSEL, ("BREACHED", "LEGAL_CONSULT"),
       "PAYMENT_ORDER", second=True, starts="CK-PO-1"),
    _a("record_objection", "记录异议", "Record the objection", COUNSEL, "PAYMENT_ORDER", ("FILED", "LEGAL_CONSULT")),
    _a("record_return", "记录退回", "Record the return", COUNSEL, "FILED", ("EVIDENCE_PREP", "LEGAL_CONSULT")),
    _a("record_registration", "记录立案", "Record the registration", COUNSEL, "FILED", "ACCEPTED",
       starts="CK-TRIAL", ends="CK-REG"),
    _a("record_fee_notice", "记录缴费通知", "Record the fee notice", COUNSEL, ("FILED", "ACCEPTED"), starts="CK-FEE"),
    _a("pay_fee", "记录已缴费", "Record the fee paid", COUNSEL, ("FILED", "ACCEPTED"), ends="CK-FEE"),
    _a("record_service", "记录送达", "Record the service", COUNSEL, ("FILED", "ACCEPTED"), starts="CK-DEF"),
    _a("record_evidence_notice", "记录举证通知", "Record the evidence notice", COUNSEL, "ACCEPTED", starts="CK-EVID"),
    _a("record_hearing", "记录开庭", "Record the hearing", COUNSEL, "ACCEPTED", "IN_TRIAL"),
    _a("record_judgment", "记录裁判", "Record the judgment", COUNSEL, ("IN_TRIAL", "APPEAL", "ARBITRATION"), "JUDGED",
       starts="CK-APP"),
    _a("appeal", "上诉", "Appeal", COUNSEL, "JUDGED", "APPEAL", ends="CK-APP"),
    _a("enforce", "申请执行", "Enforce", COUNSEL, ("JUDGED", "PAYMENT_ORDER"), "ENFORCEMENT", ends="CK-ENF"),
    _a("record_recovery", "记录执行到账", "Record a recovery", COUNSEL, ("JUDGED", "PAYMENT_ORDER", "ENFORCEMENT"),
       ("FULFILLED",)),
    _a("record_preservation", "记录保全", "Record preservation", (COUNSEL, OWNER), LEGAL_STATES, starts="CK-PRES"),
    _a("settle", "重新和解", "Settle", OWNER, ("NEGO_FAILED", *LEGAL_STATES), ("AGREED_DRAFT", "NEGOTIATING")),
    # ends
    _a("close", "结案", "Close the case", (FINANCE, OWNER, COUNSEL),
       ("FULFILLED", "NEGO_FAILED", "LEGAL_CONSULT", "JUDGED", "APPEAL", "ENFORCEMENT", "ARBITRATION"), "CLOSED",
       second=True, requires="outcome_fits", ends="*", alive=True),
    _a("withdraw", "撤回", "Withdraw", OWNER, _ALL, "CLOSED", ends="*", alive=True),
    _a("reopen", "重新打开", "Reopen", OWNER, "CLOSED", "OPEN"),
    # clocks, limitation, customers
    _a("pause_clock", "暂停期限", "Pause a clock", APPROVER, _ALL, second=True),
    _a("resume_clock", "恢复期限", "Resume a clock", APPROVER, _ALL),
    _a("record_interruption", "记录时效中断", "Record an interruption", (*LEGAL, FINANCE), _ALL, starts="CK-LIM"),
    _a("suspend_limitation", "记录时效中止", "Suspend limitation", LEGAL, _ALL),
    _a("notify_customer", "通知顾客", "Notify the customer", (FINANCE, STORE), _ALL),
    _a("record_customer_refund", "记录退给顾客", "Record the customer's refund", (FINANCE, STORE), _ALL),
    _a("record_customer_consent", "记录顾客同意补扣", "Record the customer's consent", (FINANCE, STORE), _ALL),
    # second person
    _a("approve", "同意并执行", "Approve", (OWNER, APPROVER, FINANCE, *PROVIDER, *LEGAL), _ALL,
       requires="pending_request", alive=True),
    _a("return_request", "退回", "Return with a reason", (OWNER, APPROVER, FINANCE, *PROVIDER, *LEGAL), _ALL,
       requires="pending_request", alive=True),
)  # fmt: skip
ACTS = {act.name: act for act in _TABLE}
ALIVE = {name: act for name, act in ACTS.items() if act.alive}
assert len(ACTS) == len(_TABLE), "an act stands in the table twice"
# What the link of a letter lets its holder do for the respondent: answer, bargain, hand in. Never sign, assign or limit.
BY_LINK = (
    "acknowledge", "explain", "supply_evidence", "add_evidence", "add_message", "propose_responsibility",
    "answer_responsibility", "make_offer", "reject_offer", "accept_offer", "withdraw_offer", "upload_signed_copy",
    "acknowledge_notice", "prove_obligation", "confirm_obligation", "dispute_obligation",
)  # fmt: skip
# What binds the provider or bounds its people: done by the institution itself, never by its outsourcer (domain.md §0, 6).
BY_THE_INSTITUTION = (
    "set_mandate", "make_offer", "reject_offer", "accept_offer", "withdraw_offer", "draft_agreement", "sign",
    "upload_signed_copy", "decline_to_sign", "confirm_obligation", "dispute_obligation",
)  # fmt: skip


def stage_of(state: str) -> str:
    return STATES[state].stage
