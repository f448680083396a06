"""The examples of the API's description are what the demonstration answers (`--rewrite-expected`)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import time_machine
from click.testing import CliRunner
from litestar.testing import TestClient

from app.__main__ import main
from app.api.application import create_app
from app.api.examples import FILE, JSON, Example, examples
from app.api.signing import BYTES
from app.home import Home

DAY = "valid_on=2025-11-15"
CHECK = {
    "prescription": {"code": "505", "written_on": "2025-09-01"},
    "dispensed_on": "2025-10-15",
    "lines": [{"varenr": "999005", "packs": 11}],
    "already": [],
}
QUESTIONS: tuple[tuple[str, str, Any], ...] = (
    ("status", "/v1/status", None),
    ("lists", f"/v1/lists?{DAY}&limit=1", None),
    ("list", f"/v1/lists/505?{DAY}", None),
    ("editions", "/v1/lists/505/editions?limit=2", None),
    ("quality", f"/v1/lists/507/quality?{DAY}", None),
    ("groups", f"/v1/groups?list=505&{DAY}&limit=1", None),
    ("group", f"/v1/groups/5050907?{DAY}", None),
    ("list_products", f"/v1/lists/505/products?group=5050907&{DAY}&limit=1", None),
    ("product", f"/v1/products/999001?{DAY}", None),
    ("lookup", "/v1/products/lookup", {"varenr": ["999005", "000000"], "valid_on": "2025-11-15"}),
    ("history", "/v1/products/999006/history?limit=2", None),
    ("search", f"/v1/search?q=plateforlenger&{DAY}&limit=1", None),
    ("suggest", f"/v1/suggest?q=natt&{DAY}", None),
    ("changes", "/v1/changes?list=505&from=2025-10-31&to=2025-11-01&limit=1&lang=en", None),
    ("watch", "/v1/watch", {"products": {"999001": "0000000000000000"}, "valid_on": "2025-11-15"}),
    ("check", "/v1/check", CHECK),
    ("check_batch", "/v1/check/batch", {"checks": [CHECK]}),
    ("releases", "/v1/releases?limit=1", None),
    ("calendar", "/v1/calendar?from=2025-11-01&limit=2&lang=en", None),
    ("files", "/v1/releases/1/files", None),
    ("calendar_file", "/v1/calendar.ics?from=2025-11-01&to=2025-11-01&lang=nb", None),
    ("keys", "/v1/keys", None),
    ("freshness", "/v1/freshness", None),
    ("manifest", "/v1/releases/1/manifest", None),
    ("manifest_signature", "/v1/releases/1/manifest.sig", None),
)
# A home's own: hashes over its log and its database's bytes, the database's size, its keys and signatures.
_OWN = re.compile(
    rb'("(?:sha256|manifest_sha256|audit|previous)":\s*)"[0-9a-f]{64}"|("bytes":\s*)\d+'
    rb'|("(?:key|public|pem|signed|signature|voucher)":\s*)"[^"]*"'
)


NOT_SHOWN = {"events", "file", "key"}
"""An answer that does not end, a file of any kind, and what is under another address in each home."""


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Any]]:
    home = tmp_path_factory.mktemp("shown") / "home"
    with time_machine.travel("2026-01-05T10:00:00Z", tick=False):
        done = CliRunner().invoke(main, ["--home", str(home), "demo", "--until", "2026-01-01"])
        assert done.exit_code == 0, done.output
        with TestClient(create_app(Home(Path(home)))) as client:
            yield client


def answered(client: TestClient[Any], path: str, body: Any) -> Any:
    answer = client.get(path) if body is None else client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    if answer.headers["Content-Type"] == BYTES:
        return f"{len(answer.content)} bytes"
    if not answer.headers["Content-Type"].startswith(JSON):
        return answer.text
    return msgspec.json.decode(_OWN.sub(_without_own, answer.content))


def _without_own(match: re.Match[bytes]) -> bytes:
    hashed, counted, signed = match.groups()
    if hashed is not None:
        return hashed + b'"' + b"0" * 64 + b'"'
    return counted + b"0" if counted is not None else signed + '"…"'.encode()


@pytest.mark.flow
def test_every_example_is_what_the_demonstration_answers(demonstration, pytestconfig):
    given = tuple(
        Example(operation, path, answered(demonstration, path, body), body)
        for operation, path, body in QUESTIONS
    )
    if pytestconfig.getoption("--rewrite-expected"):
        FILE.write_bytes(msgspec.json.format(msgspec.json.encode(given), indent=1) + b"\n")
        examples.cache_clear()
    for shown, now in zip(examples(), given, strict=True):
        assert shown == now, shown.path


@pytest.mark.flow
def test_every_endpoint_shows_its_example(demonstration):
    described = demonstration.get("/schema/openapi.json").json()
    known = {example.operation: example for example in examples()}
    for item in described["paths"].values():
        for operation in item.values():
            if operation.get("tags") == ["publishing"]:
                continue  # Nobody unknown can try these.
            if operation["operationId"] in NOT_SHOWN:
                continue
            example = known.pop(operation["operationId"])
            [shown] = operation["responses"]["200"]["content"].values()
            assert shown["example"] == example.answer
            assert example.path in operation["description"]
            if example.body is not None:
                assert operation["requestBody"]["content"][JSON]["example"] == example.body
    assert not known
