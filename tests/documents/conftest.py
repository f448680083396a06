"""A PostgreSQL, a database for each test, and a home that is served as it was after each of its releases."""

import datetime as dt
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from itertools import count
from typing import TypeAlias

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from app.home import Home
from tests.app import builders, homes
from tests.browser.serving import served
from tests.documents import postgres
from tests.documents.nights import SCHEMA

Stage: TypeAlias = Callable[[int], Home]
Service: TypeAlias = Callable[[int], str]

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """A running PostgreSQL; without one the test is skipped, or fails where one is required."""
    programs = postgres.programs()
    if programs is None:
        reason = "no PostgreSQL: its server is not installed"
        if os.environ.get("BLALISTE_REQUIRE_POSTGRES"):
            pytest.fail(f"{reason}, and BLALISTE_REQUIRE_POSTGRES says there must be one")
        pytest.skip(reason)
    with postgres.cluster(programs) as address:
        yield address


@pytest.fixture
def database(cluster: str) -> str:
    """A database of its own with the schema, as libpq finds it."""
    name = f"night{next(_NUMBERS)}"
    with psycopg.connect(f"{cluster} dbname=postgres", autocommit=True) as db:
        db.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    address = f"{cluster} dbname={name}"
    programs = postgres.programs()
    assert programs is not None
    how = ("-q", "-v", "ON_ERROR_STOP=1", "--single-transaction")
    command = [str(programs / "psql"), *how, "-f", str(SCHEMA), "-d", address]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (made.returncode, made.stderr) == (0, "")
    return address


@pytest.fixture(scope="session")
def home_after(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """
    One home as it was after each of its releases.

    It is the story that `builders` draws, up to SUMMER; each release but the fifth kept what it changed.
    """
    folder = tmp_path_factory.mktemp("stages")
    releases: list[tuple[bytes, str, str]] = [
        (builders.first_file(), "2025-12-15", "2026-01-01"),
        (builders.medicines_file(), "2026-01-20", "2026-01-15"),
        (builders.stoma_file(builders.CORRECTED, helfo="2026-01-01"), "2026-03-10", "2026-01-01"),
        (builders.stoma_file(builders.SPRING, helfo="2026-04-01"), "2026-03-20", "2026-04-01"),
        (builders.stoma_file(builders.SUMMER, helfo="2026-07-01"), "2026-06-10", "2026-07-01"),
    ]
    with builders.clock_at():
        home = builders.an_empty_home(folder / "home")
        for number, (content, public, first_day) in enumerate(releases, start=1):
            day = dt.date.fromisoformat(first_day)
            builders.publish_file(home, content, at=public, first_day=day, complete=number != len(releases))
            homes.a_copy(home, folder / str(number))
    return lambda release: Home(folder / str(release))


@pytest.fixture(scope="session")
def served_after(home_after: Stage) -> Iterator[Service]:
    """The address where the home is served as it was after a release."""
    with ExitStack() as stack:
        yield cache(lambda release: stack.enter_context(served(home_after(release))))
