"""SQLite's own full-text search over the same texts, which ours is held against."""

import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal

from search.records import Document, GroupText
from tests.search.corpora import MOST_SEEN
from tests.search.judged import Answer

Tokenizer = Literal["unicode61", "trigram"]
TOKENIZERS: tuple[Tokenizer, ...] = ("unicode61", "trigram")
_OPTIONS = {
    "unicode61": "tokenize = 'unicode61', prefix = '1 2 3 4'",
    "trigram": "tokenize = 'trigram'",
}
_SHORTEST_TRIGRAM = 3
# Every text of a document; when it holds and where it stands among equals are none.
_COLUMNS = tuple(field for field in Document.__struct_fields__ if field not in ("holds", "rank"))


class FullText:
    """One FTS5 table in memory, one row for each text."""

    def __init__(self, documents: Iterable[Document], tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._db = sqlite3.connect(":memory:")
        names = ", ".join(f'"{column}"' for column in _COLUMNS)
        self._db.execute(f"CREATE VIRTUAL TABLE texts USING fts5({names}, {_OPTIONS[tokenizer]})")
        marks = ", ".join("?" for _ in _COLUMNS)
        self._db.executemany(f"INSERT INTO texts VALUES ({marks})", map(_row, documents))
        self._db.commit()

    def search(self, typed: str) -> Answer:
        """The best rows by bm25 for all that is typed, every word of it quoted."""
        words = self._words(typed)
        if not words:
            return Answer(())
        rows = self._db.execute(_QUERY, (" ".join(words),))
        numbers: dict[str, None] = {}
        for (varenr,) in rows:
            numbers.setdefault(varenr)
            if len(numbers) == MOST_SEEN:
                break
        return Answer(tuple(numbers))

    def close(self) -> None:
        """Let the table go."""
        self._db.close()

    def _words(self, typed: str) -> list[str]:
        chunks = unicodedata.normalize("NFC", typed).replace("\0", " ").split()
        words = [chunk for chunk in chunks if any(map(str.isalnum, chunk))]
        if self.tokenizer == "trigram":
            return [_quoted(word) for word in words if len(word) >= _SHORTEST_TRIGRAM]
        return [f"{_quoted(word)}*" for word in words]


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _row(document: Document) -> Sequence[str]:
    return tuple(_text(getattr(document, column)) for column in _COLUMNS)


def _text(value: str | tuple[str | GroupText, ...]) -> str:
    if isinstance(value, str):
        return value
    return " ".join(f"{one.code} {one.text}" if isinstance(one, GroupText) else one for one in value)


_QUERY = f"SELECT varenr FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT {4 * MOST_SEEN}"
