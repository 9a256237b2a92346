"""Addresses of whoever answers without an account: the link of a letter, and the mail service that brings answers."""

from django.urls import path

from cases.views import inbound, reply

urlpatterns = [
    path("r/<str:token>/", reply.page, name="reply"),
    path("r/<str:token>/colleague/", reply.colleague, name="reply-colleague"),
    path("r/<str:token>/agreement/", reply.agreement_pdf, name="reply-agreement"),
    path("r/<str:token>/letters/<int:position>/", reply.letter_pdf, name="reply-letter"),
    path("r/<str:token>/evidence/<int:position>/", reply.evidence_file, name="reply-evidence"),
    path("r/<str:token>/done/<slug:act>/", reply.done, name="reply-done"),
    path("r/<str:token>/do/<slug:act>/", reply.act, name="reply-act"),
    path("inbound/<slug:service>/", inbound.from_service, name="inbound"),
]
