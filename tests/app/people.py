"""People who may sign in to a home, and the application over it as they meet it."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from litestar.testing import TestClient

from app.api.application import create_app
from app.home import Home
from app.workshop.accounts import Accounts
from app.workshop.database import Workshop


def add_people(home: Home, people: Mapping[str, tuple[str, ...]], *, password_hash: str) -> None:
    """Let these sign in, by their names and roles, all with one password."""
    with closing(Workshop(home.workshop)) as workshop:
        for name, roles in people.items():
            Accounts(workshop).add(name, roles=roles, password_hash=password_hash, by="test")


@contextmanager
def leading_nowhere(home: Home) -> Iterator[TestClient[Any]]:
    """The application over a home; a redirect is an answer to look at."""
    with TestClient(create_app(home)) as client:
        client.follow_redirects = False
        yield client
