"""Addresses of one case's pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
