"""A national list many times as long: the real products, then others with halves of two of their names."""

import gzip
import random
import re
from collections.abc import Iterator
from pathlib import Path

_SEED = 15
_FIRST = 100_000
"""Numbers of the others begin here; the real ones have numbers above 600,000."""

_MADE_UP = 20
"""One name in so many begins with a word that no other has, as a new brand does."""

_BEGIN, _END = b"<OppfHandelsvare>", b"</OppfHandelsvare>"
_TEXTS = re.compile(
    rb"(?P<id><Id>)[^<]+(?P<number>.*?<Nr>)[^<]+(?P<name></Nr><Navn>)(?P<named>[^<]+)(?P<rest>.*)", re.DOTALL
)
_SYLLABLES = ("ba", "di", "fo", "gra", "ke", "li", "mu", "nor", "pla", "ri", "so", "tev", "vi", "zu")


def many(path: Path, source: Path, *, products: int) -> Path:
    """Write an M30 file of so many products, packed."""
    content = gzip.decompress(source.read_bytes())
    head, *entries = content.split(_BEGIN)
    entries[-1], tail = entries[-1].split(_END)[0] + _END, entries[-1].split(_END)[1]
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(head)
        for entry in (*entries, *_others(entries, products - len(entries))):
            file.write(_BEGIN + entry)
        file.write(tail)
    return path


def _others(entries: list[bytes], count: int) -> Iterator[bytes]:
    chance = random.Random(_SEED)
    for number in range(_FIRST, _FIRST + count):
        one, other = (_TEXTS.fullmatch(chance.choice(entries)) for _ in range(2))
        assert one is not None
        assert other is not None
        words, others = one["named"].split(), other["named"].split()
        named = [*words[: (len(words) + 1) // 2], *others[len(others) // 2 :]]
        if number % _MADE_UP == 0:
            named.insert(0, _made_up(chance))
        yield b"%bID_%032X%b%d%b%b%b" % (
            *(one["id"], number, one["number"]),
            *(number, one["name"], b" ".join(named), one["rest"]),
        )


def _made_up(chance: random.Random) -> bytes:
    return "".join(chance.choices(_SYLLABLES, k=4)).capitalize().encode()
