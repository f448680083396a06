"""The description says what the API does, and the page that shows it loads nothing from outside."""

import re
from html.parser import HTMLParser

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.api.problems import STATUS

IDS = {
    "/v1/status": "status",
    "/v1/lists": "lists",
    "/v1/lists/{list}": "list",
    "/v1/lists/{list}/editions": "editions",
    "/v1/lists/{list}/products": "list_products",
    "/v1/groups": "groups",
    "/v1/groups/{code}": "group",
    "/v1/products/{varenr}": "product",
    "/v1/products/lookup": "lookup",
    "/v1/search": "search",
    "/v1/suggest": "suggest",
    "/v1/releases": "releases",
    "/v1/changes": "changes",
    "/v1/products/{varenr}/history": "history",
    "/v1/watch": "watch",
    "/v1/check": "check",
    "/v1/check/batch": "check_batch",
    "/v1/lists/{list}/quality": "quality",
    "/v1/calendar": "calendar",
    "/v1/calendar.ics": "calendar_file",
    "/v1/releases/{release}/files": "files",
    "/v1/releases/{release}/files/{path}": "file",
    "/v1/keys": "keys",
    "/v1/keys/{key}": "key",
    "/v1/freshness": "freshness",
    "/v1/releases/{release}/manifest": "manifest",
    "/v1/releases/{release}/manifest.sig": "manifest_signature",
}

STREAMS = {"/v1/events": "events"}
"""What does not end; tried in test_events."""

ACTS = {
    "POST /v1/drafts": "upload",
    "GET /v1/drafts": "drafts",
    "GET /v1/drafts/{draft}": "draft",
    "PATCH /v1/drafts/{draft}": "change_draft",
    "GET /v1/drafts/{draft}/report.csv": "draft_report",
    "GET /v1/drafts/{draft}/changes": "draft_changes",
    "GET /v1/drafts/{draft}/changes.csv": "draft_changes_table",
    "POST /v1/drafts/{draft}/carry": "carry_draft",
    "POST /v1/drafts/{draft}/approve": "approve_draft",
    "POST /v1/drafts/{draft}/reject": "reject_draft",
    "POST /v1/drafts/{draft}/abandon": "abandon_draft",
    "POST /v1/drafts/{draft}/unschedule": "unschedule_draft",
    "POST /v1/drafts/{draft}/publish": "publish_draft",
    "POST /v1/releases/{release}/withdraw": "withdraw_release",
    "POST /v1/lists/{list}/close": "close_list",
}
"""What only people and programs with a role may ask; tried in test_api_drafts."""


@pytest.fixture(scope="module")
def described(running):
    answer = running.get("/schema/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(described):
    """Every operation by method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, item in described["paths"].items()
        for method, operation in item.items()
    }


def test_it_is_openapi_3_1_and_names_every_endpoint(described):
    assert described["openapi"].startswith("3.1")
    known = {act: operation["operationId"] for act, operation in operations(described).items()}
    for act, operation in operations(described).items():
        assert (operation.get("tags") == ["publishing"]) == (act in ACTS), act
    read = {path.split(" ")[1]: name for path, name in known.items() if path not in ACTS}
    assert read == {**IDS, **STREAMS}
    assert {path: name for path, name in known.items() if path in ACTS} == ACTS


def test_every_endpoint_parameter_and_answer_is_described(described):
    for path, operation in operations(described).items():
        assert operation["summary"], path
        assert operation["description"].endswith("."), path
        for parameter in operation.get("parameters", ()):
            assert parameter["description"].rstrip(".") != "", (path, parameter["name"])
            assert "oneOf" not in parameter["schema"], (path, parameter["name"])
        for status, answer in operation["responses"].items():
            assert answer["description"], (path, status)
            assert answer["content"], (path, status)


def test_every_shape_and_every_refusal_is_described(described):
    for name, schema in described["components"]["schemas"].items():
        assert schema.get("description"), name
    for operation in operations(described).values():
        assert set(map(int, operation["responses"])) <= {200, 201, 202, *STATUS.values()}
        assert "400" in operation["responses"]


class Loaded(HTMLParser):
    """Every address that a page makes a browser fetch."""

    def __init__(self, text):
        super().__init__()
        self.addresses = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.addresses += [given[name] for name in ("src", "srcset", "action", "data") if name in given]
        if tag == "link":
            self.addresses.append(given["href"])


def test_the_page_of_the_description_loads_nothing_from_outside(api):
    page = api.get("/schema")
    assert page.headers["content-type"].startswith("text/html")
    addresses = Loaded(page.text).addresses
    assert addresses
    for address in addresses:
        assert address.startswith("/"), address
        assert api.get(address).status_code == 200, address
    assert not re.findall(
        r"https?://(?!www\.w3\.org|json-schema\.org)", page.text.split("const ui")[0][:3000]
    )


# --- the API does what its description says --------------------------------------------

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def schema(described):
    return schemathesis.openapi.from_dict(described)


@pytest.mark.parametrize("path", IDS)
def test_answers_and_refusals_are_as_described(schema, api, path):
    found = (result.ok() for result in schema.get_all_operations())
    operation = next(operation for operation in found if operation.path == path)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case):
        asked = requests.Request(**case.as_transport_kwargs(str(api.base_url))).prepare()
        answer = api.request(asked.method, asked.url, content=asked.body, headers=dict(asked.headers))
        case.validate_response(answer, checks=CHECKS)

    ask()


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/v1/status", "/v1/status"),
        ("/v1/lists", "/v1/lists"),
        ("/v1/lists/{list}", "/v1/lists/505"),
        ("/v1/lists/{list}", "/v1/lists/200?valid_on=2026-01-01"),
        ("/v1/lists/{list}/editions", "/v1/lists/505/editions?limit=2"),
        ("/v1/lists/{list}/products", "/v1/lists/505/products?limit=2"),
        ("/v1/groups", "/v1/groups"),
        ("/v1/groups/{code}", "/v1/groups/A10A"),
        ("/v1/products/{varenr}", "/v1/products/600007"),
        ("/v1/products/{varenr}", "/v1/products/600008"),
        ("/v1/products/{varenr}", "/v1/products/600009"),
        ("/v1/products/{varenr}", "/v1/products/600014"),
        ("/v1/products/{varenr}", "/v1/products/600010?valid_on=2026-01-15"),
        ("/v1/search", "/v1/search?q=pose&limit=1"),
        ("/v1/suggest", "/v1/suggest?q=po"),
        ("/v1/releases", "/v1/releases?limit=2"),
        ("/v1/changes", "/v1/changes?from=2025-12-31&to=2026-07-01"),
        ("/v1/changes", "/v1/changes?from=505/2026-01-01/1&to=505/2026-01-01/3"),
        ("/v1/products/{varenr}/history", "/v1/products/600007/history"),
        ("/v1/calendar", "/v1/calendar?from=2026-01-01"),
        ("/v1/calendar.ics", "/v1/calendar.ics?from=2026-01-01"),
        ("/v1/releases/{release}/files", "/v1/releases/6/files"),
        ("/v1/releases/{release}/files", "/v1/releases/1/files"),
        ("/v1/keys", "/v1/keys"),
        ("/v1/freshness", "/v1/freshness"),
        ("/v1/releases/{release}/manifest", "/v1/releases/1/manifest"),
        ("/v1/releases/{release}/manifest.sig", "/v1/releases/1/manifest.sig"),
    ],
)
def test_full_answers_are_as_described(schema, api, path, address):
    operation = schema[path]["GET"]
    parts = {"list": "505", "code": "5050101", "varenr": "600007", "release": 1}
    case = operation.Case(path_parameters=parts)
    case.validate_response(api.get(address), checks=CHECKS)


def test_a_full_lookup_is_as_described(schema, api):
    asked = {"varenr": ["600007", "600008", "600009", "600010", "012345", "1"]}
    answer = api.post("/v1/products/lookup", json=asked)
    assert len(answer.json()["items"]) == 4
    schema["/v1/products/lookup"]["POST"].Case().validate_response(answer, checks=CHECKS)


def test_a_full_watch_is_as_described(schema, api):
    asked = {"products": {"600007": "x", "600008": "x"}, "groups": {"5050101": "x", "9": "x"}}
    answer = api.post("/v1/watch", json=asked)
    assert len(answer.json()["groups"]["changed"]) == 1
    schema["/v1/watch"]["POST"].Case().validate_response(answer, checks=CHECKS)
