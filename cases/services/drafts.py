"""Answers of the filing pages, kept as a row from the first page on, until they become a case by `filing.file`.

What is asked stands in cases/forms.py, in which order in cases/views/wizard.py.
"""

from decimal import Decimal
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum

from cases import reasons
from cases.models import Case, Draft
from cases.services.filing import MOST_LINES
from config import clock, files
from config.actors import Actor
from config.errors import Conflict, Invalid, NotFound
from config.text import Text
from merchants.models import StatementLine, Terminal

MOST_FILES = 20
LINE_FIELDS = ("on", "amount", "tid", "mid", "store", "fee_name", "clause", "kind", "statement_line")


def find(actor: Actor, draft_id: UUID, *, lock: bool = False) -> Draft:
    """A draft of this person in this organisation; any other is NotFound. `lock` for what may be sent twice."""
    rows = Draft.objects.filter(organisation_id=actor.organisation_id, user_id=actor.user_id)
    draft = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=draft_id).first()
    if draft is None:
        raise NotFound(
            Text(
                "没有找到这份草稿，可能已经提交或删除。",
                "This draft was not found; it may have been submitted or deleted.",
            )
        )
    return draft


def begin(actor: Actor, token: UUID) -> Draft:
    """The draft of a first page, a row only once it is saved; the same page sent twice gives the same draft."""
    identity = uuid5(token, f"{actor.organisation_id}:{actor.user_id}")
    known = Draft.objects.filter(pk=identity, organisation_id=actor.organisation_id, user_id=actor.user_id).first()
    now = clock.now()
    return known or Draft(
        pk=identity, organisation_id=actor.organisation_id, user_id=actor.user_id, created_at=now, saved_at=now
    )


def save(draft: Draft, step: str, **answers) -> None:
    """Keeps answers; `step` is the page on which the person goes on."""
    if draft.case_id:
        raise Conflict(Text("这份草稿已经提交。", "This draft was submitted already."))
    draft.answers = {**draft.answers, **answers}
    draft.step, draft.saved_at = step, clock.now()
    kept = {name: getattr(draft, name) for name in ("answers", "step", "saved_at")}
    first = {name: getattr(draft, name) for name in ("organisation_id", "user_id", "created_at")}
    Draft.objects.update_or_create(pk=draft.pk, defaults=kept, create_defaults={**kept, **first})


def lines_of(draft: Draft | None) -> list[dict]:
    return list(draft.answers.get("lines", ())) if draft else []


def put_line(lines: list[dict], line: dict, at: int | None) -> list[dict]:
    """The lines with one more, or with the one at `at` replaced; what a statement said of it stays with it."""
    plain = {key: str(line[key]) for key in LINE_FIELDS if line.get(key)}
    if at is not None and 0 <= at < len(lines):
        kept = {key: lines[at][key] for key in ("statement_line", "mid") if key in lines[at]}
        return [*lines[:at], {**kept, **plain}, *lines[at + 1 :]]
    return with_lines(lines, [plain])


def with_lines(lines: list[dict], more: list[dict]) -> list[dict]:
    """The lines and more of them, none from the same statement line twice. Raises Invalid above 5,000."""
    there = {line["statement_line"] for line in lines if "statement_line" in line}
    together = lines + [line for line in more if line.get("statement_line") not in there]
    if len(together) > MOST_LINES:
        raise Invalid(
            Text("一个案件最多 5,000 笔扣款，请分成几个案件。", "A case holds at most 5,000 lines. File several cases.")
        )
    return together


def lines_from(rows: list[StatementLine]) -> list[dict]:
    """Statement lines as lines of a draft."""
    return [
        {key: value for key, value in {
            "on": row.on.isoformat(), "amount": str(row.amount), "tid": row.tid, "mid": row.mid,
            "fee_name": row.fee_code, "clause": row.memo[:120], "statement_line": str(row.id),
            "kind": reasons.KIND_OF_STATEMENT.get(row.txn_type),
        }.items() if value}
        for row in rows
    ]  # fmt: skip


def totals(lines: list[dict]) -> list[tuple[object, Decimal]]:
    """The sum of each kind of line; kinds are never added together."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        kind = line.get("kind") or "DEDUCTION"
        sums[kind] = sums.get(kind, Decimal(0)) + Decimal(line["amount"])
    return [(reasons.LINE_KINDS[kind], sums[kind]) for kind in reasons.LINE_KINDS if kind in sums]


def attach(actor: Actor, draft: Draft, uploads: list[UploadedFile], kind: str) -> list[dict]:
    """Keeps photos and files at once; answers all that the draft holds. Raises Invalid for what is not taken."""
    held = list(draft.answers.get("files", ()))
    if len(held) + len(uploads) > MOST_FILES:
        raise Invalid(
            Text(
                "提交时最多附 20 个文件，其余的提交以后再补。",
                "At most 20 files go with the filing; add the others afterwards.",
            )
        )
    for upload in uploads:
        stored = files.keep(actor, upload)
        held.append({"id": str(stored.id), "name": stored.name, "size": stored.size, "kind": kind})
    return held


def respondent_of(actor: Actor, lines: list[dict]) -> str:
    """The provider of the lines' terminals where it is known and one."""
    numbers = {line["tid"] for line in lines if line.get("tid")}
    rows = Terminal.objects.visible_to(actor).filter(tid__in=numbers, provider__isnull=False)
    found = {str(provider) for provider in rows.values_list("provider_id", flat=True)}
    return found.pop() if len(found) == 1 else ""


def filing(draft: Draft, *, submit: bool) -> dict:
    """The input of the act `file` from the answers."""
    answers = draft.answers
    complaint = reasons.COMPLAINTS[answers.get("complaint", "not_sure")]
    lines = [{**line, "injured_party": complaint.injured_party} for line in lines_of(draft)]
    return {
        "symptom": complaint.symptom, "cause": complaint.cause, "lines": lines,
        "provider": answers.get("provider") or None,
        "outsourcer": {"name": answers["agent"], "kind": "outsourcer"} if answers.get("agent") else None,
        "wanted": answers.get("wanted") or "FULL_REFUND", "story": answers.get("story", ""),
        "evidence": [{"kind": one["kind"], "file": one["id"]} for one in answers.get("files", ())],
        "submit": submit,
    }  # fmt: skip


def finish(draft: Draft, case: Case) -> None:
    """The draft became a case; it stays as the way back to the finished letter."""
    draft.case, draft.saved_at = case, clock.now()
    draft.save(update_fields=["case", "saved_at"])


def drop(draft: Draft) -> None:
    if not draft.case_id:
        draft.delete()


def amount_of(case: Case) -> list[tuple[object, Decimal]]:
    """The sum of each kind of a case's live lines."""
    sums = dict(case.lines.filter(is_live=True).values_list("kind").annotate(sum=Sum("amount")))
    return [(label, sums[kind]) for kind, label in reasons.LINE_KINDS.items() if kind in sums]
