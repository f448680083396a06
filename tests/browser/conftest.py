"""The editors' pages served for a browser: a home with lists in force, and people who sign in."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.home import Home
from app.workshop.accounts import Accounts
from app.workshop.database import Workshop
from app.workshop.passwords import Cost, hash_password
from tests.app.builders import an_empty_home, first_file, publish_file
from tests.app.ports import a_free_port
from tests.browser.editing import PASSWORD, PEOPLE, Somebody, wait_for

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def editors_home(tmp_path_factory) -> Home:
    """Lists that are in force, and people who work on them; one other person must approve."""
    made = an_empty_home(tmp_path_factory.mktemp("editor") / "home")
    publish_file(made, first_file(), at="2025-12-15", complete=True)
    password = hash_password(PASSWORD, cost=Cost(1, 8, 1))
    with closing(Workshop(made.workshop)) as workshop:
        workshop.set_approvals(1)
        for name, roles in PEOPLE.items():
            Accounts(workshop).add(name, roles=roles, password_hash=password, by="test")
    return made


@pytest.fixture(scope="module")
def editors_site(editors_home) -> Iterator[str]:
    """The program, serving that home."""
    port = a_free_port()
    command = (sys.executable, "-m", "app.serving.api", "app.main:application", "127.0.0.1", str(port), "1")
    environment = {**os.environ, "BLALISTE_HOME": str(editors_home.path)}
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/health/ready")
        yield address
    finally:
        running.terminate()
        running.wait(10)


@pytest.fixture
def person(browser, editors_site):
    """Signs somebody in, in a browser of their own; without scripts unless they are wished for."""
    contexts = []

    def enter(name, **options):
        options = {"locale": "nb-NO", "java_script_enabled": False, **options}
        contexts.append(browser.new_context(**options))
        return Somebody(contexts[-1], editors_site).sign_in(name)

    yield enter
    for context in contexts:
        context.close()
