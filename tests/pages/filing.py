"""Somebody at the filing pages without a browser: a client logged in, and the walk through the questions."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from cases.models import Case, Draft
from config import tenancy
from merchants.models import User

TOKEN = "7c3a1a3e-54a1-4f6b-9d0a-3a54c3a9a001"
LINE = {"amount": "79", "on": "2026-08-17", "kind": "DEDUCTION"}
ANSWERS = {
    "who": {"who": "unsure"}, "why": {"complaint": "no_consent"}, "want": {"wanted": "FULL_REFUND"}, "proof": {},
}  # fmt: skip


def client_of(person, language: str = "zh-hans") -> Client:
    """A client logged in as somebody of the cast; a staff seat has its second factor."""
    client, user = Client(), User.objects.get(pk=person.user_id)
    if not person.is_merchant:
        Authenticator.objects.get_or_create(user=user, type="totp", defaults={"data": {"secret": "A" * 32}})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["membership"] = str(person.membership_id)
    session.save()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def send(client, draft, step, **data):
    return client.post(f"/cases/new/{draft}/{step}/", data)


def started(client, **line):
    response = client.post("/cases/new/", {"token": TOKEN, **LINE, **line})
    assert response.status_code == 302, response.content.decode()
    return response.url.split("/")[3]


def walked(client, draft=None, **more):
    draft = draft or started(client)
    for step, data in ANSWERS.items():
        response = send(client, draft, step, **{**data, **more.get(step, {})})
        assert response.status_code == 302, response.content.decode()
    return draft


def text_of(response) -> str:
    return response.content.decode()


def drafts_of(person) -> list[Draft]:
    with tenancy.acting(person):
        return list(Draft.objects.all())


def only_case(person) -> Case:
    with tenancy.acting(person):
        return Case.objects.select_related("provider", "outsourcer").get()
