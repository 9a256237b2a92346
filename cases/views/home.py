"""The front door and a person's home page. What stands on them is read in cases/queries.py."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def landing(request: HttpRequest) -> HttpResponse:
    return redirect("home") if request.user.is_authenticated else render(request, "landing.html")


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "landing.html")
