"""What every channel keeps to: time limits that a slow peer cannot stretch, and the sink where no peer is set."""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer

from django.conf import settings

STEP_SECONDS, WHOLE_SECONDS = 8, 20  # of one read or write, of the whole exchange; far below a message's lease


class Rejected(Exception):
    """The other side will never take this message: trying again changes nothing."""


@contextmanager
def at_most(seconds: float, connection) -> Iterator[None]:
    """Cuts the connection's socket when the whole exchange takes longer; the read under way then fails."""

    def cut() -> None:
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def keep(folder: str, name: str, content: bytes) -> None:
    """Writes a message whole into DATA_DIR/outbox; the same message again is the same file."""
    place = sink(folder)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=place, prefix=".")
    with open(handle, "wb") as file:
        file.write(content)
    os.replace(part, place / name)


def sink(folder: str) -> Path:
    return settings.DATA_DIR / "outbox" / folder
