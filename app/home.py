"""A home: one directory that holds everything published from it, in paths that never leave it."""

import datetime as dt
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from lists.days import instant_text
from lists.errors import HomeBroken, HomeBusy, Refused

DEFAULT_HOME = "data"
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
        self.drafts = path / "drafts"
        self.current = path / "current"
        self.lock = path / "lock"
        self.unanswered = path / "unanswered.db"
        self.keys = path / "keys"
        self.freshness = path / "freshness.json"
        self.following = path / "following.json"
        self.operator = path / "operator.json"
        self.dictionaries = path / "dictionaries"

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

    def follows(self) -> bool:
        """Whether it is kept current from another home, and publishes nothing itself."""
        return self.following.is_file()

    def require_own(self) -> None:
        """
        Raises:
            Refused: "home-follows": what is published here comes from another home.
        """
        if self.follows():
            raise Refused("home-follows", where=self.path)

    def is_demonstration(self) -> bool:
        """Whether the lists in it are made up; every page that shows them says so."""
        return (self.path / DEMONSTRATION).is_file()

    def make_demonstration(self) -> None:
        """Have every page say that the lists are made up."""
        (self.path / DEMONSTRATION).write_text("The lists in this home are made up.\n", encoding="utf-8")

    def current_release(self) -> int:
        """
        The release that is in force, 0 where none is.

        Raises:
            HomeBroken: "current-broken": `current` leads nowhere or to something that is no snapshot.
        """
        try:
            target = self.current.readlink()
        except FileNotFoundError:
            if self.last_kept():
                raise HomeBroken("current-broken", where=self.current.name, found="") from None
            return 0
        except OSError as error:
            raise HomeBroken("current-broken", where=self.current.name, found="no link") from error
        snapshot = self.snapshots / target.name
        if not target.name.isdecimal() or not (snapshot / "manifest.json").is_file():
            raise HomeBroken("current-broken", where=self.current.name, found=target)
        return int(target.name)

    def named_release(self) -> int:
        """The release that was put in force last, also where its snapshot is broken; 0 where none was."""
        try:
            named = self.current.readlink().name
        except OSError:
            named = ""
        return max(int(named) if named.isdecimal() else 0, self.last_kept())

    def last_kept(self) -> int:
        """The last release whose manifest is kept, 0 where none is."""
        return max((int(name) for name in _names(self.releases) if name.isdecimal()), default=0)

    def snapshot(self, release: int) -> Path:
        """Where the snapshot of a release lies, or would lie."""
        return self.snapshots / f"{release:06d}"

    def snapshot_before(self, release: int) -> Path:
        """Where the newest snapshot before a release lies; nothing does where none is kept."""
        kept = (int(name) for name in _names(self.snapshots) if name.isdecimal())
        return self.snapshot(max((number for number in kept if number < release), default=0))

    def release(self, release: int) -> Path:
        """Where what stays of a release for ever lies."""
        return self.releases / f"{release:06d}"

    def sealed(self, release: int) -> Path:
        """Where what a manifest covers lies: the last release is kept right after it was put in force."""
        kept = self.release(release)
        return kept if (kept / "manifest.json").is_file() else self.snapshot(release)

    def draft(self, draft: int) -> Path:
        """Where what was seen when a draft was judged lies; derived, and made again where it is not there."""
        return self.drafts / f"{draft:06d}"

    def source(self, sha256: str) -> Path:
        """Where a kept source file lies, under the hash of its bytes."""
        return self.sources / sha256

    def is_at_work(self) -> bool:
        """Whether somebody holds the lock at this moment."""
        try:
            with self.lock.open("rb") as handle:
                # Even a shared lock turns a publisher away: it is tried only where a name stands.
                if not handle.read():
                    return False
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def require_nobody_at_work(self) -> None:
        """
        Raises:
            HomeBusy: "publish-running", with who holds the lock.
        """
        if self.is_at_work():
            raise HomeBusy("publish-running", holder=self.lock.read_text(encoding="utf-8") or "?")

    @contextmanager
    def publishing(self, act: str) -> Iterator[None]:
        """
        Hold the home's one lock.

        Args:
            act: What the holder is doing, for whoever is turned away.

        Raises:
            Refused: "home-missing".
            HomeBusy: "publish-running", with who holds it and since when.
        """
        self.require()
        with self.lock.open("a+", encoding="utf-8") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise HomeBusy("publish-running", holder=_holder(handle)) from error
            handle.truncate(0)
            handle.write(f"{act}, process {os.getpid()}, since {instant_text(dt.datetime.now(dt.UTC))}")
            handle.flush()
            yield
            handle.truncate(0)


def switch(home: Home, release: int) -> None:
    """Make a sealed snapshot the current one. This rename is the publish (law 2); the lock is held."""
    link = home.path / ".current"
    link.unlink(missing_ok=True)
    link.symlink_to(home.snapshot(release).relative_to(home.path))
    link.replace(home.current)
    sync_directory(home.path)


def _holder(handle: TextIO) -> str:
    """What the holder of a lock wrote; it may be just about to."""
    for _ in range(20):
        handle.seek(0)
        if written := handle.read().strip():
            return written
        time.sleep(0.01)
    return "?"


def _names(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()] if directory.is_dir() else []


@contextmanager
def alone_in(directory: Path) -> Iterator[None]:
    """Wait until nobody else is between two steps in this directory; for moments only."""
    directory.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_whole(content: bytes, path: Path) -> None:
    """Write a small file so that it is there whole or not at all, whatever happens."""
    aside = path.with_name(f".{path.name}.part")
    with aside.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    aside.replace(path)
    sync_directory(path.parent)


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
