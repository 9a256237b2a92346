"""Celery tasks of the cases: beat's round of the sweeper, and the fetching of answers by mail.

Whoever does either, and however many do, the outcome is the same.
"""

from celery import shared_task

from cases.services import expiry, inbound, notices
from config import inbound as folder
from config.relay import Relay

relay = Relay()


@shared_task(name="cases.sweep", time_limit=300, soft_time_limit=240)
def sweep() -> None:
    while any(once().values()):
        pass


@shared_task(name="cases.fetch_mail", time_limit=300, soft_time_limit=240)
def fetch_mail() -> dict[str, int]:
    """Fetches the answers that lie in the folder of IMAP_URL."""
    return folder.poll(lambda raw, at: inbound.receive(raw, at=at))


def once(relay: Relay = relay) -> dict[str, int]:
    """One round: due timers, notices to be told, the day's digest, hints to the workers; how many of each."""
    return {
        "timers": expiry.sweep(),
        "notices": notices.sweep(),
        "digests": notices.digest(),
        "hints": relay.publish(),
    }
