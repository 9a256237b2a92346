"""The product as `make run` serves it, seen from outside: its start, what it said, the log-ins it keeps, what it leaves."""

import http.client
import json
import os
import re
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.services import ROOT

MAKE_RUN = ("make", "--no-print-directory", "run")
GIVEN = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"}  # the tests' own servers; a user has none


@dataclass
class Product:
    """One installation: its data folder and port, and its process while it runs."""

    folder: Path
    port: int
    process: subprocess.Popen | None = None
    said: str = ""

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def url(self) -> str:
        """The address it printed."""
        found = re.search(r"ready at (http://\S+)", self.said)
        assert found, self.said
        return found[1]

    def start(self, command: Sequence[str] = MAKE_RUN) -> None:
        """Starts it and gathers what it says until it is ready."""
        env = {name: value for name, value in os.environ.items() if name not in GIVEN}
        env |= {"DATA_DIR": str(self.folder), "PORT": str(self.port)}
        self.said = ""
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Logs:"):
                return
        raise AssertionError(self.said)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process and self.is_running:
            self.process.send_signal(how)
            self.process.communicate(timeout=60)

    def kept(self, what: str, seat: str = "merchant.owner") -> dict:
        """The log-in of the first person in a seat, or that person's key, as DATA_DIR keeps it and it was printed."""
        told = json.loads((self.folder / "demo.json").read_text(encoding="utf-8"))
        login = next(one for one in told["logins"] if one["seat"] == seat)
        found = login if what == "login" else next(one for one in told["keys"] if one["who"] == login["who"])
        assert (
            (login["phone"] in self.said and login["password"] in self.said)
            if what == "login"
            else found["key"] in self.said
        )
        return found

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        try:
            return connection.getresponse().status
        finally:
            connection.close()

    def left(self) -> list[str]:
        """Processes that belong to the data folder, by their environment, their command or where they work."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                marks = process.joinpath("environ").read_bytes() + process.joinpath("cmdline").read_bytes()
                marks += os.fsencode(process.joinpath("cwd").readlink())
            except OSError:
                continue
            if os.fsencode(self.folder) in marks and int(process.name) != os.getpid():
                found.append(process.joinpath("cmdline").read_text().replace("\0", " "))
        return found
