"""What became of the products and groups that a client has: only what changed is sent again."""

from collections.abc import Mapping

import msgspec

from app.moves import GoneGroup
from app.pages import MissingShape
from app.read.encoded import encoded_product, product_fingerprint
from app.read.lists import group_shapes
from app.read.view import View
from app.shapes import GroupShape, encode
from lists.errors import NotThere

MOST_WATCHED = 5000


class Watched(msgspec.Struct, frozen=True):
    """Items that changed, as JSON; items that are gone; and how many are as the client has them."""

    changed: list[bytes]
    gone: list[object]
    unchanged: int

    def encoded(self) -> bytes:
        """The same as JSON."""
        joined = b",".join(self.changed)
        return b'{"changed":[' + joined + b"]," + encode({"gone": self.gone, "unchanged": self.unchanged})[1:]


def watched(view: View, products: Mapping[str, str], groups: Mapping[str, str]) -> bytes:
    """
    The answer to a client that has these fingerprints.

    Args:
        products: By product number.
        groups: By code; a code that several lists have is unchanged where one of them says the same.
    """
    told = watched_products(view, products).encoded(), watched_groups(view, groups).encoded()
    head = encode({"release": view.release, "valid_on": view.valid_on})[:-1]
    return head + b',"products":' + told[0] + b',"groups":' + told[1] + b"}"


def watched_products(view: View, known: Mapping[str, str]) -> Watched:
    """Products by their fingerprints, in the order asked."""
    changed: list[bytes] = []
    gone: list[object] = []
    for varenr, fingerprint in known.items():
        try:
            if product_fingerprint(view, varenr) != fingerprint:
                changed.append(encoded_product(view, varenr).body)
        except NotThere as error:
            gone.append(MissingShape(varenr, error.reason))
    return Watched(changed, gone, len(known) - len(changed) - len(gone))


def watched_groups(view: View, known: Mapping[str, str]) -> Watched:
    """Groups by their fingerprints, in the order asked."""
    changed: list[bytes] = []
    gone: list[object] = []
    unchanged = 0
    shapes = _by_code(view) if known else {}
    for code, fingerprint in known.items():
        found = shapes.get(code, [])
        if not found:
            gone.append(GoneGroup(code, "unknown-group"))
        elif any(shape.fingerprint == fingerprint for shape in found):
            unchanged += 1
        else:
            changed += [encode(shape) for shape in found]
    return Watched(changed, gone, unchanged)


def _by_code(view: View) -> dict[str, list[GroupShape]]:
    found: dict[str, list[GroupShape]] = {}
    for code in view.marks:
        for shape in group_shapes(view, code):
            found.setdefault(shape.code, []).append(shape)
    return found
