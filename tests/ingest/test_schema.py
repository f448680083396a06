"""The public SQL contract: every table and column says what it means, and holds only what it says."""

import sqlite3
from contextlib import closing

import pytest

from ingest.schema import PLAIN_TABLES, TABLES, columns_of, create_sql

ALL = {name: columns for name, (_, columns, _) in PLAIN_TABLES.items()} | {
    table.name: columns_of(table) for table in TABLES
}
COMMENTS = {name: comment for name, (comment, _, _) in PLAIN_TABLES.items()} | {
    table.name: table.comment for table in TABLES
}


@pytest.fixture
def db():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(create_sql())
        yield connection


def test_the_sql_makes_exactly_the_tables_and_columns_described(db):
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    assert sorted(tables) == sorted(ALL)
    for name, columns in ALL.items():
        made = db.execute(f"SELECT name, type FROM pragma_table_info('{name}')").fetchall()
        assert made == [(column.name, column.type) for column in columns]


def test_every_table_is_strict_and_clustered_by_its_key(db):
    told = db.execute(
        "SELECT name, wr, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    )
    kinds = {name: (without_row_id, strict) for name, without_row_id, strict in told if name in ALL}
    assert kinds == dict.fromkeys(ALL, (1, 1))


def test_a_versioned_row_is_found_by_list_key_and_first_edition(db):
    for table in TABLES:
        info = db.execute(f"SELECT name FROM pragma_table_info('{table.name}') WHERE pk > 0 ORDER BY pk")
        key = [name for (name,) in info]
        assert key == ["list", *(column.name for column in table.key), "from_ordinal"]


@pytest.mark.parametrize("table", ALL)
def test_every_table_and_column_says_what_it_means_in_a_sentence(table):
    assert COMMENTS[table].endswith(".")
    for column in ALL[table]:
        assert column.comment.endswith((".", "…")), column.name
        assert column.comment in create_sql()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_marks_of_a_source_stand_behind_the_content(table):
    marks = [column.mark for column in table.values]
    assert marks == sorted(marks)
    assert table.content == marks.count(False)


def test_a_table_refuses_a_number_where_a_code_belongs_and_a_fraction_where_money_belongs(db):
    with pytest.raises(sqlite3.IntegrityError, match="cannot store REAL value in INTEGER column"):
        db.execute(
            "INSERT INTO price (list, varenr, position, from_ordinal, amount) VALUES ('505', '1', 0, 1, 0.5)"
        )
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        db.execute("INSERT INTO gtin (list, varenr, gtin, from_ordinal) VALUES ('505', '600007', NULL, 1)")


def test_the_views_can_be_read(db):
    views = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")]
    for view in views:
        assert db.execute(f"SELECT * FROM {view}").fetchall() == []
