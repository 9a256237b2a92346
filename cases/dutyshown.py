"""Obligations and the list of those who must know, in the shapes that templates take and in the reader's words.

Reads no database beyond the rows it is given.
"""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases import duty_kinds, timetable
from cases.models import Deadline, Evidence, Obligation, PartyTold
from config import clock
from config.text import Text
from merchants import roles

LEVELS = {"open": "neutral", "proven": "info", "disputed": "warning", "confirmed": "success", "cancelled": "neutral"}
LATE = {True: Text("到期未付", "Overdue"), False: Text("到期未做", "Overdue")}
OTHERS = {
    "merchant": Text("商户", "The merchant"),
    "provider": Text("服务商", "The provider"),
    "outsourcer": Text("外包服务商（代理商）", "The outsourcer"),
}


def called(who: str) -> str:
    """An entry of the list by its name: a side, a seat of the merchant or provider, or what was typed."""
    if who in roles.SEATS:
        side = _("商户") if who.startswith("merchant.") else _("服务商")
        label = str(roles.SEATS[who])
        return label if label.startswith(side) else f"{side} · {label}"
    return str(OTHERS.get(who, who))


def what(one: Obligation) -> str:
    return one.what["en" if (get_language() or "").startswith("en") else "zh"]


def line(one: Obligation) -> str:
    """One obligation among others to choose from."""
    return _("第 %(n)s 项　%(what)s　%(day)s 前") % {"n": one.position, "what": what(one), "day": one.due_on}


def duty(
    one: Obligation, side: str, evidence: Iterable[Evidence] = (), deadlines: Iterable[Deadline] = (), number: str = ""
) -> dict:
    """One obligation for a reader of `side`; `evidence` is what the reader sees of the case, `deadlines` its clocks."""
    proof = next((item for item in evidence if item.id == one.proof_id), None)
    watched = next((row for row in deadlines if row.subject_id == one.id), None)
    is_open = one.state in ("open", "disputed")
    overdue = one.is_overdue and is_open
    return {
        "position": one.position, "what": what(one), "amount": one.amount, "is_ours": one.debtor == side,
        "due_at": one.due_at, "agreed_label": timetable.KINDS["C"], "grace_until": one.grace_until,
        "provisional": bool(watched and watched.provisional),
        "in_grace": overdue and one.debtor == "provider" and one.grace_until > clock.now(), "is_open": is_open,
        "was_late": one.is_overdue and not is_open,
        "tag_label": LATE[one.amount is not None] if overdue else duty_kinds.STATES[one.state],
        "tag_level": "danger" if overdue else LEVELS[one.state],
        "done_on": one.done_on if one.state in ("proven", "confirmed") else None,
        "proven_at": one.proven_at, "proven_by": one.proven_by_name, "confirmed_at": one.confirmed_at,
        "confirmed_by": one.confirmed_by_name, "dispute": one.dispute, "by_statement": one.statement_line_id is not None,
        "proof_url": reverse("evidence-file", args=[number, proof.position]) if proof else "",
        "proof_name": proof.name if proof else "",
    }  # fmt: skip


def party(one: PartyTold) -> dict:
    """One entry of the list of those who must know."""
    return {
        "who": one.who, "label": called(one.who), "side": one.side, "told_at": one.told_at, "knows_at": one.knows_at,
        "by": one.knows_by_name,
    }  # fmt: skip


def sums(rows: list[Obligation]) -> dict:
    """What each side pays under the agreement and how much of it has come."""
    paid = [one for one in rows if one.amount and one.state != "cancelled"]
    found = {}
    for name, debtor in (("comes", "provider"), ("goes", "merchant")):
        of_side = [one for one in paid if one.debtor == debtor]
        found[name] = sum(one.amount for one in of_side)
        found[f"{name}_done"] = sum(one.amount for one in of_side if one.state == "confirmed")
    return {**found, "net": found["comes"] - found["goes"]}
