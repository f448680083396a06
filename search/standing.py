"""How documents may stand to a piece of a query: in which way it matches and in which place, as sets."""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import and_, is_, or_

import msgspec

# The ways a word may match, each with all that the ones before it reach: as it stands, by its base form,
# as the last part of a compound (which says what the thing is), as any part; what is meant by it in the
# same ways; as a beginning, by sight.
WORD, BASE, LAST, PART, MEANT, MEANT_LAST, MEANT_PART, PREFIX, SIGHT = range(9)
# The places where it may stand (see `search.terms`), each but REST with all that the ones before have.
HEAD, OWN, NEAR, ALL, REST = range(5)

# Sets of documents, one for each place.
Places = tuple[int, ...]
# And those for each way.
Levels = tuple[Places, ...]
_AS_LAST = {PART: LAST, MEANT_PART: MEANT_LAST}
NOWHERE: Places = (0, 0, 0, 0, 0)


class Reach(msgspec.Struct, frozen=True, gc=False):
    """
    What a piece of a query reaches.

    Each of `levels`, WORD to SIGHT, is a part of the next, place by place.
    `lit` are the words of the index to be highlighted, `keys` the numbers. `word` is the piece itself
    where it is a word in letters, `unknown` what it is made of where it is a number or a size that no text
    has.
    """

    levels: Levels
    lit: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    word: str = ""
    unknown: tuple[str, ...] = ()


def all_of(reaches: Iterable[Reach]) -> Reach:
    """What every one of the pieces reaches, each level by itself; at least one piece."""
    return _merged(both, tuple(reaches))


def either_of(reaches: Iterable[Reach]) -> Reach:
    """What one of the pieces reaches, each level by itself; at least one piece."""
    return _merged(either, tuple(reaches))


def common(reaches: Iterable[Reach], level: int, place: int) -> int:
    """The documents that every one of the pieces reaches in one way and place; at least one piece."""
    found = -1
    for reach in reaches:
        found &= reach.levels[level][place]
        if not found:
            break
    return found


def named(first: Sequence[Reach], last: Reach) -> Reach:
    """
    What the parts of a name reach together: the last says what the thing is, the others of which kind.

    A plate on the list "ved stomi" is a stomiplate; a strap "til stomiplate" stands near one.
    """
    levels = tuple(_named(first, last, level) for level in range(len(last.levels)))
    return Reach(levels, _lit((*first, last)), _keys((*first, last)))


def compound(first: Sequence[Reach], last: Reach) -> Reach:
    """What the parts of a compound reach together, named as above: by a part of a word at best."""
    part, meant_part = (_named(first, last, level) for level in (PART, MEANT_PART))
    return _by_part(part, meant_part, lit=_lit((*first, last)), keys=_keys((*first, last)))


def meant(reach: Reach) -> Reach:
    """The same documents by what is meant: it was not what was said."""
    _, base, last, part, *_ = reach.levels
    return Reach((*(NOWHERE,) * 4, base, last, part, part, part), reach.lit, reach.keys)


def by_part(reach: Reach) -> Reach:
    """The same documents by a part of a word at best, by the last where that says what the thing is."""
    return _by_part(reach.levels[PART], reach.levels[MEANT_PART], lit=reach.lit, keys=reach.keys)


def either(one: Places, other: Places) -> Places:
    """What is in one or the other, place by place."""
    return one if other is NOWHERE or other is one else tuple(map(or_, one, other))


def both(one: Places, other: Places) -> Places:
    """What is in both, place by place."""
    return tuple(map(and_, one, other))


def _named(first: Sequence[Reach], last: Reach, level: int) -> Places:
    called = last.levels[_AS_LAST.get(level, level)][HEAD]
    head = called & common(first, level, OWN)
    own = head | called & common(first, level, NEAR)
    *_, near, everywhere, rest = reduce(both, (reach.levels[level] for reach in (*first, last)))
    near |= own
    return head, own, near, near | everywhere, rest


def _by_part(part: Places, meant_part: Places, *, lit: frozenset[str], keys: frozenset[str]) -> Reach:
    last = (*(part[OWN],) * 4, 0)
    return Reach((NOWHERE, NOWHERE, last, part, *(meant_part,) * 5), lit, keys)


def _lit(pieces: Iterable[Reach]) -> frozenset[str]:
    return frozenset().union(*(piece.lit for piece in pieces))


def _keys(pieces: Iterable[Reach]) -> frozenset[str]:
    return frozenset().union(*(piece.keys for piece in pieces))


def _merged(how: Callable[[Places, Places], Places], pieces: tuple[Reach, ...]) -> Reach:
    if len(pieces) == 1:
        return pieces[0]
    levels: list[Places] = []
    before: Levels = ()
    for places in zip(*(piece.levels for piece in pieces), strict=True):
        # Mostly a level is the very one before it, in each of the pieces.
        same = before and all(map(is_, places, before))
        levels.append(levels[-1] if same else reduce(how, places))
        before = places
    return Reach(tuple(levels), _lit(pieces), _keys(pieces))
