#!/usr/bin/env python3
"""The embedded database and broker of an installation: started, found again, stopped. `make services`, `make stop`.

What they are stands in servers.py. Where DATABASE_URL or REDIS_URL is given, that server is used and none is started.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.processes import Failed, birth, end, is_alive, unprivileged  # noqa: E402
from scripts.servers import STOP_SECONDS, Broker, PostgreSQL, Server, run  # noqa: E402

# What a server is for the product: the variable that replaces it, its class, the name of its secret.
KINDS: dict[str, tuple[type[Server], str]] = {
    "DATABASE_URL": (PostgreSQL, "postgresql"),
    "REDIS_URL": (Broker, "broker"),
}
ENDS = {PostgreSQL.name: PostgreSQL.end_signal, Broker.name: Broker.end_signal}


class Services:
    """The servers that run for one data folder."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir, self.durable = data_dir.resolve(), durable
        self.record = self.data_dir / "services.json"
        self.started: list[Server] = []
        self.env: dict[str, str] = {}

    def start(self, *, tied: bool) -> dict[str, str]:
        """Starts what is not given and does not run yet; answers the variables by which the product finds it.

        `tied` servers end with this process, even by kill -9. Call it from the main thread: the tie is to the thread.
        """
        self.data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        with self._lock():
            known = self._secrets()
            self.env = {
                "DATA_DIR": str(self.data_dir),
                "SECRET_KEY": os.environ.get("SECRET_KEY") or known["secret_key"],
            }
            recorded = self._recorded()
            home = self._home() if any(not os.environ.get(name) for name in KINDS) else self.data_dir
            for name, (kind, secret) in KINDS.items():
                if os.environ.get(name) or name in recorded:
                    self.env[name] = os.environ.get(name) or recorded[name]
                    continue
                server = kind(home, self.data_dir / "log", known[secret], durable=self.durable)
                self.started.append(server)
                try:
                    server.prepare()
                    server.start(tied=tied)
                except BaseException:
                    self.stop()
                    raise
                self.env[name] = server.url
            if self.started:
                self.write("services.json", self._description(tied))
        return self.env

    def revive(self) -> list[str]:
        """Starts those of our servers again that have died, on the ports they had; answers their names."""
        dead = [server for server in self.started if server.is_dead()]
        for server in dead:
            server.prepare()
            server.start(tied=True)
        if dead:
            self.write("services.json", self._description(tied=True))
        return [server.name for server in dead]

    def stop(self) -> None:
        """Stops what this object started, the last one first."""
        if self.started:
            self.record.unlink(missing_ok=True)
        while self.started:
            self.started.pop().stop()

    def stop_recorded(self) -> bool:
        """Stops what any process started for this folder; answers whether there was anything."""
        supervisor, found = self._read("run.json"), self._read("services.json")
        if supervisor:  # it stops the product before its servers
            end(supervisor["pid"], supervisor["born"], signal.SIGTERM, 2 * STOP_SECONDS)
        for one in reversed(found.get("processes", [])):
            end(one["pid"], one["born"], ENDS[one["name"]], STOP_SECONDS)
        self.record.unlink(missing_ok=True)
        return bool(found or supervisor)

    def _description(self, tied: bool) -> dict:
        started = [(one.name, one.process.pid, one.born) for one in self.started if one.process]
        processes = [dict(zip(("name", "pid", "born"), one, strict=True)) for one in started]
        owner = {"owner": {"pid": os.getpid(), "born": birth(os.getpid())}} if tied else {}
        return {server: self.env[server] for server in KINDS} | {"processes": processes} | owner

    def _recorded(self) -> dict:
        """The record of servers that run and will go on running; ends those that lost their supervisor."""
        found = self._read("services.json")
        processes, owner = found.get("processes", []), found.get("owner")
        if (owner and not is_alive(owner["pid"], owner["born"])) or not all(
            is_alive(one["pid"], one["born"]) for one in processes
        ):
            for one in reversed(processes):
                end(one["pid"], one["born"], ENDS[one["name"]], STOP_SECONDS)
            self.record.unlink(missing_ok=True)
            return {}
        return found

    def _home(self) -> Path:
        """Where the servers keep their data: the data folder, unless the user they run as cannot reach it."""
        if not unprivileged():
            return self.data_dir
        pointer = self.data_dir / "home"
        if pointer.exists():
            return Path(pointer.read_text().strip())
        os.chmod(self.data_dir, 0o711)
        answer = run("test", "-x", self.data_dir)
        if answer and answer.returncode == 0:
            return self.data_dir
        home = Path(tempfile.mkdtemp(prefix="recourse-", dir="/var/lib"))
        os.chmod(home, 0o711)
        self.write("home", str(home))
        return home

    def _secrets(self) -> dict[str, str]:
        """The installation's secrets, made once."""
        known = self._read("secrets.json")
        wanted = {name: secrets.token_urlsafe(48) for name in ("secret_key", *(secret for _, secret in KINDS.values()))}
        if wanted.keys() - known.keys():
            known = wanted | known
            self.write("secrets.json", known)
        return known

    def _read(self, name: str) -> dict:
        try:
            return json.loads((self.data_dir / name).read_text())
        except FileNotFoundError:
            return {}

    def write(self, name: str, content: dict | str) -> None:
        """Writes a file that only its owner reads, whole or not at all."""
        handle, part = tempfile.mkstemp(dir=self.data_dir, prefix=f".{name}.")
        with open(handle, "w", encoding="utf-8") as file:
            file.write(content if isinstance(content, str) else json.dumps(content, indent=1))
        os.replace(part, self.data_dir / name)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        lock = os.open(self.data_dir, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


@contextlib.contextmanager
def embedded(data_dir: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """The variables of servers that run as long as the block does, and end with this process whatever happens."""
    services = Services(data_dir, durable=durable)
    try:
        yield services.start(tied=True)
    finally:
        services.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog="example: services.py start")
    parser.add_argument("do", choices=["start", "stop"])
    chosen = parser.parse_args()
    data_dir = Path(os.environ.get("DATA_DIR", ROOT / ".data"))
    begun = time.monotonic()
    try:
        if chosen.do == "start":
            Services(data_dir).start(tied=False)
            print(f"Database and broker are ready ({time.monotonic() - begun:.1f} s); `make stop` ends them.")
        else:
            was = Services(data_dir).stop_recorded()
            print("Stopped." if was else f"Nothing was running for {data_dir}.")
    except (Failed, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
