"""How long a query may be: what bounds the time that any search can take."""

import re

from search.errors import QueryTooLong
from search.words import composed

LONGEST_QUERY = 64
MOST_WORDS = 8
# Not even looked at: composing the letters of a text takes time by its length.
_LONGEST_LOOKED_AT = 4096
# "pose~2" and "pose^4" are how some search languages weigh words; here they are words and nothing else.
_OTHER_LANGUAGES = re.compile(r"(?<=[^\W\d_])[~^][0-9]*(?!\w)")


def bounded(query: str) -> str:
    """
    The query with single blanks and in NFC.

    Raises:
        QueryTooLong: More than 64 characters (blanks at the ends do not count) or 8 words.
    """
    if len(query) > _LONGEST_LOOKED_AT:
        raise QueryTooLong(found=len(query), limit=LONGEST_QUERY, unit="characters")
    words = _OTHER_LANGUAGES.sub(" ", composed(query)).split()
    text = " ".join(words)
    if len(text) > LONGEST_QUERY:
        raise QueryTooLong(found=len(text), limit=LONGEST_QUERY, unit="characters")
    if len(words) > MOST_WORDS:
        raise QueryTooLong(found=len(words), limit=MOST_WORDS, unit="words")
    return text
