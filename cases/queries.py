"""What pages and API read: lists, one case with everything its page shows, counts. Changes nothing."""

from config.actors import Actor


def unread_count(actor: Actor) -> int:
    return 0
