"""From which address and with which program the request at hand was made; empty outside a request."""

from contextvars import ContextVar

from django.http import HttpRequest

request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


def seen() -> dict[str, str]:
    """The address behind our own proxies, and what the program says of itself."""
    from allauth.account.adapter import get_adapter  # the limits count by the same address

    at_hand = request.get()
    if at_hand is None:
        return {}
    return {"ip": str(get_adapter().get_client_ip(at_hand)), "agent": at_hand.headers.get("User-Agent", "")[:300]}
