"""A home with history, made once for all who only read it, and the application over it."""

import fcntl
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from app.api.application import Front, create_app
from app.home import Home
from tests.app.both_ways import BothWays, without_short_ways
from tests.app.builders import an_empty_home, clock_at, make_storied_home


@pytest.fixture(scope="session")
def storied_home(tmp_path_factory, worker_id) -> Home:
    """The home that `builders` draws; several processes of one run share it."""
    base = tmp_path_factory.getbasetemp()
    place = base if worker_id == "master" else base.parent
    with (place / "storied.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home = Home(place / "storied")
        if not home.exists():
            with clock_at():
                make_storied_home(home.path)
    return home


@pytest.fixture
def in_june() -> Iterator[None]:
    """The clock stands in June 2026, where the story is told from."""
    with clock_at():
        yield


@pytest.fixture(scope="session")
def running(storied_home) -> Iterator[TestClient[Any]]:
    """The application over the storied home; what it answers on a short way it must on the long one too."""
    with TestClient(BothWays(create_app(storied_home))) as client:
        yield client


@pytest.fixture(scope="module")
def both(storied_home) -> Iterator[tuple[Front, Front]]:
    """The application, and the same without any short way."""
    front = create_app(storied_home)
    served = front.quick._served
    served.open()
    yield front, without_short_ways(front)
    served.close()


@pytest.fixture
def api(running: TestClient[Any], in_june: None) -> TestClient[Any]:
    """The application over the storied home, asked in June 2026."""
    return running


@pytest.fixture
def empty_api(tmp_path) -> Iterator[TestClient[Any]]:
    """The application over a home in which nothing is published."""
    with TestClient(create_app(an_empty_home(tmp_path / "home"))) as client:
        yield client
