"""How a compound comes apart into words that are known, and only into those."""

from collections.abc import Callable
from itertools import pairwise

SHORTEST_PART = 3
SHORTEST_COMPOUND = 6
_SHORTEST_CUT = 2
# "hudbeskyttelse-s-plate", "barn-e-mat": what may stand between two parts and belongs to none.
JOINTS = ("", "s", "e")

# How far a part is from being sure, 1 the surest; None: it is no word.
Cost = Callable[[str], int | None]


def parts_of(word: str, cost: Cost) -> tuple[str, ...]:
    """
    The cheapest way to read `word` as two or more known words; empty where there is none.

    >>> known = {"hud": 1, "beskyttelse": 1, "plate": 1, "hudbeskyttelse": 2}
    >>> parts_of("hudbeskyttelsesplate", known.get)
    ('hud', 'beskyttelse', 'plate')
    """
    if len(word) < SHORTEST_COMPOUND:
        return ()

    # The cheapest way to read the word up to a place, with what it costs.
    ways: dict[int, tuple[int, tuple[str, ...]]] = {0: (0, ())}
    last = len(word) - SHORTEST_PART
    for start in range(last + 1):
        if start not in ways:
            continue
        so_far, parts = ways[start]
        for end in (*range(start + SHORTEST_PART, last + 1), len(word)):
            price = cost(word[start:end]) if end - start < len(word) else None
            if price is None:
                continue
            for joint in JOINTS if end < len(word) else ("",):
                if word.startswith(joint, end):
                    after = end + len(joint)
                    way = so_far + price + len(joint), (*parts, word[start:end])
                    ways[after] = min(way, ways.get(after, way))
    return ways[len(word)][1] if len(word) in ways else ()


def known_head(word: str, cost: Cost) -> str | None:
    """The longest known word of four letters or more that `word` ends with, after at least three others."""
    for start in range(SHORTEST_PART, len(word) - SHORTEST_PART):
        if cost(word[start:]) is not None:
            return word[start:]
    return None


def with_joints(word: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    """
    The parts as they stand in the word, up to where the next begins.

    >>> with_joints("tappekateter", ("tapp", "kateter"))
    ('tappe', 'kateter')
    """
    starts, place = [], 0
    for part in parts:
        place = word.index(part, place)
        starts.append(place)
        place += len(part)
    return tuple(word[start:end] for start, end in pairwise((*starts, len(word))))


def cut_in_two(word: str, known: Callable[[str], bool]) -> tuple[str, str] | None:
    """Two known words that `word` is when they are written as one, however short."""
    cuts = range(len(word) - _SHORTEST_CUT, _SHORTEST_CUT - 1, -1)
    return next(((word[:cut], word[cut:]) for cut in cuts if known(word[:cut]) and known(word[cut:])), None)
