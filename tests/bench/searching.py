"""What a whole search costs, with its facets, over HTTP and within a process: new, kept, and on a new day."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from app.api.application import Front, create_app
from app.home import Home
from app.read.day_sets import DaySets
from app.read.lists import products_in
from app.read.view import View
from app.served import Served, today
from tests.bench.calls import CALLS, Calls
from tests.bench.clock import compare
from tests.bench.rows import Row, Target, absent, compared_row
from tests.bench.sources import FULL, empty_home, missing, published, shown
from tests.search.judged import kinds

_LIST = "505"
_MOST_FOR_A_DAY = 50
_KEPT = 300
"""Queries that are asked again."""
_MOST_NEW, _MOST_KEPT = 5.88, 1.11
"""Times the cost of a look-up: 0.17 and 0.9 of its requests per second."""


def searching(room: Path) -> list[Row]:
    """The judged queries through the application, and the first search on a day."""
    gone = missing(FULL)
    if gone is not None:
        return [absent("searches of m30-full", shown(gone))]
    home = published(empty_home(room / "home"), FULL, complete=True)
    served = Served(home)
    served.open()
    try:
        view = served.view(valid_on=today(), release=served.snapshot.release)
        numbers = products_in(view, _LIST, group=None, supplier=None)[:CALLS]
        return [*_through_the_app(home, numbers), *_first_of_a_day(view)]
    finally:
        served.close()


def _through_the_app(home: Home, numbers: Sequence[str]) -> list[Row]:
    """Whole answers, new and kept, beside look-ups in the same application."""
    application = create_app(home)
    products = [(f"/v1/products/{number}", 200) for number in numbers]
    queries = sorted({query.typed for of_a_kind in kinds().values() for query in of_a_kind})
    searches = [(f"/v1/search?q={quote(query)}", 200) for query in queries if _is_short(query)]
    with Calls(application) as app:
        _warm(application)
        app.seconds_each(searches)

        # So many as are surely kept together: a worker lets go of what was not asked for longest.
        again = searches[:: len(searches) // _KEPT + 1]

        def new() -> float:
            _forget(application)
            return app.seconds_each(searches)

        def kept() -> float:
            app.seconds_each(again)
            return app.seconds_each(again)

        def routed() -> float:
            with _without_short_ways(application):
                return app.seconds_each(products)

        found = compare(routed, {"new": new, "kept": kept})
    note = f"{len(searches)} queries, 20 hits a page; control: GET one product through the framework"
    return [
        compared_row("GET a search that is new", found["new"], unit="µs", most=_MOST_NEW, note=note),
        compared_row("GET a search that is kept", found["kept"], unit="µs", most=_MOST_KEPT, note=note),
    ]


@contextmanager
def _without_short_ways(application: Front) -> Iterator[None]:
    """Everything goes through the framework, as a plain routed call does."""
    quick = application.quick
    ways, quick._below = quick._below, {}
    try:
        yield
    finally:
        quick._below = ways


def _is_short(query: str) -> bool:
    return len(query) <= 64 and len(query.split()) <= 8


def _warm(application: Front) -> None:
    finder = application.quick._served.snapshot.finder()
    assert finder is not None
    finder.warm()


def _forget(application: Front) -> None:
    """Let go of all answers, and of what the index has found for words before."""
    served = application.quick._served
    finder = served.snapshot.finder()
    assert finder is not None
    served.answers.clear()
    finder._answers.clear()
    finder._reacher._words.clear()
    finder._reacher._as_said.clear()


def _first_of_a_day(view: View) -> list[Row]:
    """What the first search on a day waits for beside the search itself."""
    before = min(mark.valid_from for mark in view.marks.values())

    def seconds(*, of_edition: bool, by_price: bool) -> float:
        if of_edition:
            view.snapshot.edition_sets.cache_clear()
            view.snapshot.price_steps.cache_clear()
        day = View(view.snapshot, valid_on=before, release=view.release)
        begun = time.process_time()
        sets = DaySets(day)
        if by_price:
            sets.warm()
        return time.process_time() - begun

    seconds(of_edition=True, by_price=True)  # nothing of the file is in memory yet
    most = Target(_MOST_FOR_A_DAY)
    return [
        Row("first search on a day", seconds(of_edition=False, by_price=False), "ms", target=most),
        Row("first search in an edition", seconds(of_edition=True, by_price=False), "ms", target=most),
        Row("first search in it by price", seconds(of_edition=True, by_price=True), "ms", target=most),
    ]
