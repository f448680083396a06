"""All pages that readers see, and the files beside them."""

from typing import Any

from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router

from app.web.frame import reader_router
from app.web.front import front
from app.web.problem import problem
from app.web.templates import STATIC

_A_YEAR = 31_536_000

ROUTES: list[Any] = [
    reader_router([front, problem]),
    create_static_files_router(
        path="/static",
        directories=[STATIC],
        include_in_schema=False,
        # Their addresses change with their bytes.
        cache_control=CacheControlHeader(max_age=_A_YEAR, public=True, immutable=True),
    ),
]
