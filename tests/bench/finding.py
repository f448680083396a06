"""How well search finds, kind by kind of query, beside SQLite's own full-text search over the same texts."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.rows import Table
from tests.bench.sources import FULL, missing, shown
from tests.search.corpora import Corpus, demonstration, full
from tests.search.full_text import TOKENIZERS, FullText
from tests.search.judged import Query, Score, Search, Verdict, judge, kinds, ours, score

_FAILURES = "BLALISTE_FAILURES"
"""Set in the environment: each query that is not answered as judged is printed with what was found."""
_ENGINES = ("ours", *TOKENIZERS)
_MEASURES = ("s@1", "s@5", "MRR")
_HEAD = (
    "kind",
    "queries",
    *(f"{engine} {measure}" for engine in _ENGINES for measure in _MEASURES),
    "reached",
)
_LEAST_FIVE = 0.98
_LEAST_FIRST = 0.90

# How each engine searches each corpus, by their names.
_Engines = Mapping[str, Mapping[str, Search]]


def finding(room: Path) -> Table:
    """Success at one and at five and mean reciprocal rank of each kind of judged query."""
    corpora = {"demonstration": demonstration(room)}
    gone = missing(FULL)
    if gone is None:
        corpora["m30"] = full(room, FULL)
    try:
        lines = tuple(_lines(corpora, _engines(corpora)))
    finally:
        for corpus in corpora.values():
            corpus.close()
    return Table(_HEAD, lines if gone is None else (*lines, _without(gone)))


def _without(gone: Path) -> tuple[str, ...]:
    return (f"the demonstration alone: {shown(gone)} is not here", *("–" for _ in _HEAD[1:]))


def _engines(corpora: Mapping[str, Corpus]) -> _Engines:
    found = {"ours": {name: ours(corpus) for name, corpus in corpora.items()}}
    for tokenizer in TOKENIZERS:
        found[tokenizer] = {
            name: FullText(corpus.documents, tokenizer).search for name, corpus in corpora.items()
        }
    return found


def _lines(corpora: Mapping[str, Corpus], engines: _Engines) -> Iterator[tuple[str, ...]]:
    every: dict[str, list[Verdict]] = {name: [] for name in engines}
    for kind, queries in kinds().items():
        found = {name: _judged(queries, corpora, engine) for name, engine in engines.items()}
        if os.environ.get(_FAILURES):
            _tell_failures(kind, found["ours"], corpora)
        for name, verdicts in found.items():
            every[name] += verdicts
        yield _line(kind, found, reached=_reached)
    yield _line("all", every, reached=lambda mine, _: mine.first >= _LEAST_FIRST)


def _judged(
    queries: Sequence[Query], corpora: Mapping[str, Corpus], engine: Mapping[str, Search]
) -> list[Verdict]:
    return [
        verdict
        for name, corpus in corpora.items()
        for verdict in judge([query for query in queries if query.lists == name], engine[name], corpus)
    ]


def _tell_failures(kind: str, verdicts: Sequence[Verdict], corpora: Mapping[str, Corpus]) -> None:
    for verdict in verdicts:
        if verdict.failed:
            print(f"  {kind}: {verdict.told(corpora[verdict.query.lists])}", flush=True)


def _line(
    kind: str, found: Mapping[str, Sequence[Verdict]], *, reached: Callable[[Score, list[Score]], bool]
) -> tuple[str, ...]:
    mine, *others = (score(found[engine]) for engine in _ENGINES)
    figures = (f"{figure:.3f}" for one in (mine, *others) for figure in (one.first, one.five, one.reciprocal))
    return kind, str(mine.queries), *figures, "yes" if reached(mine, others) else "NO"


def _reached(mine: Score, others: list[Score]) -> bool:
    """Enough among the first five, and ahead: no measure below the others', the mean place above."""
    ahead = all(
        mine.first >= other.first and mine.five >= other.five and mine.reciprocal > other.reciprocal
        for other in others
    )
    return mine.five >= _LEAST_FIVE and ahead
