"""The page that says how accessible the pages are: what is met, how it was tried, what is known not to be."""

from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.response import Response

from app.api.answer import AnyRequest
from app.served import Served
from app.web.frame import page_view, reader_page

MET = ("keyboard", "scripts", "narrow", "colours", "languages", "print")
TRIED = ("axe", "sizes", "html", "keys", "hostile")
NOT_MET = ("readers", "texts", "tables", "schema")
"""The ends of the keys of the statement's sentences, in their order."""


@get("/tilgjengelighet", media_type=MediaType.HTML)
async def statement(request: AnyRequest, served: NamedDependency[Served]) -> Response[bytes]:
    """The accessibility statement."""
    view = page_view(request, served)
    return reader_page(request, "statement.html.jinja", view=view, met=MET, tried=TRIED, not_met=NOT_MET)
