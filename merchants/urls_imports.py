"""Addresses of statement files and of the long work of reading them."""

from django.urls import path

from merchants.views import imports, jobs

urlpatterns = [
    path("imports/", imports.listing, name="import-list"),
    path("imports/new/", imports.new, name="import-new"),
    path("imports/<uuid:import_id>/", imports.result, name="import-result"),
    path("imports/<uuid:import_id>/confirm/", imports.confirm, name="import-confirm"),
    path("imports/<uuid:import_id>/rejected.csv", imports.rejected, name="import-rejected"),
    path("jobs/<uuid:job_id>/", jobs.job, name="job"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel, name="job-cancel"),
]
