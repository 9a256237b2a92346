"""The `backup` command: database, files and a checkpoint of all chains of one instant, in a folder with a manifest."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import connection, transaction

from cases.services import audit
from config import backups, clock, files
from config.commands import PlainCommand
from config.errors import Conflict
from config.models import StoredFile
from config.text import Text

HELP = """Writes a backup of this installation into DIR, which must not hold anything yet; the product goes on running.
The secret is not in it. --secret-to FILE writes it to a file of its own: without it a backup cannot be restored.
Exit 1 when a file is missing or damaged; the rest is kept all the same.

  manage.py backup /backup/2026-11-24
  manage.py backup /backup/2026-11-24 --secret-to /safe/secrets.json --json"""


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument(
            "--secret-to", metavar="FILE", type=Path, help="not inside DIR; readable by its owner alone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder, secret = options["folder"].resolve(), options["secret_to"]
        if secret and folder in (secret.resolve(), *secret.resolve().parents):
            raise Conflict(Text("密钥不能和备份放在一起，请换一个 --secret-to。",
                                "The secret does not belong beside the backup: name another --secret-to."))  # fmt: skip
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if any(folder.iterdir()):
                text = Text(
                    "{path} 里已经有内容，请换一个空文件夹。", "{path} holds something already: name an empty folder."
                )
                raise Conflict(text.format(path=folder))
            manifest = make(folder)
            if secret:
                write_secret(secret)
        except OSError as error:
            text = Text("写不了 {path}：{why}。", "{path} cannot be written: {why}.")
            raise Conflict(text.format(path=error.filename or folder, why=error.strerror)) from error
        lost = [*manifest["missing"], *manifest["damaged"]]
        if options["json"]:
            about = {name: manifest[name] for name in ("made_at", "missing", "damaged")}
            rows = sum(manifest["tables"].values())
            self.print_json(
                {"ok": not lost, "folder": str(folder), "rows": rows, "files": len(manifest["files"]), **about}
            )
        else:
            self.stdout.write(in_words(folder, manifest))
        if lost:
            sys.exit(1)


def make(folder: Path) -> dict:
    """Takes the database at one instant, then the files, which are never changed: each row finds its file."""
    backups.check_administrator(settings.DATABASE_URL)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        backups.write(folder / backups.CHECKPOINT, audit.make_checkpoint())
        about = {"format": backups.FORMAT, "made_at": clock.now().isoformat(), "tables": _rows(cursor)}
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")
        about["migrations"] = [row[0] for row in cursor]
        wanted = {
            path.relative_to(settings.FILES_DIR).as_posix() for path in map(files.path_of, StoredFile.objects.all())
        }
        backups.dump(settings.DATABASE_URL, folder, snapshot)
    copied = list(backups.copy(settings.FILES_DIR, folder / backups.FILES))
    manifest = {
        **about,
        "secret": backups.fingerprint(),
        "parts": {name: backups.sha256(folder / name) for name in (backups.DUMP, backups.CHECKPOINT)},
        "files": {name: size for name, size, _ in copied},
        "damaged": [f"{backups.FILES}/{name}" for name, _, is_sound in copied if not is_sound],
        "missing": sorted(wanted - {name for name, _, _ in copied}),
    }
    backups.write(folder / backups.MANIFEST, manifest)  # last: a folder without it is no backup
    return manifest


def write_secret(path: Path) -> None:
    """The secret in the form of DATA_DIR/secrets.json, where a new installation finds it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"secret_key": settings.SECRET_KEY}, file)


def _rows(cursor: Any) -> dict[str, int]:
    """How many rows each table has in the transaction at hand."""
    found = {}
    for table in connection.introspection.table_names(cursor):
        if table not in backups.LEFT_OUT:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def in_words(folder: Path, manifest: dict) -> str:
    text = Text(
        "备份完成：{folder}（{rows} 行，{files} 个文件）。", "The backup is in {folder} ({rows} rows, {files} files)."
    )
    lines = [text.format(folder=folder, rows=sum(manifest["tables"].values()), files=len(manifest["files"]))]
    for name in manifest["missing"]:
        lines.append(Text("文件不见了：{name}", "A file is missing: {name}").format(name=name))
    for name in manifest["damaged"]:
        lines.append(Text("文件被改动：{name}", "A file was changed: {name}").format(name=name))
    return "\n".join(map(str, lines))
