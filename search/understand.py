"""A query understood: each number, size, word or phrase in it becomes the documents it reaches."""

from search.everyday import ASIDE, EVERYDAY
from search.query import Piece, Typed, without_joining
from search.reach import Reacher
from search.standing import ALL, SIGHT, WORD, Reach, all_of, either_of, named
from search.terms import asked_number_terms
from search.words import JOINING

# Shorter runs of digits with blanks between them are more often sizes than numbers.
_SHORTEST_SPACED = 5
_MOST_TOGETHER = 3


class Understanding:
    """How one index understands queries. For one thread."""

    def __init__(self, reacher: Reacher) -> None:
        self._reacher = reacher

    def reaches(self, typed: Typed) -> list[Reach]:
        """What each part of the query reaches; numbers written with blanks are put together first."""
        found: list[Reach] = []
        first, loose_from, count = 0, 0, len(typed.chunks)
        while first < count and typed.has_numbers:
            end, number = self._number(typed, first)
            if number is None:
                first += 1
                continue
            found += self._loose(self._told(_said(typed.pieces(loose_from, first)), beside=True))
            found.append(number)
            first = loose_from = end
        rest = typed.pieces(loose_from, count)
        told = self._told(_said(rest) if found else without_joining(rest), beside=bool(found))
        return found + self._loose(told)

    def _number(self, typed: Typed, first: int) -> tuple[int, Reach | None]:
        """The longest run of chunks from `first` on that is a known number, and where it ends."""
        for end in range(len(typed.chunks), first, -1):
            spaced = end > first + 1
            if not spaced and len(typed.chunks[first]) == 1:
                break  # one word or number like any other
            written = typed.number(first, end)
            for key in sorted(asked_number_terms(written)) if written else ():
                if spaced and (len(key) < _SHORTEST_SPACED or not self._reacher.is_key(key)):
                    continue
                words = all_of(self._loose(typed.pieces(first, end)))
                number = self._reacher.number(key, otherwise=words)
                if number is not None:
                    return end, number
        return first, None

    def _told(self, pieces: list[Piece], *, beside: bool) -> list[Piece]:
        """The pieces without those of everyday speech that no text has, unless nothing would be left."""
        words = [piece.term for piece in pieces]
        if len(words) + beside < 2 or EVERYDAY.isdisjoint(words):
            return pieces
        told = [piece for place, piece in enumerate(pieces) if not self._only_speech(words, place)]
        return told if told or beside else pieces

    def _only_speech(self, words: list[str], place: int) -> bool:
        """Whether a word says nothing here; what is said for another, alone or among others, does."""
        word = words[place]
        if ASIDE.get(word) in words[max(place - 1, 0) : place + 2]:
            return True
        if word not in EVERYDAY or self._reacher.word(word).levels[WORD][ALL]:
            return False
        runs = (
            tuple(words[first : first + width])
            for width in range(1, _MOST_TOGETHER + 1)
            for first in range(max(place - width + 1, 0), place + 1)
        )
        return not any(map(self._reacher.meant_by, runs))

    def _loose(self, pieces: list[Piece]) -> list[Reach]:
        found, place = [], 0
        while place < len(pieces):
            width, reach = self._together(pieces[place : place + _MOST_TOGETHER])
            found.append(reach)
            place += width
        return found

    def _together(self, pieces: list[Piece]) -> tuple[int, Reach]:
        """What the first of the pieces reaches, or the first few where together they say one thing."""
        for width in range(len(pieces), 1, -1):
            words = tuple(piece.term for piece in pieces[:width])
            meant = self._reacher.meant_by(words)
            joined = self._reacher.joined(words) if all(map(str.isalpha, words)) else None
            if meant or joined:
                *first, last = map(self._piece, pieces[:width])
                apart = named(first, last) if joined else all_of((*first, last))
                reach = either_of(reach for reach in (apart, meant, joined) if reach)
                if reach.levels[SIGHT][ALL]:
                    return width, reach
                if not any(one.levels[SIGHT][ALL] for one in (*first, last)):
                    return width, Reach(reach.levels, unknown=words)
                # Nothing has them together, but something has one of them.
        return 1, self._piece(pieces[0])

    def _piece(self, piece: Piece) -> Reach:
        if piece.sizes:
            return self._reacher.size(piece.sizes, otherwise=piece.words)
        return self._reacher.word(piece.term)


def _said(pieces: list[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.term not in JOINING]
