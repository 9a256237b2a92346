"""Addresses of the desk beside the queue itself, which is the list of cases."""

from django.urls import path

from cases.views import reply_templates

urlpatterns = [
    path("templates/", reply_templates.listing, name="reply-templates"),
    path("templates/new/", reply_templates.new, name="reply-template-new"),
    path("templates/<uuid:template>/", reply_templates.edit, name="reply-template"),
    path("templates/<uuid:template>/delete/", reply_templates.delete, name="reply-template-delete"),
]
