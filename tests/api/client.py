"""A program with a key, as the tests are one: JSON or multipart in, JSON out. Nothing is mocked."""

import hashlib
import json
from datetime import timedelta
from itertools import count
from uuid import uuid4

from django.test import Client

from config import clock, tenancy
from config.actors import Actor
from merchants import roles
from merchants.models import ApiKey

ALL = tuple(roles.SCOPES)
_names = count(1)


def key_of(actor: Actor, scopes=ALL, days: int = 30) -> str:
    """A new key that acts as this person."""
    secret = f"dk_live_{uuid4().hex}"
    with tenancy.acting(actor):
        ApiKey.objects.create(
            organisation_id=actor.organisation_id, membership_id=actor.membership_id, name=f"key {next(_names)}",
            prefix=secret[:12], key_sha256=hashlib.sha256(secret.encode()).hexdigest(), scopes=list(scopes),
            expires_at=clock.now() + timedelta(days=days), created_at=clock.now(),
        )  # fmt: skip
    return secret


class Program:
    """Calls the API with a key. `lang` is what it asks for in Accept-Language."""

    def __init__(self, key: str | None, lang: str = "zh-CN"):
        self.client = Client()
        self.headers = {"Accept-Language": lang, **({"Authorization": f"Bearer {key}"} if key else {})}

    def get(self, path: str, **headers):
        return self.client.get(f"/api/v1{path}", headers={**self.headers, **_named(headers)})

    def post(
        self, path: str, data=None, *, raw: bytes | None = None, type: str = "application/json", key="", **headers
    ):
        """POST with a fresh Idempotency-Key unless one is given; `key=None` sends none."""
        named = {**self.headers, **_named(headers)}
        if key is not None:
            named["Idempotency-Key"] = key or uuid4().hex
        body = raw if raw is not None else json.dumps({} if data is None else data).encode()
        return self.client.generic("POST", f"/api/v1{path}", body, type, headers=named)

    def parts(self, path: str, data: dict, key="", **headers):
        named = {**self.headers, **_named(headers), "Idempotency-Key": key or uuid4().hex}
        return self.client.post(f"/api/v1{path}", data, headers=named)

    def case(self, number: str) -> dict:
        return self.get(f"/cases/{number}").json()

    def act(self, number: str, name: str, **data):
        """Performs an act on the version that stands; with a file among the fields as multipart."""
        path, version = f"/cases/{number}/actions/{name}", f'"{self.case(number)["version"]}"'
        if any(hasattr(one, "read") for one in data.values()):
            sent = {k: v if hasattr(v, "read") or isinstance(v, str) else json.dumps(v) for k, v in data.items()}
            return self.parts(path, sent, If_Match=version)
        return self.post(path, data, If_Match=version)

    def done(self, number: str, name: str, **data) -> dict:
        """The same for an act that must succeed; answers the whole case."""
        response = self.act(number, name, **data)
        assert response.status_code == 200, response.content.decode()
        return response.json()


def _named(headers: dict) -> dict:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def refused(response, status: int, code: str) -> dict:
    """Asserts a refusal in problem+json and answers it."""
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code), body
    assert body["detail"] and body["title"] and body["request_id"] and body["type"].endswith(f"#{code}")
    return body
