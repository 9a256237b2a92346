"""Endpoints of terminals, contracts, notices and moves: listed, written down, changed, removed. They decide nothing."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config import http, idempotency, inputschema, paging
from config.api import MultipartParser, StrictJSONParser, read_parts
from config.endpoints import Api, answer, checked, unless_known
from config.errors import NotFound, NoVersion, Stale
from config.fields import words
from config.openapi import ONE, READING, WRITING, Doc
from config.paging import Order, PageQuery
from config.text import Text
from merchants.api.record_shapes import ROW_SHAPES, SHAPES
from merchants.inputs import INPUTS
from merchants.services import plain_records
from merchants.services.plain_records import Noun
from merchants.services.record_nouns import NOUNS

# The name of one record in operations and addresses.
SINGLE = {"terminals": "terminal", "contracts": "contract", "notices": "notice", "migrations": "migration"}
CHANGING = (*WRITING, "stale", "no_version")
NO_MATCH = Text("请在请求头 If-Match 中带上你看到的 ETag。", "Send the ETag you have seen in an If-Match header.")


class RecordQuery(PageQuery):
    q = words(80, required=False, label=_("其中出现的文字"))


class Recording(Api):
    """An endpoint of one kind of record."""

    name = ""
    parser_classes = [StrictJSONParser, MultipartParser]

    @property
    def tag(self) -> str:  # type: ignore[override]
        return self.name

    @property
    def noun(self) -> Noun:
        return NOUNS[self.name]

    def body(self, *, partial: bool = False) -> dict:
        """The input by media type, for the OpenAPI document; nothing is needed of a change."""
        found = {}
        for media, multipart in (("application/json", False), ("multipart/form-data", True)):
            schema = inputschema.of_serializer(INPUTS[self.name](), multipart)
            found[media] = {key: value for key, value in schema.items() if not (partial and key == "required")}
        return found

    def given(self) -> dict:
        return read_parts(self.request.data, INPUTS[self.name]().fields)

    def told(self, row) -> dict:
        data = SHAPES[self.name](row).data
        for name, rows in self.noun.rows.items():
            data[name] = ROW_SHAPES[name](plain_records.rows_of(row, name, rows), many=True).data
        return data

    def whole(self, row, status: int = 200, **headers: str):
        tag = f'"{plain_records.fingerprint(self.noun, row)}"'
        return answer(self.told(row), status, {"ETag": tag, **headers})


class RecordList(Recording):
    query_class = RecordQuery

    def doc(self, method: str) -> Doc:
        kind = self.noun.kind
        if method == "get":
            return Doc(
                f"list_{self.name}", kind.label, SHAPES[self.name], paged=True, headers=("ETag", "Link"), errors=READING
            )
        return Doc(
            f"add_{SINGLE[self.name]}", kind.new, SHAPES[self.name], 201, headers=("ETag", "Location"), errors=WRITING,
            body=self.body,
        )  # fmt: skip

    def get(self, request):
        rows = plain_records.listed(self.actor, self.noun, self.asked.get("q", ""))
        is_terminal = self.name == "terminals"
        order = Order("tid", str) if is_terminal else Order("created_at", datetime)
        found = paging.page(
            rows, order, falling=not is_terminal, name=self.name, cursor=self.asked.get("cursor", ""), limit=self.asked["limit"]
        )  # fmt: skip
        return unless_known(request, paging.answer_page(request, found, [self.told(row) for row in found.rows]))

    def post(self, request):
        given = self.given()

        def work():
            row = plain_records.create(self.actor, self.noun, checked(INPUTS[self.name](data=given)))
            return self.whole(row, 201, Location=reverse(f"api-{SINGLE[self.name]}", args=[row.pk]))

        return idempotency.answered(request, given, work)


class OneRecord(Recording):
    """PATCH changes what is sent and leaves the rest; a list that is sent takes the place of the whole list."""

    def doc(self, method: str) -> Doc:
        single, one = SINGLE[self.name], self.noun.kind.one
        shape = SHAPES[self.name]
        return {
            "get": Doc(f"read_{single}", one, shape, headers=("ETag",)),
            "patch": Doc(
                f"change_{single}", Text(f"修改：{one.zh}", f"Change: {one.en}"), shape, headers=("ETag",), errors=CHANGING,
                body=lambda: self.body(partial=True), versioned=True,
            ),
            "delete": Doc(
                f"remove_{single}", Text(f"删除：{one.zh}", f"Remove: {one.en}"), None, 204, errors=CHANGING, versioned=True
            ),
        }[method]  # fmt: skip

    def get(self, request, pk: UUID):
        return self.whole(plain_records.find(self.actor, self.noun, pk))

    def patch(self, request, pk: UUID):
        given, seen = self.given(), self.seen()
        plain_records.check_writer(self.actor, self.noun)
        row = plain_records.find(self.actor, self.noun, pk)
        data = checked(INPUTS[self.name](data={**plain_records.told(self.noun, row), **given}))
        return self.whole(plain_records.change(self.actor, self.noun, pk, data, seen))

    def delete(self, request, pk: UUID):
        plain_records.remove(self.actor, self.noun, pk, self.seen())
        response = answer({}, 204)
        response.content = b""
        return response

    def seen(self) -> str:
        """The fingerprint that If-Match names."""
        named = self.request.headers.get("If-Match", "").strip()
        if named in ("", "*"):
            raise NoVersion(NO_MATCH)
        return named.strip('"') or "-"

    def handle_exception(self, exc):
        row = plain_records.find(self.actor, self.noun, self.kwargs["pk"]) if isinstance(exc, Stale) else None
        response = super().handle_exception(exc)
        if row:
            response["ETag"] = f'"{plain_records.fingerprint(self.noun, row)}"'
        return response


class RecordFile(Recording):
    """The photo or PDF as it was uploaded."""

    def doc(self, method: str) -> Doc:
        label = Text(f"下载文件：{self.noun.kind.one.zh}", f"Download the file: {self.noun.kind.one.en}")
        return Doc(f"download_{SINGLE[self.name]}", label, media_type="*/*", errors=ONE)

    def perform_content_negotiation(self, request, force: bool = False):
        return super().perform_content_negotiation(request, force=True)  # a file is what it is

    def get(self, request, pk: UUID):
        row = plain_records.find(self.actor, self.noun, pk)
        if row.file is None:
            raise NotFound
        return http.download(row.file, row.file.name)
