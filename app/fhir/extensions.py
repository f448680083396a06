"""Listings, limits, requirements and conditions as extensions, part by part as they are defined."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from app.fhir.definitions import StructureDefinition
from app.fhir.names import Base
from app.fhir.our_extensions import CONDITION, KINDS, LIMIT, LISTING, REQUIREMENT
from app.fhir.types import Coding, Extension
from app.shapes import (
    CodeShape,
    ConditionShape,
    EntryShape,
    GroupShape,
    LimitShape,
    RefundCodeShape,
    RequirementShape,
)
from lists.codes import SPECIALTY

Value: TypeAlias = bool | int | str | dt.date | Coding | None
Values: TypeAlias = Value | tuple[str, ...] | tuple[Coding, ...]


def coding(base: Base, code: CodeShape) -> Coding:
    """A code with its text."""
    return Coding(base.system(code.system), code.code, code.text or None)


def listing(base: Base, entry: EntryShape) -> Extension:
    """A product on one list in one of its groups."""
    return _extension(
        base,
        LISTING,
        {
            "list": entry.list,
            "legalBasis": coding(base, entry.legal_basis),
            "group": coding(base, entry.group),
            "validFrom": entry.valid_from,
            "prescribeUntil": entry.prescribe_until,
            "dispenseUntil": entry.dispense_until,
            "mayExceedMaxPrice": entry.may_exceed_max_price,
        },
        _terms(base, entry),
    )


def group_terms(base: Base, group: GroupShape) -> tuple[Extension, ...]:
    """What a group says of itself; what the groups above it say stands there."""
    said: dict[str, Value] = {
        "prescribable": group.prescribable,
        "reimbursedUse": group.reimbursed_use,
        "inForceSince": group.in_force_since,
    }
    return (_extension(base, "group-terms", said), *_terms(base, group))


def _terms(base: Base, of: EntryShape | GroupShape) -> Iterator[Extension]:
    texts = {one.id: one.text for one in (*of.conditions, *of.refund_code_conditions)}
    yield from (_limit(base, one, texts) for one in of.limits)
    yield from (_requirement(base, one, texts) for one in of.requirements)
    yield from (_condition(base, one) for one in of.conditions)
    yield from (_refund_code(base, one, texts) for one in of.refund_codes)


def _limit(base: Base, limit: LimitShape, texts: Mapping[str, str]) -> Extension:
    said: dict[str, Values] = {
        "max": limit.max,
        "unit": limit.unit,
        "per": limit.per,
        "scope": limit.scope.kind,
        "group": limit.scope.codes,
        "condition": limit.condition,
        "text": texts[limit.condition],
    }
    return _extension(base, LIMIT, said)


def _requirement(base: Base, required: RequirementShape, texts: Mapping[str, str]) -> Extension:
    said: dict[str, Values] = {
        "kind": required.kind,
        "value": required.value,
        "code": _codes(base, required),
        "appliesTo": required.applies_to,
        "type": Coding(base.system(required.system), required.code),
        "condition": required.condition,
        "text": texts[required.condition],
    }
    return _extension(base, REQUIREMENT, said)


def _condition(base: Base, condition: ConditionShape) -> Extension:
    said: dict[str, Value] = {
        "id": condition.id,
        "number": condition.number or None,
        "appliesTo": condition.applies_to,
        "text": condition.text,
        "coded": condition.coded,
    }
    return _extension(base, CONDITION, said)


def _refund_code(base: Base, refund: RefundCodeShape, texts: Mapping[str, str]) -> Extension:
    said: dict[str, Values] = {
        "code": Coding(base.system(refund.system), refund.code, refund.text or None),
        "validFrom": refund.valid_from,
        "prescribeUntil": refund.prescribe_until,
        "dispenseUntil": refund.dispense_until,
        "subterm": refund.subterms,
        "condition": refund.conditions,
        "text": tuple(texts[condition] for condition in refund.conditions),
    }
    return _extension(base, "refund-code", said)


def _codes(base: Base, required: RequirementShape) -> tuple[Coding, ...]:
    """Specialties have a code system; what a type that we do not know asks for stands as it is written."""
    if required.kind == "specialist_or_hospital":
        return tuple(Coding(base.system(SPECIALTY), value) for value in required.values)
    return tuple(Coding(display=value) for value in required.values)


def _extension(
    base: Base,
    name: str,
    said: Mapping[str, Values],
    inner: Iterable[Extension] = (),
) -> Extension:
    """An extension of ours; each part holds what its definition says, and what is None is left out."""
    fields = _FIELDS[name]
    parts = (
        Extension(key, **{fields[key]: one})  # type: ignore[arg-type]
        for key, value in said.items()
        for one in (value if isinstance(value, tuple) else (value,))
        if one is not None
    )
    return Extension(base.of(StructureDefinition.__name__, name), (*parts, *inner))


_FIELDS = {
    kind.name: {part.name: f"value_{part.type.lower()}" for part in kind.parts if part.type} for kind in KINDS
}
"""Which field of an extension holds each part."""
