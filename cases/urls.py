"""Addresses of the shop's pages: front door, home, list, filing. A case's own pages are in urls_case.py."""

from django.urls import include, path

from cases.views import home

urlpatterns = [
    path("", home.landing, name="landing"),
    path("home/", home.home, name="home"),
    path("cases/", home.home, name="case-list"),
    path("cases/new/", home.home, name="case-new"),
    path("", include("cases.urls_case")),
]
