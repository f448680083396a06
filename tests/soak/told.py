"""What a run says in the end: two tables, and a sentence for whatever is not as it should be."""

from collections.abc import Iterator

from tests.bench.rows import Table, markdown
from tests.soak.processes import KEEPER, WORKER, Slope
from tests.soak.run import LONG_ENOUGH, MOST_AN_HOUR, Summary
from tests.soak.service import Kill

_MB = 1 << 20


def told(summary: Summary) -> str:
    """The summary as a person reads it."""
    counted = Table(("what", "count"), tuple(_counted(summary)))
    grown = Table(
        ("process", "lives", "MB", "MB an hour", "handles", "handles an hour", "watched"),
        tuple(map(_slope, summary.slopes)),
    )
    parts = (markdown(counted), markdown(grown), *_wrong(summary))
    return "\n" + "\n\n".join(parts) + "\n"


def _counted(summary: Summary) -> Iterator[tuple[str, str]]:
    counts = summary.counts
    yield "answers checked", f"{counts.checked.total():,}"
    for kind, count in sorted(counts.checked.items()):
        yield f"– {kind}", f"{count:,}"
    yield "wrong", f"{counts.wrong:,}"
    yield "still of the former release after one second", f"{counts.late:,}"
    yield "told to come back (503)", f"{counts.busy:,}"
    yield "connections refused or broken", f"{counts.broken:,}"
    yield "publishes", f"{summary.publishes:,}"
    for kind in (WORKER, KEEPER):
        yield from _killed(kind, [kill for kill in summary.kills if kill.kind == kind])


def _killed(kind: str, kills: list[Kill]) -> Iterator[tuple[str, str]]:
    yield f"kills of a {kind}", f"{len(kills):,}"
    if kills:
        yield "– new connections failed, at the longest", f"{max(kill.unanswered for kill in kills):.2f} s"
        yield "– another was in its place, at the latest", f"{max(kill.replaced for kill in kills):.2f} s"


def _slope(one: Slope) -> tuple[str, ...]:
    return (
        one.kind,
        f"{one.lives}",
        f"{one.memory / _MB:.0f}",
        f"{one.memory_an_hour / _MB:+.1f}",
        f"{one.handles}",
        f"{one.handles_an_hour:+.0f}",
        f"{one.watched:.0f} s",
    )


def _wrong(summary: Summary) -> Iterator[str]:
    if summary.counts.examples:
        yield "Wrong, the first of them:\n" + "\n".join(summary.counts.examples)
    for one in summary.grown:
        yield (
            f"Grown: the {one.kind} by {one.memory_an_hour / _MB:.0f} MB an hour,"
            f" more than {MOST_AN_HOUR / _MB:.0f}."
        )
    if all(one.watched < LONG_ENOUGH for one in summary.slopes):
        yield f"Growth is judged where a process was watched for {LONG_ENOUGH:.0f} s: run it longer for that."
    if summary.good:
        yield "No answer was wrong."
