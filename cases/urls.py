"""Addresses of the shop's pages: front door, home, list, filing. A case's own pages are in urls_case.py."""

from django.urls import include, path

from cases.views import home, lists, wizard, wizard_lines

urlpatterns = [
    path("", home.landing, name="landing"),
    path("home/", home.home, name="home"),
    path("cases/", lists.case_list, name="case-list"),
    path("cases/new/", wizard_lines.begin, name="case-new"),
    path("cases/new/template.xlsx", wizard_lines.template, name="line-template"),
    path("cases/new/<uuid:draft_id>/drop/", wizard.drop, name="draft-drop"),
    path("cases/new/<uuid:draft_id>/<slug:step>/", wizard.wizard, name="wizard"),
    path("desk/", include("cases.urls_desk")),
    path("", include("cases.urls_case")),
    path("", include("cases.urls_reply")),
]
