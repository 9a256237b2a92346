"""The document against the product: generated requests with a merchant's key, fitting and not, in a bounded time.

Looked for: an answer of 5xx, and any answer whose status, content type, headers or body the document does not allow.
"""

import os
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)  # fmt: skip

from tests import cast as cast_module
from tests import walk
from tests.api.client import key_of

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))  # an operation and mode; more by hand
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
BOUNDED = settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip


@pytest.mark.slow
def test_generated_requests_find_no_broken_answer(served, at):
    at("2026-11-01T09:00")
    cast = cast_module.make()
    known = {"number": walk.file(cast.owner), "position": "1"}
    walk.do(cast.owner, known["number"], "add_evidence", kind="E04", file=walk.photo())
    document = schemathesis.openapi.from_url("http://{}:{}/api/v1/schema".format(*served))
    headers = {"Authorization": f"Bearer {key_of(cast.owner)}"}
    statuses: Counter[int] = Counter()
    for found in document.get_all_operations():
        operation = found.ok()
        if "/actions/" in operation.path:
            known["number"] = walk.file(cast.owner)
        fixed = {one.name: known[one.name] for one in operation.path_parameters if one.name in known}
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @BOUNDED
            @given(case=operation.as_strategy(mode, path_parameters=fixed or None))
            def tried(case):
                named = {"If-Match": '"2"'} if "If-Match" in (case.headers or {}) else {}
                response = case.call(headers={**headers, **named})
                statuses[response.status_code] += 1
                case.validate_response(response, checks=CHECKS)

            tried()
    print(dict(statuses))
    assert {200, 400, 404} <= set(statuses)
    assert statuses.total() > 100
