"""How a program is let in: key or session, strict JSON. Paging, keys and versions of answers: cases/api."""

import json

from rest_framework import authentication, exceptions, parsers, permissions


class Person:
    """What DRF calls a user; the real one is `request.actor`."""

    is_authenticated = True

    def __init__(self, actor):
        self.actor = actor
        self.pk = actor.user_id


class KeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer KEY`; the tenant was entered from it before the view ran."""

    def authenticate(self, request):
        if not request.headers.get("Authorization"):
            return None
        if request._request.actor is None or request._request.actor.method != "key":
            raise exceptions.AuthenticationFailed
        return Person(request._request.actor), "key"

    def authenticate_header(self, request) -> str:
        return 'Bearer realm="api"'


class PageAuthentication(authentication.SessionAuthentication):
    """The browser's session, with CSRF protection on everything that writes."""

    def authenticate(self, request):
        if request._request.actor is None or request._request.actor.method != "session":
            return None
        self.enforce_csrf(request)
        return Person(request._request.actor), "session"


class HasSeat(permissions.BasePermission):
    """A seat, and for a key the scope that the view names (`scope_read`, `scope_write`)."""

    def has_permission(self, request, view) -> bool:
        actor = getattr(request._request, "actor", None)
        if actor is None:
            return False
        if actor.scopes is None:
            return True
        writes = request.method not in permissions.SAFE_METHODS
        needed = getattr(view, "scope_write" if writes else "scope_read", "cases:write" if writes else "cases:read")
        return needed in actor.scopes


class StrictJSONParser(parsers.JSONParser):
    """JSON without NaN literals, doubled names, lone surrogates or numbers as money that lose digits."""

    def parse(self, stream, media_type=None, parser_context=None):
        def unique(pairs):
            names = [name for name, _ in pairs]
            if len(names) != len(set(names)):
                raise ValueError("doubled name")
            return dict(pairs)

        def refuse(literal):
            raise ValueError(literal)

        try:
            text = stream.read().decode("utf-8")
            parsed = json.loads(text, object_pairs_hook=unique, parse_constant=refuse, parse_float=str)
            json.dumps(parsed, ensure_ascii=False).encode("utf-8")
        except (ValueError, RecursionError, UnicodeError) as error:
            raise exceptions.ParseError from error
        return parsed
