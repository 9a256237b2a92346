"""A whole installation that may be killed: sweepers, a Celery worker and beat as real processes on a database of the
test's own, peers that count what they are handed, and the clock in the test's hand."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Lock

import redis
from django.conf import settings

from config import database
from scripts.processes import spawn
from tests.conftest import ROOT
from tests.peers import Gateway, Mailbox

BIN = Path(sys.executable).parent
LEASE_SECONDS = 6
CELERY = [str(BIN / "celery"), "-A", "config"]
COMMANDS = {
    "sweeper": [sys.executable, "manage.py", "run_sweeper"],
    "worker": [*CELERY, "worker", "-Q", "deadlines,mail,imports", "--concurrency", "2", "--without-gossip",
               "--without-mingle", "--include", "scripts.pool_ties"],
    "beat": [*CELERY, "beat"],
}  # fmt: skip


class Plant:
    """Processes by name ("sweeper-1"); `kills` counts what was killed with -9, by kind."""

    def __init__(self, url: str, folder: Path, mailbox: Mailbox, gateway: Gateway, seed: int) -> None:
        self.url, self.folder, self.mailbox, self.gateway = url, folder, mailbox, gateway
        self.name = url.rpartition("/")[2]
        self.random, self.kills = random.Random(seed), {"sweeper": 0, "worker": 0, "beat": 0}
        self.seen: set[str] = set()
        self.strikes, self.mood = 3, Lock()
        self.running: dict[str, subprocess.Popen] = {}
        self.admin = database.administrator(url)
        self.broker = redis.Redis.from_url(os.environ["REDIS_URL"])
        self.broker.flushdb()

    def start(self, *names: str) -> None:
        env = {
            **os.environ, "DATABASE_URL": self.url, "SECRET_KEY": settings.SECRET_KEY, "DATA_DIR": str(self.folder),
            "EMAIL_URL": self.mailbox.url, "SMS_URL": self.gateway.url, "LEASE_SECONDS": str(LEASE_SECONDS),
            "PGAPPNAME": "fault",
        }  # fmt: skip
        for name in names:
            command = COMMANDS[name.partition("-")[0]]
            if name.startswith("beat"):
                command = [*command, "--schedule", str(self.folder / f"{name}-schedule")]
            log = self.folder / f"{name}.log"
            self.running[name] = spawn(command, log, env=env, tied_end=signal.SIGKILL, cwd=ROOT)

    def kill(self, name: str) -> None:
        """kill -9 of the process and all it started."""
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.kills[name.partition("-")[0]] += 1

    def trouble(self, message_id: str) -> bool:
        """A peer's mood: of some messages the first attempt is refused, and a few kill the worker that brings them."""
        with self.mood:
            first = message_id not in self.seen
            self.seen.add(message_id)
            what = self.random.random() if first else 1
        time.sleep(0.1)
        if what < 0.1 and self.strikes:
            self.strikes -= 1
            self.kills["worker"] += 1
            with contextlib.suppress(ProcessLookupError, KeyError):
                os.killpg(self.running["worker-1"].pid, signal.SIGKILL)
        return what > 0.2

    def monkey(self, seconds: float) -> None:
        """Kills each process after a random life and starts it again; once the broker forgets all it held."""
        names, until = list(self.running), time.monotonic() + seconds
        dies = {name: time.monotonic() + self.random.uniform(1, 4.5) for name in names}
        forgets = time.monotonic() + self.random.uniform(0, seconds)
        while time.monotonic() < until:
            for name in names:
                if time.monotonic() > dies[name] or self.running[name].poll() is not None:
                    self.kill(name)
                    self.start(name)
                    dies[name] = time.monotonic() + self.random.uniform(1, 4.5)
            if time.monotonic() > forgets:
                self.broker.flushdb()
                forgets = until
            time.sleep(0.05)

    def stop(self) -> list[int]:
        """Asks every process to end, as the supervisor does, and kills what does not; answers their exit codes."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        codes = [process.returncode for process in self.running.values()]
        self.running.clear()
        return codes

    def echo(self, times: int = 3) -> None:
        """Every message on its way is hinted at several times more, at once and whatever its state."""
        from config.celery import app

        rows = self.ask("SELECT id, organisation_id FROM config_outboxmessage WHERE state IN ('pending', 'sending')")
        for message_id, organisation_id in (row for row in rows for _ in range(times)):
            owner = str(organisation_id) if organisation_id else None
            app.send_task("config.deliver", [str(message_id), owner], retry=False)

    def cut_off(self) -> None:
        """Ends every connection of the product to its database, as a restart of the server does."""
        time.sleep(self.random.uniform(0.2, 1))
        self.admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = 'recourse_app' AND application_name = 'fault'"
        )

    def end(self) -> None:
        for name in list(self.running):
            self.kill(name)
        self.admin.close()
        self.broker.close()

    def move(self, moment: str) -> None:
        """The product's clock shows `moment`, Shanghai time; it only goes forward."""
        self.admin.execute("INSERT INTO config_clock VALUES (%s::timestamp AT TIME ZONE 'Asia/Shanghai')", [moment])

    def ask(self, query: str, *values) -> list[tuple]:
        return self.admin.execute(query, values).fetchall()

    def count(self, query: str, *values) -> int:
        return self.ask(f"SELECT count(*) FROM {query}", *values)[0][0]

    def settle(self, seconds: float = 90, *, messages: bool = True) -> None:
        """Waits until nothing that is due is left, and nothing was given up. The clock goes on meanwhile."""
        waiting = {
            "timers": "cases_timer WHERE state = 'pending' AND fire_at <= app_now()",
            "notices": "cases_notice WHERE spread_at IS NULL",
        }
        if messages:
            waiting["messages"] = (
                "config_outboxmessage WHERE state = 'sending'"
                " OR (state = 'pending' AND not_before <= app_now() + interval '2 hours')"
            )
        until, left = time.monotonic() + seconds, {"": 1}
        self.echo()
        while any(left.values()):
            assert time.monotonic() < until, f"still waiting: {left}\n{self.logs()}"
            for name, process in list(self.running.items()):
                if process.poll() is not None:
                    self.start(name)
            time.sleep(0.2)
            self.admin.execute("INSERT INTO config_clock SELECT max(at) + interval '5 seconds' FROM config_clock")
            left = {name: self.count(query) for name, query in waiting.items()}
        assert self.count("cases_timer WHERE state = 'parked'") == 0
        assert self.count("config_outboxmessage WHERE state = 'parked'") == 0

    def logs(self) -> str:
        return "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in sorted(self.folder.glob("*.log")))
