"""The rows of a case in the shapes that templates/components take, in the reader's words. Reads no database."""

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases import corrections, events, evidence_kinds, reasons, timetable, workflow
from cases.casepage import CasePage
from cases.inputs.contacts import LETTERS
from cases.models import Case, Deadline, Event, Evidence, Letter, Line
from config import clock
from config.actors import Actor
from config.templatetags import ui
from config.text import Text

LEVELS = ((0, "overdue"), (1, "danger"), (3, "warning"))  # days left, at most
KNOWN_TO_BOTH = ("CK-OFFER", "CK-OBL")  # who waits for them has agreed to them, or has set them
SHOWN_AS_IMAGE = ("image/jpeg", "image/png", "image/gif", "image/webp")
PREVIEW_BYTES = 500_000  # larger pictures are opened, not drawn beside their line


def deadline(row: Deadline, side: str = "merchant") -> dict:
    """components/deadline.html: what it is, by when, what happens otherwise, how it was worked out."""
    of = timetable.CLOCKS[row.code]
    worked = row.computation.get("en" if (get_language() or "").startswith("en") else "zh", {})
    days = (row.due_at - clock.now()).total_seconds() / 86_400
    return {
        "code": row.code, "label": of.label, "kind_label": timetable.KINDS[row.kind], "due_at": row.due_at,
        "unit_label": timetable.day_label(row.computation.get("unit", "")), "provisional": row.provisional,
        "sentence": of.sentence(row.kind, ui.until(row.due_at), reader=side, acts=row.acts or None), "silence": of.then(side, row.acts),
        "level": next((name for most, name in LEVELS if days <= most), "neutral"),
        "source": worked.get("source") or row.source, "steps": [_step(one) for one in worked.get("steps", ())],
    }  # fmt: skip


def _step(step: dict) -> dict:
    """One step of a computation; its instants as days or minutes, never as a machine writes them."""
    return {"what": step["what"], "from": _plain(step.get("from", "")), "to": _plain(step.get("to", ""))}


def _plain(text: str) -> str:
    return text[:16].replace("T", " ").removesuffix(" 00:00")


def concerning(page: CasePage) -> list[Deadline]:
    """The deadlines that concern the reader: a provider is shown those on which it must act, and what was agreed."""
    if page.side == "merchant":
        return page.deadlines
    return [
        one for one in page.deadlines
        if timetable.CLOCKS[one.code].must_act(one.acts) in {"provider", "both"} or one.code in KNOWN_TO_BOTH
    ]  # fmt: skip


# -- frame --------------------------------------------------------------------------------------------------------


def stages(case: Case) -> list[dict]:
    """The six stages; a case on the legal way or closed has the earlier ones behind it."""
    keys = list(workflow.STAGES)
    stage = workflow.stage_of(case.state)
    at = keys.index("refund" if stage == "law" else stage)
    states = [
        "done" if i < at or stage == "closed" else "current" if i == at and stage != "law" else "todo"
        for i in range(len(keys))
    ]
    return [{"key": key, "label": label, "state": states[i]} for i, (key, label) in enumerate(workflow.STAGES.items())]


def state_tag(case: Case, actor: Actor) -> dict:
    """The word for where the case is: a shop reads stages, staff seats read states."""
    stage = workflow.stage_of(case.state)
    plain = actor.is_merchant and case.state not in {"NEGO_FAILED", "BREACHED", "CLOSED"}
    label: Text | str = workflow.STAGES.get(stage, workflow.LAW_STAGE) if plain else workflow.STATES[case.state].label
    if case.state == "CLOSED" and case.outcome:
        label = _("结案：%(outcome)s") % {"outcome": workflow.OUTCOMES[case.outcome]}
    level = {"closed": "success", "law": "law", "prepare": "neutral"}.get(stage, "info")
    return {"label": label, "level": "warning" if case.state in {"NEGO_FAILED", "BREACHED"} else level}


def sums(page: CasePage) -> list[tuple]:
    """(label, amount) of each kind of line; never added together."""
    return [(reasons.LINE_KINDS[one["kind"]], one["sum"]) for one in page.totals if one["sum"]]


# -- timeline -----------------------------------------------------------------------------------------------------


def entries(page: CasePage) -> list[dict]:
    return [entry(page, event) for event in page.events]


def entry(page: CasePage, event: Event) -> dict:
    told = events.told(event)
    corrected_by = getattr(event, "corrected_by", None)
    return {
        "seq": event.seq, "at": event.at, "actor": _who(page, event), "sentence": told["sentence"],
        "details": told["details"], "text": told["text"], "private": event.private_to is not None,
        "on_behalf": told["on_behalf"], "files": _files(page, told["evidence"]), "superseded": corrected_by is not None,
        "replaced_by": corrected_by, "corrects": told["corrects"], "corrected": event.data.get("event") if told["corrects"] else None,
        "correct_url": "" if corrected_by else _correct_url(page, event), "record_url": _record_url(page, event),
    }  # fmt: skip


def _who(page: CasePage, event: Event) -> str:
    if event.seat == "system":
        return _("追款（自动）")
    ours = event.organisation_id == page.actor.organisation_id
    if ours:
        return _("你") if event.user_id == page.actor.user_id else event.actor_name
    firm = page.case.merchant if event.seat.startswith("merchant.") else page.case.provider
    if firm and event.method == "link":
        return _("%(firm)s（%(name)s，凭链接）") % {"firm": firm.name, "name": event.actor_name}
    return firm.name if firm else event.actor_name


def _files(page: CasePage, positions: list) -> list[dict]:
    kept = [page.files[at] for at in positions if at in page.files]
    return [{"name": one.name, "url": file_url(page.case.number, one), "size": one.size} for one in kept]


def _record_url(page: CasePage, event: Event) -> str:
    """Where a mail that came is recorded as what it is, filled in from the mail."""
    if event.act != "mail_received" or event.data.get("mail_kind") != "answer" or not page.actor.is_merchant:
        return ""
    return f"{reverse('answered', args=[page.case.number])}?mail={event.data['mail']}"


def _correct_url(page: CasePage, event: Event) -> str:
    """Where this record is put right: for who entered it, or the owner of that side, while the case is open."""
    actor = page.actor
    may = event.organisation_id == actor.organisation_id and (
        event.user_id == actor.user_id or actor.seat == workflow.OWNER
    )
    if page.case.state == "CLOSED" or event.act not in corrections.CORRECTABLE or not may:
        return ""
    return f"{reverse('act', args=[page.case.number, 'correct_record'])}?event={event.seq}"


# -- lines, evidence, letters -------------------------------------------------------------------------------------


def line(row: Line) -> dict:
    """components/line_table.html."""
    outcome = workflow.OUTCOMES.get(row.outcome, "")
    if row.dropped_reason:
        outcome = _("已去掉：%(reason)s") % {"reason": row.dropped_reason}
    elif not outcome and row.refunded:
        outcome = _("已退齐") if row.refunded >= row.amount else _("退了一部分")
    return {
        "position": row.position, "on": row.on, "amount": row.amount, "kind_label": reasons.LINE_KINDS[row.kind],
        "mid": row.mid, "tid": row.tid, "store": row.store.name if row.store else "", "fee_name": row.fee_name,
        "clause": row.clause, "injured_label": reasons.INJURED.get(row.injured_party, ""), "refunded": row.refunded,
        "outcome_label": outcome,
    }  # fmt: skip


def file_url(number: str, item: Evidence) -> str:
    return reverse("evidence-file", args=[number, item.position])


def evidence_item(number: str, item: Evidence, *, previews: bool = False) -> dict:
    """components/evidence_item.html."""
    kind = evidence_kinds.KINDS[item.kind]
    url = file_url(number, item)
    drawn = previews and item.content_type in SHOWN_AS_IMAGE and item.size <= PREVIEW_BYTES
    return {
        "kind_label": kind.label, "name": item.name, "url": url, "preview_url": url if drawn else "",
        "size": item.size, "sha256": item.sha256, "at": item.obtained_at, "actor": item.added_by_name,
        "source": item.source, "private": item.private_to is not None,
        "visibility_label": _("只有我方能看到") if item.private_to else _("双方可见"),
        "on_behalf": _("商户替对方记录") if item.on_behalf else "", "position": item.position,
    }  # fmt: skip


LETTER_STATES = {
    "made": (Text("写好了，还没有发出", "Written, not sent yet"), "neutral"),
    "sent": (Text("已发出，还没有记录对方收到", "Sent, arrival not recorded yet"), "warning"),
    "arrived": (Text("对方已收到", "Arrived"), "success"),
}


def letter(number: str, row: Letter) -> dict:
    label, level = LETTER_STATES[row.state]
    args = [number, row.position]
    return {
        "position": row.position, "kind_label": LETTERS.get(row.kind, ""), "state_label": label, "level": level,
        "made_at": row.made_at, "sent_at": row.sent_at, "arrived_at": row.arrived_at,
        "channel": reasons.CHANNELS.get(row.channel, ""), "url": reverse("letter", args=args),
        "pdf_url": reverse("letter-pdf", args=args), "print_url": reverse("letter-print", args=args),
    }  # fmt: skip


def stands_in(page: CasePage) -> bool:
    """Whether the reader's side records what the respondent says, because that has no account."""
    return page.actor.is_merchant and not (page.case.provider and page.case.provider.has_account)


def evidence_request(page: CasePage, row) -> dict:
    """A request for records: what was asked of whom, how it stands, and where it is answered."""
    ours = row.of_side == page.side
    url = f"{reverse('act', args=[page.case.number, 'supply_evidence'])}?request={row.position}"
    return {
        "position": row.position, "kinds": [evidence_kinds.KINDS[kind].label for kind in row.kinds if kind in evidence_kinds.KINDS],
        "of_label": _("要我方提供") if ours else _("请对方提供"), "asked_at": row.asked_at, "state": row.state,
        "refusal": row.refusal, "is_open": row.state == "open" and page.case.state != "CLOSED",
        "url": url if ours else f"{url}&behalf=1" if stands_in(page) else "",
        "do_label": _("提供材料") if ours else _("对方答复了"),
    }  # fmt: skip
