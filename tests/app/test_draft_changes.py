"""What a draft would change is what readers are told once it is published; those it takes from come first."""

import datetime as dt
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from litestar.testing import TestClient

from app.api.application import create_app
from app.moves import ChangeShape
from app.publish.looks import read_changes
from app.publish.publishing import publish_drafts
from app.publish.wishes import Wish
from app.read.change_marks import PEOPLE_FIRST, ChangeMark
from app.read.changes import change_shape, read_ends, views_of
from app.read.compared import compared
from app.read.draft_changes import (
    STEPS,
    change_marks,
    counts_by_kind,
    histogram,
    whole_changes,
)
from app.snapshot import Snapshot
from ingest import store
from ingest.write import Addition, write
from lists.edition import Edition
from tests.app import homes
from tests.builders import (
    GROUP,
    a_condition,
    a_form,
    a_group,
    a_price,
    an_edition,
    an_entry,
    entries,
    goods_xml,
    price_xml,
)
from tests.random_editions import editions, few

RECEIVED = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
PUBLISHED = dt.datetime(2026, 2, 3, tzinfo=dt.UTC)


def released(former: Edition, now: Edition, directory: Path, *, at: dt.datetime) -> Snapshot:
    """Two releases of one list."""
    first = directory / "first.db"
    if not first.exists():
        begins = store.Release(1, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        write(first, former=None, release=begins, additions=[Addition(former, None)])
    path = directory / f"{at:%d}.db"
    write(path, former=first, release=store.Release(2, at), additions=[Addition(now, None)])
    return Snapshot(store.connect(path), None)


def as_readers_are_told(snapshot: Snapshot, former: Edition, now: Edition) -> list[ChangeShape]:
    """The items of `/v1/changes` from the one edition to the other."""
    names = tuple(f"505/{known.valid_from}/{release}" for release, known in enumerate((former, now), start=1))
    ends = read_ends(snapshot, None, names, release=2, today=dt.date(2026, 6, 1))  # type: ignore[arg-type]
    step = compared(*views_of(snapshot, ends), "505")
    return [change_shape(step, difference, "nb") for difference in step.differences]


@few
@given(editions(), editions())
def test_what_a_draft_would_change_is_what_readers_are_told_of_a_correction(former, now):
    now = msgspec.structs.replace(now, valid_from=former.valid_from)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        with (
            closing(released(former, now, directory, at=RECEIVED)) as preview,
            closing(released(former, now, directory, at=PUBLISHED)) as snapshot,
        ):
            marks = change_marks(preview, [("505", now.valid_from)])
            shown = list(whole_changes(preview, marks, "nb"))
            told = as_readers_are_told(snapshot, former, now)

    assert in_order(shown) == in_order(told)
    assert [(one.subject, one.key, one.event, one.kinds) for one in marks] == [
        (one.subject, one.key, one.event, one.kinds) for one in shown
    ]
    ranks = [min((PEOPLE_FIRST.index(kind) for kind in mark.kinds), default=99) for mark in marks]
    assert ranks == sorted(ranks)
    counted = counts_by_kind(marks)
    assert sum(counted.values()) == sum(len(mark.kinds) for mark in marks)
    assert list(counted) == sorted(counted, key=PEOPLE_FIRST.index)


def in_order(shapes: Sequence[object]) -> list[bytes]:
    """Changes as bytes that readers get, whatever their order."""
    plain = [
        {
            name: value
            for name, value in msgspec.to_builtins(shape).items()
            if name not in ("before", "after")  # These name edition and release.
        }
        for shape in shapes
    ]
    return sorted(msgspec.json.encode(one) for one in plain)


@few
@given(editions())
def test_of_a_new_list_everything_comes(now):
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "first.db"
        write(path, former=None, release=store.Release(1, RECEIVED), additions=[Addition(now, None)])
        with closing(Snapshot(store.connect(path), None)) as preview:
            marks = change_marks(preview, [("505", now.valid_from)])

    assert {mark.event for mark in marks} == {"added"}
    assert {mark.key for mark in marks if mark.subject == "product"} == {
        entry.varenr for entry in now.entries
    }


def marks_between(former: Edition, now: Edition, directory: Path) -> list[ChangeMark]:
    """The changes of a draft."""
    with closing(released(former, now, directory, at=RECEIVED)) as preview:
        return change_marks(preview, [("505", now.valid_from)])


def test_what_takes_something_from_people_comes_first(tmp_path):
    cap = a_condition("ID_GRENSE", text="Inntil 100.", coded=(a_form("15", "100"),))
    groups = (a_group("505"), a_group(GROUP, conditions=("ID_GRENSE",)))
    renamed = an_entry("600003", name="Nytt navn")
    now = an_edition((*entries(1), renamed), groups=groups, conditions=(cap,))

    marks = marks_between(an_edition(entries(3)), now, tmp_path)

    kinds = [mark.kinds[0] for mark in marks if mark.kinds]
    assert kinds.index("limit-new") < kinds.index("renamed")
    left = next(mark for mark in marks if mark.key == "600002")
    assert (left.event, left.name, left.valid_from) == ("removed", "Fjellro pose 30 mm", now.valid_from)


@pytest.mark.parametrize(
    ("was", "now", "ratio", "bucket"),
    [
        (125_000, 125_001, 1000, (1000, 1050)),
        (125_000, 375_000, 3000, (3000, None)),
        (125_000, 374_000, 2992, (2000, 3000)),
        (125_000, 41_000, 328, (None, 333)),
        (125_000, 124_999, 999, (950, 1000)),
        (0, 125_000, None, None),
    ],
)
def test_prices_that_moved_are_counted_by_how_far(was, now, ratio, bucket, tmp_path):
    former, after = (an_edition([an_entry(prices=(a_price(amount),))]) for amount in (was, now))

    marks = marks_between(former, after, tmp_path)

    assert [mark.ratio for mark in marks] == [ratio]
    counted = [(found.at_least, found.below) for found in histogram(marks) if found.count]
    assert counted == ([bucket] if bucket is not None else [])


def test_the_histogram_has_every_step_and_no_gap():
    buckets = histogram([])

    assert [found.below for found in buckets[:-1]] == [found.at_least for found in buckets[1:]]
    assert (buckets[0].at_least, buckets[-1].below) == (None, None)
    assert len(buckets) == len(STEPS) + 1


def test_a_draft_s_changes_are_those_that_the_api_tells_after_the_publish(tmp_path):
    home = homes.an_empty_home(tmp_path / "home")
    homes.take(home, homes.write(tmp_path / "a.xml"), at="2025-12-15")
    goods = goods_xml(name="Ny pose", prices=price_xml("11.00")) + goods_xml("600009", name="Kommer")
    homes.draft(home, homes.write(tmp_path / "b.xml", goods=goods, helfo="2026-04-01"))
    marks = read_changes(home, 2)
    publish_drafts(home, [2], by="Ola", wish=Wish(overrides=homes.ANY_GATE, reason=homes.SMALL))

    with TestClient(create_app(home)) as client:
        ends = {"from": "505/2026-01-01/1", "to": "505/2026-04-01/2"}
        items = client.get("/v1/changes", params=ends).json()["items"]

    assert sorted((mark.subject, mark.key, mark.event, mark.kinds) for mark in marks) == sorted(
        (item["subject"], item["key"], item["event"], tuple(item["kinds"])) for item in items
    )
    assert len(marks) >= 2
