"""Addresses of the desk beside the queue itself, which is the list of cases."""

from django.urls import path

from cases.views import answer_sheets, desk, reply_templates

urlpatterns = [
    path("assign/", desk.assign, name="desk-assign"),
    path("next/", desk.following, name="desk-next"),
    path("export.csv", desk.export, {"kind": "csv"}, name="desk-csv"),
    path("export.xlsx", desk.export, {"kind": "xlsx"}, name="desk-xlsx"),
    path("answers/", answer_sheets.new, name="answer-sheet"),
    path("answers/sheet.xlsx", answer_sheets.blank, name="answer-sheet-blank"),
    path("answers/<uuid:file_id>/", answer_sheets.check, name="answer-sheet-check"),
    path("answers/done/<uuid:job_id>/", answer_sheets.result, name="answer-sheet-result"),
    path("answers/done/<uuid:job_id>/results.csv", answer_sheets.result_table, name="answer-sheet-table"),
    path("templates/", reply_templates.listing, name="reply-templates"),
    path("templates/new/", reply_templates.new, name="reply-template-new"),
    path("templates/<uuid:template_id>/", reply_templates.edit, name="reply-template"),
    path("templates/<uuid:template_id>/delete/", reply_templates.delete, name="reply-template-delete"),
]
