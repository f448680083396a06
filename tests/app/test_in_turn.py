"""Long steps on the event loop: one at a time, whoever asks for less in between, and a line that ends."""

import asyncio

import pytest

from app.in_turn import InTurn
from lists.errors import Refused


def run_beside_each_other(*steps) -> None:
    """Begun in this order, as requests that came in together."""

    async def run() -> None:
        await asyncio.gather(*steps)

    asyncio.run(run())


def test_between_two_long_steps_whoever_asks_for_less_is_answered():
    in_turn, told = InTurn(), []

    async def long(name: str) -> None:
        async with in_turn.turn():
            told.append(name)

    async def short(name: str) -> None:
        await asyncio.sleep(0)  # As a request that comes in while the first long step is being done.
        told.append(name)

    run_beside_each_other(long("search 1"), long("search 2"), short("look-up"), long("search 3"))

    assert told == ["search 1", "look-up", "search 2", "search 3"]


def test_who_comes_when_the_line_is_full_is_told_at_once_and_later_there_is_room_again():
    in_turn, told = InTurn(places=2), []

    async def long(name: str) -> None:
        try:
            async with in_turn.turn():
                told.append(name)
        except Refused as refused:
            told.append(f"{name}: {refused.reason}")

    run_beside_each_other(long("1"), long("2"), long("3"))
    assert told == ["1", "3: busy", "2"]

    run_beside_each_other(long("4"))
    assert told[-1] == "4"


def test_a_step_that_fails_holds_nobody_up():
    in_turn, told = InTurn(), []

    async def fails() -> None:
        with pytest.raises(ValueError, match="no such list"):
            async with in_turn.turn():
                raise ValueError("no such list")

    async def long() -> None:
        async with in_turn.turn():
            told.append("done")

    run_beside_each_other(fails(), long())

    assert told == ["done"]
