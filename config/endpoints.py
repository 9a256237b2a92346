"""What every endpoint keeps to: a checked query, versions in If-Match and ETag, JSON answers nobody else may cache.

Paging is config/paging.py, keys of repeated requests config/idempotency.py, refusals config/http.py.
"""

import json
from hashlib import sha256

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import permissions, serializers
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import APIView

from config.api import DOUBLED, StrictJSONParser
from config.errors import Fault, Invalid
from config.fields import Strict, words
from config.openapi import Doc, Schema

MONEY = "CNY"


class Query(Strict):
    """Parameters of an address; one that is not known is refused, so that no filter is silently left out."""

    lang = words(10, required=False, label=_("回答的语言：zh 或 en"))


def checked(serializer: serializers.Serializer) -> dict:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def version_of(request) -> int | None:
    """The version that If-Match names. None: it names none. What is no version of ours matches nothing."""
    given = request.headers.get("If-Match", "").strip()
    if given in ("", "*"):
        return None
    inner = given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
    return int(inner) if inner.isascii() and inner.isdigit() and len(inner) < 10 else -1


# -- answering ----------------------------------------------------------------------------------------------------


def as_json(data) -> str:
    return json.dumps(data, ensure_ascii=False, cls=JSONEncoder, separators=(",", ":"))


def answer(data, status: int = 200, headers: dict | None = None) -> HttpResponse:
    return HttpResponse(as_json(data), status=status, content_type="application/json", headers=headers or {})


def unless_known(request, response: HttpResponse) -> HttpResponse:
    """304 without a body where the reader already holds this answer (If-None-Match)."""
    tag = f'"{sha256(response.content).hexdigest()[:32]}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    if tag in known:
        response = HttpResponse(status=304)
    response["ETag"] = tag
    return response


class Api(APIView):
    """Every endpoint: its query is checked, its answers are nobody else's to cache."""

    schema = Schema()
    tag = "cases"
    docs: dict[str, Doc] = {}
    scope_read, scope_write = "cases:read", "cases:write"
    query_class: type[serializers.Serializer] = Query
    parser_classes = [StrictJSONParser]

    def doc(self, method: str) -> Doc:
        return self.docs[method]

    @property
    def actor(self):
        return self.request._request.actor  # type: ignore[attr-defined]

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        self.asked = self.query() if request.method in permissions.SAFE_METHODS else {}

    def query(self) -> dict:
        params = self.request.query_params
        for name, values in params.lists():
            if len(values) > 1:
                text = DOUBLED.format(name=name[:60])
                raise Invalid(text, [Fault(f"/{name[:60]}", "doubled", text)])
        return checked(self.query_class(data=params.dict()))

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response["Vary"] = "Authorization, Cookie, Accept-Language"
        return response
