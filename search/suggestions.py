"""What can be suggested: every product, group, supplier and list by a text that search would find."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

import msgspec

from search.limits import LONGEST_QUERY, MOST_WORDS
from search.records import Document, Span, Suggestion, SuggestionKind
from search.runs import Runs
from search.shelf import Page
from search.words import plain, tokens

KINDS: tuple[SuggestionKind, ...] = ("list", "group", "supplier", "product")
CUT = "…"
_BEFORE_WHAT_IS_CUT = " ,;:-–/("
_HELD = 20_000
"""So many are held in memory; a national list has fewer."""

_Key: TypeAlias = tuple[int, str, str, str]
_Row: TypeAlias = tuple[int, str, str, str, bytes]
_KEY = itemgetter(0, 1, 2, 3)
_ENCODER = msgspec.msgpack.Encoder()
_SPANS = msgspec.msgpack.Decoder(list[Span])


class Suggested:
    """One page for each kind, code and text that occurs, lists first, then by text and code."""

    def __init__(self, documents: Iterable[Document], directory: Path, *, most: int = _HELD) -> None:
        """
        Args:
            directory: Where there is room for all of them.
            most: So many are held in memory.
        """
        self._runs = Runs(directory, list[_Row], most=most)
        # What many products share is known once.
        shared: defaultdict[_Key, set[Span]] = defaultdict(set)
        for document in documents:
            for kind, code, text in _named(document):
                key = KINDS.index(kind), plain(text), code, text
                if kind == "product":
                    self._runs.add((*key, _ENCODER.encode(document.holds)))
                else:
                    shared[key].update(document.holds)
        for key, spans in shared.items():
            self._runs.add((*key, _ENCODER.encode(list(spans))))

    def __iter__(self) -> Iterator[Page]:
        for (place, _, code, text), same in groupby(self._runs, key=_KEY):
            yield _page(KINDS[place], code, text, _spans(held for *_, held in same))

    def close(self) -> None:
        """Let all of them go."""
        self._runs.close()


def _page(kind: SuggestionKind, code: str, text: str, holds: set[Span]) -> Page:
    words = [token.text for token in tokens(text)]
    # Lists and groups are also known by their codes, and searched for by them.
    codes = [token.text for token in tokens(code)] if kind in ("list", "group") else []
    terms = {
        "words": sorted({*words, *codes}),
        "first": sorted({*words[:1], *codes[:1]}),
        "kind": [str(kind)],
        "number": [code] if kind == "product" else [],
    }
    return Page(terms, _ENCODER.encode(Suggestion(text, kind, code, joined(holds))))


def _spans(held: Iterable[bytes]) -> set[Span]:
    return {span for holds in held for span in _SPANS.decode(holds)}


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """
    The same editions in as few spans as possible, by list and place.

    >>> joined([Span("505", 2, None), Span("505", 0, 2)])
    (Span(list='505', from_ordinal=0, to_ordinal=None),)
    """
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.list, span.from_ordinal)):
        last = found[-1] if found else None
        if last is None or last.list != span.list:
            found.append(span)
        elif last.to_ordinal is None:
            continue
        elif last.to_ordinal < span.from_ordinal:
            found.append(span)
        else:
            ends = None if span.to_ordinal is None else max(span.to_ordinal, last.to_ordinal)
            found[-1] = Span(last.list, last.from_ordinal, ends)
    return tuple(found)


def within_limits(text: str) -> str:
    """
    As many whole words of a text as a query may have, so that it can be searched for as it stands.

    What is left out is told by a sign that is no word.

    >>> within_limits("Lukket pose med filter, konveks plate og vindu, beige")
    'Lukket pose med filter, konveks plate og vindu…'
    """
    every = text.split()
    words = every[:MOST_WORDS]
    while words and len(_cut(words, every)) > LONGEST_QUERY:
        words.pop()
    return _cut(words, every) if words else ""


def _cut(words: list[str], every: list[str]) -> str:
    kept = " ".join(words)
    return kept if len(words) == len(every) else kept.rstrip(_BEFORE_WHAT_IS_CUT) + CUT


def _named(document: Document) -> Iterator[tuple[SuggestionKind, str, str]]:
    rows: list[tuple[SuggestionKind, str, str]] = [
        ("product", document.varenr, document.name),
        ("supplier", document.supplier, document.supplier),
    ]
    # The highest group of a list is often the list itself, under the same name.
    rows += [("group", group.code, group.text) for group in document.groups if group not in document.lists]
    rows += [("list", group.code, group.text) for group in document.lists]
    for kind, code, text in rows:
        short = within_limits(text)
        if tokens(short):
            yield kind, code, short
