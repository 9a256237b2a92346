"""Who may open a page: somebody logged in who sits in an organisation."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def seated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Leads strangers to the log-in, and people without an organisation to the page that founds one."""

    @wraps(view)
    def entered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.actor is None:  # type: ignore[attr-defined]
            return redirect("onboarding")
        return view(request, *args, **kwargs)

    return entered
