"""A home that is followed and one that follows it, made once for all who kill, slow and deceive them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from app.home import Home
from tests.app import homes
from tests.crash.copies import NEW, follow_once
from tests.crash.running import Service


@pytest.fixture
def run() -> Iterator[Callable[[Any], Any]]:
    """What is entered by it is left with the test."""
    with ExitStack() as stack:
        yield stack.enter_context


@pytest.fixture(scope="session")
def at_three(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home that is followed, with three releases; nobody changes it."""
    return homes.make_three_releases(tmp_path_factory.mktemp("three"))


@pytest.fixture(scope="session")
def at_four(at_three: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same one release later; nobody changes it."""
    directory = tmp_path_factory.mktemp("four")
    home = homes.a_copy(at_three, directory / "home")
    homes.take(home, homes.write(directory / "juni.xml", goods=NEW, helfo="2026-06-01"), complete=True)
    return home


@pytest.fixture(scope="session")
def followed(at_three: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that followed the first up to release 3; nobody changes it."""
    home = Home(tmp_path_factory.mktemp("second") / "home")
    with Service(at_three).ready() as source, follow_once(home, source.address) as following:
        assert following.wait() == 0, following.said
    return home


@pytest.fixture(scope="session")
def honest_source(at_four: Home) -> Iterator[Service]:
    """A service that is at release 4, and is never killed."""
    with Service(at_four).ready() as source:
        yield source


@pytest.fixture
def copy(followed: Home, tmp_path: Path) -> Home:
    """A home of the test's own that followed up to release 3."""
    return homes.a_copy(followed, tmp_path / "copy")
