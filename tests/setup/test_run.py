"""`make run` from the outside: it serves, it serves again with the same data, and nothing outlives it."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.processes import free_port, wait_for
from scripts.services import ROOT, Services

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Path, int]]:
    """A data folder that both starts share, and a port."""
    folder = Path(tempfile.mkdtemp(prefix="recourse-run-"))
    yield folder, free_port()
    Services(folder).stop_recorded()
    shutil.rmtree(folder)


def start(folder: Path, port: int, command: list[str]) -> tuple[subprocess.Popen, str]:
    """A started site, what it said until it was ready."""
    inherited = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"}
    }
    env = {**inherited, "DATA_DIR": str(folder), "PORT": str(port)}
    said = ""
    run = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert run.stdout
    for line in run.stdout:
        said += line
        if line.startswith("Logs:"):
            return run, said
    raise AssertionError(said)


def left(folder: Path) -> list[str]:
    """Processes that belong to the data folder, by their environment, their command or where they work."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            marks = process.joinpath("environ").read_bytes() + process.joinpath("cmdline").read_bytes()
            marks += os.fsencode(process.joinpath("cwd").readlink())
        except OSError:
            continue
        if os.fsencode(folder) in marks and int(process.name) != os.getpid():
            found.append(process.joinpath("cmdline").read_text().replace("\0", " "))
    return found


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def test_it_serves_shows_its_log_ins_and_stops_whole(place: tuple[Path, int]) -> None:
    folder, port = place
    run, said = start(folder, port, ["make", "--no-print-directory", "run"])
    assert f"http://127.0.0.1:{port}" in said
    assert status(port, "/readyz") == status(port, "/healthz") == 200
    assert (folder / "demo.json").stat().st_mode & 0o777 == 0o600
    assert len(left(folder)) >= 8
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=60)
    assert left(folder) == []


def test_a_second_start_repeats_no_step_and_a_kill_of_it_leaves_nothing(place: tuple[Path, int]) -> None:
    folder, port = place
    run, said = start(folder, port, [sys.executable, "scripts/run.py"])
    assert "migrate" not in said
    assert status(port, "/readyz") == 200
    run.kill()
    run.communicate()
    assert wait_for(lambda: left(folder) == [], 20), left(folder)


def test_a_taken_port_is_named_in_one_sentence(place: tuple[Path, int]) -> None:
    import socket

    folder, port = place
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        done = subprocess.run(
            [sys.executable, "scripts/run.py"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
            env={**os.environ, "DATA_DIR": str(folder), "PORT": str(port)},
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.strip() == f"Port {port} is taken: choose another, as in `make run PORT=8001`."
