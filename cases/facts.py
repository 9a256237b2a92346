"""The facts an event can carry: what each is called and how it is shown to a reader. A table.

Which sentence is made of them is in events.py.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cases import duty_kinds, evidence_kinds, reasons, terms, timetable, workflow
from cases.agreement.clauses import CLAUSES
from config import money
from config.clock import SHANGHAI, bound
from config.text import Text
from merchants import roles


def _plain(value: Any) -> str:
    return str(value)


def _money(value: str) -> str:
    return f"¥{money.plain(Decimal(value))}"


def _day(value: str) -> str:
    return f"{date.fromisoformat(value[:10])}"


def _when(value: str) -> str:
    """A day, or an instant in Shanghai time."""
    return value if len(value) <= 10 else f"{datetime.fromisoformat(value).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _of(table: Mapping[str, Any]) -> Callable[[str], Any]:
    def shown(value: str) -> Any:
        row = table.get(value)
        return value if row is None else getattr(row, "label", row)

    return shown


def _given(value: str) -> Any:
    """What the other side was asked for and did not give is said, not left out."""
    return {"none": Text("没有提供", "Not given"), "refused": Text("拒绝提供", "Refused")}.get(value.lower(), value)


def _split(value: Mapping[str, int]) -> Text:
    parts = [(label, value[name]) for name, label in reasons.RESPONSIBLE.items() if value.get(name)]
    return Text(
        "，".join(f"{label.zh} {share}%" for label, share in parts),
        ", ".join(f"{label.en} {share}%" for label, share in parts),
    )


def _splits(value: Mapping[str, Mapping[str, int]]) -> Text:
    lines = [(position, _split(split)) for position, split in sorted(value.items(), key=lambda pair: int(pair[0]))]
    return Text(
        "；".join(f"第 {position} 笔：{split.zh}" for position, split in lines),
        "; ".join(f"line {position}: {split.en}" for position, split in lines),
    )


def _list(table: Mapping[str, Any]) -> Callable[[Iterable[str]], Text]:
    def shown(values: Iterable[str]) -> Text:
        labels = [table[value].label for value in values]
        return Text("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))

    return shown


def _clauses(values: Iterable[str]) -> Text:
    """Which clauses were changed; a detail is named as the clause it stands in, an own clause as it is headed."""
    found = dict.fromkeys(OF_DETAIL.get(value, value) for value in values)
    names = [CLAUSES[name].heading if name in CLAUSES else Text(name, name) for name in found]
    return Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def _names(values: Iterable[str]) -> str:
    return "; ".join(values)


def _parties(values: Iterable[str]) -> Text:
    labels = [PARTIES.get(value) or roles.SEATS.get(value) or Text(value, value) for value in values]
    return Text("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))


def _positions(values: Iterable[int]) -> str:
    return ", ".join(map(str, values))


def _until(value: str) -> str:
    return bound(datetime.fromisoformat(value))


def _terms(value: Iterable[Mapping[str, Any]]) -> Text:
    return terms.sentence(terms.read(value))


def _offers(value: Iterable[Mapping[str, Any]]) -> Text:
    zh = "；".join(
        f"{reasons.RESPONSIBLE[one['side']].zh}：方案 {one['offer']}，商户到手 {_money(one['net'])}" for one in value
    )
    en = "; ".join(
        f"{reasons.RESPONSIBLE[one['side']].en}: offer {one['offer']}, {_money(one['net'])}" for one in value
    )
    return Text(zh, en)


OF_DETAIL = {"waiver_text": "waiver", "forum_name": "forum"}
FACTORS = {
    "sms": Text("短信验证码", "code by SMS"), "email": Text("邮件验证码", "code by mail"),
    "totp": Text("验证器动态码", "code of an authenticator"),
}  # fmt: skip
SETTLED = {"agreed": Text("双方看法一致", "both sides agree"), "disputed": Text("按有争议记录", "recorded as disputed")}
LETTERS = {
    "letter": Text("要求说明函", "Letter asking for an explanation"),
    "reminder": Text("催告函", "Reminder"),
    "demand": Text("催款函", "Demand for payment"),
}
PARTIES = {**reasons.RESPONSIBLE, "outsourcer": Text("代理商", "Agent")}
KIND = _of({**evidence_kinds.KINDS, **reasons.LINE_KINDS})
# Facts that a reader sees, in this order: label and how it is shown. Those not here are for programs alone.
FACTS: dict[str, tuple[Text, Callable[[Any], Any]]] = {
    "who": (Text("联系人", "Spoken with"), _plain),
    "provider": (Text("谁扣的钱", "Who took the money"), _plain),
    "outsourcer": (Text("代理商", "Agent"), _plain),
    "line": (Text("第几笔", "Line"), _plain),
    "of_lines": (Text("哪几笔", "Lines"), _positions),
    "obligation": (Text("第几项义务", "Item of the agreement"), _plain),
    "obligations": (Text("哪几项义务", "Items of the agreement"), _positions),
    "duty": (Text("义务", "What is owed"), _of(duty_kinds.KINDS)),
    "told": (Text("名单", "On the list"), _parties),
    "on": (Text("日期", "Day"), _when),
    "amount": (Text("金额", "Amount"), _money),
    "recovered": (Text("已退回", "Came back"), _money),
    "kind": (Text("种类", "Kind"), KIND),
    "mid": (Text("商户编号", "Merchant number"), _plain),
    "tid": (Text("终端号", "Terminal number"), _plain),
    "fee_name": (Text("扣款名称", "Name of the fee"), _plain),
    "injured_party": (Text("钱是从谁那里扣的", "Taken from"), _of(reasons.INJURED)),
    "symptom": (Text("现象", "What it looks like"), _of(reasons.SYMPTOMS)),
    "cause": (Text("可能的原因", "Likely cause"), _of(reasons.CAUSES)),
    "wanted": (Text("希望怎样", "What is wanted"), _of(reasons.WANTED)),
    "story": (Text("经过", "What happened"), _plain),
    "detected_on": (Text("发现日期", "Noticed on"), _day),
    "sent_at": (Text("发出时间", "Sent"), _when),
    "arrived_at": (Text("对方收到的时间", "Arrived"), _when),
    "said": (Text("说了什么", "What was said"), _plain),
    "ticket_no": (Text("对方的受理编号", "Their ticket number"), _plain),
    "text": (Text("说明的内容", "Explanation"), _plain),
    "clause": (Text("依据的条款", "Clause relied on"), _given),
    "calculation": (Text("怎么算的", "Calculation"), _given),
    "log": (Text("系统记录", "System log"), _given),
    "split": (Text("对责任的看法", "View on responsibility"), _split),
    "per_line": (Text("按笔划分", "Line by line"), _splits),
    "merchant_view": (Text("商户的看法", "The merchant's view"), _split),
    "provider_view": (Text("服务商的看法", "The provider's view"), _split),
    "offer": (Text("第几个方案", "Offer"), _plain),
    "answers": (Text("还的是方案", "In answer to offer"), _plain),
    "terms": (Text("方案内容", "Terms"), _terms),
    "net": (Text("商户到手", "The merchant has in the end"), _money),
    "conditions": (Text("附加条件", "Conditions"), _plain),
    "valid_until": (Text("有效到", "Stands until"), _until),
    "responsibility": (Text("谁的责任", "Responsibility"), _of(SETTLED)),
    "reserve": (
        Text("保留", "Reserved"),
        lambda _: Text("只为协商，不作为承认责任", "for the talks only, no admission"),
    ),
    "offers": (Text("双方最后的方案", "What each side offered last"), _offers),
    "least_refund": (Text("最低接受退", "The least accepted"), _money),
    "most_refund": (Text("最多同意退", "The most paid back"), _money),
    "latest": (Text("最晚到账", "Paid at the latest by"), _day),
    "may_sign_up_to": (Text("经办人可以答应到", "May be agreed up to"), _money),
    "version": (Text("协议版本", "Version of the agreement"), _plain),
    "changed": (Text("改动的条款", "Clauses changed"), _clauses),
    "sha256": (Text("定稿的 SHA-256", "SHA-256 of the final text"), _plain),
    "factor": (Text("身份确认", "Proven by"), _of(FACTORS)),
    "authority": (Text("签署权限", "Authority to sign"), _plain),
    "copy_of": (Text("哪一方", "Which side"), _of(reasons.RESPONSIBLE)),
    "exchanged_on": (Text("交换日期", "Exchanged on"), _day),
    "outcome": (Text("结果", "Outcome"), _of(workflow.OUTCOMES)),
    "refusal": (Text("不提供的理由", "Why it is refused"), _plain),
    "summary": (Text("谈到哪里、为什么谈不拢", "How far the talks came and why they failed"), _plain),
    "reason": (Text("理由", "Reason"), _plain),
    "requested_by": (Text("提出的人", "Asked for by"), _plain),
    "alone": (Text("独自核对后确认", "Checked and confirmed alone"), _plain),
    "channel": (Text("渠道", "Channel"), _of(reasons.CHANNELS)),
    "received_at": (Text("收到的时间", "Received"), _when),
    "note": (Text("备注", "Note"), _plain),
    "mailed_to": (
        Text("由追款发邮件到（发信服务器接受不等于送达）", "Mailed from here to (a server's taking it is not arrival)"),
        _plain,
    ),
    "read_by": (Text("凭链接确认收到的人", "Read through the link by"), _plain),
    "sent_to": (Text("链接发给", "The link was sent to"), _plain),
    "named_by": (Text("由谁转来", "Passed on by"), _plain),
    "passed_to": (Text("链接转给", "The link goes to"), _plain),
    "sender": (Text("来信人（邮件自称，未经证实）", "From (as the mail says, not proven)"), _plain),
    "subject": (Text("主题", "Subject"), _plain),
    "words": (Text("来信内容", "What it says"), _plain),
    "failed": (Text("没有送达的地址", "Not delivered to"), _plain),
    "not_kept": (Text("没有单独保存的附件（在原邮件里）", "Attachments not kept apart (they are in the mail)"), _names),
}
# Facts that stand in sentences only.
IN_SENTENCES: dict[str, Callable[[Any], Any]] = {
    **{name: show for name, (_, show) in FACTS.items()},
    "lines": _plain,
    "act": _of(workflow.ACTS),
    "kinds": _list(evidence_kinds.KINDS),
    "of": _of({**reasons.RESPONSIBLE, **LETTERS}),
    "code": _of(timetable.CLOCKS),
    "event": _plain,
    "request": _plain,
}


def label_of(fact: str) -> Text:
    return FACTS[fact][0]


def shown(fact: str, value: Any) -> str:
    """The value of a fact in the reader's language."""
    return str(FACTS[fact][1](value)) if value not in (None, "") else "–"


def stood_in(facts: Mapping[str, Any]) -> Text:
    """Who reads it must see that the merchant typed it in, and how and when the answer came."""
    text = Text("商户替服务商记录", "Recorded by the merchant for the provider")
    if facts.get("channel") in reasons.CHANNELS:
        channel = reasons.CHANNELS[facts["channel"]]
        text = Text(f"{text.zh}，{channel.zh}", f"{text.en}, {channel.en}")
    if facts.get("received_at"):
        when = _when(facts["received_at"])
        text = Text(f"{text.zh}，{when} 收到", f"{text.en}, received {when}")
    return text


def filled(text: Text, facts: Mapping[str, Any]) -> Text:
    """A sentence with its facts; one that is missing is left empty, so that an old event never fails to be told."""
    known = {name: show(facts[name]) for name, show in IN_SENTENCES.items() if facts.get(name) not in (None, "")}
    return Text(
        text.zh.format_map(_Facts({k: v.zh if isinstance(v, Text) else v for k, v in known.items()})),
        text.en.format_map(_Facts({k: v.en if isinstance(v, Text) else v for k, v in known.items()})),
    )


class _Facts(dict):
    def __missing__(self, key: str) -> str:
        return ""
