"""Sets of documents by what they have in common: which have a value, and how many of a set have which.

Pure sets: nothing here knows what the values mean, or on which day.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

_BY_COUNT = itemgetter(1)


class Facet:
    """Values in the order of their codes, and the documents that have each of them, as sets."""

    def __init__(self, values: Mapping[str, int]) -> None:
        self._sets = dict(sorted(values.items()))

    def having(self, value: str) -> int:
        """The documents with this value."""
        return self._sets.get(value, 0)

    def items(self) -> Iterable[tuple[str, int]]:
        """Each value with its documents."""
        return self._sets.items()

    def most(self, documents: int, *, values: int) -> list[tuple[str, int]]:
        """
        The values that most of these documents have, with how many have them; equals by code.

        Args:
            values: At most so many.
        """
        if not documents:
            return []
        counted = [
            (value, count)
            for value, having in self._sets.items()
            if (count := (having & documents).bit_count())
        ]
        # The sort is stable, and what is sorted is in the order of the codes.
        counted.sort(key=_BY_COUNT, reverse=True)
        return counted[:values]

    def changed(self, values: Mapping[str, int]) -> "Facet":
        """The same with other documents for some values."""
        return Facet({**self._sets, **values})


def set_of(documents: Iterable[int]) -> int:
    """These documents, as a set."""
    numbers = list(documents)
    bits = bytearray((max(numbers, default=0) >> 3) + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")


def facet_of(values: Sequence[str], of: Iterable[Sequence[int]]) -> Facet:
    """
    A facet from what each document has.

    Args:
        of: For each document, the places of its values.
    """
    having: list[list[int]] = [[] for _ in values]
    for number, places in enumerate(of):
        for place in places:
            having[place].append(number)
    return Facet({value: set_of(numbers) for value, numbers in zip(values, having, strict=True)})
