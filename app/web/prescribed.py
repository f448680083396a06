"""How a list or a group is prescribed: on which code, what needs its own, where a diagnosis must stand."""

import datetime as dt

import msgspec

from app.shapes import GroupShape
from app.web.group_tree import OWN, Tree
from app.web.told import Words
from lists.governing import past
from lists.prescription import SIDES

LIST, GROUP, PATIENT = "list", "group", "much"
"""Where it is told: on a list's page, on a group's, or to the patient."""

NO = "no"
_SIDES = {"icd-10": "ICD-10", "icpc-2": "ICPC-2"}


class Prescribed(msgspec.Struct, frozen=True):
    """
    How all that hangs in a group, or on a list, is prescribed.

    Attributes:
        covers: The sentence that says what a prescription on the list's code covers.
        own: The innermost groups that need a prescription of their own.
        coded: The sentence that says where a diagnosis must stand on it; "" where none need.
        coded_groups: The innermost groups where it must, if that is not all of them.
        codes: The diagnoses of one group that products hang in.
    """

    covers: str
    own: tuple[GroupShape, ...]
    coded: str
    coded_groups: tuple[GroupShape, ...]
    codes: "tuple[Diagnosis, ...]"


class Diagnosis(msgspec.Struct, frozen=True):
    """A diagnosis code as people read it; `side` is ICD-10 or ICPC-2."""

    code: str
    side: str
    text: str
    prescribe_until: dt.date | None
    conditions: tuple[str, ...]


def prescribed(tree: Tree, words: Words, place: str, code: str | None = None) -> Prescribed:
    """
    What a page says of prescribing.

    Args:
        place: LIST, GROUP or PATIENT.
        code: A group; the whole list where None.
    """
    leaves = tree.innermost(code)
    own = tuple(shape for shape in leaves if shape.prescribable == OWN)
    needing = tuple(shape for shape in leaves if tree.needs_diagnosis(shape.code))
    alone = code is not None and not tree.groups[code].children
    codes = diagnoses(needing[0], tree.day) if alone and needing else ()
    everywhere = len(needing) == len(leaves)
    way = _way(leaves, own, alone=alone, coded=everywhere)
    on = leaves[0].list if leaves else ""
    if way == NO or not leaves:
        return Prescribed(words("group-covers-no", list=on, group=""), (), "", (), ())
    coded = _coded(place, alone=alone, named=bool(codes), everywhere=everywhere, words=words)
    return Prescribed(
        covers=_covers(place, way, on, leaves[0].code, words=words),
        own=() if alone else own,
        coded=coded if needing else "",
        coded_groups=() if everywhere else needing,
        codes=codes,
    )


def diagnoses(group: GroupShape, day: dt.date) -> tuple[Diagnosis, ...]:
    """The codes that a prescription of that day may carry, with the texts that bind under each."""
    texts = {condition.id: condition.text for condition in group.refund_code_conditions}
    return tuple(
        Diagnosis(
            code=one.code,
            side=side_told(one.system),
            text=one.text,
            prescribe_until=one.prescribe_until,
            conditions=tuple(texts[identity] for identity in one.conditions),
        )
        for one in group.refund_codes
        if not past(one.prescribe_until, day) and (one.valid_from is None or one.valid_from <= day)
    )


def side_told(system: str) -> str:
    """What people call a code system of diagnoses."""
    return _SIDES.get(SIDES.get(system, ""), system)


def _way(leaves: tuple[GroupShape, ...], own: tuple[GroupShape, ...], *, alone: bool, coded: bool) -> str:
    """The end of the sentence's key."""
    if any(shape.prescribable == NO for shape in leaves):
        return NO
    if own and len(own) == len(leaves):
        return "own" if alone else "each"
    if own:
        return "most"
    return "coded" if coded else "all" if not alone else "one"


def _covers(place: str, way: str, on: str, group: str, *, words: Words) -> str:
    if place == LIST:
        return words("list-covers-" + way, list=on, group=group)
    if place == GROUP:
        return words("group-covers-" + way, list=on, group=group)
    return words("much-covers-" + way, list=on, group=group)


def _coded(place: str, *, alone: bool, named: bool, everywhere: bool, words: Words) -> str:
    if not alone:
        return words("group-coded-all" if everywhere else "group-coded-some")
    if not named:
        return words("group-coded-unnamed")
    return words("group-coded-in-table" if place == GROUP else "group-coded")
