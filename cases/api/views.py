"""The endpoints of cases: list, file, read, act, timeline, deadlines, evidence. They decide nothing: cases/actions.py does."""

from cases import actions, workflow
from cases.api import reading, schema
from cases.api.reading import CaseQuery
from cases.api.shapes import CaseShape, DeadlineShape, EventShape, EvidenceShape, SummaryShape
from cases.inputs import INPUTS
from config import http, idempotency, paging
from config.api import MultipartParser, StrictJSONParser, read_parts
from config.endpoints import Api, answer, unless_known, version_of
from config.errors import NotAllowed, NotFound, Stale
from config.openapi import ACTING, ONE, READING, WRITING, Doc
from config.paging import PageQuery
from config.text import Text
from merchants import access

PROVE = Text(
    "这一步由你一个人确认，请先在网页上重新验证身份；用 API 密钥则不需要。",
    "You confirm this alone: prove who you are on the site first. A key needs no proof.",
)


class Writing(Api):
    """An endpoint that performs an act, as JSON or multipart, once a key."""

    act = ""
    parser_classes = [StrictJSONParser, MultipartParser]

    def body(self) -> dict:
        """The input by media type, for the OpenAPI document."""
        return {
            "application/json": schema.of_act(self.act),
            "multipart/form-data": schema.of_act(self.act, multipart=True),
        }

    def input(self):
        return read_parts(self.request.data, INPUTS[self.act]().fields)

    def perform(self, number: str | None = None):
        """Performs the act and answers the case's number."""
        version = version_of(self.request)
        return actions.perform(
            self.actor, self.act, self.input_read, number=number, version=version, needs_version=True
        ).number

    def answered(self, work):
        self.input_read = self.input()
        return idempotency.answered(self.request, self.input_read, work)

    def handle_exception(self, exc):
        etag = self._current() if isinstance(exc, Stale) else ""
        response = super().handle_exception(exc)
        if etag:
            response["ETag"] = etag
        return response

    def _current(self) -> str:
        return etag_of(reading.opened(self.actor, self.kwargs["number"]).version)


def etag_of(version: int) -> str:
    return f'"{version}"'


def whole(actor, number: str, status: int = 200):
    told = reading.whole(actor, number)
    return answer(told, status, {"ETag": etag_of(told["version"])})


class CaseList(Writing):
    act = "file"
    query_class = CaseQuery

    def doc(self, method: str) -> Doc:
        if method == "get":
            told = Text("案件列表", "List cases")
            return Doc("list_cases", told, SummaryShape, paged=True, headers=("ETag", "Link"), errors=READING)
        return Doc(
            "file_case", Text("要回一笔扣款：建立案件", "Claim a deduction: file a case"), CaseShape, 201,
            headers=("ETag", "Location"), errors=WRITING, body=self.body,
        )  # fmt: skip

    def get(self, request):
        found = reading.listed(self.actor, self.asked)
        response = paging.answer_page(request, found, [reading.summary(case) for case in found.rows])
        return unless_known(request, response)

    def post(self, request):
        def work():
            number = self.perform()
            response = whole(self.actor, number, 201)
            response["Location"] = f"{request.path}/{number}"
            return response

        return self.answered(work)


class OneCase(Api):
    docs = {"get": Doc("read_case", Text("一个案件", "One case"), CaseShape, headers=("ETag",))}

    def get(self, request, number: str):
        return whole(self.actor, number)


class OneAct(Writing):
    """POST performs one act and answers the whole case; each act of the table has its own address and schema."""

    tag = "acts"

    def doc(self, method: str) -> Doc:
        label, versioned = workflow.ACTS[self.act].label, not self.act.startswith("add_")
        return Doc(self.act, label, CaseShape, headers=("ETag",), errors=ACTING, body=self.body, versioned=versioned)

    def post(self, request, number: str):
        if workflow.ACTS[self.act].second and self.actor.is_alone and not access.is_fresh(request._request):
            raise NotAllowed(PROVE)
        return self.answered(lambda: whole(self.actor, self.perform(number)))


class UnknownAct(Api):
    """What the table does not name, or does not let anybody do yet, is not there."""

    schema = None

    def post(self, request, number: str, act: str):
        raise NotFound


class Timeline(Api):
    docs = {"get": Doc("list_events", Text("经过", "Timeline"), EventShape, paged=True, headers=("ETag", "Link"))}
    query_class = PageQuery

    def get(self, request, number: str):
        case = reading.opened(self.actor, number)
        return unless_known(request, paging.answer_page(request, *reading.timeline(self.actor, case, self.asked)))


class Deadlines(Api):
    """All clocks the case has had, with how each was worked out."""

    docs = {
        "get": Doc("list_deadlines", Text("全部期限", "All deadlines"), DeadlineShape, paged=True, headers=("ETag",))
    }

    def get(self, request, number: str):
        case = reading.opened(self.actor, number)
        rows = DeadlineShape(reading.deadlines(self.actor, case), many=True).data
        return unless_known(request, answer({"results": rows, "next": None, "previous": None}))


class EvidenceList(Writing):
    act = "add_evidence"
    query_class = PageQuery

    def doc(self, method: str) -> Doc:
        if method == "get":
            return Doc("list_evidence", Text("证据", "Evidence"), EvidenceShape, paged=True, headers=("ETag", "Link"))
        label = workflow.ACTS[self.act].label
        return Doc("post_evidence", label, EvidenceShape, 201, headers=("Location",), errors=ACTING, body=self.body)

    def get(self, request, number: str):
        case = reading.opened(self.actor, number)
        return unless_known(request, paging.answer_page(request, *reading.evidence_page(self.actor, case, self.asked)))

    def post(self, request, number: str):
        def work():
            self.perform(number)
            case = reading.opened(self.actor, number)
            item = reading.evidence_of(self.actor, case).get(position=case.evidence_count)
            return answer(reading.evidence_item(case, item), 201, {"Location": f"{request.path}/{item.position}"})

        return self.answered(work)


class OneEvidence(Api):
    docs = {"get": Doc("read_evidence", Text("一份证据", "One piece of evidence"), EvidenceShape)}

    def get(self, request, number: str, position: int):
        case = reading.opened(self.actor, number)
        item = reading.evidence_of(self.actor, case).filter(position=position).first()
        if item is None:
            raise NotFound
        return answer(reading.evidence_item(case, item))


class EvidenceFile(Api):
    """The original bytes."""

    docs = {
        "get": Doc(
            "download_evidence", Text("下载原件", "Download the original"), media_type="*/*", errors=(*ONE, "conflict")
        )
    }

    def perform_content_negotiation(self, request, force: bool = False):
        return super().perform_content_negotiation(request, force=True)  # a file is what it is

    def get(self, request, number: str, position: int):
        case = reading.opened(self.actor, number)
        item = reading.evidence_of(self.actor, case).filter(position=position).select_related("file").first()
        if item is None:
            raise NotFound
        return http.download(item.file, item.name)
