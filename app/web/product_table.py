"""A table of products on one list: narrowed by a small form, ordered by links, split into pages."""

import msgspec

from app.api.answer import AnyRequest
from app.printing import MOST_PRODUCTS
from app.read.on_list import (
    NAME,
    ORDERS,
    PACK_PRICE,
    UNIT_PRICE,
    Asked,
    numbers_shown,
    products_on,
    suppliers_in,
)
from app.read.view import View
from app.web.addresses import Page, changed, page_language, paged
from app.web.badges import Badge
from app.web.product_rows import Row, table_row
from app.web.told import Words

ON_A_PAGE = 50
LONGEST_TEXT = 64
WHOLE = "whole"

_BY_FORM = ("q", "supplier", "page")
_PRICES = (PACK_PRICE, UNIT_PRICE)


class Column(msgspec.Struct, frozen=True):
    """A column's head: `runs` is "ascending", "descending" or "none"; `address` orders the other way."""

    key: str
    title: str
    address: str
    runs: str
    number: bool


class ProductTable(msgspec.Struct, frozen=True):
    """
    What the page shows of it.

    Attributes:
        whole: As many on one page as a document holds, for printing.
        kept: What else was asked of the page, for the form to hand on.
        one_group: All stand in one group, which need not be named.
    """

    asked: Asked
    rows: tuple[Row, ...]
    page: Page
    columns: tuple[Column, ...]
    suppliers: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    whole: bool
    one_group: bool

    @property
    def narrowed(self) -> bool:
        """Whether the form was used."""
        return bool(self.asked.text or self.asked.supplier)


def product_table(
    request: AnyRequest, view: View, code: str, *, group: str | None, above: tuple[Badge, ...]
) -> ProductTable:
    """
    The products of a list or of one of its groups.

    Args:
        group: None for the whole list.
        above: The badges that stand above the table; rows say only what differs from them.
    """
    words = request_words(request)
    asked = _asked(request, group)
    whole = request.query_params.get("print") == WHOLE
    numbers = numbers_shown(view, code, asked)
    page = paged(request, numbers, MOST_PRODUCTS if whole else ON_A_PAGE)
    rows = tuple(
        table_row(one, view, words, above) for one in products_on(view, code, page.items, group=group)
    )
    mark = view.marks.get(code)
    below = view.snapshot.index(mark).children if mark is not None else {}
    return ProductTable(
        asked=asked,
        rows=rows,
        page=page,
        columns=tuple(_column(request, key, asked, words) for key in ORDERS),
        suppliers=tuple(suppliers_in(view, code, group)),
        kept=tuple(_kept(request)),
        whole=whole,
        one_group=group is not None and not below.get(group),
    )


def request_words(request: AnyRequest) -> Words:
    """The words of the language a page is asked in."""
    return Words(page_language(request))


def _asked(request: AnyRequest, group: str | None) -> Asked:
    """What the address asks for; an order that there is not is the usual one."""
    given = request.query_params
    sort = given.get("sort") or NAME
    order = sort.removeprefix("-")
    text = " ".join((given.get("q") or "")[:LONGEST_TEXT].split())
    if order not in ORDERS:
        return Asked(group, text, given.get("supplier") or "")
    return Asked(group, text, given.get("supplier") or "", order, falling=sort.startswith("-"))


def _column(request: AnyRequest, key: str, asked: Asked, words: Words) -> Column:
    runs = ("descending" if asked.falling else "ascending") if key == asked.order else "none"
    address = changed(request, sort=f"-{key}" if runs == "ascending" else key, page=None)
    return Column(key, words("list-column-" + key), address, runs, key in _PRICES)


def _kept(request: AnyRequest) -> list[tuple[str, str]]:
    given = request.query_params.items()
    return [(name, value) for name, value in given if name not in _BY_FORM and value]
