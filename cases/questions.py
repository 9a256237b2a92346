"""What a letter asks, by kind of line, symptom and cause, and on which public rules it leans. A table.

Questions and demands for records only: never a verdict, never a right that a merchant may not have (rulings 21 to 23).
"""

from dataclasses import dataclass
from datetime import date

from cases import evidence_kinds, reasons
from config.text import Text


@dataclass(frozen=True, slots=True)
class Question:
    """Asked when the case has a line of one of `kinds`."""

    text: Text
    kinds: tuple[str, ...] = ("DEDUCTION", "HOLD", "FREEZE", "RESERVE")


def _q(zh: str, en: str, *kinds: str) -> Question:
    return Question(Text(zh, en), kinds) if kinds else Question(Text(zh, en))


GENERAL = (
    _q("依据：依据哪一份合同或规则、哪个版本、第几条？请附条款全文，以及我方签署或同意的记录。",
       "Basis: under which contract or rule, which version, which clause? Please enclose the clause in full and the"
       " record of our signature or consent."),
    _q("计算：每一笔的计费项目、基数、标准和期间各是什么？请写出计算过程。",
       "Calculation: for each line, what are the item, base, rate and period? Please show the calculation.",
       "DEDUCTION"),
    _q("通知：何时、以什么方式通知过我方？请附送达记录。",
       "Notice: when and how were we notified? Please enclose the record of delivery."),
    _q("扣收方式：从结算款中直接扣收，依据合同哪一条？如主张抵销，抵销通知何时到达我方（参见《民法典》第五百六十八条）？",
       "Netting: which clause allows you to deduct from settlement directly? If you rely on set-off, when did your"
       " notice of set-off reach us (see Civil Code, art. 568)?", "DEDUCTION"),
    _q("系统记录：请提供与上述各笔有关的系统和终端日志、操作记录，并写明时间来源。",
       "Records: please provide the system and terminal logs and operation records for these lines, with the source"
       " of their time."),
    _q("责任认定：贵方认为应由哪一方承担、各承担多少？依据哪些事实，由谁在何时认定？",
       "Responsibility: who do you say bears this, and in what share? On which facts, decided by whom and when?"),
    _q("暂缓结算：触发原因、核实进展、解除条件和预计解除时间各是什么？",
       "Withheld settlement: what triggered it, how far is the check, on what condition and when will it be released?",
       "HOLD"),
    _q("冻结：由哪个机关、以哪份文书（文号、日期、期限）冻结？没有机关文书的，依据是什么？",
       "Freeze: which authority ordered it, by which document (number, date, term)? If none, what is the basis?",
       "FREEZE"),
    _q("保证金或押金：收取的约定、退还的条件和时间各是什么？",
       "Reserve or deposit: what was agreed on taking it, and on what condition and when is it returned?", "RESERVE"),
)  # fmt: skip
BY_SYMPTOM = {
    "S0": (),
    "S1": (
        _q("重复扣款：各笔对应的原交易、参考号或平台单号是什么？同一订单为何有多笔成功记录，是否已冲正或退款？",
           "Duplicate charge: which original sale, retrieval reference or platform number does each line have? Why does"
           " one order show several successes, and was any reversed or refunded?"),
    ),
    "S2": (
        _q("欠费：欠的是哪一项费用、哪个期间、应付多少、何时到期？如有滞纳金，依据哪一条、怎样计算？",
           "Arrears: which fee, which period, how much and due when? If a late fee is included, under which clause and"
           " how is it calculated?"),
    ),
    "S3": (
        _q("账务：请按终端、按批次提供对账明细，并说明与我方流水不一致的每一笔。",
           "Books: please give the details by terminal and batch, and explain each line that differs from our records."),
    ),
    "S4": (
        _q("支付失败：各笔失败交易的应答码、冲正记录和资金去向各是什么？",
           "Failed payments: what are the response codes, the reversal records and where did the money go?"),
    ),
    "S5": (
        _q("同意：收取这项费用之前，我方何时、以什么方式同意过？",
           "Consent: when and how did we agree to this charge before it was taken?"),
    ),
}  # fmt: skip
BY_CAUSE = {
    "C0": (
        _q("原因：贵方认为产生上述款项的原因是什么？", "Cause: what do you say caused these amounts to be taken?"),
    ),
    "C1": (
        _q("迁移：约定的迁移日期是哪一天、见于哪份文件？申请、审批、预约上门、到场或未到场的记录各是什么，延迟由谁的原因造成？",
           "Migration: on which day was it due, by which document? What are the records of application, approval,"
           " appointment and attendance, and who caused the delay?"),
        _q("违约金或占用费：收取的标准与贵方的实际损失怎样对应？",
           "Penalty or occupancy fee: how does the rate relate to your actual loss?"),
    ),
    "C2": (
        _q("数据：迁移前后的结算批次、未上送交易和备份记录各是什么？哪些数据在哪个环节丢失，怎样恢复？",
           "Data: what are the settlement batches, transactions not yet uploaded and backups before and after the"
           " migration? Which data was lost where, and how is it restored?"),
    ),
    "C3": (
        _q("识别：系统凭哪些终端号、序列号或位置记录作出认定？终端与商户、布放地址的对应信息何时更新？",
           "Recognition: on which terminal numbers, serial numbers or locations did the system decide? When was the"
           " binding of terminal, merchant and address updated?"),
    ),
    "C4": (
        _q("条款变动：变更前后的文本、生效日期、公告或通知方式和我方同意的记录各是什么？",
           "Changed terms: what are the texts before and after, the effective date, the notice given and the record of"
           " our consent?"),
    ),
    "C5": (
        _q("未结交易：换机前未结清的交易有哪些，贵方何时知道，怎样处理？",
           "Open transactions: which were not settled before the swap, when did you know, and what was done?"),
    ),
    "C6": (
        _q("故障：故障发生和恢复的时间、范围和原因各是什么？故障期间各笔交易的状态和补处理结果是什么？",
           "Outage: when did it begin and end, what did it cover and what caused it? What became of each transaction"
           " meanwhile?"),
    ),
    "C7": (
        _q("同步：各笔的入账时间、同步时间和差错处理结果各是什么？是否会在以后的结算日补入？",
           "Sync: when was each line booked and synchronised, what did error handling find, and will it be settled on a"
           " later day?"),
    ),
    "C8": (
        _q("操作：有关操作由谁、在何时进行？复核和更正的记录是什么？",
           "Operation: who did what and when? What are the records of review and correction?"),
    ),
    "C9": (
        _q("升级或变更：升级或合同变更的安排、通知和新的迁移日期各是什么？其间为何计收费用？",
           "Upgrade or change: what were the plan, the notice and the new migration date? Why was a fee charged"
           " meanwhile?"),
    ),
    "C10": (
        _q("移机与机具：认定未报备移机或机具不合规的检测时间、位置和依据各是什么？能否补办？",
           "Move and device: when, where and on what basis was the move or the device found to be non-compliant? Can it"
           " be registered now?"),
    ),
    "C11": (
        _q("收费项目：该项目的名称和标准标明在何处、自何时公示？我方何时确认过？",
           "Fee item: where and since when are its name and rate published? When did we confirm it?"),
    ),
}  # fmt: skip
OUTSOURCED = _q(
    "外包服务商：抄送的外包服务商在收费和扣款中各做什么？款项由谁收取？",
    "Outsourcer: what part has the outsourcer in copy in charging and deducting? Who received the money?",
)


@dataclass(frozen=True, slots=True)
class Source:
    """A public rule a demand for records refers to. `non_bank`: it binds non-bank payment institutions alone."""

    text: Text
    since: date
    non_bank: bool = False


SOURCES = (
    Source(
        Text("《电子商务法》第五十三条（电子支付服务提供者向用户免费提供对账服务和最近三年的交易记录）",
             "E-Commerce Law, art. 53 (providers of electronic payment give users reconciliation and the transaction"
             " records of the last three years free of charge)"),
        date(2019, 1, 1),
    ),
    Source(
        Text("《非银行支付机构监督管理条例》第三十四条（公开收费项目和标准、明码标价，不得收取未予标明的费用）",
             "Regulation on Non-Bank Payment Institutions, art. 34 (fees and rates are published and marked; unmarked"
             " fees may not be taken)"),
        date(2024, 5, 1), non_bank=True,
    ),
    Source(
        Text("《非银行支付机构监督管理条例》第三十五条（及时妥善处理与用户的争议）",
             "Regulation on Non-Bank Payment Institutions, art. 35 (disputes with users are handled promptly and"
             " properly)"),
        date(2024, 5, 1), non_bank=True,
    ),
)  # fmt: skip

# What is asked for a sum, by kind of line and by who was injured. The words 请求返还…元 interrupt limitation on arrival
# (时效规定 art. 8), whatever else is wanted.
DEMANDS = {
    ("DEDUCTION", "MERCHANT"): Text(
        "请求返还上述扣款，共计{sum}。", "We demand the return of the deductions above, {sum} in total."
    ),
    ("DEDUCTION", "CARDHOLDER"): Text(
        "请求将涉及持卡人的上述扣款，共计{sum}，按原交易返还持卡人的原支付账户，并把处理结果告知我方。我方为持卡人提出，不主张归己。",
        "We demand that the cardholders' money above, {sum} in total, be returned to their original accounts and that"
        " you tell us the result. We ask on their behalf and claim none of it for ourselves.",
    ),
    ("DEDUCTION", "PROVIDER"): Text(
        "请核对记在贵方名下的上述差额，共计{sum}，并书面说明其归属。",
        "Please check the difference booked to you above, {sum} in total, and say in writing to whom it belongs.",
    ),
    ("HOLD", ""): Text(
        "请求解除暂缓结算，返还上述暂缓结算的款项，共计{sum}。",
        "We demand that the hold be lifted and the withheld settlement above be paid over, {sum} in total.",
    ),
    ("FREEZE", ""): Text(
        "没有机关有效文书的，请求解除冻结，返还上述被冻结的款项，共计{sum}。",
        "Unless an authority's valid order exists, we demand release and return of the frozen money above, {sum} in"
        " total.",
    ),
    ("RESERVE", ""): Text(
        "请求返还上述保证金或押金，共计{sum}；认为退还条件尚未满足的，请写明条件和时间。",
        "We demand the return of the reserve or deposit above, {sum} in total; if you say the conditions are not met,"
        " name them and the date.",
    ),
}
WANTED = {
    "FULL_REFUND": Text("", ""),
    "PARTIAL_REFUND": Text(
        "贵方举出依据后，我方愿意就应退的具体金额与贵方核对。",
        "Once you show the basis we are ready to settle the exact amount with you.",
    ),
    "EXPLANATION": Text(
        "贵方先书面说明原因的，我方愿意在收到说明后与贵方核对金额；在此之前，上述请求不变。",
        "If you first explain in writing, we are ready to go through the amount with you then; until then this demand"
        " stands.",
    ),
    "STOP": Text("我方不同意继续收取这项费用。", "We do not agree to this charge going on."),
}


def asked(symptom: str, cause: str, kinds: set[str], *, outsourced: bool = False) -> list[Text]:
    """The questions of a letter in their order: the general ones, then those of the symptom and of the cause."""
    rows = (*GENERAL, *BY_SYMPTOM[symptom], *BY_CAUSE[cause], *((OUTSOURCED,) if outsourced else ()))
    return [row.text for row in rows if kinds.intersection(row.kinds)]


def records(cause: str) -> list[Text]:
    """The documents asked for: those that help in this cause and that the other side holds."""
    wanted = dict.fromkeys(("E05", "E02", "E04", "E10", *reasons.CAUSES[cause].helps))
    return [
        evidence_kinds.KINDS[code].label for code in sorted(wanted) if evidence_kinds.KINDS[code].held_by != "merchant"
    ]


def sources(provider_kind: str, day: date) -> list[Source]:
    """The rules to refer to on that day; a bank is not asked under the rules of non-bank institutions."""
    return [row for row in SOURCES if row.since <= day and not (row.non_bank and provider_kind == "bank")]


def demand(kind: str, injured: str) -> Text:
    return DEMANDS.get((kind, injured)) or DEMANDS[(kind, "")]
