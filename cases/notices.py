"""What people are told, by kind: title, body, who is told, and whether it comes alone or with the daily digest.

The words are those of the page that the notice opens. Who gets mail or a text, and when, is cases/services/notices.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cases import timetable, workflow
from config.clock import bound
from config.text import Text

PROVIDER = ("provider.agent", "provider.approver")
FINANCE, OWNER, STORE, APPROVER = "merchant.finance", "merchant.owner", "merchant.store", "merchant.approver"
YOUR_TURN = Text("轮到你了", "your turn")


@dataclass(frozen=True, slots=True)
class Row:
    """One kind. `alone`: the sides for which it comes alone because it is their turn; else it waits for the digest.

    `urgent` comes at night too where the morning would be too late. `sms` is the few words of its text message.
    Placeholders are the parameters told, `number`, and what is derived from `act`, `outcome` and a clock's `code`.
    """

    title: Text
    body: Text
    seats: tuple[str, ...] = (FINANCE, OWNER)
    alone: tuple[str, ...] = ()
    urgent: bool = False
    sms: Text = YOUR_TURN


YOURS = ("merchant", "provider")
KINDS = {
    # the case
    "filed": Row(
        Text("{number} 已提交", "{number} is filed"),
        Text("下一步：发出函件，并记录对方已收到。", "Next: send the letter and record that it arrived."),
        (FINANCE, OWNER, STORE),
    ),
    "approval_asked": Row(
        Text("{number}「{act}」等你同意", "{number}: “{act}” awaits your approval"),
        Text("这一步要由同一方的另一个人同意。请看过后同意或退回。",
             "Another person of your side must approve this step. Look at it, then approve or return it."),
        (APPROVER, OWNER, FINANCE), YOURS, sms=Text("有一项等你同意", "approval awaits you"),
    ),
    "request_returned": Row(
        Text("{number}「{act}」被退回", "{number}: “{act}” was returned"),
        Text("退回的理由：{reason}", "The reason: {reason}"),
        (FINANCE, OWNER, STORE), YOURS, sms=Text("有一项被退回", "a request was returned"),
    ),
    "closed": Row(
        Text("{number} 已结案", "{number} is closed"),
        Text("结果：{outcome}。", "Outcome: {outcome}."),
        (FINANCE, OWNER, STORE, APPROVER),
    ),
    # the other side's answers
    "letter_sent": Row(
        Text("{number} 收到一封函", "{number}: a letter for you"),
        Text("对方要求说明一笔扣款。请确认收到，再说明原因。",
             "The other side asks about a deduction. Confirm that you have the letter, then explain."),
        alone=("provider",), sms=Text("收到一封函", "a letter for you"),
    ),
    "letter_arrived": Row(
        Text("{number} 对方已收到", "{number}: the letter arrived"),
        Text("说明的期限从这一天起算，到期我们提醒你。", "The time to explain runs from this day. We remind you when it ends."),
        (FINANCE, OWNER, STORE),
    ),
    "acknowledged": Row(
        Text("{number} 对方确认收到", "{number}: receipt confirmed"),
        Text("接下来等对方说明。", "The explanation comes next."),
    ),
    "explained": Row(
        Text("{number} 对方已说明，轮到你", "{number}: explained, your turn"),
        Text("看完对方的说明，再提出是谁的责任。", "Read the explanation, then say who is responsible."),
        (FINANCE, OWNER, STORE), ("merchant",), sms=Text("对方已说明", "explained, your turn"),
    ),
    "evidence_added": Row(
        Text("{number} 对方添加了材料", "{number}: the other side added records"),
        Text("打开案件可以查看。", "Open the case to see them."),
    ),
    "evidence_asked": Row(
        Text("{number} 对方请你提供材料", "{number}: records asked of you"),
        Text("请提供材料，或说明为什么不能提供。", "Supply the records, or say why you cannot."),
        (FINANCE, OWNER, STORE), YOURS, sms=Text("请你提供材料", "records asked of you"),
    ),
    "evidence_answered": Row(
        Text("{number} 对方答复了材料请求", "{number}: your request for records was answered"),
        Text("打开案件可以查看。", "Open the case to see the answer."),
    ),
    "message": Row(
        Text("{number} 对方写了一条消息", "{number}: a message from the other side"),
        Text("打开案件可以查看。", "Open the case to read it."),
    ),
    "corrected": Row(
        Text("{number} 对方更正了第 {event} 条记录", "{number}: the other side corrected record {event}"),
        Text("原来的记录仍看得到。", "The old record stays visible."),
    ),
    # mails that answer a letter
    "mail_received": Row(
        Text("{number} 收到 {sender} 的来信", "{number}: a mail from {sender}"),
        Text("邮件和附件已存为证据，只有你方能看到；发件人未经证实。看过后一步记下对方说了什么。",
             "The mail and its attachments are kept as evidence that your side alone sees; who sent it is not proven. Read it,"
             " then note in one step what they said."),
        (FINANCE, OWNER, STORE), ("merchant",), sms=Text("对方来信", "a mail from them"),
    ),
    "mail_auto": Row(
        Text("{number} 收到一封自动回复", "{number}: an automatic reply came"),
        Text("{sender} 的邮箱自动答复，不等于对方看过函件。", "The mail box of {sender} answered by itself; nobody need have read the letter."),
    ),
    "mail_failed": Row(
        Text("{number} 函件没有送达 {failed}", "{number}: the letter did not reach {failed}"),
        Text("邮件被退回。请核对地址，或换一个渠道再发。", "The mail came back. Check the address, or send it another way."),
        (FINANCE, OWNER, STORE), ("merchant",), sms=Text("函件没有送达", "the letter did not arrive"),
    ),
    # responsibility
    "responsibility_proposed": Row(
        Text("{number} 对方提出了责任看法，轮到你", "{number}: a view on responsibility, your turn"),
        Text("同意，或写下你的看法。", "Agree, or set down your own view."),
        alone=YOURS, sms=Text("请答复责任看法", "answer on responsibility"),
    ),
    "responsibility_answered": Row(
        Text("{number} 对方答复了责任看法", "{number}: responsibility was answered"),
        Text("下一步：由商户另一个人确认责任划分。", "Next: another person of the merchant confirms the split."),
        (FINANCE, OWNER, APPROVER), ("merchant",), sms=Text("请确认责任划分", "confirm responsibility"),
    ),
    "responsibility_confirmed": Row(
        Text("{number} 责任已确认", "{number}: responsibility is settled"),
        Text("下一步：商量怎么解决。", "Next: talk about a solution."),
    ),
    # the talks
    "talks_opened": Row(
        Text("{number} 商户开始协商", "{number}: the merchant opens the talks"),
        Text("可以提出方案：退多少、什么时候付。", "You can make an offer: how much, by when."),
        sms=Text("商户开始协商", "talks have begun"),
    ),
    "offer_made": Row(
        Text("{number} 对方提出方案 {offer}，轮到你", "{number}: offer {offer}, your turn"),
        Text("商户到手 ¥{sum}（{percent}）。请在 {until} 前答复，没有答复则方案失效。",
             "The merchant has ¥{sum} in the end ({percent}). Answer by {until}, or the offer lapses."),
        alone=YOURS, sms=Text("有方案等你答复", "an offer awaits your answer"),
    ),
    "offer_rejected": Row(
        Text("{number} 对方拒绝了方案 {offer}", "{number}: offer {offer} was rejected"),
        Text("协商继续，可以提出新的方案。", "The talks go on; a new offer can be made."),
        alone=YOURS, sms=Text("方案被拒绝", "your offer was rejected"),
    ),
    "offer_withdrawn": Row(
        Text("{number} 对方撤回了方案 {offer}", "{number}: offer {offer} was withdrawn"),
        Text("协商继续，可以提出新的方案。", "The talks go on; a new offer can be made."),
    ),
    "offer_lapsed": Row(
        Text("{number} 方案 {offer} 没有得到答复，已失效", "{number}: offer {offer} was not answered and lapsed"),
        Text("协商继续，可以提出新的方案。", "The talks go on; a new offer can be made."),
    ),
    "offer_accepted": Row(
        Text("{number} 方案 {offer} 已接受", "{number}: offer {offer} is accepted"),
        Text("商户到手 ¥{sum}。下一步：写好协议，双方签署。", "The merchant has ¥{sum} in the end. Next: the agreement, signed by both."),
        (FINANCE, OWNER, STORE, APPROVER), YOURS, sms=Text("方案已接受，请看协议", "accepted; see the agreement"),
    ),
    # the agreement
    "agreement_changed": Row(
        Text("{number} 对方改了协议草稿", "{number}: the other side changed the draft"),
        Text("打开协议，可以看到哪里改了。", "Open the agreement to see what changed."),
    ),
    "agreement_frozen": Row(
        Text("{number} 协议定稿，请签署", "{number}: the agreement is final, please sign"),
        Text("先看全文和要点，再签署或盖章。", "Read the text and its points, then sign or stamp it."),
        (FINANCE, OWNER), YOURS, sms=Text("协议定稿请签署", "the agreement awaits you"),
    ),
    "agreement_signed": Row(
        Text("{number} 对方已签，轮到你", "{number}: the other side has signed, your turn"),
        Text("你方用同一种方式签署后，协议生效。", "Once your side signs in the same way, the agreement takes effect."),
        (FINANCE, OWNER), YOURS, sms=Text("对方已签轮到你", "signed, your turn"),
    ),
    "agreement_effective": Row(
        Text("{number} 协议已生效", "{number}: the agreement is in effect"),
        Text("双方都已签署。接下来按约定的日期履行。", "Both sides have signed. What was agreed is now due by its days."),
        (FINANCE, OWNER, STORE, APPROVER), YOURS, sms=Text("协议已生效", "agreement in effect"),
    ),
    "sign_declined": Row(
        Text("{number} 对方不签，回到协商", "{number}: the other side declines to sign"),
        Text("打开案件看对方的理由；可以提出新的方案。", "Open the case for the reason; a new offer can be made."),
        (FINANCE, OWNER), YOURS, sms=Text("对方不签回到协商", "not signed, talks go on"),
    ),
    "agreement_void": Row(
        Text("{number} 期限已过，协议作废", "{number}: the time has passed, the agreement is void"),
        Text("回到协商，可以提出新的方案。", "The talks are open again; a new offer can be made."),
    ),
    # money and ends
    "refund_announced": Row(
        Text("{number} 对方说已退款，请核对", "{number}: a refund was announced, check it"),
        Text("看到退款到账后，请记录到账。", "Record the refund once you see the money."),
        alone=("merchant",), sms=Text("请核对退款", "check the refund"),
    ),
    "refund_seen": Row(
        Text("{number} 商户已看到退款", "{number}: the refund was seen"),
        Text("商户记录了一笔到账。", "The merchant recorded money that came back."),
    ),
    "refund_complete": Row(
        Text("{number} 每一笔都已退还", "{number}: every line came back"),
        Text("核对后可以结案。", "Check it, then close the case."),
        (FINANCE, OWNER, STORE),
    ),
    "agreement_kept": Row(
        Text("{number} 约定的都已履行", "{number}: everything agreed was done"),
        Text("核对后可以结案。", "Check it, then close the case."),
        (FINANCE, OWNER, STORE),
    ),
    # keeping the agreement
    "agreement_told": Row(
        Text("{number} 协议已生效，请确认你已知悉", "{number}: the agreement is in effect, say that you know it"),
        Text("名单上的人都确认后，开始履行。", "It is carried out once everybody on the list has said so."),
        (FINANCE, OWNER, STORE, APPROVER), YOURS, sms=Text("请确认知悉协议", "confirm that you know it"),
    ),
    "agreement_known": Row(
        Text("{number} 各方都已知悉，开始履行", "{number}: everybody knows, it is carried out"),
        Text("谁要做什么、最晚哪天，在案件里看得到。", "The case shows who does what, and by when."),
        (FINANCE, OWNER, STORE, APPROVER),
    ),
    "obligation_proven": Row(
        Text("{number} 对方说已履行，请核对", "{number}: said to be done, check it"),
        Text("{what}。核对后确认，或说明哪里不对。", "{what}. Check it, then confirm or say what is wrong."),
        alone=YOURS, sms=Text("请核对履行", "check what was done"),
    ),
    "obligation_confirmed": Row(
        Text("{number} 对方确认已履行", "{number}: confirmed as done"), Text("{what}。", "{what}."), (FINANCE, OWNER, STORE),
    ),
    "obligation_disputed": Row(
        Text("{number} 对方对履行有异议，轮到你", "{number}: your proof is disputed, your turn"),
        Text("{what}。看对方的理由，再提交凭证。", "{what}. Read why, then prove it again."),
        alone=YOURS, sms=Text("履行凭证有异议", "your proof is disputed"),
    ),
    "breach_declared": Row(
        Text("{number} 记为到期未付", "{number}: recorded as overdue and broken"),
        Text("{what}。", "{what}."), (FINANCE, OWNER, APPROVER), ("provider",), sms=Text("到期未付", "overdue"),
    ),
    "demand_sent": Row(
        Text("{number} 收到一封催款函", "{number}: a demand for payment"),
        Text("约定的日期已过。请付款，再提交凭证。", "The day agreed has passed. Pay, then prove it."),
        alone=("provider",), sms=Text("收到催款函", "a demand for payment"),
    ),
    "cured": Row(
        Text("{number} 到期未付的已补上", "{number}: what was overdue has come"),
        Text("协议继续履行。", "The agreement goes on."), (FINANCE, OWNER, STORE),
    ),
    "negotiation_failed": Row(
        Text("{number} 协商结束", "{number}: the talks have ended"),
        Text("商户记录了谈不拢。", "The merchant recorded that the talks failed."),
    ),
    # clocks
    "due_soon": Row(
        Text("{number} 还剩不到 24 小时：{clock}", "{number}: 24 hours left: {clock}"),
        Text("{sentence}。{silence}", "{sentence}. {silence}"),
        (FINANCE, OWNER, STORE), YOURS, urgent=True, sms=Text("还剩不到24小时", "24 hours left"),
    ),
    "due_ahead": Row(
        Text("{number} 临近期限：{clock}", "{number}: a date comes near: {clock}"),
        Text("{sentence}。{silence}", "{sentence}. {silence}"),
    ),
    "clock_passed": Row(
        Text("{number} 已过期限：{clock}", "{number}: the date has passed: {clock}"),
        Text("到 {due} 没有结果。{silence}", "Nothing came by {due}. {silence}"),
        (FINANCE, OWNER, STORE),
    ),
    "escalated": Row(
        Text("{number} 仍未完成：{clock}", "{number}: still not done: {clock}"),
        Text("到 {due} 没有完成。{silence}", "It was not done by {due}. {silence}"),
        (FINANCE, APPROVER, OWNER),
    ),
}  # fmt: skip


def seats(kind: str, side: str) -> list[str]:
    """The seats of a side that are told."""
    return list(PROVIDER if side == "provider" else KINDS[kind].seats if kind in KINDS else ())


def comes_alone(kind: str, side: str) -> bool:
    return side in KINDS[kind].alone


def words(kind: str, number: str, params: Mapping, side: str) -> tuple[Text, Text]:
    """Title and body for a reader of `side`; a value that is not known is left empty."""
    values = _Values(number=number, **{key: _value(key, value) for key, value in params.items()})
    if code := params.get("code"):
        values.update(_of_clock(code, params, side))
    row = KINDS[kind]
    return _filled(row.title, values), _filled(row.body, values)


def text_message(kind: str, number: str, link: str) -> Text:
    """At most 70 characters: the number, a few words and, where it fits, the link; never an amount."""

    def fitted(product: str, words: str) -> str:
        whole = f"{product}{number} {words} {link}"
        return whole if len(whole) <= 70 else f"{product}{number} {words}"[:70]

    short = KINDS[kind].sms
    return Text(fitted("【追款】", short.zh), fitted("Recourse: ", short.en))


class _Values(dict):
    def __missing__(self, key: str) -> str:
        return ""


def _value(key: str, value: object) -> object:
    if key == "act" and value in workflow.ACTS:
        return workflow.ACTS[str(value)].label
    if key == "outcome" and value in workflow.OUTCOMES:
        return workflow.OUTCOMES[str(value)]
    return Text(value["zh"], value["en"]) if isinstance(value, dict) else value


def _of_clock(code: str, params: Mapping, side: str) -> dict:
    row = timetable.CLOCKS[code]
    due = bound(datetime.fromisoformat(params["due_at"]))
    return {
        "clock": row.label, "due": due, "silence": row.then(side, params.get("acts") or ""),
        "sentence": row.sentence(params["kind"], due, reader=side, acts=params.get("acts") or None),
    }  # fmt: skip


def _filled(text: Text, values: _Values) -> Text:
    def of(language: str) -> dict:
        return _Values({k: getattr(v, language) if isinstance(v, Text) else v for k, v in values.items()})

    return Text(text.zh.format_map(of("zh")), text.en.format_map(of("en")))
