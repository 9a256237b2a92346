"""Evidence: items kept untouched, the checklist by cause, what one side asks of the other."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile

from cases import evidence_kinds, reasons
from cases.models import Case, Evidence, EvidenceRequest
from cases.services.steps import Step, act
from config import clock, files
from config.actors import Actor
from config.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from config.models import StoredFile
from config.text import Text

ALWAYS = ("E02", "E03", "E04")  # the deduction itself, whatever its cause (domain.md §3.2 #2)


def find_file(actor: Actor, value) -> StoredFile:
    """A file by upload, by its own id, or by the id of evidence in which the actor sees it."""
    if isinstance(value, UploadedFile):
        return files.keep(actor, value)
    if isinstance(value, StoredFile):
        return value
    found = StoredFile.objects.filter(pk=value, organisation_id=actor.organisation_id).first()
    if found is None and isinstance(value, UUID):
        item = Evidence.objects.visible_to(actor).filter(pk=value).select_related("file").first()
        found = item.file if item else None
    if found is None:
        raise NotFound(Text("没有找到这个文件。", "This file was not found."))
    return found


def keep(
    s: Step,
    kind: str,
    file: StoredFile,
    *,
    obtained_at: datetime | None = None,
    source: str = "",
    private: bool = False,
) -> Evidence:
    """Adds a file to the case's evidence, its bytes untouched; the event names its number.

    `private`: only the own side sees it. Raises Invalid for a day of obtaining in the future.
    """
    return _kept(s, kind, file, obtained_at, source, s.own_principal if private else None, s.side, s.on_behalf)


def keep_proof(s: Step, data: dict) -> None:
    """The screenshot or recording of what the merchant types in for the other side: the merchant's own evidence."""
    if s.on_behalf and data.get("proof"):
        _kept(s, "E09", data["proof"], s.at, "", None, "merchant", False)


def keep_all(s: Step, items) -> None:
    """The attachments of an answer."""
    for item in items or ():
        keep(s, item["kind"], item["file"], obtained_at=item.get("obtained_at"), source=item.get("source") or "")


def _kept(s: Step, kind, file, obtained_at, source, private_to, side, on_behalf) -> Evidence:
    now = clock.now()
    if obtained_at and obtained_at > now:
        text = Text("得到材料的时间不能在将来。", "The time of obtaining it cannot lie in the future.")
        raise Invalid(text, [Fault("/obtained_at", "future", text)])
    s.case.evidence_count += 1
    item = Evidence(
        id=uuid4(), case=s.case, position=s.case.evidence_count, kind=kind, file=file, sha256=file.sha256,
        name=file.name, size=file.size, content_type=file.content_type, obtained_at=obtained_at or s.at,
        source=source, added_by_id=s.actor.user_id, added_by_name=s.actor.display_name, added_by_side=side,
        added_at=now, on_behalf=on_behalf, private_to=private_to,
    )  # fmt: skip
    item.save(force_insert=True)
    s.facts.setdefault("evidence", []).append(item.position)
    return item


@act("add_evidence")
def add_evidence(s: Step, data: dict) -> None:
    """Keeps a photo or file as evidence; an internal one is seen by the own side alone."""
    private = data.get("visibility") == "internal"
    keep(s, data["kind"], data["file"], obtained_at=data.get("obtained_at"), source=data.get("source") or "",
         private=private)  # fmt: skip
    s.record(kind=data["kind"])
    if private:
        s.private_to = s.own_principal
    else:
        s.tell("evidence_added", other(s.side))


@act("request_evidence")
def request_evidence(s: Step, data: dict) -> None:
    """Asks the other side for records; its refusal or silence is itself recorded."""
    if data["of"] == s.side:
        text = Text("材料请求要向对方提出。", "Records are asked of the other side.")
        raise Invalid(text, [Fault("/of", "own_side", text)])
    last = s.case.evidence_requests.order_by("-position").first()
    request = EvidenceRequest.objects.create(
        case=s.case, position=last.position + 1 if last else 1, kinds=sorted(data["kinds"]), asked_by_side=s.side,
        of_side=data["of"], asked_at=s.at,
    )  # fmt: skip
    s.record(request=request.position, kinds=request.kinds, of=request.of_side)
    s.tell("evidence_asked", request.of_side, request=request.position)


@act("supply_evidence")
def supply_evidence(s: Step, data: dict) -> None:
    """Answers a request for records with a file or with a refusal, which is kept word for word."""
    request = s.case.evidence_requests.filter(position=data["request"]).first()
    if request is None:
        raise NotFound(Text("没有这次材料请求。", "There is no such request for records."))
    if request.of_side != s.side:
        raise NotAllowed(Text("这次材料请求要由对方答复。", "This request is for the other side to answer."))
    if request.state != "open":
        raise Conflict(
            Text("这次材料请求已经答复。补充材料请用「添加证据」。", "This request was answered. Add more as evidence.")
        )
    if s.at < request.asked_at:
        text = Text("答复的时间不能早于提出请求的时间。", "The answer cannot come before the request.")
        raise Invalid(text, [Fault("/received_at", "too_early", text)])
    keep_proof(s, data)
    if data.get("file"):
        request.state, request.refusal = "supplied", ""
        kind = data.get("kind") or request.kinds[0]
        keep(s, kind, data["file"])
        s.record(kind=kind)
    else:
        request.state, request.refusal = "refused", data["refusal"]
        s.record(refusal=request.refusal)
    request.answered_at = s.at
    request.save(update_fields=["state", "refusal", "answered_at"])
    s.record(request=request.position)
    s.tell("evidence_answered", request.asked_by_side, request=request.position)


def other(side: str) -> str:
    return "provider" if side == "merchant" else "merchant"


def checklist(case: Case) -> list[dict]:
    """What helps in a case of this cause: `state` is provided, expected or optional. It advises and blocks nothing.

    Expected is what shows the deduction (one of E02, E03, E04 is enough) and what a cause rests on most; the rest
    is optional.
    """
    given = {item.kind for item in case.evidence.all()}
    helps = reasons.CAUSES[case.cause].helps
    shown = given & set(ALWAYS)
    rows = []
    for kind in dict.fromkeys((*ALWAYS, *helps)):
        expected = (kind in ALWAYS and not shown) or kind in helps[:2]
        state = "provided" if kind in given else "expected" if expected else "optional"
        rows.append({"kind": kind, "label": evidence_kinds.KINDS[kind].label, "state": state,
                     "must_show": evidence_kinds.KINDS[kind].must_show, "held_by": evidence_kinds.KINDS[kind].held_by})  # fmt: skip
    return rows
