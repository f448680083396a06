"""
FHIR R4 over HTTP, read only: what the service can do, one resource, and searches with their pages.

What tells resources is loaded when somebody first asks for one, beside the requests.
"""

import sqlite3
from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from app.api.answer import AnyRequest
from app.api.fhir.asking import (
    Asked,
    read_asked,
    read_manner,
    refuse_operation,
    refuse_others,
    require_form,
    require_json,
)
from app.api.fhir.question import read_search
from app.beside import Beside
from app.fhir.searches import BY_KIND, PATH, Searched
from app.served import Served
from app.web.frame import no_page
from lists.errors import ListsError, NotThere


@get("/metadata")
async def metadata(request: AnyRequest, beside: NamedDependency[Beside]) -> Response[bytes]:
    """What the service can do."""
    asked = read_asked(request)
    require_json(request, asked)
    manner = read_manner(asked)

    def answer(served: Served) -> Response[bytes]:
        from app.api.fhir.answering import told_of_itself

        return told_of_itself(request, served, manner)

    return await beside.answer(answer)


@get("/{kind:str}")
async def search(
    request: AnyRequest, beside: NamedDependency[Beside], kind: FromPath[str]
) -> Response[bytes]:
    """What meets all that is asked, page by page."""
    return await _search(request, beside, kind, read_asked(request))


@post("/{kind:str}/_search", status_code=200)
async def search_by_form(
    request: AnyRequest, beside: NamedDependency[Beside], kind: FromPath[str]
) -> Response[bytes]:
    """The same, where what is asked is sent as a form: addresses have a length, and are written down."""
    require_form(request)
    return await _search(request, beside, kind, read_asked(request, await request.body()))


@get("/{kind:str}/_search")
async def no_search(request: AnyRequest, kind: FromPath[str]) -> Response[bytes]:
    """A form is sent, not asked for."""
    _searched(kind)
    raise NotThere("fhir-operation", found=request.url.path)


@get("/{kind:str}/{identity:str}")
async def read(
    request: AnyRequest, beside: NamedDependency[Beside], kind: FromPath[str], identity: FromPath[str]
) -> Response[bytes]:
    """One resource."""
    asked = read_asked(request)
    require_json(request, asked)
    _searched(kind)
    refuse_operation(identity)
    refuse_others(request, asked)

    def answer(served: Served) -> Response[bytes]:
        from app.api.fhir.answering import one

        return one(request, served, asked, (kind, identity))

    return await beside.answer(answer)


async def _search(request: AnyRequest, beside: Beside, kind: str, asked: Asked) -> Response[bytes]:
    require_json(request, asked)
    searched = _searched(kind)
    understood = read_search(request, searched, asked)

    def answer(served: Served) -> Response[bytes]:
        from app.api.fhir.answering import found

        return found(request, served, searched, understood)

    return await beside.answer(answer)


def not_served(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """What the framework refuses: below our path as FHIR tells it, elsewhere as pages and the API do."""
    path = request.url.path
    if path != PATH and not path.startswith(PATH + "/"):
        return no_page(request, error)
    from app.api.fhir.answers import not_served_here

    return not_served_here(request, error)


def _refusal(request: AnyRequest, error: ListsError) -> Response[bytes]:
    from app.api.fhir.answers import refusal

    return refusal(request, error)


def _fault(request: AnyRequest, error: Exception) -> Response[bytes]:
    from app.api.fhir.answers import fault

    return fault(request, error)


def _internal(request: AnyRequest, error: Exception) -> Response[bytes]:
    from app.api.fhir.answers import internal

    return internal(request, error)


def _searched(kind: str) -> Searched:
    refuse_operation(kind)
    if kind not in BY_KIND:
        raise NotThere("no-fhir-kind", found=kind, known=", ".join(BY_KIND))
    return BY_KIND[kind]


ROUTES: list[Any] = [
    Router(
        path=PATH,
        route_handlers=[metadata, search, search_by_form, no_search, read],
        include_in_schema=False,
        exception_handlers={
            ListsError: _refusal,
            sqlite3.OperationalError: _fault,
            Exception: _internal,
        },
    )
]
