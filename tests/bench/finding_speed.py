"""How fast search finds, kind by kind of query, on one national list and on one more than twice as long."""

import gc
import math
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from statistics import median

import msgspec

from search.build import build
from search.errors import QueryTooLong
from search.find import Finder
from search.records import Document
from search.suggest import suggest
from tests.bench.clock import compare
from tests.bench.rows import Row, Table, Target, absent
from tests.bench.sources import FULL, missing, shown
from tests.search.corpora import MOST_SEEN, full
from tests.search.full_text import TOKENIZERS, FullText
from tests.search.judged import kinds

_PASSES = 5
_LARGER = 15_000
_SEED = 15
_SAMPLE = 400
_REMEMBERED = 50
_HEAD = ("kind", "products", "queries", "p50 ms", "p99 ms", "slowest", "target p50", "target p99", "reached")


class _Most(msgspec.Struct, frozen=True):
    """What is to be reached, in milliseconds; p50 where it has a target of its own."""

    p99: float
    p50: float | None = None


_UNCACHED, _SUGGEST, _AGAIN, _MEANT = _Most(5, 0.7), _Most(1), _Most(0.1), _Most(1)
_UNCACHED_AT_ALL = _Most(50)

# What is done with an open index and a text.
_Act = Callable[[Finder, str], object]


def finding_speed(room: Path) -> Table:
    """Processor time of one query: half of them, and all but one in a hundred, take at most so much."""
    gone = missing(FULL)
    if gone is not None:
        return Table(_HEAD, ((f"not measured: {shown(gone)} is not here", *("–" for _ in _HEAD[1:])),))
    corpus = full(room, FULL)
    corpus.close()
    build(larger(corpus.documents), room / "larger")
    names = [document.name for document in corpus.documents[:: len(corpus.documents) // _SAMPLE]]
    indexes = {len(corpus.documents): corpus.index, _LARGER: room / "larger"}
    editions = corpus.editions
    del corpus
    gc.collect()
    return Table(
        _HEAD,
        tuple(
            line
            for count, index in indexes.items()
            for line in _lines(f"{count:,}", index, names=names, editions=editions)
        ),
    )


def finding_build(room: Path) -> list[Row]:
    """Building the index, beside filling both tables of SQLite with the same texts."""
    gone = missing(FULL)
    if gone is not None:
        return [absent("search index of m30-full", shown(gone))]
    with closing(full(room, FULL)) as corpus:
        documents = corpus.documents
    return [_building(documents, room), _building(larger(documents), room)]


def _building(documents: Sequence[Document], room: Path) -> Row:
    found = compare(lambda: _filled(documents), {"ours": lambda: _built(documents, room)})["ours"]
    return Row(
        f"index of {len(documents):,} products built",
        found.measured,
        "s",
        found.control,
        found.ratio,
        Target(10) if len(documents) < _LARGER else None,
        "control: both FTS5 tables filled with the same texts, in memory",
    )


def larger(documents: Sequence[Document], count: int = _LARGER) -> list[Document]:
    """More products than there are: after the real ones, the beginning of a name with another's end."""
    chance = random.Random(_SEED)
    found = list(documents)
    while len(found) < count:
        one, other = chance.choice(documents), chance.choice(documents)
        words, others = one.name.split(), other.name.split()
        name = " ".join((*words[: (len(words) + 1) // 2], *others[len(others) // 2 :]))
        number = str(700_000 + len(found))
        article = f"{one.article[:4]}{number[-4:]}"
        found.append(
            msgspec.structs.replace(
                one, varenr=number, name=name, article=article, size=other.size, pack=other.pack
            )
        )
    return found


def _lines(
    products: str, index: Path, *, names: Sequence[str], editions: Mapping[str, int]
) -> Iterator[tuple[str, ...]]:
    """The judged queries by kind, then what is asked otherwise than for the first time."""

    def find(finder: Finder, text: str) -> None:
        with suppress(QueryTooLong):
            list(islice(finder.find(text, editions=editions).hits, MOST_SEEN))

    def propose(finder: Finder, text: str) -> None:
        suggest(finder, text, editions=editions)

    judged = {kind: {query.typed for query in queries} for kind, queries in kinds().items()}
    every = sorted(set().union(*judged.values()))
    slipped = set(slips(names))
    taken = _seconds(find, {*every, *slipped}, index)
    for kind, texts in judged.items():
        yield _line(kind, products, [taken[text] for text in texts], most=_UNCACHED)
    yield _line("a slip in one word", products, [taken[text] for text in slipped], most=_MEANT)
    wild = _seconds(find, set(anything(names)), index)
    yield _line("anything at all", products, wild.values(), most=_UNCACHED_AT_ALL)
    again = _seconds(find, every[:: len(every) // _REMEMBERED + 1], index, before=find)
    yield _line("the same again", products, again.values(), most=_AGAIN)
    proposed = _seconds(propose, set(beginnings([*every, *names])), index)
    yield _line("suggest", products, proposed.values(), most=_SUGGEST)


def slips(names: Iterable[str]) -> Iterable[str]:
    """The longest word of each name with two of its letters exchanged."""
    chance = random.Random(_SEED)
    for word in dict.fromkeys(max(name.split(), key=len) for name in names):
        if word.isalpha() and len(word) > 3:
            at = chance.randrange(len(word) - 1)
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def anything(names: Sequence[str], count: int = 1_000) -> Iterator[str]:
    """What nobody would type: words of names whole, cut, turned about and stuck together, numbers, signs."""
    chance = random.Random(_SEED)
    words = sorted({word for name in names for word in name.split()})

    def one() -> str:
        word, other = chance.choice(words), chance.choice(words)
        cut = chance.randrange(1, 7)
        turned = "".join(chance.sample(word, len(word)))
        number = str(chance.randrange(10**cut))
        return chance.choice((word, word[:cut], word[:cut] + other, turned, number, "a*", word + other))

    for _ in range(count):
        yield " ".join(one() for _ in range(chance.randrange(1, 9)))[:64].strip()


def beginnings(texts: Iterable[str]) -> Iterable[str]:
    """What stands in the field while someone types these: after one, two, three, five, eight characters."""
    return dict.fromkeys(text[:length].strip() for text in texts for length in (1, 2, 3, 5, 8))


def _seconds(
    act: _Act, asked: Iterable[str], index: Path, *, before: _Act | None = None
) -> Mapping[str, float]:
    """The time of each text: the median of some passes, each in another order, the index just opened."""
    texts = sorted(asked)
    taken: Mapping[str, list[float]] = {text: [] for text in texts}
    chance = random.Random(_SEED)
    for _ in range(_PASSES):
        chance.shuffle(texts)
        _forget()
        with closing(Finder(index)) as finder:
            finder.warm()
            if before is not None:
                for text in texts:
                    before(finder, text)
            with _left_alone():
                for text in texts:
                    begun = time.process_time()
                    act(finder, text)
                    taken[text].append(time.process_time() - begun)
    return {text: median(passes) for text, passes in taken.items()}


@contextmanager
def _left_alone() -> Iterator[None]:
    """What is there now is not looked over for garbage, as in the service once an index is warm."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _forget() -> None:
    """Let go of what the modules of search keep from query to query, so that each is new to them."""
    for name, module in sys.modules.items():
        if name.startswith("search."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _line(kind: str, products: str, seconds: Iterable[float], *, most: _Most) -> tuple[str, ...]:
    taken = sorted(1e3 * one for one in seconds)
    half, nearly_all = (taken[math.ceil(part * len(taken)) - 1] for part in (0.5, 0.99))
    reached = nearly_all < most.p99 and (most.p50 is None or half < most.p50)
    return (
        kind,
        products,
        str(len(taken)),
        f"{half:.3f}",
        f"{nearly_all:.3f}",
        f"{taken[-1]:.3f}",
        "–" if most.p50 is None else f"< {most.p50:g}",
        f"< {most.p99:g}",
        "yes" if reached else "NO",
    )


def _built(documents: Sequence[Document], room: Path) -> float:
    begun = time.process_time()
    build(documents, room / f"index-{time.monotonic_ns()}")
    return time.process_time() - begun


def _filled(documents: Sequence[Document]) -> float:
    begun = time.process_time()
    for tokenizer in TOKENIZERS:
        FullText(documents, tokenizer).close()
    return time.process_time() - begun
