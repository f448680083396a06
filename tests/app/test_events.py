"""Told at once: whoever listens hears of each release, from the one seen last, and that the line is alive."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar.testing import TestClient

from app.api import events
from app.api.application import create_app
from app.api.events import Listeners
from app.served import Served
from lists.errors import Refused
from tests.app import homes


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return homes.make_three_releases(tmp_path_factory.mktemp("told"))


@pytest.fixture
def served(home):
    served = Served(home)
    yield served
    served.let_go()


async def hear(told: AsyncIterator[str], count: int) -> list[str]:
    return [await anext(told) for _ in range(count)]


def fields(message: str) -> dict[str, str]:
    """The fields of one message; a comment has none, and each message ends with an empty line."""
    assert message.endswith("\n\n")
    lines = [line for line in message.splitlines() if line and not line.startswith(":")]
    return dict(line.split(": ", 1) for line in lines)


def releases(heard: list[str]) -> list[int]:
    return [said(message)["release"] for message in heard if fields(message).get("event") == "release"]


def said(message: str) -> Any:
    return json.loads(fields(message)["data"])


def test_what_was_missed_is_told_first_oldest_first(served):
    served.open()

    async def listen() -> list[str]:
        return await hear(Listeners().releases(served, 1), 3)

    heard = asyncio.run(listen())
    assert heard[0] == ": release 3\nretry: 2000\n\n"
    assert releases(heard) == [2, 3]
    assert [fields(message)["id"] for message in heard[1:]] == ["2", "3"]


def test_what_is_told_is_what_the_list_of_releases_says(home, served):
    served.open()

    async def listen() -> list[str]:
        return await hear(Listeners().releases(served, 0), 4)

    with TestClient(create_app(home)) as api:
        items = api.get("/v1/releases").json()["items"]
    assert [said(message) for message in asyncio.run(listen())[1:]] == items


def test_a_release_is_told_as_soon_as_it_is_served(served):
    served.go_over_to(2)

    async def listen() -> list[str]:
        told = Listeners().releases(served, 2)
        first = await hear(told, 1)
        waiting = asyncio.ensure_future(anext(told))
        await asyncio.sleep(0)
        assert not waiting.done()
        served.go_over_to(3)
        return [*first, await waiting]

    assert releases(asyncio.run(listen())) == [3]


def test_a_line_without_news_says_that_it_is_alive(served, monkeypatch):
    served.open()
    monkeypatch.setattr(events, "HEARTBEAT", 0.01)

    async def listen() -> list[str]:
        return await hear(Listeners().releases(served, 3), 3)

    assert asyncio.run(listen()) == [": release 3\nretry: 2000\n\n", ": here\n\n", ": here\n\n"]


def test_so_many_may_listen_and_no_more(served):
    served.open()
    listeners = Listeners(most=1)

    async def listen() -> None:
        told = listeners.releases(served, 3)
        listeners.require_place()
        await anext(told)
        with pytest.raises(Refused, match="busy"):
            listeners.require_place()
        await told.aclose()  # type: ignore[attr-defined]
        listeners.require_place()

    asyncio.run(listen())


@pytest.mark.parametrize("seen", ["x", "-1", "1.5", ""])
def test_a_number_that_is_none_is_refused(api, seen):
    refused = api.get(f"/v1/events?after={seen}")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "after")


def test_a_last_event_id_that_is_none_is_refused_by_its_name(api):
    refused = api.get("/v1/events", headers={"Last-Event-ID": "x"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "Last-Event-ID")
    assert "the number of a release, such as 12" in refused.json()["detail"]
