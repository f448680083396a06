"""How it is measured: processor time, a case between two runs of its control, the order turned each round."""

import time
from collections.abc import Callable, Mapping
from statistics import median

import msgspec

ROUNDS = 3
_ENOUGH = 0.05

Measure = Callable[[], float]


class Compared(msgspec.Struct, frozen=True):
    """Medians over the rounds; `ratio` is the median of the ratios, not the ratio of the medians."""

    measured: float
    control: float
    ratio: float


def compare(control: Measure, cases: Mapping[str, Measure], *, rounds: int = ROUNDS) -> dict[str, Compared]:
    """
    Measure cases against one control.

    Each case stands between two runs of the control, and its ratio is to their mean, so that a
    machine that grows slower in the middle of a run slows both.
    """
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    for number in range(rounds):
        before = control()
        for name in sorted(cases, reverse=number % 2 == 1):
            measured = cases[name]()
            after = control()
            found[name].append((measured, (before + after) / 2))
            before = after
    return {name: _medians(pairs) for name, pairs in found.items()}


def repeated(measure: Measure, *, rounds: int = ROUNDS) -> float:
    """The median of some runs, where there is nothing to compare with."""
    return median(measure() for _ in range(rounds))


def each(act: Callable[[], object]) -> Measure:
    """Processor seconds of one call of something short: called until the clock can tell."""

    def measure() -> float:
        calls = 1
        while True:
            begun = time.process_time()
            for _ in range(calls):
                act()
            taken = time.process_time() - begun
            if taken >= _ENOUGH:
                return taken / calls
            calls *= 4

    return measure


def _medians(pairs: list[tuple[float, float]]) -> Compared:
    return Compared(
        measured=median(measured for measured, _ in pairs),
        control=median(control for _, control in pairs),
        ratio=median(measured / control for measured, control in pairs),
    )
