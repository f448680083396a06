"""What several rooms' tests start from: a home, the real lists, a browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent

# A busy machine is slow and not wrong. Whoever judges a commit tries the same examples each time, so that the
# verdict is about the commit; at everybody else's desk each run tries new ones.
settings.register_profile("blaliste", deadline=None, derandomize="BLALISTE_SAME_EXAMPLES" in os.environ)
settings.load_profile("blaliste")

# Figures are not tests, and what they are compared with is not installed for tests.
collect_ignore_glob = ["bench*"]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real lists beside the project; without it the test is skipped."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real lists are not here: no folder ../shared/data")
    return folder


@pytest.fixture
def a_home(tmp_path: Path) -> Path:
    """The path of a home that does not exist yet."""
    return tmp_path / "home"


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A running Chromium; without one the test is skipped, or fails where a browser is required."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        _absent("no browser: there is no program named chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


def _absent(reason: str) -> None:
    if os.environ.get("BLALISTE_REQUIRE_BROWSER"):
        pytest.fail(f"{reason}, and BLALISTE_REQUIRE_BROWSER says there must be one")
    pytest.skip(reason)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden answers are rewritten only on request, and the difference is looked at."""
    parser.addoption("--rewrite-expected", action="store_true", help="write golden answers anew")
