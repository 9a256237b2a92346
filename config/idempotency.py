"""Doing a thing once however often it is sent: answers remembered under a key, per organisation, person and route.

What the thing is belongs to the doors that call this. A page sends the key as a hidden field, a program as a header.
"""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse

from config import clock
from config.actors import Actor
from config.errors import Fault, Invalid, KeyReused
from config.models import RememberedAnswer
from config.text import Text

KEPT = timedelta(days=30)
KEY = re.compile(r"[\x21-\x7e]{1,200}")
HEADERS = ("ETag", "Location", "Retry-After")
NO_KEY = Text(
    "请在请求头 Idempotency-Key 中带上一个你自己定的键（1 到 200 个可见字符）；重发时用同一个键，就不会办两次。",
    "Send an Idempotency-Key header with a key of your own (1 to 200 visible characters); sent again with the same"
    " key, nothing is done twice.",
)
REUSED = Text(
    "这个 Idempotency-Key 已经用于另一个内容不同的请求。新的请求请换一个键。",
    "This Idempotency-Key was used for a request with other content. Use a new key for a new request.",
)


def once(actor: Actor, key: str, route: str, work: Callable[[], str]) -> tuple[str, bool]:
    """Performs `work` and remembers its answer; the same key again gets that answer and changes nothing.

    Answers (answer, whether it was performed now). Effect and answer are one transaction; a second sender waits for
    the first. What `work` refuses leaves no trace, so that a corrected form may come with the same key.
    """
    with transaction.atomic():
        kept, is_new = _claim(actor, key[:200], route, sha256(key.encode()).hexdigest())
        if is_new:
            kept.status, kept.body = 303, work()
            kept.save(update_fields=["status", "body"])
        return kept.body, is_new


def answered(request, data, work: Callable[[], HttpResponse]) -> HttpResponse:
    """The same for a program's request: `data` is its input as it was read, whatever its wire format.

    Raises Invalid without a key, KeyReused when the key came with other input before.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not KEY.fullmatch(key):
        raise Invalid(NO_KEY, [Fault("/Idempotency-Key", "required", NO_KEY)])
    digest = sha256(json.dumps(_plain(data), sort_keys=True).encode()).hexdigest()
    with transaction.atomic():
        kept, is_new = _claim(request._request.actor, key, f"{request.method} {request.path}", digest)
        if not is_new:
            if kept.request_sha256 != digest:
                raise KeyReused(REUSED)
            headers = {**kept.headers, "Idempotent-Replayed": "true"}
            return HttpResponse(kept.body, status=kept.status, content_type="application/json", headers=headers)
        response = work()
        kept.status, kept.body = response.status_code, response.content.decode()
        kept.headers = {name: response[name] for name in HEADERS if name in response}
        kept.save(update_fields=["status", "body", "headers"])
        return response


def _claim(actor: Actor, key: str, route: str, digest: str) -> tuple[RememberedAnswer, bool]:
    """The row of a key, and whether it is new. A second sender waits here until the first has ended; if the first was
    refused, its row is gone and the second goes on."""
    mine = RememberedAnswer.objects.filter(organisation_id=actor.organisation_id, user_id=actor.user_id)
    now = clock.now()
    mine.filter(created_at__lt=now - KEPT).delete()
    row = RememberedAnswer(
        organisation_id=actor.organisation_id, user_id=actor.user_id, route=route[:200], key=key, request_sha256=digest,
        status=0, body="", created_at=now,
    )  # fmt: skip
    RememberedAnswer.objects.bulk_create([row], ignore_conflicts=True)
    kept = mine.get(route=row.route, key=key)
    return kept, kept.pk == row.pk


def _plain(value):
    """Input as JSON, a file by its content."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, UploadedFile):
        digest = sha256()
        for chunk in value.chunks():
            digest.update(chunk)
        value.seek(0)
        return {"name": value.name, "sha256": digest.hexdigest()}
    return value
