"""The agreement in the shapes that its page takes, in the reader's words: points, steps, who is bound, what changed.

Reads no database but through the rows it is given; what the text says is cases/services/agreement_text.py's.
"""

from typing import Any

from django.utils.translation import gettext as _

from cases import terms
from cases.agreement import details, differing
from cases.agreement.clauses import CLAUSES
from cases.facts import FACTORS
from cases.models import Agreement, Signature, SignedCopy
from cases.timetable import CLOCKS
from config.text import Text

STATES = {
    "draft": (Text("草稿", "Draft"), "info"),
    "frozen": (Text("已定稿，等签署", "Final, to be signed"), "warning"),
    "effective": (Text("已生效", "In effect"), "success"),
    "void": (Text("已作废", "Void"), "neutral"),
}
KINDS = {
    "product": Text(
        "双方约定的电子签名：一次性验证码确认身份，SHA-256 核对文本。没有使用 CA 数字证书。",
        "Electronic signature as agreed between both sides: identity by one-time code, text checked by SHA-256. No digital"
        " certificate of a CA is used.",
    ),
    "paper": Text("纸质文本，双方盖章或签字后交换。", "On paper: stamped or signed by both sides and exchanged."),
    "messages": Text(
        "小额：双方以注明日期的书面消息确认同一份定稿。",
        "Small sum: both sides confirm the same final text by dated messages.",
    ),
}
STEPS = (
    Text("阅读", "Read"), Text("核对要点", "Check"), Text("签署", "Sign"), Text("对方签署", "Other side"), Text("生效", "In effect"),
)  # fmt: skip


def short(sha256: str) -> str:
    """9f3c…a1, as people compare it."""
    return f"{sha256[:8]}…{sha256[-6:]}" if sha256 else ""


def steps(agreement: Agreement, side: str, bound: set[str]) -> list[dict]:
    """components/stage_bar.html: where the reader's own signing stands."""
    other = {"merchant": "provider", "provider": "merchant"}[side]
    done = 0
    if agreement.state == "frozen":
        done = (3 if side in bound else 0) + (1 if {side, other} <= bound else 0)
    if agreement.state == "effective":
        done = len(STEPS)
    return [
        {"key": str(at), "label": label, "state": "done" if at < done else "current" if at == done else "todo"}
        for at, label in enumerate(STEPS)
    ]


def points(agreement: Agreement, told: dict, side: str) -> list[dict]:
    """components/summary_list.html: what to check before signing, the sums first. `told` is agreement_text.summary."""
    agreed, found = told["terms"], details.whole(agreement.details)
    own = side == "merchant"
    rows: list[dict] = []
    if told["gets"]:
        rows.append({"label": _("你将得到") if own else _("你方付给商户"), "amount": told["gets"]})
    if told["pays"]:
        rows.append({"label": _("你另外要付") if own else _("商户另外付给你方"), "amount": told["pays"]})
    rows.append({"label": _("约定的内容"), "parts": [str(one) for one in terms.words(agreed)]})
    count = sum(len(term.instalments) for term in agreed)
    rows.append({"label": _("期数"), "value": _("%(n)d 期") % {"n": count} if count else _("一次")})
    if agreement.offer.conditions:
        rows.append({"label": _("附加条件"), "value": agreement.offer.conditions})
    moved = [str(terms.words_of(term)) for term in agreed if term.type == "RESCHEDULE_MIGRATION"]
    rows.append({"label": _("迁移"), "value": "\n".join(moved) or _("不变")})
    rows.append({"label": _("到期没有付"), "value": _late(agreement, bool(count))})
    rows.append({"label": _("放弃的"), **_given_up(agreement, found, told)})
    rows.append({"label": _("钱到哪里"), "value": _payee(found, told)})
    if found["stop_fee"].get("name"):
        rows.append({"label": _("停收"), "value": f"{found['stop_fee']['name']} {found['stop_fee'].get('on', '')}"})
    if found["invoice"] == "reissue":
        rows.append({"label": _("发票"), "value": str(details.INVOICES["reissue"])})
    own_wordings = [str(CLAUSES[key].heading) if key in CLAUSES else key for key in agreement.clauses]
    if own_wordings:
        rows.append({"label": _("双方自己写的条款"), "value": _("、").join(own_wordings)})
    return rows


def _late(agreement: Agreement, in_parts: bool) -> str:
    if "breach" in agreement.clauses:
        return agreement.clauses["breach"]
    text = _("满 3 个工作日仍没有付：自到期次日起按贷款市场报价利率付利息，可以催告、追讨原款。")
    return text + _("其余各期一并到期。") if in_parts else text


def _given_up(agreement: Agreement, found: dict, told: dict) -> dict:
    if "waiver" in agreement.clauses:
        return {"amount": told["given_up"] or None, "value": agreement.clauses["waiver"]}
    scope = _("只了结列出的扣款，其他不受影响。")
    if found["waiver"] == "wider":
        scope = _("除列出的扣款外，还了结：%(what)s") % {"what": found["waiver_text"]}
    return {"amount": told["given_up"] or None, "value": scope}


def _payee(found: dict, told: dict) -> str:
    if not told["gets"]:
        return _("不涉及")
    payee = found["payee"]
    if not payee.get("account"):
        return _("退回在服务商登记的结算账户")
    return " ".join(payee[name] for name in ("name", "bank", "account") if payee.get(name))


def bound(
    side: str, reader: str, name: str, signature: Signature | None, copy: SignedCopy | None, own_device: bool
) -> dict:
    """One side: whether, when and how it is bound."""
    row: dict[str, Any] = {
        "who": _("你方") if side == reader else name,
        "state": "open",
        "at": None,
        "how": "",
        "by": "",
        "facts": [],
    }
    if signature:
        way = FACTORS.get(signature.factor, Text("", ""))
        row |= {"state": "done", "at": signature.signed_at, "by": signature.signer_name if own_device else "",
                "how": _("在产品内签署，%(way)s") % {"way": way}, "facts": _facts(signature, own_device)}  # fmt: skip
    elif copy:
        how = _("书面消息") if copy.kind == "message" else _("盖章件")
        row |= {"state": "done", "on": copy.exchanged_on, "how": _("%(how)s，%(day)s 交换") % {"how": how, "day": copy.exchanged_on},
                "at": copy.uploaded_at}  # fmt: skip
    return row


def _facts(signature: Signature, own_device: bool) -> list[tuple[str, str]]:
    """The evidence of a signature; address and device are shown to its own side alone."""
    rows = [("SHA-256", signature.sha256)]
    if signature.authority:
        rows.append((_("签署权限"), signature.authority))
    if own_device:
        rows += [(_("验证码发到"), signature.sent_to), (_("网络地址"), signature.facts.get("ip", "")),
                 (_("设备"), signature.facts.get("agent", ""))]  # fmt: skip
    rows.append((_("同意的内容"), signature.consent))
    return [(label, value) for label, value in rows if value]


def why_void(agreement: Agreement) -> str:
    if agreement.void_reason in CLOCKS:
        return _("期限已过：%(clock)s") % {"clock": CLOCKS[agreement.void_reason].label}
    return agreement.void_reason


def changes(former: str, now: str) -> list[list[differing.Part]]:
    return differing.changes(former, now)
