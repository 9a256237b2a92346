"""What the pages of settings share: one form a page, sent back with 422, and who may be here."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from config.errors import Invalid, Refused
from merchants import access
from merchants.forms import Form

SHOWN_ON_THE_FORM = (400, 409, 422)


def asked(request: HttpRequest, form: Form, done: Callable[[dict], HttpResponse | str], *, to: str = "settings",
          **page) -> HttpResponse:  # fmt: skip
    """Shows a form, or takes what was sent to `done`, which answers a page or the sentence to show at `to`.

    `page`: title, lead, submit, back (name of an address), is_danger. A refusal of the input goes back to the form.
    """
    page = {"back": to, "template": "merchants/form.html", **page}
    if request.method == "POST" and form.is_valid():
        try:
            answer = done(form.cleaned_data)
        except Refused as refusal:
            if refusal.status not in SHOWN_ON_THE_FORM:
                raise
            form.blame(refusal)
        else:
            if isinstance(answer, HttpResponse):
                return answer
            messages.success(request, answer)
            return redirect(to)
    status = 422 if request.method == "POST" else 200
    return render(request, page["template"], {**page, "form": form, "back_url": reverse(page["back"])}, status=status)


def agreed(request: HttpRequest, done: Callable[[], str], *, to: str, **page) -> HttpResponse:
    """A page that asks once more before something is taken away; only its button does it."""
    if request.method == "POST":
        try:
            messages.success(request, done())
        except Invalid as refusal:
            messages.error(request, str(refusal.text))
        return redirect(to)
    return render(request, "merchants/form.html", {**page, "back_url": reverse(to), "is_danger": True})


def must_be_fresh(request: HttpRequest) -> HttpResponse | None:
    """The way to prove who one is, when that was long ago; None when it was not."""
    if access.is_fresh(request):
        return None
    return redirect_to_login(request.get_full_path(), reverse("account_reauthenticate"))
