"""Documents in, one directory with a search index out: in whatever order they come, the same answers."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from search import lexicon
from search.forms import LANGUAGES, Forms
from search.records import Document, GroupText
from search.shelf import Page, fill
from search.suggestions import suggestion_pages
from search.synonyms import load_synonyms
from search.terms import PRODUCT_FIELDS, PRODUCTS, SUGGESTION_FIELDS, SUGGESTIONS, product_terms
from search.words import composed, plain

_TEXT_FIELDS = ("varenr", "name", "supplier", "article", "size", "pack", "unit", "atc")


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
    lexicon.write(_lexicon_of(words, languages), directory)
    return count


def _lay_down(documents: Iterable[Document], directory: Path) -> tuple[int, set[str]]:
    """Write both shelves; how many documents, and their words: all else is let go before the lexicon."""
    ordered = sorted(map(_composed, documents), key=_static_order)
    pages = [Page(product_terms(document), msgspec.msgpack.encode(document)) for document in ordered]
    fill(directory, PRODUCTS, fields=PRODUCT_FIELDS, pages=pages)
    fill(directory, SUGGESTIONS, fields=SUGGESTION_FIELDS, pages=suggestion_pages(ordered))
    return len(pages), {term for page in pages for term in page.terms["words"] if term.isalpha()}


def _composed(document: Document) -> Document:
    texts = {field: composed(getattr(document, field)) for field in _TEXT_FIELDS}
    groups, lists = (
        tuple(GroupText(group.code, composed(group.text)) for group in sorted(named))
        for named in (document.groups, document.lists)
    )
    holds = tuple(sorted(document.holds, key=lambda span: (span.list, span.from_ordinal)))
    return msgspec.structs.replace(document, groups=groups, lists=lists, holds=holds, **texts)


def _static_order(document: Document) -> tuple[int, str, str, bytes]:
    return document.rank, plain(document.name), document.varenr, msgspec.msgpack.encode(document)


def _lexicon_of(found: set[str], languages: Iterable[str]) -> lexicon.Lexicon:
    forms = Forms(found, languages=languages)
    words = forms.words()
    return lexicon.new_lexicon(words, forms.leading_to(words), synonyms=load_synonyms())
