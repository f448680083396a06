"""What it costs a copy to catch up with one release of a full file."""

import datetime as dt
import shutil
from pathlib import Path

from app.following.record import Following, keep_following
from app.home import Home
from app.signing.keys import read_keyring
from tests.bench.clock import Compared, compare
from tests.bench.processes import Ran, run, run_program
from tests.bench.rows import Row, Target, absent
from tests.bench.servers import our_api
from tests.bench.sources import BEFORE, FULL, empty_home, missing, published, shown

_MOST_SECONDS = 2
_NOTE = (
    "whole process, its start, its index and its ready answers too;"
    " control: all files of the release copied, packed and hashed"
)


def following(room: Path) -> list[Row]:
    """A copy that is one release behind, and one that begins with nothing."""
    gone = missing(FULL, *BEFORE)
    if gone is not None:
        return [absent("catching up", shown(gone))]
    source = published(empty_home(room / "source"), BEFORE[-1], complete=True)
    behind = Home(shutil.copytree(source.path, room / "behind", symlinks=True))
    published(source, FULL, complete=True)
    release = source.current_release()
    ran = list[Ran]()
    with our_api(source) as server:
        key = read_keyring(source).keys[0].key
        keep_following(behind, Following(server.address, key, dt.datetime.now(dt.UTC)))
        copy = Home(room / "copy")

        def catch_up() -> float:
            shutil.rmtree(copy.path, ignore_errors=True)
            shutil.copytree(behind.path, copy.path, symlinks=True)
            return follow()

        def begin() -> float:
            shutil.rmtree(copy.path, ignore_errors=True)
            return follow()

        def follow() -> float:
            ran.append(run_program("--home", copy.path, "follow", server.address, "--once"))
            assert copy.current_release() == release
            return ran[-1].whole

        def handle() -> float:
            shutil.rmtree(room / "handled", ignore_errors=True)
            return run("files", "copy", source.path, release, room / "handled").whole

        found = compare(handle, {"behind": catch_up, "empty": begin})
    return [
        _row("catching up with one release of m30-full", found["behind"], Target(_MOST_SECONDS)),
        _row("a first copy of it", found["empty"]),
    ]


def _row(what: str, found: Compared, target: Target | None = None) -> Row:
    return Row(what, found.measured, "s", found.control, found.ratio, target, _NOTE)
