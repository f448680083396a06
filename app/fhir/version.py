"""Which version of a resource this is: made from what it says and since when it says so."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import TypeVar

import msgspec
from msgspec import Struct

from app.fhir.types import Coding, Meta, encode
from lists.days import instant_text

DESCRIBED_ON = "2026-11-22"
"""When what the program tells of itself last changed."""

MADE_UP = Coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST", "test health data")
"""FHIR's own mark on what is no real data: everything a demonstration shows."""

_Resource = TypeVar("_Resource", bound=Struct)


class Standing(Struct, frozen=True):
    """
    How a resource stands in time, whatever it says.

    Attributes:
        since: Since when it says what it says; None for what the program itself says.
        made_up: It is of a demonstration.
        publisher: Who answers for it; None where nobody said so.
    """

    since: dt.datetime | None = None
    made_up: bool = False
    publisher: str | None = None


def versioned(
    resource: _Resource, standing: Standing, tags: Iterable[Coding] = (), *, is_ours: bool = True
) -> _Resource:
    """
    A resource with its `meta`, and with its date and version where its kind has such.

    Args:
        tags: The editions it is told by; a new edition that says the same is no new version.
        is_ours: Whose it is and which version it is are ours to say.
    """
    since = instant_text(standing.since) if standing.since is not None else None
    dated = since or DESCRIBED_ON
    said = {"experimental": standing.made_up or None, "date": dated}
    if is_ours:
        said |= {"version": dated, "publisher": standing.publisher}
    known = {name: value for name, value in said.items() if name in resource.__struct_fields__}
    resource = msgspec.structs.replace(resource, **known)
    digest = hashlib.sha256(encode(resource) + (since or "").encode()).hexdigest()[:16]
    meta = Meta(digest, since, (MADE_UP,) if standing.made_up else (), tuple(tags))
    return msgspec.structs.replace(resource, meta=meta)
