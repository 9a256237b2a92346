"""Starting and ending the processes of an installation so that none is ever left behind.

What the processes are stands in services.py (database, broker) and run.py (the product itself).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

LOG_LIMIT = 10 * 1024 * 1024
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Failed(Exception):
    """One sentence that says what did not start and what to do about it."""


def unprivileged() -> dict:
    """Popen arguments that give up root: PostgreSQL refuses to run as root. Empty for everybody else."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def tie(parent: int, end: signal.Signals) -> None:
    """Makes the kernel send `end` to this process when the thread that started it is gone, even by kill -9."""
    LIBC.prctl(PR_SET_PDEATHSIG, end)
    if os.getppid() != parent:  # it died before the line above
        os._exit(1)


def spawn(
    command: Sequence[str | Path],
    log: Path,
    *,
    env: dict[str, str] | None = None,
    tied_end: signal.Signals | None = None,
    drop_root: bool = False,
    cwd: Path | None = None,
) -> subprocess.Popen:
    """Starts a process of its own session, so that Ctrl-C reaches it only through us, in order.

    `tied_end` is the signal it gets when we die; without it the process outlives us.
    """
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    parent = os.getpid()

    def before_exec() -> None:
        # A shell that starts us with & has SIGINT ignored, and ignoring is inherited.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if tied_end is not None:
            tie(parent, tied_end)  # after the change of user, which would clear it

    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=env,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=before_exec,
            **(unprivileged() if drop_root else {}),
        )


def birth(pid: int) -> str:
    """When a process began, in the kernel's ticks: with the pid it names one process. Empty when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def is_alive(pid: int, born: str) -> bool:
    return bool(born) and birth(pid) == born


def end(pid: int, born: str, how: signal.Signals, patience: float) -> None:
    """Asks a process to end, waits `patience` seconds, then kills it."""
    for sign, seconds in ((how, patience), (signal.SIGKILL, 5.0)):
        if not is_alive(pid, born):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        wait_for(lambda: not is_alive(pid, born), seconds)


def has_dropped_interrupt(pid: int) -> bool:
    """Whether a process neither handles nor ignores SIGINT: a make that got it alone waits so for its command to end."""
    try:
        lines = dict(line.split(":\t") for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    except (OSError, ValueError):
        return False
    return not (int(lines["SigCgt"], 16) | int(lines["SigIgn"], 16)) >> (signal.SIGINT - 1) & 1


def wait_for(done: Callable[[], bool], seconds: float) -> bool:
    """Whether `done` came true within `seconds`."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, to show beside a failure."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
