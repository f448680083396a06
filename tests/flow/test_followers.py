"""Ten followers of one source that dies while it publishes; and how soon one that listens has a release."""

import datetime as dt
import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import msgspec
import pytest

from app.following.beginning import begin
from app.following.follower import LOOK_SECONDS
from app.home import Home
from app.manifest import MANIFEST, sha256_of
from app.publish.publishing import publish_drafts
from app.publish.verify import verify
from app.publish.wishes import Wish
from app.signing.manifests import SIGNATURE
from app.snapshot import ANSWERS, INDEX
from tests.app import homes
from tests.builders import goods_xml
from tests.crash.copies import marks_of
from tests.crash.running import Running, Service
from tests.program import ask

pytestmark = [pytest.mark.flow, pytest.mark.crash]

FOLLOWERS, SERVED = 10, 2
UNTIL_DUE = dt.timedelta(seconds=1)
HEARD_WITHIN = 10.0
"""Seconds on a machine that runs other tests beside; who does not listen looks once a minute only."""
ASKED = ("/v1/search?q=pose", "/v1/lists", "/v1/products/600008", "/v1/releases", "/v1/freshness", "/v1/keys")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is entered here is left with the test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def first(tmp_path: Path) -> Home:
    """A home with three releases."""
    return homes.make_three_releases(tmp_path)


def test_ten_followers_of_a_source_that_dies_while_it_publishes_end_with_the_same_bytes(
    first, tmp_path, stack
):
    source = stack.enter_context(Service(first)).ready()
    copies = [Home(tmp_path / f"copy{number}") for number in range(FOLLOWERS)]
    for copy in copies[:SERVED]:
        begin(copy, source.address, key=None)
    services = [stack.enter_context(Service(copy)) for copy in copies[:SERVED]]
    others = [
        stack.enter_context(Running("--home", copy.path, "--lang", "en", "follow", source.address))
        for copy in copies[SERVED:]
    ]
    for service in services:
        service.ready().until_release(3)
    for follower in others:
        follower.until_said("Release 3 is here now, after 0")

    schedule(first, tmp_path / "juni.xml")
    source.until_said('"due-publishing"')
    time.sleep(random.SystemRandom().uniform(0.0, 1.0))
    source.kill()
    # Whether it died before the release was in force or after, they go on with what they have.
    assert {service.release() for service in services} <= {3, 4}
    for follower in others:
        follower.until_said("nobody answers")
    source.start()
    source.ready().until_release(4)
    for service in services:
        service.until_release(4)
    for follower in others:
        follower.until_said("Release 4 is here now, after 3")

    for path in ASKED:
        [said] = {service.answered(path).content for service in (source, *services)}
        assert said, path
    [found] = {ask(copy.path, "search", "pose").out for copy in copies}
    assert '"600009"' in found
    for running in (*services, *others):
        running.kill()
    for copy in copies:
        assert (verify(copy).release, verify(copy).left_over) == (4, ())
        assert sealed(copy) == sealed(first)
        assert all((copy.snapshot(4) / part).is_dir() for part in (ANSWERS, INDEX))


def schedule(home: Home, path: Path) -> None:
    """Have the running service publish a file in a moment."""
    goods = goods_xml("600008") + goods_xml("600009", name="Ny pose")
    draft = homes.draft(home, homes.write(path, goods=goods, helfo="2026-06-01")).draft
    wish = Wish(overrides=homes.ANY_GATE, reason=homes.SMALL, at=dt.datetime.now(dt.UTC) + UNTIL_DUE)
    publish_drafts(home, [draft], by="Kari", wish=wish)


def sealed(home: Home) -> dict[str, str]:
    """Everything that a source sends of its release in force, and the manifests before, by hash."""
    release = home.current_release()
    directory = home.snapshot(release)
    paths = [directory / name for name in (MANIFEST, SIGNATURE, *(mark.path for mark in marks_of(home)))]
    paths += [home.release(number) / name for number in range(1, release) for name in (MANIFEST, SIGNATURE)]
    return {str(path.relative_to(home.path)): sha256_of(path) for path in paths}


def test_a_follower_that_listens_hears_of_a_release_at_once(first, tmp_path, stack, record_property):
    source = stack.enter_context(Service(first)).ready()
    copy = Home(tmp_path / "copy")
    begin(copy, source.address, key=None)
    service = stack.enter_context(Service(copy)).ready()
    service.until_release(3)
    took = []
    for month in (6, 7, 8):
        seen = Seen(source, month - 2), Seen(service, month - 2)
        name = f"Pose i maaned {month}"
        file = homes.write(
            tmp_path / f"{month}.xml", goods=goods_xml("600008", name=name), helfo=f"2026-{month:02}-01"
        )
        homes.take(first, file, complete=True)
        there, here = (one.at() for one in seen)
        took.append(round(here - there, 2))
    record_property("seconds_until_heard", took)

    assert all(0 <= one < HEARD_WITHIN < LOOK_SECONDS for one in took), took
    verify(copy)


class Seen:
    """Asks for the release that is served until it is this one, and notes when that was."""

    def __init__(self, service: Service, release: int) -> None:
        self._address, self._release = service.address, release
        self._at = 0.0
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def at(self) -> float:
        """When it was so (monotonic)."""
        self._thread.join(LOOK_SECONDS)
        assert self._at, f"no release {self._release} within {LOOK_SECONDS} seconds"
        return self._at

    def _look(self) -> None:
        with httpx.Client(base_url=self._address, timeout=30) as client:
            while msgspec.json.decode(client.get("/v1/status").content)["release"] != self._release:
                time.sleep(0.01)
        self._at = time.monotonic()
