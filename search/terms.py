"""The terms a document is laid down under: what building writes and finding asks for, said once."""

from collections.abc import Iterator

from search.records import Document, Span
from search.words import before_joining, compact, measures, tokens, wider

PRODUCTS = "products"
TEXTS = "texts"
SUGGESTIONS = "suggestions"
SUGGESTION_FIELDS = ("words", "first", "kind")

# Where a word stands in a document, each word in the first of them that has it: in what the product's name
# says first, in what else is said of the product, in what is said of its groups, its lists, its supplier.
PLACES = ("head", "own", "rest")
PRODUCT_FIELDS = (*PLACES, "keys", "name", "span")

_GTIN_LENGTH = 14
_SHORTEST_GTIN = 8


def own_texts_of(document: Document) -> Iterator[tuple[str, str]]:
    """The fields in words that few documents share, each by the name a Highlight gives it."""
    yield "name", document.name
    yield "size", document.size
    yield "pack", document.pack


def shared_texts_of(document: Document) -> Iterator[tuple[str, str]]:
    """The fields in words that many documents share."""
    yield "supplier", document.supplier
    yield "unit", document.unit
    yield "atc", document.atc
    named = {"groups": document.groups, "lists": document.lists, "legal_bases": document.legal_bases}
    for kind, texts in named.items():
        for one in texts:
            yield f"{kind}[{one.code}]", one.text


def numbers_of(document: Document) -> Iterator[tuple[str, str]]:
    """The fields of a document that number it."""
    yield "varenr", document.varenr
    yield "article", document.article
    for place, gtin in enumerate(document.gtins):
        yield f"gtins[{place}]", gtin


def number_terms(number: str) -> frozenset[str]:
    """
    The terms by which a number is found: compact, and filled up to 14 digits if it may be a GTIN.

    >>> sorted(number_terms("0148 84"))
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
    terms = {token.text for token in found} | {measure.term for measure in measures(text, found)}
    return terms.union(*(wider(term) for term in terms))


def span_term(span: Span) -> str:
    """The term of a span; the list's code stands last, whatever is in it."""
    return f"{span.from_ordinal} {'' if span.to_ordinal is None else span.to_ordinal} {span.list}"


def span_of(term: str) -> Span:
    """The span a term stands for."""
    start, end, code = term.split(" ", 2)
    return Span(code, int(start), int(end) if end else None)


def product_terms(document: Document) -> dict[str, list[str]]:
    """All terms of a document, by field."""
    keys = {key for _, number in numbers_of(document) for key in number_terms(number)}
    said = word_terms(document.size).union(keys, *(word_terms(number) for _, number in numbers_of(document)))
    said |= {term for term in word_terms(f"{document.pack} {document.unit}") if term.startswith("=")}
    head = said | word_terms(before_joining(document.name))
    own = said | word_terms(document.name) | word_terms(document.atc)
    words = own.union(*(word_terms(text) for _, text in shared_texts_of(document)), word_terms(document.pack))
    for one in (*document.groups, *document.lists):
        words |= word_terms(one.code)
    name = name_term(document.name)
    return {
        "head": sorted(head),
        "own": sorted(own - head),
        "rest": sorted(words - own),
        "keys": sorted(keys),
        "name": [name] if name else [],
        "span": sorted(map(span_term, document.holds)),
    }
