"""How a program is let in, key or session, and how its input is read: strict JSON, multipart with files.

What every endpoint keeps to is config/endpoints.py, refusals are config/http.py.
"""

import json
from collections.abc import Mapping

from django.http.multipartparser import MultiPartParserError
from rest_framework import authentication, exceptions, parsers, permissions, serializers

from config.errors import Fault, Invalid, NotAllowed, Refused
from config.text import Text

MOST_JSON = 5 * 1024 * 1024
MOST_MULTIPART = 120 * 1024 * 1024
DEEPEST = 40


class Program:
    """What DRF calls a user where there is a key and no session. Who acts is `request.actor`."""

    is_authenticated = True

    def __init__(self, user_id: int):
        self.pk = user_id


class KeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer KEY`; the tenant was entered from it before the view ran."""

    def authenticate(self, request):
        if not request.headers.get("Authorization"):
            return None
        if request._request.actor is None or request._request.actor.method != "key":
            raise exceptions.AuthenticationFailed
        return Program(request._request.actor.user_id), "key"

    def authenticate_header(self, request) -> str:
        return 'Bearer realm="api"'


class PageAuthentication(authentication.SessionAuthentication):
    """The browser's session, with CSRF protection on everything that writes."""

    def authenticate(self, request):
        if request._request.actor is None or request._request.actor.method != "session":
            return None
        self.enforce_csrf(request)
        return request._request.user, "session"


class HasSeat(permissions.BasePermission):
    """A seat, and for a key the scope that the view names (`scope_read`, `scope_write`)."""

    def has_permission(self, request, view) -> bool:
        actor = getattr(request._request, "actor", None)
        if actor is None:
            return False
        if actor.scopes is None:
            return True
        writes = request.method not in permissions.SAFE_METHODS
        needed = view.scope_write if writes else view.scope_read
        if needed and needed not in actor.scopes:
            raise NotAllowed(
                Text("这把密钥没有「{scope}」权限。", "This key lacks the scope “{scope}”.").format(scope=needed)
            )
        return True


# -- reading ------------------------------------------------------------------------------------------------------


class TooLarge(Refused):
    code, status = "too_large", 413


TOO_LARGE = Text(
    "内容太大：JSON 最多 5 MB，带文件的请求最多 120 MB。", "Too large: at most 5 MB of JSON, 120 MB with files."
)
UNREADABLE = Text(
    "请求内容无法读取，请发送合法的 UTF-8 编码 JSON。", "The request cannot be read. Send valid JSON in UTF-8."
)
DOUBLED = Text("字段「{name}」出现了两次。", "The field “{name}” appears twice.")
NOT_JSON = Text("JSON 中不能有 {what}。", "JSON cannot hold {what}.")
NO_OBJECT = Text("请发送一个 JSON 对象。", "Send a JSON object.")
TOO_DEEP = Text("内容嵌套太深，最多 40 层。", "The content is nested too deep: at most 40 levels.")
TOO_BIG = Text("数字太大：{number}…", "The number is too big: {number}…")
BROKEN_PARTS = Text("multipart 内容不完整，无法读取。", "The multipart content is incomplete and cannot be read.")


class StrictJSONParser(parsers.BaseParser):
    """JSON without NaN, doubled names, lone surrogates, endless depth; fractions stay text, so that no digit is lost."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        raw = stream.read(MOST_JSON + 1)
        if len(raw) > MOST_JSON:
            raise TooLarge(TOO_LARGE)
        try:
            parsed = json.loads(
                raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=str,
                parse_int=_whole,
            )  # fmt: skip
            json.dumps(parsed, ensure_ascii=False).encode("utf-8")  # a lone surrogate has no UTF-8
        except RecursionError:
            raise Invalid(TOO_DEEP) from None
        except (ValueError, UnicodeError):
            raise Invalid(UNREADABLE) from None
        _check_depth(parsed)
        if not isinstance(parsed, dict):
            raise Invalid(NO_OBJECT)
        return parsed


def _unique(pairs):
    found: dict = {}
    for name, value in pairs:
        if name in found:
            text = DOUBLED.format(name=name[:60].encode(errors="replace").decode())
            raise Invalid(text, [Fault("/", "doubled", text)])
        found[name] = value
    return found


def _no_constant(literal: str):
    raise Invalid(NOT_JSON.format(what=literal))


def _whole(digits: str) -> int:
    if len(digits) > 18:
        raise Invalid(TOO_BIG.format(number=digits[:20]))
    return int(digits)


def _check_depth(value) -> None:
    level = [value]
    for _level in range(DEEPEST):
        level = [
            one for outer in level if isinstance(outer, dict | list)
            for one in (outer.values() if isinstance(outer, dict) else outer)
        ]  # fmt: skip
        if not level:
            return
    raise Invalid(TOO_DEEP)


class MultipartParser(parsers.MultiPartParser):
    """Files as parts named as their field, the other fields as text; see `read_parts`."""

    def parse(self, stream, media_type=None, parser_context=None):
        if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > MOST_MULTIPART:
            raise TooLarge(TOO_LARGE)
        try:
            return super().parse(stream, media_type, parser_context)
        except (exceptions.ParseError, MultiPartParserError):
            raise Invalid(BROKEN_PARTS) from None


def read_parts(parts, fields: Mapping) -> dict:
    """The parts of a multipart request as the JSON they stand for.

    A list may be sent as a part repeated; what is nested is one part of JSON text. A single field sent twice is refused.
    JSON comes back as it is.
    """
    if not hasattr(parts, "lists"):
        return parts
    found = {}
    for name, values in parts.lists():
        field = fields.get(name)
        is_list = isinstance(field, serializers.ListField | serializers.MultipleChoiceField)
        is_nested = isinstance(field, serializers.BaseSerializer | serializers.DictField)
        is_text = isinstance(values[0], str)
        if is_text and len(values) == 1 and (is_nested or (is_list and values[0].lstrip().startswith("["))):
            found[name] = _json_part(name, values[0])
        elif is_list:
            found[name] = values
        elif len(values) > 1:
            text = DOUBLED.format(name=name[:60])
            raise Invalid(text, [Fault(f"/{name[:60]}", "doubled", text)])
        else:
            found[name] = values[0]
    return found


def _json_part(name: str, text: str):
    try:
        parsed = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=str, parse_int=_whole
        )
    except RecursionError:
        raise Invalid(TOO_DEEP) from None
    except ValueError:
        raise Invalid(UNREADABLE, [Fault(f"/{name[:60]}", "invalid", UNREADABLE)]) from None
    _check_depth(parsed)
    return parsed
