"""Documents in, one directory with a search index out: in whatever order they come, the same answers."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from search import lexicon, traits
from search.forms import LANGUAGES, Forms
from search.laid import Laying
from search.records import Document, GroupText
from search.shelf import Page, fill
from search.suggestions import suggestion_pages
from search.synonyms import load_synonyms
from search.terms import (
    PLACES,
    PRODUCT_FIELDS,
    PRODUCTS,
    SUGGESTION_FIELDS,
    SUGGESTIONS,
    TEXTS,
    product_terms,
    word_terms,
)
from search.words import composed, places, plain, tokens

_TEXT_FIELDS = ("varenr", "name", "supplier", "article", "size", "pack", "unit", "atc", "atc_text")


def build(documents: Iterable[Document], directory: Path, *, languages: Iterable[str] = LANGUAGES) -> int:
    """
    Build the index in `directory`, which is made where it is missing and should else be empty.

    Nothing in the index knows where it stands: it may be moved.

    Args:
        languages: Those whose words are to be found in every form.

    Returns:
        The number of documents.
    """
    directory.mkdir(parents=True, exist_ok=True)
    count, words = _lay_down(documents, directory)
    for kept in (word_terms, tokens, places):
        kept.cache_clear()
    lexicon.write(_lexicon_of(words, languages), directory)
    return count


def _lay_down(documents: Iterable[Document], directory: Path) -> tuple[int, set[str]]:
    """Fill all shelves; how many documents, and their words: all else is let go before the lexicon."""
    ordered = sorted(map(_composed, documents), key=_static_order)
    laying, words = Laying(), set[str]()

    def pages() -> Iterator[Page]:
        for document in ordered:
            terms = product_terms(document)
            words.update(term for place in PLACES for term in terms[place] if term.isalpha())
            yield Page(terms, laying.laid(document))

    fill(directory, PRODUCTS, fields=PRODUCT_FIELDS, pages=pages())
    fill(directory, TEXTS, fields=(), pages=laying.shared())
    fill(directory, SUGGESTIONS, fields=SUGGESTION_FIELDS, pages=suggestion_pages(ordered))
    traits.write(ordered, directory)
    return len(ordered), words


def _composed(document: Document) -> Document:
    texts = {field: composed(getattr(document, field)) for field in _TEXT_FIELDS}
    groups, lists, legal_bases = (
        tuple(GroupText(one.code, composed(one.text)) for one in sorted(named))
        for named in (document.groups, document.lists, document.legal_bases)
    )
    holds = tuple(sorted(document.holds, key=lambda span: (span.list, span.from_ordinal)))
    named = {"groups": groups, "lists": lists, "legal_bases": legal_bases}
    return msgspec.structs.replace(document, holds=holds, **named, **texts)


def _static_order(document: Document) -> tuple[int, int, str, str, bytes]:
    """Shorter names first: more of them is what was typed."""
    name = plain(document.name)
    return document.rank, len(tokens(name)), name, document.varenr, msgspec.msgpack.encode(document)


def _lexicon_of(found: set[str], languages: Iterable[str]) -> lexicon.Lexicon:
    forms = Forms(found, languages=languages)
    words, synonyms = forms.words(), load_synonyms()
    said = {word for synonym in synonyms for word in synonym.said}
    return lexicon.new_lexicon(words, forms.leading_to(words, said=said), synonyms=synonyms)
