"""A product's page: what it is, what is reimbursed for it, under which conditions, and what else there is."""

from collections.abc import Mapping

import msgspec
from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response
from msgspec import UNSET

from app.api.answer import AnyRequest
from app.api.question import as_typed
from app.read.price_history import Stayed, stayed
from app.read.product_history import happened
from app.read.view import View
from app.served import Served
from app.shapes import EntryShape, PathShape, ProductShape, RefundCodeShape
from app.web.addresses import page_language, part
from app.web.badges import RULE, Badge, entry_badges, last_day_badges, news_badges, standing_badges
from app.web.frame import page_view, reader_page
from app.web.prices import unit_named
from app.web.product_alternatives import Alternatives, alternatives
from app.web.product_history import MOST_OPEN, telling
from app.web.product_prices import ListPrice, first_recent_day, list_prices
from app.web.told import Words
from lists.prescription import SIDES
from lists.status import ENDED

MOST_CODES_OPEN = 12
"""How many refund codes stand open; more are folded."""

_SIDES = {"icd-10": "ICD-10", "icpc-2": "ICPC-2"}


class RefundCodeRow(msgspec.Struct, frozen=True):
    """A refund code with the name of its code system; `conditions` are the places of its texts, from 1."""

    refund: RefundCodeShape
    side: str
    conditions: tuple[int, ...]


class Place(msgspec.Struct, frozen=True):
    """
    A group of a list that the product stands in.

    Attributes:
        path: The groups between the list and the group.
        name: What the product is called on this list, where that is another name.
        use: What the group is reimbursed for, where the list says it.
    """

    entry: EntryShape
    title: str
    path: tuple[PathShape, ...]
    name: str | None
    use: str | None
    badges: tuple[Badge, ...]
    last_days: tuple[Badge, ...]
    refund_codes: tuple[RefundCodeRow, ...]
    alternatives: Alternatives


@get("/vare/{varenr:str}", media_type=MediaType.HTML)
async def product(
    request: AnyRequest, served: NamedDependency[Served], varenr: FromPath[str]
) -> Response[bytes]:
    """A product on a day, with all that is known of it on other days."""
    view, words = page_view(request, served), Words(page_language(request))
    shape = view.product(as_typed(varenr))
    past = stayed(view, shape.varenr)
    prices = list_prices(view, shape, past, words)
    places = [_place(view, shape, entry, words) for entry in shape.entries]
    history = [telling(one, view.valid_on, words) for one in happened(view, shape.varenr)]
    return reader_page(
        request,
        "product.html.jinja",
        view=view,
        json=f"/v1/products/{part(shape.varenr)}",
        product=shape,
        at_a_glance=_at_a_glance(shape, places, _news(view, shape, past, prices, words=words), words),
        unit=unit_named(shape.unit.code, shape.unit.text) if shape.unit is not None else "",
        ended=shape.leaves_on if shape.status == ENDED else None,
        prices=prices,
        places=places,
        history=history[:MOST_OPEN],
        several_lists=len({one.list for one in history}) > 1,
        older=history[MOST_OPEN:],
        dearer=next((entry.may_exceed_max_price for entry in shape.entries), None),
        most_codes=MOST_CODES_OPEN,
    )


def _at_a_glance(
    shape: ProductShape, places: list[Place], news: tuple[Badge, ...], words: Words
) -> tuple[Badge, ...]:
    """What to know first; the rules of a group among it where there is only one."""
    standing = standing_badges(shape, words)
    if len(places) > 1:
        return (*standing, *news)
    return (*standing, *places[0].last_days, *news, *places[0].badges)


def _news(
    view: View,
    shape: ProductShape,
    past: Mapping[str, Stayed],
    prices: tuple[ListPrice, ...],
    *,
    words: Words,
) -> tuple[Badge, ...]:
    """New is what no list had; a price that moved is told of the first list that says so."""
    came = [past[entry.list].came_on for entry in shape.entries]
    known = [first for first in came if first is not None]
    since = min(known) if len(known) == len(came) else None
    if since is not None and since < first_recent_day(view.valid_on):
        since = None
    moved = next((price.moved for price in prices if price.moved is not None), None)
    return news_badges(since, moved, words)


def _place(view: View, shape: ProductShape, entry: EntryShape, words: Words) -> Place:
    index = view.snapshot.index(view.marks[entry.list])
    decided = index.terms.requires_decision
    decision = (Badge(RULE, words("product-requires-decision")),) if decided else ()
    return Place(
        entry=entry,
        title=index.terms.title,
        path=tuple(step for step in entry.group_path[:-1] if step.code != entry.list),
        name=None if entry.name is UNSET else entry.name,
        use=index.groups[entry.group.code].reimbursed_use,
        badges=(*decision, *entry_badges(entry, words)),
        last_days=last_day_badges(entry, view.valid_on, words),
        refund_codes=_refund_codes(entry),
        alternatives=alternatives(view, shape, entry),
    )


def _refund_codes(entry: EntryShape) -> tuple[RefundCodeRow, ...]:
    places = {condition.id: place for place, condition in enumerate(entry.refund_code_conditions, 1)}
    return tuple(
        RefundCodeRow(
            refund,
            _SIDES.get(SIDES.get(refund.system, ""), refund.system),
            tuple(places[identity] for identity in refund.conditions if identity in places),
        )
        for refund in entry.refund_codes
    )
