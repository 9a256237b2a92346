"""What an act requires of a case, one function a requirement of the table (`requires`).

Each answers whether it is met; steps.py lists all that are not, with the sentence beside it here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F

from cases.models import Case
from config import clock
from config.actors import Actor
from config.text import Text


@dataclass(frozen=True, slots=True)
class Guard:
    is_met: Callable[[Case, Actor, dict], bool]
    text: Text


def _has(case: Case, name: str, **wanted: object) -> bool:
    """Whether the case has such a row; rows that a page has read already are not asked for twice."""
    return bool(_rows(case, name, **wanted)) if name in _kept(case) else getattr(case, name).filter(**wanted).exists()


def _rows(case: Case, name: str, **wanted: object) -> list:
    if name not in _kept(case):
        return list(getattr(case, name).filter(**wanted))
    return [row for row in _kept(case)[name] if all(getattr(row, key) == value for key, value in wanted.items())]


def _kept(case: Case) -> dict:
    return getattr(case, "_prefetched_objects_cache", {})


def _counted(case: Case) -> dict[str, int]:
    """How many lines are live, still owed, and without an injured party, where a page has counted them."""
    return getattr(case, "line_counts", {})


def _has_line(case: Case, actor: Actor, data: dict) -> bool:
    if data.get("lines"):
        return True
    counted = _counted(case)
    return counted["live"] > 0 if counted else case.lines.filter(is_live=True).exists()


def _has_another_line(case: Case, actor: Actor, data: dict) -> bool:
    """Dropping a line leaves something still to be claimed; else the case is to be ended, not emptied."""
    if "line" not in data and (counted := _counted(case)):
        return counted["owed"] > 1
    left = case.lines.filter(is_live=True, refunded__lt=F("amount"))
    return left.exclude(position=data["line"]).exists() if "line" in data else left.count() > 1


def _injured_known(case: Case, actor: Actor, data: dict) -> bool:
    counted = _counted(case)
    return not (counted["unnamed"] if counted else case.lines.filter(is_live=True, injured_party="").exists())


def _letter_arrived(case: Case, actor: Actor, data: dict) -> bool:
    return _has(case, "letters", kind="letter", state="arrived")


def _something_sent(case: Case, actor: Actor, data: dict) -> bool:
    return any(_has(case, "letters", state=state, proof_id=None) for state in ("sent", "arrived"))


def _side(actor: Actor, data: dict) -> str:
    """On whose side the act counts; what the merchant records for the respondent counts on the provider's."""
    return data.get("_side") or ("provider" if actor.is_provider else "merchant")


def _has_mandate(case: Case, actor: Actor, data: dict) -> bool:
    """Where one person holds every seat of a merchant there is nobody to whom a limit could be set."""
    if actor.is_alone and actor.is_merchant:
        return True
    return any(one.side == _side(actor, data) for one in _rows(case, "mandates", is_live=True))


def _other_side_offered(case: Case, actor: Actor, data: dict) -> bool:
    """An offer of the other side is live; one that came to be answered in time may be typed in after it lapsed."""
    states = ("live", "lapsed") if data.get("on_behalf") else ("live",)
    return any(one.side != _side(actor, data) and one.state in states for one in _rows(case, "offers"))


def _not_yet_bound(case: Case, actor: Actor, data: dict) -> bool:
    frozen = {one.id for one in _rows(case, "agreements", state="frozen")}
    rows = [*_rows(case, "signatures", side=_side(actor, data)), *_rows(case, "signed_copies", side=_side(actor, data))]
    return not any(row.agreement_id in frozen for row in rows)


def _other_side_proposed(case: Case, actor: Actor, data: dict) -> bool:
    side = _side(actor, data)
    views = sorted(_rows(case, "responsibility"), key=lambda view: view.position)
    return bool(views) and views[-1].side != side


def silence_is_proven(case: Case) -> bool:
    """Overdue, and two reminders have arrived (domain.md §3.2 #6)."""
    asked = [one for one in _rows(case, "deadlines", code="CK-EXPL") if one.state != "replaced"]
    overdue = any(one.due_at <= clock.now() for one in asked)
    return overdue and len([one for one in _rows(case, "letters", kind="reminder") if one.arrived_at]) >= 2


def _silence_or_talks(case: Case, actor: Actor, data: dict) -> bool:
    return not case.state.startswith("AWAIT_") or silence_is_proven(case)


SETTLED = ("PARTIAL_REFUND", "AMOUNT_ADJUSTED", "TERM_EXTENDED", "RESCHEDULED")
BY_TERM = {
    "ADJUST_AMOUNT": "AMOUNT_ADJUSTED",
    "EXTEND_TERM": "TERM_EXTENDED",
    "RESCHEDULE_MIGRATION": "RESCHEDULED",
}


def fitting_outcomes(case: Case) -> list[str]:
    """The outcomes with which this case can be closed as it stands, the one that says most first."""
    if case.state == "FULFILLED":
        return _fulfilled(case)
    if case.state in {"NEGO_FAILED", "LEGAL_CONSULT"}:
        late = case.deadlines.filter(code="CK-LIM", due_at__lte=clock.now()).exclude(state="replaced").exists()
        return ["UNECONOMIC", "TIME_BARRED"] if late else ["UNECONOMIC"]
    return ["JUDGED_WIN", "JUDGED_PART", "JUDGED_LOSE"]


def _fulfilled(case: Case) -> list[str]:
    """In full only where every line came back and the merchant pays nothing for it; else what came, and the terms."""
    lines = list(case.lines.filter(is_live=True))
    whole = bool(lines) and all(line.refunded >= line.amount for line in lines) and not merchant_pays(case)
    came = any(line.refunded for line in lines)
    agreement = case.agreements.filter(state="effective").select_related("offer").order_by("-position").first()
    terms = agreement.offer.terms if agreement else []
    by_terms = [BY_TERM[term["type"]] for term in terms if term["type"] in BY_TERM]
    if any(term["type"] == "WAIVE" and term["payee"] == "provider" for term in terms):
        by_terms.append("AMOUNT_ADJUSTED")
    found = ["FULL_REFUND"] if whole else ["PARTIAL_REFUND"] if came else []
    return list(dict.fromkeys(found + by_terms)) or list(SETTLED)


def merchant_pays(case: Case) -> bool:
    """Whether the merchant pays something back under the agreement: what it has in the end is less than what came."""
    return case.obligations.filter(debtor="merchant", amount__isnull=False).exclude(state="cancelled").exists()


def _outcome_fits(case: Case, actor: Actor, data: dict) -> bool:
    return "outcome" not in data or data["outcome"] in fitting_outcomes(case)


GUARDS = {
    "a_line": Guard(_has_line, Text("至少写一笔扣款。", "Name at least one deduction.")),
    "another_line": Guard(
        _has_another_line,
        Text(
            "这是最后一笔还没退回的扣款。不再追讨请用「撤回」或「接受这笔扣款」。",
            "This is the last line not refunded yet. To give up, withdraw the case or accept the charge.",
        ),
    ),
    "injured_party_known": Guard(
        _injured_known, Text("请填写钱是从谁那里扣的。", "Say from whom the money was taken.")
    ),
    "respondent_known": Guard(
        lambda case, actor, data: case.provider_id is not None,
        Text("先查清是谁扣的钱，再发函。", "First find out who took the money, then send the letter."),
    ),
    "letter_made": Guard(
        lambda case, actor, data: _has(case, "letters", kind="letter"),
        Text("先生成要求说明函。", "Make the letter first."),
    ),
    "letter_arrived": Guard(
        _letter_arrived, Text("先记录对方已收到第一封函。", "First record that the letter arrived.")
    ),
    "something_sent": Guard(_something_sent, Text("还没有发出的函件。", "Nothing has been sent yet.")),
    "open_evidence_request": Guard(
        lambda case, actor, data: _has(case, "evidence_requests", state="open"),
        Text("没有等待提供的材料请求。", "No request for records is open."),
    ),
    "proposal_of_other_side": Guard(
        _other_side_proposed,
        Text("对方还没有提出责任划分。", "The other side has not proposed who is responsible."),
    ),
    "silence_or_talks": Guard(
        _silence_or_talks,
        Text(
            "对方过了说明日期、且两次催函都已送到，才能按谈不拢处理。",
            "Possible once the explanation is overdue and two reminders have arrived.",
        ),
    ),
    "opened": Guard(
        lambda case, actor, data: case.state != "DRAFT",
        Text("先提交案件，再记录退款。", "Submit the case first, then record the refund."),
    ),
    "outcome_fits": Guard(
        _outcome_fits,
        Text("这个结果与案件现在的情况不符。", "This outcome does not fit the case as it stands."),
    ),
    "pending_request": Guard(
        lambda case, actor, data: _has(case, "requests", state="pending"),
        Text("没有等待同意的事项。", "Nothing awaits approval."),
    ),
    "a_mandate": Guard(_has_mandate, Text("先设定最低接受多少。", "Set the mandate first.")),
    "offer_of_other_side": Guard(
        _other_side_offered,
        Text("没有对方提出的方案在等答复。", "No offer of the other side awaits an answer."),
    ),
    "own_offer": Guard(
        lambda case, actor, data: any(one.side == _side(actor, data) for one in _rows(case, "offers", state="live")),
        Text("没有我方提出的方案可以撤回。", "There is no offer of yours to withdraw."),
    ),
    "agreement_complete": Guard(
        lambda case, actor, data: _has(case, "agreements", state="draft"),
        Text("先起草协议。", "Draft the agreement first."),
    ),
    "own_side_not_bound": Guard(
        _not_yet_bound, Text("你方已经签署或盖章。", "Your side has signed or stamped already.")
    ),
    "parties_notified": Guard(
        lambda case, actor, data: bool(_rows(case, "told_parties")),
        Text("先通知名单上的人。", "First tell those on the list."),
    ),
    "obligation_open": Guard(
        lambda case, actor, data: any(one.state in ("open", "disputed") for one in _rows(case, "obligations")),
        Text("没有等着履行的义务。", "Nothing is left to be done under the agreement."),
    ),
    "obligation_proven": Guard(
        lambda case, actor, data: any(
            one.debtor != _side(actor, data) for one in _rows(case, "obligations", state="proven")
        ),
        Text("没有等你方确认的履行凭证。", "No proof of the other side awaits your word."),
    ),
    "past_grace": Guard(
        lambda case, actor, data: any(
            one.debtor == "provider" and one.state in ("open", "disputed") and one.grace_until <= clock.now()
            for one in _rows(case, "obligations")
        ),
        Text("还没有义务过了宽限日。", "No obligation is past its days of grace yet."),
    ),
}


def missing(case: Case, actor: Actor, requires: tuple[str, ...], data: dict) -> list[tuple[str, Text]]:
    """Every requirement that is not met, by name and sentence."""
    return [(name, GUARDS[name].text) for name in requires if not GUARDS[name].is_met(case, actor, data)]
