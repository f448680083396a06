"""The terms a document is laid down under: what building writes and finding asks for, said once."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from search.records import Document
from search.words import (
    BEHIND,
    PURPOSE,
    Token,
    before_any,
    compact,
    is_number,
    measures,
    tokens,
    wider,
    written_together,
)

PRODUCTS = "products"
TEXTS = "texts"
SUGGESTIONS = "suggestions"
SUGGESTION_FIELDS = ("words", "first", "kind", "number")

# Where a word stands in a document, each word in the first of them that has it: in what the product's name
# says it is; in what else is said of the product; in what its groups, its lists and its supplier are; in
# what else is said of those ("Urinposer til kateter": no catheter).
PLACES = ("head", "own", "rest", "behind")
PRODUCT_FIELDS = (*PLACES, "keys", "name", "called")

# "A10", "A10B", "A10BA": the classes that an ATC code belongs to.
_ATC_CLASSES = (3, 4, 5)
_GTIN_LENGTH = 14
_SHORTEST_GTIN = 8
# What a GS1 code says first is which kind it is, then (01), the GTIN in 14 digits; the rest follows.
_SCANNED = re.compile(r"(?:c1|d2|e0|q3)?01([0-9]{14})")


def own_texts_of(document: Document) -> Iterator[tuple[str, str]]:
    """The fields in words that few documents share, each by the name a Highlight gives it."""
    yield "name", document.name
    yield "size", document.size
    yield "pack", document.pack


def shared_texts_of(document: Document) -> Iterator[tuple[str, str]]:
    """The fields in words that many documents share."""
    yield "supplier", document.supplier
    yield "unit", document.unit
    yield "atc_text", document.atc_text
    named = {"groups": document.groups, "lists": document.lists, "legal_bases": document.legal_bases}
    for kind, texts in named.items():
        for one in texts:
            yield f"{kind}[{one.code}]", one.text


def numbers_of(document: Document) -> Iterator[tuple[str, str]]:
    """The fields of a document that number it."""
    yield "varenr", document.varenr
    yield "article", document.article
    yield "atc", document.atc
    for place, gtin in enumerate(document.gtins):
        yield f"gtins[{place}]", gtin


def number_terms(number: str) -> frozenset[str]:
    """
    The terms by which a number is found: compact, and filled up to 14 digits if it may be a GTIN.

    >>> sorted(number_terms("0148 84"))
    ['014884']
    """
    return _key_terms(compact(number))


def asked_number_terms(number: str) -> frozenset[str]:
    """The terms of a number as pasted; of a scanned bar code (GS1) those of the article's number in it."""
    key = compact(number)
    scanned = _SCANNED.match(key)
    return _key_terms(key) | _key_terms(scanned[1]) if scanned else _key_terms(key)


def _key_terms(key: str) -> frozenset[str]:
    if key.isascii() and key.isdigit() and _SHORTEST_GTIN <= len(key) < _GTIN_LENGTH:
        return frozenset({key, key.zfill(_GTIN_LENGTH)})
    return frozenset({key} if key else ())


def name_term(text: str) -> str:
    """The term by which a whole name is found; empty where it has no words."""
    return name_of(tokens(text))


def name_of(words: Iterable[Token]) -> str:
    """The term of a whole name by its words."""
    return " ".join([word.text for word in words])


@lru_cache(maxsize=4096)
def word_terms(text: str) -> frozenset[str]:
    """The words, numbers and sizes of a text."""
    found = tokens(text)
    terms = {token.text for token in found} | {measure.term for measure in measures(text, found)}
    return frozenset(terms.union(written_together(text, found), *map(wider, terms)))


def _number_words(number: str) -> frozenset[str]:
    """The words of a number; a single letter between digits is none."""
    terms = word_terms(number)
    numbered = any(map(is_number, terms))
    return frozenset(term for term in terms if len(term) > 1 or is_number(term) or not numbered)


def product_terms(document: Document) -> dict[str, list[str]]:
    """All terms of a document, by field."""
    keys = {key for _, number in numbers_of(document) for key in number_terms(number)}
    numbers = keys.union(*(_number_words(number) for _, number in numbers_of(document)))
    packed = {term for term in word_terms(f"{document.pack} {document.unit}") if term[0] == "="}
    sizes = {term for term in word_terms(f"{document.name}, {document.size}") if not term.isalpha()}
    head = word_terms(before_any(BEHIND, document.name)) | numbers | packed | sizes
    own = head | word_terms(document.name) | word_terms(document.size)
    shared = [text for _, text in shared_texts_of(document)]
    codes = [one.code for one in (*document.groups, *document.lists)]
    whole = {one.text for one in document.lists}  # "ved stomi" is what a list is for: it has no other name
    near = (text if text in whole else before_any(PURPOSE, text) for text in (*shared, *codes))
    rest = frozenset[str]().union(*map(word_terms, near))
    behind = word_terms(document.pack).union(*map(word_terms, shared))
    name = name_term(document.name)
    classes = [document.atc[:length] for length in _ATC_CLASSES]
    titles = [one.text for one in (*document.groups, *document.lists)]
    called = {name_term(text) for text in (*titles, *codes, *classes)} - {""}
    return {
        "head": sorted(head),
        "own": sorted(own - head),
        "rest": sorted(rest - own),
        "behind": sorted(behind - rest - own),
        "keys": sorted(keys),
        "name": [name] if name else [],
        "called": sorted(called),
    }
