"""A document as it is laid down in the index: what a hit says of it, with the place of every word.

Texts that many documents share (of groups, lists, suppliers) are laid down once, on a shelf of their own.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain

import msgspec

from search.pages import Pages
from search.records import Document, Highlight, Span
from search.shelf import Shelf
from search.terms import name_term, number_terms, numbers_of, own_texts_of, shared_texts_of
from search.words import places


class Text(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """
    One field's text: its words, where they stand, and the terms by which the whole of it is found.

    `places` are the start and the end of the first word, then those of the second, and so on.
    """

    field: str
    length: int
    words: tuple[str, ...]
    places: tuple[int, ...]
    whole: tuple[str, ...] = ()


class Laid(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A document: its own texts, and the places of the others among the shared ones."""

    varenr: str
    holds: tuple[Span, ...]
    own: tuple[Text, ...]
    shared: tuple[int, ...]


class Laying:
    """Turns documents into what is laid down, and gathers the texts they share."""

    def __init__(self) -> None:
        self._shared: dict[tuple[str, str], int] = {}

    def laid(self, document: Document) -> bytes:
        """A document's bytes."""
        shared = [
            self._shared.setdefault(text, len(self._shared)) for text in shared_texts_of(document) if text[1]
        ]
        return _ENCODER.encode(Laid(document.varenr, document.holds, tuple(_own(document)), tuple(shared)))

    def shared(self) -> Iterator[bytes]:
        """The shared texts of all documents so far, each at its place."""
        return (_ENCODER.encode(_text(field, text)) for field, text in self._shared)


class Read:
    """The documents of one index, read when they are asked for. For one thread."""

    def __init__(self, products: Shelf, texts: Pages) -> None:
        self._products = products
        self._texts = texts

    def document(self, number: int) -> Laid:
        """The n-th document in rank order."""
        return _LAID.decode(self._products.content(number))

    def light(self, words: frozenset[str], whole: frozenset[str]) -> "Light":
        """What shows where the words stand; a text that is found as a whole is one place."""
        return Light(self._shared, words=words, whole=whole)

    def warm(self) -> None:
        """Read what all of them share."""
        _ = self._shared

    @cached_property
    def _shared(self) -> list[Text]:
        return [_TEXT.decode(self._texts[place]) for place in range(len(self._texts))]


class Light:
    """Shows where the words of one query stand in documents; in texts that many share, looked up once."""

    def __init__(self, shared: Sequence[Text], *, words: frozenset[str], whole: frozenset[str]) -> None:
        self._shared = shared
        self._words = words
        self._whole = whole
        self._known: dict[int, list[Highlight]] = {}
        self._together: dict[tuple[int, ...], list[Highlight]] = {}

    def on(self, laid: Laid) -> tuple[Highlight, ...]:
        """Where they stand in a document."""
        found: list[Highlight] = []
        words, whole = self._words, self._whole
        for text in laid.own:
            # Most texts have none of them.
            if not (words.isdisjoint(text.words) and whole.isdisjoint(text.whole)):
                self._add(text, found)
        shared = self._together.get(laid.shared)
        if shared is None:
            shared = self._together[laid.shared] = [
                one for place in laid.shared for one in self._in_shared(place)
            ]
        return (*found, *shared)

    def _in_shared(self, place: int) -> list[Highlight]:
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = []
            self._add(self._shared[place], known)
        return known

    def _add(self, text: Text, found: list[Highlight]) -> None:
        """Add where the words stand in a text, each place once."""
        if not self._whole.isdisjoint(text.whole):
            found.append(Highlight(text.field, 0, text.length))
            return
        last = -1
        for number, word in enumerate(text.words):
            if word in self._words:
                start, end = text.places[2 * number : 2 * number + 2]
                if start != last:
                    found.append(Highlight(text.field, start, end))
                last = start


def _own(document: Document) -> Iterator[Text]:
    for field, text in own_texts_of(document):
        if text:
            name = name_term(text) if field == "name" else ""
            yield _text(field, text, whole=(name,) if name else ())
    for field, number in numbers_of(document):
        if number:
            yield _text(field, number, whole=tuple(sorted(number_terms(number))))


def _text(field: str, text: str, *, whole: tuple[str, ...] = ()) -> Text:
    found = places(text)
    ends = chain.from_iterable((word.start, word.end) for word in found)
    return Text(field, len(text), tuple(word.text for word in found), tuple(ends), whole)


_ENCODER = msgspec.msgpack.Encoder()
_LAID = msgspec.msgpack.Decoder(Laid)
_TEXT = msgspec.msgpack.Decoder(Text)
