"""A language's dictionary as a file to be looked into: a word is found at once, and nothing is read before.

Forms of words and their bases lie in it as text, one pair a line; those that begin alike lie together.
To take a dictionary out of the library that has them costs more than all else in building an index.
"""

import mmap
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, TypeAlias

import msgspec

_MAGIC = b"words 1\n"
_LENGTH = 8
_BEGINNING = 3

# Where the words that begin alike lie in a file, by that beginning.
_Places: TypeAlias = dict[str, tuple[int, int]]


class Dictionary:
    """The forms of a language's words with their bases, open for reading."""

    def __init__(self, file: BinaryIO) -> None:
        """
        Args:
            file: As `write` wrote it; it may be closed and gone afterwards.

        Raises:
            ValueError: It is not such a file, or not all of one.
        """
        self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        end = len(self._lines) - _LENGTH
        begin = int.from_bytes(self._lines[max(end, 0) :], "little")
        if not self._lines[: len(_MAGIC)] == _MAGIC or not len(_MAGIC) <= begin <= end:
            raise ValueError
        self._of_forms, self._of_bases = _DECODER.decode(self._lines[begin:end])

    def get(self, form: str) -> str | None:
        """The base of a form of three letters or more; None where it is not known."""
        return next(self._told(form, self._of_forms), None)

    def forms(self, base: str) -> Iterator[str]:
        """The forms of three letters or more that have this base."""
        return self._told(base, self._of_bases)

    def _told(self, word: str, places: _Places) -> Iterator[str]:
        begin, end = places.get(word[:_BEGINNING], (0, 0))
        sought = f"\n{word}\t".encode()
        while (begin := self._lines.find(sought, begin, end)) >= 0:
            begin += len(sought)
            yield self._lines[begin : self._lines.find(b"\n", begin, end)].decode()
            # The end of this line is the beginning of the next.
            begin -= 1


def write(forms: Mapping[str, str], file: BinaryIO) -> None:
    """
    Write a dictionary.

    Args:
        forms: Each with its base; of fewer than three letters they are left out.
    """
    file.write(_MAGIC)
    # One after the other: both together would be the most that building an index holds.
    places = [
        _written(((form, base) for form, base in forms.items() if len(form) >= _BEGINNING), file),
        _written(((base, form) for form, base in forms.items() if len(form) >= _BEGINNING), file),
    ]
    begin = file.tell()
    file.write(msgspec.msgpack.encode(places) + begin.to_bytes(_LENGTH, "little"))
    file.flush()


def _written(pairs: Iterable[tuple[str, str]], file: BinaryIO) -> _Places:
    lines: defaultdict[str, bytearray] = defaultdict(bytearray)
    for word, told in pairs:
        lines[word[:_BEGINNING]] += f"{word}\t{told}\n".encode()
    places = {}
    for beginning, alike in lines.items():
        begin = file.tell()
        file.write(b"\n" + alike)
        places[beginning] = (begin, file.tell())
    return places


def dictionary(language: str, place: Path | None = None) -> Dictionary:
    """
    A language's dictionary; once opened it stays so.

    Args:
        place: A directory where it is kept for the next process, made where it is missing; None to
            keep it nowhere.
    """
    if language not in _OPEN:
        _OPEN[language] = _kept(language, place) if place is not None else _made(language)
    return _OPEN[language]


def _made(language: str) -> Dictionary:
    with tempfile.TemporaryFile() as file:
        write(_taken_out(language), file)
        return Dictionary(file)


def _kept(language: str, place: Path) -> Dictionary:
    path = place / f"{language}-{version('simplemma')}.words"
    try:
        with path.open("rb") as file:
            return Dictionary(file)
    except (OSError, ValueError, msgspec.DecodeError):
        place.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}.part")
    try:
        with aside.open("w+b") as file:
            write(_taken_out(language), file)
            os.fsync(file.fileno())
            aside.replace(path)
            return Dictionary(file)
    finally:
        aside.unlink(missing_ok=True)


def _taken_out(language: str) -> Mapping[str, str]:
    """Only who makes a dictionary loads the library that has them."""
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    return DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language)


_DECODER = msgspec.msgpack.Decoder(tuple[_Places, _Places])
_OPEN: dict[str, Dictionary] = {}
