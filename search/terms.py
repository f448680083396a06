"""The terms a document is laid down under: what building writes and finding asks for, said once."""

from collections.abc import Iterator

from search.records import Document, Span
from search.words import compact, measures, tokens

PRODUCTS = "products"
PRODUCT_FIELDS = ("words", "keys", "name", "span")
SUGGESTIONS = "suggestions"
SUGGESTION_FIELDS = ("words", "first", "kind")
_GTIN_LENGTH = 14
_SHORTEST_GTIN = 8


def texts_of(document: Document) -> Iterator[tuple[str, str]]:
    """The fields of a document that are searched, each by the name a Highlight gives it."""
    yield "name", document.name
    yield "supplier", document.supplier
    yield "size", document.size
    yield "pack", document.pack
    yield "unit", document.unit
    yield "atc", document.atc
    yield from numbers_of(document)
    for kind, named in (("groups", document.groups), ("lists", document.lists)):
        for group in named:
            yield f"{kind}[{group.code}]", group.text


def numbers_of(document: Document) -> Iterator[tuple[str, str]]:
    """The fields of a document that number it."""
    yield "varenr", document.varenr
    yield "article", document.article
    for place, gtin in enumerate(document.gtins):
        yield f"gtins[{place}]", gtin


def key_terms(number: str) -> frozenset[str]:
    """
    The terms by which a number is found: compact, and filled up to 14 digits if it may be a GTIN.

    >>> sorted(key_terms("0148 84"))
    ['014884']
    """
    key = compact(number)
    if key.isascii() and key.isdigit() and _SHORTEST_GTIN <= len(key) < _GTIN_LENGTH:
        return frozenset({key, key.zfill(_GTIN_LENGTH)})
    return frozenset({key} if key else ())


def name_term(text: str) -> str:
    """The term by which a whole name is found; empty where it has no words."""
    return " ".join(token.text for token in tokens(text))


def word_terms(text: str) -> set[str]:
    """The words, numbers and sizes of a text."""
    found = tokens(text)
    return {token.text for token in found} | {measure.term for measure in measures(text, found)}


def span_term(span: Span) -> str:
    """The term of a span; the list's code stands last, whatever is in it."""
    return f"{span.from_ordinal} {'' if span.to_ordinal is None else span.to_ordinal} {span.list}"


def span_of(term: str) -> Span:
    """The span a term stands for."""
    start, end, code = term.split(" ", 2)
    return Span(code, int(start), int(end) if end else None)


def product_terms(document: Document) -> dict[str, list[str]]:
    """All terms of a document, by field."""
    words = word_terms(f"{document.pack} {document.unit}")
    for _, text in texts_of(document):
        words |= word_terms(text)
    for group in (*document.groups, *document.lists):
        words |= word_terms(group.code)
    keys = {key for _, number in numbers_of(document) for key in key_terms(number)}
    name = name_term(document.name)
    return {
        "words": sorted(words | keys),
        "keys": sorted(keys),
        "name": [name] if name else [],
        "span": sorted(map(span_term, document.holds)),
    }
