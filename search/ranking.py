"""In which order the documents that answer a query stand: the rule, and how sets are put in that order."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from search.reach import (
    ALL,
    BASE,
    HEAD,
    LAST,
    MEANT,
    MEANT_LAST,
    MEANT_PART,
    NEAR,
    OWN,
    PART,
    PREFIX,
    REST,
    SIGHT,
    WORD,
    Reach,
    common,
)
from search.records import Why
from search.shelf import members

# What is a little worse than all words where the name says what the product is, best first. A base form or
# the last part of a compound there says more than the very word behind "til" or "med".
_WELL = ((BASE, HEAD), (LAST, HEAD), (WORD, OWN), (BASE, OWN), (PART, HEAD), (LAST, OWN))


class Tier(NamedTuple):
    """
    Documents that answer equally well but for details.

    Within it, what is in an earlier one of `parts` stands before what is not; then what is in more of
    `counted[0]`, then of `counted[1]`. Without a `why` of its own, each document says how the words stand
    in the `place`.
    """

    documents: int
    parts: tuple[int, ...] = ()
    counted: tuple[tuple[int, ...], ...] = ()
    place: int = ALL
    why: Why | None = None

    def among(self, allowed: int, *, why: Why | None = None) -> "Tier":
        """The same of the `allowed` documents only; all for one reason where there is one."""
        return self._replace(documents=self.documents & allowed, why=why or self.why)


def tiers_of(
    reaches: Sequence[Reach], *, longer: int = 0, called: int = 0, is_code: bool = False
) -> list[Tier]:
    """
    What the pieces of a query reach together, best first; a later tier may repeat an earlier one's.

    What is said of a product itself goes before what is said of its groups, its list and its supplier:
    every "Pose" in a group called "Poser" is one more for what it is than for where it stands.

    Args:
        longer: The documents with a number that begins as the whole query does.
        called: The documents whose group, list or supplier is called what the whole query is.
        is_code: The query is a number, so what is called so has it for its code.
    """

    def every(level: int, place: int) -> int:
        return common(reaches, level, place)

    def counted(level: int, place: int) -> tuple[int, ...]:
        return tuple(reach.levels[level][place] for reach in reaches)

    of_the_group = counted(PART, REST)
    return [
        Tier(called if is_code else 0),
        Tier(every(WORD, HEAD), counted=(of_the_group,), place=OWN),
        Tier(every(WORD, ALL) & called, counted=(counted(PART, HEAD), counted(MEANT_PART, HEAD))),
        Tier(
            every(PART, OWN),
            parts=tuple(every(level, place) for level, place in _WELL),
            counted=(counted(PART, HEAD), of_the_group),
            place=OWN,
        ),
        Tier(
            every(PART, NEAR),
            counted=(counted(PART, OWN), counted(MEANT, OWN), counted(BASE, NEAR), counted(LAST, NEAR)),
        ),
        Tier(
            every(MEANT_PART, OWN),
            parts=(every(MEANT, HEAD), every(MEANT_LAST, HEAD)),
            counted=(counted(PART, OWN), counted(MEANT_PART, REST), counted(MEANT_LAST, HEAD)),
            place=OWN,
        ),
        Tier(every(MEANT_PART, ALL), counted=(counted(MEANT_PART, OWN), counted(PART, ALL))),
        Tier(
            every(PREFIX, ALL) | longer,
            parts=(every(PREFIX, OWN),),
            counted=(counted(PART, OWN), counted(PREFIX, HEAD)),
        ),
        Tier(every(SIGHT, ALL), parts=(every(SIGHT, OWN),), counted=(counted(SIGHT, HEAD),)),
    ]


def in_order(tier: Tier, *, last: int) -> Iterator[int]:
    """The documents of a tier as it says, those that are in `last` too behind all others."""
    for documents in (tier.documents & ~last, tier.documents & last):
        left = documents
        for part in (*tier.parts, documents):
            if left & part:
                for layer in _layers(left & part, tier.counted):
                    yield from members(layer)
                left &= ~part


def apart(tiers: Sequence[Tier]) -> list[Tier]:
    """Every document in its first tier only, and no empty tier."""
    found, seen = [], 0
    for tier in tiers:
        if tier.documents & ~seen:
            found.append(tier._replace(documents=tier.documents & ~seen))
            seen |= tier.documents
    return found


def _layers(documents: int, counted: Sequence[Sequence[int]]) -> Iterator[int]:
    """The documents by how many of the sets they stand in, most first; equals by the next sets."""
    if not counted:
        yield documents
        return
    in_at_least = [documents]
    for one in counted[0]:
        in_at_least.append(0)
        for count in range(len(in_at_least) - 1, 0, -1):
            in_at_least[count] |= in_at_least[count - 1] & one
    more = 0
    for layer in reversed(in_at_least):
        if layer & ~more:
            yield from _layers(layer & ~more, counted[1:])
        more |= layer
