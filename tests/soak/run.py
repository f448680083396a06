"""One run: the service, its clients, its publisher and its killer, and what came of it all."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec

from app.served import today
from tests.app.homes import an_empty_home
from tests.soak.asking import Asking, Counts
from tests.soak.processes import Sample, Slope, sampled, slopes
from tests.soak.service import Kill, Publisher, Served, kills, service

CLIENTS = 6
MOST_AN_HOUR = 60 << 20
"""Bytes by which a process may grow in an hour."""
LONG_ENOUGH = 120.0
"""Seconds that a process must be watched before its growth is judged."""
_FIRST_PUBLISHES = 2
_BETWEEN_PUBLISHES, _BETWEEN_SAMPLES = 3.0, 2.0
_KEPT_TO_COMPARE = 3


class Summary(msgspec.Struct, frozen=True):
    """What came of a run."""

    seconds: int
    seed: int
    counts: Counts
    publishes: int
    kills: Sequence[Kill]
    slopes: Sequence[Slope]

    @property
    def grown(self) -> list[Slope]:
        """What grew more than it may."""
        watched = [one for one in self.slopes if one.watched >= LONG_ENOUGH]
        return [one for one in watched if one.memory_an_hour > MOST_AN_HOUR]

    @property
    def good(self) -> bool:
        """No answer was wrong, and nothing grew more than it may."""
        return self.counts.wrong == 0 and not self.grown


def soak(home: Path, *, seconds: int, seed: int) -> Summary:
    """Ask, publish and kill for so long; the same seed draws the same editions and questions again."""
    made = an_empty_home(home)
    publisher = Publisher(made, random.Random(f"{seed} editions"), today())
    for _ in range(_FIRST_PUBLISHES):
        publisher.publish()
    counts, stop = Counts(), threading.Event()
    with service(made) as served, ThreadPoolExecutor(2) as beside, _ending(stop):
        killed = beside.submit(lambda: list(kills(served, stop)))
        samples = beside.submit(lambda: list(_samples(served, stop)))
        with _clients(served, publisher, counts, seed):
            _publish(publisher, counts, seconds)
            stop.set()
            done = killed.result()
    found = slopes(samples.result())
    return Summary(seconds, seed, counts, publisher.certain.release - _FIRST_PUBLISHES, done, found)


@contextmanager
def _ending(stop: threading.Event) -> Iterator[None]:
    """Whatever happens, nobody goes on."""
    try:
        yield
    finally:
        stop.set()


@contextmanager
def _clients(served: Served, publisher: Publisher, counts: Counts, seed: int) -> Iterator[None]:
    asking = [Asking(served, publisher, counts, seed=f"{seed} client {number}") for number in range(CLIENTS)]
    for client in asking:
        client.start()
    try:
        yield
    finally:
        for client in asking:
            client.stop()


def _publish(publisher: Publisher, counts: Counts, seconds: int) -> None:
    """One after the other, for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        publisher.publish()
        counts.forget(publisher.certain.release - _KEPT_TO_COMPARE)
        time.sleep(max(0.0, min(_BETWEEN_PUBLISHES, end - time.monotonic())))


def _samples(served: Served, stop: threading.Event) -> Iterator[Sample]:
    while not stop.wait(_BETWEEN_SAMPLES):
        yield from sampled(served.pid, time.monotonic())
