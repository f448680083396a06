"""What one answer costs within a process, without a network: beside the least that could be done for it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from app.api.application import create_app
from app.home import Home
from app.read.encoded import encoded_product, encoded_products, page_of
from app.read.lists import products_in
from app.read.view import View
from app.served import Served, today
from app.snapshot import open_snapshot
from tests.bench.calls import CALLS, Calls, bare
from tests.bench.clock import Measure, compare, each
from tests.bench.rows import Row, absent, compared_row
from tests.bench.sources import BEFORE, FULL, empty_home, missing, published, shown

_LIST = "505"
_PAGE = 100
_SAMPLE = 500


def answering(room: Path) -> list[Row]:
    """Look-ups and pages over three releases of a full file."""
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

    def page() -> bytes:
        first = products_in(view, _LIST, group=None, supplier=None)[:_PAGE]
        return page_of(view, encoded_products(view, first), {"next": None})

    def joined() -> bytes:
        return b'{"items":[' + b",".join(bodies) + b"]}"

    found = compare(each(joined), {"page": each(page)})["page"]
    note = f"of {len(numbers):,}; control: joining the same bytes"
    return [compared_row(f"a page of {_PAGE} products of list {_LIST}", found, unit="ms", note=note)]


def _through_the_app(home: Home, view: View, numbers: Sequence[str]) -> list[Row]:
    body = encoded_product(view, numbers[0]).body
    products = [(f"/v1/products/{one}", 200) for one in numbers[:CALLS]]
    with Calls(create_app(home)) as app, Calls(bare(body)) as control:
        found = compare(
            lambda: control.seconds_each([("/", 200)] * CALLS),
            {
                "product": lambda: app.seconds_each(products),
                "page": lambda: app.seconds_each([(f"/v1/lists/{_LIST}/products", 200)] * 10),
            },
        )
    note = "control: a bare ASGI function that sends one product's bytes"
    return [
        compared_row("GET one product through the application", found["product"], unit="µs", note=note),
        compared_row(f"GET a page of {_PAGE} products", found["page"], unit="µs", note=note),
    ]


def _forget(view: View) -> Callable[[], None]:
    """Lets the places go that a snapshot's answers have found before."""
    answers = view.snapshot.answers
    assert answers is not None
    return answers.on(view.valid_on).forget


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
