"""The catalogue of the lists as files that portals and search engines read, and as part of our pages."""

from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.response import Response

from app.api.answer import NOT_MODIFIED, AnyRequest, Told, has_it
from app.catalogue.schema_org import data_catalog, dataset
from app.catalogue.told import Places
from app.publisher import canonical_address
from app.read.catalogue import catalogue, newest_contents, whole_catalogue
from app.read.view import View
from app.served import Served, today
from app.shapes import ListShape
from app.web.addresses import page_language
from app.web.origin import canonical_origin, origin

NOWHERE = "http://localhost"
"""What addresses begin with where a request names no host that could be repeated."""

MEDIA_TYPE = "application/ld+json"
_encode = msgspec.json.Encoder().encode


@get("/catalogue/dcat.jsonld")
async def dcat_file(request: AnyRequest, served: NamedDependency[Served]) -> Response[Any]:
    """The lists as DCAT-AP-NO 3."""
    from app.catalogue.dcat import document  # who asks for a page need not load it

    view = served.view(valid_on=today(), release=served.snapshot.release)
    return _answer(request, document(whole_catalogue(served, view, _places(request))), view.release)


@get("/catalogue/schema.jsonld")
async def schema_file(request: AnyRequest, served: NamedDependency[Served]) -> Response[Any]:
    """The lists as schema.org tells data."""
    view = served.view(valid_on=today(), release=served.snapshot.release)
    told = data_catalog(whole_catalogue(served, view, _places(request)), page_language(request))
    answer = _answer(request, told, view.release)
    answer.headers["Vary"] = "Accept-Encoding, Accept-Language"
    return answer


def all_lists_told(request: AnyRequest, served: Served, view: View, shapes: Iterable[ListShape]) -> str:
    """What the first page tells search engines: which lists there are; their pages tell of their files."""
    found = catalogue(served, view, shapes, places=_within(served), contents=None)
    return _in_page(data_catalog(found, page_language(request))) if found.lists else ""


def one_list_told(request: AnyRequest, served: Served, view: View, shape: ListShape) -> str:
    """What the page of a list tells search engines; "" where the list is not in force."""
    contents = newest_contents(served)
    found = catalogue(served, view, [shape], places=_within(served), contents=contents)
    return _in_page(dataset(found, found.lists[0], page_language(request))) if found.lists else ""


def _in_page(told: msgspec.Struct) -> str:
    """
    JSON-LD as it stands in a page, where it ends no script early.

    It is data, which browsers run nothing of: the pages' policy for scripts leaves it alone.
    """
    return _encode(told).decode().replace("<", "\\u003c")


def _places(request: AnyRequest) -> Places:
    return Places(origin(request) or NOWHERE, canonical_origin(request) or NOWHERE)


def _within(served: Served) -> Places:
    """In a page links are told from where it stands: whatever host a request names, it is the same page."""
    return Places("", canonical_address(served.home) or "")


def _answer(request: AnyRequest, told: msgspec.Struct, release: int) -> Response[Any]:
    body = _encode(told)
    headers = Told(body, release).headers(request.url.path, {})
    known = has_it(request.headers.get("if-none-match"), headers["ETag"])
    content, status = (b"", NOT_MODIFIED) if known else (body, 200)
    return Response(content, status_code=status, headers=headers, media_type=MEDIA_TYPE)
