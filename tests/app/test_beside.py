"""What takes long is done beside the requests: they go first, and the line before it has an end."""

import asyncio
import sys
import threading
from typing import Any

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from app.beside import PLACES, Beside
from app.served import Served
from app.turns import SWITCH_SECONDS, Turns
from lists.errors import Refused
from tests.app import homes

CHECK = {
    "prescription": {"code": "505", "written_on": "2026-05-01"},
    "dispensed_on": "2026-05-02",
    "lines": [{"varenr": "600008", "packs": 1}],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return homes.make_three_releases(tmp_path_factory.mktemp("beside"))


@pytest.fixture
def served(home):
    served = Served(home)
    served.open()
    yield served
    served.close()


@pytest.fixture
def beside(served):
    beside = Beside(served, places=3)
    yield beside
    beside.close()


def test_whoever_asks_is_answered_while_something_takes_long(served, beside):
    may_end = threading.Event()

    def long(own):
        may_end.wait()
        return own.snapshot.release

    async def ask():
        waiting = asyncio.create_task(beside.answer(long))
        await asyncio.sleep(0)
        assert not waiting.done()
        assert served.snapshot.release == 3
        may_end.set()
        return await waiting

    assert asyncio.run(ask()) == 3


def test_one_comes_after_the_other_in_the_order_they_came(beside):
    done = []

    async def ask():
        await asyncio.gather(
            *(beside.answer(lambda _, place=place: done.append(place)) for place in range(3))
        )

    asyncio.run(ask())
    assert done == [0, 1, 2]


def test_where_the_line_is_full_one_is_sent_away_and_may_come_back(beside):
    may_end = threading.Event()

    async def ask():
        waiting = [asyncio.create_task(beside.answer(lambda _: may_end.wait())) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Refused) as caught:
            await beside.answer(lambda _: None)
        assert caught.value.reason == "busy"
        may_end.set()
        await asyncio.gather(*waiting)
        return await beside.answer(lambda own: own.snapshot.release)

    assert asyncio.run(ask()) == 3
    assert PLACES >= 256


def test_it_reads_from_a_snapshot_of_its_own_which_is_always_the_one_served(tmp_path):
    home = homes.an_empty_home(tmp_path / "home")
    served = Served(home)
    served.open()
    beside = Beside(served)

    async def seen():
        return await beside.answer(lambda own: (own.snapshot.release, own.snapshot is not served.snapshot))

    assert asyncio.run(seen()) == (0, True)
    homes.take(home, homes.write(tmp_path / "a.xml"))
    assert asyncio.run(seen()) == (0, True)
    asyncio.run(served._look())
    assert asyncio.run(seen()) == (1, True)
    beside.close()
    served.close()


def test_a_refusal_reaches_whoever_asked(beside):
    def refuse(_):
        raise Refused("busy")

    with pytest.raises(Refused):
        asyncio.run(beside.answer(refuse))
    assert asyncio.run(beside.answer(lambda own: own.snapshot.release)) == 3


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("GET", "/v1/changes?from=2026-01-01&to=2026-03-01", None),
        ("GET", "/v1/groups", None),
        ("GET", "/v1/lists/505/products", None),
        ("GET", "/v1/lists/505/quality", None),
        ("POST", "/v1/watch", {"products": {}}),
        ("POST", "/v1/check/batch", {"checks": [CHECK]}),
        ("POST", "/v1/products/lookup", {"varenr": ["600007"] * 201}),
    ],
)
def test_over_http_one_is_told_when_to_come_back_and_look_ups_go_on(home, method, address, body):
    front = create_app(home)
    known: Any = front.app.dependencies["beside"]
    known.dependency()._places = 0
    with TestClient(front) as api:
        answer = api.request(method, address, json=body)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/busy")
        assert answer.headers["retry-after"] == "2"
        assert answer.json()["detail"].startswith("More is being asked than can be answered at this moment.")
        assert api.get("/v1/products/600008").status_code == 200


def test_the_interpreter_looks_often_for_who_waits_only_while_something_takes_long(beside):
    usual, seen = sys.getswitchinterval(), []

    def look(_):
        seen.append(sys.getswitchinterval())

    async def ask():
        await asyncio.gather(*(beside.answer(look) for _ in range(3)))

    asyncio.run(ask())
    assert seen == [SWITCH_SECONDS] * 3
    assert sys.getswitchinterval() == usual


def test_it_goes_on_looking_until_the_last_of_several_has_ended():
    turns, usual = Turns(), sys.getswitchinterval()
    with turns.working():
        with turns.working():
            pass
        assert sys.getswitchinterval() == SWITCH_SECONDS
    assert sys.getswitchinterval() == usual
