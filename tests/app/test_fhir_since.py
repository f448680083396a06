"""`meta.lastUpdated`: since when what is told is told so, found anew by asking at every instant there was."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.fhir.bundle import Resource
from app.fhir.names import Base
from app.home import Home
from app.read.as_fhir import Telling, told_price, told_product
from app.read.fhir_stock import PriceKey, Stocked, price_keys, price_stock, product_since, stock
from app.read.view import View
from app.snapshot import Snapshot, open_snapshot
from ingest import store
from ingest.write import Addition, write
from lists.days import OSLO, oslo_day
from lists.errors import NotThere
from lists.timeline import release_known_at
from tests.builders import GROUP, a_condition, a_form, a_group, a_price, an_edition, an_entry

BASE = Base("https://lists.example/fhir")
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
DAYS = tuple(dt.date(2026, month, 1) for month in (1, 2, 3, 4))
ASKED = (dt.date(2026, 1, 1), dt.date(2026, 2, 15), dt.date(2026, 6, 15))
NUMBERS = ("600007", "600008", "600009")


class Act(msgspec.Struct, frozen=True):
    """A release of list 505: its products with their prices, and the limit on all of them; 0 is none."""

    valid_from: dt.date
    public: dt.date
    prices: dict[str, int]
    limit: int


acts = st.lists(
    st.builds(
        Act,
        st.sampled_from(DAYS),
        st.sampled_from((dt.date(2025, 12, 1), dt.date(2026, 1, 20), dt.date(2026, 2, 20), DAYS[-1])),
        st.dictionaries(st.sampled_from(NUMBERS), st.sampled_from((1, 2)), min_size=1),
        st.sampled_from((0, 100, 400)),
    ),
    min_size=1,
    max_size=6,
)


@contextmanager
def snapshot_of(told: list[Act]) -> Iterator[Snapshot]:
    """A lists.db with these releases, in the order in which they became public."""
    with tempfile.TemporaryDirectory() as directory:
        former = None
        for number, act in enumerate(sorted(told, key=lambda act: act.public), 1):
            target = Path(directory) / f"{number}.db"
            at = dt.datetime.combine(act.public, dt.time(12), dt.UTC)
            made = store.Release(number, at)
            write(target, former=former, release=made, additions=[Addition(edition_of(act))])
            former = target
        assert former is not None
        with closing(Snapshot(store.connect(former), None)) as snapshot:
            yield snapshot


def edition_of(act):
    form = a_form("15", str(act.limit))
    conditions = [a_condition("ID_GRENSE", coded=(form,))] if act.limit else []
    group = a_group(GROUP, conditions=tuple(one.id for one in conditions))
    entries = [
        an_entry(number, prices=(a_price(price * 10_000),)) for number, price in sorted(act.prices.items())
    ]
    groups = [a_group("505"), group]
    return an_edition(entries, groups=groups, conditions=conditions, valid_from=act.valid_from)


def content(view: View, key: Stocked | PriceKey) -> Resource | None:
    """What is told of a product or price, without saying since when; None where it is not there."""
    telling = Telling(view, BASE, made_up=False)
    try:
        if isinstance(key, Stocked):
            told: Resource = told_product(telling, key.varenr, NEVER)
        else:
            told = told_price(telling, msgspec.structs.replace(key, since=NEVER))
    except NotThere:
        return None
    return msgspec.structs.replace(told, meta=None)


def instants(snapshot: Snapshot) -> list[dt.datetime]:
    """Every instant at which anything could be told otherwise than before."""
    begins = {dt.datetime.combine(mark.valid_from, dt.time(), OSLO) for mark in snapshot.editions}
    public = {mark.published_at for mark in snapshot.release_marks}
    return sorted({instant.astimezone(dt.UTC) for instant in begins | public})


def at(snapshot: Snapshot, instant: dt.datetime, day: dt.date) -> View:
    """By what somebody was told who asked at an instant for the day, or for that instant's own before it."""
    release = release_known_at(snapshot.release_marks, instant)
    return View(snapshot, valid_on=min(day, oslo_day(instant)), release=release)


def since_and_truth(snapshot: Snapshot, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
    """Of everything told on a day since when it says it is told so, and since when it really was."""
    view = View(snapshot, valid_on=day, release=snapshot.release)
    there = stock(view)
    keys: list[Stocked | PriceKey] = [*there.goods, *there.medicines, *price_stock(view)]
    public = {mark.published_at for mark in snapshot.release_marks}
    known = [one for one in instants(snapshot) if oslo_day(one) <= day or one in public]
    found = []
    for key in keys:
        now = content(view, key)
        assert now is not None
        others = [place for place, one in enumerate(known) if content(at(snapshot, one, day), key) != now]
        found.append((key.since, known[others[-1] + 1 if others else 0]))
        assert key.since == asked_alone(view, key)
    return found


def asked_alone(view: View, key: Stocked | PriceKey) -> dt.datetime:
    """The same of a product or price that is asked for by itself."""
    if isinstance(key, PriceKey):
        [alone] = [one for one in price_keys(view, key.list, key.varenr) if same(one, key)]
        return alone.since
    return product_since(view, key.varenr)


def same(one: PriceKey, other: PriceKey) -> bool:
    """Whether both are one price, since whenever."""
    return (one.kind, one.system, one.first) == (other.kind, other.system, other.first)


@settings(max_examples=25, deadline=None)
@given(acts)
def test_nothing_is_told_since_earlier_than_it_says(told):
    with snapshot_of(told) as snapshot:
        for day in ASKED:
            assert all(since >= truth for since, truth in since_and_truth(snapshot, day))


@settings(max_examples=25, deadline=None)
@given(acts)
def test_prices_are_told_since_the_very_instant_whatever_was_corrected(told):
    with snapshot_of(told) as snapshot:
        view = View(snapshot, valid_on=ASKED[-1], release=snapshot.release)
        keys = price_stock(view)
        assert keys
        for key in keys:
            now = content(view, key)
            known = instants(snapshot)
            others = [one for one in known if content(at(snapshot, one, ASKED[-1]), key) != now]
            assert key.since == (known[known.index(others[-1]) + 1] if others else known[0])


@settings(max_examples=25, deadline=None)
@given(acts)
def test_editions_one_after_the_other_are_told_since_the_very_instant(told):
    months = [
        msgspec.structs.replace(act, valid_from=dt.date(2026, month, 1), public=dt.date(2025, 12, 1))
        for month, act in enumerate(told, start=1)
    ]
    with snapshot_of(months) as snapshot:
        for day in ASKED:
            assert all(since == truth for since, truth in since_and_truth(snapshot, day))


@pytest.mark.parametrize("day", ["2026-01-15", "2026-03-15", "2026-04-15", "2026-06-15", "2026-07-01"])
def test_the_storied_home_tells_everything_since_the_very_instant(storied_home: Home, day):
    with closing(open_snapshot(storied_home, storied_home.current_release())) as snapshot:
        told = since_and_truth(snapshot, dt.date.fromisoformat(day))
    assert len(told) > 10
    assert all(since == truth for since, truth in told)


def test_an_edition_that_says_the_same_leaves_everything_as_it_was():
    same = Act(DAYS[0], dt.date(2025, 12, 1), {"600007": 1, "600008": 1}, 400)
    later = Act(DAYS[1], dt.date(2026, 1, 20), {"600007": 1, "600008": 2}, 400)
    with snapshot_of([same, later]) as snapshot:
        view = View(snapshot, valid_on=DAYS[2], release=2)
        since = {one.varenr: one.since for one in stock(view).goods}
    assert since["600007"] == dt.datetime(2025, 12, 31, 23, tzinfo=dt.UTC)
    assert since["600008"] == dt.datetime(2025, 12, 31, 23, tzinfo=dt.UTC)
