"""The views say what the rules in lists/ say: which edition, limit, requirement and price."""

import datetime as dt
import gzip
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from typing import Any, BinaryIO, cast

import msgspec
import pytest

from ingest import store
from ingest.convert import convert
from ingest.m30.read import read
from ingest.reading import FirstDays
from ingest.write import Addition, write
from lists.codes import PRODUCT_GROUP, Code
from lists.conditions import Limit, Requirement, binding, limits_of, path_of, requirements_of
from lists.edition import Edition
from lists.money import format_amount
from lists.records import Group, Placement
from lists.rules import judge
from lists.timeline import Timeline
from tests.builders import a_condition, a_form, a_group, a_price, an_edition, an_entry

DAYS = [dt.date(2026, 1, day) for day in range(1, 12)]


def _written(directory: Path, *releases: tuple[Edition, ...]) -> Connection:
    former = None
    for number, editions in enumerate(releases, start=1):
        target = directory / f"{number}.db"
        made = store.Release(number, dt.datetime(2026, 1, number, tzinfo=dt.UTC))
        write(target, former=former, release=made, additions=map(Addition, editions))
        former = target
    assert former is not None
    return store.connect(former)


@pytest.fixture
def corrected(tmp_path: Path) -> Iterator[Connection]:
    """Days 3, 5, 3 again (a correction), 9, and 4 (a correction below a later edition)."""
    first_days = [3, 5, 3, 9, 4]
    releases = [(an_edition(valid_from=dt.date(2026, 1, day), title=f"{day}"),) for day in first_days]
    with closing(_written(tmp_path, *releases)) as db:
        yield db


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_edition_in_force_is_that_of_the_timeline(corrected, day):
    expected = Timeline(store.editions(corrected)).in_force(day, 5)
    found = corrected.execute(
        "SELECT edition FROM edition_in_force WHERE first_day <= ?1 AND (last_day IS NULL OR last_day >= ?1)",
        (day.isoformat(),),
    ).fetchall()

    assert found == ([(expected.id,)] if expected else [])


def test_the_price_in_an_edition_is_the_last_begun_and_written_exactly(tmp_path):
    days = [dt.date(2025, 1, 1), dt.date(2026, 1, 1), dt.date(2026, 2, 1)]
    amounts = [100_000, 6_888_000, 12_345]
    prices = tuple(a_price(amount, valid_from=day) for amount, day in zip(amounts, days, strict=True))
    undated = a_price(12_340, kind=Code("P", prices[0].kind.system, "Per pakning"), valid_from=None)
    with closing(_written(tmp_path, (an_edition((an_entry(prices=(*prices, undated)),)),))) as db:
        rows = db.execute("SELECT kind, amount, price FROM price_in_edition ORDER BY kind").fetchall()

    assert rows == [("E", 6_888_000, "688.80"), ("P", 12_340, "1.234")]
    assert [format_amount(amount) for _, amount, _ in rows] == [text for _, _, text in rows]


def test_a_group_whose_parent_the_source_says_is_bound_by_the_conditions_above(tmp_path):
    groups = (
        _of_another_system("A", conditions=("ID_HIGH",)),
        _of_another_system("B", parent="A"),
        _of_another_system("C", parent="B", conditions=("ID_HIGH", "ID_LOW")),
    )
    entry = an_entry(placements=(Placement("C"),))
    conditions = (a_condition("ID_HIGH", coded=(a_form("15", "4"),)), a_condition("ID_LOW"))
    with closing(_written(tmp_path, (an_edition((entry,), groups=groups, conditions=conditions),))) as db:
        rows = db.execute(
            "SELECT group_code, condition, stands_on FROM binding_condition ORDER BY 1, 2"
        ).fetchall()

    assert rows == [("A", "ID_HIGH", "A"), ("B", "ID_HIGH", "A"), ("C", "ID_HIGH", "A"), ("C", "ID_LOW", "C")]


def _of_another_system(code: str, **changes: Any) -> Group:
    return msgspec.structs.replace(a_group(code, **changes), code=Code(code, "some-system", code))


@pytest.mark.real
def test_conditions_limits_and_requirements_are_those_of_the_rules_on_real_lists(shared_data, tmp_path):
    editions = _editions(shared_data / "fest" / "m30-2020-01-03.xml.gz")
    with closing(_written(tmp_path, editions)) as db:
        bound = set(db.execute("SELECT list, group_code, condition FROM binding_condition"))
        limits = set(db.execute("SELECT list, group_code, condition, per, max FROM quantity_limit"))
        kinds = set(db.execute("SELECT list, group_code, condition, kind FROM requirement"))
        rows = [db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("binding_condition",)]

    assert bound == {part[:3] for part in _bound(editions)}
    assert rows == [len(bound)], "a condition stands on a group twice"
    assert limits == {
        (code, group, one.condition, one.per, one.max)
        for code, group, _, found in _bound(editions)
        for one in found
        if isinstance(one, Limit)
    }
    assert kinds == {
        (code, group, one.condition, one.kind)
        for code, group, _, found in _bound(editions)
        for one in found
        if isinstance(one, Requirement)
    }
    assert limits >= {
        ("505", "5050609", "ID_5983", "calendar_year", 4000),
        ("505", "5050609", "ID_5983", "dispensing", 1000),
    }


def _bound(editions: tuple[Edition, ...]) -> Iterator[tuple[str, str, str, tuple[Limit | Requirement, ...]]]:
    """Every group that products can stand in, each of its conditions, and what that asks for."""
    for edition in editions:
        groups = {group.code.value: group for group in edition.terms.groups}
        conditions = {condition.id: condition for condition in edition.terms.conditions}
        for code, group in groups.items():
            if group.code.system == PRODUCT_GROUP and len(code) != 7:
                continue
            assert path_of(code, groups)[-1] == code
            for identity in binding(code, groups):
                condition = conditions[identity]
                yield edition.terms.list, code, identity, (*limits_of(condition), *requirements_of(condition))


def _editions(source: Path) -> tuple[Edition, ...]:
    with gzip.open(source) as stream:
        reading = convert(read(cast(BinaryIO, stream), source.name), file=source.name, first_days=FirstDays())
    judged = [judge(draft, None).edition for draft in reading.drafts]
    return tuple(edition for edition in judged if edition is not None)
