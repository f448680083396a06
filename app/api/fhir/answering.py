"""Answers what is asked in FHIR's terms: the resources that are found, told and put on pages."""

from importlib.metadata import version
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from litestar import Response

from app.api.answer import AnyRequest
from app.api.fhir.answers import send_other, send_resource
from app.api.fhir.asking import TIMES, Asked, Manner, read_manner
from app.api.fhir.finding import Stocks, find, tell, unknown_systems
from app.api.fhir.question import Search, criteria_of
from app.api.fhir.reading import read_one
from app.api.pages import Asked as PageAsked
from app.api.pages import ask, next_cursor, stretch
from app.api.problems import language
from app.api.question import Time, as_typed, read_time, view_of
from app.fhir.bundle import Link, bundle
from app.fhir.capability import capability_statement
from app.fhir.names import Base
from app.fhir.outcome import OperationOutcome, Remark, remarked
from app.fhir.searches import PATH, Searched
from app.fhir.subset import shown_of
from app.fhir.types import encode
from app.kept import Kept
from app.operator import read_operator
from app.publisher import publisher_of
from app.read.as_fhir import Telling
from app.read.fhir_stock import PriceKey, Stock, price_stock, stock
from app.served import Served
from app.snapshot import Snapshot
from app.web.origin import canonical_origin, origin
from app.words import say

NOWHERE = "http://localhost"
"""What addresses begin with where a request names no host that could be repeated."""
_BYTES = 120
"""What a product or price takes in memory, about."""
_RELEASES, _NO_MATTER = 2, 1 << 40
_PRICES: WeakKeyDictionary[Snapshot, Kept[tuple[PriceKey, ...]]] = WeakKeyDictionary()
"""The prices of the newest release, and of one more that was asked for; gone with their snapshot."""


def told_of_itself(request: AnyRequest, served: Served, manner: Manner) -> Response[bytes]:
    """What the service can do."""
    told = capability_statement(_here(request), version("blaliste"), read_operator(served.home).name)
    return send_other(request, manner.written(encode(told)), release=served.snapshot.release)


def one(request: AnyRequest, served: Served, asked: Asked, where: tuple[str, str]) -> Response[bytes]:
    """
    One resource.

    Args:
        where: Its kind and its id.

    Raises:
        NotThere: There is none of that id on the day.
    """
    time = read_time(served, *asked.times().values())
    kind, identity = where
    resource = read_one(_telling(request, served, time), kind, as_typed(identity))
    return send_resource(request, resource, read_manner(asked), release=time.release, past=time.past)


def found(request: AnyRequest, served: Served, searched: Searched, search: Search) -> Response[bytes]:
    """A page of what meets all that is asked."""
    asked = ask(
        served,
        f"fhir {searched.kind}",
        {**search.asked.times(), "search": search.text()},
        limit=str(search.count),
        cursor=search.asked.get("cursor"),
    )
    telling, here = _telling(request, served, asked.time), _here(request)
    criteria = criteria_of(asked.filter("search"))
    day = asked.time.valid_on if asked.filter("valid_on") is not None else None
    stocks = Stocks(lambda: _stock(served, telling), lambda: _prices(served, telling))
    keys = find(telling, stocks, searched.kind, criteria, day=day)
    told = [] if search.counted else [tell(telling, keys[place]) for place in stretch(asked, len(keys))]
    following = None if search.counted else next_cursor(asked, len(keys))
    body = bundle(
        len(keys),
        [(here.of(searched.kind, one.id), shown_of(one, search.manner.shown)) for one in told],
        _links(here, searched, _repeated(search, asked), following),
        _remarks(request, search, unknown_systems(telling, searched, criteria)),
    )
    content = search.manner.written(encode(body))
    return send_other(request, content, release=asked.time.release, past=asked.time.past)


def _repeated(search: Search, page: PageAsked) -> list[tuple[str, str]]:
    """All that was asked, as it was understood; what a cursor alone stands for is written out."""
    used = [item for item in search.asked.items if item[0] not in search.left_out]
    given = {name for name, _ in used}
    times = ((name, page.filter(name)) for name in TIMES)
    pinned = [(name, value) for name, value in times if value is not None and name not in given]
    if not search.criteria:
        pinned = [*(one.item() for one in criteria_of(page.filter("search"))), *pinned]
    return [*pinned, *used]


def _links(
    here: Base, searched: Searched, used: list[tuple[str, str]], following: str | None
) -> tuple[Link, ...]:
    """This page, and the next."""
    place = f"{here}/{searched.kind}"
    links = [Link("self", f"{place}?{urlencode(used)}" if used else place)]
    if following is not None:
        again = [item for item in used if item[0] != "cursor"]
        links.append(Link("next", f"{place}?{urlencode([*again, ('cursor', following)])}"))
    return tuple(links)


def _remarks(request: AnyRequest, search: Search, unknown: list[tuple[str, str]]) -> OperationOutcome | None:
    lang = language(request)
    remarks = [
        Remark(name, "not-supported", say("reason", "unknown-parameter", lang, field=name))
        for name in search.left_out
    ]
    for name, system in unknown:
        sentence = say("reason", "fhir-system", lang, field=name, found=system)
        remarks.append(Remark(name, "code-invalid", sentence))
    return remarked(remarks) if remarks else None


def _stock(served: Served, telling: Telling) -> Stock:
    """All products of a day, kept while the snapshot is."""
    view = telling.view
    key = ("fhir", view.valid_on, view.release)
    kept: Stock | None = served.answers.get(key)
    if kept is None:
        kept = stock(view)
        served.answers.keep(key, kept, size=_BYTES * (len(kept.goods) + len(kept.medicines)))
    return kept


def _prices(served: Served, telling: Telling) -> tuple[PriceKey, ...]:
    """
    All prices of a release, which are the same on any day.

    They are the largest of what is kept, so they have a place of their own: pushed out by others they would
    be worked out again with each request.
    """
    view = telling.view
    of_snapshot = _PRICES.setdefault(served.snapshot, Kept(most=_RELEASES, most_bytes=_NO_MATTER))
    kept = of_snapshot.get(view.release)
    if kept is None:
        kept = price_stock(view)
        of_snapshot.keep(view.release, kept, size=_BYTES * len(kept))
    return kept


def _telling(request: AnyRequest, served: Served, time: Time) -> Telling:
    """What is told, named as every copy of it names it."""
    home = served.home
    base = Base(f"{canonical_origin(request) or NOWHERE}{PATH}")
    return Telling(view_of(served, time), base, home.is_demonstration(), publisher_of(home).name)


def _here(request: AnyRequest) -> Base:
    """Where a client that asked goes on asking."""
    return Base(f"{origin(request) or NOWHERE}{PATH}")
