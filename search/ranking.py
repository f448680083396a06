"""In which order the documents that answer a query stand: the rule, and how sets are put in that order."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from search.records import Why
from search.shelf import members
from search.standing import (
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

# A way to match and a place.
Standing = tuple[int, int]


class Rank(NamedTuple):
    """
    Documents in which every piece of a query stands so, and how they are ordered.

    Within it, what stands in one of the ways of `better` goes before what does not, the first way first;
    then that in which more pieces stand as `counted[0]` says, then as `counted[1]`. `told` is the place
    by which a document says how it answers.
    """

    standing: Standing
    better: tuple[Standing, ...] = ()
    counted: tuple[Standing, ...] = ()
    told: int = ALL


# What is said of a product itself goes before what is said of its groups, its list and its supplier: every
# "Pose" in a group called "Poser" is one more for what it is than for where it stands. A base form or the
# last part of a compound in what the name says it is says more than the very word behind "til" or "med".
_ALL_WORDS = Rank((WORD, HEAD), counted=((PART, REST),), told=OWN)
_CALLED = Rank((WORD, ALL), counted=((PART, HEAD), (MEANT_PART, HEAD)))
_THE_REST = (
    Rank(
        (PART, OWN),
        better=((BASE, HEAD), (LAST, HEAD), (WORD, OWN), (BASE, OWN), (PART, HEAD), (LAST, OWN)),
        counted=((PART, HEAD), (PART, REST)),
        told=OWN,
    ),
    Rank(
        (PART, NEAR),
        counted=(
            (PART, OWN),
            (WORD, HEAD),
            (BASE, HEAD),
            (LAST, HEAD),
            (MEANT, OWN),
            (BASE, NEAR),
            (LAST, NEAR),
        ),
    ),
    Rank(
        (MEANT_PART, OWN),
        better=((MEANT, HEAD), (MEANT_LAST, HEAD)),
        counted=((PART, OWN), (MEANT_PART, REST), (MEANT_LAST, HEAD)),
        told=OWN,
    ),
    Rank((MEANT_PART, ALL), counted=((MEANT_PART, OWN), (PART, ALL))),
    Rank((PREFIX, ALL), better=((PREFIX, OWN),), counted=((PART, OWN), (PREFIX, HEAD))),
    Rank((SIGHT, ALL), better=((SIGHT, OWN),), counted=((SIGHT, HEAD),)),
)
_ALIKE = Rank((SIGHT, ALL))


class Tier(NamedTuple):
    """Documents that answer equally well but for details; `why` where all do for one reason."""

    documents: int
    rank: Rank
    reaches: Sequence[Reach]
    why: Why | None = None


def alike(documents: int, why: Why) -> Tier:
    """Documents that answer equally well, for one reason."""
    return Tier(documents, _ALIKE, (), why)


def tiers_of(
    reaches: Sequence[Reach], *, called: int = 0, first: bool = False, why: Why | None = None
) -> list[Tier]:
    """
    What the pieces of a query reach together, best first; a later tier may repeat an earlier one's.

    Args:
        called: The documents whose group or list is called what the whole query is, and whether
        first: These go before all others: it is a code.
        why: Why all of them are hits; without it, each says so by itself.
    """
    found = [_tier(rank, reaches, why=why) for rank in (_ALL_WORDS, *_THE_REST)]
    if called:
        named = _tier(_CALLED, reaches, why=why)
        found.insert(0 if first else 1, named._replace(documents=named.documents & called))
    return found


def in_order(tier: Tier, *, last: int) -> Iterator[int]:
    """The documents of a tier as its rank says, those that are in `last` too behind all others."""
    counted = [[reach.levels[level][place] for reach in tier.reaches] for level, place in tier.rank.counted]
    for side in (tier.documents & ~last, tier.documents & last):
        for part in _parted(side, tier):
            for layer in _layers(part, counted):
                yield from members(layer)


def apart(tiers: Sequence[Tier], *, allowed: int) -> list[Tier]:
    """Every allowed document in its first tier only, and no empty tier."""
    found, left = [], allowed
    for tier in tiers:
        documents = tier.documents & left
        if documents:
            found.append(tier._replace(documents=documents))
            left &= ~documents
    return found


def _tier(rank: Rank, reaches: Sequence[Reach], *, why: Why | None) -> Tier:
    return Tier(common(reaches, *rank.standing), rank, reaches, why)


def _parted(documents: int, tier: Tier) -> Iterator[int]:
    """The documents by the first of the better ways in which they stand."""
    left = documents
    for level, place in tier.rank.better:
        if not left:
            return
        part = left & common(tier.reaches, level, place)
        if part:
            yield part
            left ^= part
    if left:
        yield left


def _layers(documents: int, counted: Sequence[Sequence[int]]) -> Iterator[int]:
    """The documents by how many of the sets they stand in, most first; equals by the next sets."""
    if not counted or documents.bit_count() == 1:
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
