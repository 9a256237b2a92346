"""All addresses of the site, room by room."""

from django.contrib import admin
from django.urls import include, path

from config import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("c/<str:number>", views.short_link, name="short-link"),
    path("demo/outbox/", views.demo_outbox, name="demo-outbox"),
    path("", include("cases.urls")),
    path("", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
