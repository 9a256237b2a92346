"""Backup and restore as an operator does it: taken while people work, restored on a server that knows nothing yet."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings as real

from config import backups, database, outbox, tenancy
from config.errors import Invalid
from scripts.services import Services
from tests import cast as cast_module
from tests import walk
from tests.conftest import ROOT

GIVEN = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DATA_DIR", "FILES_DIR"}
DIGEST = "SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM \"{}\" t"


def manage(env: dict, *words: str | Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, words)], cwd=ROOT, env=env, capture_output=True, text=True, timeout=300
    )


def told(done: subprocess.CompletedProcess) -> dict:
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def busy(committed, at, settings, tmp_path):
    """An installation with cases of two merchants, files of their own and messages on their way; its environment."""
    settings.FILES_DIR = tmp_path / "files"
    cast = cast_module.make()
    walk.company(at, cast, "RESP_CONFIRMED", {**walk.LINE, "store": "新街口店"})
    number = walk.file(cast.finance, provider=str(cast.provider.id))
    for kind in ("E04", "E05"):
        walk.do(cast.finance, number, "add_evidence", kind=kind, file=walk.photo(f"{kind}.png", kind.encode()))
    with tenancy.acting(cast.finance):
        outbox.enqueue(
            channel="email", to="li@example.com", template="notice", language="zh-hans", params={}, dedup_key="drill",
            organisation_id=cast.finance.organisation_id,
        )  # fmt: skip
    with database.administrator(committed) as admin:
        admin.execute("INSERT INTO django_session VALUES ('abc', 'x', now() + interval '1 day')")
    env = {name: value for name, value in os.environ.items() if name not in GIVEN}
    env |= {"DATABASE_URL": committed, "SECRET_KEY": real.SECRET_KEY, "FILES_DIR": str(tmp_path / "files"),
            "DATA_DIR": str(tmp_path)}  # fmt: skip
    return cast, env


@pytest.fixture
def elsewhere():
    """A server of its own with the tables of `make services`; only the secret was carried over."""
    folder = Path(tempfile.mkdtemp(prefix="recourse-drill-"))
    env = {name: value for name, value in os.environ.items() if name not in GIVEN} | {"DATA_DIR": str(folder)}

    def start(secret: Path) -> dict:
        (folder / "secrets.json").write_bytes(secret.read_bytes())
        subprocess.run([sys.executable, "scripts/services.py", "start"], cwd=ROOT, env=env, check=True)
        for word in ("prepare_database", "migrate"):
            assert manage(env, word).returncode == 0
        return env

    yield start
    services = Services(folder)
    services.stop_recorded()
    for home in (services._home(), folder):
        subprocess.run(["rm", "-rf", home], check=True)


def contents(url: str) -> dict[str, str]:
    """A digest of the rows of every table but those that a restore changes."""
    with database.administrator(url) as admin:
        names = [row[0] for row in admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        changed = {*backups.LEFT_OUT, "config_outboxmessage"}
        return {name: admin.execute(DIGEST.format(name)).fetchone()[0] for name in names if name not in changed}


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("*/*/*")
    }


def one(url: str, question: str):
    with database.administrator(url) as admin:
        return admin.execute(question).fetchone()[0]


@pytest.mark.slow
def test_a_backup_restored_on_a_new_server_is_the_installation_again(busy, elsewhere, tmp_path):
    _, env = busy
    folder, secret = tmp_path / "backup", tmp_path / "secret.json"
    done = manage(env, "backup", folder, "--secret-to", secret, "--json")
    assert (done.returncode, told(done)["ok"], done.stderr) == (0, True, "")
    waiting = one(env["DATABASE_URL"], "SELECT count(*) FROM config_outboxmessage WHERE state = 'pending'")
    assert waiting > 0

    new = elsewhere(secret)
    url, files = (
        json.loads((Path(new["DATA_DIR"]) / "services.json").read_text())["DATABASE_URL"],
        Path(new["DATA_DIR"], "files"),
    )
    done = manage(new, "restore", folder, "--json")
    found = told(done)
    assert (done.returncode, found["ok"], found["held"], done.stderr) == (0, True, waiting, "")

    assert contents(url) == contents(env["DATABASE_URL"])
    assert hashes(files) == hashes(Path(env["FILES_DIR"])) and len(hashes(files)) >= 3
    assert all(name.rpartition("/")[2] == digest for name, digest in hashes(files).items())
    assert manage(new, "verify_audit", "--against", folder / backups.CHECKPOINT).returncode == 0
    assert manage(new, "invariants").returncode == 0
    # Nothing leaves from here, nobody is logged in, and the walls between organisations stand.
    assert one(url, "SELECT count(*) FROM config_outboxmessage WHERE state IN ('pending', 'sending')") == 0
    assert one(url, "SELECT count(*) FROM django_session") == 0
    parts = database.connection(url, real.SECRET_KEY, database.APP)
    with psycopg.connect(
        host=parts["HOST"], port=parts["PORT"], user=parts["USER"], password=parts["PASSWORD"], dbname=parts["NAME"]
    ) as app:
        assert app.execute("SELECT count(*) FROM cases_case").fetchone()[0] == 0
    assert one(url, "SELECT count(*) FROM cases_case") == 2
    with database.administrator(url) as admin, pytest.raises(psycopg.Error, match=r"append|change"):
        admin.execute("DELETE FROM cases_event")
    # What has data is never restored over.
    before = contents(url)
    done = manage(new, "restore", folder)
    assert (done.returncode, done.stdout, done.stderr.count("\n"), contents(url)) == (1, "", 1, before)


@pytest.fixture
def beside(committed):
    """The name of a database on the tests' own server that is not there yet."""
    url = database.with_name(committed, f"recourse_{uuid4().hex[:12]}")
    yield url
    for name in (backups.name_of(url), backups.name_of(url) + "_restoring"):
        database.drop(committed, name)


def target(env: dict, url: str, folder: Path, **more: str) -> dict:
    return {**env, "DATABASE_URL": url, "FILES_DIR": str(folder / "files"), "DATA_DIR": str(folder), **more}


def test_a_backup_taken_while_people_work_is_one_instant(busy, beside, tmp_path):
    cast, env = busy
    folder, filed = tmp_path / "backup", []
    process = subprocess.Popen(
        [sys.executable, "manage.py", "backup", str(folder), "--json"], cwd=ROOT, env=env, stdout=subprocess.PIPE
    )
    while process.poll() is None:
        filed.append(walk.file(cast.finance, provider=str(cast.provider.id)))
        walk.do(
            cast.finance,
            filed[-1],
            "add_evidence",
            kind="E04",
            file=walk.photo(f"{len(filed)}.png", filed[-1].encode()),
        )
    process.communicate()
    assert process.returncode == 0 and len(filed) > 5
    done = manage(target(env, beside, tmp_path / "new"), "restore", folder, "--send", "--json")
    assert (done.returncode, told(done)["ok"], told(done)["held"]) == (0, True, 0), done.stdout + done.stderr
    kept = one(beside, "SELECT count(*) FROM cases_case")
    assert 2 <= kept <= 2 + len(filed)
    assert one(beside, "SELECT count(*) FROM config_outboxmessage WHERE state = 'pending'") > 0
    heads = json.loads((folder / backups.CHECKPOINT).read_text())["heads"]
    assert len(heads) == kept


@pytest.fixture
def taken(busy, tmp_path):
    _, env = busy
    folder = tmp_path / "backup"
    assert manage(env, "backup", folder).returncode == 0
    return env, folder


def test_what_was_changed_or_is_of_another_installation_is_refused_and_changes_nothing(taken, beside, tmp_path):
    env, folder = taken
    new = target(env, beside, tmp_path / "new")
    some = next(path for path in (folder / backups.FILES).glob("*/*/*"))
    manifest = (folder / backups.MANIFEST).read_bytes()
    newer = {**json.loads(manifest), "migrations": ["cases.9999_of_tomorrow"]}

    def refused(says: str, **more: str) -> None:
        done = manage({**new, **more}, "restore", folder)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
        assert says in done.stderr
        assert not backups.holds_data(beside) and not list((tmp_path / "new").glob("files/*/*/*"))

    some.write_bytes(some.read_bytes() + b"?")
    refused(some.name)
    some.write_bytes(some.read_bytes()[:-1])
    refused("SECRET_KEY", SECRET_KEY="another")
    refused("DATABASE_OWNER_URL", DATABASE_OWNER_URL=beside)
    (folder / backups.MANIFEST).write_text(json.dumps(newer))
    refused("9999_of_tomorrow")
    (folder / backups.MANIFEST).write_bytes(manifest)
    assert manage(new, "restore", folder).returncode == 0
    assert backups.holds_data(beside)


def test_each_part_of_a_backup_is_missed(taken):
    _, folder = taken
    parts = [next((folder / backups.FILES).glob("*/*/*")), folder / backups.DUMP, folder / backups.CHECKPOINT]
    for path in [*parts, folder / backups.MANIFEST]:
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + b"?")
        with pytest.raises(Invalid, match=path.name):
            backups.read(folder)
        path.unlink()
        with pytest.raises(Invalid, match=path.name):
            backups.read(folder)
        path.write_bytes(whole)
    manifest = backups.read(folder)
    backups.write(folder / backups.MANIFEST, {**manifest, "files": {"../../x": 1}})
    with pytest.raises(Invalid, match=backups.MANIFEST):
        backups.read(folder)


def test_a_row_that_did_not_come_back_leaves_nothing_of_the_copy(taken, beside, tmp_path):
    env, folder = taken
    manifest = json.loads((folder / backups.MANIFEST).read_text())
    manifest["tables"]["cases_case"] += 1
    (folder / backups.MANIFEST).write_text(json.dumps(manifest))
    done = manage(target(env, beside, tmp_path / "new"), "restore", folder)
    assert (done.returncode, "cases_case" in done.stderr) == (1, True)
    with database.administrator(beside, "postgres") as admin:
        left = admin.execute(
            "SELECT 1 FROM pg_database WHERE datname LIKE %s", [backups.name_of(beside) + "%"]
        ).fetchall()
    assert left == []


def test_a_file_that_is_gone_or_changed_is_named_and_the_rest_is_kept(busy, beside, tmp_path):
    _, env = busy
    gone, changed = sorted(Path(env["FILES_DIR"]).glob("*/*/*"))[:2]
    gone.unlink()
    changed.write_bytes(b"another")
    folder = tmp_path / "backup"
    done = manage(env, "backup", folder, "--json")
    found = told(done)
    assert (done.returncode, found["ok"]) == (1, False)
    assert [gone.name in found["missing"][0], changed.name in found["damaged"][0]] == [True, True]
    done = manage(target(env, beside, tmp_path / "new"), "restore", folder, "--json")
    assert (done.returncode, len(told(done)["lost_before"])) == (0, 2), done.stderr


def test_the_secret_and_what_was_there_are_kept_apart(busy, tmp_path):
    _, env = busy
    folder = tmp_path / "backup"
    done = manage(env, "backup", folder, "--secret-to", folder / "secret.json")
    assert (done.returncode, folder.exists()) == (1, False)
    (folder).mkdir()
    (folder / "mine.txt").write_text("x")
    done = manage(env, "backup", folder)
    assert (done.returncode, [path.name for path in folder.iterdir()]) == (1, ["mine.txt"])
    (folder / "mine.txt").unlink()
    secret = tmp_path / "secret.json"
    assert manage(env, "backup", folder, "--secret-to", secret).returncode == 0
    assert json.loads(secret.read_text()) == {"secret_key": real.SECRET_KEY}
    assert [oct(path.stat().st_mode & 0o77) for path in (secret, folder / backups.MANIFEST)] == ["0o0", "0o0"]
    for path in folder.rglob("*"):
        assert path.is_dir() or real.SECRET_KEY.encode() not in path.read_bytes()


def test_a_log_in_that_does_not_see_everything_takes_no_backup(committed, tmp_path):
    parts = database.connection(committed, real.SECRET_KEY, database.APP)
    url = f"postgresql://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": real.SECRET_KEY, "DATA_DIR": str(tmp_path)}
    done = manage(env, "backup", tmp_path / "backup")
    assert (done.returncode, done.stdout, "DATABASE_URL" in done.stderr) == (1, "", True)


def test_without_a_server_it_says_which_target_is_missing(tmp_path):
    env = {**os.environ, "DATABASE_URL": "postgresql://postgres@127.0.0.1:1/recourse", "DATA_DIR": str(tmp_path)}
    done = manage(env, "backup", tmp_path / "backup")
    assert (done.returncode, "make services" in done.stderr, done.stderr.count("\n")) == (1, True, 1)
    done = manage(env, "restore", tmp_path / "nothing")
    assert (done.returncode, "manifest.json" in done.stderr) == (1, True)
