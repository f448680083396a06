"""What is offered while someone types: texts that search would find, in force on the same day."""

from collections.abc import Iterator, Mapping

import msgspec

from search.find import Finder
from search.laid import Laid
from search.limits import bounded
from search.records import Suggestion, SuggestionKind, hold_on
from search.shelf import members
from search.suggestions import within_limits
from search.words import compact, is_number, tokens

MOST_SUGGESTIONS = 10
_SHORTEST_NUMBER = 3
# Enough to fill the list on any day, few enough to be read at once.
_MOST_NUMBERS = 50
_MOST_SAID = 5
# So that the many products leave room for the few others.
_MOST_OF_A_KIND: dict[SuggestionKind, int] = {
    "list": 2,
    "group": 3,
    "supplier": 2,
    "product": MOST_SUGGESTIONS,
}
_DECODER = msgspec.msgpack.Decoder(Suggestion)


def suggest(
    finder: Finder, prefix: str, *, editions: Mapping[str, int] | None = None, most: int = MOST_SUGGESTIONS
) -> tuple[Suggestion, ...]:
    """
    The texts whose words begin like the words of `prefix`: first those that begin so themselves.

    `editions` as in Finder.find. Raises QueryTooLong as a search does.
    """
    day = None if editions is None else dict(editions)
    found: dict[tuple[str, str], Suggestion] = {}
    for suggestion in _candidates(finder, bounded(prefix), day=day):
        found.setdefault((suggestion.kind, suggestion.text), suggestion)
        if len(found) >= most:
            break
    return tuple(found.values())


def _candidates(finder: Finder, typed: str, *, day: dict[str, int] | None) -> Iterator[Suggestion]:
    words = [token.text for token in tokens(typed)]
    if not words:
        return
    shelf = finder.suggestions
    every = -1
    for word in words:
        every &= shelf.having_any("words", _beginning_with(finder, word))
    starts = every & shelf.having_any("first", _beginning_with(finder, words[0]))
    for documents in (starts, every & ~starts):
        for kind, most in _MOST_OF_A_KIND.items():
            yield from _held(finder, documents & shelf.having("kind", kind), most=most, day=day)
    yield from _numbered(finder, typed, day=day)
    said = " ".join(words)
    # Its beginning is taken for a word only where nothing that stands in a list begins so.
    yield from _meant(finder, [said] if every else finder.lexicon.said_beginning_with(said), day=day)


def _held(finder: Finder, documents: int, *, most: int, day: dict[str, int] | None) -> Iterator[Suggestion]:
    texts: set[str] = set()
    for number in members(documents):
        suggestion = _DECODER.decode(finder.suggestions.content(number))
        if day is not None and not hold_on(suggestion.holds, day):
            continue
        texts.add(suggestion.text)
        if len(texts) > most:
            return
        yield suggestion


def _numbered(finder: Finder, typed: str, *, day: dict[str, int] | None) -> Iterator[Suggestion]:
    """Products by the beginning of a number, in the order of the numbers: each as its own and its name."""
    key = compact(typed)
    if len(key) < _SHORTEST_NUMBER or not any(map(is_number, key)):
        return
    for longer in finder.products.beginning_with("keys", key)[:_MOST_NUMBERS]:
        for number in members(finder.products.having("keys", longer)):
            document = finder.read.document(number)
            if tokens(document.varenr) and (day is None or hold_on(document.holds, day)):
                yield _with_its_name(finder, document, day=day)


def _with_its_name(finder: Finder, document: Laid, *, day: dict[str, int] | None) -> Suggestion:
    varenr = document.varenr
    named = finder.suggestions.having("number", varenr)
    names = (known.text for known in _held(finder, named, most=1, day=day))
    text = within_limits(f"{varenr} {next(names, '')}".rstrip()) or varenr
    return Suggestion(text, "product", varenr, document.holds)


def _meant(finder: Finder, said: list[str], *, day: dict[str, int] | None) -> Iterator[Suggestion]:
    """Groups that are called otherwise than people say."""
    shelf, lexicon = finder.suggestions, finder.lexicon
    groups = shelf.having("kind", "group")
    for text in said[:_MOST_SAID]:
        for meaning in lexicon.meanings.get(tuple(text.split()), ()):
            called = groups
            for word in meaning:
                called &= shelf.having_any("words", {*lexicon.same_base(word), *lexicon.with_part(word)})
            yield from _held(finder, called, most=_MOST_OF_A_KIND["group"], day=day)


def _beginning_with(finder: Finder, word: str) -> list[str]:
    if is_number(word):
        return finder.suggestions.beginning_with("words", word)
    return finder.lexicon.beginning_with(word)
