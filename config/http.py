"""Refusals on the wire: RFC 9457 problem+json for programs, and which error page a person sees.

What can be refused is config/errors.py; every code that a program may meet is a row of PROBLEMS.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import connection
from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.views import defaults
from rest_framework import exceptions

from config import files
from config.errors import Fault, Invalid, NotFound, Refused
from config.models import StoredFile
from config.text import Text

UNAVAILABLE = Text(
    "系统正在恢复，请稍后再试；你填写的内容没有丢失。", "We are recovering. Try again shortly; nothing was lost."
)
WRONG = Text("有内容需要修改。", "Some values need correcting.")

# Code → status, what it means, what to do. Shown at /api/docs/problems; the detail of an answer says more.
PROBLEMS: dict[str, tuple[int, Text, Text]] = {
    "invalid": (400, Text("内容无法接受", "The input is not acceptable"),
                Text("按 errors 逐项修改后再发。", "Correct each of the errors and send again.")),
    "not_authenticated": (401, Text("没有登录", "Not authenticated"),
                          Text("在请求头中带上有效的 API 密钥：Authorization: Bearer KEY。",
                               "Send a valid API key: Authorization: Bearer KEY.")),
    "not_allowed": (403, Text("不由你办理", "Not allowed"),
                    Text("换有这个席位或权限的人来办。", "Ask somebody whose seat or key allows it.")),
    "mandate": (403, Text("超出授权", "Beyond the mandate"),
                Text("请负责人调整授权，或改小金额。", "Have the owner change the mandate, or lower the amount.")),
    "second_person": (403, Text("需要另一个人", "A second person is needed"),
                      Text("请同一方的另一个人来办。", "Have another person of your side do it.")),
    "not_found": (404, Text("没有找到", "Not found"),
                  Text("核对编号。别人的和不存在的，回答相同。",
                       "Check the number. What belongs to others is answered like what does not exist.")),
    "method": (405, Text("不支持这种请求方式", "Method not supported"),
               Text("按 Allow 响应头换一种方式。", "Use a method that the Allow header names.")),
    "not_acceptable": (406, Text("不能用这种格式回答", "Format not offered"),
                       Text("Accept 中请包含 application/json。", "Accept application/json.")),
    "wrong_state": (409, Text("案件现在不能这样做", "Not possible in this state"),
                    Text("重新读取案件，看 actions。", "Read the case again and look at its actions.")),
    "conflict": (409, Text("与已有的内容冲突", "Conflict"),
                 Text("看 detail 指出的内容，先处理它。", "Settle first what the detail names.")),
    "late": (409, Text("已过期限", "Too late"),
             Text("期限已过，看案件现在可以做什么。", "The time has passed; see what the case allows now.")),
    "statutory_never_pauses": (409, Text("法定期限不能暂停", "Statutory time never pauses"),
                               Text("只有建议的期限可以暂停。", "Only suggested periods can be paused.")),
    "stale": (412, Text("内容已有更新", "It has changed meanwhile"),
              Text("重新读取，用新的 ETag 再发。", "Read it again and send with its new ETag.")),
    "too_large": (413, Text("内容太大", "Too large"),
                  Text("JSON 最多 5 MB；单个文件最大 20 MB。", "At most 5 MB of JSON and 20 MB a file.")),
    "media_type": (415, Text("不支持这种内容类型", "Content type not supported"),
                   Text("发送 application/json；带文件时用 multipart/form-data。",
                        "Send application/json, or multipart/form-data with files.")),
    "missing": (422, Text("还缺少条件", "Something is missing"),
                Text("errors 列出了全部缺少的，补齐后再发。", "The errors list all that is missing; supply it.")),
    "key_reused": (422, Text("同一个键用于了不同内容", "Key used for something else"),
                   Text("新的请求请用新的 Idempotency-Key。", "Use a new Idempotency-Key for a new request.")),
    "no_version": (428, Text("没有带上版本", "No version given"),
                   Text("在 If-Match 中带上它的 ETag。", "Send its ETag in If-Match.")),
    "too_many": (429, Text("请求太频繁", "Too many requests"),
                 Text("按 Retry-After 等一等再试。", "Wait as Retry-After says.")),
    "internal": (500, Text("系统出错了", "Something broke"),
                 Text("稍后再试；仍不行，请把 request_id 告诉我们。", "Try again; if it stays, tell us the request_id.")),
    "unavailable": (503, Text("系统正在恢复", "Recovering"),
                    Text("按 Retry-After 等一等再试，用同一个 Idempotency-Key。",
                         "Wait as Retry-After says and try again with the same Idempotency-Key.")),
}  # fmt: skip
# What DRF and Django refuse by themselves: status → code.
OF_STATUS = {
    400: "invalid", 401: "not_authenticated", 403: "not_allowed", 404: "not_found", 405: "method", 406: "not_acceptable",
    413: "too_large", 415: "media_type", 429: "too_many",
}  # fmt: skip


def problem_body(request, code: str, status: int, detail: str, faults=(), **more) -> dict:
    body = {
        "type": f"{settings.BASE_URL}/api/docs/problems#{code}",
        "title": str(PROBLEMS[code][1]),
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
    response = _answer(request, refusal.code, refusal.status, str(refusal), refusal.faults, headers)
    note(response, refusal)
    return response


def note(response: HttpResponse, refusal: Refused) -> None:
    """Marks an answer to a refusal that is kept in the record of who tried what (config/middleware.py)."""
    if refusal.is_recorded:
        response.was_denied, response.refused_as = True, refusal.code  # type: ignore[attr-defined]


def problem_of(request, code: str, headers: dict | None = None) -> JsonResponse:
    """A refusal that has nothing more to say than its row of PROBLEMS."""
    status, title, todo = PROBLEMS[code]
    return _answer(request, code, status, str(_told(title, todo)), (), headers or {})


def _answer(request, code: str, status: int, detail: str, faults, headers: dict) -> JsonResponse:
    body = problem_body(request, code, status, detail, faults)
    response = JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    response.was_denied = status in {401, 403, 404}  # type: ignore[attr-defined]
    return response


def _told(title: Text, todo: Text) -> Text:
    return Text(f"{title.zh}。{todo.zh}", f"{title.en}. {todo.en}")


def problem(exc, context):
    """DRF's exception handler: every refusal, ours or the framework's, becomes problem+json; nothing half-written stays."""
    request = context["request"]
    if connection.in_atomic_block:
        connection.set_rollback(True)
    if isinstance(exc, Http404):
        exc = NotFound()
    elif isinstance(exc, exceptions.ValidationError):
        exc = Invalid(WRONG, list(faults_of(exc.detail)))
    if isinstance(exc, Refused):
        return problem_response(request, exc)
    if isinstance(exc, PermissionDenied):
        return problem_of(request, "not_allowed")
    if isinstance(exc, RequestDataTooBig):
        return problem_of(request, "too_large")
    if isinstance(exc, SuspiciousOperation):
        return problem_of(request, "invalid")
    if not isinstance(exc, exceptions.APIException):
        return None
    scheme, wait = getattr(exc, "auth_header", None), getattr(exc, "wait", None)
    headers = {"WWW-Authenticate": scheme} if scheme else {}
    if wait:
        headers["Retry-After"] = str(int(wait) + 1)
    return problem_of(request, OF_STATUS[exc.status_code], headers)


def faults_of(detail, pointer: str = ""):
    """DRF's nested errors as a flat list of faults with JSON pointers (RFC 6901)."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            step = str(key).replace("~", "~0").replace("/", "~1")
            yield from faults_of(value, pointer if key == "non_field_errors" else f"{pointer}/{step}")
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


# -- what no view answers (config/urls.py) ------------------------------------------------------------------------


def not_found(request, exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_response(request, NotFound())
    return defaults.page_not_found(request, exception)


def bad_request(request, exception) -> HttpResponse:
    return (
        problem_of(request, "invalid") if request.path.startswith("/api/") else defaults.bad_request(request, exception)
    )


def server_error(request) -> HttpResponse:
    return problem_of(request, "internal") if request.path.startswith("/api/") else defaults.server_error(request)


# -- files --------------------------------------------------------------------------------------------------------


def download(stored: StoredFile, name: str) -> HttpResponse:
    """The original bytes, never opened by a browser inside the site. Raises Invalid when they are not what was stored."""
    response = HttpResponse(files.read(stored), content_type=stored.content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
