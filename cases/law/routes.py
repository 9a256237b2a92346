"""Ways to complain about a deduction (domain.md §4.7): who may, why not, what to attach, which clocks start, when they
answer. A table and one question; the merchant hands a complaint in, the product never claims to have done so.

Lengths of clocks are rows; the days in `answers` are those of the rows as shipped, which a test compares.
"""

from dataclasses import dataclass

from config.text import Text

NATURAL = ("micro",)  # a small merchant without licence is a natural person
MAY_ELECT = ("sole_trader",)  # whether a sole trader is a natural person here is disputed: it may choose to ask as one
INSTITUTIONS = ("payment_institution", "bank")
ALL_RESPONDENTS = (*INSTITUTIONS, "outsourcer")

# What stands in the way, as the page needs it: the first two can be helped.
ELECTION, PROVIDER_FIRST, KIND, RESPONDENT = "election", "provider_first", "kind", "respondent"


@dataclass(frozen=True, slots=True)
class Paper:
    """Something to attach, and the kind of evidence (cases/evidence_kinds.py) where it is one."""

    label: Text
    evidence: tuple[str, ...] = ()


ID_CARD = Paper(Text("本人身份证复印件", "a copy of the identity card"))
LICENCE = Paper(
    Text("营业执照复印件（统一社会信用代码）", "a copy of the business licence (unified social credit code)")
)
PAPERS = {
    "deduction": Paper(Text("扣款的凭证：对账单、入账流水或扣费通知", "proof of the deduction: statement, bank entries or notice"),
                       ("E02", "E03", "E04")),
    "contract": Paper(Text("合同和费用表", "contract and fee table"), ("E05",)),
    "letter": Paper(Text("要求说明函和对方已收到的凭证", "the letter asking for an explanation and the proof that it arrived")),
    "answer": Paper(Text("对方的答复；没有答复的，写明等了多久", "the answer; where there is none, how long was waited"), ("E09",)),
    "receipt": Paper(Text("先向对方投诉的回执或记录", "the receipt or record of the complaint to the provider itself"), ("E15",)),
    "price": Paper(Text("价目公示的截图，或没有公示的说明", "a capture of the price page, or that there is none"), ("E12",)),
    "terminal": Paper(Text("移机、换机的申请和工单", "application and work order of the move or swap"), ("E06",)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Route:
    """One way. `starts` begin when the body has the complaint, `on_transfer` when the respondent gets it from there.

    `interrupts` limitation: yes, perhaps (if that body may settle such claims), no. `paper` is what document 6 is.
    `confirmed` false: the rule's own text was not read; shown as 待核对.
    """

    label: Text
    how: Text
    respondents: tuple[str, ...]
    answers: Text
    source: Text
    confirmed: bool
    attach: tuple[str, ...]
    paper: str = "complaint"  # complaint 投诉书, report 举报书, request 申请书
    natural_only: bool = False
    consumers_only: bool = False
    provider_first: bool = False
    starts: tuple[str, ...] = ()
    may_follow: tuple[str, ...] = ()  # longer stages of the same clock, when the body says so
    on_transfer: tuple[str, ...] = ()
    interrupts: str = "no"
    instead: str = ""  # where those go who may not take this one
    beware: Text | None = None


USUAL = ("deduction", "contract", "letter", "answer")
BANK_RULE = Text(
    "银行业保险业消费投诉处理管理办法（2020 年第 3 号令）",
    "Measures on Complaints in Banking and Insurance (Order 3 of 2020)",
)
MARKET_RULE = Text("市场监督管理投诉举报处理暂行办法（市场监管总局令第 20 号）",
                   "Interim Measures on Complaints and Reports in Market Regulation (Order 20)")  # fmt: skip
ROUTES = {
    "provider_desk": Route(
        Text("向支付机构或代理商投诉", "Complain to the provider itself"),
        Text("用它公布的客服电话、邮箱或应用提交，留下工单号", "by the hotline, mail or app it publishes; keep the ticket number"),
        ("payment_institution", "outsourcer"),
        Text("没有查到直接投诉的法定答复期限，按我们请对方说明的日期跟进",
             "no statutory period for a direct complaint was found; the day by which we ask for an explanation is followed"),
        Text("非银行支付机构监督管理条例第 35 条", "Regulation on Non-bank Payment Institutions, art. 35"), False,
        ("deduction", "contract", "letter"), interrupts="yes",
    ),
    "bank_desk": Route(
        Text("向银行投诉", "Complain to the bank itself"),
        Text("到网点、打客服电话或在手机银行提交，留下受理编号", "at a branch, by hotline or in its app; keep the number"),
        ("bank",),
        Text("收到后 15 日内处理；情况复杂的 30 日；特批再延长 30 日",
             "within 15 days of receipt; 30 days where it is complex; 30 more by special approval"),
        BANK_RULE, True, ("deduction", "contract", "letter"), starts=("CK-BANK-1",),
        may_follow=("CK-BANK-2", "CK-BANK-3"), interrupts="yes",
    ),
    "pboc_12363": Route(
        Text("人民银行 12363 投诉", "Central bank complaint, 12363"),
        Text("拨打 12363，或向所在地人民银行分支机构提交", "call 12363, or hand it to the central bank's local branch"),
        INSTITUTIONS,
        Text("7 个工作日内决定转办、补正或不予受理；对方收到转办后 15 日内答复，复杂的经批准最长 60 日",
             "within 7 working days it is transferred, returned for more or refused; the provider answers within 15 days of"
             " the transfer, at most 60 where approved"),
        Text("中国人民银行金融消费者权益保护实施办法（令〔2020〕第 5 号）", "PBOC Measures on Financial Consumers (Order 5 of 2020)"), False,
        (*USUAL, "receipt"), natural_only=True, provider_first=True, starts=("CK-PBOC-1",), on_transfer=("CK-PBOC-2",),
        interrupts="perhaps", instead="pboc_report",
        beware=Text("2023 年机构改革后职责有调整，请先打电话问清由谁受理", "duties moved in the reform of 2023: ask by phone who takes it"),
    ),
    "pboc_report": Route(
        Text("向人民银行分支机构举报或信访", "Report or petition to the central bank's branch"),
        Text("向支付机构或银行所在地的人民银行分支机构书面提交", "in writing to the central bank's branch where the provider is"),
        ALL_RESPONDENTS,
        Text("信访 15 日内决定是否受理，60 日内办结，可延长 30 日",
             "a petition is accepted or not within 15 days and closed within 60, at most 30 more"),
        Text("信访工作条例", "Regulation on Petitions"), False, (*USUAL, "terminal"), paper="report",
    ),
    "pcac": Route(
        Text("中国支付清算协会举报", "Report to the Payment & Clearing Association"),
        Text("在协会的举报平台提交", "on the association's reporting platform"),
        ALL_RESPONDENTS,
        Text("没有统一的期限，提交后记下平台给出的日期", "no common period; note the day that the platform promises"),
        Text("支付结算违法违规行为举报奖励办法（中国人民银行公告〔2016〕第 7 号）", "PBOC Announcement 7 of 2016 on reports"), False,
        ("deduction", "contract", "price", "terminal"), paper="report",
        beware=Text("适用于会员单位和外包服务商的违规移机、二清、未公示收费等", "for unlawful moves, unlicensed clearing, fees not published, by members and their outsourcers"),
    ),
    "nfra_12378": Route(
        Text("金融监管部门 12378 投诉", "Financial regulator's complaint, 12378"),
        Text("先向银行投诉，再拨打 12378", "after complaining to the bank, call 12378"),
        ("bank",),
        Text("转给银行后，银行 15 日内处理；情况复杂的 30 日；特批再延长 30 日",
             "after the transfer the bank has 15 days; 30 where it is complex; 30 more by special approval"),
        BANK_RULE, True, (*USUAL, "receipt"), provider_first=True, on_transfer=("CK-BANK-1",),
        may_follow=("CK-BANK-2", "CK-BANK-3"), interrupts="perhaps",
        beware=Text("公司和其他组织也可以投诉，要写统一社会信用代码", "companies may complain too and give their credit code"),
    ),
    "market_12315": Route(
        Text("12315 消费投诉", "12315 consumer complaint"),
        Text("拨打 12315 或在全国 12315 平台提交", "call 12315 or use its platform"),
        ALL_RESPONDENTS,
        Text("7 个工作日内决定是否受理，受理后 60 日内调解", "accepted or not within 7 working days, mediated within 60 days"),
        MARKET_RULE, False, USUAL, consumers_only=True, instead="market_report",
    ),
    "market_report": Route(
        Text("12315 举报（价格、明码标价）", "12315 report (prices, price marking)"),
        Text("拨打 12315 或在全国 12315 平台选「举报」", "call 12315, or choose “report” on its platform"),
        ALL_RESPONDENTS,
        Text("15 个工作日内核查，可延长 15 个工作日", "checked within 15 working days, at most 15 more"),
        MARKET_RULE, False, ("deduction", "contract", "price"), paper="report",
    ),
    "hotline_12345": Route(
        Text("12345 政务服务热线", "12345 city hotline"),
        Text("拨打 12345，写下工单号", "call 12345 and note the number"),
        ALL_RESPONDENTS,
        Text("期限由各地规定，一般会转给主管部门", "the period is local; it is passed on to the body in charge"),
        Text("各地热线规定", "local rules"), False, ("deduction", "contract"),
    ),
    "mediation": Route(
        Text("向调解组织申请调解", "Apply for mediation"),
        Text("向人民调解委员会或银行业（支付）调解组织申请", "to a people's mediation committee or a banking (payment) mediation body"),
        ALL_RESPONDENTS,
        Text("对方同意才能调解，期限由调解组织定", "only where the other side agrees; the body sets the time"),
        Text("最高人民法院诉讼时效规定第 12 条", "SPC Provisions on Limitation, art. 12"), False, USUAL, paper="request",
        interrupts="yes",
    ),
}  # fmt: skip

WHY_NOT = {
    ELECTION: Text(
        "这条渠道只受理自然人的投诉。个体工商户算不算有争议：你可以选择按自然人投诉，对方可能不受理。",
        "This way is for natural persons. Whether a sole trader counts is disputed: you can choose to complain as one and may"
        " be refused.",
    ),
    PROVIDER_FIRST: Text("要先向对方投诉过。先提交并留下回执。", "The provider must have had the complaint first: hand it in and keep the receipt."),
    KIND: Text("这条渠道只受理自然人的投诉，公司不能用。", "This way is for natural persons; a company cannot take it."),
    RESPONDENT: Text("这条渠道不管这一类对方。", "This way is not for this kind of respondent."),
}  # fmt: skip
OUTSOURCER = Text("代理商没有支付牌照，请投诉委托它的支付机构或银行。",
                  "An agent has no payment licence: complain about the institution that engaged it.")  # fmt: skip
NO_CONSUMER = Text("消费投诉只受理为生活消费发生的争议，商户收款不属于。可以改为举报。",
                   "A consumer complaint is about private consumption, which taking payments is not. A report is possible.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What a merchant reads of one route. `in_the_way` is a key above, empty where it may; `why` says it in words."""

    code: str
    route: Route
    may: bool
    in_the_way: str
    why: Text
    attach: tuple[Paper, ...]
    instead: str = ""

    @property
    def source(self) -> Text:
        """What the route rests on; 待核对 where its own text was not read."""
        note = Text("", "") if self.route.confirmed else Text("（出处待核对）", " (source to be checked)")
        return Text(self.route.source.zh + note.zh, self.route.source.en + note.en)


def routes(
    merchant_kind: str, respondent_kind: str, elected_natural_person: bool, complained_to_provider_first: bool
) -> list[Answer]:
    """Every route as it stands for this merchant against this respondent, those it may take first.

    An election counts for a sole trader alone: a company is never a natural person, a micro merchant always is.
    """
    natural = merchant_kind in NATURAL or (merchant_kind in MAY_ELECT and elected_natural_person)
    found = [
        _answer(code, route, merchant_kind, respondent_kind, natural, complained_to_provider_first)
        for code, route in ROUTES.items()
    ]
    return sorted(found, key=lambda answer: not answer.may)


def _answer(code: str, route: Route, merchant: str, respondent: str, natural: bool, complained: bool) -> Answer:
    in_the_way, why = _hindrance(route, merchant, respondent, natural, complained)
    papers = (ID_CARD if natural else LICENCE, *(PAPERS[name] for name in route.attach))
    instead = route.instead if in_the_way in (KIND, ELECTION) else ""
    return Answer(code, route, not in_the_way, in_the_way, why, papers, instead)


def _hindrance(route: Route, merchant: str, respondent: str, natural: bool, complained: bool) -> tuple[str, Text]:
    """The first thing in the way and its words; what cannot be helped comes first."""
    if respondent not in route.respondents:
        return RESPONDENT, OUTSOURCER if respondent == "outsourcer" else WHY_NOT[RESPONDENT]
    if route.consumers_only:
        return KIND, NO_CONSUMER
    if route.natural_only and not natural:
        key = ELECTION if merchant in MAY_ELECT else KIND
        return key, WHY_NOT[key]
    if route.provider_first and not complained:
        return PROVIDER_FIRST, WHY_NOT[PROVIDER_FIRST]
    return "", Text("", "")
