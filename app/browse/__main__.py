"""Serves the analysts' door: `python -m app.browse HOST PORT`, the home in BLALISTE_HOME."""

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from app.browse.hardening import bound_memory, harden
from app.browse.switch import Switch
from app.home import Home
from app.serving.api import HEADER_TIMEOUT
from app.serving.lifeline import end_with_parent

SECONDS_TO_END = 3.0


async def main() -> None:
    """Serve until SIGTERM or SIGINT, or until the supervisor is gone."""
    host, port = sys.argv[1:]
    end_with_parent()
    harden()
    bound_memory()
    switch = Switch(Home(Path(os.environ["BLALISTE_HOME"])))
    await switch.look()
    server = Server(
        switch,
        address=host,
        port=int(port),
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT),
        websockets=False,
        log_level=LogLevels.error,  # it warns that to be embedded is new; what we need of it is tested
        log_access=False,
    )
    serving = asyncio.create_task(server.serve())
    following = asyncio.create_task(switch.follow())
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait({serving, following, stopping}, return_when=asyncio.FIRST_COMPLETED)
    following.cancel()
    server.stop()  # type: ignore[no-untyped-call]  # granian types no results here
    with suppress(TimeoutError):
        await asyncio.wait_for(serving, SECONDS_TO_END)
    for task in done - {stopping}:
        task.result()  # what ended by itself says why


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s")
    asyncio.run(main())
    # Threads of Datasette wait for work for ever; there is nothing left to finish.
    os._exit(0)
