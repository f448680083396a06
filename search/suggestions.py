"""What can be suggested: every product, group, supplier and list by a text that search would find."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from search.limits import LONGEST_QUERY, MOST_WORDS
from search.records import Document, Span, Suggestion, SuggestionKind
from search.shelf import Page
from search.words import plain, tokens

KINDS: tuple[SuggestionKind, ...] = ("list", "group", "supplier", "product")
CUT = "…"
_BEFORE_WHAT_IS_CUT = " ,;:-–/("


def suggestion_pages(documents: Iterable[Document]) -> Iterator[Page]:
    """One page for each kind, code and text that occurs, lists first, then by text and code."""
    holds: defaultdict[tuple[int, str, str], set[Span]] = defaultdict(set)
    for document in documents:
        for kind, code, text in _named(document):
            holds[KINDS.index(kind), code, text].update(document.holds)
    for place, code, text in sorted(holds, key=lambda key: (key[0], plain(key[2]), key[1], key[2])):
        words = [token.text for token in tokens(text)]
        # Lists and groups are also known by their codes, and searched for by them.
        codes = [token.text for token in tokens(code)] if KINDS[place] in ("list", "group") else []
        terms = {
            "words": sorted({*words, *codes}),
            "first": sorted({*words[:1], *codes[:1]}),
            "kind": [str(KINDS[place])],
            "number": [code] if KINDS[place] == "product" else [],
        }
        suggestion = Suggestion(text, KINDS[place], code, joined(holds[place, code, text]))
        yield Page(terms, msgspec.msgpack.encode(suggestion))


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
