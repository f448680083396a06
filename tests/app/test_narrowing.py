"""Filters and counts by sets of documents say what looking at every product would: any lists, any day."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.publish.documents import documents
from app.read.day_sets import DaySets
from app.read.search import Filters, narrow
from app.read.view import View
from app.snapshot import INDEX, LISTS, Snapshot, open_snapshot
from ingest.store import Release, connect
from ingest.write import Addition, write
from lists.codes import PRICE_KIND_GOODS, PRICE_KIND_MEDICINES, REIMBURSEMENT_AREA, Code
from lists.edition import Edition, closed_edition, referred_conditions
from lists.records import CodedForm, Condition, Entry, Group, Placement, Price, Supplier
from lists.status import STATUSES
from search.build import build
from tests.app.naive_search import NaiveSearch
from tests.builders import a_form, a_group, an_edition, an_entry

DAYS = tuple(dt.date(2026, 1, 1) + dt.timedelta(days=count) for count in range(5))
NUMBERS = ("012345", "600007", "903279")
LEAVES = {
    "502": ("5020101", "5020102"),
    "505": ("5050101", "5050102", "5050901"),
    "200": ("A10A", "A10AB", "A10AC"),
}
TREES = {
    "502": ("502", "50201", *LEAVES["502"]),
    "505": ("505", "50501", "50509", *LEAVES["505"]),
    "200": LEAVES["200"],
}
AMOUNTS = (10_000, 20_000, 30_000)
CONDITIONS = ("ID_1", "ID_2", "ID_3")
SUPPLIERS = (None, Supplier("Fjellro"), Supplier("Havblikk Å"), Supplier("505"))
KINDS = {
    "200": tuple(Code(kind, PRICE_KIND_MEDICINES) for kind in "23"),
    "": (*(Code(kind, PRICE_KIND_GOODS) for kind in "ENP"), Code("list", ""), Code("P", "x")),
}

days = st.sampled_from(DAYS)
maybe_day = st.none() | st.none() | days
some_conditions = st.lists(st.sampled_from(CONDITIONS), unique=True, max_size=1).map(tuple)
forms = st.sampled_from(
    (a_form("15", "400"), a_form("16", "100"), a_form("11", "1"), a_form("11", "2"), a_form("9", "1"))
)


def bodies(identity: str) -> st.SearchStrategy[Condition]:
    coded: st.SearchStrategy[tuple[CodedForm, ...]] = st.lists(forms, max_size=2).map(tuple)
    return st.builds(lambda coded: Condition(identity, "Tekst.", "both", coded=coded), coded)


@st.composite
def groups_of(draw: st.DrawFn, code: str) -> list[Group]:
    """The tree of a list; in another code system than ours the source says what stands above what."""
    texts = st.sampled_from(("Poser", "Plater"))
    if code != "200":
        return [a_group(name, draw(texts) + name, conditions=draw(some_conditions)) for name in TREES[code]]
    made = []
    for place, name in enumerate(TREES[code]):
        parent = draw(st.sampled_from((None, *TREES[code][:place])))
        named = Code(name, REIMBURSEMENT_AREA, draw(texts))
        made.append(Group(named, parent=parent, conditions=draw(some_conditions)))
    return made


@st.composite
def prices_of(draw: st.DrawFn, code: str) -> tuple[Price, ...]:
    """Prices by kind and first day, as editions have them."""
    some = st.lists(st.sampled_from(KINDS.get(code, KINDS[""])), unique=True, max_size=3)
    return tuple(
        Price(kind, draw(st.sampled_from(AMOUNTS)), "NOK", first, draw(maybe_day))
        for kind in draw(some)
        for first in draw(st.lists(maybe_day, unique=True, max_size=2).map(_by_day))
    )


def _by_day(drawn: list[dt.date | None]) -> list[dt.date | None]:
    return sorted(drawn, key=lambda day: day or dt.date.min)


@st.composite
def entries_of(draw: st.DrawFn, code: str) -> list[Entry]:
    listed = draw(st.lists(st.sampled_from(NUMBERS), unique=True, min_size=1))
    made = []
    for number in sorted(listed):
        placed = draw(st.lists(st.sampled_from(LEAVES[code]), unique=True, min_size=1, max_size=2))
        made.append(
            an_entry(
                number,
                name=draw(st.sampled_from(("Alfa pose", "Beta pose", "Pose"))),
                supplier=draw(st.sampled_from(SUPPLIERS)),
                placements=tuple(
                    Placement(one, None, draw(maybe_day), draw(maybe_day)) for one in sorted(placed)
                ),
                prices=draw(prices_of(code)),
                conditions=draw(some_conditions),
            )
        )
    return made


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """A whole edition of one of three lists; now and then the list ends with it."""
    code = draw(st.sampled_from(tuple(TREES)))
    groups, entries = draw(groups_of(code)), draw(entries_of(code))
    changes: dict[str, Any] = {
        "list": code,
        "valid_from": draw(days),
        "title": draw(st.sampled_from(("Stomi", "Urin"))),
    }
    bare = an_edition(entries, groups=groups, **changes)
    named = sorted(referred_conditions(bare.terms, bare.entries))
    whole = an_edition(entries, groups=groups, conditions=[draw(bodies(one)) for one in named], **changes)
    return whole if draw(st.integers(0, 9)) else closed_edition(whole.terms, whole.valid_from)


truths = st.booleans()
amounts = st.sampled_from((0, *AMOUNTS))
values: dict[str, st.SearchStrategy[Any]] = {
    "list": st.sampled_from(tuple(TREES)),
    "group": st.sampled_from(("", *(step for tree in TREES.values() for step in tree))),
    "supplier": st.sampled_from(("", "Fjellro", "505", "Havblikk Å", "Ukjent")),
    "status": st.sampled_from(STATUSES),
    "own_prescription": truths,
    "has_limit": truths,
    "price_from": amounts,
    "price_to": amounts,
}
filters = st.lists(st.sampled_from(tuple(values)), unique=True, max_size=2).flatmap(
    lambda names: st.builds(Filters, **{name: values[name] for name in names})
)
questions = st.tuples(days, st.integers(1, 4), st.sampled_from(("pose", "alfa", "600007", "plater")), filters)


@contextmanager
def a_snapshot(editions: Sequence[Edition]) -> Iterator[Snapshot]:
    """A snapshot of these editions, each released by itself, with its index."""
    with TemporaryDirectory() as folder:
        former = None
        for number, edition in enumerate(editions, start=1):
            target = Path(folder) / f"{number}" / LISTS
            target.parent.mkdir()
            release = Release(number, dt.datetime(2026, 1, number, tzinfo=dt.UTC))
            write(target, former=former, release=release, additions=[Addition(edition)])
            former = target
        assert former is not None
        with closing(Snapshot(connect(former), None)) as bare:
            build(documents(bare), former.parent / INDEX, languages=())
        with closing(Snapshot(connect(former), former.parent)) as snapshot:
            yield snapshot


def compare(view: View, sets: DaySets, naive: NaiveSearch, query: str, wanted: Filters) -> None:
    """One search, by sets and one by one."""
    finder = view.snapshot.finder()
    assert finder is not None
    hits = finder.find(query, editions=view.ordinals).hits
    searched = narrow(hits, sets, wanted)
    found = [hit.varenr for hit in searched.page(range(searched.total))]
    answering = {hit.varenr for hit in hits}
    assert len(found) == searched.total == len(set(found))
    assert set(found) == naive.passing(answering, wanted)
    assert searched.facets() == naive.facets(answering, wanted)


@settings(max_examples=60)
@given(
    st.lists(editions(), min_size=1, max_size=4),
    st.lists(questions, min_size=4, max_size=12),
)
def test_sets_filter_and_count_as_looking_at_every_product_does(story, asked):
    with a_snapshot(story) as snapshot:
        for day, release, query, wanted in asked:
            view = View(snapshot, valid_on=day, release=min(release, snapshot.release))
            sets, naive = DaySets(view), NaiveSearch(view)
            compare(view, sets, naive, query, wanted)
            for amount in AMOUNTS:
                compare(view, sets, naive, "pose", Filters(price_from=amount, price_to=amount))


def test_a_price_per_pack_counts_before_a_lower_one_of_another_kind_on_another_list():
    kinds = {"505": (Code("P", PRICE_KIND_GOODS), 30_000), "200": (Code("2", PRICE_KIND_MEDICINES), 10_000)}
    story = []
    for code, (kind, amount) in kinds.items():
        entry = an_entry(prices=(Price(kind, amount, "NOK"),), placements=(Placement(LEAVES[code][0]),))
        groups = [a_group(name) for name in TREES[code]]
        story.append(an_edition([entry], groups=groups, list=code, valid_from=DAYS[0]))
    with a_snapshot(story) as snapshot:
        sets = DaySets(View(snapshot, valid_on=DAYS[0], release=2))
        assert sets.priced(10_000, 20_000) == 0
        assert sets.priced(30_000, 30_000) == sets.in_force


@pytest.mark.parametrize("release", [1, 2, 4, 6])
def test_the_storied_lists_are_filtered_and_counted_the_same_way_on_every_day(storied_home, release):
    with closing(open_snapshot(storied_home, 6)) as snapshot:
        for day in ("2025-12-31", "2026-01-15", "2026-04-15", "2026-06-15", "2026-09-01"):
            view = View(snapshot, valid_on=dt.date.fromisoformat(day), release=release)
            sets, naive = DaySets(view), NaiveSearch(view)
            for query in ("pose", "fjellro", "stk"):
                for wanted in one_by_one(naive):
                    compare(view, sets, naive, query, wanted)


def one_by_one(naive: NaiveSearch) -> Iterator[Filters]:
    """Each filter by itself with each value that a product of the day has, and pairs with a status."""
    yield Filters()
    facets = naive.facets(naive.shapes, Filters())
    for name in ("list", "group", "supplier", "status"):
        for facet in getattr(facets, name):
            yield Filters(**{name: facet.code})
            yield Filters(**{name: facet.code} | {"status": "leaving"})
    for truth in (True, False):
        yield Filters(own_prescription=truth, has_limit=not truth)
        yield Filters(has_limit=truth, price_from=3_750_000)
