"""The written agreement until it is frozen: made from the accepted offer, changed, frozen as a PDF, or void again.

What it says is cases/agreement and agreement_text.py; how a side is bound by it is signing.py's.
"""

import hashlib
from collections.abc import Callable
from uuid import uuid4

from cases.agreement import details
from cases.agreement.clauses import CLAUSES
from cases.models import Agreement, Case, Deadline, Offer
from cases.services import agreement_text, steps
from cases.services.steps import Step, act
from config import clock, files
from config.errors import Fault, Invalid, Late, Missing, NotAllowed
from config.text import Text

LONGEST_HEADING = 30  # of a clause of the parties' own
BOTH = ("merchant", "provider")
# Clock → the state in which it ends the text. Its code is also what `void_reason` keeps then.
RUNS_IN = {"CK-DRAFT": "AGREED_DRAFT", "CK-SIGN": "SIGNING"}
PASSED = {
    "CK-DRAFT": Text("写协议的期限已过，草稿已作废。请重新提出方案。", "The time to draft has passed and the draft is void. Make an offer again."),
    "CK-SIGN": Text("签署的期限已过，定稿已作废。请重新提出方案。", "The time to sign has passed and the text is void. Make an offer again."),
}  # fmt: skip


def draft_from(s: Step, offer: Offer) -> Agreement:
    """Makes the draft from the offer that was just accepted. What an earlier version needed beyond the offer (account,
    forum and the like) is taken over."""
    former = latest(s.case)
    agreement = Agreement(
        id=uuid4(), case=s.case, position=former.position + 1 if former else 1, offer=offer, made_at=s.at,
        clauses=former.clauses if former else {}, details=former.details if former else {},
    )  # fmt: skip
    agreement.save(force_insert=True)
    return agreement


def latest(case: Case) -> Agreement | None:
    """The newest version, whatever has become of it."""
    return case.agreements.select_related("offer", "pdf").order_by("-position").first()


def in_making(case: Case, state: str) -> Agreement:
    """The version in this state; its case is locked, so nobody else changes it."""
    agreement = case.agreements.select_related("offer", "pdf").get(state=state)
    agreement.case = case
    return agreement


@act("draft_agreement")
def draft_agreement(s: Step, data: dict) -> None:
    """Changes clauses or what they need. An empty wording puts the usual one back; a heading of one's own adds a clause.

    What is not named stays as it is. Raises Invalid for a clause that follows from the offer.
    """
    agreement = in_making(s.case, "draft")
    clauses = _reworded(agreement, data.get("clauses") or {})
    found = details.changed(agreement.details, data, s.side)
    _check_days(found)
    changed = _names(agreement.clauses, clauses) + _names(agreement.details, found)
    agreement.clauses, agreement.details = clauses, found
    agreement.save(update_fields=["clauses", "details"])
    s.record(version=agreement.position, changed=changed, draft={"clauses": clauses, "details": found})
    s.tell("agreement_changed", "provider" if s.side == "merchant" else "merchant")


def _reworded(agreement: Agreement, given: dict) -> dict:
    found, faults = dict(agreement.clauses), []
    known = agreement.case.lines.exclude(mid="").values_list("mid", flat=True).distinct()
    for key, said in given.items():
        name = key.strip()
        if name in CLAUSES and CLAUSES[name].fixed:
            faults.append(Fault(f"/clauses/{key}", "fixed", Text(
                "「{name}」由案件和接受的方案决定，不能改写。要改内容，请重新提出方案。",
                "“{name}” follows from the case and the accepted offer. To change it, make another offer.",
            ).format(name=CLAUSES[name].heading)))  # fmt: skip
        elif not name or len(name) > LONGEST_HEADING:
            faults.append(Fault(f"/clauses/{key}", "heading", Text(
                "另加的条款要有 1 到 {n} 个字的标题。", "A clause of your own needs a heading of 1 to {n} characters.",
            ).format(n=LONGEST_HEADING)))  # fmt: skip
        elif said.strip():
            found[name] = details.without_numbers(said.strip(), known)
        else:
            found.pop(name, None)
    if faults:
        raise Invalid(faults[0].text, faults)
    return found


def _check_days(found: dict) -> None:
    if (on := (found.get("payee") or {}).get("confirmed_on")) and on > clock.today().isoformat():
        text = Text("核实账户的日期不能在将来。", "The account cannot have been confirmed in the future.")
        raise Invalid(text, [Fault("/payee/confirmed_on", "future", text)])


def _names(was: dict, now: dict) -> list[str]:
    return [name for name in {**was, **now} if was.get(name) != now.get(name)]


@act("freeze_agreement")
def freeze_agreement(s: Step, data: dict) -> None:
    """Makes the text final: in both languages, as a PDF, under the SHA-256 of its bytes, which is what both sides sign.

    Raises NotAllowed for an owner whose side has a legal seat in the case, Missing with everything that is lacking.
    """
    if not s.actor.is_legal and s.case.events.filter(act="accept_referral").exists():
        raise NotAllowed(
            Text("商户一方有法务，由法务定稿。", "The merchant's side has a legal seat, which freezes the text.")
        )
    agreement = in_making(s.case, "draft")
    if faults := details.missing(agreement.details, agreement.clauses):
        raise Missing(
            Text("定稿前还缺少：" + "".join(f.text.zh for f in faults),
                 "Missing before the text can be frozen: " + " ".join(f.text.en for f in faults)),
            faults,
        )  # fmt: skip
    agreement.text = agreement_text.text(agreement)
    agreement.translation = agreement_text.text(agreement, agreement_text.ENGLISH)
    content = agreement_text.pdf(agreement)
    agreement.sha256 = hashlib.sha256(content).hexdigest()
    name = f"{agreement_text.number_of(agreement)}.pdf"
    agreement.pdf = files.keep_bytes(s.actor, content, name, "application/pdf")
    agreement.state, agreement.frozen_at, agreement.frozen_by_name = "frozen", s.at, s.actor.display_name
    agreement.save()
    s.record(version=agreement.position, sha256=agreement.sha256)
    s.start("CK-SIGN")
    for side in BOTH:
        s.tell("agreement_frozen", side)


# -- void again ---------------------------------------------------------------------------------------------------


def void(s: Step, agreement: Agreement, reason: str) -> None:
    """The text binds nobody any more; talks open again. A draft's text is kept for comparison with the next one."""
    agreement.text = agreement.text or agreement_text.text(agreement)
    agreement.state, agreement.void_at, agreement.void_reason = "void", s.at, reason
    agreement.save(update_fields=["text", "state", "void_at", "void_reason"])
    s.record(version=agreement.position)
    s.move("NEGOTIATING")
    s.start("CK-NEGO")


def back_to_negotiation(s: Step, deadline: Deadline) -> None:
    """CK-DRAFT or CK-SIGN has passed: nothing was agreed in writing, and both sides hear of it."""
    if s.case.state != RUNS_IN[deadline.code]:
        return
    agreement = in_making(s.case, "draft" if deadline.code == "CK-DRAFT" else "frozen")
    void(s, agreement, deadline.code)
    if deadline.acts == "merchant":  # else the clock itself tells the provider too
        s.tell("agreement_void", "provider")


def in_time(act_name: str, code: str) -> Callable[[Case, dict], None]:
    """Whether an act comes too late because the clock has ended the text: a better refusal than a wrong state."""

    def check(case: Case, data: dict) -> None:
        if case.state != "NEGOTIATING":
            return
        agreement = latest(case)
        if agreement and agreement.state == "void" and agreement.void_reason == code:
            raise Late(PASSED[code])

    steps.BEFORE[act_name] = check
    return check


for _act in ("draft_agreement", "freeze_agreement"):
    in_time(_act, "CK-DRAFT")
for _act in ("sign", "upload_signed_copy", "decline_to_sign"):
    in_time(_act, "CK-SIGN")
