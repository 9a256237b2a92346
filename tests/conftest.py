"""Databases, the cast and a served site for all tests. Servers are started by embedded_plugin.py.

`db` tests run in one transaction that is rolled back, under the product's own role. Tests that must commit take
`committed`: a database of their own, cloned from the migrated template. Append-only tables are never flushed.
"""

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from config import database
from tests import cast as cast_module

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "recourse_template"
settings.STATIC_ROOT.mkdir(exist_ok=True)  # nothing is collected here; whitenoise warns where it is missing


def manage(*words: str, **env: str) -> None:
    """Runs a command of the product in a process of its own."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def template() -> str:
    """A migrated database with rules and holidays; nothing stays connected to it."""
    url = database.with_name(settings.DATABASE_URL, TEMPLATE)
    database.drop(settings.DATABASE_URL, TEMPLATE)
    database.prepare(url, settings.SECRET_KEY)
    manage("migrate", "--verbosity=0", DATABASE_URL=url)
    manage("load_rules", DATABASE_URL=url)
    return TEMPLATE


def point_to(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(template, django_db_blocker):
    name = "recourse_rollback"
    database.drop(settings.DATABASE_URL, name)
    database.clone(settings.DATABASE_URL, template, name)
    with django_db_blocker.unblock():
        point_to(name)
    yield
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """A database of this test's own in which transactions really commit; answers its URL."""
    name, former = f"recourse_{uuid4().hex[:12]}", connection.settings_dict["NAME"]
    url = database.clone(settings.DATABASE_URL, TEMPLATE, name)
    with django_db_blocker.unblock():
        point_to(name)
        yield url
        point_to(former)
    database.drop(settings.DATABASE_URL, name)


@pytest.fixture
def cast(db):
    return cast_module.make()


@pytest.fixture
def at(django_db_setup):
    """Moves the product's time: `at("2026-08-18T10:00")` in Shanghai, for this test only; time only goes forward."""
    urls = set()

    def move(moment: str) -> None:
        url = database.with_name(settings.DATABASE_URL, connection.settings_dict["NAME"])
        urls.add(url)
        with database.administrator(url) as admin:
            admin.execute("INSERT INTO config_clock VALUES (%s::timestamp AT TIME ZONE 'Asia/Shanghai')", [moment])

    yield move
    for url in urls:
        with (
            contextlib.suppress(psycopg.OperationalError),
            database.administrator(url) as admin,
        ):  # a clone is gone by now
            admin.execute("DELETE FROM config_clock")
