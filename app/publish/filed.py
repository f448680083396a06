"""Has the files of a release made in a process of its own, while the rest of it is built."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from app.files.contents import CONTENTS, FILES, Contents, Made, ReleasedFile
from app.files.shelf import Place, Shelf
from app.home import Home
from app.manifest import sha256_of, write_json
from app.processes import environment
from app.serving.lifeline import PARENT
from app.snapshot import LISTS, Snapshot, lists_db_of, row_counts
from ingest import store
from lists.errors import HomeBroken
from lists.timeline import EditionMark

LONGEST_SECONDS = 900
"""So long a publish waits for its files once all else is ready."""


class Filing:
    """The files of one release while they are being made; they are part of what is sealed."""

    def __init__(self, home: Home, release: int, work: Path) -> None:
        self._work = work
        # What it lays aside goes with the work directory, also where it is killed.
        self._aside = home.work / "files-aside"
        self._aside.mkdir(exist_ok=True)
        former = lists_db_of(home, release - 1)
        command = (sys.executable, "-P", "-m", "app.files", work / LISTS, work)
        self._process = subprocess.Popen(
            (*command, *((former,) if former is not None else ())),
            env={**environment(), PARENT: str(os.getpid()), "TMPDIR": str(self._aside)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def finish(self) -> None:
        """
        Wait until all are made, and write down what there is; the printed lists are there by now.

        Raises:
            HomeBroken: "files-not-made", with the last that was said. A release without its files is none.
        """
        try:
            made, said = self._process.communicate(timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired as error:
            self.stop()
            raise HomeBroken("files-not-made", found=f"{LONGEST_SECONDS} s") from error
        shutil.rmtree(self._aside, ignore_errors=True)
        if self._process.returncode:
            last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise HomeBroken("files-not-made", found=last or f"exit {self._process.returncode}")
        contents = _contents(self._work, msgspec.json.decode(made, type=Made))
        write_json(contents, self._work / FILES / CONTENTS)

    def stop(self) -> None:
        """Make no more: what it was for did not come about."""
        self._process.kill()
        self._process.communicate()
        shutil.rmtree(self._aside, ignore_errors=True)


def _contents(work: Path, made: Made) -> Contents:
    snapshot = Snapshot(store.connect(work / LISTS), work)
    try:
        assert snapshot.published_at is not None
        days = tuple(sorted({file.day for file in made.files if file.day is not None}))
        lists = tuple(sorted({file.list for file in made.files if file.list is not None}))
        every = [*made.files, *_printed(snapshot, made.files, work), _database(work)]
        every.sort(key=lambda file: file.path)
        return Contents(snapshot.release, snapshot.published_at, days, lists, tuple(every), made.absent)
    finally:
        snapshot.close()


def _printed(snapshot: Snapshot, files: tuple[ReleasedFile, ...], work: Path) -> list[ReleasedFile]:
    """The printed documents of the editions in force on the days, where they were set."""
    shelf = Shelf(work)
    shown = {(file.day, file.list) for file in files if file.day is not None and file.list is not None}
    for day, code in sorted(shown):
        mark: EditionMark | None = snapshot.timelines[code].in_force(day, snapshot.release)
        path = snapshot.printed(mark) if mark is not None else None
        if path is not None:
            shelf.link(Place("list.pdf", "pdf", "lists", day, code), path)
    return shelf.files


def _database(work: Path) -> ReleasedFile:
    path = work / LISTS
    rows = row_counts(path)["entry"]
    size, sha256 = path.stat().st_size, sha256_of(path)
    return ReleasedFile(LISTS, "sqlite", "history", None, None, size, sha256, rows)
