#!/usr/bin/env python3
"""The supervisor behind `make run`: database and broker, then the product's processes, watched and stopped in order.

Nothing it starts survives it, not even its kill -9. The servers are services.py, starting and ending processes.py.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.processes import Failed, birth, end, has_dropped_interrupt, spawn, tail, tie  # noqa: E402
from scripts.servers import PostgreSQL  # noqa: E402
from scripts.services import Services  # noqa: E402

BIN = Path(sys.executable).parent
QUEUES = "deadlines,mail,imports,documents"
READY_SECONDS = 90.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
ROOMS = ("config", "merchants", "cases")
# What makes the database fit for the product, in this order; each is safe to repeat.
STEPS = ("prepare_database", "migrate", "load_rules")


class Stop(Exception):
    """Somebody asked us to end."""


@dataclass
class Child:
    """One process of the product: how it is started and ended, and how often it has died of late."""

    name: str
    command: list[str | Path]
    end_signal: signal.Signals = signal.SIGTERM
    # What it gets when we are gone. Its database goes at the same time, so there is nothing left to finish.
    tied_end: signal.Signals = signal.SIGKILL
    patience: float = 15.0
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    deaths: int = 0

    def start(self, log: Path, env: dict[str, str]) -> None:
        self.process = spawn(self.command, log, env=env, tied_end=self.tied_end, cwd=ROOT)
        self.started_at = time.monotonic()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.end_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)  # it and whatever it left in its session
            self.process.wait()


def children(host: str, port: int, data_dir: Path) -> list[Child]:
    """The processes of the product in the order they start; they stop in the other."""
    celery: list[str | Path] = [BIN / "celery", "-A", "config"]
    workers = str(min(4, (os.cpu_count() or 1) + 1))
    web: list[str | Path] = [BIN / "gunicorn", "config.wsgi", "--bind", f"{host}:{port}", "--workers", workers]
    web += ["--threads", "4", "--no-control-socket", "--graceful-timeout", "10", "--timeout", "60"]
    work = [*celery, "worker", "-Q", QUEUES, "--concurrency", "2", "--loglevel", "INFO", "--without-gossip"]
    work += ["--include", "scripts.pool_ties"]
    return [
        Child("web", web, tied_end=signal.SIGQUIT),  # the quick end, which takes its own processes along
        Child("worker", work, patience=8.0),
        Child("beat", [*celery, "beat", "--schedule", data_dir / "beat-schedule", "--loglevel", "INFO"]),
        Child("sweeper", [BIN / "python", "manage.py", "run_sweeper"]),
    ]


class Supervisor:
    """Brings an installation up, keeps it up, takes it down."""

    def __init__(self, data_dir: Path, host: str, port: int) -> None:
        self.services = Services(data_dir)
        self.data_dir, self.host, self.port = self.services.data_dir, host, port
        self.children = children(host, port, self.data_dir)
        self.env: dict[str, str] = {}
        self.is_ending = False

    def run(self) -> int:
        """Serves until told to stop. 0 when that was asked for, 1 when something does not start."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._asked_to_stop)
        try:
            with self._alone():
                try:
                    self._bring_up()
                    self._keep_up()
                finally:
                    self.is_ending = True
                    self._take_down()
        except Stop:
            return 0
        except (Failed, OSError) as error:
            say(str(error))
            return 1
        return 0

    def _asked_to_stop(self, *_: object) -> None:
        if not self.is_ending:
            self.is_ending = True
            raise Stop

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One supervisor for one data folder and one port."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError:
                raise Failed(f"Port {self.port} is taken: choose another, as in `make run PORT=8001`.") from None
        self.data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        with (self.data_dir / "run.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Failed(f"Recourse already runs for {self.data_dir}; `make stop` ends it.") from None
            self.services.write("run.json", {"pid": os.getpid(), "born": birth(os.getpid())})
            try:
                yield
            finally:
                (self.data_dir / "run.json").unlink(missing_ok=True)

    def _bring_up(self) -> None:
        begun = time.monotonic()
        say("Starting the database and the broker …")
        self.env = {
            **os.environ,
            **self.services.start(tied=True),
            "DEMO": os.environ.get("DEMO", "1"),
            "BASE_URL": os.environ.get("BASE_URL", f"http://127.0.0.1:{self.port}"),
            "PROMETHEUS_MULTIPROC_DIR": str(self._empty("metrics")),
            "PYTHONUNBUFFERED": "1",
        }
        was_prepared = self._prepare()
        people = "" if was_prepared else self._demo()
        for child in self.children:
            child.start(self._log(child.name), self.env)
        people = people or self._demo()  # beside the start of the site, where its data is there already
        self._wait_until_ready()
        if people:
            say(people)
        say(f"Recourse is ready at {self.env['BASE_URL']} ({time.monotonic() - begun:.1f} s).")
        say(f"Logs: {self.data_dir / 'log'}. Ctrl-C stops everything.")

    def _prepare(self) -> bool:
        """Makes the database fit; answers whether it was so already, which only our own can be known to be."""
        own = next((server for server in self.services.started if isinstance(server, PostgreSQL)), None)
        stamp, mark = self.data_dir / "prepared", self._mark(own)
        if own and stamp.exists() and stamp.read_text() == mark:
            return True
        stamp.unlink(missing_ok=True)
        for step in STEPS:
            self._manage(step)
        stamp.write_text(mark)
        return False

    def _mark(self, own: PostgreSQL | None) -> str:
        """Changes with the database, the secret its roles' passwords follow from, and every file of the product."""
        born = (own.data / "PG_VERSION").stat().st_mtime_ns if own else 0
        mark = hashlib.sha256(f"{born} {self.env['SECRET_KEY']}".encode())
        for room in ROOMS:
            for path in sorted((ROOT / room).rglob("*.*")):
                if path.suffix in {".py", ".toml", ".sql"}:
                    mark.update(path.read_bytes())
        return mark.hexdigest()

    def _demo(self) -> str:
        """Makes the demo's people and cases where they are missing; answers the log-ins to show."""
        return self._manage("demo") if self.env["DEMO"] == "1" else ""

    def _empty(self, name: str) -> Path:
        shutil.rmtree(self.data_dir / name, ignore_errors=True)
        (self.data_dir / name).mkdir()
        return self.data_dir / name

    def _log(self, name: str) -> Path:
        return self.data_dir / "log" / f"{name}.log"

    def _manage(self, command: str) -> str:
        """Runs one management command to its end; answers what it printed."""
        say(f"{command} …")
        log = self._log(command)
        log.unlink(missing_ok=True)
        process = spawn([BIN / "python", "manage.py", command], log, env=self.env, tied_end=signal.SIGTERM, cwd=ROOT)
        try:
            failed = process.wait()
        except BaseException:
            end(process.pid, birth(process.pid), signal.SIGTERM, 5.0)
            process.wait()
            raise
        if failed:
            raise Failed(f"`manage.py {command}` failed; its log {log} ends with:\n{tail(log)}")
        return log.read_text(encoding="utf-8", errors="replace").strip()

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            self._revive()
            for child in self.children:
                if child.deaths >= 3:
                    log = self._log(child.name)
                    raise Failed(f"{child.name} does not start; its log {log} ends with:\n{tail(log)}")
            if time.monotonic() > until:
                raise Failed(f"The site does not answer; see {self._log('web')}:\n{tail(self._log('web'))}")
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "") else self.host  # noqa: S104
        connection = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            connection.request("GET", "/readyz", headers={"X-Forwarded-Proto": "https"})
            # A redirect comes from a site that insists on https and is up.
            return connection.getresponse().status in (200, 301)
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _keep_up(self) -> None:
        make = os.getppid() if os.environ.get("MAKELEVEL") else 0
        while not (make and has_dropped_interrupt(make)):
            self._revive()
            time.sleep(0.25)

    def _revive(self) -> None:
        """Starts again what has died, after a pause that doubles with each death in a row."""
        for name in self.services.revive():
            say(f"{name} had ended and was started again.")
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            age = time.monotonic() - child.started_at
            if age < min(2.0**child.deaths, LONGEST_PAUSE):
                continue
            child.deaths = 1 if age > STEADY_SECONDS else child.deaths + 1
            say(f"{child.name} ended with code {child.process.returncode} and is started again.")
            child.stop()
            child.start(self._log(child.name), self.env)

    def _take_down(self) -> None:
        say("Stopping …")
        for child in reversed(self.children):
            child.stop()
        self.services.stop()


def say(text: str) -> None:
    with contextlib.suppress(OSError):  # whoever read our output may be gone
        print(text, flush=True)


def main() -> int:
    if os.environ.get("MAKELEVEL"):
        tie(os.getppid(), signal.SIGTERM)  # a make that is killed takes us along
    data_dir = Path(os.environ.get("DATA_DIR", ROOT / ".data"))
    try:
        port = int(os.environ.get("PORT", "8000"))
    except ValueError:
        say("PORT must be a number, as in `make run PORT=8001`.")
        return 2
    return Supervisor(data_dir, os.environ.get("HOST", "127.0.0.1"), port).run()


if __name__ == "__main__":
    sys.exit(main())
