"""Addresses of whoever answers without an account: the link of a letter, and the mail service that brings answers."""

from django.urls import path

from cases.views import inbound

urlpatterns = [
    path("inbound/<slug:service>/", inbound.from_service, name="inbound"),
]
