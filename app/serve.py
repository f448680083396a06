"""The supervisor: it starts the parts of the service, keeps them alive, and ends them all together."""

import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import click

from app.access import ACCESS_LOG
from app.home import Home
from app.serving.children import Child, Part
from app.serving.ports import address, reachable, require_free
from app.snapshot import open_snapshot
from app.words import DEFAULT
from app.words import say as say_sentence
from lists.errors import Refused

APPLICATION = "app.main:application"
SECONDS_TO_END = 4.5
"""How long the parts may take to end before they are killed."""
SECONDS_TO_BE_READY = 120.0
_SECONDS_BETWEEN_LOOKS = 0.1
_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Say(Protocol):
    """Tells the person at the terminal something, by the key of a sentence and the facts it names."""

    def __call__(self, key: str, **facts: object) -> None: ...


def say_in_english(key: str, **facts: Any) -> None:
    """The plain way to say it, for whoever brings no other."""
    click.echo(say_sentence("page", key, DEFAULT, **facts))


def serve(
    home: Path,
    *,
    host: str,
    port: int,
    data_port: int,
    workers: int,
    access_log: bool = False,
    say: Say = say_in_english,
) -> int:
    """
    Serve a home until told to stop.

    Args:
        port: Of the API and the pages.
        data_port: Of Datasette.
        workers: Processes that answer the API.
        access_log: Note each request on standard error.

    Returns:
        The exit code, 0: it was told to stop by SIGTERM, SIGINT or SIGHUP, and everything has ended.

    Raises:
        HomeBroken: "index-unreadable": nothing could be searched for.
        Refused: "home-missing", "port-in-use" or "address-unusable" before anything was started;
            "part-keeps-ending" or "part-not-ready", named by `part`, after everything was ended again.
    """
    Home(home).require()
    _require_index(Home(home))
    require_free(host, port, "--port")
    if data_port == port:
        raise Refused("port-in-use", port=data_port, flag="--data-port")
    require_free(host, data_port, "--data-port")
    settings = {"BLALISTE_HOME": str(home.resolve()), "BLALISTE_DATA_PORT": str(data_port)}
    if access_log:
        settings[ACCESS_LOG] = "1"
    follows = Home(home).follows()
    parts = parts_of_service(host, port=port, data_port=data_port, workers=workers, follows=follows)
    supervise(parts, settings, ready={"api": address(host, port), "data": address(host, data_port)}, say=say)
    return 0


def _require_index(home: Home) -> None:
    """An index of another version is found now, not by the first who searches."""
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        snapshot.finder()


def parts_of_service(
    host: str, *, port: int, data_port: int, workers: int, follows: bool = False
) -> tuple[Part, ...]:
    """The kinds of child: API workers below one listener, the keeper, Datasette, and who follows."""
    near = reachable(host)
    api = ("-m", "app.serving.api", APPLICATION, host, str(port), str(workers))
    return (
        Part("API", api, (near, port, "/health/ready")),
        Part("Keeper", ("-m", "app.keeper")),
        Part("Datasette", ("-m", "app.browse", host, str(data_port)), (near, data_port, "/")),
        # What was followed up to is served on, whatever keeps the follower from going on.
        *((Part("Follower", ("-m", "app.following"), vital=False),) if follows else ()),
    )


def supervise(
    parts: Sequence[Part], settings: Mapping[str, str], *, ready: Mapping[str, str], say: Say
) -> None:
    """
    Run the parts until a signal says to stop, or one of them cannot be kept alive.

    Args:
        settings: Environment that the parts get besides ours.
        ready: Facts of the sentence "serve-ready", said once when all parts answer for the first time.

    Raises:
        Refused: As `serve`.
    """
    children = [Child(part, settings) for part in parts]
    with _told_to_stop() as stop:
        try:
            for child in children:
                child.start()
            _until_ready(children, stop, say)
            if not stop.is_set():
                say("serve-ready", **ready)
            while not stop.wait(_SECONDS_BETWEEN_LOOKS):
                _look_at(children, say)
            say("serve-ending")
        finally:
            _end(children)


def _until_ready(children: Sequence[Child], stop: threading.Event, say: Say) -> None:
    waiting = list(children)
    deadline = time.monotonic() + SECONDS_TO_BE_READY
    while waiting and not stop.wait(_SECONDS_BETWEEN_LOOKS):
        _look_at(children, say)
        waiting = [child for child in waiting if not child.ready()]
        if waiting and time.monotonic() > deadline:
            raise Refused("part-not-ready", part=waiting[0].part.name, seconds=int(SECONDS_TO_BE_READY))


def _look_at(children: Sequence[Child], say: Say) -> None:
    for child in children:
        code = child.look()
        if code is None:
            continue
        if child.given_up:
            raise Refused("part-keeps-ending", part=child.part.name, times=child.deaths, code=code)
        say("serve-part-ended", name=child.part.name, code=code)


def _end(children: Sequence[Child]) -> None:
    deadline = time.monotonic() + SECONDS_TO_END
    for child in children:
        child.ask_to_end()
    for child in children:
        child.end(deadline)


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM, SIGINT and SIGHUP set; what they did before is put back in the end."""
    stop = threading.Event()

    def set_stop(number: int, _: FrameType | None) -> None:
        stop.set()

    former = {number: signal.signal(number, set_stop) for number in _STOPPING}
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
