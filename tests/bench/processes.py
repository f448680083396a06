"""Runs one act in a process of its own, where its memory and its start are its own too."""

import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from tests.bench.sources import ROOT


class Ran(msgspec.Struct, frozen=True):
    """
    One process that has ended.

    Attributes:
        act: Processor seconds of the act itself, imports left out; 0 where it does not say.
        whole: Processor seconds from start to end, of everything below it too.
        peak: The most memory it held, in bytes; 0 where it does not say.
        wall: Seconds on the clock.
    """

    act: float
    whole: float
    peak: int
    wall: float


class Said(msgspec.Struct, frozen=True):
    """What a process of ours says of itself when its act is done."""

    act: float
    peak: int


def run(module: str, *arguments: object) -> Ran:
    """Run an act of `tests.bench.ours` or `tests.bench.bare`."""
    return _run(("-m", f"tests.bench.{module}", *map(str, arguments)), says=True)


def run_program(*arguments: object) -> Ran:
    """Run the program `blaliste`."""
    return _run(("-m", "app", *map(str, arguments)), says=False)


def say(begun: float) -> None:
    """Say what the act took since `begun` (processor seconds), and the most memory of this process."""
    taken = time.process_time() - begun
    sys.stdout.buffer.write(msgspec.json.encode(Said(taken, _peak())) + b"\n")


def _run(arguments: tuple[str, ...], *, says: bool) -> Ran:
    begun = time.monotonic()
    process = subprocess.Popen((sys.executable, *arguments), stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    with process.stdout:
        output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begun
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}: {output.decode()[-500:]}")
    said = msgspec.json.decode(output.splitlines()[-1], type=Said) if says else Said(0.0, 0)
    return Ran(said.act, usage.ru_utime + usage.ru_stime, said.peak, wall)


def _peak() -> int:
    """The kernel's own high-water mark; what `getrusage` says begins with the parent's memory."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0
