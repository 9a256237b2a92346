"""Somebody at a page without a browser: Django's client, logged in and seated. Time is moved by the fixture `at`."""

import re
import time
from html import unescape

from allauth.mfa.models import Authenticator
from django.test import Client

from config.actors import Actor
from merchants.models import User
from merchants.roles import STAFF_SEATS


def client_of(actor: Actor, language: str = "zh-hans") -> Client:
    client = Client()
    client.cookies["language"] = language
    client.force_login(User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["membership"] = str(actor.membership_id)
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(actor.user_id)
    session.save()
    has_second_factor(actor)
    return client


def has_second_factor(actor: Actor) -> None:
    """Staff seats open nothing without a second factor; whoever sits in one has it set up."""
    if actor.seat in STAFF_SEATS:
        Authenticator.objects.get_or_create(user_id=actor.user_id, type=Authenticator.Type.TOTP, defaults={"data": {}})


def seen(response) -> str:
    """What a person reads of a page: its text without tags, signs and scripts, in one line a block."""
    html = re.sub(r"(?s)<(script|svg|style|head)\b.*?</\1>", " ", response.content.decode())
    return re.sub(r"[ \t]+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def hidden(response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"the page has no {name}"
    return found[1]


def send(client: Client, url: str, **fields):
    """Fills the form at `url` and sends it, with the version and the nonce that the page carries."""
    page = client.get(url)
    assert page.status_code == 200, (url, page.status_code, seen(page)[-800:])
    kept = {name: hidden(page, name) for name in ("version", "nonce")}
    return client.post(url, {**kept, **fields})
