"""Addresses of the API's people, records, statements and jobs."""

from django.urls import path

from merchants.api import records, views

RECORDS = [
    address
    for name, single in records.SINGLE.items()
    for address in (
        path(name, records.RecordList.as_view(name=name), name=f"api-{name}"),
        path(f"{name}/<uuid:pk>", records.OneRecord.as_view(name=name), name=f"api-{single}"),
    )
]

urlpatterns = [
    path("me", views.Me.as_view(), name="api-me"),
    *RECORDS,
    path("contracts/<uuid:pk>/file", records.RecordFile.as_view(name="contracts"), name="api-contract-file"),
    path("notices/<uuid:pk>/file", records.RecordFile.as_view(name="notices"), name="api-notice-file"),
    path("statements", views.Statements.as_view(), name="api-statements"),
    path("statements/<uuid:pk>", views.OneStatement.as_view(), name="api-statement"),
    path("statements/<uuid:pk>/confirm", views.ConfirmStatement.as_view(), name="api-statement-confirm"),
    path("statements/<uuid:pk>/lines", views.StatementLines.as_view(), name="api-statement-lines"),
    path("jobs/<uuid:pk>", views.OneJob.as_view(), name="api-job"),
]
