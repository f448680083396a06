"""Search joined with time: hits that are in force on the day, their filters and their counts."""

from collections.abc import Sequence

import msgspec

from app.pages import FacetShape, FacetsShape
from app.read.day_sets import FALSE, TRUE, DaySets
from search.facets import set_of
from search.hits import Hits
from search.records import Hit

MOST_FACETS = 50


class Filters(msgspec.Struct, frozen=True):
    """
    What hits must fulfil; None asks for nothing.

    Attributes:
        price_from: Ten-thousandths; of the price per pack that is reimbursed on the day.
    """

    list: str | None = None
    group: str | None = None
    supplier: str | None = None
    status: str | None = None
    own_prescription: bool | None = None
    has_limit: bool | None = None
    price_from: int | None = None
    price_to: int | None = None


class Searched(msgspec.Struct, frozen=True):
    """
    What passes all filters, best first and each product once.

    Attributes:
        products: All hits, those too that do not pass: one document for each product.
        passing: What passes each filter that was given.
    """

    hits: Sequence[Hit]
    products: int
    passing: dict[str, int]
    sets: DaySets | None

    @classmethod
    def none(cls) -> "Searched":
        """No hits."""
        return cls((), 0, {}, None)

    @property
    def total(self) -> int:
        """How many products there are."""
        return len(self.hits)

    def page(self, stretch: range) -> Sequence[Hit]:
        """The hits of one page; only these are read and highlighted."""
        return self.hits[stretch.start : stretch.stop]

    def facets(self) -> FacetsShape:
        """
        The counts of each facet.

        They leave its own filter out: they say what another choice there would find.
        """
        return FacetsShape(*map(self._facet, FacetsShape.__struct_fields__))

    def _facet(self, name: str) -> tuple[FacetShape, ...]:
        if self.sets is None:
            return ()
        documents = self.products
        for other, passing in self.passing.items():
            if other != name:
                documents &= passing
        texts = self.sets.texts(name)
        # One more, for the products without a supplier, who are no choice to offer.
        counted = self.sets.facets[name].most(documents, values=MOST_FACETS + 1)
        named = [FacetShape(value, texts.get(value, value), count) for value, count in counted if value]
        return tuple(named[:MOST_FACETS])


def narrow(hits: Hits, sets: DaySets, filters: Filters) -> Searched:
    """Filter hits, one for each product."""
    products = _each_once(hits, sets)
    passing = _passing(sets, filters)
    found = products
    for documents in passing.values():
        found &= documents
    return Searched(hits.within(found, last=sets.leaving), products, passing, sets)


def _each_once(hits: Hits, sets: DaySets) -> int:
    """Of each product the document that answers best."""
    found = hits.documents & sets.in_force
    some = found & sets.several
    if not some:
        return found
    best, seen = [], set[int]()
    for number in hits.within(some).numbers():
        if number not in seen:
            best.append(number)
            seen.update(sets.same_product(number))
    return found & ~some | set_of(best)


def _passing(sets: DaySets, filters: Filters) -> dict[str, int]:
    passing = {}
    for name, facet in sets.facets.items():
        value = getattr(filters, name)
        if value is not None:
            # A filter by group takes in the groups below it; its counts are those of the products' own.
            passing[name] = sets.in_group(value) if name == "group" else facet.having(_code(value))
    if filters.price_from is not None or filters.price_to is not None:
        passing["price"] = sets.priced(filters.price_from, filters.price_to)
    return passing


def _code(value: str | bool) -> str:  # noqa: FBT001 it is the value that is told
    return value if isinstance(value, str) else TRUE if value else FALSE
