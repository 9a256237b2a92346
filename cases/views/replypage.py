"""What the pages of a link show of its case: what is asked by when, the papers, the offer that waits, what was said.

Reads through the same walls as every page; what can be done is the table's (workflow.BY_LINK).
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from cases import actions, casepage, caseshown, events, evidence_kinds, terms, workflow
from cases.casepage import CasePage
from cases.models import AnswerLink, Case, Evidence, Letter, Offer
from cases.services import letter_facts
from cases.services.links import Held
from config.text import Text

# In this order the acts beyond the page's own form are offered; the first of them is the page's when it has no form.
ORDER = (
    "accept_offer", "reject_offer", "make_offer", "withdraw_offer", "answer_responsibility", "supply_evidence",
    "upload_signed_copy", "acknowledge_notice", "prove_obligation", "confirm_obligation", "dispute_obligation",
    "propose_responsibility", "add_evidence", "add_message",
)  # fmt: skip
ANSWERABLE = {"acknowledge", "explain"}  # what a letter is for, from the moment somebody says that he has it
LABELS = {
    "explain": Text("说明并提出退款", "Explain and offer a refund"),
    "make_offer": Text("提出退款方案", "Offer a refund"),
    "accept_offer": Text("接受商户的方案", "Accept the merchant's offer"),
    "reject_offer": Text("拒绝商户的方案", "Reject the merchant's offer"),
    "add_evidence": Text("上传材料", "Hand in a record"),
    "supply_evidence": Text("提供商户要的材料", "Supply the records asked for"),
}
MOST_SAID = 30
# To the merchant such a case still waits for the arrival; to whoever reads this, for himself.
UNREAD = {"label": Text("等你方确认收到或说明", "Awaiting your answer"), "level": "info"}
CLOCKS = ("CK-OFFER", "CK-ACK", "CK-EXPL", "CK-RESP", "CK-SIGN", "CK-OBL")


@dataclass
class Told:
    """`possible` are the acts that the link can do now; `context` is what the templates draw."""

    possible: set[str]
    context: dict = field(default_factory=dict)

    def others(self, first: str) -> list[str]:
        shown = {first, *(ANSWERABLE if first == "explain" else ())}
        return [name for name in ORDER if name in self.possible - shown]


def label_of(act: str) -> str:
    return str(LABELS.get(act) or workflow.ACTS[act].label)


def possible(found: Held, case: Case) -> set[str]:
    """What the holder can do now. Saying that one has a letter is possible before its arrival is recorded: it is that."""
    acts = {act.name for act, blocked in actions.available(case, found.actor) if not blocked}
    return acts | ANSWERABLE if case.state == "OPEN" else acts


def read(found: Held, case: Case, token: str) -> Told:
    shown = casepage.read(found.actor, found.number)
    live = next((offer for offer in shown.offers if offer.state == "live"), None)
    return Told(possible(found, shown.case), {
        "tag": UNREAD if case.state == "OPEN" else caseshown.state_tag(shown.case, found.actor), "deadline": _deadline(shown),
        "reply_within": letter_facts.reply_within() if case.state == "OPEN" else "",
        "sums": caseshown.sums(shown), "lines": [caseshown.line(one) for one in shown.lines],
        "lines_all": sum(one["n"] for one in shown.totals), "letters": _letters(case, token),
        "papers": [_paper(item, token) for item in shown.evidence if item.private_to is None],
        "asks": [_ask(row) for row in shown.evidence_requests if row.state == "open" and row.of_side == "provider"],
        "offer": offer(live) if live else None, "said": [_said(event) for event in reversed(shown.events[:MOST_SAID])],
        "has_agreement": any(one.state == "frozen" and one.pdf_id for one in shown.agreements),
    })  # fmt: skip


def _deadline(shown: CasePage) -> dict | None:
    """The nearest date on which the respondent is to act."""
    mine = {one.code: one for one in caseshown.concerning(shown) if one.state == "running"}
    row = next((mine[code] for code in CLOCKS if code in mine), None)
    return caseshown.deadline(row, "provider") if row else None


def _letters(case: Case, token: str) -> list[dict]:
    """Every letter that went out, whole: what the reader of the link was sent."""
    rows = Letter.objects.filter(case=case, sent_at__isnull=False).order_by("-position")
    return [
        {
            "label": caseshown.LETTERS.get(row.kind, ""), "sent_at": row.sent_at, "position": row.position,
            "text": "\n\n".join(part for part in (row.text, row.annex) if part), "translation": row.translation,
            "pdf_url": reverse("reply-letter", args=[token, row.position]),
        }
        for row in rows
    ]  # fmt: skip


def _paper(item: Evidence, token: str) -> dict:
    return {
        "label": evidence_kinds.KINDS[item.kind].label, "name": item.name, "size": item.size,
        "by_merchant": item.added_by_side == "merchant" and not item.on_behalf,
        "url": reverse("reply-evidence", args=[token, item.position]),
    }  # fmt: skip


def _ask(row) -> dict:
    kinds = [evidence_kinds.KINDS[kind].label for kind in row.kinds if kind in evidence_kinds.KINDS]
    return {"position": row.position, "kinds": kinds}


def offer(row: Offer) -> dict:
    """An offer in words: each term, what it comes to in figures and 大写, until when."""
    found = terms.read(row.terms)
    return {"position": row.position, "words": [str(text) for text in terms.words(found)], "sum": terms.net(found),
            "until": row.valid_until, "conditions": row.conditions, "theirs": row.side == terms.PROVIDER}  # fmt: skip


def _said(event) -> dict:
    told = events.told(event)
    at: datetime = event.at
    by = event.actor_name if event.method == "link" else ""
    return {
        "at": at,
        "sentence": told["sentence"],
        "text": told["text"],
        "by": by,
        "side": event.seat.partition(".")[0],
    }


def whose(link: AnswerLink) -> dict:
    """Whose link it is, and from whom it came: a link that went astray says so."""
    return {"sent_to": link.sent_to, "named_by": link.named_by.holder_name if link.named_by else ""}
