"""The embedded servers: secret, kept over restarts, and gone with whoever started them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from scripts.processes import Failed, is_alive, wait_for
from scripts.servers import Broker, PostgreSQL
from scripts.services import ROOT, Services

HOLD = "import sys, pathlib, time; from scripts.services import embedded\nwith embedded(pathlib.Path(sys.argv[1])):\n"
HOLD += "    print('ready', flush=True)\n    time.sleep(600)\n"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty data folder that the servers' user can reach, unlike pytest's own."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    path = Path(tempfile.mkdtemp(prefix="recourse-services-"))
    yield path
    Services(path).stop_recorded()
    shutil.rmtree(path)


def processes(folder: Path) -> list[tuple[int, str]]:
    return [(one["pid"], one["born"]) for one in json.loads((folder / "services.json").read_text())["processes"]]


def administrator(env: dict[str, str]) -> psycopg.Connection:
    return psycopg.connect(env["DATABASE_URL"].replace("/recourse", "/postgres"), autocommit=True)


def test_data_and_secrets_are_kept_over_a_restart_and_read_by_their_owner_alone(folder: Path) -> None:
    services = Services(folder)
    env = services.start(tied=True)
    with administrator(env) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        [listens, sync] = connection.execute(
            "SELECT current_setting('listen_addresses'), current_setting('fsync')"
        ).fetchone()  # type: ignore[misc]
    with redis.Redis.from_url(env["REDIS_URL"]) as broker:
        broker.set("kept", "yes")
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.glob("*.json")}
    services.stop()
    assert (listens, sync) == ("127.0.0.1", "on")
    assert modes == {"secrets.json": 0o600, "services.json": 0o600}
    assert not (folder / "services.json").exists()

    again = Services(folder)
    second = again.start(tied=True)
    with administrator(second) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    with redis.Redis.from_url(second["REDIS_URL"]) as broker:
        assert broker.get("kept") == b"yes"
    again.stop()
    assert second["SECRET_KEY"] == env["SECRET_KEY"]


def test_servers_of_others_are_used_and_none_is_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@db.example/shop")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example/0")
    services = Services(folder)
    env = services.start(tied=True)
    assert (env["DATABASE_URL"], env["REDIS_URL"]) == ("postgresql://me@db.example/shop", "redis://broker.example/0")
    assert services.started == []


def test_without_the_password_nobody_gets_in(folder: Path) -> None:
    services = Services(folder)
    env = services.start(tied=True)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(env["DATABASE_URL"].replace("postgres:", "postgres:x"))
    port = env["REDIS_URL"].rpartition(":")[2]
    with redis.Redis.from_url(f"redis://127.0.0.1:{port}") as broker, pytest.raises(redis.AuthenticationError):
        broker.ping()
    services.stop()


def test_background_servers_are_found_again_and_stopped(folder: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "services.py")]
    env = {**os.environ, "DATA_DIR": str(folder)}
    subprocess.run([*command, "start"], env=env, check=True, stdout=subprocess.DEVNULL)
    first = processes(folder)
    subprocess.run([*command, "start"], env=env, check=True, stdout=subprocess.DEVNULL)
    assert processes(folder) == first
    subprocess.run([*command, "stop"], env=env, check=True, stdout=subprocess.DEVNULL)
    assert not any(is_alive(*one) for one in first)


def test_a_kill_of_whoever_started_them_ends_the_servers_and_the_data_opens_again(folder: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout and holder.stdout.readline() == b"ready\n"
    servers = processes(folder)
    assert all(is_alive(*one) for one in servers)
    holder.kill()
    holder.communicate()
    assert wait_for(lambda: not any(is_alive(*one) for one in servers), 15)
    services = Services(folder)
    administrator(services.start(tied=True)).close()
    services.stop()


def test_a_killed_server_comes_back_on_its_port(folder: Path) -> None:
    services = Services(folder)
    env = services.start(tied=True)
    for server in services.started:
        assert server.process
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
    assert services.revive() == ["postgresql", "broker"]
    administrator(env).close()
    services.stop()


def test_data_of_another_major_version_is_never_hidden_by_an_empty_database(folder: Path) -> None:
    (folder / "pg9").mkdir()
    with pytest.raises(Failed, match="belongs to PostgreSQL 9"):
        Services(folder).start(tied=True)


def test_a_folder_that_the_servers_cannot_reach_is_replaced_by_one_they_can(folder: Path) -> None:
    folder.chmod(0o700)
    services = Services(folder / "data")
    administrator(services.start(tied=True)).close()
    pointer = folder / "data" / "home"
    assert pointer.exists() == (os.geteuid() == 0)
    services.stop()
    if pointer.exists():
        shutil.rmtree(pointer.read_text())


def test_an_interrupted_test_run_leaves_no_server_and_no_folder(folder: Path) -> None:
    waiting = folder / "test_waiting.py"
    waiting.write_text(
        "import os, time\ndef test_it():\n    print(os.environ['DATA_DIR'], flush=True)\n    time.sleep(600)\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-s", "-c", str(ROOT / "pyproject.toml"), str(waiting)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a shell's & has it ignored
    )  # fmt: skip
    assert run.stdout
    data = Path(next(line for line in run.stdout if "recourse-test-" in line).strip())
    servers = processes(data)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=120)
    assert not any(is_alive(*one) for one in servers)
    assert not data.exists()


def test_the_systems_own_servers_serve_where_the_packaged_ones_do_not_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not PostgreSQL._from_system() or not Broker._from_system():
        pytest.skip("no PostgreSQL or Redis of the system is installed here")
    for kind in (PostgreSQL, Broker):
        monkeypatch.setattr(kind, "_from_wheel", lambda self: None)
    services = Services(folder, durable=False)
    env = {**os.environ, **services.start(tied=True)}
    for command in ("prepare_database", "migrate", "load_rules"):
        subprocess.run([sys.executable, "manage.py", command], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    with redis.Redis.from_url(env["REDIS_URL"]) as broker:
        assert broker.ping()
    services.stop()
