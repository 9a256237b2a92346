"""The OpenAPI document: complete, valid, committed as it is; and the pages about the API."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from django.conf import settings
from django.urls import get_resolver

from cases import workflow
from config.http import PROBLEMS
from tests import walk
from tests.conftest import ROOT, manage

COMMITTED = Path(ROOT) / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def document() -> dict:
    return yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))


def test_the_committed_document_is_the_one_served(tmp_path):
    made = tmp_path / "openapi.yaml"
    manage("spectacular", "--lang", "zh-hans", "--validate", "--fail-on-warn", "--file", str(made))
    assert made.read_text(encoding="utf-8") == COMMITTED.read_text(encoding="utf-8"), (
        "docs/openapi.yaml is stale; make it anew: manage.py spectacular --lang zh-hans --file docs/openapi.yaml"
    )


def test_it_is_served_as_json_and_as_yaml_in_the_readers_language(client, db):
    served = client.get("/api/v1/schema")
    assert served["Content-Type"].startswith("application/json")
    told = served.json()
    assert told["openapi"].startswith("3.1")
    assert told["paths"]["/api/v1/cases/{number}/actions/send_letter"]["post"]["summary"] == "发出要求说明函"
    english = client.get("/api/v1/schema", headers={"Accept-Language": "en"}).json()
    assert not re.search(r"[\u4e00-\u9fff]", json.dumps(english, ensure_ascii=False))
    as_yaml = client.get("/api/v1/schema", headers={"Accept": "application/yaml"})
    assert yaml.safe_load(as_yaml.content) == told


def test_every_act_and_every_address_is_in_it(document):
    for act in workflow.ALIVE:
        path = "/api/v1/cases" if act == "file" else f"/api/v1/cases/{{number}}/actions/{act}"
        schema = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert schema["additionalProperties"] is False
        examples = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["examples"]
        for example in examples.values():
            jsonschema.validate(example["value"], schema)
    named = {name for name in get_resolver().reverse_dict if isinstance(name, str) and name.startswith("api-")}
    told = {operation["operationId"] for methods in document["paths"].values() for operation in methods.values()}
    assert len(told) == sum(len(methods) for methods in document["paths"].values())
    # One operation an address; two for lists that also take, three for a record; the catch-all and the pages have none.
    assert len(told) == len(named - {"api-act", "api-schema", "api-docs", "api-problems"}) + 2 + 4 + 2 * 4


def test_every_operation_names_its_refusals_and_keys(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            headers = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
            answers = set(operation["responses"])
            assert {"400", "401", "403", "503"} <= answers, path
            assert ("Idempotency-Key" in headers) == (method == "post"), path
            acts = "412" in answers and "/actions/" in path and "/add_" not in path
            assert ("If-Match" in headers) == (acts or method in ("patch", "delete")), path
    codes = {name for answer in document["components"]["responses"] for name in answer.split("_")[:1]}
    assert codes <= {str(status) for status, _, _ in PROBLEMS.values()}


def test_an_answer_keeps_to_its_schema(at, cast, shop, document):
    number = walk.shop_explained(at, cast)
    for path, named in (
        ("/cases", "Summary"), (f"/cases/{number}/timeline", "Event"), (f"/cases/{number}/evidence", "Evidence"),
        (f"/cases/{number}/deadlines", "Deadline"), ("/terminals", "Terminal"),
    ):  # fmt: skip
        rows = shop.get(path).json()["results"]
        assert rows
        validate(document, f"{named}Shape" if f"{named}Shape" in document["components"]["schemas"] else named, rows[0])
    schemas = document["components"]["schemas"]
    validate(document, "CaseShape" if "CaseShape" in schemas else "Case", shop.case(number))


def validate(document: dict, name: str, value) -> None:
    jsonschema.validate(value, {"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def test_the_document_can_be_browsed_without_inline_script_or_other_hosts(client, db):
    page = client.get("/api/docs/")
    html = page.content.decode()
    assert page.status_code == 200
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|https?://", html)
    scripts = re.findall(r'<script src="([^"]+)"', html)
    script = client.get(scripts[-1].replace("&amp;", "&"))
    assert script.status_code == 200
    assert "/api/v1/schema" in script.content.decode()


def test_every_code_is_explained_where_its_type_points(client, db):
    for language in ("zh", "en"):
        html = client.get(f"/api/docs/problems?lang={language}").content.decode()
        for code, (status, title, todo) in PROBLEMS.items():
            assert f'id="{code}"' in html
            assert str(status) in html
            assert (title.en if language == "en" else title.zh) in html
            assert todo
    assert settings.BASE_URL
