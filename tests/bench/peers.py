"""What our answers are measured beside: the same bytes sent by as little as possible, and the usual ways.

Each application is made by a function without arguments, as granian loads it; what it answers from stands in
the environment.
"""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from app.read.encoded import encoded_product
from app.read.view import View
from app.snapshot import Snapshot
from ingest import store
from lists.days import parse_day
from tests.bench.calls import Application, Message, Receive, Send, bare
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


class PriceModel(BaseModel):
    """A price, as one would model it."""

    kind: str
    amount: str
    currency: str
    valid_from: str | None
    valid_to: str | None


class ProductModel(BaseModel):
    """A product with its groups and prices, as one would model it; without its texts."""

    varenr: str
    name: str
    supplier: str | None
    size: str | None
    pack: str | None
    groups: list[str]
    prices: list[PriceModel]


def with_a_framework() -> Any:
    """FastAPI with pydantic over the same tables: three SELECTs, no texts, so less than ours sends."""
    db = sqlite3.connect(f"file:{os.environ[LISTS_DB]}?mode=ro&immutable=1", uri=True)
    app = FastAPI(openapi_url=None)

    @app.get("/v1/products/{varenr}")
    async def product(varenr: str) -> ProductModel:
        entry = db.execute(_ENTRY, (varenr,)).fetchone()
        if entry is None:
            raise HTTPException(404)
        key = (entry[0], varenr)
        return ProductModel(
            varenr=varenr,
            name=entry[1],
            supplier=entry[2],
            size=entry[3],
            pack=entry[4],
            groups=[row[0] for row in db.execute(_GROUPS, key)],
            prices=[_price(row) for row in db.execute(_PRICES, key)],
        )

    return app


def _price(row: Sequence[Any]) -> PriceModel:
    kind, amount, currency, valid_from, valid_to = row
    return PriceModel(
        kind=kind,
        amount=f"{amount / 10_000:.2f}",
        currency=currency,
        valid_from=valid_from,
        valid_to=valid_to,
    )


_ENTRY = "SELECT list, name, supplier, size, pack FROM entry WHERE varenr = ? AND to_ordinal IS NULL"
_NOW = "WHERE list = ? AND varenr = ? AND to_ordinal IS NULL"
_GROUPS = f"SELECT group_code FROM placement {_NOW}"
_PRICES = f"SELECT kind, amount, currency, valid_from, valid_to FROM price {_NOW}"
