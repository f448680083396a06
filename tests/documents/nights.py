"""Nights of the example's copy: how it is run, and what it must hold afterwards."""

import datetime as dt
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any, TypeAlias

import httpx
import psycopg
from psycopg.sql import SQL, Identifier

from app.client import Lists
from app.home import Home
from ingest.schema import PLAIN_TABLES, TABLES, columns_of
from ingest.views import VIEWS
from tests.conftest import ROOT
from tests.program import Ran

Row: TypeAlias = tuple[Any, ...]

JOB = ROOT / "docs" / "examples" / "nightly_copy" / "nightly_copy.py"
SCHEMA = JOB.with_name("schema.sql")
COLUMNS = {
    **{name: [column.name for column in columns] for name, (_, columns, _) in PLAIN_TABLES.items()},
    **{table.name: [column.name for column in columns_of(table)] for table in TABLES},
    **{view.name: [name for name, _ in view.columns] for view in VIEWS},
}
"""Tables and views of lists.db with their columns."""


# --- a night ---------------------------------------------------------------------


def start(url: str, database: str, *more: str) -> "subprocess.Popen[str]":
    """Start the job as a timer would."""
    command = [sys.executable, str(JOB), url, database, *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def copy(url: str, database: str, *more: str) -> Ran:
    """A whole night."""
    job = start(url, database, *more)
    out, err = job.communicate(timeout=300)
    return Ran(job.returncode, out, err)


def copied(url: str, database: str, *more: str) -> str:
    """What a night says that went well."""
    night = copy(url, database, *more)
    assert (night.code, night.err) == (0, "")
    return night.out.strip()


def refused(url: str, database: str, *more: str) -> str:
    """What a night says that changed nothing; and it did change nothing."""
    before = everything(database)
    night = copy(url, database, *more)
    assert (night.code, night.out) == (1, "")
    assert everything(database) == before
    return night.err.strip()


# --- what it holds ---------------------------------------------------------------


def rows(database: str, query: str) -> list[Row]:
    """What a query answers."""
    with psycopg.connect(database) as db:
        return db.execute(query.encode()).fetchall()


def everything(database: str) -> dict[str, list[Row]]:
    """All that a copy holds."""
    found = {name: sorted(_table(database, name), key=repr) for name in COLUMNS}
    return {**found, "copied": rows(database, "SELECT * FROM blaliste.copied ORDER BY release")}


def assert_is_release(database: str, home: Home) -> None:
    """Row for row, every table and view is that of the release's own database."""
    path = home.sealed(home.current_release()) / "lists.db"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as known:
        for name, columns in COLUMNS.items():
            expected = Counter(known.execute(f"SELECT {', '.join(columns)} FROM {name}"))
            assert Counter(tuple(map(_as_sqlite, row)) for row in _table(database, name)) == expected, name


def assert_shows(database: str, url: str, release: int) -> None:
    """On each of a release's days, the copy says what the release's own file of that day says."""
    with Lists(url) as lists:
        days = lists.files(release).days
    shown = 0
    for day in days:
        file = httpx.get(f"{url}/v1/releases/{release}/files/{day}/all/products.ndjson")
        products = [json.loads(line) for line in file.text.splitlines()]
        shown += len(products)
        for query, told in _TOLD:
            expected = Counter(row for product in products for row in told(product, day.isoformat()))
            assert Counter(rows(database, query.replace("DAY", f"'{day}'"))) == expected, (day, query)
    assert shown


_ON_DAY = "DAY BETWEEN first_day AND coalesce(last_day, 'infinity')"
_PRODUCTS = f"""
SELECT list, edition, varenr, name, supplier, group_code, group_text,
  prescribe_until::text, dispense_until::text
FROM blaliste.product_in_force WHERE {_ON_DAY}
"""
_PRICES = f"""
SELECT e.list, p.varenr, p.kind, p.amount::numeric / 10000, p.currency
FROM blaliste.edition_in_force e
JOIN blaliste.price p ON p.list = e.list AND blaliste.holds(p.from_ordinal, p.to_ordinal, e.ordinal)
WHERE {_ON_DAY}
"""
_LIMITS = f"""
SELECT p.list, p.varenr, p.group_code, q.max, q.per, q.condition
FROM blaliste.product_in_force p
JOIN blaliste.quantity_limit q ON (q.list, q.edition, q.group_code) = (p.list, p.edition, p.group_code)
WHERE {_ON_DAY.replace("first_day", "p.first_day").replace("last_day", "p.last_day")}
"""


_PRICES_ON = "SELECT list, varenr, kind, price, currency FROM blaliste.prices_on(DAY)"


def _listed(product: Any, _day: str) -> Iterator[Row]:
    for entry in product["entries"]:
        supplier = entry.get("supplier", product["supplier"])
        yield (
            *(entry["list"], entry["edition"], product["varenr"], entry.get("name", product["name"])),
            *(supplier and supplier["name"], entry["group"]["code"], entry["group"]["text"]),
            *(entry["prescribe_until"], entry["dispense_until"]),
        )


def _priced(product: Any, _day: str) -> Iterator[Row]:
    """A product has the same prices in all its groups of a list."""
    for entry in {entry["list"]: entry for entry in product["entries"]}.values():
        for price in entry["prices"]:
            yield _price(product, entry, price)


def _held(product: Any, day: str) -> Iterator[Row]:
    for entry in {entry["list"]: entry for entry in product["entries"]}.values():
        for price in entry["prices"]:
            if (price["valid_from"] or "") <= day <= (price["valid_to"] or "9999"):
                yield _price(product, entry, price)


def _price(product: Any, entry: Any, price: Any) -> Row:
    return entry["list"], product["varenr"], price["code"], Decimal(price["amount"]), price["currency"]


def _limited(product: Any, _day: str) -> Iterator[Row]:
    for entry in product["entries"]:
        for limit in entry["limits"]:
            group = entry["group"]["code"]
            yield entry["list"], product["varenr"], group, limit["max"], limit["per"], limit["condition"]


_TOLD = ((_PRODUCTS, _listed), (_PRICES, _priced), (_PRICES_ON, _held), (_LIMITS, _limited))
"""What the copy is asked about a day, and what a line of the file says of it."""


def _table(database: str, name: str) -> list[Row]:
    """The rows of a table or view, its columns in the order of lists.db."""
    columns = SQL(", ").join(map(Identifier, COLUMNS[name]))
    with psycopg.connect(database) as db:
        query = SQL("SELECT {} FROM {}").format(columns, Identifier("blaliste", name))
        return db.execute(query).fetchall()


def _as_sqlite(value: Any) -> Any:
    """A cell as lists.db writes it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        whole, decimals = str(value).split(".")
        return f"{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}"
    return value
