"""Addresses of one case's pages, and of what a person was told or is to approve."""

from django.urls import path

from cases.views import acts, agreement, answered, approvals, case, evidence, letters, notices, obligations, offers

urlpatterns = [
    path("cases/<str:number>/", case.case_page, name="case"),
    path("cases/<str:number>/deadlines.ics", case.calendar, name="case-calendar"),
    path("cases/<str:number>/answered/", answered.answered, name="answered"),
    path("cases/<str:number>/do/<slug:act>/", acts.act_page, name="act"),
    path("cases/<str:number>/obligations/", obligations.obligations_page, name="obligations"),
    path("cases/<str:number>/offers/", offers.offers_page, name="offers"),
    path("cases/<str:number>/agreement/", agreement.agreement_page, name="agreement"),
    path("cases/<str:number>/agreement/<int:position>/pdf/", agreement.agreement_pdf, name="agreement-pdf"),
    path("cases/<str:number>/agreement/<int:position>/print/", agreement.agreement_print, name="agreement-print"),
    path("cases/<str:number>/evidence/", evidence.evidence_page, name="evidence"),
    path("cases/<str:number>/evidence/<int:position>/file/", evidence.evidence_file, name="evidence-file"),
    path("cases/<str:number>/letters/<int:position>/", letters.letter_page, name="letter"),
    path("cases/<str:number>/letters/<int:position>/pdf/", letters.letter_pdf, name="letter-pdf"),
    path("cases/<str:number>/letters/<int:position>/print/", letters.letter_print, name="letter-print"),
    path("cases/<str:number>/letters/<int:position>/text/", letters.letter_text, name="letter-text"),
    path("notifications/", notices.notices_page, name="notifications"),
    path("notifications/<uuid:notice>/", notices.open_notice, name="notice"),
    path("approvals/", approvals.approvals_page, name="approvals"),
]
