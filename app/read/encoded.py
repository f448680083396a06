"""Answers as bytes: the ready ones where there are any, encoded where not, the same either way."""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from app.answers import OfDay
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
        bodies: In the order asked; JSON, each behind its `beginning`.
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
    body, digest = _answered(view, _ready(view), varenr)
    return Encoded(beginning(view) + body, f"{digest.hex()}-{view.release}-{view.valid_on:%Y%m%d}")


def encoded_products(view: View, varenrs: Iterable[str]) -> list[bytes]:
    """
    The bytes of many products' answers, each behind its `beginning`.

    Raises:
        NotThere: As `View.product`.
    """
    ready = _ready(view)
    return [_answered(view, ready, varenr)[0] for varenr in varenrs]


def encoded_many(view: View, varenrs: Iterable[str]) -> Many:
    """The bytes of many products' answers, and which of the numbers have none."""
    bodies, digests, missing = list[bytes](), [beginning(view)], list[MissingShape]()
    ready = _ready(view)
    for varenr in varenrs:
        try:
            body, digest = _answered(view, ready, varenr)
        except NotThere as error:
            missing.append(MissingShape(varenr, error.reason))
        else:
            bodies.append(body)
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
    body, _ = _answered(view, _ready(view), varenr)
    return body[_FINGERPRINT].decode()


def page_of(view: View, bodies: Sequence[bytes], tail: object) -> bytes:
    """
    A page of products joined from their bytes.

    Args:
        bodies: Each behind its `beginning`.
        tail: A shape, or what stands behind the products, by name.
    """
    first = beginning(view)
    items = first + (b"," + first).join(bodies) if bodies else b""
    return first + b'"items":[' + items + b"]," + encode(tail)[1:]


def beginning(view: View) -> bytes:
    """What each product's answer begins with, and each page of them: when it holds."""
    return b'{"release":%d,"valid_on":"%s",' % (view.release, view.valid_on.isoformat().encode())


def _ready(view: View) -> OfDay | None:
    """The ready answers of a view's day; they are made of what is known now."""
    snapshot = view.snapshot
    if snapshot.answers is None or view.release != snapshot.release:
        return None
    return snapshot.answers.on(view.valid_on)


def _answered(view: View, ready: OfDay | None, varenr: str) -> tuple[bytes, bytes]:
    return (ready.find(varenr) if ready is not None else None) or _made(view, varenr)


def _made(view: View, varenr: str) -> tuple[bytes, bytes]:
    body = encode(product_shape(view.require_listed(varenr), view.valid_on))[1:]
    return body, hashlib.sha256(body).digest()[:8]


# Every answer ends with `"fingerprint":"0123456789abcdef"}`.
_FINGERPRINT = slice(-18, -2)
