"""Reads what FHIR's code systems, value sets and naming systems are made of on a day."""

import datetime as dt
from collections.abc import Iterable, Iterator

from app.fhir.extensions import group_terms
from app.fhir.names import EDITION
from app.fhir.naming_system import NamingSystem, naming_system
from app.fhir.own_codes import OWN
from app.fhir.product import edition_tag
from app.fhir.terminology import (
    CodeSystem,
    Concept,
    Set,
    Term,
    ValueSet,
    code_system,
    own_code_system,
    own_value_set,
    value_set,
)
from app.read.as_fhir import Telling
from app.read.fhir_numbers import number_kinds
from app.read.lists import group_shapes
from app.read.since import ListSince
from app.read.view import View


def code_systems(telling: Telling) -> tuple[CodeSystem, ...]:
    """The code systems of groups, legal bases, kinds of prices and editions, with the codes in use; ours."""
    known: dict[str, dict[str, Term]] = {}
    for system, term in _terms(telling.view):
        known.setdefault(system, {}).setdefault(term.code, term)
    standing = telling.standing(_latest(telling.view))
    made = (
        code_system(telling.base, system, _by_code(terms.values()), standing)
        for system, terms in known.items()
    )
    ours = (own_code_system(telling.base, own, telling.standing()) for own in OWN)
    return tuple(sorted((*made, *ours), key=lambda resource: resource.id))


def value_sets(telling: Telling) -> tuple[ValueSet, ...]:
    """The groups of each list, the legal bases and the kinds of prices; all codes of our own; by id."""
    view, base = telling.view, telling.base
    everything = telling.standing(_latest(view))
    tags = tuple(edition_tag(base, mark.id) for mark in view.marks.values())
    sets = [_groups_of(telling, code) for code in view.marks]
    for identity, title, found in (
        ("legal-bases", "Legal bases of the lists in force", _legal_bases(view)),
        ("price-kinds", "Kinds of prices on the lists in force", _prices(view)),
    ):
        sets.append(Set(identity, title, f"{title}.", _included(found), everything, tags))
    # A list that is closed has no groups, and FHIR no value set without codes.
    made = (value_set(base, one) for one in sets if one.includes)
    ours = (own_value_set(base, own, telling.standing()) for own in OWN)
    return tuple(sorted((*made, *ours), key=lambda resource: resource.id))


def naming_systems(telling: Telling) -> tuple[NamingSystem, ...]:
    """The kinds of number that products go by."""
    made = (
        naming_system(telling.base, kind, telling.standing()) for kind in sorted(number_kinds(telling.view))
    )
    return tuple(one for one in made if one is not None)


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
        telling.standing(ListSince(view, code).latest),
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
