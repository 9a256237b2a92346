"""The text of the agreement made from a case, its accepted offer and the details, in both languages.

The wordings are cases/agreement/clauses.py; making, changing and freezing an agreement is agreements.py.
"""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from cases import policies, terms
from cases.agreement import details
from cases.agreement.clauses import CLAUSES, heading_mark
from cases.models import Agreement, Case
from cases.reasons import RESPONSIBLE
from cases.services import letter_facts
from config import clock, documents
from config.documents import one_line
from config.text import Text

CHINESE, ENGLISH = "zh-hans", "en"
FORMS = {CHINESE: "documents/agreement.txt", ENGLISH: "documents/agreement.en.txt"}
BEFORE_EXTRA = "signing"  # clauses of the parties' own stand before this one
OWN_WORDING = Text("{text}", "(Wording of the parties, in Chinese:) {text}")
NOTHING = Text("", "")


def number_of(agreement: Agreement) -> str:
    """What people quote: the case's number and the version."""
    return f"{agreement.case.number}-A{agreement.position}"


def text(agreement: Agreement, language: str = CHINESE) -> str:
    """The whole text in one language, as it stands now."""
    with translation.override(language):
        found = _found(agreement)
        context = {
            "number": number_of(agreement), "merchant": found["merchant"], "provider": found["provider"],
            "clauses": list(_clauses(agreement, found)), "annex": found["annex"],
        }  # fmt: skip
        return documents.tidy(render_to_string(FORMS[language], context))


def pdf(agreement: Agreement) -> bytes:
    """The frozen text as a PDF with its fonts inside: the Chinese, which prevails, then its English for reference."""
    return documents.pdf("documents/pdf.html", page(agreement))


def page(agreement: Agreement) -> dict:
    """What templates/documents/print.html and pdf.html draw."""
    parts = {"body": agreement.text, "translation": agreement.translation}
    drawn = {name: list(documents.blocks(part)) for name, part in parts.items() if part}
    return {"number": number_of(agreement), "look": "agreement", **drawn}


# -- clauses ------------------------------------------------------------------------------------------------------


def _clauses(agreement: Agreement, found: dict):
    """Heading and body of each clause in order, the parties' own among them."""
    names = details.wordings(agreement.details, found["of_offer"], found["responsibility"])
    rows: list[tuple[Text | str, str]] = []
    for key, clause in CLAUSES.items():
        if key == BEFORE_EXTRA:
            rows += [(one_line(own), _own(said)) for own, said in agreement.clauses.items() if own not in CLAUSES]
        said = agreement.clauses.get(key)
        body = _own(said) if said else str(clause.wordings[names.get(key, "")]).format_map(found)
        rows.append((clause.heading, body))
    for place, (heading, body) in enumerate(rows):
        yield {"title": f"{heading_mark(place)}{heading}", "body": body}


def _own(said: str) -> str:
    lines = [one_line(line) for line in said.splitlines()]
    return str(OWN_WORDING.format(text="\n".join(line for line in lines if line)))


# -- what the placeholders stand for ------------------------------------------------------------------------------


def _found(agreement: Agreement) -> dict[str, Any]:
    """Every placeholder of the clauses, in the active language."""
    case, offer = agreement.case, agreement.offer
    shown = letter_facts.facts(case)
    agreed = terms.read(offer.terms)
    kind, views = _responsibility(case, offer.is_reserved)
    return {
        **_parties(case, shown), **_history(agreement), **_obligations(agreed, offer.conditions), **_detailed(agreement),
        "lines": _lines(shown), "annex": "" if shown["in_letter"] else letter_facts.annex(shown["groups"]),
        "responsibility": kind, "shares": views, "views": views, "of_offer": agreed,
        "of_mids": _filled(Text("（商户编号 {mids}）", " (merchant number {mids})"), mids=shown["mids"]),
        "grace": policies.GRACE_WORKDAYS, "invoice_days": details.INVOICE_WITHIN,
    }  # fmt: skip


def _filled(text: Text, /, **values: Any) -> str:
    """The text with its values; nothing where one of them is empty."""
    return str(text.format(**values)) if all(value not in ("", None) for value in values.values()) else ""


CODE = Text("（统一社会信用代码 {code}）", " (unified social credit code {code})")


def _parties(case: Case, shown: dict) -> dict:
    numbers = [
        _filled(Text("商户编号 {mids}。", "Merchant number: {mids}."), mids=shown["mids"]),
        _filled(Text("终端号 {tids}。", "Terminal: {tids}."), tids=shown["tids"]),
    ]
    return {
        "number": case.number, "merchant": shown["merchant"], "provider": shown["respondent"],
        "merchant_code": _filled(CODE, code=shown["credit_code"]),
        "provider_code": _filled(CODE, code=case.provider.credit_code),
        "merchant_numbers": (" " if _is_english() else "").join(filter(None, numbers)),
    }  # fmt: skip


def _is_english() -> bool:
    return (translation.get_language() or "").startswith("en")


def _history(agreement: Agreement) -> dict:
    case = agreement.case
    letter = case.letters.filter(kind="letter", arrived_at__isnull=False).order_by("arrived_at").first()
    said = case.events.filter(act="explain").order_by("seq").first()
    at = said and datetime.fromisoformat(said.data.get("received_at") or said.at.isoformat())
    return {
        "letter": _filled(
            Text("商户的要求说明函于 {day} 到达服务商。", "The merchant's letter asking for an explanation arrived on {day}. "),
            day=letter and clock.local_day(letter.arrived_at),
        ),
        "answer": _filled(
            Text("服务商于 {day} 作了说明。", "The provider explained on {day}. "), day=at and clock.local_day(at)
        ),
        "accepted_on": clock.local_day(agreement.made_at),
        "offer": agreement.offer.position,
    }  # fmt: skip


def _lines(shown: dict) -> str:
    """The lines as a letter lists them; an agreement addresses nobody, so that a letter's "you" is named."""
    form = "documents/lines.en.txt" if _is_english() else "documents/lines.txt"
    said = documents.tidy(render_to_string(form, shown)).strip()
    return said.replace("贵方", "服务商").replace("booked to you", "booked to the provider")


def _responsibility(case: Case, is_reserved: bool) -> tuple[str, str]:
    """Which wording stands, and the views it names. What one side stated for the talks only is not written down."""
    views = {view.side: view for view in case.responsibility.order_by("position")}  # the last of each side
    if is_reserved or any(view.is_reserved for view in views.values()):
        return "reserved", ""
    if len(views) < 2:  # what one side alone has said is no difference between the two
        return "open", ""
    agreed = all(view.state == "agreed" for view in views.values())
    if agreed:
        return "agreed", _shares(views["merchant"])
    said = [
        str(Text("{who}认为：{shares}", "{who}: {shares}").format(who=terms.SIDES[side], shares=_shares(view)))
        for side, view in sorted(views.items())
    ]
    return "disputed", str(Text("；", "; ")).join(said)


def _shares(view) -> str:
    parts = [f"{label} {getattr(view, name)}%" for name, label in RESPONSIBLE.items() if getattr(view, name)]
    return str(Text("、", ", ")).join(parts)


def _obligations(agreed: list[terms.Term], conditions: str) -> dict:
    stop = Text("。", ".")
    said = [str(words) for words in terms.words(agreed)]
    rows = [f"{n}. {words[:1].upper()}{words[1:]}{stop}" for n, words in enumerate(said, 1)]
    paid = [(terms.gross(agreed), "provider", "merchant")]
    paid.append((paid[0][0] - terms.net(agreed), "merchant", "provider"))
    pays = Text("合计：{payer}付给{payee} {sum}。", "In all {payer} pays {payee} {sum}.")
    totals = [
        str(pays.format(payer=terms.SIDES[payer], payee=terms.SIDES[payee], sum=terms.yuan(amount)))
        for amount, payer, payee in paid if amount
    ]  # fmt: skip
    added = _filled(Text("附加条件：{text}", "Further conditions: {text}"), text=one_line(conditions))
    return {
        "terms": "\n".join(rows), "conditions": f"\n{added}" if added else "",
        "totals": "".join(f"\n{one}" for one in totals),
    }  # fmt: skip


def _detailed(agreement: Agreement) -> dict:
    found = details.whole(agreement.details)
    payee, fee, signers = found["payee"], found["stop_fee"], found["authority"]
    said = [
        str(Text("{who}：{text}。", "{who}: {text}. ").format(who=terms.SIDES[side], text=one_line(signers[side])))
        for side in sorted(signers) if signers[side]
    ]  # fmt: skip
    return {
        **{f"payee_{name}": one_line(payee.get(name)) for name in ("name", "bank", "account")},
        "confirmed_by": one_line(payee.get("confirmed_by")), "confirmed_on": payee.get("confirmed_on", ""),
        "stop_name": one_line(fee.get("name")), "stop_on": fee.get("on", ""),
        "stop_tid": _filled(Text("（终端 {tid}）", " (terminal {tid})"), tid=fee.get("tid", "")),
        "waiver_text": one_line(found["waiver_text"]), "forum_name": one_line(found["forum_name"]),
        "authority": "".join(said),
    }  # fmt: skip


def summary(agreement: Agreement) -> dict:
    """The sums that bind: what the merchant gets and pays, what it claimed and what it gives up."""
    agreed = terms.read(agreement.offer.terms)
    case = agreement.case
    gross, net = terms.gross(agreed), terms.net(agreed)
    given_up = max(case.amount - case.recovered - net, terms.NOTHING)
    return {"terms": agreed, "gets": gross, "pays": gross - net, "given_up": given_up}
