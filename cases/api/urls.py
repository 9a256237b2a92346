"""Addresses of the API's cases: one for each act of the table, so that each has its schema."""

from django.urls import path, re_path

from cases import workflow
from cases.api import agreement, obligations, offers, views

ACTS = [name for name in workflow.ALIVE if name != "file"]
NUMBER = r"cases/(?P<number>[A-Za-z0-9-]{1,20})"

urlpatterns = [
    path("cases", views.CaseList.as_view(), name="api-cases"),
    re_path(rf"^{NUMBER}$", views.OneCase.as_view(), name="api-case"),
    re_path(rf"^{NUMBER}/timeline$", views.Timeline.as_view(), name="api-timeline"),
    re_path(rf"^{NUMBER}/deadlines$", views.Deadlines.as_view(), name="api-deadlines"),
    re_path(rf"^{NUMBER}/offers$", offers.OfferList.as_view(), name="api-offers"),
    re_path(rf"^{NUMBER}/agreement$", agreement.OneAgreement.as_view(), name="api-agreement"),
    re_path(rf"^{NUMBER}/agreement/pdf$", agreement.AgreementPdf.as_view(), name="api-agreement-pdf"),
    re_path(rf"^{NUMBER}/agreement/code$", agreement.AgreementCode.as_view(), name="api-agreement-code"),
    re_path(rf"^{NUMBER}/obligations$", obligations.ObligationList.as_view(), name="api-obligations"),
    re_path(rf"^{NUMBER}/evidence$", views.EvidenceList.as_view(), name="api-evidence"),
    re_path(rf"^{NUMBER}/evidence/(?P<position>[0-9]{{1,9}})$", views.OneEvidence.as_view(), name="api-evidence-item"),
    re_path(
        rf"^{NUMBER}/evidence/(?P<position>[0-9]{{1,9}})/file$", views.EvidenceFile.as_view(), name="api-evidence-file"
    ),
    *(re_path(rf"^{NUMBER}/actions/{act}$", views.OneAct.as_view(act=act), name=f"api-act-{act}") for act in ACTS),
    re_path(rf"^{NUMBER}/actions/(?P<act>[a-z_]{{1,40}})$", views.UnknownAct.as_view(), name="api-act"),
]
