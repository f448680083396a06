"""Windows on a served home; and one for the editors: lists in force, and people who sign in."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from app.home import Home
from app.workshop.database import Workshop
from app.workshop.passwords import Cost, hash_password
from tests.app.builders import an_empty_home, first_file, publish_file
from tests.app.people import add_people
from tests.browser.editing import PASSWORD, PEOPLE, Somebody
from tests.browser.serving import served


@pytest.fixture(scope="module")
def editors_home(tmp_path_factory) -> Home:
    """Lists that are in force, and people who work on them; one other person must approve."""
    made = an_empty_home(tmp_path_factory.mktemp("editor") / "home")
    publish_file(made, first_file(), at="2025-12-15", complete=True)
    password = hash_password(PASSWORD, cost=Cost(1, 8, 1))
    with closing(Workshop(made.workshop)) as workshop:
        workshop.set_approvals(1)
    add_people(made, PEOPLE, password_hash=password)
    return made


@pytest.fixture(scope="module")
def editors_site(editors_home) -> Iterator[str]:
    """The program, serving that home."""
    with served(editors_home) as address:
        yield address


@pytest.fixture
def open_page(browser, site):
    """Opens an address in a fresh window; what is loaded from outside or goes wrong is kept on the page."""
    contexts = []

    def open_it(address, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.faults, page.outside = [], []
        page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on(
            "request",
            lambda sent: None if sent.url.startswith((site, "data:")) else page.outside.append(sent.url),
        )
        page.goto(site + address, wait_until="networkidle")
        return page

    yield open_it
    for context in contexts:
        context.close()


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
