"""Addresses of the desk beside the queue itself, which is the list of cases."""

from django.urls import path, re_path

from cases.views import answer_sheets, desk, reply_templates

urlpatterns = [
    path("assign/", desk.assign, name="desk-assign"),
    path("next/", desk.following, name="desk-next"),
    re_path(r"^export\.(?P<kind>csv|xlsx)$", desk.export, name="desk-export"),
    path("answers/", answer_sheets.new, name="answer-sheet"),
    path("answers/sheet.xlsx", answer_sheets.blank, name="answer-sheet-blank"),
    path("answers/<uuid:file>/", answer_sheets.check, name="answer-sheet-check"),
    path("answers/done/<uuid:job>/", answer_sheets.result, name="answer-sheet-result"),
    path("answers/done/<uuid:job>/results.csv", answer_sheets.result_table, name="answer-sheet-table"),
    path("templates/", reply_templates.listing, name="reply-templates"),
    path("templates/new/", reply_templates.new, name="reply-template-new"),
    path("templates/<uuid:template>/", reply_templates.edit, name="reply-template"),
    path("templates/<uuid:template>/delete/", reply_templates.delete, name="reply-template-delete"),
]
