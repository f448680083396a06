"""What our answers are measured beside: the same bytes sent by as little as possible, and the usual ways.

Each application is made by a function without arguments, as granian loads it; what it answers from stands in
the environment.
"""

import os
from pathlib import Path
from typing import Any

from app.read.encoded import encoded_product
from app.read.view import View
from app.snapshot import Snapshot
from ingest import store
from lists.days import parse_day
from tests.bench.calls import Application, Message, Receive, Send, bare
from tests.bench.framework import framework
from tests.bench.servers import Command, python

BODY, LISTS_DB, NUMBER, DAY = "BENCH_BODY", "BENCH_LISTS_DB", "BENCH_NUMBER", "BENCH_DAY"
"""Names in the environment: files, a product number, a day."""


def on_granian(name: str) -> Command:
    """How a server runs one of these applications."""
    before = ("-m", "granian", "--interface", "asgi", "--factory", "--workers", "1", "--log-level", "warning")
    return lambda port: python(
        *before, "--host", "127.0.0.1", "--port", str(port), f"tests.bench.peers:{name}"
    )


def same_bytes() -> Application:
    """The least there is: these bytes, whatever is asked."""
    return bare(Path(os.environ[BODY]).read_bytes())


def selected_and_encoded() -> Application:
    """The product on a day, out of the tables and encoded each time, with no framework in front."""
    snapshot = Snapshot(store.connect(Path(os.environ[LISTS_DB])), None)
    view = View(snapshot, valid_on=parse_day(os.environ[DAY]), release=snapshot.release)
    number = os.environ[NUMBER]

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await bare(b"")(scope, receive, send)
            return
        await bare(encoded_product(view, number).body)(scope, receive, send)

    return answer


def with_a_framework() -> Any:
    """FastAPI over the same tables."""
    return framework(os.environ[LISTS_DB])
