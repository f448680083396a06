"""The lists as JSON: one document of all, and one product or group a line; the API's own shapes."""

from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from app.files.content import Selection
from app.shapes import encode


def write_products(selection: Selection, stream: BinaryIO) -> int:
    """Each product on a line, by number; returns how many."""
    return _lines(selection.products(), stream)


def write_groups(selection: Selection, stream: BinaryIO) -> int:
    """Each group on a line, by list and code; returns how many."""
    return _lines(selection.groups(), stream)


def write_lists(selection: Selection, stream: BinaryIO) -> int:
    """One document `{release, valid_on, lists, groups, products}`; returns how many products."""
    view = selection.view
    stream.write(b'{"release":%d,"valid_on":"%s",' % (view.release, view.valid_on.isoformat().encode()))
    stream.write(b'"lists":')
    _items(selection.lists(), stream)
    stream.write(b',"groups":')
    _items(selection.groups(), stream)
    stream.write(b',"products":')
    count = _items(selection.products(), stream)
    stream.write(b"}\n")
    return count


def _lines(shapes: Iterable[msgspec.Struct], stream: BinaryIO) -> int:
    count = 0
    for shape in shapes:
        stream.write(encode(shape) + b"\n")
        count += 1
    return count


def _items(shapes: Iterable[msgspec.Struct], stream: BinaryIO) -> int:
    """An array with each item on a line of its own: who looks into it finds something to hold on to."""
    count = 0
    for shape in shapes:
        stream.write((b",\n" if count else b"[\n") + encode(shape))
        count += 1
    stream.write(b"\n]" if count else b"[]")
    return count
