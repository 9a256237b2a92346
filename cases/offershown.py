"""Offers as a page and a program show them: what each brings, how far that is from what is claimed, how it stands.

Reads no database and decides nothing; what a term means is cases/terms.py's.
"""

from collections.abc import Sequence
from decimal import Decimal

from cases import terms
from cases.casepage import CasePage
from cases.models import Case, Offer
from cases.terms import Term
from config import money
from config.text import Text

STATES = {
    "live": (Text("等答复", "Awaits its answer"), "info"),
    "accepted": (Text("已接受", "Accepted"), "success"),
    "rejected": (Text("已拒绝", "Rejected"), "neutral"),
    "withdrawn": (Text("已撤回", "Withdrawn"), "neutral"),
    "countered": (Text("有了还价，已失效", "Ended by a counter-offer"), "neutral"),
    "lapsed": (Text("过期失效", "Lapsed"), "neutral"),
    "ended": (Text("随协商结束", "Ended with the talks"), "neutral"),
}


def demanded(case: Case, totals: Sequence[dict] = ()) -> Decimal:
    """What is still claimed: deductions not yet back, or what is held back where nothing was deducted."""
    return (case.amount or sum((one["sum"] for one in totals), Decimal(0))) - case.recovered


def newest_first(page: CasePage) -> list[dict]:
    whole = demanded(page.case, page.totals)
    return [row(one, whole, page.side) for one in reversed(page.offers)]


def row(offer: Offer, whole: Decimal, side: str = "merchant") -> dict:
    """One offer in the reader's words; `side` is whose eyes read it."""
    found = terms.read(offer.terms)
    label, level = STATES[offer.state]
    net = terms.net(found)
    return {
        "position": offer.position, "side": offer.side, "is_own": offer.side == side, "by": whose(offer, side),
        "is_live": offer.state == "live", "state_label": label, "level": level, "net": net, "gross": terms.gross(found),
        "difference": difference(net, whole), "rest": max(whole - net, Decimal(0)), "words": terms.words(found),
        "payment": payment(found), "migration": _of(found, "RESCHEDULE_MIGRATION"), "others": _of(found, "WAIVE", "OTHER"),
        "later": _of(found, "EXTEND_TERM"), "conditions": offer.conditions, "valid_until": offer.valid_until,
        "made_at": offer.made_at, "on_behalf": offer.on_behalf, "is_reserved": offer.is_reserved, "answers": offer.answers,
        "reason": offer.reason, "ended_at": offer.ended_at,
    }  # fmt: skip


def whose(offer: Offer, side: str) -> Text:
    if offer.side == side:
        return Text("你方", "your side")
    return Text("服务商", "the provider") if offer.side == "provider" else Text("商户", "the merchant")


def difference(net: Decimal, whole: Decimal) -> Text:
    """How far an offer is from what is claimed, in words and percent; never by colour or sign alone."""
    if whole <= 0:
        return Text("", "")
    share = share_of(net, whole)
    if net == whole:
        return Text("与要求一致（得 100%）", "as claimed (100%)")
    if net < 0:
        text = f"¥{money.plain(-net)}"
        return Text(f"商户还要付 {text}", f"the merchant would pay {text}")
    text = f"¥{money.plain(abs(whole - net))}"
    if net > whole:
        return Text(f"比要求多 {text}（得 {share}）", f"{text} more than claimed ({share})")
    return Text(f"比要求少 {text}（得 {share}）", f"{text} less than claimed ({share})")


def share_of(net: Decimal, whole: Decimal) -> str:
    return f"{net / whole * 100:.1f}%"


def payment(found: Sequence[Term]) -> list[Text]:
    """When the merchant is paid, one line a term that pays it."""
    paying = [term for term in found if term.pays and term.payee == terms.MERCHANT]
    many = len(paying) > 1
    return [_paid(term, many) for term in paying]


def _paid(term: Term, with_sum: bool) -> Text:
    when = terms.when(term)
    zh, en = when.zh.removeprefix("，"), when.en.removeprefix(", ")
    if not with_sum:
        return Text(zh, en)
    return Text(f"¥{money.plain(term.pays)}：{zh}", f"¥{money.plain(term.pays)}: {en}")


def _of(found: Sequence[Term], *types: str) -> list[Text]:
    return [terms.words_of(term) for term in found if term.type in types]
