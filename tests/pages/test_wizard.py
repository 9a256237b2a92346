"""Filing by page without a browser: what is kept, what is sent back, what becomes of it. Whole walks: tests/browser."""

import pytest
from django.conf import settings
from django.test import Client

from cases.models import Case
from config import tenancy
from merchants.models import User


@pytest.fixture
def browse(cast):
    """A client logged in as somebody of the cast."""

    def logged_in(person) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=person.user_id), backend=settings.AUTHENTICATION_BACKENDS[1])
        session = client.session
        session["membership"] = str(person.membership_id)
        session.save()
        return client

    return logged_in


def answer(client, draft, step, **data):
    return client.post(f"/cases/new/{draft}/{step}/", data)


def started(client, **line):
    given = {
        "token": "7c3a1a3e-54a1-4f6b-9d0a-3a54c3a9a001",
        "amount": "79",
        "on": "2026-08-17",
        "kind": "DEDUCTION",
        **line,
    }
    response = client.post("/cases/new/", given)
    assert response.status_code == 302, response.content.decode()
    return response.url.split("/")[3]


def walked(client, **more):
    draft = started(client)
    for step, data in {
        "who": {"who": "unsure"}, "why": {"complaint": "no_consent"}, "want": {"wanted": "FULL_REFUND"}, "proof": {},
    }.items():  # fmt: skip
        response = answer(client, draft, step, **{**data, **more.get(step, {})})
        assert response.status_code == 302, response.content.decode()
    return draft


def test_three_answers_become_an_open_case(cast, browse):
    client = browse(cast.owner)
    draft = walked(client)
    response = answer(client, draft, "check")
    assert response.status_code == 302, response.content.decode()
    page = client.get(response.url)
    assert page.status_code == 200, page.content.decode()
    with tenancy.acting(cast.owner):
        [case] = Case.objects.all()
        assert (case.state, case.cause, str(case.amount), case.provider_id) == ("OPEN", "C11", "79.00", None)
