"""The `restore` command: a backup into an empty installation, and whether what came out is what was put in."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from cases import invariants
from cases.services import audit
from config import backups, database, files
from config.commands import PlainCommand
from config.errors import Conflict
from config.models import StoredFile
from config.text import Text

OWN_ROLES = ("DATABASE_OWNER_URL", "DATABASE_APP_URL", "DATABASE_AUDIT_URL")
HELP = """Restores the backup in DIR into this installation, which must be empty (make services, or a database server
alone) and have the secret of the one that was backed up: put the file of --secret-to there as DATA_DIR/secrets.json
first. Messages that were waiting are held back, so that nothing is sent twice; --send leaves them waiting.
Everybody logs in anew. Exit 1 when the copy is not what was backed up.

  manage.py restore /backup/2026-11-24
  manage.py restore /backup/2026-11-24 --send --json"""


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--send", action="store_true", help="messages that were waiting are sent from here")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"].resolve()
        manifest = backups.read(folder)
        checkpoint = _fitting(folder, manifest)
        held = _restore(folder, manifest, hold=not options["send"])
        found = {
            "made_at": manifest["made_at"], "rows": sum(manifest["tables"].values()), "files": len(manifest["files"]),
            "held": held, **compared(manifest, checkpoint),
        }  # fmt: skip
        is_whole = not (found["first_bad"] or found["broken"] or found["missing"])
        if options["json"]:
            self.print_json({"ok": is_whole, **found})
        else:
            self.stdout.write(in_words(found))
        if not is_whole:
            sys.exit(1)


def _fitting(folder: Path, manifest: dict) -> dict:
    """The checkpoint, where this installation may take the backup. Nothing is changed yet."""
    if manifest["secret"] != backups.fingerprint():
        text = Text("这里的密钥和备份时的不同。请先把备份时的密钥放到 {path}，或设 SECRET_KEY。",
                    "This installation's secret is not that of the backup: put that one into {path} first, or set"
                    " SECRET_KEY.")  # fmt: skip
        raise Conflict(text.format(path=settings.DATA_DIR / "secrets.json"))
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if newer := sorted(set(manifest["migrations"]) - known):
        text = Text(
            "备份来自更新的版本（{name}），请先更新程序。", "The backup is of a newer version ({name}): update first."
        )
        raise Conflict(text.format(name=newer[0]))
    if own := [name for name in OWN_ROLES if os.environ.get(name)]:
        text = Text("这里的数据库账号是自己建的（{name}），请按 docs/operations.md 手工恢复。",
                    "The database's log-ins are of your own making ({name}): restore by hand, see docs/operations.md.")  # fmt: skip
        raise Conflict(text.format(name=own[0]))
    backups.check_administrator(settings.DATABASE_URL)
    kept = {path.relative_to(settings.FILES_DIR).as_posix() for path in settings.FILES_DIR.glob("*/*/*")}
    if backups.holds_data(settings.DATABASE_URL) or not kept <= set(manifest["files"]):
        raise Conflict(Text("这里已经有数据，没有恢复。请恢复到空的数据库和空的文件夹。",
                            "There is data here already, so nothing was restored: use an empty database and folder."))  # fmt: skip
    return audit.read_checkpoint(folder / backups.CHECKPOINT)


def _restore(folder: Path, manifest: dict, *, hold: bool) -> int:
    """Files first, which nothing points to yet; then the database, whole and up to date before it takes its place."""
    url = settings.DATABASE_URL
    settings.FILES_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    for _ in backups.copy(folder / backups.FILES, settings.FILES_DIR):
        pass
    new, held = backups.load(url, folder, manifest["tables"], hold=hold)
    try:
        _bring_up_to_date(new)
    except BaseException:
        database.drop(url, backups.name_of(new))
        raise
    connection.close()
    backups.take_place(url, new)
    return held


def _bring_up_to_date(url: str) -> None:
    for words in (["migrate", "--verbosity=0"], ["load_rules"]):
        done = subprocess.run(
            [sys.executable, settings.BASE_DIR / "manage.py", *words], env={**os.environ, "DATABASE_URL": url},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["?"])[-1]
            text = Text(
                "恢复后 manage.py {word} 没有做完：{said}", "After restoring, manage.py {word} did not finish: {said}"
            )
            raise Conflict(text.format(word=words[0], said=said))


def compared(manifest: dict, checkpoint: dict) -> dict:
    """What the copy lacks: its chains against the checkpoint, what must always hold, and a file for every row."""
    rows = {path.relative_to(settings.FILES_DIR).as_posix() for path in map(files.path_of, StoredFile.objects.all())}
    return {
        "first_bad": audit.first_bad(checkpoint),
        "broken": [one["name"] for one in invariants.ask() if one["broken"]],
        "missing": sorted(rows - set(manifest["files"]) - set(manifest["missing"])),
        "lost_before": [*manifest["missing"], *manifest["damaged"]],
    }


def in_words(found: dict) -> str:
    text = Text("已恢复 {made_at} 的备份：{rows} 行，{files} 个文件，{held} 条待发消息已搁置。",
                "Restored the backup of {made_at}: {rows} rows, {files} files; {held} waiting messages are held back.")  # fmt: skip
    lines = [text.format(**found)]
    for name, said in (
        ("first_bad", Text("记录链不完整：{what}", "A chain is broken: {what}")),
        ("broken", Text("不变量被破坏：{what}", "Invariants are broken: {what}")),
        ("missing", Text("缺少文件：{what}", "Files are missing: {what}")),
        ("lost_before", Text("备份时已缺少或被改动的文件：{what}", "Files that were lost before the backup: {what}")),
    ):
        if found[name]:
            lines.append(said.format(what=found[name]))
    if len(lines) == 1:
        lines.append(Text("记录链、不变量和文件都核对无误。", "Chains, invariants and files are as they were."))
    return "\n".join(map(str, lines))
