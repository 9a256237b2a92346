"""How an endpoint describes itself: each method of a view has a Doc, from which its part of the OpenAPI document is made.

The document is made anew in the reader's language; docs/openapi.yaml is its Chinese text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from config.http import PROBLEMS
from config.text import Text

READING = ("invalid", "not_authenticated", "not_allowed", "not_acceptable", "unavailable")
ONE = (*READING, "not_found")
WRITING = (*ONE, "conflict", "too_large", "media_type", "key_reused", "missing")
ACTING = (*WRITING, "wrong_state", "second_person", "stale", "no_version")
PROBLEM = "application/problem+json"
HEADER: Literal["header"] = "header"

KEY_HELP = Text(
    "你自己定的键，1 到 200 个可见字符。重发时用同一个键：得到同一个回答，不会办两次；保存 30 天。",
    "A key of your own, 1 to 200 visible characters. Sent again with the same key you get the same answer and nothing"
    " is done twice; kept for 30 days.",
)
MATCH_HELP = Text('你看到的版本（它的 ETag），例如 "3"。', 'The version you have seen (its ETag), such as "3".')
LANGUAGE_HELP = Text("回答的语言：zh 或 en；缺省是中文。", "Language of the answer, zh or en; Chinese by default.")
PARTS_HELP = Text(
    "带文件时用 multipart：文件的部分以字段名命名；嵌套的字段是一段 JSON 文本，列表可以重复同名部分。",
    "With files send multipart: a file is a part named as its field; a nested field is one part of JSON text, a list may"
    " repeat its part.",
)
RESPONSE_HEADERS = {
    "ETag": Text("这份内容的版本；写入时放进 If-Match。", "The version of what is answered, for If-Match."),
    "Location": Text("新内容的地址。", "The address of what is new."),
    "Link": Text("前后两页的地址（rel=next、rel=prev）。", "The pages before and after (rel=next, rel=prev)."),
    "Idempotent-Replayed": Text(
        "true：同一个键已经办过，这是当时的回答。", "true: done before under this key; this is that answer."
    ),
    "Retry-After": Text("多少秒后再来看。", "After how many seconds to look again."),
}


@dataclass(frozen=True, slots=True)
class Doc:
    """One method of an endpoint. `shape` is its answer; `body` gives its input by media type."""

    name: str
    summary: Text
    shape: type[serializers.Serializer] | None = None
    status: int = 200
    paged: bool = False
    headers: tuple[str, ...] = ()
    errors: tuple[str, ...] = ONE
    body: Callable[[], dict] | None = None
    versioned: bool = False
    media_type: str = "application/json"


class FaultShape(serializers.Serializer):
    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901), or the name of what is missing.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemShape(serializers.Serializer):
    """RFC 9457. `code` is stable; `title`, `detail` follow the reader's language. Nothing has changed."""

    type = serializers.URLField()
    title = serializers.CharField()
    code = serializers.ChoiceField(choices=list(PROBLEMS))
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    request_id = serializers.CharField()
    errors = FaultShape(many=True, required=False)  # type: ignore[assignment]


class Schema(AutoSchema):
    """Reads a view's Doc."""

    @property
    def doc(self) -> Doc:
        return self.view.doc(self.method.lower())  # type: ignore[attr-defined]

    def _map_serializer_field(self, field, direction, bypass_extensions=False):
        schema = super()._map_serializer_field(field, direction, bypass_extensions)
        if isinstance(schema, dict):
            schema.pop("x-spec-enum-id", None)  # a mark for a step that we leave out
        return schema

    def get_operation_id(self) -> str:
        return self.doc.name

    def get_summary(self) -> str:
        return str(self.doc.summary)

    def get_description(self) -> str:  # type: ignore[override]
        return str(PARTS_HELP) if self.doc.body and len(self.doc.body()) > 1 else ""

    def get_tags(self) -> list[str]:
        return [self.view.tag]  # type: ignore[attr-defined]

    def get_request_serializer(self):
        return self.doc.body() if self.doc.body else None

    def get_examples(self) -> list:
        """The least that can be sent, made from the input's own schema."""
        bodies = self.doc.body() if self.doc.body else {}
        if (schema := bodies.get("application/json")) is None:
            return []
        return [OpenApiExample("least", sample(schema), request_only=True)]

    def get_override_parameters(self) -> list:
        doc, header = self.doc, HEADER
        found: list = [OpenApiParameter("Accept-Language", str, header, description=str(LANGUAGE_HELP))]
        if self.method == "GET":
            found.append(self.view.query_class)  # type: ignore[attr-defined]
        if self.method == "POST":
            found.append(OpenApiParameter("Idempotency-Key", _key(), header, required=True, description=str(KEY_HELP)))
        if doc.versioned:
            found.append(OpenApiParameter("If-Match", str, header, required=True, description=str(MATCH_HELP)))
        told = (*doc.headers, *(("Idempotent-Replayed",) if self.method == "POST" else ()))
        return found + [
            OpenApiParameter(name, str, header, response=[doc.status], description=str(RESPONSE_HEADERS[name]))
            for name in told
        ]

    def get_response_serializers(self) -> dict:  # type: ignore[override]
        doc = self.doc
        shape = _page_of(doc.shape) if doc.paged else doc.shape
        content = shape or (None if doc.status == 204 else {"type": "string", "format": "binary"})
        good = OpenApiResponse(content, description=str(doc.summary))
        answers: dict = {(doc.status, doc.media_type): good}
        if doc.paged:
            answers[304] = OpenApiResponse(description="If-None-Match")
        for code in sorted(doc.errors, key=list(PROBLEMS).index):
            status, title, _todo = PROBLEMS[code]
            known = answers.get((status, PROBLEM))
            told = f"{known.description}; {code}: {title}" if known else f"{code}: {title}"
            given = [
                *(known.examples if known else ()),
                OpenApiExample(code, _example(code), status_codes=[str(status)]),
            ]
            answers[(status, PROBLEM)] = OpenApiResponse(ProblemShape, description=told, examples=given)
        return answers


SAMPLES = {
    "date": "2026-08-17",
    "date-time": "2026-08-18T10:00:00+08:00",
    "uuid": "3f0c2a9b-7d3e-4c51-9a61-5b1f0c2a9b7d",
}


def sample(schema: dict):
    """A value that fits a JSON Schema: what is required, first choices, short words."""
    if "examples" in schema or "enum" in schema:
        return [*schema.get("examples", ()), *schema.get("enum", ())][0]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0])
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "object":
        if not schema.get("minProperties"):
            return {name: sample(schema["properties"][name]) for name in schema.get("required", ())}
        return {"note": "…"}
    if kind == "array":
        return [sample(schema["items"])]
    return {
        "integer": (schema.get("minimum", 1) + schema.get("maximum", 1)) // 2,
        "boolean": True,
        "string": SAMPLES.get(schema.get("format", ""), "…"),
    }[kind]


def share_refusals(result: dict, generator, request, public) -> dict:
    """Says each set of refusals once: operations point to it. A hook of the document's making."""
    shared: dict = {}
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if PROBLEM not in answer.get("content", {}):
                    continue
                name = "_".join([status, *answer["content"][PROBLEM].get("examples", {})])
                shared[name] = answer
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    result["components"]["responses"] = dict(sorted(shared.items()))
    return result


def _key() -> dict:
    return {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"}


def _example(code: str) -> dict:
    status, title, todo = PROBLEMS[code]
    return {
        "type": f"https://example.com/api/docs/problems#{code}", "title": str(title), "code": code, "status": status,
        "detail": str(todo), "instance": "/api/v1/cases/DK-2026-000318", "request_id": "1F0C2A9B7D3E",
    }  # fmt: skip


def _page_of(shape: type[serializers.Serializer]):
    address = serializers.URLField(allow_null=True)
    fields = {"results": shape(many=True), "next": address, "previous": serializers.URLField(allow_null=True)}
    return inline_serializer(f"{shape.__name__.removesuffix('Shape')}Page", fields)


class MoneyField(OpenApiSerializerFieldExtension):
    target_class = "config.fields.Money"

    def map_serializer_field(self, auto_schema, direction) -> dict:
        return {"type": "string", "pattern": r"^\d+\.\d{2}$", "examples": ["2000.00"]}


class DayOrInstant(OpenApiSerializerFieldExtension):
    target_class = "cases.api.reading.Before"

    def map_serializer_field(self, auto_schema, direction) -> dict:
        return {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}


class BearerKey(OpenApiAuthenticationExtension):
    target_class = "config.api.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema) -> dict:
        return {"type": "http", "scheme": "bearer"}


class PageSession(OpenApiAuthenticationExtension):
    target_class = "config.api.PageAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema) -> dict:
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
