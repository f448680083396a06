"""Answers what is asked in FHIR's terms: the resources that are found, told and put on pages."""

from importlib.metadata import version
from urllib.parse import urlencode

from litestar import Response

from app.api.answer import AnyRequest
from app.api.fhir.answers import send_other, send_resource
from app.api.fhir.finding import find, tell
from app.api.fhir.question import Search, criteria_of, items_of
from app.api.fhir.reading import read_one
from app.api.pages import ask, next_cursor, stretch
from app.api.problems import language
from app.api.question import Time, as_typed, read_time, view_of
from app.fhir.bundle import Link, bundle
from app.fhir.capability import capability_statement
from app.fhir.names import Base
from app.fhir.outcome import OperationOutcome, left_out
from app.fhir.searches import PATH, Searched
from app.fhir.types import encode
from app.read.as_fhir import Telling
from app.read.fhir_stock import Stock, stock
from app.served import Served
from app.web.origin import origin
from app.words import say

NOWHERE = "http://localhost"
"""What addresses begin with where a request names no host that could be repeated."""
_TIMES = ("valid_on", "known_at")
_BYTES = 120
"""What a product or price takes in memory, about."""


def told_of_itself(request: AnyRequest, served: Served) -> Response[bytes]:
    """What the service can do."""
    told = capability_statement(_base(request), version("blaliste"))
    return send_other(request, encode(told), release=served.snapshot.release)


def one(request: AnyRequest, served: Served, kind: str, identity: str) -> Response[bytes]:
    """
    One resource.

    Raises:
        NotThere: There is none of that id on the day.
    """
    time = read_time(served, *(request.query_params.get(name) for name in _TIMES))
    resource = read_one(_telling(request, served, time), kind, as_typed(identity))
    return send_resource(request, resource, release=time.release, past=time.past)


def found(request: AnyRequest, served: Served, searched: Searched, search: Search) -> Response[bytes]:
    """A page of what meets all that is asked."""
    times = {name: request.query_params.get(name) for name in _TIMES}
    asked = ask(
        served,
        f"fhir {searched.kind}",
        {**times, "search": search.text()},
        limit=str(search.count),
        cursor=request.query_params.get("cursor"),
    )
    telling = _telling(request, served, asked.time)
    criteria = criteria_of(asked.filter("search"))
    keys = find(telling, lambda: _stock(served, telling), searched.kind, criteria)
    told = [] if search.counted else [tell(telling, keys[place]) for place in stretch(asked, len(keys))]
    following = None if search.counted else next_cursor(asked, len(keys))
    body = bundle(
        len(keys),
        [(telling.base.of(searched.kind, resource.id), resource) for resource in told],
        _links(request, search, following),
        _remarks(request, search),
    )
    return send_other(request, encode(body), release=asked.time.release, past=asked.time.past)


def _links(request: AnyRequest, search: Search, following: str | None) -> tuple[Link, ...]:
    """This page as it was understood, and the next."""
    here = f"{_base(request)}{request.url.path.removeprefix(PATH)}"
    used = [(name, value) for name, value in items_of(request) if name not in search.left_out]
    links = [Link("self", f"{here}?{urlencode(used)}" if used else here)]
    if following is not None:
        links.append(Link("next", f"{here}?{urlencode({'_count': search.count, 'cursor': following})}"))
    return tuple(links)


def _remarks(request: AnyRequest, search: Search) -> OperationOutcome | None:
    if not search.left_out:
        return None
    lang = language(request)
    told = (say("reason", "unknown-parameter", lang, field=name) for name in search.left_out)
    return left_out(list(zip(search.left_out, told, strict=True)))


def _stock(served: Served, telling: Telling) -> Stock:
    """All products and prices of a day, kept while the snapshot is."""
    view = telling.view
    key = ("fhir", view.valid_on, view.release)
    kept: Stock | None = served.answers.get(key)
    if kept is None:
        kept = stock(view)
        size = _BYTES * (len(kept.goods) + len(kept.medicines) + len(kept.prices))
        served.answers.keep(key, kept, size=size)
    return kept


def _telling(request: AnyRequest, served: Served, time: Time) -> Telling:
    return Telling(view_of(served, time), _base(request), served.home.is_demonstration())


def _base(request: AnyRequest) -> Base:
    return Base(f"{origin(request) or NOWHERE}{PATH}")
