"""The processes of a running service: which is which, what each holds, and how that grows."""

import resource
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

SUPERVISOR, ABOVE, WORKER = "supervisor", "above the workers", "worker"
KEEPER, DATASETTE = "keeper", "Datasette"
KINDS = (SUPERVISOR, ABOVE, WORKER, KEEPER, DATASETTE)
WARM = 60.0
"""Seconds of each life, or half of a shorter one, that are left out of a slope: what is asked for the first
time is kept, and garbage lies about until it is looked for."""
_PAGE = resource.getpagesize()
_MODULES = {"app.serving.api": ABOVE, "app.keeper": KEEPER, "app.browse": DATASETTE}


class Sample(msgspec.Struct, frozen=True):
    """What a process held at an instant (seconds); resident memory in bytes."""

    kind: str
    pid: int
    at: float
    memory: int
    handles: int


class Slope(msgspec.Struct, frozen=True):
    """How a kind of process grew."""

    kind: str
    lives: int
    watched: float
    memory: int
    memory_an_hour: float
    handles: int
    handles_an_hour: float


def processes(supervisor: int) -> dict[int, str]:
    """Every process of a service, by its kind."""
    parents = dict(_parents())
    found = {supervisor: SUPERVISOR}
    for pid, parent in parents.items():
        kind = next((kind for module, kind in _MODULES.items() if module in _command(pid)), None)
        if parent == supervisor and kind is not None:
            found[pid] = kind
    above = {pid for pid, kind in found.items() if kind == ABOVE}
    return found | {pid: WORKER for pid, parent in parents.items() if parent in above}


def sampled(supervisor: int, at: float) -> Iterator[Sample]:
    """What each of them holds now; who ends meanwhile is left out."""
    for pid, kind in processes(supervisor).items():
        with suppress(OSError):
            pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
            handles = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
            yield Sample(kind, pid, at, pages * _PAGE, handles)


def slopes(samples: Sequence[Sample]) -> list[Slope]:
    """Least squares within each life, all lives of a kind together."""
    return [
        _slope(kind, [one for one in samples if one.kind == kind])
        for kind in KINDS
        if any(one.kind == kind for one in samples)
    ]


def _slope(kind: str, samples: Sequence[Sample]) -> Slope:
    lives = {pid: [one for one in samples if one.pid == pid] for pid in {one.pid for one in samples}}
    warm = [_warm(life) for life in lives.values()]
    memory = _growth([[(one.at, one.memory) for one in life] for life in warm])
    handles = _growth([[(one.at, one.handles) for one in life] for life in warm])
    longest = max((life[-1].at - life[0].at for life in warm if life), default=0.0)
    last = samples[-1]
    return Slope(kind, len(lives), longest, last.memory, memory, last.handles, handles)


def _warm(life: Sequence[Sample]) -> list[Sample]:
    begun, lived = life[0].at, life[-1].at - life[0].at
    return [one for one in life if one.at >= begun + min(WARM, lived / 2)]


def _growth(lives: Sequence[Sequence[tuple[float, int]]]) -> float:
    """
    What is gained in an hour, each life measured from its own middle.

    >>> _growth([[(0.0, 5), (1.0, 6), (2.0, 7)], [(50.0, 90), (52.0, 92)]])
    3600.0
    """
    above = below = 0.0
    for life in lives:
        if len(life) < 2:
            continue
        middle = sum(at for at, _ in life) / len(life)
        mean = sum(value for _, value in life) / len(life)
        above += sum((at - middle) * (value - mean) for at, value in life)
        below += sum((at - middle) ** 2 for at, _ in life)
    return above / below * 3600 if below else 0.0


def _parents() -> Iterator[tuple[int, int]]:
    for known in Path("/proc").iterdir():
        if known.name.isdecimal():
            with suppress(OSError, ValueError, IndexError):
                fields = (known / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                if fields[0] != "Z":
                    yield int(known.name), int(fields[1])


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
    except OSError:
        return ""
