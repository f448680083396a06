"""What the first page is asked for: the words, the filters and their counts, each choice with its address."""

from collections.abc import Iterable, Mapping
from itertools import islice
from urllib.parse import urlencode

import msgspec

from app.api.answer import AnyRequest
from app.api.question import normalized
from app.pages import FacetShape
from app.read.day_sets import FALSE, TRUE, DaySets
from app.read.search import Searched
from app.web.addresses import TIMES, changed, part, with_time
from app.web.told import Words
from lists.status import LISTED, STATUSES
from search.records import Suggestion

FILTERS = ("list", "group", "supplier", "status", "own_prescription", "has_limit", "price_from", "price_to")
LONGEST_QUERY = 200
"""Characters of a query that a page repeats; a search is given far fewer."""
MOST_BESIDE = 4
_CODED = ("list", "group")
_PLACES = {"group": "gruppe", "list": "liste"}
_SHOWN_AT_ONCE = 5


class Asked(msgspec.Struct, frozen=True):
    """What an address asks for; of the `filters` and `times` those that ask for something, by their names."""

    q: str
    filters: Mapping[str, str]
    times: Mapping[str, str]


class Choice(msgspec.Struct, frozen=True):
    """A value that hits can be narrowed to; `address` is this page with it, where it is chosen without."""

    code: str
    text: str
    count: int
    address: str
    chosen: bool


class Narrowing(msgspec.Struct, frozen=True):
    """One thing to narrow by: the values that are shown at once, and those that are folded away."""

    name: str
    first: tuple[Choice, ...]
    further: tuple[Choice, ...]


class Chosen(msgspec.Struct, frozen=True):
    """A filter that is on, in words; `address` is this page without it."""

    name: str
    text: str
    address: str


class BegunSo(msgspec.Struct, frozen=True):
    """A group, a list or a supplier that begins as what was typed, and where it is found."""

    kind: str
    code: str
    text: str
    address: str


def asked_for(request: AnyRequest) -> Asked:
    """What the address of the page asks for; a field that was left empty asks for nothing."""
    given = request.query_params
    filters = {name: normalized(given.get(name)) for name in FILTERS}
    return Asked(
        (given.get("q") or "")[:LONGEST_QUERY],
        {name: value for name, value in filters.items() if value},
        {name: given[name] for name in TIMES if given.get(name)},
    )


def narrowings(request: AnyRequest, searched: Searched, asked: Asked, words: Words) -> tuple[Narrowing, ...]:
    """What else the hits can be narrowed by: only what tells them apart, or is chosen."""
    facets = searched.facets()
    offered = {
        "list": facets.list,
        "group": facets.group,
        "supplier": facets.supplier,
        "status": tuple(one for one in facets.status if one.code != LISTED),
        "own_prescription": tuple(one for one in facets.own_prescription if one.code == TRUE),
        "has_limit": tuple(one for one in facets.has_limit if one.code == TRUE),
    }
    made = (_narrowing(request, name, values, asked, words) for name, values in offered.items())
    return tuple(
        one for one in made if _tells_apart(one, searched.total) or (one.name in asked.filters and one.first)
    )


def chosen_filters(
    request: AnyRequest, asked: Asked, sets: DaySets | None, words: Words
) -> tuple[Chosen, ...]:
    """The filters that are on, each with the way to take it off."""
    return tuple(
        Chosen(name, _told(name, value, sets, words), changed(request, **{name: None, "page": None}))
        for name, value in asked.filters.items()
    )


def begun_so(request: AnyRequest, suggested: Iterable[Suggestion]) -> tuple[BegunSo, ...]:
    """What is suggested that is no product: products are hits already."""
    others = (one for one in suggested if one.kind != "product")
    return tuple(
        BegunSo(one.kind, one.code if one.code != one.text else "", one.text, _address(request, one))
        for one in islice(others, MOST_BESIDE)
    )


def _address(request: AnyRequest, suggested: Suggestion) -> str:
    if suggested.kind == "supplier":
        return with_time(request, "/?" + urlencode({"q": suggested.text}))
    return with_time(request, f"/{_PLACES[suggested.kind]}/{part(suggested.code)}")


def _narrowing(
    request: AnyRequest, name: str, values: tuple[FacetShape, ...], asked: Asked, words: Words
) -> Narrowing:
    choices = tuple(_choice(request, name, one, asked, words) for one in values)
    # What is chosen is never folded away.
    choices = tuple(sorted(choices, key=lambda choice: not choice.chosen))
    # To unfold a single value is no shorter than the value.
    shown = len(choices) if len(choices) == _SHOWN_AT_ONCE + 1 else _SHOWN_AT_ONCE
    return Narrowing(name, choices[:shown], choices[shown:])


def _choice(request: AnyRequest, name: str, value: FacetShape, asked: Asked, words: Words) -> Choice:
    chosen = asked.filters.get(name) == value.code
    return Choice(
        code=value.code if name in _CODED and value.code != value.text else "",
        text=value.text if name in (*_CODED, "supplier") else _value_told(name, value.code, words),
        count=value.count,
        address=changed(request, **{name: None if chosen else value.code, "page": None}),
        chosen=chosen,
    )


def _tells_apart(narrowing: Narrowing, total: int) -> bool:
    return any(choice.count < total for choice in (*narrowing.first, *narrowing.further))


def _told(name: str, value: str, sets: DaySets | None, words: Words) -> str:
    if name in _CODED:
        text = sets.texts(name).get(value, "") if sets is not None else ""
        return f"{value} {text}".strip() if value != text else value
    return _value_told(name, value, words)


def _value_told(name: str, value: str, words: Words) -> str:
    if name == "price_from":
        return words("search-at-least", amount=value)
    if name == "price_to":
        return words("search-at-most", amount=value)
    if (name, value) in _TRUTHS:
        return words("search-is-" + _TRUTHS[name, value])
    return words("status-" + value) if name == "status" and value in STATUSES else value


_TRUTHS = {
    ("own_prescription", TRUE): "own-prescription",
    ("own_prescription", FALSE): "without-own-prescription",
    ("has_limit", TRUE): "limited",
    ("has_limit", FALSE): "unlimited",
}
