"""The access log: what was asked and how it went, on the short way and the long; nothing about who asked."""

import json
import subprocess
import sys

import pytest
from litestar.testing import TestClient

from app.access import AccessLog
from app.api.application import create_app
from tests.app.builders import an_empty_home
from tests.app.ports import a_free_port
from tests.browser.serving import ROOT, wait_for


@pytest.fixture
def noted(storied_home, in_june, capsys):
    """Asks an application that keeps an access log, and returns the lines it leaves when it ends."""

    def ask(*questions):
        with TestClient(create_app(storied_home, access_log=AccessLog())) as api:
            for method, address in questions:
                api.request(method, address, headers={"User-Agent": "Karis maskin"})
        said = capsys.readouterr().err
        assert "Karis" not in said
        lines = [json.loads(line) for line in said.splitlines()]
        return [line for line in lines if line["event"] == "asked"]

    return ask


def test_each_request_is_a_line_whichever_way_it_was_answered(noted):
    lines = noted(("GET", "/v1/products/600007"), ("GET", "/v1/products/nope"), ("HEAD", "/"))
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/v1/products/600007", 200),
        ("GET", "/v1/products/nope", 404),
        ("HEAD", "/", 200),
    ]
    for line in lines:
        assert line["ms"] >= 0
        assert line["timestamp"].startswith("2026-06-15T")


def test_what_people_typed_is_not_in_it(noted):
    (line,) = noted(("GET", "/v1/search?q=brokkbind"))
    assert line.keys() == {"event", "method", "path", "status", "ms", "timestamp"}
    assert "brokkbind" not in str(line)


def test_without_one_nothing_is_noted(storied_home, in_june, capsys):
    with TestClient(create_app(storied_home)) as api:
        api.get("/v1/products/600007")
    assert "/v1/products" not in capsys.readouterr().err


def test_lines_wait_for_those_beside_them_and_none_is_lost(capsys):
    log = AccessLog()
    for number in range(3):
        log.note("GET", f"/v1/products/{number}", 200, 0.0001)
    assert capsys.readouterr().err == ""
    log.write()
    log.write()
    assert [json.loads(line)["path"][-1] for line in capsys.readouterr().err.splitlines()] == ["0", "1", "2"]


@pytest.mark.flow
def test_the_whole_program_notes_requests_where_it_is_told_to(tmp_path):
    home = an_empty_home(tmp_path / "home")
    ports = [str(a_free_port()), str(a_free_port())]
    command = (sys.executable, "-m", "app", "--home", str(home.path), "serve", "--access-log")
    with subprocess.Popen(
        (*command, "--port", ports[0], "--data-port", ports[1]), stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as running:
        wait_for(f"http://127.0.0.1:{ports[0]}/health/ready")
        running.terminate()
        _, said = running.communicate()
    assert '"event":"asked","method":"GET","path":"/health/ready","status":200' in said
