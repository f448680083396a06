"""Has the lists of a release set as documents, in a process of its own while the rest is built.

Setting a large list takes half a gigabyte for a few seconds: that goes with its process.
"""

import datetime as dt
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Container, Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

import structlog

import app
from app.files.contents import contents_of, place_of
from app.home import DEMONSTRATION, Home
from app.printing import MOST_PRODUCTS
from app.processes import environment
from app.publish.local import as_built
from app.read.lists import edition_shapes
from app.serving.lifeline import PARENT
from app.snapshot import LISTS, PRINTED, Snapshot, printed_name
from lists.timeline import EditionMark

LONGEST_SECONDS = 120
"""So long a publish waits for its documents once all else is ready."""

MADE_BY = "made-by.txt"
"""Names the program that set the documents beside it: another one may set them otherwise."""


class Printing:
    """
    The documents of one snapshot while they are being set.

    Those that were sealed with it, or set of the same editions for the snapshot before, are taken over.
    """

    def __init__(self, home: Home, snapshot: Snapshot, first_day: dt.date, directory: Path) -> None:
        self._directory = directory / PRINTED
        self._directory.mkdir()
        marks = {printed_name(mark): mark for mark in printed_marks(snapshot, first_day)}
        self._names = {*marks, MADE_BY}
        made_by = _program(made_up=home.is_demonstration())
        (self._directory / MADE_BY).write_text(made_by, encoding="utf-8")
        taken = _take_sealed(directory, snapshot, marks)
        former = home.snapshot_before(snapshot.release)
        taken |= _take_over(former, marks.keys() - taken, made_by, self._directory)
        left = [mark.id for name, mark in marks.items() if name not in taken]
        self._process = self._set(directory / LISTS, left, home) if left else None

    def finish(self) -> None:
        """
        Wait until all are set.

        A document that cannot be set, for want of memory perhaps, holds up no list: then there is none
        of this release, which the log says and the pages show by having no link.
        """
        said = b""
        if self._process is not None:
            try:
                _, said = self._process.communicate(timeout=LONGEST_SECONDS)
            except subprocess.TimeoutExpired:
                self.stop()
        made = {path.name for path in self._directory.iterdir()}
        if made != self._names or (self._process is not None and self._process.returncode):
            shutil.rmtree(self._directory)
            last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
            _LOG.error("documents-not-set", said=last)

    def stop(self) -> None:
        """Set no more: what it was for did not come about."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def _set(self, lists_db: Path, editions: list[str], home: Home) -> "subprocess.Popen[bytes]":
        command = (sys.executable, "-P", "-m", "app.printing", lists_db, self._directory)
        made_up = (f"--{DEMONSTRATION}",) if home.is_demonstration() else ()
        return subprocess.Popen(
            (*command, *made_up, *editions),
            env={**environment(), PARENT: str(os.getpid()), **_ONE_THREAD},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )


def printed_marks(snapshot: Snapshot, first_day: dt.date) -> tuple[EditionMark, ...]:
    """
    The editions in force on a day or later that are printed, by list and first day.

    A closed list has nothing to print, and one of more than MOST_PRODUCTS is no document.
    """
    found: list[EditionMark] = []
    for code, line in sorted(snapshot.timelines.items()):
        now = line.in_force(first_day, snapshot.release)
        counts = {one.edition: one.entries for one in edition_shapes(snapshot, code, snapshot.release)}
        marks = (*((now,) if now is not None else ()), *line.coming(first_day, snapshot.release))
        found += [mark for mark in marks if not mark.closed and counts[mark.id] <= MOST_PRODUCTS]
    return tuple(found)


def _take_sealed(directory: Path, snapshot: Snapshot, names: Container[str]) -> set[str]:
    """Link what came with a release that was made elsewhere: its files are there before this is built."""
    contents, taken = contents_of(directory), set[str]()
    for file in contents.files if contents is not None else ():
        if file.format != "pdf" or file.list is None or file.day is None:
            continue
        mark = snapshot.timelines[file.list].in_force(file.day, snapshot.release)
        name = printed_name(mark) if mark is not None else ""
        if name in names and name not in taken:
            os.link(directory / place_of(file.path), directory / PRINTED / name)
            taken.add(name)
    return taken


def _take_over(former: Path, names: Iterable[str], made_by: str, directory: Path) -> set[str]:
    """Link what the same program set of the same editions, where it is as it was built."""
    known = as_built(former, PRINTED)
    if MADE_BY not in known or known[MADE_BY].read_text(encoding="utf-8") != made_by:
        return set()
    taken = known.keys() & set(names)
    for name in taken:
        os.link(known[name], directory / name)
    return taken


def _program(*, made_up: bool) -> str:
    """What sets the documents, told by all its bytes, and whether they say that the lists are made up."""
    return f"{_bytes_of_program()} {'made up' if made_up else 'real'}\n"


@cache
def _bytes_of_program() -> str:
    digest = hashlib.sha256(f"{version('typst')} {version('babel')}".encode())
    top = Path(app.__file__).parent.parent
    for room in ("app", "ingest", "lists"):
        for path in sorted((top / room).rglob("*")):
            if path.suffix in (".py", ".toml", ".txt"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


_ONE_THREAD = {"RAYON_NUM_THREADS": "1"}
"""Typst takes all processors it finds; readers need them more."""

_LOG = structlog.get_logger("blaliste.publish")
