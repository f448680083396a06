"""Documents as an index has them: their texts composed, and those first that are named first among equals."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec

from search.records import Document, GroupText
from search.runs import Runs
from search.words import composed, plain, tokens

_TEXT_FIELDS = ("varenr", "name", "supplier", "article", "size", "pack", "unit", "atc", "atc_text")
_HELD = 10_000
"""So many documents are held in memory; a national list has fewer."""

_Ranked: TypeAlias = tuple[int, int, str, str, bytes]


class RankOrder:
    """All documents of an index, in rank order as often as they are asked for."""

    def __init__(self, documents: Iterable[Document], directory: Path, *, most: int = _HELD) -> None:
        """
        Args:
            directory: Where there is room for all of them.
            most: So many are held in memory.
        """
        self.count = 0
        self._runs = Runs(directory, list[_Ranked], most=most)
        for document in documents:
            self._runs.add(_ranked(_composed(document)))
            self.count += 1

    def __iter__(self) -> Iterator[Document]:
        return map(_DECODER.decode, self.contents())

    def contents(self) -> Iterator[bytes]:
        """The same as bytes, for who only tells them from others."""
        return (content for *_, content in self._runs)

    def close(self) -> None:
        """Let all of them go."""
        self._runs.close()


def _composed(document: Document) -> Document:
    texts = {field: composed(getattr(document, field)) for field in _TEXT_FIELDS}
    groups, lists, legal_bases = (
        tuple(GroupText(one.code, composed(one.text)) for one in sorted(named))
        for named in (document.groups, document.lists, document.legal_bases)
    )
    holds = tuple(sorted(document.holds, key=lambda span: (span.list, span.from_ordinal)))
    named = {"groups": groups, "lists": lists, "legal_bases": legal_bases}
    return msgspec.structs.replace(document, holds=holds, **named, **texts)


def _ranked(document: Document) -> _Ranked:
    """Shorter names first: more of them is what was typed."""
    name = plain(document.name)
    return document.rank, len(tokens(name)), name, document.varenr, msgspec.msgpack.encode(document)


_DECODER = msgspec.msgpack.Decoder(Document)
