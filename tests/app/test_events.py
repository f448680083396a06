"""Told at once: whoever listens hears of each release, from the one seen last, and that the line is alive."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar.response import ServerSentEventMessage
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


async def hear(told: AsyncIterator[ServerSentEventMessage], count: int) -> list[ServerSentEventMessage]:
    return [await anext(told) for _ in range(count)]


def releases(heard: list[ServerSentEventMessage]) -> list[int]:
    return [said(message)["release"] for message in heard if message.event == "release"]


def said(message: ServerSentEventMessage) -> Any:
    assert isinstance(message.data, bytes)
    return json.loads(message.data)


def test_what_was_missed_is_told_first_oldest_first(served):
    served.open()

    async def listen() -> list[ServerSentEventMessage]:
        return await hear(Listeners().releases(served, 1), 3)

    heard = asyncio.run(listen())
    assert heard[0].comment == "release 3"
    assert releases(heard) == [2, 3]
    assert [message.id for message in heard[1:]] == ["2", "3"]


def test_what_is_told_is_what_the_list_of_releases_says(home, served):
    served.open()

    async def listen() -> list[ServerSentEventMessage]:
        return await hear(Listeners().releases(served, 0), 4)

    with TestClient(create_app(home)) as api:
        items = api.get("/v1/releases").json()["items"]
    assert [said(message) for message in asyncio.run(listen())[1:]] == items


def test_a_release_is_told_as_soon_as_it_is_served(served):
    served.go_over_to(2)

    async def listen() -> list[ServerSentEventMessage]:
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

    async def listen() -> list[ServerSentEventMessage]:
        return await hear(Listeners().releases(served, 3), 3)

    assert [message.comment for message in asyncio.run(listen())] == ["release 3", "here", "here"]


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
