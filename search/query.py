"""A query taken apart: into the chunks between blanks, and each into words, numbers and sizes.

Nothing in it is an operator: what is no letter and no digit only parts words.
"""

from typing import NamedTuple

from search.everyday import EVERYDAY
from search.terms import name_of
from search.words import JOINING, Measure, Token, is_number, measures, tokens

_LONGEST_DECIMAL = 5
_SAYS_NOTHING = JOINING | EVERYDAY
# More digits than these, or any behind so short a word, may be somebody's number for a product.
_SHORTEST_CODE = 3
_LONGEST_MARK = 3


class Piece(NamedTuple):
    """A word or number to be looked for, or a size with the words it is made of, best term first."""

    term: str
    words: tuple[str, ...]
    sizes: tuple[str, ...] = ()


class Typed:
    """A query as it was typed (bounded, in NFC), ready to be looked up."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.chunks = self._chunked()
        self._numbered = [any(is_number(token.text) for token in chunk) for chunk in self.chunks]
        self.has_numbers = any(self._numbered)
        self._sizes = self._sized(text) if self.has_numbers else {}

    @property
    def name(self) -> str:
        """The term of the whole of it as a name."""
        return name_of(self.tokens)

    def number(self, first: int, end: int) -> str:
        """The chunks [first, end) as they were written, if together they may be one number; else empty."""
        if not any(self._numbered[first:end]):
            return ""
        found = [token for chunk in self.chunks[first:end] for token in chunk]
        written = self.text[found[0].start : found[-1].end]
        # "2,5" is a size, and 25 another; "903.279" is a number.
        if len(found) == 1 and not written.isalnum() and len(written) <= _LONGEST_DECIMAL:
            return ""
        return written

    def pieces(self, first: int, end: int) -> list[Piece]:
        """What the chunks [first, end) are made of, in their order."""
        start = sum(map(len, self.chunks[:first]))
        stop = start + sum(map(len, self.chunks[first:end]))
        found = []
        while start < stop:
            sizes = self._sizes.get(start, [])
            width = max((size.width for size in sizes), default=1)
            if start + width > stop:
                sizes, width = [], 1
            words = tuple(token.text for token in self.tokens[start : start + width])
            terms = tuple(size.term for size in reversed(sizes) if size.width == width)
            found.append(Piece(words[0], words, terms))
            start += width
        return found

    def may_be_code(self, term: str) -> bool:
        """Whether a number, or a word written as one with it, may be what somebody numbers a product by."""
        return any(self._in_code(place) for place, token in enumerate(self.tokens) if token.text == term)

    def _in_code(self, place: int) -> bool:
        words = [token.text for token in self.tokens]
        within = next(at for at, chunk in enumerate(self.chunks) if self.tokens[place] in chunk)
        if not is_number(words[place]):
            return self._numbered[within]
        first, last = place, place + 1
        while first and is_number(words[first - 1]):
            first -= 1
        while last < len(words) and is_number(words[last]):
            last += 1
        if sum(map(str.isdigit, "".join(words[first:last]))) >= _SHORTEST_CODE:
            return True
        mark = words[first - 1] if first else ""
        short = 0 < len(mark) <= _LONGEST_MARK and mark not in _SAYS_NOTHING
        return short or len(self.chunks[within]) > 1

    def saying(self, others: dict[str, str]) -> str:
        """The query with other words in the place of some; where some are left out, without any signs."""
        said = [others.get(token.text, self.text[token.start : token.end]) for token in self.tokens]
        if not all(said):
            return " ".join(word for word in said if word and word.lower() not in _SAYS_NOTHING)
        text = self.text
        for token, other in reversed(list(zip(self.tokens, said, strict=True))):
            text = text[: token.start] + other + text[token.end :]
        return text

    def _sized(self, text: str) -> dict[int, list[Measure]]:
        found: dict[int, list[Measure]] = {}
        for measure in measures(text, self.tokens):
            found.setdefault(measure.first, []).append(measure)
        return found

    def _chunked(self) -> list[list[Token]]:
        chunks: list[list[Token]] = []
        for token in self.tokens:
            if chunks and " " not in self.text[chunks[-1][-1].end : token.start]:
                chunks[-1].append(token)
            else:
                chunks.append([token])
        return chunks


def without_joining(pieces: list[Piece]) -> list[Piece]:
    """The pieces that say something, unless none does."""
    return [piece for piece in pieces if piece.term not in JOINING] or pieces
