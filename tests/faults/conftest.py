"""A database with cases that wait for time to pass, made once; each test gets a copy of it and an installation on it."""

import os
import random
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from config import database
from merchants.models import User
from tests import cast as cast_module
from tests import peers, walk
from tests.conftest import TEMPLATE, point_to
from tests.faults.plant import Plant

UNSENT, COMPANY, DAYS = 6, 6, 4  # open cases of the shop, answered cases of the company, days with a deduction each


@pytest.fixture(scope="session")
def prepared(django_db_setup, django_db_blocker):
    """The name of the database that the tests copy."""
    former, name = connection.settings_dict["NAME"], f"recourse_{uuid4().hex[:12]}"
    url = database.clone(settings.DATABASE_URL, TEMPLATE, name)
    with django_db_blocker.unblock():
        point_to(name)
        with database.administrator(url) as admin:
            _live(
                cast_module.make(),
                lambda moment: admin.execute(
                    "INSERT INTO config_clock VALUES (%s::timestamp AT TIME ZONE 'Asia/Shanghai')", [moment]
                ),
            )
        point_to(former)
    yield name
    database.drop(settings.DATABASE_URL, name)


def _live(cast, at) -> None:
    """Cases of both merchants up to 2026-08-18: the company's are acknowledged, the shop's are not sent yet."""
    User.objects.filter(pk=cast.agent.user_id).update(email="zhou@provider.example")
    lines = [{**walk.LINE, "on": f"2026-08-{day:02d}", "store": "新街口店"} for day in range(1, DAYS + 1)]
    at("2026-08-17T18:00")
    numbers = [walk.file(cast.finance, *lines, provider=str(cast.provider.id)) for _ in range(COMPANY)]
    at("2026-08-18T09:50")
    for number in numbers:
        walk.do(cast.finance, number, "send_letter", channel="email", arrived_at="2026-08-18T09:50", proof=walk.photo())
    at("2026-08-18T10:00")
    for number in numbers:
        walk.do(cast.approver, number, "approve")
        walk.do(cast.agent, number, "acknowledge", ticket_no="T-1")
    for _ in range(UNSENT):
        walk.file(cast.owner)


@pytest.fixture
def plant(prepared, django_db_blocker, tmp_path):
    former, name = connection.settings_dict["NAME"], f"recourse_{uuid4().hex[:12]}"
    seed = int(os.environ.get("FAULT_SEED", random.randrange(10**6)))
    print(f"FAULT_SEED={seed}")
    url = database.clone(settings.DATABASE_URL, prepared, name)
    with django_db_blocker.unblock(), peers.mailbox() as mailbox, peers.gateway() as gateway:
        point_to(name)
        plant = Plant(url, tmp_path, mailbox, gateway, seed)
        yield plant
        plant.end()
        point_to(former)
    database.drop(settings.DATABASE_URL, name)
