"""Reads what FHIR's resources are made of: products, prices, code systems and value sets of a day."""

import datetime as dt
from collections.abc import Iterable, Iterator

import msgspec

from app.fhir.charge_item import ChargeItemDefinition, Priced, charge_item_definition
from app.fhir.device_definition import DeviceDefinition, device_definition
from app.fhir.extensions import group_terms
from app.fhir.medication import Medication, medication
from app.fhir.names import EDITION, Base
from app.fhir.product import Product, edition_tag
from app.fhir.terminology import (
    CodeSystem,
    Concept,
    Set,
    Term,
    ValueSet,
    code_system,
    value_set,
)
from app.fhir.version import Standing
from app.read.fhir_stock import MEDICINE, PriceKey
from app.read.lists import group_shapes
from app.read.products import Listed, product_shape
from app.read.since import ListSince
from app.read.view import View
from lists.errors import NotThere


class Telling(msgspec.Struct, frozen=True):
    """
    What is told, and where.

    Attributes:
        made_up: It is a demonstration.
    """

    view: View
    base: Base
    made_up: bool


def told_product(telling: Telling, varenr: str, since: dt.datetime) -> Medication | DeviceDefinition:
    """
    A product.

    Raises:
        NotThere: As `View.require_listed`.
    """
    product = _product(telling, varenr, since)
    if product.shape.kind == MEDICINE:
        return medication(telling.base, product)
    return device_definition(telling.base, product)


def told_price(telling: Telling, key: PriceKey) -> ChargeItemDefinition:
    """
    A price.

    Raises:
        NotThere: The product is not listed, or has no such price: "no-fhir-resource".
    """
    product = _product(telling, key.varenr, key.since)
    entry = next((one for one in product.shape.entries if one.list == key.list), None)
    of_kind = tuple(one for one in (entry.prices if entry is not None else ()) if one.code == key.kind)
    price = next((one for one in of_kind if one.valid_from == key.first), None)
    if entry is None or price is None:
        raise NotThere("no-fhir-resource", found=key.kind, kind="ChargeItemDefinition")
    return charge_item_definition(telling.base, Priced(product, entry, price, of_kind))


def code_systems(telling: Telling) -> tuple[CodeSystem, ...]:
    """The code systems of groups, legal bases, kinds of prices and editions, with the codes in use, by id."""
    known: dict[str, dict[str, Term]] = {}
    for system, term in _terms(telling.view):
        known.setdefault(system, {}).setdefault(term.code, term)
    standing = Standing(_latest(telling.view), telling.made_up)
    made = (
        code_system(telling.base, system, _by_code(terms.values()), standing)
        for system, terms in known.items()
    )
    return tuple(sorted(made, key=lambda resource: resource.id))


def value_sets(telling: Telling) -> tuple[ValueSet, ...]:
    """The groups of each list, the legal bases and the kinds of prices, by id."""
    view, base = telling.view, telling.base
    everything = Standing(_latest(view), telling.made_up)
    tags = tuple(edition_tag(base, mark.id) for mark in view.marks.values())
    sets = [_groups_of(telling, code) for code in view.marks]
    for identity, title, found in (
        ("legal-bases", "Legal bases of the lists in force", _legal_bases(view)),
        ("price-kinds", "Kinds of prices on the lists in force", _prices(view)),
    ):
        sets.append(Set(identity, title, f"{title}.", _included(found), everything, tags))
    # A list that is closed has no groups, and FHIR no value set without codes.
    made = (value_set(base, one) for one in sets if one.includes)
    return tuple(sorted(made, key=lambda resource: resource.id))


def _product(telling: Telling, varenr: str, since: dt.datetime) -> Product:
    listed = telling.view.require_listed(varenr)
    shape = product_shape(listed, telling.view.valid_on)
    newest = max(listed, key=_taken_over)
    kind, entry = newest.index.terms.number_kind, newest.entry
    return Product(shape, kind, entry.unit, entry.medicine, Standing(since, telling.made_up))


def _taken_over(listed: Listed) -> tuple[dt.date, int, str]:
    mark = listed.index.mark
    return mark.valid_from, mark.release, mark.list


def _groups_of(telling: Telling, code: str) -> Set:
    """The groups of a list, each with what it says of itself."""
    view, base = telling.view, telling.base
    mark = view.marks[code]
    systems: dict[str, list[Concept]] = {}
    for shape in group_shapes(view, code):
        concept = Concept(shape.code, shape.text or None, extension=group_terms(base, shape))
        systems.setdefault(shape.system, []).append(concept)
    title = f"Groups of list {code}: {view.snapshot.index(mark).terms.title}"
    return Set(
        f"groups-{code}",
        title,
        f"{title}. What a group says of itself stands with it; it is bound by the groups above it, too.",
        tuple((system, tuple(concepts)) for system, concepts in systems.items()),
        Standing(ListSince(view, code).latest, telling.made_up),
        (edition_tag(base, mark.id),),
    )


def _group_terms(view: View) -> Iterator[tuple[str, Term]]:
    """Every group with its system; what the newest edition calls it comes first."""
    for mark in sorted(view.marks.values(), key=lambda mark: (mark.valid_from, mark.release), reverse=True):
        index = view.snapshot.index(mark)
        for code, group in index.groups.items():
            yield group.code.system, Term(code, group.code.text, index.parent(code))


def _terms(view: View) -> Iterator[tuple[str, Term]]:
    """All codes in use, with their systems."""
    yield from _group_terms(view)
    yield from _legal_bases(view)
    yield from _prices(view)
    yield from ((EDITION, Term(mark.id)) for mark in view.marks.values())


def _legal_bases(view: View) -> Iterator[tuple[str, Term]]:
    for mark in view.marks.values():
        basis = view.snapshot.index(mark).terms.legal_basis
        yield basis.system, Term(basis.value, basis.text)


def _prices(view: View) -> Iterator[tuple[str, Term]]:
    for mark in view.marks.values():
        rows = view.snapshot.db.execute(_PRICE_KINDS, (mark.list, mark.ordinal, mark.ordinal))
        for system, code, text in sorted(rows, key=lambda row: (row[0], row[1], row[2] or "")):
            yield system, Term(code, text or "")


def _included(found: Iterable[tuple[str, Term]]) -> tuple[tuple[str, tuple[Concept, ...]], ...]:
    known: dict[str, dict[str, Concept]] = {}
    for system, term in found:
        known.setdefault(system, {}).setdefault(term.code, Concept(term.code, term.text or None))
    return tuple((system, tuple(concepts.values())) for system, concepts in sorted(known.items()))


def _by_code(terms: Iterable[Term]) -> list[Term]:
    return sorted(terms, key=lambda term: term.code)


def _latest(view: View) -> dt.datetime | None:
    """Since when the edition that took over last is told: before that, something was told otherwise."""
    told = (ListSince(view, code).latest for code in view.snapshot.timelines)
    return max((instant for instant in told if instant is not None), default=None)


_PRICE_KINDS = """\
SELECT DISTINCT kind_system, kind, kind_text FROM price
 WHERE list = ? AND from_ordinal <= ? AND (to_ordinal IS NULL OR to_ordinal > ?)
"""
