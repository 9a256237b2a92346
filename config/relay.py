"""The relay: tells Celery which messages and jobs are due. A hint holds ids only; lost ones are published again.

When the broker is away the rows stay, the rest of the round goes on, and it is tried again a little later.
"""

import logging
import time

from django.conf import settings
from django.db import connection
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
SOURCES = {"app_due_outbox": "config.deliver", "app_due_jobs": "config.run_job"}
BROKER_OPTIONS = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0, "retry_on_timeout": False}
QUIET_SECONDS = 10


class Relay:
    """One process's way to the broker; remembers for a while that it is away."""

    def __init__(self) -> None:
        self.quiet_until, self.is_away = 0.0, False

    def publish(self, most: int = 200) -> int:
        """Publishes what is due; answers how many hints left. A hint is repeated while its row stays due."""
        if time.monotonic() < self.quiet_until:
            return 0
        rows = [(task, *row) for function, task in SOURCES.items() for row in _due(function, most)]
        if not rows:
            return 0
        try:
            _send(rows)
        except (OperationalError, OSError) as error:
            if not self.is_away:
                log.warning("the broker is away (%s); messages and jobs stay in the database", error)
            self.is_away, self.quiet_until = True, time.monotonic() + QUIET_SECONDS
            return 0
        if self.is_away:
            log.warning("the broker is back")
        self.is_away = False
        return len(rows)


def _due(function: str, most: int) -> list[tuple]:
    with connection.cursor() as cursor:
        seconds = settings.LEASE_SECONDS / 4
        cursor.execute(f"SELECT id, organisation_id FROM {function}(%s, make_interval(secs => %s))", [most, seconds])
        return cursor.fetchall()


def _send(rows: list[tuple]) -> None:
    from config.celery import app

    options = {**app.conf.broker_transport_options, **BROKER_OPTIONS}
    with app.connection_for_write(connect_timeout=1, transport_options=options) as broker:
        producer = app.amqp.Producer(broker, auto_declare=False)
        for task, row_id, organisation_id in rows:
            args = [str(row_id), str(organisation_id) if organisation_id else None]
            app.send_task(task, args, producer=producer, retry=False, ignore_result=True)
