"""All addresses of the site, room by room."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("cases.urls")),
    path("", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
