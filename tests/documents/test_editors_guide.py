"""The editors' guide tells one quarter; here it is walked, line by line, as it stands there."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result

from app.__main__ import main
from app.editor import routes
from app.words import say
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
LINES = [
    line for block in re.findall(r"```\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines() if line
]
BUTTONS = (
    *("upload-button", "changes-heading", "edit-open", "carry-button", "publish-day", "publish-time"),
    *("editor-drafts", "editor-calendar", "editor-log", "report-noted"),
)


def test_the_guide_is_two_pages():
    assert 600 < len(GUIDE.split()) < 1300


@pytest.mark.parametrize("key", BUTTONS)
def test_the_guide_calls_things_what_the_pages_call_them(key: str):
    assert say("page", key, "nb").casefold() in " ".join(GUIDE.split()).casefold()


def test_the_pages_it_names_are_there():
    known = {path for router in routes.ROUTES for route in router.routes for path in [route.path]}
    assert {"/editor", "/editor/calendar", "/editor/log"} <= known


@pytest.mark.flow
def test_the_quarter_goes_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for name in ("kari", "ola"):
        (tmp_path / f"{name}.txt").write_text(f"{name} har et langt passord\n", encoding="utf-8")
    seen: dict[str, Result] = {}
    with time_machine.travel("2026-11-20T09:00:00Z"):
        for line in LINES:
            done = CliRunner().invoke(main, ["--lang", "nb", *shlex.split(line)[1:]])
            assert done.exit_code == 0, f"{line}\n{done.output}"
            seen[line] = done
            _after(line, _ask)

    assert "Utgivelse 15 er slik den ble forseglet" in seen[LINES[-1]].output
    assert "Haugly Rett" in seen[_line("lookup 999001")].output


def _after(line: str, ask: Callable[..., Any]) -> None:
    """What the guide says holds right after some of its lines."""
    if "publish 13" in line and "--at" in line:
        assert ask("drafts")["items"][0]["state"] == "scheduled"
    elif line.endswith("carry 14 --by Kari"):
        days = [known["valid_from"] for known in ask("drafts")["items"][0]["lists"] if known["list"] == "505"]
        assert days == ["2026-10-01", "2027-01-01"]
    elif line.endswith("publish 14 --by Ola"):
        assert _prices(ask, "2026-11-01") == _prices(ask, "2027-01-01") == {"502": "504.00", "505": "504.00"}
    elif line.endswith("publish 15 --by Ola"):
        assert _prices(ask, "2026-11-01") == _prices(ask, "2027-01-01") == {"502": "540.00", "505": "540.00"}
        assert ask("releases")["items"][-1]["withdraws"] == 14
    elif "edit 14" in line:
        held = CliRunner().invoke(
            main, ["--lang", "en", "--home", "kvartal", "approve", "14", "--by", "Kari"]
        )
        assert "'Kari' is nobody who may approve here" in held.output


def _prices(ask: Callable[..., Any], day: str) -> dict[str, str]:
    """What is reimbursed per pack, list by list."""
    entries = ask("lookup", "999001", "--on", day)["entries"]
    return {
        entry["list"]: price["amount"]
        for entry in entries
        for price in entry["prices"]
        if price["code"] == "P" and price["valid_to"] is None
    }


def _ask(*words: str) -> Any:
    done = CliRunner().invoke(main, ["--json", "--home", "kvartal", *words])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def _line(part: str) -> str:
    return str(next(line for line in LINES if part in line))
