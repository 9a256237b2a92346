"""The request's id on every line of the log, and what must not stand in it: the address of a letter's link is a key."""

import logging
import re
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    def filter(self, record) -> bool:
        record.request_id = request_id.get()
        return True


LINK = re.compile(r"/r/[^/\s\"'?]+")


def masked(text: str) -> str:
    """The text with every letter's link made unusable."""
    return LINK.sub("/r/…", text)


class LinkFilter(logging.Filter):
    def filter(self, record) -> bool:
        told = record.getMessage()
        if "/r/" in told:
            record.msg, record.args = masked(told), ()
        return True
