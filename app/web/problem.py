"""The pages that explain problems by their names."""

from litestar import MediaType, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Response

from app.api.answer import AnyRequest
from app.api.problems import STATUS
from app.web.addresses import page_language
from app.web.frame import reader_page
from app.words import say


@get("/problems/{name:str}", media_type=MediaType.HTML)
async def problem(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """What a problem's name means."""
    if name not in STATUS:
        raise NotFoundException
    title = say("reason", name, page_language(request), part="title")
    return reader_page(
        request, "problem.html.jinja", view=None, title=title, name=name, problem_status=STATUS[name]
    )
