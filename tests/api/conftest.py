"""Programs with keys of the cast."""

import pytest

from tests.api.client import Program, key_of


@pytest.fixture
def shop(cast) -> Program:
    """A program of a shop alone."""
    return Program(key_of(cast.owner))


@pytest.fixture
def program(cast):
    """A program of any of the cast: `program("finance")`."""
    return lambda part, **more: Program(key_of(getattr(cast, part)), **more)
