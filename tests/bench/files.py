"""The files of a full release: what they cost to make, and how fast they are taken home."""

import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path
from typing import TypeAlias

from app.files.contents import Contents, contents_of, place_of
from app.files.make import make_files
from app.files.shelf import pack
from app.home import Home
from app.manifest import sha256_of
from app.snapshot import LISTS, Snapshot
from ingest import store
from tests.bench import peers
from tests.bench.clock import compare
from tests.bench.processes import Ran, run, say
from tests.bench.rows import Row, Target, absent, compared_row
from tests.bench.servers import Server, load, missing_tools, python, serving
from tests.bench.sources import BEFORE, FULL, empty_home, missing, published, shown

SECONDS, _ROUNDS = 2, 7
_SLOWEST = 1.43
"""At least 0.7 of what nginx sends is at most so much of its time."""
_BY_NGINX = "on the clock; control: nginx with sendfile, the same file; 1.43 of its time is 0.7 of its rate"
_BOUND = "; bounded by the next line: a server that copies what nginx has the kernel send"
_LARGE, _FEW = 1_000_000, 5_000
"""Bytes: what is larger the kernel's copying bounds, whoever sends it; and the size of a small file."""
_BARE = "granian with the least there is, the same bytes out of memory; same control"

_Asked: TypeAlias = tuple[Server, str]
"""A server, and the address it is asked for."""


def files(room: Path) -> list[Row]:
    """Making all files of a full release, and sending some of them beside nginx."""
    gone = missing(FULL, *BEFORE)
    if gone is not None:
        return [absent("files of m30-full", shown(gone))]
    home = published(empty_home(room / "home"), BEFORE[-1], FULL, complete=True)
    return [*_made(home, room), *_sent(home, room)]


def _made(home: Home, room: Path) -> list[Row]:
    release, ran = home.current_release(), list[Ran]()
    contents = contents_of(home.release(release))
    assert contents is not None

    def act(name: str) -> Ran:
        target = room / "made"
        found = run("files", name, home.path, release, target)
        shutil.rmtree(target)
        return found

    def make() -> float:
        ran.append(act("make"))
        return ran[-1].whole

    found = compare(lambda: act("copy").whole, {"make": make})["make"]
    size = sum(file.bytes + (file.gzip.bytes if file.gzip else 0) for file in contents.files)
    told = f"{len(contents.files)} files and their twins, {size / 1e6:.0f} MB, of {len(contents.days)} day(s)"
    return [
        compared_row(
            "all files of m30-full",
            found,
            most=20,
            note=f"{told}; whole process; control: the same bytes copied, packed and hashed",
        ),
        Row("all files of m30-full: peak memory", max(one.peak for one in ran), "MB", target=Target(400)),
    ]


def _sent(home: Home, room: Path) -> list[Row]:
    tools = missing_tools()
    if tools:
        return [absent("downloads", tools)]
    release = home.current_release()
    contents = contents_of(home.release(release))
    assert contents is not None
    base = home.release(release)
    book = f"{contents.days[0].isoformat()}/all/lists.xlsx"
    with ExitStack() as running:
        ours = running.enter_context(_ours(home))
        nginx = running.enter_context(_nginx(base, room))
        rows = []
        for path in (LISTS, book, _a_small_one(contents)):
            place = place_of(path)
            size = (base / place).stat().st_size
            body = {peers.BODY: str(base / place)}
            with serving(peers.on_granian("same_bytes"), path="/", settings=body) as granian:
                mine = (ours, f"/v1/releases/{release}/files/{path}")
                rows += _beside(mine, (granian, "/"), (nginx, f"/{place}"), size)
        return rows


def _a_small_one(contents: Contents) -> str:
    """The file whose size is nearest to 5 kB."""
    return min(contents.files, key=lambda file: abs(file.bytes - _FEW)).path


def _beside(ours: _Asked, granian: _Asked, control: _Asked, size: int) -> list[Row]:
    """Seconds on the clock for one download, whoever sends it on one core to 16 connections; by turns."""

    def by(server: Server, address: str) -> float:
        return 1 / load(server, address, seconds=SECONDS).rate

    cases = {"ours": lambda: by(*ours), "granian": lambda: by(*granian)}
    found = compare(lambda: by(*control), cases, rounds=_ROUNDS)
    what = f"download of a file of {size / 1e3:,.0f} kB"
    told = (
        ("ours", Target(_SLOWEST, "ratio"), _BY_NGINX if size > _LARGE else _BY_NGINX + _BOUND),
        ("granian", None, _BARE),
    )
    return [
        Row(what, found[name].measured, "ms", found[name].control, found[name].ratio, target, note)
        for name, target, note in told
    ]


def _ours(home: Home) -> AbstractContextManager[Server]:
    program = ("-m", "app.serving.api", "app.main:application", "127.0.0.1")
    settings = {"BLALISTE_HOME": str(home.path), "BLALISTE_ACCESS_LOG": "0"}
    return serving(lambda port: python(*program, str(port), "1"), path="/health/ready", settings=settings)


def _nginx(www: Path, room: Path) -> AbstractContextManager[Server]:
    def command(port: int) -> Sequence[str]:
        (room / "nginx.conf").write_text(_NGINX.format(room=room, port=port, www=www), encoding="utf-8")
        return ("nginx", "-c", str(room / "nginx.conf"), "-e", str(room / "nginx.log"))

    return serving(command, path="/manifest.json")


_NGINX = """\
daemon off; worker_processes 1; pid {room}/nginx.pid; error_log {room}/nginx.log;
events {{ worker_connections 256; }}
http {{
    access_log off; keepalive_requests 100000000; open_file_cache max=10; sendfile on; tcp_nopush on;
    client_body_temp_path {room}; proxy_temp_path {room}; fastcgi_temp_path {room};
    uwsgi_temp_path {room}; scgi_temp_path {room};
    server {{ listen 127.0.0.1:{port}; root {www}; }}
}}
"""


def make(home: Home, release: int, target: Path) -> None:
    """Make the files of a release anew."""
    former, now = (home.release(number) / LISTS for number in (release - 1, release))
    with closing(Snapshot(store.connect(now), None)) as snapshot:
        make_files(snapshot, (former, now), target)


def copy(home: Home, release: int, target: Path) -> None:
    """Write the same bytes, pack those that have twins, hash them all."""
    contents = contents_of(home.release(release))
    assert contents is not None
    for file in contents.files:
        source, place = home.release(release) / "files" / file.path, target / file.path
        if source.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)
            sha256_of(place)
            if file.gzip is not None:
                pack(place, place.with_name(f"{place.name}.gz"))
                sha256_of(place.with_name(f"{place.name}.gz"))


if __name__ == "__main__":
    _begun = time.process_time()
    {"make": make, "copy": copy}[sys.argv[1]](Home(Path(sys.argv[2])), int(sys.argv[3]), Path(sys.argv[4]))
    say(_begun)
