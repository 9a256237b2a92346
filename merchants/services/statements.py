"""Statement files of a merchant: each file is imported once, and what may become a case or prove a refund is kept.

How a file is read is merchants/statements; which of the lines are in a case, the cases know.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.db.models import QuerySet

from config import clock, files, jobs, tenancy
from config.actors import SYSTEM, Actor
from config.errors import Conflict, Invalid, NotAllowed, NotFound
from config.models import Job, StoredFile
from config.text import Text
from merchants.models import StatementImport, StatementLine, Store, Terminal
from merchants.statements.faults import StatementRefused
from merchants.statements.importing import Import
from merchants.statements.kinds import DEDUCTIONS
from merchants.statements.mapping import Mapping
from merchants.statements.masking import card_key
from merchants.statements.records import Record

SEATS = ("merchant.owner", "merchant.finance", "merchant.store")
KEPT = DEDUCTIONS - {"WITHDRAW"}  # money that was taken, held back or given back; a withdrawal is the merchant's own
STEP = 2000  # records between two signs of life
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Progress = Callable[[int, int], None]  # records done, of how many
LONGEST = {"fee_code": 120, "memo": 300}

NO_SEAT = Text(
    "你的席位不能导入对账单，请交给对账专员或负责人。",
    "Your seat cannot import statements. Ask the finance seat or the owner.",
)
WHICH_STORE = Text("请选择这份对账单是哪个门店的。", "Choose the store this statement belongs to.")
FOREIGN = Text(
    "文件里的商户号是 {found}，和你登记的商户号（{known}）都不一样，没有导入。请核对文件；如果是新的商户号，"
    "请在导入时勾选「这是我新的商户号」。",
    "The merchant numbers of the file ({found}) are none of yours ({known}); nothing was imported. Check the file; if"
    " the number is new, tick “This is a new merchant number of mine” when you import.",
)
NOT_HELD = Text("这份对账单没有在等你确认。", "This statement does not wait for your word.")


@dataclass
class Reading:
    """What one pass over a file found: the report, the lines to keep, the merchant numbers it names."""

    report: dict = field(default_factory=dict)
    lines: list[StatementLine] = field(default_factory=list)
    mids: set[str] = field(default_factory=set)


def may_import(actor: Actor) -> bool:
    return actor.is_merchant and (actor.seat in SEATS or actor.is_alone)


def keep(actor: Actor, upload: UploadedFile) -> StoredFile:
    """Stores an uploaded statement byte for byte. Raises StatementRefused at once for what is no statement."""
    most = settings.UPLOAD_MAX_BYTES
    if upload.size > most:
        raise StatementRefused("too_large", limit=most >> 20)
    content = b"".join(upload.chunks())
    Import(BytesIO(content), card_key(settings.SECRET_KEY))  # looks at the header only
    return keep_bytes(actor, content, upload.name or "")


def keep_bytes(actor: Actor, content: bytes, name: str) -> StoredFile:
    """The same for bytes at hand that were read as a statement already."""
    check_seat(actor)
    return files.keep_bytes(actor, content, files.safe_name(name), SHEET if content[:2] == b"PK" else "text/csv")


def start_import(actor: Actor, file: StoredFile, *, store: Store | None = None, new_mid: bool = False) -> Job:
    """Asks for the import of a stored file. `store` is where lines of unknown terminals belong; `new_mid` says that
    a merchant number not known so far is the merchant's own. Raises NotAllowed for a seat that may not import."""
    check_seat(actor)
    if store is None and actor.stores is not None:
        if len(actor.stores) != 1:
            raise Invalid(WHICH_STORE)
        store = Store.objects.visible_to(actor).get()
    return _ask(actor, file, store.id if store else None, new_mid=new_mid)


def confirm(actor: Actor, import_id: UUID) -> Job:
    """Asks for the lines of a file that was held because its totals differ: a person has looked at both figures."""
    check_seat(actor)
    held = find(actor, import_id)
    if not is_held(held):
        raise Conflict(NOT_HELD)
    return _ask(actor, held.file, held.store_id, new_mid=True, confirmed=actor.display_name)


def check_seat(actor: Actor) -> None:
    """Raises NotAllowed for a seat that may not import."""
    if not may_import(actor):
        raise NotAllowed(NO_SEAT)


def _ask(actor: Actor, file: StoredFile, store_id: UUID | None, **params) -> Job:
    told = {"file": str(file.id), "store": str(store_id) if store_id else None, **params}
    return jobs.create(actor, "import_statement", told)


def run_import(work: jobs.Work) -> dict:
    """The job `import_statement`. Bears being run again: everything is written in one transaction, once."""
    with tenancy.acting(SYSTEM, organisation_id=work.organisation_id):
        file = StoredFile.objects.get(pk=work.params["file"])
    store_id = UUID(work.params["store"]) if work.params["store"] else None
    return import_file(
        file, by_id=work.actor.user_id, store_id=store_id, new_mid=work.params.get("new_mid", False),
        confirmed=work.params.get("confirmed", ""), progress=work.progress,
    )  # fmt: skip


def import_file(
    file: StoredFile, *, by_id: int | None, store_id: UUID | None = None, mid: str = "", new_mid: bool = False,
    confirmed: str = "", format: str = "auto", mapping: Mapping | None = None,
    progress: Progress | None = None,
) -> dict:  # fmt: skip
    """Imports a stored file for its organisation and answers {"import", "added", "known", "duplicate", "held"}.

    The same bytes a second time add nothing; of another file, lines that are there already are left out. Where the
    file's own totals are not what its rows add up to, it is held and no line kept until `confirmed` by somebody.
    Raises StatementRefused for a file that cannot be read and Invalid for one of another merchant.
    """
    with _whole_organisation(file):
        known = {mid} if mid else set(Terminal.objects.exclude(mid="").values_list("mid", flat=True))
        if (there := _there(file)) and not (confirmed and is_held(there)):
            return _outcome(there, file, 0)
    reading = _read(file, format, mapping, progress)
    if not new_mid:
        _check_mids(reading.mids, known)
    with _whole_organisation(file):
        there = _there(file, lock=True)
        if there and not (confirmed and is_held(there)):
            return _outcome(there, file, len(reading.lines))
        row = there or _import_row(file, by_id, store_id, reading.report)
        if confirmed:
            row.control["confirmed_by"] = confirmed
        row.save()
        if not is_held(row):
            _keep(row, reading.lines)
        return _outcome(row, file, len(reading.lines))


def is_held(row: StatementImport) -> bool:
    """Whether its totals differ and nobody has said yet to take it all the same."""
    return row.control["ok"] is False and not row.control.get("confirmed_by")


def find(actor: Actor, import_id: UUID) -> StatementImport:
    found = StatementImport.objects.visible_to(actor).select_related("file", "store").filter(pk=import_id).first()
    if found is None:
        raise NotFound(Text("没有找到这次导入。", "This import was not found."))
    return found


def lines_of(actor: Actor, row: StatementImport) -> QuerySet[StatementLine]:
    """The lines this import added, as far as the actor sees them, the latest first."""
    return StatementLine.objects.visible_to(actor).filter(statement=row).order_by("-on", "line_no", "id")


# -- reading ------------------------------------------------------------------------------------------------------


def _read(file: StoredFile, format: str, mapping: Mapping | None, progress: Progress | None) -> Reading:
    content = files.read(file)
    statement = Import(BytesIO(content), card_key(settings.SECRET_KEY), format, mapping)
    rows = content.count(b"\n") if content[:2] != b"PK" else 0  # a sheet says how many rows it has only when read
    reading, twins = Reading(), Counter[str]()
    for number, record in enumerate(statement, 1):
        if record.mid:
            reading.mids.add(record.mid)
        if record.txn_type in KEPT and record.status == "SUCCESS" and record.gross:
            reading.lines.append(_line(record, twins))
        if progress and number % STEP == 0:
            progress(number, max(rows, number))
    reading.report = statement.report()
    return reading


def _line(record: Record, twins: Counter[str]) -> StatementLine:
    """A record as a row. Its key is made of what the line says, whatever file says it; twins in a file are counted."""
    day = record.txn_on or record.settle_date
    key = hashlib.sha256(
        json.dumps(
            [record.txn_type, record.direction, str(day), record.mid, record.tid, str(record.gross), record.fee_code,
             record.memo, record.part], ensure_ascii=False,
        ).encode()
    ).hexdigest()  # fmt: skip
    twins[key] += 1
    return StatementLine(
        line_no=record.line_no, txn_type=record.txn_type, direction=record.direction, on=day, mid=record.mid or "",
        tid=record.tid or "", amount=record.gross, fee_code=_cut(record, "fee_code"), memo=_cut(record, "memo"),
        raw=record.raw_line, business_key=key, occurrence=twins[key],
    )  # fmt: skip


def _cut(record: Record, name: str) -> str:
    """The text as far as it is kept; the whole of it stays in `raw`."""
    text, most = getattr(record, name) or "", LONGEST[name]
    return text if len(text) <= most else text[: most - 1] + "…"


def _check_mids(found: set[str], known: set[str]) -> None:
    if found and known and not found & known:
        raise Invalid(FOREIGN.format(found="、".join(sorted(found)[:5]), known="、".join(sorted(known)[:5])))


# -- rows ---------------------------------------------------------------------------------------------------------


def _whole_organisation(file: StoredFile):
    """A transaction for all stores of the file's organisation: whoever uploads it need not see every one of them."""
    return tenancy.acting(SYSTEM, organisation_id=file.organisation_id)


def _there(file: StoredFile, *, lock: bool = False) -> StatementImport | None:
    """The import of the same bytes. `lock` makes a second import of them wait for the end of this transaction."""
    if lock:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{file.organisation_id}:{file.sha256}"]
            )
    return StatementImport.objects.filter(file__sha256=file.sha256).order_by("imported_at").first()


def _import_row(file: StoredFile, by_id: int | None, store_id: UUID | None, report: dict) -> StatementImport:
    return StatementImport(
        organisation_id=file.organisation_id, store_id=store_id, file=file, format=report["format"],
        encoding=report["encoding"], lines=report["lines"], accepted=report["accepted"], rejected=report["rejected"],
        totals=report["totals"], control=report["control"], imported_by_id=by_id, imported_at=clock.now(),
    )  # fmt: skip


def _keep(row: StatementImport, lines: list[StatementLine]) -> None:
    """Writes the lines that are not there yet, each in the store of its terminal; terminals not known are noted."""
    places = {(mid, tid): store for mid, tid, store in Terminal.objects.values_list("mid", "tid", "store_id")}
    new = {(line.mid, line.tid) for line in lines if line.tid} - set(places)
    Terminal.objects.bulk_create(
        [
            Terminal(
                organisation_id=row.organisation_id, mid=mid, tid=tid, store_id=row.store_id, created_at=clock.now()
            )
            for mid, tid in sorted(new)
        ],
        ignore_conflicts=True,
    )
    for line in lines:
        line.organisation_id, line.statement = row.organisation_id, row
        line.store_id = places.get((line.mid, line.tid)) or row.store_id
    StatementLine.objects.bulk_create(lines, batch_size=1000, ignore_conflicts=True)


def _outcome(row: StatementImport, file: StoredFile, lines: int) -> dict:
    held, is_again = is_held(row), row.file_id != file.id
    added = 0 if is_again else StatementLine.objects.filter(statement=row).count()
    known = 0 if held or is_again else max(lines - added, 0)
    return {"import": str(row.id), "added": added, "known": known, "duplicate": is_again, "held": held}
