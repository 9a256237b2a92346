"""All addresses of the site, room by room."""

from django.contrib import admin
from django.urls import include, path

from config import apidocs, views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("c/<str:number>", views.short_link, name="short-link"),
    path("demo/outbox/", views.demo_outbox, name="demo-outbox"),
    path("api/v1/", include("cases.api.urls")),
    path("api/v1/", include("merchants.api.urls")),
    path("api/v1/schema", apidocs.Document.as_view(), name="api-schema"),
    path("api/docs/", apidocs.Browser.as_view(), name="api-docs"),
    path("api/docs/problems", apidocs.problems, name="api-problems"),
    path("", include("cases.urls")),
    path("", include("merchants.urls")),
    path("", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
handler400, handler404, handler500 = "config.http.bad_request", "config.http.not_found", "config.http.server_error"
