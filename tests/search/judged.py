"""The judged queries: what people type, and what they must then be shown; one file for each kind."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from search.errors import QueryTooLong
from search.find import Finder
from search.records import Document, Why
from tests.search.corpora import MOST_SEEN, Corpus

FOLDER = Path(__file__).with_name("judged")
_FIVE = 5


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    What is typed, and what is right.

    Attributes:
        lists: The corpus it is asked of.
        first: Numbers of products, one of which must stand first.
        among: Numbers of products, one of which must be among the first five.
        group: How the code of a group or list begins: any product in one of these is right.
        name: Texts with blanks between them: any product is right whose name has them all.
        supplier: The same of the supplier's name.
        size: A text that the size has.
        pack: The whole of the pack. Where several of these are told, all must be so.
        or_name: As `name`; these are right as well, whatever else is told.
        nothing: That nothing is found is right.
        expect: Where a right one must stand, when it is not told by its number.
        never: Numbers of products that must not be among the first twenty.
        never_name: Text that no name among the first twenty may have.
        did_you_mean: The query as it was meant.
        why: Why the first hit is one.
    """

    typed: str
    lists: Literal["demonstration", "m30"] = "demonstration"
    first: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    group: str = ""
    name: str = ""
    supplier: str = ""
    size: str = ""
    pack: str = ""
    or_name: str = ""
    nothing: bool = False
    expect: Literal["first", "five"] = "five"
    never: tuple[str, ...] = ()
    never_name: str = ""
    did_you_mean: str | None = None
    why: Why | None = None

    @property
    def must_be_first(self) -> bool:
        """Whether only the first place is good enough."""
        return bool(self.first) or self.nothing or self.expect == "first"

    def right(self, texts: Sequence[Document]) -> bool:
        """Whether a product, one text for each of its lists, is what was looked for."""
        numbers = self.first or self.among
        if numbers:
            return texts[0].varenr in numbers
        return any(self._fits(text) or self._fits_otherwise(text) for text in texts)

    def _fits(self, text: Document) -> bool:
        codes = {group.code for group in (*text.groups, *text.lists)}
        return (
            any(code.startswith(self.group) for code in codes)
            and _has(text.name, *self.name.split())
            and _has(text.supplier, *self.supplier.split())
            and _has(text.size, self.size)
            and self.pack in ("", text.pack)
        )

    def _fits_otherwise(self, text: Document) -> bool:
        return bool(self.or_name) and _has(text.name, *self.or_name.split())


class Answer(msgspec.Struct, frozen=True):
    """The first products found, each once, best first; and what else a search may say of them."""

    numbers: tuple[str, ...]
    why: Why | None = None
    did_you_mean: str | None = None


class Verdict(msgspec.Struct, frozen=True):
    """
    How good an answer is.

    Attributes:
        place: Of the first right product, from 1; None where there is none among those shown.
        broken: What was promised beside the place, and not kept.
    """

    query: Query
    answer: Answer
    place: int | None
    broken: tuple[str, ...]

    @property
    def first(self) -> bool:
        """Whether a right product stands first."""
        return self.place == 1

    @property
    def five(self) -> bool:
        """Whether a right product is among the first five."""
        return self.place is not None and self.place <= _FIVE

    @property
    def failed(self) -> bool:
        """Whether it is not as the query asks."""
        return bool(self.broken) or not (self.first if self.query.must_be_first else self.five)

    def told(self, corpus: Corpus) -> str:
        """What a person reads of it."""
        names = [f"{number} {corpus.by_number[number][0].name}" for number in self.answer.numbers[:_FIVE]]
        shown = "; ".join(names) or "nothing"
        wanted = "first" if self.query.must_be_first else "among five"
        place = f"at {self.place}" if self.place else "absent"
        notes = "".join(f", {note}" for note in self.broken)
        return f"{self.query.typed!r} ({self.query.lists}): right {wanted}, is {place}{notes}; found {shown}"


class Score(msgspec.Struct, frozen=True):
    """Of some verdicts: the parts with a right product first and among five, and the mean of 1/place."""

    queries: int
    first: float
    five: float
    reciprocal: float


Search = Callable[[str], Answer]


@cache
def kinds() -> Mapping[str, tuple[Query, ...]]:
    """All judged queries by kind."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}


def judge(queries: Sequence[Query], search: Search, corpus: Corpus) -> list[Verdict]:
    """What becomes of the queries that are asked of this corpus."""
    return [_judged(query, search(query.typed), corpus) for query in queries]


def score(verdicts: Sequence[Verdict]) -> Score:
    """The measures of some verdicts, of which there is at least one."""
    count = len(verdicts)
    return Score(
        count,
        sum(verdict.first for verdict in verdicts) / count,
        sum(verdict.five for verdict in verdicts) / count,
        sum(1 / verdict.place for verdict in verdicts if verdict.place) / count,
    )


def ours(corpus: Corpus) -> Search:
    """The search of this project, on the day of the corpus."""

    def search(typed: str) -> Answer:
        return answered(corpus.finder, typed, editions=corpus.editions)

    return search


def answered(finder: Finder, typed: str, *, editions: Mapping[str, int]) -> Answer:
    """What a person sees of the answer to a query; nothing, where it is too long to be asked."""
    try:
        found = finder.find(typed, editions=editions)
    except QueryTooLong:
        return Answer(())
    numbers: dict[str, Why] = {}
    for hit in found.hits:
        numbers.setdefault(hit.varenr, hit.why)
        if len(numbers) == MOST_SEEN:
            break
    return Answer(tuple(numbers), next(iter(numbers.values()), None), found.did_you_mean)


def _judged(query: Query, answer: Answer, corpus: Corpus) -> Verdict:
    if query.nothing:
        place = None if answer.numbers else 1
    else:
        places = (
            place
            for place, number in enumerate(answer.numbers, start=1)
            if query.right(corpus.by_number[number])
        )
        place = next(places, None)
    return Verdict(query, answer, place, tuple(_broken(query, answer, corpus)))


def _broken(query: Query, answer: Answer, corpus: Corpus) -> list[str]:
    found = [f"shows {number}" for number in answer.numbers if number in query.never]
    if query.never_name:
        names = (corpus.by_number[number][0].name for number in answer.numbers)
        found += [f"shows {name}" for name in names if query.never_name.casefold() in name.casefold()]
    if query.did_you_mean is not None and answer.did_you_mean != query.did_you_mean:
        found.append(f"means {answer.did_you_mean!r} and not {query.did_you_mean!r}")
    if query.why is not None and answer.why != query.why:
        found.append(f"found by {answer.why} and not by {query.why}")
    return found


def _has(text: str, *wanted: str) -> bool:
    return all(one.casefold() in text.casefold() for one in wanted)


def _read(path: Path) -> tuple[Query, ...]:
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(msgspec.convert(query, Query) for query in read["query"])
