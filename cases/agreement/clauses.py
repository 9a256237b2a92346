"""The clauses of the agreement in their order: heading, wordings in both languages, and what each answers. A table.

A clause has one wording or several; which of them stands is told by the details (details.py). Placeholders are filled
by cases/services/agreement_text.py. `item` is the entry of the checklist that it answers (domain.md §3.2 #13).
"""

from dataclasses import dataclass
from typing import Any

from config.text import Text

ITEMS = (
    "parties", "facts", "lines", "rights", "obligations", "amounts", "cooperation", "breach", "confidentiality",
    "forum", "signing", "waiver", "authority",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """`fixed`: it follows from the case and the offer, and its wording cannot be changed."""

    key: str
    heading: Text
    wordings: dict[str, Text]
    item: str = ""
    fixed: bool = False


def _c(key: str, zh: str, en: str, wordings: Any, item: str = "", *, fixed: bool = False) -> Clause:
    """One wording as a pair, several by name."""
    named = wordings if isinstance(wordings, dict) else {"": wordings}
    return Clause(key, Text(zh, en), {name: Text(*pair) for name, pair in named.items()}, item, fixed)


_STANDARD = (
    _c("parties", "双方", "The parties", (
        "商户：{merchant}{merchant_code}，以下称「商户」。{merchant_numbers}\n支付服务商：{provider}{provider_code}，以下称「服务商」。",
        "The merchant: {merchant}{merchant_code}. {merchant_numbers}\nThe provider: {provider}{provider_code}.",
    ), "parties", fixed=True),
    _c("facts", "事实", "The facts", (
        "商户使用服务商的收单服务收款。商户就下列款项向服务商提出异议（案件编号 {number}）。{letter}{answer}双方协商后，于 {accepted_on} 就第 {offer} 号方案达成一致，写成本协议。",
        "The merchant takes payments through the provider's acquiring service and disputes the following (case {number}). {letter}{answer}After talks both sides agreed on offer {offer} on {accepted_on} and set it down here.",
    ), "facts"),
    _c("lines", "争议款项", "The sums in dispute", ("{lines}", "{lines}"), "lines", fixed=True),
    _c("responsibility", "责任", "Responsibility", {
        "agreed": ("双方对责任的看法一致：{shares}。", "Both sides agree on who is responsible: {shares}."),
        "disputed": (
            "双方对责任的看法不同：{views}。双方同意不再就责任争论，按本协议处理。本协议为解决争议而订立，不构成任何一方对责任的承认。",
            "The sides see responsibility differently: {views}. They agree to settle the matter as follows. This agreement admits no responsibility of either side.",
        ),
        "open": (
            "双方没有划分责任，同意按本协议处理。本协议为解决争议而订立，不构成任何一方对责任的承认。",
            "Responsibility was left open; the sides settle the matter as follows. This agreement admits no responsibility of either side.",
        ),
        "reserved": (
            "双方按本协议处理。协商中对责任的看法只为协商提出，本协议不构成任何一方对责任的承认。",
            "The sides settle the matter as follows. Views on responsibility were stated for the talks only; this agreement admits no responsibility of either side.",
        ),
    }),
    _c("obligations", "双方的义务、金额和日期", "Obligations, sums and days", (
        "{terms}{conditions}{totals}\n期限到最后一日 24:00 为止；最后一日是休息日的，顺延到下一个工作日。工作日按国务院办公厅公布的安排计算。",
        "{terms}{conditions}{totals}\nA period ends at 24:00 of its last day; where that is a day off, on the next working day. Working days are those announced by the State Council.",
    ), "obligations", fixed=True),
    _c("rights", "双方的权利", "Rights", (
        "商户有权按期收到款项并取得付款凭证。服务商付款后，有权要求商户书面确认收到。双方各自保存与本案有关的交易、结算和沟通记录，直到全部义务履行完毕后满三年。",
        "The merchant is entitled to payment on time and to proof of it. Once it has paid, the provider is entitled to written confirmation. Each side keeps its records of transactions, settlement and talks until three years after everything is done.",
    ), "rights"),
    _c("payee", "收款账户", "Where the money goes", {
        "none": ("商户不因本协议收款，不涉及收款账户。", "The merchant is paid nothing under this agreement; no account is needed."),
        "settlement": (
            "款项退回商户在服务商登记的结算账户{of_mids}。任何一方不得只凭短信、邮件或聊天消息改变收款账户；要改变的，由双方书面确认，并由付款方拨打已知的电话号码核实。",
            "The money goes to the settlement account that the merchant has registered with the provider{of_mids}. No message alone changes that account: a change needs both sides in writing and a call back to a known number.",
        ),
        "account": (
            "收款人：{payee_name}；开户行：{payee_bank}；账号：{payee_account}（只写首尾，完整账号以核实时所报为准）。该账户已于 {confirmed_on} 拨打已知的电话号码向{confirmed_by}核实。付款前要改变账户的，由双方书面确认并再次这样核实；任何一方不得只凭短信、邮件或聊天消息改变账户。",
            "Payee: {payee_name}; bank: {payee_bank}; account: {payee_account} (masked; the full number is the one confirmed). It was confirmed on {confirmed_on} with {confirmed_by} by a call back to a known number. A change before payment needs both sides in writing and the same check; no message alone changes it.",
        ),
    }, "amounts"),
    _c("invoice", "发票和税", "Invoices and tax", {
        "law": (
            "被退还或者调整的款项已经开具发票的，服务商依法更正发票，商户给予配合。各自的税费依法各自承担。",
            "Where an invoice was issued for what is refunded or changed, the provider corrects it as the law requires and the merchant assists. Each side bears its own taxes.",
        ),
        "reissue": (
            "服务商在协议生效后 {invoice_days} 个工作日内，就被退还或者调整的款项开具红字发票或更正后的发票，并把它交给商户；商户给予配合。各自的税费依法各自承担。",
            "Within {invoice_days} working days of the agreement taking effect the provider issues a credit note or corrected invoice for what is refunded or changed and hands it to the merchant, which assists. Each side bears its own taxes.",
        ),
        "none": ("被退还或者调整的款项没有开具过发票。各自的税费依法各自承担。", "No invoice was issued for what is refunded or changed. Each side bears its own taxes."),
    }),
    _c("stop_fee", "停止收取", "No further charging", {
        "same": (
            "自协议生效之日起，除第五条约定的款项外，服务商不再就上列款项的同一事由收取或扣收。",
            "From the day the agreement takes effect the provider neither charges nor deducts anything on the same ground, except what part E provides.",
        ),
        "named": (
            "服务商自 {stop_on} 起停止收取「{stop_name}」{stop_tid}，也不再就上列款项的同一事由收取或扣收（第五条约定的款项除外）。",
            "From {stop_on} the provider stops charging “{stop_name}”{stop_tid}, and neither charges nor deducts anything else on the same ground, except what part E provides.",
        ),
    }),
    _c("breach", "逾期和违约", "Late payment and breach", {
        "whole": (
            "付款被退回或无法入账的，付款方在 2 个工作日内告知对方并改付，逾期责任不因此免除。到期没有履行的，对方可以书面催告；到期后满 {grace} 个工作日仍没有履行的，按未付金额和全国银行间同业拆借中心公布的一年期贷款市场报价利率，自到期次日起支付逾期利息，并赔偿由此造成的损失；对方可以要求继续履行，也可以就尚未清偿的原争议款项另行主张。",
            "A payment that is returned or cannot be booked is reported and made again within 2 working days; this excuses no delay. What is late may be demanded in writing. When {grace} working days after its day it is still not done, interest runs from the day after that day at the one-year loan prime rate on what is unpaid, and loss caused is made good; the other side may insist on performance or claim what is unpaid of the original sum.",
        ),
        "instalments": (
            "付款被退回或无法入账的，付款方在 2 个工作日内告知对方并改付，逾期责任不因此免除。到期没有履行的，对方可以书面催告；任何一期到期后满 {grace} 个工作日仍没有付的，其余各期一并到期，并按未付金额和全国银行间同业拆借中心公布的一年期贷款市场报价利率，自到期次日起支付逾期利息，赔偿由此造成的损失；对方可以要求继续履行，也可以就尚未清偿的原争议款项另行主张。",
            "A payment that is returned or cannot be booked is reported and made again within 2 working days; this excuses no delay. What is late may be demanded in writing. When {grace} working days after its day an instalment is still unpaid, all others fall due, interest runs from the day after that day at the one-year loan prime rate on what is unpaid, and loss caused is made good; the other side may insist on performance or claim what is unpaid of the original sum.",
        ),
    }, "breach"),
    _c("waiver", "了结的范围", "What is settled", {
        "lines": (
            "本协议履行完毕后，双方就上列争议款项（只限第三条列明的各笔）不再互相追究。没有列明的款项、其他争议和本协议没有履行的部分，不受影响。",
            "Once this agreement is performed neither side pursues the other for the sums in dispute, which are those listed in part C only. Sums not listed, other disputes and what is not performed are not affected.",
        ),
        "wider": (
            "本协议履行完毕后，双方就上列争议款项，以及下列事项，不再互相追究：{waiver_text}。其余款项、其他争议和本协议没有履行的部分，不受影响。",
            "Once this agreement is performed neither side pursues the other for the sums in dispute and, besides, for: {waiver_text}. Other sums, other disputes and what is not performed are not affected.",
        ),
    }, "waiver"),
    _c("cooperation", "今后的合作", "Working together from now on", (
        "双方继续按原收单服务合同合作。服务商新设或变更收费，或者要从结算款中扣收的，事先书面通知商户，写明依据、算法和起算日。安装、迁移、换机要改变约定时间的，在原定时间前书面通知并取得对方确认。",
        "Both sides go on under their acquiring contract. Before a fee is introduced or changed, or anything is deducted from settlement, the provider tells the merchant in writing on what ground, how it is worked out and from when. A booked installation or migration is moved only by written notice before its time, confirmed by the other side.",
    ), "cooperation"),
    _c("confidentiality", "保密", "Confidentiality", {
        "yes": (
            "双方对本协议的内容和协商过程保密；向法院、仲裁机构、主管部门、审计、税务机关，以及负有保密义务的律师、会计师提供的除外。本条不限制任何一方依法投诉、举报。",
            "Both sides keep this agreement and the talks confidential, except towards courts, arbitration bodies, authorities, auditors, tax offices, and lawyers or accountants bound to secrecy. Nothing here limits a complaint to an authority.",
        ),
        "no": ("双方没有约定保密义务。", "The sides agree on no duty of confidentiality."),
    }, "confidentiality"),
    _c("forum", "争议解决", "Disputes", {
        "court": ("因本协议发生争议的，双方先协商；协商不成的，依法向有管辖权的人民法院起诉。", "Disputes about this agreement are first talked over, then brought before the court that has jurisdiction by law."),
        "named_court": ("因本协议发生争议的，双方先协商；协商不成的，向{forum_name}起诉。", "Disputes about this agreement are first talked over, then brought before {forum_name}."),
        "arbitration": ("因本协议发生争议的，双方先协商；协商不成的，提交{forum_name}按其现行规则仲裁。裁决是终局的，对双方有约束力。", "Disputes about this agreement are first talked over, then settled by arbitration at {forum_name} under its rules in force. The award is final and binding."),
    }, "forum"),
    _c("signing", "怎样签署", "How it is signed", {
        "both": (
            "双方可以用下列一种方式签署，先签署的一方用哪一种，另一方也用哪一种。\n1. 纸质：加盖公章、合同专用章或者本人签字，双方交换盖章件（原件或扫描件）并留存交换凭证。\n2. 在「追款」中：签署人登录后阅读定稿，用发到本人手机或邮箱的一次性验证码（或验证器动态码）确认身份，再提交同意。双方同意使用这种电子签名，以此作为双方约定的可靠条件（《电子签名法》第十三条第二款），并以定稿 PDF 的 SHA-256 值核对文本没有改动。这种签署没有使用电子认证服务机构颁发的数字证书。",
            "Each side signs in one of these ways; the way of the first to sign is that of the other.\n1. On paper: stamped with its seal or signed by hand; both exchange their copies (originals or scans) and keep proof of the exchange.\n2. In Recourse: the signer logs in, reads the final text, proves who he is by a one-time code sent to his phone or mailbox (or a code of his authenticator), and consents. Both sides agree to sign electronically in this way as the reliable conditions agreed between them (Electronic Signature Law, art. 13 para. 2) and to check by the SHA-256 of the final PDF that the text is unchanged. No digital certificate of a certification authority is used.",
        ),
        "paper": (
            "本协议以纸质签署：加盖公章、合同专用章或者本人签字，双方交换盖章件（原件或扫描件）并留存交换凭证。双方没有约定使用电子签名。",
            "This agreement is signed on paper: stamped with the seal or signed by hand; both sides exchange their copies (originals or scans) and keep proof of the exchange. Electronic signature is not agreed.",
        ),
    }, "signing"),
    _c("authority", "签署权限", "Authority to sign", (
        "签署人声明有权代表本方签署。{authority}加盖公章或者合同专用章的，以印章为准。",
        "Each signer declares that he may sign for his side. {authority}Where a seal is affixed, the seal decides.",
    ), "authority"),
    _c("effect", "生效和文本", "Effect and text", (
        "本协议自双方都按上述方式签署时成立并生效（《民法典》第四百九十条）。文本以中文为准，英文译文仅供参考。用纸质签署的，一式两份，双方各执一份。",
        "This agreement is concluded and takes effect when both sides have signed as above (Civil Code, art. 490). The Chinese text prevails; the English is a translation for reference. On paper there are two copies, one for each side.",
    )),
)  # fmt: skip
CLAUSES = {clause.key: clause for clause in _STANDARD}
assert set(ITEMS) - {"amounts"} <= {clause.item for clause in _STANDARD}, "an entry of the checklist has no clause"
NUMERALS = "一二三四五六七八九十"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST = len(LETTERS)


def heading_mark(place: int) -> Text:
    """一、 or A. in front of the clause at this place, the first being 0."""
    tens, ones = divmod(place + 1, 10)
    zh = (
        NUMERALS[place]
        if place < 10
        else f"{NUMERALS[tens - 1] if tens > 1 else ''}十{NUMERALS[ones - 1] if ones else ''}"
    )
    return Text(f"{zh}、", f"{LETTERS[place]}. ")
