"""Programs with keys of the cast, and the product served to real connections."""

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from django.test.testcases import LiveServerThread

from tests import walk
from tests.api.client import Program, key_of


@pytest.fixture
def shop(cast) -> Program:
    """A program of a shop alone."""
    return Program(key_of(cast.owner))


@pytest.fixture
def program(cast):
    """A program of any of the cast: `program("finance")`."""
    return lambda part, **more: Program(key_of(getattr(cast, part)), **more)


@pytest.fixture
def number(cast) -> str:
    """An open case of the shop alone."""
    return walk.file(cast.owner)


@pytest.fixture
def served(committed):
    """The product served by threads of this process on a committed database; answers (host, port)."""
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None
    yield thread.host, thread.port
    thread.terminate()
    connection.close()
