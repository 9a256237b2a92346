"""A database and a broker of its own for each test run, started before Django's settings are read.

TEST_DATABASE_URL and TEST_REDIS_URL use servers that run already. What tests share beside that is in conftest.py.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from scripts.processes import birth
from scripts.services import Services

PREFIX = "recourse-test-"


def _sweep() -> None:
    """Removes the folders of earlier runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = folder.name.split("-")[2]
        if folder.owner() == Path(f"/proc/{os.getpid()}").owner() and not (pid.isdigit() and birth(int(pid))):
            shutil.rmtree(folder, ignore_errors=True)


def _start() -> Services:
    _sweep()
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("REDIS_URL", None)
    os.environ.pop("SECRET_KEY", None)
    for name in ("DATABASE_URL", "REDIS_URL"):
        if given := os.environ.get(f"TEST_{name}"):
            os.environ[name] = given
    services = Services(Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")), durable=False)
    os.environ.update(services.start(tied=True))
    return services


def _stop() -> None:
    SERVICES.stop()
    shutil.rmtree(SERVICES.data_dir, ignore_errors=True)


SERVICES = _start()
# Last of all, after pytest has closed its connections, and on Ctrl-C too; a kill -9 ends the servers by their tie.
atexit.register(_stop)
