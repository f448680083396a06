"""Which version of a resource this is: made from what it says and since when it says so."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import TypeVar

import msgspec
from msgspec import Struct

from app.fhir.types import Coding, Meta, encode
from lists.days import instant_text

MADE_UP = Coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST", "test health data")
"""FHIR's own mark on what is no real data: everything a demonstration shows."""

_Resource = TypeVar("_Resource", bound=Struct)


class Standing(Struct, frozen=True):
    """
    How a resource stands in time, whatever it says.

    Attributes:
        since: Since when it says what it says; None for what the program itself says.
        made_up: It is of a demonstration.
    """

    since: dt.datetime | None = None
    made_up: bool = False


def versioned(resource: _Resource, standing: Standing, tags: Iterable[Coding] = ()) -> _Resource:
    """
    A resource with its `meta`.

    Args:
        tags: The editions it is told by; a new edition that says the same is no new version.
    """
    since = instant_text(standing.since) if standing.since is not None else None
    digest = hashlib.sha256(encode(resource) + (since or "").encode()).hexdigest()[:16]
    meta = Meta(digest, since, (MADE_UP,) if standing.made_up else (), tuple(tags))
    return msgspec.structs.replace(resource, meta=meta)
