"""The request's id on every line of the log."""

import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    def filter(self, record) -> bool:
        record.request_id = request_id.get()
        return True
