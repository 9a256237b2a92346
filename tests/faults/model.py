"""What should come of it: the same cases, the same instants, one process and no fault. And how two ends are compared."""

from collections import Counter

from cases.models import Event
from cases.services import chain, expiry, notices
from config import database, outbox, tenancy
from config.actors import SYSTEM

RESULTS = {
    "cases": "SELECT number, state, state_since, version, next_due_at FROM cases_case",
    "events": "SELECT c.number, e.seq, e.act, e.seat, e.data::text FROM cases_event e JOIN cases_case c ON c.id = e.case_id",
    "deadlines": "SELECT c.number, d.code, d.subject_id, d.due_at, d.state, d.ended_at FROM cases_deadline d"
    " JOIN cases_case c ON c.id = d.case_id WHERE d.state <> 'met'",
}
REMINDERS = {
    "timers": "SELECT dedup_key, state FROM cases_timer",
    "notices": "SELECT dedup_key, kind, seats::text FROM cases_notice",
    "messages": 'SELECT n.dedup_key, m.channel, m."to", m.state FROM config_outboxmessage m'
    " JOIN cases_notice n ON n.id::text = m.params->>'notice'",
}


def ends(admin, tables: dict[str, str]) -> dict[str, Counter]:
    """Each row that there is, and how often."""
    return {name: Counter(admin.execute(query).fetchall()) for name, query in tables.items()}


def differences(one: dict[str, Counter], other: dict[str, Counter]) -> dict[str, tuple]:
    found = {name: (one[name] - other[name], other[name] - one[name]) for name in one}
    return {name: both for name, both in found.items() if any(both)}


def live(url: str, moments: list[str]) -> None:
    """Lets time pass in the database that this process is connected to, without a fault."""
    with database.administrator(url) as admin:
        for moment in moments:
            admin.execute("INSERT INTO config_clock VALUES (%s::timestamp AT TIME ZONE 'Asia/Shanghai')", [moment])
            while expiry.sweep() or notices.sweep():
                pass
            query = "SELECT id, organisation_id FROM config_outboxmessage WHERE state = 'pending'"
            for message_id, organisation_id in admin.execute(query).fetchall():
                outbox.deliver(message_id, organisation_id)


def broken_chains(admin) -> list[str]:
    """Numbers of cases whose chain of events does not hold."""
    broken = []
    for number, merchant_id in admin.execute("SELECT number, merchant_id FROM cases_case").fetchall():
        with tenancy.acting(SYSTEM, organisation_id=merchant_id):
            if chain.first_bad(Event.objects.filter(case__number=number).order_by("seq")):
                broken.append(number)
    return broken
