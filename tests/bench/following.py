"""What it costs a copy to catch up with one release of a full file."""

import datetime as dt
import gzip
import shutil
from pathlib import Path

from app.following.record import Following, keep_following
from app.home import Home
from app.signing.keys import read_keyring
from tests.bench.clock import Compared, compare
from tests.bench.processes import run, run_program
from tests.bench.rows import Row, Target, Unit, absent
from tests.bench.servers import our_api
from tests.bench.sources import BEFORE, FULL, empty_home, missing, published, shown

_MOST_SECONDS = 2
_NOTE = (
    "whole process, its start, its index and its ready answers too;"
    " control: all files of the release copied, packed and hashed"
)


def following(room: Path) -> list[Row]:
    """Copies that are one release behind, of two kinds, and one that begins with nothing."""
    gone = missing(FULL, *BEFORE)
    if gone is not None:
        return [absent("catching up", shown(gone))]
    source = published(empty_home(room / "source"), BEFORE[-1], complete=True)
    rows = []
    for what, file in (("a full edition", FULL), ("one that changes prices", _dearer(room))):
        behind = Home(shutil.copytree(source.path, room / what, symlinks=True))
        published(source, file, complete=True)
        found = _caught_up(source, behind, room)
        rows.append(Row(f"catching up with {what}", *_figures(found), Target(_MOST_SECONDS), _NOTE))
    empty = Home(room / "empty")
    return [*rows, Row("a first copy", *_figures(_caught_up(source, empty, room)), note=_NOTE)]


def _dearer(room: Path) -> Path:
    """The full file a quarter later, with another price for some of its products."""
    text = gzip.decompress(FULL.read_bytes())
    path = room / "dearer.xml"
    later = text.replace(b"<GyldigFradatoHelfo>2026-01-01", b"<GyldigFradatoHelfo>2026-04-01")
    path.write_bytes(later.replace(b'<Pris V="975.65"', b'<Pris V="979.65"'))
    return path


def _caught_up(source: Home, behind: Home, room: Path) -> Compared:
    release = source.current_release()
    copy = Home(room / "copy")

    def follow() -> float:
        shutil.rmtree(copy.path, ignore_errors=True)
        if behind.exists():
            shutil.copytree(behind.path, copy.path, symlinks=True)
            keep_following(copy, told)
        ran = run_program("--home", copy.path, "follow", server.address, "--once")
        assert copy.current_release() == release
        return ran.whole

    def handle() -> float:
        shutil.rmtree(room / "handled", ignore_errors=True)
        return run("files", "copy", source.path, release, room / "handled").whole

    with our_api(source) as server:
        told = Following(server.address, read_keyring(source).keys[0].key, dt.datetime.now(dt.UTC))
        return compare(handle, {"one": follow})["one"]


def _figures(found: Compared) -> tuple[float, Unit, float, float]:
    return found.measured, "s", found.control, found.ratio
