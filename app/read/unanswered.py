"""Words that were asked in vain, asked again: an editor need only look at what finds nothing today either."""

import datetime as dt
from collections.abc import Iterable

import msgspec

from app.read.view import View
from app.unanswered_file import AskedInVain
from lists.errors import HomeBroken
from search.find import Finder, Found
from search.words import JOINING


class StillUnanswered(msgspec.Struct, frozen=True):
    """
    Words that find nothing today either.

    Attributes:
        unknown: Those of the words that find nothing even alone.
        did_you_mean: The words as they may have been meant, None where there is no guess.
    """

    words: str
    times: int
    days: int
    first: dt.date
    last: dt.date
    unknown: tuple[str, ...]
    did_you_mean: str | None


class AskedAgain(msgspec.Struct, frozen=True):
    """
    Attributes:
        items: In the order they came in.
        answered_by_now: How many before the last of them find something today.
    """

    items: tuple[StillUnanswered, ...] = ()
    answered_by_now: int = 0


def ask_again(asked: Iterable[AskedInVain], view: View, *, limit: int) -> AskedAgain:
    """
    Ask a view's lists until `limit` words are found that find nothing.

    Raises:
        HomeBroken: "no-index".
    """
    finder = _finder(view)
    still: list[StillUnanswered] = []
    answered = 0
    for one in asked:
        found = _find(finder, view, one.words)
        if _is_answer(found):
            answered += 1
            continue
        alone = (word for word in dict.fromkeys(one.words.split()) if word not in JOINING)
        unknown = tuple(word for word in alone if not _is_answer(_find(finder, view, word)))
        meant = found.did_you_mean if found is not None else None
        still.append(
            StillUnanswered(
                one.words, one.times, one.days, one.first, one.last, unknown=unknown, did_you_mean=meant
            )
        )
        if len(still) == limit:
            break
    return AskedAgain(tuple(still), answered)


def _is_answer(found: Found | None) -> bool:
    return found is not None and bool(found.hits) and not found.guessed


def _find(finder: Finder | None, view: View, words: str) -> Found | None:
    return finder.find(words, editions=view.ordinals) if finder is not None else None


def _finder(view: View) -> Finder | None:
    """The index; none in a home where nothing is published yet."""
    directory = view.snapshot.directory
    finder = view.snapshot.finder()
    if finder is None and directory is not None:
        raise HomeBroken("no-index", where=directory.name)
    return finder
