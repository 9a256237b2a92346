"""Addresses of the platform itself: health, figures for the operator, the short link of texts, the demo's outbox."""

import json
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from config.channels.limits import sink

NEWEST = 50
LATE_SECONDS = 300  # nothing that is due should wait longer


def without_tenant(view):
    """A view that reads no tenant's rows and needs no transaction; it answers although the database is away."""
    view = transaction.non_atomic_requests(never_cache(require_safe(view)))
    view.without_tenant = True
    return view


@without_tenant
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all."""
    return JsonResponse({"status": "ok"})


@without_tenant
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether pages can be served: the database answers and has every migration. What waits is told beside it."""
    try:
        missing = _missing_migrations()
        body = {"status": "migrations missing", "migrations": missing} if missing else {"status": "ready", **backlog()}
    except (DatabaseError, InterfaceError):
        connection.close()
        body = {"status": "database away"}
    return JsonResponse(body, status=200 if body["status"] == "ready" else 503)


@without_tenant
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures of requests by django-prometheus, and of what waits."""
    response = ExportToDjangoView(request)
    registry = CollectorRegistry()
    registry.register(Backlog())
    try:
        response.write(generate_latest(registry))
    except (DatabaseError, InterfaceError):
        connection.close()  # the figures of this process are told without those of the database
    return response


class Backlog:
    """The database's figures as Prometheus gauges, read at each scrape."""

    def collect(self):
        for name, value in backlog().items():
            if name != "late":
                yield GaugeMetricFamily(f"recourse_{name}", f"recourse {name.replace('_', ' ')}", value=value or 0)

    def describe(self):
        return []


def backlog() -> dict:
    """Seconds that the oldest due row of each kind waits, rows parked after too many failures, the sweeper's silence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.*, EXTRACT(EPOCH FROM clock_timestamp() - h.at)::float AS sweeper_silent_seconds"
            " FROM app_backlog() b LEFT JOIN config_heartbeat h ON h.name = 'sweeper'"
        )
        found = dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))
    late = sorted(name for name, value in found.items() if name.endswith("_seconds") and (value or 0) > LATE_SECONDS)
    return {**found, "late": late}


def _missing_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def short_link(request: HttpRequest, number: str) -> HttpResponse:
    """The address in a text message leads to the case."""
    return redirect(f"/cases/{number}/")


@never_cache
@require_safe
def demo_outbox(request: HttpRequest) -> HttpResponse:
    """What the demo would have sent, newest first: log-in codes are read here."""
    if not settings.DEMO:
        raise Http404
    found = [_letter(path) for path in sink("mail").glob("*.eml")] + [
        _text(path) for path in sink("sms").glob("*.json")
    ]
    messages = sorted(found, key=lambda message: message["at"], reverse=True)[:NEWEST]
    return render(request, "demo/outbox.html", {"sent": messages})


def _letter(path: Path) -> dict:
    letter = message_from_bytes(path.read_bytes(), policy=policy.default)
    return {
        "to": letter["to"],
        "title": letter["subject"],
        "text": letter.get_body(("plain",)).get_content(),
        **_when(path),
        "kind": "email",
    }


def _text(path: Path) -> dict:
    sent = json.loads(path.read_bytes())
    return {"to": sent["to"], "title": "", "text": sent["text"], **_when(path), "kind": "sms"}


def _when(path: Path) -> dict:
    return {"at": datetime.fromtimestamp(path.stat().st_mtime, UTC)}
