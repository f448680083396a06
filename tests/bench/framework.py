"""A peer: FastAPI with pydantic over the same tables, answering all of a product that ours answers."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

_NOW = "to_ordinal IS NULL"
_ENTRIES = (
    f"SELECT list, name, supplier, size, unit, pack, units_per_pack FROM entry WHERE varenr = ? AND {_NOW}"
)
_OF_PRODUCT = f"list = ? AND varenr = ? AND {_NOW}"
_PLACES = f"SELECT group_code, valid_from, prescribe_until, dispense_until FROM placement WHERE {_OF_PRODUCT}"
_PRICES = f"SELECT kind, amount, currency, valid_from, valid_to FROM price WHERE {_OF_PRODUCT}"
_GROUPS = (
    "SELECT code, text FROM product_group WHERE list = ?2 AND to_ordinal IS NULL"
    " AND code IN (substr(?1, 1, 3), substr(?1, 1, 5), ?1) ORDER BY code"
)
_CONDITIONS = (
    "SELECT DISTINCT c.id, c.applies_to, c.text FROM group_condition g"
    " JOIN condition c ON c.list = g.list AND c.id = g.condition AND c.to_ordinal IS NULL"
    " WHERE g.list = ?2 AND g.to_ordinal IS NULL AND g.code IN (substr(?1, 1, 3), substr(?1, 1, 5), ?1)"
)
_FORMS = (
    "SELECT type, value FROM coded_condition"
    f" WHERE list = ? AND condition = ? AND {_NOW} ORDER BY position, n"
)
_LIMITS = {"15": "calendar_year", "16": "dispensing"}


class Price(BaseModel):
    """A price and its period."""

    kind: str
    amount: str
    currency: str
    valid_from: str | None
    valid_to: str | None


class Limit(BaseModel):
    """At most so many per period."""

    max: int
    per: str
    condition: str


class Condition(BaseModel):
    """A condition's text and whom it binds."""

    id: str
    applies_to: str
    text: str


class Step(BaseModel):
    """A group on the way to the product's own."""

    code: str
    text: str


class Entry(BaseModel):
    """A product in one group of a list."""

    on_list: str
    group_path: list[Step]
    valid_from: str | None
    prescribe_until: str | None
    dispense_until: str | None
    prices: list[Price]
    limits: list[Limit]
    conditions: list[Condition]


class Product(BaseModel):
    """A product as it stands now."""

    varenr: str
    name: str
    supplier: str | None
    size: str | None
    unit: str | None
    pack: str | None
    units_per_pack: int | None
    entries: list[Entry]


def framework(lists_db: str) -> Any:
    """The application over a lists.db that never changes."""
    db = sqlite3.connect(f"file:{lists_db}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    app = FastAPI(openapi_url=None)

    @app.get("/v1/products/{varenr}")
    async def product(varenr: str) -> Product:
        rows = db.execute(_ENTRIES, (varenr,)).fetchall()
        if not rows:
            raise HTTPException(404)
        _, name, supplier, size, unit, pack, units = rows[0]
        return Product(
            varenr=varenr,
            name=name,
            supplier=supplier,
            size=size,
            unit=unit,
            pack=pack,
            units_per_pack=units,
            entries=[entry for row in rows for entry in _entries(db, row[0], varenr)],
        )

    return app


def _entries(db: sqlite3.Connection, code: str, varenr: str) -> list[Entry]:
    prices = [_price(row) for row in db.execute(_PRICES, (code, varenr))]
    return [_entry(db, code, row, prices) for row in db.execute(_PLACES, (code, varenr)).fetchall()]


def _entry(db: sqlite3.Connection, code: str, place: Sequence[Any], prices: list[Price]) -> Entry:
    group, valid_from, prescribe_until, dispense_until = place
    conditions = [
        Condition(id=identity, applies_to=binds, text=text)
        for identity, binds, text in db.execute(_CONDITIONS, (group, code)).fetchall()
    ]
    return Entry(
        on_list=code,
        group_path=[Step(code=step, text=text) for step, text in db.execute(_GROUPS, (group, code))],
        valid_from=valid_from,
        prescribe_until=prescribe_until,
        dispense_until=dispense_until,
        prices=prices,
        limits=[limit for condition in conditions for limit in _limits(db, code, condition.id)],
        conditions=conditions,
    )


def _limits(db: sqlite3.Connection, code: str, condition: str) -> list[Limit]:
    return [
        Limit(max=int(value), per=_LIMITS[kind], condition=condition)
        for kind, value in db.execute(_FORMS, (code, condition))
        if kind in _LIMITS
    ]


def _price(row: Sequence[Any]) -> Price:
    kind, amount, currency, valid_from, valid_to = row
    return Price(
        kind=kind,
        amount=f"{amount / 10_000:.2f}",
        currency=currency,
        valid_from=valid_from,
        valid_to=valid_to,
    )
