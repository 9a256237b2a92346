"""What surrounds every request: its id, the reader's language, 503 when the database is away, and the tenant.

The tenant is entered inside the view's own transaction; no middleware here reads a tenant's table (ruling 5).
"""

from uuid import uuid4

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, transaction
from django.shortcuts import render
from django.utils import translation

from config import device, http
from config.errors import Refused
from config.logs import request_id


class RequestIdMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = uuid4().hex[:12].upper()
        request_id.set(request.id)
        device.request.set(request)
        response = self.get_response(request)
        response["X-Request-Id"] = request.id
        return response


class UnavailableMiddleware:
    """The database is away or restarting: 503 with Retry-After, never a half-made page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, OperationalError | InterfaceError):
            return http.unavailable(request)
        return None


class LanguageMiddleware:
    """`?lang=` chooses and is remembered; else the cookie; the API follows Accept-Language; else Chinese."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = {"en": "en", "zh": "zh-hans", "zh-hans": "zh-hans"}.get(request.GET.get("lang", "").lower())
        language = chosen or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if request.path.startswith("/api/") and not chosen:
            accepted = request.headers.get("Accept-Language", "").strip().lower()
            language = "en" if accepted.startswith("en") else "zh-hans"
        if language not in {"en", "zh-hans"}:
            language = "zh-hans"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", "zh-Hans" if language == "zh-hans" else "en")
        if chosen:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, samesite="Lax",
                secure=settings.LANGUAGE_COOKIE_SECURE,
            )  # fmt: skip
        return response


class TenantMiddleware:
    """Runs the view in one transaction in which PostgreSQL knows person, organisation and stores."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if getattr(view, "without_tenant", False):
            return None  # health checks: they must answer when the database does not
        from merchants import access, accounts

        try:
            with transaction.atomic(), access.entered(request):
                response = view(request, *args, **kwargs)
                if hasattr(response, "render") and not response.is_rendered:
                    response.render()
        except Refused as refusal:
            return self.refused(request, refusal)
        except accounts.INTERRUPTIONS as interruption:
            return accounts.interrupted(request, interruption)
        except (OperationalError, InterfaceError):
            return http.unavailable(request)
        if getattr(response, "was_denied", False):
            access.record_denied(request, response.status_code, getattr(response, "refused_as", ""))
        return response

    def refused(self, request, refusal: Refused):
        """A page's refusal as a page. Denied access is recorded in a transaction of its own."""
        from merchants import access

        if refusal.is_recorded:
            access.record_denied(request, refusal.status, refusal.code)
        if request.path.startswith("/api/"):
            return http.problem_response(request, refusal)
        try:
            with transaction.atomic(), access.entered(request):
                return render(
                    request, f"errors/{http.page_of(refusal)}.html", {"refusal": refusal}, status=refusal.status
                )
        except Error:
            return http.unavailable(request)
