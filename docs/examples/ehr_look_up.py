"""
What an EHR shows while a doctor prescribes: lists, prices, limits and requirements, in words for a day.

    python docs/examples/ehr_look_up.py http://127.0.0.1:8000 999001
    python docs/examples/ehr_look_up.py http://127.0.0.1:8000 5050907 --on 2026-10-15
    python docs/examples/ehr_look_up.py http://127.0.0.1:8000 "nattpose 1,5 l"

A question is a product number, a group, an ATC code or words. Answers are kept between calls: the service is
asked only whether they still hold, and while it is away they are shown with their age.
Exit codes: 0 told, 1 nothing found, 2 wrong use, 3 nobody answers.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

from msgspec import UnsetType

from app.client import Lists, Problem, Unreachable
from app.shapes import EntryShape, GroupShape, ProductShape

P = ParamSpec("P")
T = TypeVar("T")

TRY_OTHERWISE = ("never-listed", "unknown-group", "bad-code")
"""What a question is not, it may still be otherwise: no product, no group, but words."""
PRESCRIBED = {
    "top": "is covered by a prescription on a shorter code",
    "own": "needs a prescription on this very code",
    "no": "is no code to prescribe",
}


class LookUp:
    """One question; `ages` says since when answers are kept that nobody could confirm now."""

    def __init__(self, lists: Lists, question: str, day: dt.date | None) -> None:
        self.lists, self.question, self.day = lists, question, day
        self.ages: list[dt.datetime] = []

    def lines(self) -> list[str]:
        """
        What is known of the product of that number, else the group of that code, else what the words find.

        Raises:
            Problem: What it is asked for is not on the lists, and why.
            Unreachable: Nobody answers, and this was never asked before.
        """
        for kind in (self._product, self._group):
            try:
                return list(kind())
            except Unreachable:
                continue  # the words may have been asked before
            except Problem as problem:
                if problem.name not in TRY_OTHERWISE:
                    raise
        return list(self._hits())

    def _product(self) -> Iterator[str]:
        product = self._still(self.lists.product, self.question, valid_on=self.day)
        assert isinstance(product.valid_on, dt.date)  # an answer by itself always says its day
        yield f"{name_of(product)}: {product.status} on {product.valid_on}"
        for entry in product.entries:
            yield from paid(entry, product.valid_on)
            yield from rules(entry)
        yield self._release(product.release)

    def _group(self) -> Iterator[str]:
        group = self._still(self.lists.group, self.question, valid_on=self.day)
        yield f"{group.code} {group.text}, list {group.list}: {group.products} products on {group.valid_on}"
        yield f"  it {PRESCRIBED[group.prescribable]}"
        yield from rules(group)
        above = group
        while above.parent is not None:  # a group has its own rules only; those above it bind as well
            above = self._still(self.lists.group, above.parent, on_list=group.list, valid_on=self.day)
            yield from rules(above)
        yield self._release(group.release)

    def _hits(self) -> Iterator[str]:
        page = self._still(self.lists.search_page, self.question, limit=5, valid_on=self.day)
        yield f"{page.total} products found on {page.valid_on}"
        if page.did_you_mean is not None:
            yield f"  did you mean {page.did_you_mean!r}?"
        for hit in page.items:
            groups = ", ".join(f"{entry.group.code} on list {entry.list}" for entry in hit.product.entries)
            yield f"  {name_of(hit.product)}: {groups} ({hit.why})"
        yield self._release(page.release)

    def _release(self, release: int | UnsetType) -> str:
        assert isinstance(release, int)
        published = self._still(self.lists.manifest, release).published_at
        age = (dt.datetime.now(dt.UTC) - published).days
        return f"from release {release} of {published:%Y-%m-%d}, {age} days old"

    def _still(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer; while nobody gives one, the last there was."""
        try:
            return ask(*args, **kwargs)
        except Unreachable as away:
            if away.kept is None:
                raise
            self.ages.append(away.kept.held_at)
            return cast(T, away.kept.answer)


def name_of(product: ProductShape) -> str:
    """A product as a person tells it from others."""
    pack = f"pack of {product.pack}" if product.pack else None
    supplier = product.supplier.name if product.supplier is not None else None
    parts = (f"{product.varenr} {product.name}", product.size, pack, supplier)
    return ", ".join(part for part in parts if part)


def paid(entry: EntryShape, day: dt.date) -> Iterator[str]:
    """On which list a product stands, what is paid on a day, and until when."""
    yield f"list {entry.list} ({entry.legal_basis.text}), group {entry.group.code} {entry.group.text}"
    yield f"  according to edition {entry.edition}"
    for price in entry.prices:
        begun = price.valid_from is None or price.valid_from <= day
        if begun and (price.valid_to is None or day <= price.valid_to):
            yield f"  {price.kind.replace('_', ' ')}: {price.amount} {price.currency}"
    for last, what in ((entry.prescribe_until, "prescribed"), (entry.dispense_until, "handed out")):
        if last is not None:
            yield f"  may be {what} until {last}"


def rules(found: EntryShape | GroupShape) -> Iterator[str]:
    """Limits and requirements in words; the legal texts behind them are always shown."""
    for limit in found.limits:
        counted = f"counted over the {limit.scope.kind} {', '.join(limit.scope.codes)}".rstrip()
        yield f"  at most {limit.max} {limit.unit} per {limit.per.replace('_', ' ')}, {counted}"
    for required in found.requirements:
        value = f" {required.value}" if required.value is not None else ""
        codes = f" ({', '.join(required.values)})" if required.values else ""
        yield f"  requires {required.kind.replace('_', ' ')}{value}{codes}"
    for one in found.conditions:
        yield f"  condition {one.number} (binds {one.applies_to}): {one.text}"


def main() -> int:
    """Answer the question on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("question")
    parser.add_argument("--on", type=dt.date.fromisoformat, help="a day, YYYY-MM-DD; today by default")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "blaliste")
    asked = parser.parse_args()
    with Lists(asked.url, cache=asked.cache, tries=2) as lists:
        look_up = LookUp(lists, asked.question, asked.on)
        try:
            lines = look_up.lines()
        except Problem as problem:
            print(problem.answer.detail)
            return 1
        except Unreachable as away:
            print(f"NOBODY ANSWERS, and this was never asked before: {away}", file=sys.stderr)
            return 3
    if look_up.ages:
        print(
            f"NOBODY ANSWERS. This was so on {min(look_up.ages):%Y-%m-%d at %H:%M} UTC, and may be otherwise:"
        )
    print(*lines, sep="\n")
    return 1 if lines[0].startswith("0 products") else 0


if __name__ == "__main__":
    sys.exit(main())
