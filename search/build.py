"""Documents in, one directory with a search index out: in whatever order they come, the same answers."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from search import lexicon, traits
from search.former import MADE_OF, made_of, take_over
from search.forms import LANGUAGES, Forms
from search.laid import Laying
from search.pages import laying_down
from search.rank_order import RankOrder
from search.records import Document
from search.shelf import Page, fill
from search.suggestions import Suggested
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
from search.words import places, tokens


def build(
    documents: Iterable[Document],
    directory: Path,
    *,
    languages: Iterable[str] = LANGUAGES,
    dictionaries: Path | None = None,
    former: Path | None = None,
) -> int:
    """
    Build the index in `directory`, which is made where it is missing and should else be empty.

    Nothing in the index knows where it stands: it may be moved.

    Args:
        languages: Those whose words are to be found in every form.
        dictionaries: A directory where these languages' are kept for the next time, for to make them takes
            longer than all else; None to keep them nowhere.
        former: An index that is as it was built: of the same documents it is taken over.

    Returns:
        The number of documents.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with closing(RankOrder(documents, directory)) as ordered:
        told = made_of(ordered.contents(), languages)
        if former is not None and take_over(former, told, directory):
            return ordered.count
        words = _lay_down(ordered, directory)
        count = ordered.count
    for kept in (word_terms, tokens, places):
        kept.cache_clear()
    lexicon.write(_lexicon_of(words, languages, dictionaries), directory)
    (directory / MADE_OF).write_text(told, encoding="utf-8")
    return count


def _lay_down(ordered: RankOrder, directory: Path) -> set[str]:
    """Fill all shelves; the documents' words: all else is let go before the lexicon."""
    laying, words = Laying(), set[str]()

    def pages() -> Iterator[Page]:
        for document in ordered:
            terms = product_terms(document)
            words.update(term for place in PLACES for term in terms[place] if term.isalpha())
            yield Page(terms, laying.laid(document))

    fill(directory, PRODUCTS, fields=PRODUCT_FIELDS, pages=pages())
    with laying_down(directory, TEXTS) as lay:
        for text in laying.shared():
            lay(text)
    with closing(Suggested(ordered, directory)) as suggested:
        fill(directory, SUGGESTIONS, fields=SUGGESTION_FIELDS, pages=suggested)
    traits.write(ordered, directory)
    return words


def _lexicon_of(found: set[str], languages: Iterable[str], dictionaries: Path | None) -> lexicon.Lexicon:
    forms = Forms(found, languages=languages, dictionaries=dictionaries)
    words, synonyms = forms.words(), load_synonyms()
    said = {word for synonym in synonyms for word in synonym.said}
    return lexicon.new_lexicon(words, forms.leading_to(words, said=said), synonyms=synonyms)
