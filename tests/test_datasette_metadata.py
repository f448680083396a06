"""Every table and column is described, every description has its column, and every named query answers."""

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from app.browse.hardening import harden
from app.browse.opened import METADATA, open_snapshot
from app.browse.plugin import prepare_connection
from ingest.schema import PLAIN_TABLES, TABLES, columns_of
from ingest.views import VIEWS
from tests.app.shelf import both_releases

DESCRIBED = json.loads(METADATA.read_bytes())
TABLES_DESCRIBED: dict[str, Any] = DESCRIBED["databases"]["lists"]["tables"]
QUERIES: dict[str, Any] = DESCRIBED["databases"]["lists"]["queries"]
ASOF = {"list": "505", "day": "2026-02-01"}


@pytest.fixture(scope="module")
def lists_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return both_releases(tmp_path_factory.mktemp("tables"))


@pytest.fixture
def db(lists_db: Path):
    """A connection as Datasette gets it, hardened."""
    with closing(sqlite3.connect(f"{lists_db.as_uri()}?immutable=1", uri=True)) as connection:
        prepare_connection(connection, "lists")
        yield connection


def _asked(db: sqlite3.Connection, query: str, **values: str) -> list[dict[str, Any]]:
    """A named query's rows; the parameters not named are empty, as on a page that was just opened."""
    parameters = {name: values.get(name, "") for name in QUERIES[query]["params"]}
    return [dict(row) for row in db.execute(QUERIES[query]["sql"], parameters)]


def test_every_table_and_view_is_described_and_nothing_else(db):
    tables = {
        name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    }

    assert TABLES_DESCRIBED.keys() == tables
    assert all(described["title"] and described["description"] for described in TABLES_DESCRIBED.values())


@pytest.mark.parametrize("table", sorted(TABLES_DESCRIBED))
def test_every_column_is_described_and_every_description_has_its_column(db, table):
    columns = [row["name"] for row in db.execute(f"PRAGMA table_info([{table}])")]

    assert list(TABLES_DESCRIBED[table]["columns"]) == columns


def test_what_is_said_of_a_column_is_what_the_sql_contract_says():
    comments = {name: {c.name: c.comment for c in columns} for name, (_, columns, _) in PLAIN_TABLES.items()}
    comments |= {table.name: {c.name: c.comment for c in columns_of(table)} for table in TABLES}
    comments |= {view.name: dict(view.columns) for view in VIEWS}

    assert {name: described["columns"] for name, described in TABLES_DESCRIBED.items()} == comments


@pytest.mark.parametrize("table", sorted(TABLES_DESCRIBED))
def test_facets_labels_units_and_orders_name_columns_of_their_table(table):
    described = TABLES_DESCRIBED[table]
    named = {
        *described.get("facets", ()),
        *described.get("units", ()),
        *described.get("sortable_columns", ()),
    }
    named |= {described[key] for key in ("label_column", "sort", "sort_desc") if key in described}

    assert named <= described["columns"].keys()


def test_every_unit_is_defined():
    defined = {definition.partition(" ")[0] for definition in DESCRIBED["custom_units"]}

    assert {
        unit for table in TABLES_DESCRIBED.values() for unit in table.get("units", {}).values()
    } <= defined


def test_whose_facts_these_are_is_said():
    assert "demonstration lists are made up" in DESCRIBED["license"]


@pytest.mark.parametrize("query", sorted(QUERIES))
def test_a_query_says_what_it_is_and_names_the_parameters_it_takes(query):
    described = QUERIES[query]

    assert described["title"]
    assert described["description"].endswith(".")
    assert set(described["params"]) == set(re.findall(r":([a-z_]+)", described["sql"]))


@pytest.mark.parametrize("query", sorted(QUERIES))
def test_a_query_runs_with_nothing_filled_in(db, query):
    _asked(db, query)


def test_price_changes_show_both_prices_exactly(db):
    rows = _asked(db, "price_changes", before="505/2026-01-01/1", after="505/2026-04-01/2")

    assert [(row["varenr"], row["price_before"], row["price_after"], row["percent"]) for row in rows] == [
        ("600007", "12.50", "13.00", 4.0),
        ("600009", "12.50", "13.00", 4.0),
    ]


def test_products_leave_with_the_edition_that_lacks_them_or_on_a_day_of_their_own(db):
    leaving = _asked(db, "products_leaving", day="2026-02-01")

    assert [
        (row["list"], row["varenr"], row["last_day_on_list"], row["prescribe_until"]) for row in leaving
    ] == [
        ("505", "600008", "2026-03-31", None),
        ("502", "600009", None, "2026-05-31"),
    ]
    assert _asked(db, "products_leaving", list="505", day="2026-04-01") == []


@pytest.mark.parametrize(("day", "most"), [("2025-12-31", []), ("2026-03-31", [400]), ("2026-04-01", [300])])
def test_limits_are_those_of_the_day_and_each_stands_once(db, day, most):
    limits = _asked(db, "limits_in_force", list="505", day=day)

    # The group above, on which it stands too, gives it to both groups below.
    for group in ("5050101", "5050102"):
        yearly = [row for row in limits if row["per"] == "calendar_year" and row["group_code"] == group]
        assert [row["max"] for row in yearly] == most


def test_own_prescription_names_the_groups_that_need_one(db):
    assert [row["group_code"] for row in _asked(db, "own_prescription", **ASOF)] == ["5050101"]


def test_suppliers_are_counted_per_group(db):
    [before] = _asked(db, "suppliers_per_group", **ASOF)
    [after] = _asked(db, "suppliers_per_group", list="505", day="2026-04-01")

    assert (before["suppliers"], before["products"]) == (1, 3)
    assert (after["suppliers"], after["names"]) == (2, "Fjellro Stomi AS,Havblikk AS")


def test_history_tells_how_a_product_came_changed_and_went(db):
    changed = _asked(db, "product_history", varenr="600007")
    went = _asked(db, "product_history", varenr="600008")

    assert [(row["edition"], row["event"], row["prices"]) for row in changed] == [
        ("505/2026-01-01/1", "added", "Maksimal refusjonspris per enhet 12.50 NOK"),
        ("505/2026-04-01/2", "changed", "Maksimal refusjonspris per enhet 13.00 NOK"),
    ]
    assert [(row["edition"], row["event"], row["prices"]) for row in went][1:] == [
        ("505/2026-04-01/2", "removed", None)
    ]


def test_a_product_on_two_lists_is_found(db):
    [row] = _asked(db, "products_on_several_lists", day="2026-02-01")

    assert (row["varenr"], row["lists"]) == ("600009", 2)
    assert sorted(row["where_listed"].split(", ")) == ["502 5020101", "505 5050101"]


def test_only_a_condition_without_coded_form_is_for_a_person_to_judge(db):
    [row] = _asked(db, "conditions_without_coded_form", **ASOF)

    assert (row["condition"], row["groups"], row["expressed_by"]) == ("ID_TEKST", 1, None)


def test_what_a_release_changed_is_told_product_by_product(db):
    rows = _asked(db, "changes_of_a_release", release="2")

    assert {row["varenr"]: row["event"] for row in rows} == {
        "600007": "changed",
        "600008": "removed",
        "600009": "changed",
        "600010": "added",
    }
    assert _asked(db, "changes_of_a_release") == rows


def test_prices_in_a_group_are_those_of_the_day(db):
    rows = _asked(db, "prices_in_a_group", list="505", group="5050101", day="2026-05-01")

    assert {row["price"] for row in rows} == {"13.00"}
    assert len(rows) == 3


def test_groups_without_products_are_found(db):
    assert [row["group_code"] for row in _asked(db, "groups_without_products", **ASOF)] == ["5050102"]


def test_every_page_of_datasette_opens(lists_db):
    async def statuses() -> dict[str, int]:
        opened = await asyncio.to_thread(open_snapshot, 2, lists_db.parent)
        paths = ["/", "/lists", "/lists/price?amount__gt=12+NOK", "/lists/price.json", "/lists/entry.csv"]
        paths += [f"/lists/{table}" for table in TABLES_DESCRIBED]
        paths += [f"/lists/{query}?{urlencode(ASOF)}" for query in QUERIES]
        try:
            return {path: (await opened.ask(path)).status_code for path in paths}
        finally:
            await opened.close()

    harden()
    assert set(asyncio.run(statuses()).values()) == {200}
