"""Addresses of the API's people, terminals, statements and jobs."""

from django.urls import path

from merchants.api import views

urlpatterns = [
    path("me", views.Me.as_view(), name="api-me"),
    path("terminals", views.Terminals.as_view(), name="api-terminals"),
    path("statements", views.Statements.as_view(), name="api-statements"),
    path("statements/<uuid:pk>", views.OneStatement.as_view(), name="api-statement"),
    path("statements/<uuid:pk>/confirm", views.ConfirmStatement.as_view(), name="api-statement-confirm"),
    path("statements/<uuid:pk>/lines", views.StatementLines.as_view(), name="api-statement-lines"),
    path("jobs/<uuid:pk>", views.OneJob.as_view(), name="api-job"),
]
