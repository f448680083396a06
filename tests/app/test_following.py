"""A second home kept current from a first one: it serves what was signed, or what it served before."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx
import pytest
import time_machine
from litestar.testing import TestClient

from app.api.application import create_app
from app.files.contents import sealed_marks
from app.following import catching_up, fetching
from app.following.catching_up import CaughtUp, catch_up
from app.following.fetching import FETCHED
from app.following.looking_over import LookedOver, look_over
from app.following.record import Following, keep_following, read_following
from app.following.source import Source
from app.home import Home
from app.manifest import MANIFEST, read_manifest, sha256_of
from app.publish.making import make_home
from app.publish.verify import verify
from app.signing.freshness import HOLDS, read_freshness, sign_freshness
from app.signing.keys import make_key, read_keyring, signer
from app.words import say_error
from lists.errors import ListsError, Refused
from tests.app import homes

URL = "http://source.example"
Change = Callable[[httpx.Request, httpx.Response], httpx.Response]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """A home with three releases, the last one with everything."""
    return homes.make_three_releases(tmp_path_factory.mktemp("first"))


@pytest.fixture
def first(sealed, tmp_path):
    return homes.a_copy(sealed, tmp_path / "first")


@pytest.fixture
def second(first, tmp_path):
    """An empty home that follows the first."""
    home = Home(tmp_path / "second")
    make_home(home, approvals=1, signs=False)
    keep_following(home, Following(URL, read_keyring(first).keys[0].key, dt.datetime.now(dt.UTC)))
    return home


class Between(httpx.BaseTransport):
    """The way to a source, on which answers may be changed."""

    def __init__(self, way: httpx.BaseTransport, change: Change | None) -> None:
        self._way = way
        self._change = change
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        answer = self._way.handle_request(request)
        answer.read()
        return self._change(request, answer) if self._change is not None else answer


@contextmanager
def the_way_to(first: Home, change: Change | None = None) -> Iterator[Between]:
    with TestClient(create_app(first), base_url=URL) as client:
        yield Between(client._transport, change)


def followed(first: Home, second: Home, change: Change | None = None) -> CaughtUp:
    following = read_following(second)
    assert following is not None
    with the_way_to(first, change) as way, Source(URL, transport=way) as source, second.publishing("follow"):
        return catch_up(second, following, source, now=dt.datetime.now(dt.UTC))


def refused(first: Home, second: Home, change: Change | None = None) -> ListsError:
    with pytest.raises(Refused) as caught:
        followed(first, second, change)
    return caught.value


def sealed_files(home: Home) -> dict[str, str]:
    """Everything that the manifest in force covers, by its hash."""
    directory = home.snapshot(home.current_release())
    return {
        file.path: sha256_of(directory / file.path)
        for file in sealed_marks(directory, read_manifest(directory))
    }


def answer_with(path: str, change: Callable[[bytes], bytes]) -> Change:
    """Changes the body of one address."""

    def changed(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.url.path != path:
            return answer
        return httpx.Response(answer.status_code, content=change(answer.content))

    return changed


# --- all goes well ------------------------------------------------------------


def test_a_second_home_becomes_what_the_first_one_is(first, second):
    caught = followed(first, second)
    assert (caught.before, caught.release) == (0, 3)
    assert sealed_files(second) == sealed_files(first)
    assert verify(second).release == 3
    for release in (1, 2, 3):
        assert sha256_of(second.release(release) / MANIFEST) == sha256_of(first.release(release) / MANIFEST)
    assert not (second.work / FETCHED).exists()


def test_both_give_the_same_answers(first, second):
    followed(first, second)
    with TestClient(create_app(first)) as one, TestClient(create_app(second)) as other:
        for path in ("/v1/lists", "/v1/search?q=pose", "/v1/releases", "/v1/freshness", "/v1/keys"):
            assert one.get(path).content == other.get(path).content, path


def test_what_is_there_already_is_not_fetched_again(first, second):
    followed(first, second)
    with the_way_to(first) as way, Source(URL, transport=way) as source, second.publishing("follow"):
        following = read_following(second)
        assert following is not None
        caught = catch_up(second, following, source, now=dt.datetime.now(dt.UTC))
    assert (caught.before, caught.release) == (3, 3)
    assert way.asked == ["/v1/keys", "/v1/freshness"]


def test_the_next_release_is_fetched_when_it_comes(first, second, tmp_path):
    followed(first, second)
    homes.take(first, homes.write(tmp_path / "more.xml", helfo="2026-10-01"), complete=True)
    assert first.current_release() == 4
    assert followed(first, second).release == 4
    assert sealed_files(second) == sealed_files(first)
    assert verify(second).release == 4


def test_a_key_that_was_vouched_for_is_trusted(first, second, tmp_path):
    make_key(first)
    homes.take(first, homes.write(tmp_path / "more.xml", helfo="2026-10-01"), complete=True)
    assert followed(first, second).release == 4
    assert len(read_keyring(second).keys) == 2
    assert verify(second).release == 4


def test_an_empty_first_home_is_followed_too(tmp_path):
    first = homes.an_empty_home(tmp_path / "empty")
    sign_freshness(first, signer(first), dt.datetime.now(dt.UTC))
    second = Home(tmp_path / "second")
    make_home(second, approvals=1, signs=False)
    keep_following(second, Following(URL, read_keyring(first).keys[0].key, dt.datetime.now(dt.UTC)))
    assert followed(first, second).release == 0


def test_a_home_that_follows_publishes_nothing_itself(first, second, tmp_path):
    followed(first, second)
    with pytest.raises(Refused) as caught:
        homes.take(second, homes.write(tmp_path / "own.xml"))
    assert caught.value.reason == "home-follows"
    assert second.current_release() == 3


def test_only_what_is_missing_is_asked_for_and_packed_where_it_can_be(first, second, tmp_path):
    followed(first, second)
    homes.take(first, homes.write(tmp_path / "more.xml", helfo="2026-10-01"), complete=True)
    here = set(sealed_files(second).values())
    following = read_following(second)
    assert following is not None
    with the_way_to(first) as way, Source(URL, transport=way) as source, second.publishing("follow"):
        catch_up(second, following, source, now=dt.datetime.now(dt.UTC))
    assert sealed_files(second) == sealed_files(first)
    asked = [path.partition("/4/files/")[2] for path in way.asked if "/4/files/" in path]
    wanted = {path.removeprefix("files/"): sha256 for path, sha256 in sealed_files(first).items()}
    assert len(asked) == len(set(asked))
    assert not [path for path in asked if wanted[path] in here]
    assert not [path for path in asked if f"{path}.gz" in wanted]
    assert {path for path in asked if path.endswith(".gz")}


def test_manifests_that_came_once_are_not_asked_for_again(first, second):
    def no_files(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        return httpx.Response(503) if "/files/" in request.url.path else answer

    def manifests(way: Between) -> list[str]:
        return [path for path in way.asked if path.endswith("manifest")]

    following = read_following(second)
    assert following is not None
    asked = []
    for change in (no_files, None):
        with the_way_to(first, change) as way, Source(URL, transport=way) as source:
            with suppress(Refused), second.publishing("follow"):
                catch_up(second, following, source, now=dt.datetime.now(dt.UTC))
            asked.append(manifests(way))
    assert asked == [[f"/v1/releases/{release}/manifest" for release in (1, 2, 3)], []]
    assert verify(second).release == 3


def test_manifests_of_another_history_are_let_go(first, second, tmp_path):
    """What came of a history that its source gave up does not stand in the way of the one it has."""
    given_up = homes.a_copy(first, tmp_path / "given-up")
    homes.take(given_up, homes.write(tmp_path / "other.xml", helfo="2026-11-01"), complete=True)
    followed(first, second)

    def no_files(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        return httpx.Response(503) if "/files/" in request.url.path else answer

    assert refused(given_up, second, no_files).reason == "source-answer"
    homes.take(first, homes.write(tmp_path / "more.xml", helfo="2026-10-01"), complete=True)
    assert refused(first, second).reason == "source-wrong"
    assert followed(first, second).release == 4
    assert sealed_files(second) == sealed_files(first)


# --- a source that lies, breaks off or stands still ---------------------------


def nothing_changed(second: Home, release: int = 3) -> None:
    assert second.current_release() == release
    assert verify(second).release == release


def test_a_source_of_another_key_is_not_believed(first, second, tmp_path):
    followed(first, second)
    other = homes.make_three_releases(tmp_path / "other")
    assert refused(other, second).reason == "key-unknown"
    nothing_changed(second)


def test_a_source_that_went_back_is_not_followed_back(first, second, tmp_path):
    earlier = homes.a_copy(first, tmp_path / "earlier")
    homes.take(first, homes.write(tmp_path / "more.xml", helfo="2026-10-01"), complete=True)
    followed(first, second)
    sign_freshness(earlier, signer(earlier), dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))
    error = refused(earlier, second)
    assert (error.reason, error.facts["found"], error.facts["expected"]) == ("source-went-back", "3", "4")
    nothing_changed(second, 4)


def test_an_old_word_is_not_taken_for_a_new_one(first, second):
    old = first.freshness.read_bytes()
    sign_freshness(first, signer(first), dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))
    followed(first, second)
    first.freshness.write_bytes(old)
    assert refused(first, second).reason == "source-went-back"


def test_a_source_that_stands_still_is_seen_to_be_old(first, second):
    followed(first, second)
    word = read_freshness(first)
    assert word is not None
    with time_machine.travel(word.expires, tick=True):
        error = refused(first, second)
    assert error.reason == "freshness-expired"
    assert dt.timedelta(hours=1) < HOLDS
    nothing_changed(second)


def test_a_source_with_another_third_release_is_not_believed(first, second):
    followed(first, second)
    other = first.snapshot(3) / MANIFEST
    other.write_bytes(other.read_bytes() + b" ")
    sign_freshness(first, signer(first), dt.datetime.now(dt.UTC))
    assert refused(first, second).reason == "source-differs"
    nothing_changed(second)


def test_a_file_that_was_changed_on_the_way_is_not_kept(first, second):
    turned = answer_with("/v1/releases/3/files/lists.db", lambda body: bytes(reversed(body)))
    error = refused(first, second, turned)
    assert error.reason == "source-file-differs"
    assert second.current_release() == 0
    assert not list((second.work / FETCHED).rglob("lists.db*"))
    assert followed(first, second).release == 3


def test_a_manifest_that_was_changed_on_the_way_is_not_believed(first, second):
    changed = answer_with("/v1/releases/2/manifest", lambda body: body.replace(b'"rows"', b'"rows" '))
    assert refused(first, second, changed).reason == "source-wrong"
    assert second.current_release() == 0


@pytest.mark.parametrize("path", ["../../outside", "/etc/outside", "files/../../outside", MANIFEST, ""])
def test_a_manifest_that_names_a_place_outside_is_refused(path):
    with Source(URL) as source, pytest.raises(Refused) as caught:
        fetching._inside(path, source)
    assert caught.value.reason == "source-wrong"


@pytest.mark.parametrize("path", ["/v1/keys", "/v1/freshness"])
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"release": "x"}', b"\xff\xfe", b"{" * 10_000])
def test_whatever_else_answers_there_is_refused(first, second, path, body):
    error = refused(first, second, answer_with(path, lambda _: body))
    assert error.reason == "source-answer"
    assert path in error.facts["where"]


def test_a_source_that_is_away_leaves_all_as_it_was(first, second):
    followed(first, second)

    def away(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        raise httpx.ConnectError("Connection refused", request=request)

    assert refused(first, second, away).reason == "source-away"
    nothing_changed(second)


def test_what_broke_off_is_gone_on_from(first, second):
    database = "/v1/releases/3/files/lists.db"
    size = (first.snapshot(3) / "lists.db").stat().st_size
    ranges: list[str | None] = []

    class BreaksOff(httpx.SyncByteStream):
        def __init__(self, content: bytes) -> None:
            self._content = content

        def __iter__(self) -> Iterator[bytes]:
            yield self._content[: size // 2]
            raise httpx.ReadError("connection lost")

    def once(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.url.path == database:
            ranges.append(request.headers.get("range"))
            if len(ranges) == 1:
                return httpx.Response(200, stream=BreaksOff(answer.content))
        return answer

    assert refused(first, second, once).reason == "source-away"
    assert followed(first, second, once).release == 3
    assert ranges == [None, f"bytes={size // 2}-"]
    assert sealed_files(second) == sealed_files(first)


def test_a_source_that_does_not_know_parts_is_asked_for_the_whole(first, second):
    part = second.work / FETCHED / "000003" / "lists.db.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"the beginning of something else")
    whole = (first.snapshot(3) / "lists.db").read_bytes()

    def never_in_parts(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.url.path.endswith("/files/lists.db"):
            return httpx.Response(200, content=whole)
        return answer

    assert followed(first, second, never_in_parts).release == 3


def test_a_source_that_sends_without_end_is_left(first, second):
    endless = answer_with("/v1/releases/3/files/lists.db", lambda body: body + b"more")
    assert refused(first, second, endless).reason == "source-answer"


def test_a_slow_source_is_left_and_what_came_is_kept(first, second):
    following = read_following(second)
    assert following is not None
    now = dt.datetime.now(dt.UTC)
    with ExitStack() as stack:
        way = stack.enter_context(the_way_to(first))
        source = stack.enter_context(Source(URL, transport=way, patience=-1e9))
        stack.enter_context(second.publishing("follow"))
        with pytest.raises(Refused) as caught:
            catch_up(second, following, source, now=now)
    assert caught.value.reason == "source-slow"


def test_a_death_at_any_step_leaves_a_home_that_goes_on(first, second):
    """Each step of catching up is where it dies once; the last try ends where the first would have."""
    steps = [(fetching, "_drop_other_tries"), (fetching, "sealed_marks"), (fetching, "_verify_rows")]
    steps += [(catching_up, step) for step in ("build_local", "sync_tree", "switch", "settle", "_keep")]
    for room, step in steps:
        with pytest.MonkeyPatch.context() as patch:

            def dies(*_: Any, **__: Any) -> None:
                raise KeyboardInterrupt

            patch.setattr(room, step, dies)
            with pytest.raises(KeyboardInterrupt):
                followed(first, second)
        assert second.current_release() in (0, 3)
    assert followed(first, second).release == 3
    assert verify(second).release == 3
    assert sealed_files(second) == sealed_files(first)


@pytest.mark.parametrize("address", ["lists.example:8000", "127.0.0.1", "ftp://lists.example", ""])
def test_what_is_no_address_is_said_to_be_none(address):
    with pytest.raises(Refused) as caught:
        Source(address)
    assert say_error(caught.value, "en") == (
        f"{address} is no address of a service. Write it whole, such as https://lists.example."
    )


# --- a service looked over from outside ---------------------------------------


def looked_over(first: Home, change: Change | None = None, key: str | None = None) -> LookedOver:
    with the_way_to(first, change) as way, Source(URL, transport=way) as source:
        return look_over(source, key=key, now=dt.datetime.now(dt.UTC))


def test_a_service_is_looked_over_whole(first):
    found = looked_over(first)
    assert (found.release, found.releases, found.key) == (3, 3, read_keyring(first).keys[0].key)
    assert found.files == len(sealed_files(first))
    assert found.bytes == sum((first.snapshot(3) / path).stat().st_size for path in sealed_files(first))


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/v1/releases/3/files/lists.db", "source-file-differs"),
        ("/v1/releases/3/files/contents.json", "source-file-differs"),
        ("/v1/releases/1/manifest", "source-wrong"),
        ("/v1/releases/2/manifest.sig", "source-wrong"),
    ],
)
def test_the_first_thing_that_is_not_as_it_was_signed_is_named(first, path, reason):
    turn = answer_with(path, lambda body: bytes(reversed(body)))
    with pytest.raises(Refused) as caught:
        looked_over(first, turn)
    assert caught.value.reason == reason
    assert URL in caught.value.facts["where"]


def test_a_service_without_the_key_that_is_trusted_is_not_believed(first):
    with pytest.raises(Refused) as caught:
        looked_over(first, key="0" * 16)
    assert caught.value.reason == "key-not-shown"
