"""Gives orders to processes of their own and waits for what becomes of them, while readers are answered."""

import asyncio
import sys

import msgspec
import structlog

from app.home import Home
from app.processes import environment
from app.publish.apart import Answer, Refusal
from app.publish.orders import Done, Order
from lists.errors import HomeBroken

AT_ONCE = 2
"""So many orders are carried out at a time for one worker; the next ones wait."""


class Orders:
    """Orders to one home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._room = asyncio.Semaphore(AT_ONCE)

    async def carry_out(self, order: Order) -> Done:
        """
        Have an order carried out. Whoever stops waiting does not stop it.

        Raises:
            ListsError: As the act itself; HomeBroken "order-lost" where its process ended without a word.
        """
        return await asyncio.shield(asyncio.ensure_future(self._carry_out(order)))

    async def _carry_out(self, order: Order) -> Done:
        async with self._room:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "app.publish.apart", str(self._home.path)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=environment(),
            )
            written, _ = await process.communicate(msgspec.json.encode(order))
        try:
            answer: Answer = msgspec.json.decode(written, type=Answer)
        except msgspec.DecodeError as error:
            _LOG.error("order-lost", code=process.returncode, order=type(order).__name__)
            raise HomeBroken("order-lost", found=process.returncode) from error
        if isinstance(answer, Refusal):
            raise answer.error()
        return answer


_LOG = structlog.get_logger("blaliste.orders")
