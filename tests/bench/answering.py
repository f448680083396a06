"""What one answer costs within a process, without a network: beside the least that could be done for it."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from app.api.application import Front, create_app
from app.home import Home
from app.read.day_sets import DaySets
from app.read.encoded import encoded_product, page_of
from app.read.lists import products_in
from app.read.view import View
from app.served import Served, today
from app.snapshot import INDEX, open_snapshot
from search.find import Finder
from tests.bench.calls import CALLS, Calls, bare
from tests.bench.clock import Measure, compare, each
from tests.bench.rows import Row, Target, absent, compared_row
from tests.bench.sources import BEFORE, FULL, empty_home, missing, published, shown

_LIST = "505"
_PAGE = 100
_SAMPLE = 500
_QUERIES = 250
_MOST_FOR_A_DAY = 50


def answering(room: Path) -> list[Row]:
    """Look-ups, pages and searches over three releases of a full file."""
    gone = missing(FULL, *BEFORE)
    if gone is not None:
        return [absent("answers over m30-full", shown(gone))]
    home = published(empty_home(room / "home"), *BEFORE, FULL, complete=True)
    served = Served(home)
    served.open()
    try:
        view = served.view(valid_on=today(), release=served.snapshot.release)
        numbers = products_in(view, _LIST, group=None, supplier=None)
        return [
            *_looking_up(home, view, numbers),
            *_paging(view, numbers),
            *_searching(home, view, numbers),
            *_first_of_a_day(view),
            *_through_the_app(home, view, numbers),
        ]
    finally:
        served.close()


def _looking_up(home: Home, view: View, numbers: Sequence[str]) -> list[Row]:
    bare = {varenr: encoded_product(view, varenr).body for varenr in numbers}
    slow = open_snapshot(home, view.release)
    if slow.answers is not None:
        slow.answers.close()
        slow.answers = None
    computed = View(slow, valid_on=view.valid_on, release=view.release)
    assert all(encoded_product(computed, varenr).body == bare[varenr] for varenr in numbers[:_PAGE])
    found = compare(
        _over(numbers, lambda varenr: bare[varenr]),
        {
            "ready": _over(numbers, lambda varenr: encoded_product(view, varenr).body),
            "first": _over(numbers, lambda varenr: encoded_product(view, varenr).body, before=_forget(view)),
            "computed": _over(numbers, lambda varenr: encoded_product(computed, varenr).body),
        },
    )
    slow.close()
    note = "control: the same bytes out of a dict"
    return [
        compared_row("one product, ready answer", found["ready"], unit="µs", note=note),
        compared_row(
            "one product, ready answer nobody asked before",
            found["first"],
            unit="µs",
            note=f"searched; {note}",
        ),
        compared_row("one product, computed from the tables", found["computed"], unit="µs", note=note),
        Row(
            "computed beside ready",
            found["computed"].measured,
            "µs",
            found["ready"].measured,
            found["computed"].measured / found["ready"].measured,
            note="control: the ready answer",
        ),
    ]


def _paging(view: View, numbers: Sequence[str]) -> list[Row]:
    bodies = [encoded_product(view, varenr).body for varenr in numbers[:_PAGE]]
    head = {"release": view.release, "valid_on": view.valid_on}

    def page() -> bytes:
        first = products_in(view, _LIST, group=None, supplier=None)[:_PAGE]
        return page_of(head, [encoded_product(view, varenr).body for varenr in first], {"next": None})

    def joined() -> bytes:
        return b'{"items":[' + b",".join(bodies) + b"]}"

    found = compare(each(joined), {"page": each(page)})["page"]
    note = f"of {len(numbers):,}; control: joining the same bytes"
    return [compared_row(f"a page of {_PAGE} products of list {_LIST}", found, unit="ms", note=note)]


def _through_the_app(home: Home, view: View, numbers: Sequence[str]) -> list[Row]:
    body = encoded_product(view, numbers[0]).body
    products = [(f"/v1/products/{one}", 200) for one in numbers[:CALLS]]
    application = create_app(home)
    with Calls(application) as app, Calls(bare(body)) as control:
        found = compare(
            lambda: control.seconds_each([("/", 200)] * CALLS),
            {
                "product": lambda: app.seconds_each(products),
                "page": lambda: app.seconds_each([(f"/v1/lists/{_LIST}/products", 200)] * 10),
            },
        )
        searched = _searched_through(application, app, _queries(view, numbers), products)
    note = "control: a bare ASGI function that sends one product's bytes"
    return [
        compared_row("GET one product through the application", found["product"], unit="µs", note=note),
        compared_row(f"GET a page of {_PAGE} products", found["page"], unit="µs", note=note),
        *searched,
    ]


def _searched_through(
    application: Front, app: Calls, queries: Sequence[str], products: Sequence[tuple[str, int]]
) -> list[Row]:
    """Searches with all their facets, new and again, beside look-ups in the same application."""
    served, searches = application.quick._served, [(f"/v1/search?q={quote(query)}", 200) for query in queries]
    finder = served.snapshot.finder()
    assert finder is not None
    finder.warm()
    app.seconds_each(searches)

    def new() -> float:
        served.answers.clear()
        finder._answers.clear()
        return app.seconds_each(searches)

    found = compare(
        lambda: app.seconds_each(products), {"new": new, "again": lambda: app.seconds_each(searches)}
    )
    note = f"{len(queries)} queries, 20 hits a page; control: GET one product, in the same application"
    return [
        compared_row("GET a search that is not kept", found["new"], unit="µs", most=1 / 0.17, note=note),
        compared_row("GET a search that is kept", found["again"], unit="µs", most=1 / 0.9, note=note),
    ]


def _first_of_a_day(view: View) -> list[Row]:
    """What the first search on a day waits for beside the search itself."""
    before = min(mark.valid_from for mark in view.marks.values())

    def seconds(*, of_edition: bool, by_price: bool) -> float:
        if of_edition:
            view.snapshot.edition_sets.cache_clear()
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


def _searching(home: Home, view: View, numbers: Sequence[str]) -> list[Row]:
    """The index alone, beside looking for the words in every name."""
    queries = _queries(view, numbers)
    names = [name.casefold() for (name,) in view.snapshot.db.execute("SELECT name FROM entry")]

    def scan() -> None:
        for query in queries:
            words = query.casefold().split()
            sum(all(word in name for word in words) for name in names)

    def fresh(*, asked_before: bool) -> float:
        with closing(Finder(home.snapshot(view.release) / INDEX)) as finder:
            finder.warm()
            if asked_before:
                _ask(finder, queries, view)
            begun = time.process_time()
            _ask(finder, queries, view)
            return (time.process_time() - begun) / len(queries)

    def scanned() -> float:
        return each(scan)() / len(queries)

    found = compare(
        scanned, {"new": lambda: fresh(asked_before=False), "again": lambda: fresh(asked_before=True)}
    )
    note = f"all hits, the first 20 read; control: the words looked for in all {len(names):,} names"
    return [
        compared_row("a query the index has not had", found["new"], unit="µs", note=note),
        compared_row("the same query again", found["again"], unit="µs", note=note),
    ]


def _ask(finder: Finder, queries: Sequence[str], view: View) -> None:
    for query in queries:
        list(islice(finder.find(query, editions=view.ordinals).hits, 20))


def _queries(view: View, numbers: Sequence[str]) -> list[str]:
    """What people type: numbers, words of names, beginnings of them, two words, and slips."""
    queries: dict[str, None] = {}
    for varenr in numbers[:: max(1, len(numbers) // 60)]:
        words = view.product(varenr).name.split()
        longest = max(words, key=len)
        slip = longest[:2] + longest[3:]
        for query in (varenr, longest, longest[:3], " ".join(words[:2]), slip):
            if len(query) >= 2:
                queries.setdefault(query[:60])
    return list(queries)[:_QUERIES]


def _forget(view: View) -> Callable[[], None]:
    """Lets the places go that a snapshot's answers have found before."""
    answers = view.snapshot.answers
    assert answers is not None
    return answers._known.clear


def _over(
    numbers: Sequence[str], act: Callable[[str], object], *, before: Callable[[], None] | None = None
) -> Measure:
    """Processor seconds for one of many different numbers."""
    sample = numbers[:: max(1, len(numbers) // _SAMPLE)]

    def all_of_them() -> None:
        if before is not None:
            before()
        for varenr in sample:
            act(varenr)

    measure = each(all_of_them)
    return lambda: measure() / len(sample)
