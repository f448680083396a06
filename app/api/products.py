"""Products over HTTP: one, many, and those of a list."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from app.api.answer import AnyRequest, Told, answer, send
from app.api.answers_described import spec
from app.api.pages import Asked, ask, next_cursor, stretch
from app.api.parameters import (
    CursorText,
    InGroup,
    KnownAt,
    Lang,
    Limit,
    ListCode,
    OfSupplier,
    ValidOn,
    Varenr,
)
from app.api.question import as_typed, read_time, view_of
from app.api.quick import Tell
from app.beside import Beside
from app.pages import (
    LookupAnswer,
    ProductsPage,
)
from app.questions import bad
from app.read.encoded import encoded_many, encoded_product, encoded_products, page_of
from app.read.lists import (
    products_in,
    require_list,
)
from app.read.view import View
from app.served import Served
from app.shapes import ProductShape

MOST_LOOKED_UP = 5000
AT_ONCE = 200
"""So many are looked up before anybody has noticed."""


class LookupQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Product numbers to look up, and when."""

    varenr: list[str]
    valid_on: str | None = None
    known_at: str | None = None


@get(
    "/v1/lists/{list:str}/products",
    responses=spec(ProductsPage, "By group, name and number.", 404),
    operation_id="list_products",
    summary="Products of a list",
)
async def products_of_list(
    request: AnyRequest,
    beside: NamedDependency[Beside],
    code: ListCode,
    group: InGroup = None,
    supplier: OfSupplier = None,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    limit: Limit = None,
    cursor: CursorText = None,
    lang: Lang = None,
) -> Response[bytes]:
    """The products on a list on a day; `group` takes in the groups below it in kodeverk 7403."""
    filters = {"valid_on": valid_on, "known_at": known_at, "group": group, "supplier": supplier}

    def read(served: Served) -> Response[bytes]:
        asked = ask(served, f"products {code}", filters, limit=limit, cursor=cursor)
        return _products_page(request, view_of(served, asked.time), code, asked)

    return await beside.answer(read)


@get(
    "/v1/products/{varenr:str}",
    responses=spec(ProductShape, "The product.", 404, 410),
    operation_id="product",
    summary="One product",
)
async def product(
    request: AnyRequest,
    served: NamedDependency[Served],
    varenr: Varenr,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    lang: Lang = None,
) -> Response[bytes]:
    """A product on a day: each list and group it is on, its prices, limits, requirements and last days."""
    given = {"varenr": varenr, "valid_on": valid_on, "known_at": known_at}
    return send(request, tell_product(served, given))


@post(
    "/v1/products/lookup",
    responses=spec(LookupAnswer, "In the order asked.", 413),
    status_code=200,
    operation_id="lookup",
    summary="Many products",
)
async def lookup(
    request: AnyRequest,
    beside: NamedDependency[Beside],
    data: JSONBody[LookupQuestion],
    lang: Lang = None,
) -> Response[bytes]:
    """Up to 5,000 products in one call; numbers without a product are named with the reason."""
    if not 1 <= len(data.varenr) <= MOST_LOOKED_UP:
        raise bad("bad-request", "varenr", str(len(data.varenr)), "numbers")
    if len(data.varenr) <= AT_ONCE:
        return _looked_up(request, beside.served, data)
    return await beside.answer(lambda served: _looked_up(request, served, data))


def _looked_up(request: AnyRequest, served: Served, data: LookupQuestion) -> Response[bytes]:
    time = read_time(served, data.valid_on, data.known_at)
    view = view_of(served, time)
    found = encoded_many(view, map(as_typed, data.varenr))
    body = page_of(view, found.bodies, {"missing": found.missing})
    return answer(request, body, release=time.release, past=time.past, tag=found.tag)


def tell_product(served: Served, given: Mapping[str, str | None]) -> Told:
    """
    A product's answer.

    Args:
        given: Its parameters, by their names.

    Raises:
        BadQuestion: A time cannot be used.
        NotThere: It is not listed.
    """
    time = read_time(served, given.get("valid_on"), given.get("known_at"))
    found = encoded_product(view_of(served, time), as_typed(given["varenr"] or ""))
    return Told(found.body, time.release, time.past, found.tag)


def _products_page(request: AnyRequest, view: View, code: str, asked: Asked) -> Response[bytes]:
    require_list(view, code)
    numbers = products_in(view, code, group=asked.filter("group"), supplier=asked.filter("supplier"))
    after = next_cursor(asked, len(numbers))
    bodies = encoded_products(view, (numbers[place] for place in stretch(asked, len(numbers))))
    body = page_of(view, bodies, {"next": after})
    return answer(request, body, release=view.release, past=asked.time.past, link_next=after)


ROUTES: list[Any] = [products_of_list, product, lookup]
QUICK: list[tuple[Any, Tell]] = [(product, tell_product)]
"""What is answered without the framework where it can be, and by what."""
