"""All pages that readers see, and the files beside them."""

from typing import Any

from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router

from app.web.catalogue import dcat_file, schema_file
from app.web.changed import changed_page
from app.web.covered import covered, covered_form
from app.web.developers import developers
from app.web.downloads import downloads
from app.web.feeds import feed_of_all, feed_of_group, feed_of_list, feed_of_product
from app.web.frame import reader_router
from app.web.front import front
from app.web.group import group_page
from app.web.how_much import how_much, worked_out
from app.web.printed_file import printed_file
from app.web.problem import problem
from app.web.product import product
from app.web.statement import statement
from app.web.templates import STATIC
from app.web.whole_list import list_page

_A_YEAR = 31_536_000

ROUTES: list[Any] = [
    reader_router(
        [
            front,
            covered_form,
            covered,
            changed_page,
            feed_of_all,
            feed_of_list,
            feed_of_group,
            feed_of_product,
            developers,
            dcat_file,
            schema_file,
            downloads,
            statement,
            problem,
            group_page,
            product,
            how_much,
            worked_out,
            list_page,
            printed_file,
        ]
    ),
    create_static_files_router(
        path="/static",
        directories=[STATIC],
        include_in_schema=False,
        # Their addresses change with their bytes.
        cache_control=CacheControlHeader(max_age=_A_YEAR, public=True, immutable=True),
    ),
]
