"""What the operator asks: is the process there, can it serve, what waits."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from config import outbox, views
from config.models import Heartbeat
from tests import walk


def test_the_process_says_it_lives_without_asking_the_database(client):
    assert client.get("/healthz").json() == {"status": "ok"}  # the test may not touch the database


def test_ready_tells_what_waits_and_what_was_given_up(db, client, at, cast):
    number = walk.shop_awaits(at, cast)
    fresh = client.get("/readyz")
    assert (fresh.status_code, fresh.json()["status"]) == (200, "ready")
    assert fresh.json()["message_seconds"] == 0
    outbox.enqueue(channel="sms", to="+8613800000001", template="login_code", language="en", params={}, dedup_key="x")
    at("2026-08-21T01:00")
    found = client.get("/readyz").json()
    assert found["timer_seconds"] == 3600  # the end of CK-ACK
    assert found["message_seconds"] > 3600
    assert {"timer_seconds", "message_seconds"} <= set(found["late"])
    assert number not in str(found)


def test_a_sweeper_that_fell_silent_is_late(db, client):
    Heartbeat.objects.create(name="sweeper", at=Now() - timedelta(minutes=6))
    assert "sweeper_silent_seconds" in client.get("/readyz").json()["late"]


def test_it_is_not_ready_while_a_migration_is_missing(db, client, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    monkeypatch.setattr(views, "_missing_migrations", lambda: ["cases.0009_next"])
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, ["cases.0009_next"])


def test_it_is_not_ready_while_the_database_is_away(django_db_blocker, client, settings):
    port, settings.DATABASES["default"]["PORT"] = connection.settings_dict["PORT"], "1"
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["PORT"] = "1"
        try:
            answer = client.get("/readyz")
            figures = client.get("/metrics")
        finally:
            connection.close()
            connection.settings_dict["PORT"] = settings.DATABASES["default"]["PORT"] = port
    assert (answer.status_code, answer.json()) == (503, {"status": "database away"})
    assert figures.status_code == 200


@pytest.mark.parametrize(
    "gauge", ["recourse_timer_seconds", "recourse_parked_messages", "recourse_sweeper_silent_seconds"]
)
def test_figures_of_what_waits_stand_beside_those_of_requests(db, client, gauge):
    page = client.get("/metrics").content.decode()
    assert re.search(rf"^{gauge} [0-9.e+-]+$", page, re.MULTILINE)
    assert "django_http_requests" in page


def test_the_link_in_a_text_leads_to_the_case(db, client):
    assert client.get("/c/DK-2026-000318")["Location"] == "/cases/DK-2026-000318/"
