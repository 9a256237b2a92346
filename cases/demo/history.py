"""A past for the demo: application time moved step by step inside one transaction that nobody else can look into.

What happens at each instant is told by stories.py; what falls due on the way fires as the sweeper would fire it.
"""

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connection, transaction

from cases.models import Holiday
from cases.services import expiry
from config import clock, database

# What was told in the past is known by now: nobody gets a mail about it, and what is older than a week has been read.
KNOWN = """
UPDATE cases_notice SET spread_at = created_at WHERE spread_at IS NULL;
INSERT INTO cases_noticereading (id, notice_id, user_id, at)
SELECT gen_random_uuid(), n.id, m.user_id, n.created_at FROM cases_notice n
JOIN merchants_membership m ON m.organisation_id = n.organisation_id
WHERE n.created_at < app_now() - interval '7 days' ON CONFLICT DO NOTHING
"""
Story = Iterator[datetime]  # yields the instant at which it goes on


class History:
    """Application time from the first story to now. `today` and `now` are those of the real clock."""

    def __init__(self) -> None:
        self.now = clock.now()
        self.today = clock.local_day(self.now)
        self.calendar = Holiday.objects.calendar()

    def workdays_ago(self, count: int, at: str) -> datetime:
        """An instant on the `count`th workday before today, at a time of day in Shanghai."""
        day = self.today
        while count > 0:
            day -= clock.ONE_DAY
            count -= self.calendar.is_workday(day)
        return on(day, at)

    def days_ago(self, count: int, at: str) -> datetime:
        return on(self.today - timedelta(days=count), at)

    def has_cases(self) -> bool:
        """Whether anybody's case is in this database."""
        return _seen_by_all("SELECT EXISTS (SELECT 1 FROM cases_case)")

    def move(self, at: datetime) -> None:
        """Sets application time for the rest of the transaction."""
        _run("RESET ROLE; DELETE FROM config_clock")
        _run("INSERT INTO config_clock VALUES (%s)", [at])
        _run(f"SET LOCAL ROLE {database.APP}")

    def tell(self, stories: list[Story]) -> None:
        """Tells all stories at once, in the order of their instants, and lets time pass in between and up to now."""
        turns = [(next(story), number, story) for number, story in enumerate(stories)]
        heapq.heapify(turns)
        while turns:
            at, number, story = heapq.heappop(turns)
            self._pass_until(at)
            if (then := next(story, None)) is not None:
                heapq.heappush(turns, (then, number, story))
        self._pass_until(self.now)

    def _pass_until(self, at: datetime) -> None:
        """Everything that falls due up to `at` fires at its own instant."""
        last = None
        while (due := _next_timer(last, at)) is not None:
            self.move(due)
            while expiry.sweep():
                pass
            last = due
        self.move(at)


@contextmanager
def history() -> Iterator[History]:
    """One transaction with a movable clock: whatever stops it leaves neither a row nor a wrong time behind.

    The clock's table belongs to the administrator, whose log-in this is; all else is done under the product's role.
    """
    with _as_administrator(), transaction.atomic():
        _run("LOCK TABLE config_clock IN EXCLUSIVE MODE; DELETE FROM config_clock")  # one at a time
        _run(f"SET LOCAL ROLE {database.APP}")
        yield History()
        _run("RESET ROLE; DELETE FROM config_clock")
        _run(KNOWN)


def on(day: date, at: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(at), clock.SHANGHAI)


def _next_timer(after: datetime | None, until: datetime) -> datetime | None:
    return _seen_by_all(
        "SELECT min(fire_at) FROM cases_timer WHERE state = 'pending' AND fire_at <= %s"
        " AND fire_at > COALESCE(%s, '-infinity'::timestamptz)",
        [until, after],
    )


def _seen_by_all(question: str, params=None):
    """One value over the rows of all tenants."""
    _run("RESET ROLE")
    with connection.cursor() as cursor:
        cursor.execute(question, params)
        answer = cursor.fetchone()[0]
    _run(f"SET LOCAL ROLE {database.APP}")
    return answer


def _run(statement: str, params=None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@contextmanager
def _as_administrator() -> Iterator[None]:
    """This process's connection under the log-in of DATABASE_URL, and afterwards as it was."""
    url, former = urlsplit(settings.DATABASE_URL), dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(USER=unquote(url.username or ""), PASSWORD=unquote(url.password or ""))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(former)
