"""What a bench found: a figure, what it was compared with, what is to be reached, and whether it was."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from tests.bench.clock import Compared

Unit = Literal["s", "ms", "µs", "MB", ""]
_SCALE = {"s": 1.0, "ms": 1e3, "µs": 1e6, "MB": 1e-6, "": 1.0}


class Target(msgspec.Struct, frozen=True):
    """What is to be reached: `most` of the figure itself or of its ratio to the control."""

    most: float
    of: Literal["figure", "ratio"] = "figure"


class Row(msgspec.Struct, frozen=True):
    """
    One figure.

    Attributes:
        measured: Seconds, bytes or a plain number; None where it could not be measured, `note` says why then.
        unit: What it is shown in.
        ratio: Of measured to control; the median of the rounds' ratios where there were rounds.
        note: What the control is, and what a reader must know.
    """

    what: str
    measured: float | None
    unit: Unit = "s"
    control: float | None = None
    ratio: float | None = None
    target: Target | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None where there is none, or nothing was measured."""
        found = self.measured if self.target is None or self.target.of == "figure" else self.ratio
        if self.target is None or found is None:
            return None
        scale = _SCALE[self.unit] if self.target.of == "figure" else 1.0
        return found * scale <= self.target.most

    def cells(self) -> tuple[str, ...]:
        """The row as the table shows it."""
        reached = {True: "yes", False: "NO", None: "–"}[self.reached]
        ratio = _number(self.ratio) if self.ratio is not None else "–"
        return (
            self.what,
            self._shown(self.measured),
            self._shown(self.control),
            ratio,
            self._aim(),
            reached,
            self.note,
        )

    def _shown(self, value: float | None) -> str:
        return "–" if value is None else f"{_number(value * _SCALE[self.unit])} {self.unit}".rstrip()

    def _aim(self) -> str:
        if self.target is None:
            return "–"
        return (
            f"≤ {self.target.most:g} ×"
            if self.target.of == "ratio"
            else f"≤ {self.target.most:g} {self.unit}"
        )


HEAD = ("what", "measured", "control", "ratio", "target", "reached", "note")


class Table(msgspec.Struct, frozen=True):
    """Figures of another form than a row's; the first column is text, the others are numbers."""

    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def compared_row(
    what: str, compared: Compared, *, unit: Unit = "s", most: float | None = None, note: str = ""
) -> Row:
    """A row of rounds; `most` is the target for the ratio."""
    target = Target(most, "ratio") if most is not None else None
    return Row(what, compared.measured, unit, compared.control, compared.ratio, target, note)


def absent(what: str, path: object) -> Row:
    """The row of a bench whose source is not on this machine."""
    return Row(what, None, note=f"not measured: {path} is not here")


def markdown(found: Table | Iterable[Row]) -> str:
    """The figures as a table."""
    if isinstance(found, Table):
        return _lined(found.head, ("---", *("---:" for _ in found.head[1:])), found.lines)
    rule = ("---", "---:", "---:", "---:", "---:", ":---:", "---")
    return _lined(HEAD, rule, (row.cells() for row in found))


def _lined(head: tuple[str, ...], rule: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    every = (head, rule, *lines)
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in every)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
