"""Which part of a file a client asks for, by the words of RFC 9110."""

import re

import msgspec

from lists.errors import BadQuestion

_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)


class Stretch(msgspec.Struct, frozen=True):
    """A part of a file: where it begins, and how long it is."""

    begin: int
    length: int

    def of(self, size: int) -> str:
        """As `Content-Range` says it."""
        return f"bytes {self.begin}-{self.begin + self.length - 1}/{size}"


def read_range(text: str, size: int) -> Stretch | None:
    """
    The part that a `Range` asks for; None where it asks for several, or cannot be read.

    Raises:
        BadQuestion: "bad-range": it begins behind the end.

    >>> read_range("bytes=2-3", 10), read_range("bytes=-4", 10), read_range("bytes=8-99", 10)
    (Stretch(begin=2, length=2), Stretch(begin=6, length=4), Stretch(begin=8, length=2))
    """
    found = _RANGE.fullmatch(text.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        begin = size - length
    else:
        begin = int(found[1])
        end = min(int(found[2]), size - 1) if found[2] else size - 1
        if found[2] and int(found[2]) < begin:
            return None
        length = end - begin + 1
    if length <= 0:
        raise BadQuestion("bad-range", field="Range", found=text, size=size, expected="byte-range")
    return Stretch(begin, length)
