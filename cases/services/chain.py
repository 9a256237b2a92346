"""The hash chain of a case's events: how an event is sealed and how a chain is checked."""

import hashlib

import rfc8785

from cases.models import Event

FIRST = "0" * 64
SEALED = (
    "case_id", "seq", "at", "act", "user_id", "organisation_id", "seat", "actor_name", "method", "data", "private_to",
)  # fmt: skip


def seal(event: Event, prev_hash: str) -> None:
    """Puts the previous hash and the event's own: SHA-256 over both, the event as canonical JSON (RFC 8785)."""
    event.prev_hash = prev_hash
    event.hash = digest(event)


def digest(event: Event) -> str:
    content = {name: getattr(event, name) for name in SEALED}
    content["at"] = event.at.isoformat()
    for name in ("case_id", "organisation_id", "private_to"):
        content[name] = str(content[name]) if content[name] else None
    return hashlib.sha256(event.prev_hash.encode() + rfc8785.dumps(content)).hexdigest()


def first_bad(events) -> Event | None:
    """The first event of a case (in order) that was changed, swapped, inserted or whose predecessor is gone."""
    prev, seq = FIRST, 0
    for event in events:
        seq += 1
        if event.seq != seq or event.prev_hash != prev or event.hash != digest(event):
            return event
        prev = event.hash
    return None
