"""Answers as bytes: the ready ones where there are any, encoded where not, the same either way."""

import hashlib
from collections.abc import Iterable

import msgspec

from app.pages import MissingShape
from app.read.products import product_shape
from app.read.view import View
from app.shapes import encode
from lists.errors import NotThere


class Encoded(msgspec.Struct, frozen=True):
    """
    A product's answer.

    Attributes:
        body: JSON, whole.
        tag: Differs when the body does: the part that is compiled, the release and the day.
    """

    body: bytes
    tag: str


class Many(msgspec.Struct, frozen=True):
    """
    The answers of many products.

    Attributes:
        bodies: In the order asked; JSON, each whole.
        missing: In the order asked.
        tag: Differs when any of it does.
    """

    bodies: list[bytes]
    missing: list[MissingShape]
    tag: str


def encoded_product(view: View, varenr: str) -> Encoded:
    """
    The bytes of a product's answer.

    Raises:
        NotThere: As `View.product`.
    """
    body, digest = _ready(view, varenr) or _made(view, varenr)
    return Encoded(_head(view) + body, f"{digest.hex()}-{view.release}-{view.valid_on:%Y%m%d}")


def encoded_products(view: View, varenrs: Iterable[str]) -> list[bytes]:
    """
    The bytes of many products' answers.

    Raises:
        NotThere: As `View.product`.
    """
    head = _head(view)
    return [head + (_ready(view, varenr) or _made(view, varenr))[0] for varenr in varenrs]


def encoded_many(view: View, varenrs: Iterable[str]) -> Many:
    """The bytes of many products' answers, and which of the numbers have none."""
    head = _head(view)
    bodies, digests, missing = list[bytes](), [head], list[MissingShape]()
    for varenr in varenrs:
        try:
            body, digest = _ready(view, varenr) or _made(view, varenr)
        except NotThere as error:
            missing.append(MissingShape(varenr, error.reason))
        else:
            bodies.append(head + body)
            digests.append(digest)
    # What lies in the digests need not be hashed again; what is missing stands in the order asked.
    told = hashlib.sha256(b"".join(digests) + encode(missing)).hexdigest()[:32]
    return Many(bodies, missing, told)


def product_fingerprint(view: View, varenr: str) -> str:
    """
    The fingerprint that a product's answer ends with; where the answer is ready, nothing is encoded for it.

    Raises:
        NotThere: As `View.product`.
    """
    body, _ = _ready(view, varenr) or _made(view, varenr)
    return body[_FINGERPRINT].decode()


def page_of(head: dict[str, object], items: list[bytes], tail: dict[str, object]) -> bytes:
    """
    A page of products joined from their bytes.

    Args:
        head: What stands before `items`: `release`, `valid_on`.
        tail: What stands behind.
    """
    after = b"," + encode(tail)[1:] if tail else b"}"
    return encode(head)[:-1] + b',"items":[' + b",".join(items) + b"]" + after


def _head(view: View) -> bytes:
    return b'{"release":%d,"valid_on":"%s",' % (view.release, view.valid_on.isoformat().encode())


def _ready(view: View, varenr: str) -> tuple[bytes, bytes] | None:
    snapshot = view.snapshot
    if snapshot.answers is None or view.release != snapshot.release:
        return None
    place = snapshot.answers.find(varenr, view.valid_on)
    return (snapshot.answers.body(place), place.digest) if place is not None else None


def _made(view: View, varenr: str) -> tuple[bytes, bytes]:
    body = encode(product_shape(view.require_listed(varenr), view.valid_on))[1:]
    return body, hashlib.sha256(body).digest()[:8]


# Every answer ends with `"fingerprint":"0123456789abcdef"}`.
_FINGERPRINT = slice(-18, -2)
