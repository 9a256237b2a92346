"""`make run` from the outside: it serves, it serves again with the same data, and nothing outlives it."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from scripts.processes import wait_for
from scripts.services import ROOT
from tests.setup.product import Product

pytestmark = pytest.mark.slow


def test_it_serves_keeps_its_log_ins_for_their_owner_and_stops_whole(running: Product) -> None:
    assert running.url == f"http://127.0.0.1:{running.port}"
    assert running.status("/readyz") == running.status("/healthz") == 200
    assert (running.folder / "demo.json").stat().st_mode & 0o777 == 0o600
    assert len(running.left()) >= 8
    running.end()
    assert running.left() == []


def test_a_second_start_repeats_no_step_and_a_kill_of_it_leaves_nothing(running: Product) -> None:
    running.end()
    running.start([sys.executable, "scripts/run.py"])
    assert "migrate" not in running.said
    assert running.status("/readyz") == 200
    running.end(signal.SIGKILL)
    assert wait_for(lambda: running.left() == [], 20), running.left()


def test_a_taken_port_is_named_in_one_sentence(place: Product) -> None:
    place.end()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", place.port))
        other.listen()
        done = subprocess.run(
            [sys.executable, "scripts/run.py"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
            env={**os.environ, "DATA_DIR": str(place.folder), "PORT": str(place.port)},
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.strip() == f"Port {place.port} is taken: choose another, as in `make run PORT=8001`."
