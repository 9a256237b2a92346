"""The same record written by several at the same instant is there once; the others are told."""

import threading

import pytest
from django.db import connection

from config import tenancy
from config.errors import Conflict
from merchants.models import Migration, Terminal
from tests import cast as cast_module
from tests.services.test_records_plain import write

WRITERS = 4


def at_once(work) -> list:
    """What each of several people gets who do it at the same instant."""
    found, start = [], threading.Barrier(WRITERS)

    def one() -> None:
        start.wait()
        try:
            found.append(work())
        except Conflict as refusal:
            found.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


@pytest.mark.parametrize(("name", "model"), [("migrations", Migration), ("terminals", Terminal)])
def test_one_of_several_writers_wins(committed, at, name, model):
    at("2026-08-20T10:00")
    cast = cast_module.make()
    found = at_once(lambda: write(cast.boss, name))
    assert len([one for one in found if isinstance(one, Conflict)]) == WRITERS - 1, found
    with tenancy.acting(cast.boss):
        assert model.objects.count() == 1
