"""Search and suggestions over HTTP."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from app.api.answer import AnyRequest, Told, send
from app.api.answers_described import spec
from app.api.pages import ask, next_cursor, stretch
from app.api.parameters import (
    CursorText,
    HasLimit,
    InGroup,
    KnownAt,
    Lang,
    OfSupplier,
    OnList,
    OwnPrescription,
    PriceFrom,
    PriceTo,
    Query,
    SearchLimit,
    Status,
    ValidOn,
)
from app.api.question import read_amount, read_time, read_truth, view_of
from app.api.quick import Tell
from app.pages import SearchPage, SuggestAnswer, SuggestionShape
from app.questions import bad
from app.read.encoded import beginning, encoded_products
from app.read.search import Filters, Searched, narrow
from app.read.view import View
from app.served import Served
from app.shapes import encode
from lists.status import STATUSES
from search.errors import QueryTooLong
from search.find import Found
from search.records import Hit
from search.suggest import suggest as suggestions_of

DEFAULT_HITS, MOST_HITS = 20, 100
_FILTERS = (
    *("q", "list", "group", "supplier", "status", "own_prescription", "has_limit"),
    *("price_from", "price_to", "valid_on", "known_at"),
)


@get("/v1/search", responses=spec(SearchPage, "Best hits first."), operation_id="search", summary="Search")
async def search(
    request: AnyRequest,
    served: NamedDependency[Served],
    q: Query = None,
    on_list: OnList = None,
    group: InGroup = None,
    supplier: OfSupplier = None,
    status: Status = None,
    own_prescription: OwnPrescription = None,
    has_limit: HasLimit = None,
    price_from: PriceFrom = None,
    price_to: PriceTo = None,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    limit: SearchLimit = None,
    cursor: CursorText = None,
    lang: Lang = None,
) -> Response[bytes]:
    """
    Products by number, name, size, group, list, legal basis, substance or supplier.

    Every word must be found: in any order and form, as a part of a compound, in bokmål, nynorsk or common
    English. Best first, and within what answers equally well, what stays on the lists before what leaves;
    `why` says how each product answers, `did_you_mean` what may have been meant. A facet's counts leave
    its own filter out: they say what another choice there would find.
    """
    given = {
        "q": q,
        "list": on_list,
        "group": group,
        "supplier": supplier,
        "status": status,
        "own_prescription": own_prescription,
        "has_limit": has_limit,
        "price_from": price_from,
        "price_to": price_to,
        "valid_on": valid_on,
        "known_at": known_at,
    }
    async with served.in_turn.turn():
        told = tell_search(served, {**given, "limit": limit, "cursor": cursor})
    return send(request, told)


@get(
    "/v1/suggest",
    responses=spec(SuggestAnswer, "At most ten."),
    operation_id="suggest",
    summary="Suggestions",
)
async def suggest(
    request: AnyRequest,
    served: NamedDependency[Served],
    q: Query = None,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    lang: Lang = None,
) -> Response[bytes]:
    """Products, groups, suppliers and lists that begin with what is typed; search finds each of them."""
    async with served.in_turn.turn():
        told = tell_suggestions(served, {"q": q, "valid_on": valid_on, "known_at": known_at})
    return send(request, told)


def tell_search(served: Served, given: Mapping[str, str | None]) -> Told:
    """
    What a search finds.

    Args:
        given: Its parameters, by their names.

    Raises:
        BadQuestion: One of them cannot be used.
    """
    limit, cursor = given.get("limit"), given.get("cursor")
    filters = {name: given.get(name) for name in _FILTERS}
    asked = ask(served, "search", filters, limit=limit, cursor=cursor, default=DEFAULT_HITS, most=MOST_HITS)
    view = view_of(served, asked.time)
    wanted = read_filters(asked.filters)
    found = find(served, view, asked.filter("q") or "")
    searched = narrow(found.hits, served.day_sets(view), wanted) if found is not None else Searched.none()
    after = next_cursor(asked, searched.total)
    page = searched.page(stretch(asked, searched.total))
    meant = found.did_you_mean if found is not None else None
    note = None
    if found is not None and cursor is None and asked.filters.keys() == {"q"}:
        answered = searched.total > 0 and not found.guessed
        note = partial(served.unanswered.note, asked.filters["q"], answered=answered)
    body = _body(view, searched, page, did_you_mean=meant, following=after)
    return Told(body, view.release, past=asked.time.past, link_next=after, each_time=note)


def tell_suggestions(served: Served, given: Mapping[str, str | None]) -> Told:
    """
    What is suggested; `given` as for a search.

    Raises:
        BadQuestion: A parameter cannot be used.
    """
    time = read_time(served, given.get("valid_on"), given.get("known_at"))
    view = view_of(served, time)
    finder = served.snapshot.finder()
    try:
        found = (
            suggestions_of(finder, given.get("q") or "", editions=view.ordinals) if finder is not None else ()
        )
    except QueryTooLong as error:
        raise _too_long(error) from error
    items = tuple(SuggestionShape(one.text, one.kind, one.code) for one in found)
    shape = SuggestAnswer(time.release, time.valid_on, items)
    return Told(encode(shape), time.release, past=time.past)


def find(served: Served, view: View, query: str) -> Found | None:
    """
    What the index finds on a view's day; None where there is no index yet.

    Raises:
        BadQuestion: The query is longer than a search is given.
    """
    finder = served.snapshot.finder()
    try:
        return finder.find(query, editions=view.ordinals) if finder is not None else None
    except QueryTooLong as error:
        raise _too_long(error) from error


def read_filters(given: dict[str, str]) -> Filters:
    """
    The filters of a question.

    Raises:
        BadQuestion: A filter has a value it cannot have.
    """
    status = given.get("status")
    if status is not None and status not in STATUSES:
        raise bad("bad-request", "status", status, "status")
    return Filters(
        list=given.get("list"),
        group=given.get("group"),
        supplier=given.get("supplier"),
        status=status,
        own_prescription=read_truth(given.get("own_prescription"), "own_prescription"),
        has_limit=read_truth(given.get("has_limit"), "has_limit"),
        price_from=read_amount(given.get("price_from"), "price_from"),
        price_to=read_amount(given.get("price_to"), "price_to"),
    )


def _body(
    view: View, searched: Searched, page: Sequence[Hit], *, did_you_mean: str | None, following: str | None
) -> bytes:
    head = {"release": view.release, "valid_on": view.valid_on, "total": searched.total}
    tail = {"facets": searched.facets(), "did_you_mean": did_you_mean, "next": following}
    products = encoded_products(view, [hit.varenr for hit in page])
    before = b'{"product":' + beginning(view)
    items = [before + _item(product, hit) for product, hit in zip(products, page, strict=True)]
    return encode(head)[:-1] + b',"items":[' + b",".join(items) + b"]," + encode(tail)[1:]


def _item(product: bytes, hit: Hit) -> bytes:
    """A `HitShape` behind the beginning of its product; what lights up is of the same shape in the index."""
    return b"%b,%b" % (product, encode({"why": hit.why, "highlight": hit.highlight})[1:])


def _too_long(error: QueryTooLong) -> Exception:
    return bad("bad-request", "q", f"{error.found} {error.unit}", "text-query")


ROUTES: list[Any] = [search, suggest]
QUICK: list[tuple[Any, Tell]] = [(search, tell_search), (suggest, tell_suggestions)]
"""What is answered without the framework where it can be, and by what."""
