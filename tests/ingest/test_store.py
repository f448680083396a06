"""lists.db: what was written is read back, for ever; and the same editions are the same bytes."""

import datetime as dt
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.store import (
    Release,
    connect,
    content_of,
    editions,
    last_days,
    numbers,
    own_conditions,
    placements,
    price_rows,
    read_edition,
    read_entries,
    read_entry,
    read_terms,
    read_tree,
    releases,
    row_counts,
)
from ingest.write import Addition, write
from lists.changes import compare
from lists.edition import Edition, closed_edition, content_digest
from lists.timeline import EditionMark
from tests import random_editions
from tests.builders import FIRST_DAY, a_condition, a_group, a_price, an_edition, an_entry, entries
from tests.random_editions import few


def a_release(number: int, **changes) -> Release:
    published = dt.datetime(2025, 12, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)
    return msgspec.structs.replace(Release(number, published), **changes)


def write_all(folder: Path, story: Sequence[Sequence[Edition]]) -> Path:
    """Publish one release after the other; the path of the last lists.db."""
    former = None
    for number, published in enumerate(story, start=1):
        target = folder / f"{number}.db"
        write(target, former=former, release=a_release(number), additions=map(Addition, published))
        former = target
    assert former is not None
    return former


def marks_of(path: Path) -> list[EditionMark]:
    with closing(connect(path)) as db:
        return editions(db)


def read_all(path: Path) -> list[Edition]:
    """Every edition in the store, in the order of publishing of a single list."""
    with closing(connect(path)) as db:
        return [read_edition(db, mark) for mark in editions(db)]


stories = st.lists(random_editions.editions(), min_size=1, max_size=3)


@few
@given(stories)
def test_what_was_written_is_read_back_also_after_later_releases(story):
    with TemporaryDirectory() as folder:
        path = write_all(Path(folder), [[edition] for edition in story])
        assert read_all(path) == story


@few
@given(random_editions.editions(), random_editions.editions())
def test_terms_and_single_products_are_the_editions_own(before, after):
    with TemporaryDirectory() as folder, closing(connect(write_all(Path(folder), [[before], [after]]))) as db:
        for mark, edition in zip(editions(db), (before, after), strict=True):
            assert read_terms(db, mark) == edition.terms
            assert read_entries(db, mark) == edition.entries
            assert content_of(db, mark) == content_digest(edition)
            known = {entry.varenr: entry for entry in edition.entries}
            for varenr in random_editions.VARENR:
                assert read_entry(db, mark, varenr) == known.get(varenr)


@few
@given(stories, st.randoms(use_true_random=False))
def test_the_same_editions_are_the_same_bytes_in_whatever_order_their_lists_are_added(story, chance):
    other = [_of_list(edition, "601") for edition in story]
    pairs = [[one, two] for one, two in zip(story, other, strict=True)]
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        path = write_all(Path(first), pairs)
        for pair in pairs:
            chance.shuffle(pair)
        assert write_all(Path(second), pairs).read_bytes() == path.read_bytes()


@few
@given(random_editions.editions(), random_editions.editions())
def test_an_edition_counts_the_products_it_brings_takes_and_changes(before, after):
    with TemporaryDirectory() as folder:
        path = write_all(Path(folder), [[before], [after]])
        comparison = compare(before, after)
        with closing(connect(path)) as db:
            told = db.execute("SELECT added, removed, changed FROM edition WHERE ordinal = 2").fetchone()
        assert told == tuple(comparison.count(event) for event in ("added", "removed", "changed"))


def test_more_products_than_are_held_at_a_time_are_one_edition_like_any(tmp_path):
    first = entries(5_000)
    middle = [*first[:4_000], *(an_entry(f"{entry.varenr}1") for entry in first[4_000:4_200])]
    other = [
        an_entry(entry.varenr, name="Ny") if place % 1_000 == 0 else entry
        for place, entry in enumerate(middle)
    ]
    story = [an_edition(first), an_edition(other), an_edition([])]
    path = write_all(tmp_path, [[edition] for edition in story])
    assert read_all(path) == story
    with closing(connect(path)) as db:
        told = db.execute("SELECT added, removed, changed FROM edition ORDER BY ordinal").fetchall()
    assert told == [(5_000, 0, 0), (200, 1_000, 4), (0, 4_200, 0)]


def _of_list(edition: Edition, code: str) -> Edition:
    return msgspec.structs.replace(edition, terms=msgspec.structs.replace(edition.terms, list=code))


def test_a_new_mark_of_the_source_alone_makes_no_new_row(tmp_path):
    marked = an_edition([an_entry(entry_id="ID_1")]), an_edition([an_entry(entry_id="ID_2")])
    path = write_all(tmp_path, [[edition] for edition in marked])
    assert [content_digest(edition) for edition in read_all(path)] == [content_digest(marked[0])] * 2
    with closing(connect(path)) as db:
        assert row_counts(db)["entry"] == 1


def test_only_what_changes_takes_a_new_row(tmp_path):
    changed = [an_entry("600001", prices=(a_price(1),)), *entries(40)[1:]]
    path = write_all(tmp_path, [[an_edition(entries(40))], [an_edition(changed)]])
    with closing(connect(path)) as db:
        counts = row_counts(db)
    assert (counts["entry"], counts["placement"], counts["price"]) == (40, 40, 41)
    assert (counts["edition"], counts["release"]) == (2, 2)


def test_what_changed_and_changed_back_is_as_it_was(tmp_path):
    one, other = an_edition([an_entry(name="A")]), an_edition([an_entry(name="B")])
    path = write_all(tmp_path, [[one], [other], [one]])
    assert read_all(path) == [one, other, one]


def test_a_list_that_is_closed_is_empty_and_its_past_is_kept(tmp_path):
    before = an_edition(entries(3))
    after = closed_edition(before.terms, dt.date(2026, 7, 1))
    path = write_all(tmp_path, [[before], [after]])
    assert read_all(path) == [before, after]
    assert [mark.closed for mark in marks_of(path)] == [False, True]


def test_lists_do_not_touch_each_other(tmp_path):
    stoma, nutrition = an_edition(entries(3)), _of_list(an_edition(entries(2)), "601")
    path = write_all(tmp_path, [[stoma, nutrition], [_of_list(an_edition([]), "601")]])
    assert [mark.id for mark in marks_of(path)] == [
        "505/2026-01-01/1",
        "601/2026-01-01/1",
        "601/2026-01-01/2",
    ]
    with closing(connect(path)) as db:
        assert read_edition(db, editions(db)[0]) == stoma


def test_editions_are_numbered_in_the_order_of_publishing_not_of_their_days(tmp_path):
    days = [dt.date(2026, 4, 1), dt.date(2026, 1, 1)]
    path = write_all(tmp_path, [[an_edition(valid_from=day)] for day in days])
    assert marks_of(path) == [EditionMark("505", 1, days[0], 1), EditionMark("505", 2, days[1], 2)]


def test_releases_keep_what_was_said_of_them(tmp_path):
    first = a_release(1, note="Første utgivelse", backfilled=True)
    second = a_release(2, withdraws=1, published_at=dt.datetime(2026, 1, 2, 3, 4, 5, 678_000, dt.UTC))
    write(tmp_path / "1.db", former=None, release=first, additions=[Addition(an_edition())])
    write(tmp_path / "2.db", former=tmp_path / "1.db", release=second, additions=[])
    with closing(connect(tmp_path / "2.db")) as db:
        assert releases(db) == [first, second]


def test_an_edition_names_its_source_and_what_it_corrects(tmp_path):
    addition = Addition(an_edition(), source="ab" * 32, corrects="505/2026-01-01/1")
    write(tmp_path / "1.db", former=None, release=a_release(1), additions=[addition])
    with closing(connect(tmp_path / "1.db")) as db:
        row = db.execute("SELECT edition, source, corrects, entries, groups, title FROM edition").fetchone()
    assert row == ("505/2026-01-01/1", "ab" * 32, "505/2026-01-01/1", 1, 2, "Utstyr ved stomi")


def test_what_an_edition_corrects_is_found_from_the_days(tmp_path):
    days = ["2026-01-01", "2026-07-01", "2026-07-01", "2026-04-01", "2025-10-01", "2026-10-01"]
    path = write_all(tmp_path, [[an_edition(valid_from=dt.date.fromisoformat(day))] for day in days])
    with closing(connect(path)) as db:
        told = db.execute("SELECT edition, corrects FROM edition ORDER BY ordinal").fetchall()
    assert told == [
        ("505/2026-01-01/1", None),
        ("505/2026-07-01/2", None),
        ("505/2026-07-01/3", "505/2026-07-01/2"),
        ("505/2026-04-01/4", "505/2026-01-01/1"),
        ("505/2025-10-01/5", None),
        ("505/2026-10-01/6", None),
    ]


def test_the_numbers_and_groups_of_an_edition_are_told_without_reading_it_whole(tmp_path):
    path = write_all(tmp_path, [[an_edition(entries(3))], [an_edition(entries(2))]])
    with closing(connect(path)) as db:
        first, second = editions(db)
        assert numbers(db, first) == {"600001", "600002", "600003"}
        assert placements(db, second) == [("5050101", "600001"), ("5050101", "600002")]


def test_the_former_file_is_left_as_it_was_and_no_scratch_file_stays(tmp_path):
    path = write_all(tmp_path, [[an_edition()]])
    before = path.read_bytes()
    write(
        tmp_path / "next.db", former=path, release=a_release(2), additions=[Addition(an_edition(entries(9)))]
    )
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["1.db", "next.db"]


def test_what_is_there_is_never_written_over(tmp_path):
    path = write_all(tmp_path, [[an_edition()]])
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        write(path, former=None, release=a_release(1), additions=[])
    assert path.read_bytes() == before


def test_a_scratch_file_that_a_crash_left_does_no_harm(tmp_path):
    (tmp_path / "1.working").write_bytes(b"half a database")
    assert read_all(write_all(tmp_path, [[an_edition()]])) == [an_edition()]


def test_a_sealed_file_is_read_only_and_in_no_wal(tmp_path):
    path = write_all(tmp_path, [[an_edition()]])
    with closing(connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM entry")


def test_money_is_whole_and_codes_are_text_in_the_file_itself(tmp_path):
    known = an_entry("012345", prices=(a_price(10**14),), gtins=("04006381333931",))
    path = write_all(tmp_path, [[an_edition([known])]])
    with closing(connect(path)) as db:
        assert db.execute("SELECT typeof(amount), amount FROM price").fetchall() == [("integer", 10**14)]
        assert db.execute("SELECT typeof(varenr), varenr FROM entry").fetchall() == [("text", "012345")]
        assert db.execute("SELECT gtin FROM gtin").fetchall() == [("04006381333931",)]


def test_a_question_about_an_old_edition_uses_no_full_scan(tmp_path):
    path = write_all(tmp_path, [[an_edition(entries(5))]])
    with closing(connect(path)) as db:
        plan = db.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM entry WHERE list = '505' AND varenr = '600001'"
            " AND from_ordinal <= 1 AND (to_ordinal IS NULL OR to_ordinal > 1)"
        ).fetchall()
    assert all("SEARCH" in step[3] for step in plan)


def test_conditions_groups_and_their_references_come_back(tmp_path):
    edition = an_edition(
        [an_entry(conditions=("ID_OWN",))],
        groups=[a_group("505", conditions=("ID_TOP",)), a_group()],
        conditions=[a_condition("ID_TOP", valid_from=FIRST_DAY), a_condition("ID_OWN")],
    )
    assert read_all(write_all(tmp_path, [[edition]])) == [edition]


@few
@given(random_editions.editions(), random_editions.editions())
def test_single_columns_of_an_edition_say_what_its_entries_do(before, after):
    with TemporaryDirectory() as folder, closing(connect(write_all(Path(folder), [[before], [after]]))) as db:
        for mark, edition in zip(editions(db), (before, after), strict=True):
            bare = [msgspec.structs.replace(group, refund_codes=()) for group in edition.terms.groups]
            assert read_tree(db, mark) == msgspec.structs.replace(edition.terms, groups=tuple(bare))
            assert sorted(own_conditions(db, mark)) == sorted(
                (entry.varenr, condition) for entry in edition.entries for condition in entry.conditions
            )
            ends = [
                (
                    entry.varenr,
                    *(day and day.isoformat() for day in (one.prescribe_until, one.dispense_until)),
                )
                for entry in edition.entries
                for one in entry.placements
                if one.prescribe_until or one.dispense_until
            ]
            assert sorted(last_days(db, mark), key=str) == sorted(ends, key=str)
            for varenrs in (None, {"600007", "012345"}):
                rows = price_rows(db, mark, {"1", "01"}, varenrs=varenrs)
                assert [(row[0], row[4]) for row in rows] == [
                    (entry.varenr, price.amount)
                    for entry in edition.entries
                    for price in entry.prices
                    if price.kind.value and (varenrs is None or entry.varenr in varenrs)
                ]
