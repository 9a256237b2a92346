"""Endpoints of who one is, statement files and the jobs that read them. Records are in records.py, cases in cases/api."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from config import idempotency, paging
from config.api import MultipartParser, read_parts
from config.endpoints import Api, answer, checked, unless_known
from config.errors import NotFound
from config.fields import File, Strict, words
from config.models import Job
from config.openapi import READING, WRITING, Doc
from config.paging import Order, PageQuery, page
from config.text import Text
from merchants import roles
from merchants.api.shapes import JobShape, MeShape, StatementLineShape, StatementShape
from merchants.models import Organisation, StatementLine, Store
from merchants.services import statements

LOOK_AGAIN = {"Retry-After": "2"}


class Me(Api):
    scope_read = ""
    tag = "people"
    docs = {"get": Doc("read_me", Text("这把密钥是谁的", "Whose key this is"), MeShape, errors=READING)}

    def get(self, request):
        actor = self.actor
        return answer(
            {
                "name": actor.display_name,
                "organisation": Organisation.objects.visible_to(actor).get(pk=actor.organisation_id).name,
                "organisation_id": actor.organisation_id, "organisation_kind": actor.organisation_kind,
                "seat": actor.seat, "seat_label": str(roles.SEATS[actor.seat]),
                "stores": None if actor.stores is None else list(actor.stores),
                "scopes": None if actor.scopes is None else list(actor.scopes),
            }
        )  # fmt: skip


class StatementInput(Strict):
    file = File(label=_("对账单文件"))
    store = words(80, required=False, label=_("不认识的终端属于哪个门店"))
    new_mid = serializers.BooleanField(required=False, default=False, label=_("这是我新的商户号"))


STATEMENT_BODY = {
    "multipart/form-data": {
        "type": "object",
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "store": {"type": "string", "maxLength": 80},
            "new_mid": {"type": "boolean", "default": False},
        },
        "required": ["file"],
        "additionalProperties": False,
    }
}


class Jobbing(Api):
    """Answers 202 with the job that does the work."""

    tag = "statements"
    scope_write = "statements:write"

    def accepted(self, work):
        def started():
            job = work()
            return answer(_job(job), 202, {"Location": reverse("api-job", args=[job.id]), **LOOK_AGAIN})

        return started


class Statements(Jobbing):
    parser_classes = [MultipartParser]
    docs = {
        "post": Doc(
            "import_statement", Text("导入对账单", "Import a statement"), JobShape, 202, headers=("Location", "Retry-After"),
            errors=WRITING, body=lambda: STATEMENT_BODY,
        )
    }  # fmt: skip

    def post(self, request):
        read = read_parts(request.data, StatementInput().fields)

        def work():
            data = checked(StatementInput(data=read))
            if isinstance(data["file"], UUID):
                raise NotFound
            stored = statements.keep(self.actor, data["file"])
            return statements.start_import(
                self.actor, stored, store=self._store(data.get("store")), new_mid=data["new_mid"]
            )

        return idempotency.answered(request, read, self.accepted(work))

    def _store(self, named: str | None) -> Store | None:
        if not named:
            return None
        found = next((one for one in Store.objects.visible_to(self.actor) if named in {str(one.id), one.name}), None)
        if found is None:
            raise NotFound(Text("没有找到这个门店。", "This store was not found."))
        return found


class ConfirmStatement(Jobbing):
    """Takes the lines of a file that was held because its totals differ; a person has looked at both figures."""

    docs = {
        "post": Doc(
            "confirm_statement", Text("合计不符，仍然导入", "Import although the totals differ"), JobShape, 202,
            headers=("Location", "Retry-After"), errors=WRITING,
        )
    }  # fmt: skip

    def post(self, request, pk: UUID):
        return idempotency.answered(request, {}, self.accepted(lambda: statements.confirm(self.actor, pk)))


class OneStatement(Api):
    tag = "statements"
    docs = {"get": Doc("read_statement", Text("一次导入", "One import"), StatementShape)}

    def get(self, request, pk: UUID):
        row = statements.find(self.actor, pk)
        language = "en" if (get_language() or "").startswith("en") else "zh"
        rejected = [
            {"line": one.get("line"), "column": one.get("column"), "why": one["why"][language]} for one in row.rejected
        ]
        return answer(
            {
                "id": row.id, "name": row.file.name, "format": row.format, "encoding": row.encoding, "lines": row.lines,
                "accepted": row.accepted, "rejected": rejected, "totals": row.totals, "control": row.control,
                "is_held": statements.is_held(row), "lines_url": reverse("api-statement-lines", args=[row.id]),
                "imported_at": serializers.DateTimeField().to_representation(row.imported_at),
            }
        )  # fmt: skip


class StatementLines(Api):
    """The lines of an import that can become a case (direction D) or prove a refund (direction C)."""

    tag = "statements"
    query_class = PageQuery
    docs = {
        "get": Doc("list_statement_lines", Text("对账单中的行", "Lines of a statement"), StatementLineShape, paged=True,
                   headers=("ETag", "Link"))
    }  # fmt: skip

    def get(self, request, pk: UUID):
        statement = statements.find(self.actor, pk)
        rows = StatementLine.objects.visible_to(self.actor).filter(statement=statement)
        found = _page(rows, Order("line_no", int), "statement-lines", self.asked)
        return unless_known(request, paging.answer_page(request, found, StatementLineShape(found.rows, many=True).data))


class OneJob(Api):
    tag = "statements"
    docs = {"get": Doc("read_job", Text("一项处理的进度", "How far a job is"), JobShape, headers=("Retry-After",))}

    def get(self, request, pk: UUID):
        rows = Job.objects.filter(pk=pk, organisation_id=self.actor.organisation_id)
        if self.actor.stores is not None:
            rows = rows.filter(membership_id=self.actor.membership_id)
        job = rows.first()
        if job is None:
            raise NotFound
        return answer(_job(job), headers=LOOK_AGAIN if job.state in {"queued", "running"} else {})


def _job(job: Job) -> dict:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    made = job.result.get("import")
    return JobShape(
        {
            "id": job.id, "kind": job.kind, "state": job.state, "progress": {"done": job.done, "total": job.total},
            "result": job.result, "result_url": reverse("api-statement", args=[made]) if made else None,
            "error": job.error.get(language, ""), "created_at": job.created_at, "ended_at": job.ended_at,
        }
    ).data  # fmt: skip


def _page(rows, order: Order, name: str, asked: dict):
    return page(rows, order, falling=False, name=name, cursor=asked.get("cursor", ""), limit=asked["limit"])
