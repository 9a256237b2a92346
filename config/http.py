"""Refusals on the wire: RFC 9457 problem+json for programs, and which error page a person sees."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from rest_framework import exceptions
from rest_framework.views import exception_handler, set_rollback

from config.errors import Fault, Invalid, NotAllowed, NotFound, Refused
from config.text import Text

UNAVAILABLE = Text("系统正在恢复，请稍后再试；你填写的内容没有丢失。", "We are recovering. Try again shortly; nothing was lost.")
TOO_MANY = Text("请求太频繁，请稍后再试。", "Too many requests. Try again later.")
UNSUPPORTED = Text("不支持这种请求方式或内容类型。", "This method or content type is not supported.")
UNREADABLE = Text("请求内容无法读取，请发送合法的 JSON。", "The request cannot be read. Send valid JSON.")
LOG_IN = Text("请先登录，或在请求头中带上有效的 API 密钥。", "Log in, or send a valid API key.")


def problem_body(request, code: str, status: int, detail: str, faults=(), **more) -> dict:
    body = {
        "type": f"{settings.BASE_URL}/api/docs/problems#{code}",
        "title": detail,
        "code": code,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "request_id": getattr(request, "id", "-"),
        **more,
    }
    if faults:
        body["errors"] = [{"pointer": f.pointer, "code": f.code, "detail": str(f.text)} for f in faults]
    return body


def problem_response(request, refusal: Refused, **headers) -> JsonResponse:
    body = problem_body(request, refusal.code, refusal.status, str(refusal), refusal.faults)
    response = JsonResponse(body, status=refusal.status, content_type="application/problem+json")
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def problem(exc, context):
    """DRF's exception handler: every refusal of ours or DRF's becomes problem+json; nothing half-written stays."""
    from django.core.exceptions import PermissionDenied
    from django.http import Http404

    request = context["request"]
    if isinstance(exc, Http404):
        exc = NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = NotAllowed(Text("这一步不由你的席位办理。", "Your seat cannot do this."))
    elif isinstance(exc, exceptions.ValidationError):
        exc = Invalid(Text("有内容需要修改。", "Some values need correcting."), list(faults_of(exc.detail)))
    if isinstance(exc, Refused):
        set_rollback()
        response = problem_response(request, exc)
        response.was_denied = exc.status in {403, 404}
        return response
    response = exception_handler(exc, context)
    if response is None:
        return None
    text, code = {
        401: (LOG_IN, "not_authenticated"), 403: (LOG_IN, "not_allowed"), 429: (TOO_MANY, "too_many"),
        400: (UNREADABLE, "invalid"), 405: (UNSUPPORTED, "method"), 406: (UNSUPPORTED, "not_acceptable"),
        415: (UNSUPPORTED, "media_type"),
    }.get(response.status_code, (UNSUPPORTED, "invalid"))  # fmt: skip
    answer = JsonResponse(
        problem_body(request, code, response.status_code, str(text)),
        status=response.status_code, content_type="application/problem+json",
    )  # fmt: skip
    for name in ("WWW-Authenticate", "Retry-After", "Allow"):
        if name in response:
            answer[name] = response[name]
    answer.was_denied = response.status_code in {401, 403}
    return answer


def faults_of(detail, pointer: str = ""):
    """DRF's nested errors as a flat list of faults with JSON pointers."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            yield from faults_of(value, pointer if key == "non_field_errors" else f"{pointer}/{key}")
    elif isinstance(detail, list):
        for i, value in enumerate(detail):
            if isinstance(value, dict):
                yield from faults_of(value, f"{pointer}/{i}")
            elif isinstance(value, list):
                yield from faults_of(value, pointer)
            else:
                yield Fault(pointer or "/", getattr(value, "code", "invalid"), Text(str(value), str(value)))


def page_of(refusal: Refused) -> str:
    return {403: "403", 404: "404"}.get(refusal.status, "refused")


def unavailable(request) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = problem_body(request, "unavailable", 503, str(UNAVAILABLE))
        response: HttpResponse = JsonResponse(body, status=503, content_type="application/problem+json")
    else:
        response = HttpResponse(render_to_string("errors/503.html", {"text": UNAVAILABLE}), status=503)
    response["Retry-After"] = "5"
    return response
