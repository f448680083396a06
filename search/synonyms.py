"""The words people say for others, read from a plain file that editors may change.

The file is `synonyms.toml`. A table [[synonym]] has `say`, the texts people type, and `find`, the texts
the lists use: what is typed finds what any of `find` would have found. A table [[same]] has `words`, each
of which finds what the others find.
"""

import tomllib
from importlib.resources import files
from itertools import permutations, product

import msgspec

from search.lexicon import Synonym
from search.words import JOINING, tokens


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    say: tuple[str, ...]
    find: tuple[str, ...]


class _Same(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    synonym: tuple[_Line, ...] = ()
    same: tuple[_Same, ...] = ()


def load_synonyms(text: str | None = None) -> tuple[Synonym, ...]:
    """
    Every way from a text that is said to one that is meant.

    Args:
        text: What the file says (TOML); without it, the file that belongs to the program.
    """
    if text is None:
        text = files("search").joinpath("synonyms.toml").read_text(encoding="utf-8")
    file = msgspec.convert(tomllib.loads(text), _File)
    pairs = [pair for line in file.synonym for pair in product(line.say, line.find)]
    pairs += [pair for line in file.same for pair in permutations(line.words, 2)]
    return tuple(dict.fromkeys(Synonym(_words(said), _words(meant)) for said, meant in pairs))


def _words(text: str) -> tuple[str, ...]:
    words = tuple(token.text for token in tokens(text))
    return tuple(word for word in words if word not in JOINING) or words
