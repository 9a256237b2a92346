"""The loop that makes time pass in the product. Any number may run; Celery's beat does the same every 30 seconds."""

import logging
import signal
from threading import Event
from typing import Any

from django.core.management.base import CommandParser
from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now

from cases.tasks import once
from config.commands import PlainCommand
from config.models import Heartbeat
from config.relay import Relay

log = logging.getLogger(__name__)
PAUSE_SECONDS = 1
ROUNDS_A_HEARTBEAT = 5


class Command(PlainCommand):
    help = """Fires what is due each second: deadlines and reminders, mails and texts, jobs. Ctrl-C or SIGTERM ends it.

  manage.py run_sweeper
  manage.py run_sweeper --once --json    one round until nothing is left, for a replay or cron"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing is due any more")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            done = until_nothing_is_due(Relay())
            if options["json"]:
                self.print_json(done)
            return
        stop = Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stop.set())
        run(stop)


def until_nothing_is_due(relay: Relay) -> dict[str, int]:
    done: dict[str, int] = {}
    while any((found := once(relay)).values()):
        done = {name: done.get(name, 0) + count for name, count in found.items()}
    return done or found


def run(stop: Event) -> None:
    """Rounds until told to stop. While the database is away it waits; nothing is lost meanwhile."""
    relay, rounds, is_away = Relay(), 0, False
    while not stop.is_set():
        try:
            busy = any(once(relay).values())
            if rounds % ROUNDS_A_HEARTBEAT == 0:
                beat()
            if is_away:
                log.warning("the database is back")
            rounds, is_away = rounds + 1, False
        except (OperationalError, InterfaceError) as error:
            if not is_away:
                log.warning("the database is away, waiting: %s", error)
            busy, is_away = False, True
            connection.close()
        if not busy:
            stop.wait(PAUSE_SECONDS)


def beat() -> None:
    row = Heartbeat(name="sweeper", at=Now())
    Heartbeat.objects.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=["at"])
