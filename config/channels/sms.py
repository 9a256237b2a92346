"""Texts by an HTTP gateway (SMS_URL; docs/sms-gateway.md); without it, files under DATA_DIR/outbox/sms."""

import hashlib
import hmac
import json
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings

from config import clock
from config.channels.limits import STEP_SECONDS, WHOLE_SECONDS, Rejected, at_most, keep

FOR_GOOD = (400, 404, 410, 413, 422)  # the gateway understood and will never take it


class Unavailable(Exception):
    """The gateway did not accept the text now."""


def send(message_id: UUID, to: str, subject: str, text: str) -> None:
    """Posts the text; any 2xx status is acceptance. Raises Rejected or what went wrong, to be tried again."""
    body = json.dumps({"id": str(message_id), "to": to, "text": text}, ensure_ascii=False).encode()
    if not settings.SMS_URL:
        keep("sms", f"{message_id}.json", body)
        return
    gateway = urlsplit(settings.SMS_URL)
    kind = HTTPSConnection if gateway.scheme == "https" else HTTPConnection
    connection = kind(gateway.hostname or "", gateway.port, timeout=STEP_SECONDS)
    at = str(int(clock.now().timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Recourse-Timestamp": at,
        "Recourse-Signature": signature(unquote(gateway.password or ""), at, body),
    }
    with at_most(WHOLE_SECONDS, connection):
        try:
            path = (gateway.path or "/") + (f"?{gateway.query}" if gateway.query else "")
            connection.request("POST", path, body, headers)
            status = connection.getresponse().status  # what else the answer holds is not read
        finally:
            connection.close()
    if status in FOR_GOOD:
        raise Rejected(f"the gateway answered {status}")
    if not 200 <= status < 300:
        raise Unavailable(f"the gateway answered {status}")


def signature(secret: str, at: str, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body` with the gateway's secret (the password part of SMS_URL), in hex."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
