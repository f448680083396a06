"""A home: one directory that holds everything published from it, in paths that never leave it."""

import datetime as dt
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lists.days import instant_text
from lists.errors import HomeBroken, HomeBusy, Refused

SNAPSHOTS_KEPT = 3
DEMONSTRATION = "demonstration"


class Home:
    """The paths of a home; see design: truth is in `sources` and `workshop.db`, the rest is derived."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.workshop = path / "workshop.db"
        self.sources = path / "sources"
        self.releases = path / "releases"
        self.snapshots = path / "snapshots"
        self.work = path / "work"
        self.current = path / "current"
        self.lock = path / "lock"

    def exists(self) -> bool:
        """Whether `init` has been here."""
        return self.workshop.is_file()

    def require(self) -> None:
        """
        Raises:
            Refused: "home-missing": nobody has made a home here.
        """
        if not self.exists():
            raise Refused("home-missing", where=self.path)

    def is_demonstration(self) -> bool:
        """Whether the lists in it are made up; every page that shows them says so."""
        return (self.path / DEMONSTRATION).is_file()

    def current_release(self) -> int:
        """
        The release that is in force, 0 where none is.

        Raises:
            HomeBroken: "current-broken": `current` leads nowhere or to something that is no snapshot.
        """
        try:
            target = os.readlink(self.current)
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise HomeBroken("current-broken", where=self.current.name, found="no link") from error
        name = Path(target).name
        if not name.isdecimal() or not (self.snapshots / name / "manifest.json").is_file():
            raise HomeBroken("current-broken", where=self.current.name, found=target)
        return int(name)

    def snapshot(self, release: int) -> Path:
        """Where the snapshot of a release lies, or would lie."""
        return self.snapshots / f"{release:06d}"

    def release(self, release: int) -> Path:
        """Where what stays of a release for ever lies."""
        return self.releases / f"{release:06d}"

    def source(self, sha256: str) -> Path:
        """Where a kept source file lies, under the hash of its bytes."""
        return self.sources / sha256

    @contextmanager
    def publishing(self, act: str) -> Iterator[None]:
        """
        Hold the home's one lock.

        Args:
            act: What the holder is doing, for whoever is turned away.

        Raises:
            HomeBusy: "publish-running", with who holds it and since when.
        """
        with self.lock.open("a+", encoding="utf-8") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                handle.seek(0)
                raise HomeBusy("publish-running", holder=handle.read().strip() or "?") from error
            handle.truncate(0)
            handle.write(f"{act}, process {os.getpid()}, since {instant_text(dt.datetime.now(dt.UTC))}")
            handle.flush()
            yield


def switch(home: Home, release: int) -> None:
    """Make a sealed snapshot the current one. This rename is the publish (law 2)."""
    link = home.path / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(home.snapshot(release).relative_to(home.path))
    link.replace(home.current)
    sync_directory(home.path)


def sync_tree(directory: Path) -> None:
    """Have everything below a directory on the disk before anybody relies on it."""
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
    for path in (*directory.rglob("*"), directory):
        if path.is_dir():
            sync_directory(path)


def sync_directory(directory: Path) -> None:
    """Have the names in a directory on the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
