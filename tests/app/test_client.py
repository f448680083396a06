"""The client: whoever uses it writes no HTTP, asks nothing twice, and is told why where it is refused."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import time_machine

from app import client
from app.checks import CheckQuestion, LineField, PrescriptionField
from app.client import Damaged, Lists, Problem, Unreachable
from app.manifest import sha256_of
from tests.app.builders import NOW

PAST = dt.date(2026, 1, 15)
KNOWN = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
DISPENSING = CheckQuestion(
    PrescriptionField("505", dt.date(2026, 5, 1)), dt.date(2026, 5, 2), (LineField("600008", packs=1),)
)


class Way(httpx.BaseTransport):
    """The way to the service, which counts what goes over it and may fail."""

    def __init__(self, way: httpx.BaseTransport) -> None:
        self.asked: list[tuple[str, int]] = []
        self.fails: list[Callable[[httpx.Request], httpx.Response]] = []
        self._way = way

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.fails.pop(0)(request) if self.fails else self._way.handle_request(request)
        self.asked.append((request.url.path, answer.status_code))
        return answer


@pytest.fixture
def way(api):
    return Way(api._transport)


@pytest.fixture
def lists(way):
    with Lists("http://testserver.local", transport=way) as lists:
        yield lists


def as_json(answer: object) -> Any:
    return msgspec.to_builtins(answer)


# --- it says what the API says ------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (lambda lists: lists.status(), "/v1/status"),
        (lambda lists: lists.freshness(), "/v1/freshness"),
        (lambda lists: lists.list("505"), "/v1/lists/505"),
        (lambda lists: lists.group("5050101"), "/v1/groups/5050101"),
        (lambda lists: lists.product("600007"), "/v1/products/600007"),
        (lambda lists: lists.product("600010", valid_on=PAST), "/v1/products/600010?valid_on=2026-01-15"),
        (lambda lists: lists.suggest("po"), "/v1/suggest?q=po"),
        (lambda lists: lists.search_page("pose", limit=2, list="505"), "/v1/search?q=pose&limit=2&list=505"),
        (lambda lists: lists.manifest(6), "/v1/releases/6/manifest"),
        (lambda lists: lists.files(6), "/v1/releases/6/files"),
    ],
)
def test_one_answer_is_the_api_s(lists, api, ask, path):
    answer = ask(lists)
    assert msgspec.json.decode(api.get(path).content, type=type(answer)) == answer


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (lambda lists: lists.lists(), "/v1/lists?limit=1000"),
        (lambda lists: lists.products("505"), "/v1/lists/505/products?limit=1000"),
        (lambda lists: lists.products("505", group="50501"), "/v1/lists/505/products?limit=1000&group=50501"),
        (lambda lists: lists.groups("505"), "/v1/groups?limit=1000&list=505"),
        (lambda lists: lists.history("600007"), "/v1/products/600007/history?limit=1000"),
        (lambda lists: lists.releases(after=2), "/v1/releases?limit=1000&after=2"),
        (lambda lists: lists.search("pose", most=100), "/v1/search?q=pose&limit=100"),
    ],
)
def test_many_answers_are_the_api_s(lists, api, ask, path):
    items = list(ask(lists))
    assert items
    told = api.get(path).json()["items"]
    assert [msgspec.convert(item, type(items[0]), strict=False) for item in told] == items


def test_every_page_is_read(lists, api, way, monkeypatch):
    monkeypatch.setattr(client, "_PAGE", 2)
    whole = api.get("/v1/lists/505/products").json()["items"]
    assert [product.varenr for product in lists.products("505")] == [item["varenr"] for item in whole]
    assert len(way.asked) == -(-len(whole) // 2)


def test_so_many_hits_are_told_as_were_wanted(lists):
    every = [hit.product.varenr for hit in lists.search("pose", most=100)]
    assert len(every) > 2
    assert [hit.product.varenr for hit in lists.search("pose", most=2)] == every[:2]


def test_many_numbers_are_asked_for_in_several_calls(lists, way, monkeypatch):
    monkeypatch.setattr(client, "AT_MOST", 2)
    answers = list(lists.lookup(["600007", "000000", "600008"], valid_on=PAST, known_at=KNOWN))
    assert [len(answer.items) + len(answer.missing) for answer in answers] == [2, 1]
    assert len(way.asked) == 2


def test_a_dispensing_is_judged(lists, api):
    answer = lists.check(DISPENSING)
    told = api.post("/v1/check", content=msgspec.json.encode(DISPENSING), headers={"Accept-Language": "en"})
    assert as_json(answer) == as_json(msgspec.json.decode(told.content, type=type(answer)))


def test_only_what_changed_is_told(lists):
    known = lists.product("600007").fingerprint
    answer = lists.watch(products={"600007": known, "600009": "0" * 16})
    assert (answer.products.unchanged, [one.varenr for one in answer.products.changed]) == (1, ["600009"])


# --- it asks nothing twice ----------------------------------------------------


def test_what_it_has_is_only_asked_whether_it_still_holds(lists, way):
    assert lists.product("600007") == lists.product("600007")
    assert way.asked == [("/v1/products/600007", 200), ("/v1/products/600007", 304)]


def test_what_never_changes_is_asked_once(lists, way):
    first = lists.product("600007", valid_on=PAST, known_at=KNOWN)
    assert lists.product("600007", valid_on=PAST, known_at=KNOWN) == first
    assert len(way.asked) == 1


def test_a_cache_on_the_disk_outlives_the_program(way, tmp_path):
    for _ in range(2):
        with Lists("http://testserver.local", cache=tmp_path, transport=way) as lists:
            lists.product("600007")
    assert [status for _, status in way.asked] == [200, 304]


def test_a_broken_cache_is_as_good_as_none(way, tmp_path):
    with Lists("http://testserver.local", cache=tmp_path, transport=way) as lists:
        first = lists.product("600007")
    for path in tmp_path.iterdir():
        path.write_bytes(b"broken")
    with Lists("http://testserver.local", cache=tmp_path, transport=way) as lists:
        assert lists.product("600007") == first


def test_what_is_kept_in_one_language_is_not_told_in_another(way, tmp_path):
    told = []
    for lang in ("en", "nb"):
        with Lists("http://testserver.local", lang=lang, cache=tmp_path, transport=way) as lists:
            told.append([item.text for item in lists.changes("2025-12-31", "2026-07-01")])
    assert told[0] != told[1]


# --- it is patient, and says why ----------------------------------------------


@pytest.fixture
def waited(monkeypatch) -> list[float]:
    """How long it would have waited."""
    seconds: list[float] = []
    monkeypatch.setattr("time.sleep", seconds.append)
    return seconds


def away(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("Connection refused", request=request)


def busy(_: httpx.Request) -> httpx.Response:
    return httpx.Response(503, headers={"Retry-After": "2"})


def test_a_service_that_comes_back_is_asked_again(lists, way, waited):
    way.fails = [away, busy, away]
    assert lists.product("600007").varenr == "600007"
    assert len(waited) == 3
    assert waited[1] == 2.0
    assert 0.25 <= waited[0] <= waited[2] <= 2.0


def test_a_service_that_stays_away_is_said_to(lists, way, waited):
    way.fails = [away] * 5
    with pytest.raises(Unreachable, match=r"/v1/products/600007: Connection refused, tried 5 times"):
        lists.product("600007")


def test_the_last_answer_comes_with_the_news_that_nobody_answers(lists, way, waited):
    told = lists.product("600007")
    way.fails = [away] * 5
    with pytest.raises(Unreachable) as unreached:
        lists.product("600007")
    assert unreached.value.kept is not None
    assert unreached.value.kept.answer == told
    assert NOW <= unreached.value.kept.held_at < NOW + dt.timedelta(minutes=5)


def test_the_last_answer_to_a_check_is_kept_where_that_is_wanted(way, waited, tmp_path):
    with Lists("http://testserver.local", cache=tmp_path, keep_checks=True, transport=way) as lists:
        told = lists.check(DISPENSING)
    with Lists("http://testserver.local", cache=tmp_path, keep_checks=True, transport=way) as lists:
        way.fails = [away] * 10
        with pytest.raises(Unreachable) as unreached:
            lists.check(DISPENSING)
        assert unreached.value.kept is not None
        assert unreached.value.kept.answer == told
        with pytest.raises(Unreachable) as other:
            lists.check(msgspec.structs.replace(DISPENSING, dispensed_on=dt.date(2026, 5, 3)))
        assert other.value.kept is None


def test_of_a_check_nothing_is_kept_unless_that_is_wanted(way, waited, tmp_path):
    with Lists("http://testserver.local", cache=tmp_path, transport=way) as lists:
        lists.check(DISPENSING)
        way.fails = [away] * 5
        with pytest.raises(Unreachable) as unreached:
            lists.check(DISPENSING)
    assert unreached.value.kept is None
    assert not list(tmp_path.iterdir())


def test_an_answer_that_was_told_to_hold_still_is_as_old_as_that(lists, way, waited):
    first = lists.product("600007")
    with time_machine.travel(NOW + dt.timedelta(hours=2)):
        assert lists.product("600007") == first
    way.fails = [away] * 5
    with pytest.raises(Unreachable) as unreached:
        lists.product("600007")
    assert unreached.value.kept is not None
    assert unreached.value.kept.held_at >= NOW + dt.timedelta(hours=2)


def test_what_another_service_says_is_not_kept(lists, way):
    told = lists.product("600007")
    way.fails = [lambda _: httpx.Response(200, content=b"<html>Sign in", headers={"ETag": '"1"'})]
    with pytest.raises(Unreachable, match="what answers is no such service") as unreached:
        lists.product("600007")
    assert unreached.value.kept is not None
    assert unreached.value.kept.answer == told == lists.product("600007")


def test_a_refusal_is_told_as_it_was(lists, waited):
    with pytest.raises(Problem, match=r"^No longer on a list: ") as refused:
        lists.product("600008")
    assert (refused.value.name, refused.value.answer.status) == ("not-listed", 410)
    assert waited == []


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]"])
def test_what_is_no_such_service_is_said_to_be_none(lists, way, body):
    way.fails = [lambda _: httpx.Response(200, content=body)]
    with pytest.raises(Unreachable, match="what answers is no such service"):
        lists.status()
    way.fails = [lambda _: httpx.Response(404, content=body)]
    with pytest.raises(Unreachable, match="HTTP 404, and no word of why"):
        lists.status()


# --- files --------------------------------------------------------------------


def test_a_file_is_there_whole(lists, api, tmp_path):
    path = lists.download("lists.db", tmp_path / "lists.db")
    release = lists.status().release
    known = next(one for one in next(lists.releases(after=release - 1)).files if one.path == "lists.db")
    assert path.stat().st_size == known.bytes
    assert [found.name for found in Path(tmp_path).iterdir()] == ["lists.db"]


def test_a_file_is_fetched_again_where_nobody_answered(lists, way, waited, tmp_path):
    known = next(one for one in lists.manifest(6).files if one.path == "lists.db")
    way.fails = [away, busy]
    path = lists.download("lists.db", tmp_path / "lists.db", release=6, sha256=known.sha256)
    assert sha256_of(path) == known.sha256
    assert len(waited) == 2


def test_of_a_file_that_came_otherwise_nothing_is_kept(lists, way, tmp_path):
    way.fails = [lambda _: httpx.Response(200, content=b"other")]
    with pytest.raises(Damaged, match=r"changes\.ndjson: its sha256 is d9298a.+, and 1234 was expected"):
        lists.download("changes.ndjson", tmp_path / "changes", release=6, sha256="1234")
    assert not list(tmp_path.iterdir())


def test_a_file_that_nobody_sends_leaves_nothing(lists, way, waited, tmp_path):
    broken = httpx.Response(200, stream=httpx.ByteStream(b"none"), headers={"Content-Encoding": "gzip"})
    way.fails = [lambda _: broken, *[away] * 4]
    with pytest.raises(Unreachable, match=r"lists\.db: Connection refused, tried 5 times"):
        lists.download("lists.db", tmp_path / "lists.db")
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_not_there_leaves_nothing(lists, tmp_path):
    with pytest.raises(Problem):
        lists.download("nothing.csv", tmp_path / "nothing.csv")
    assert not list(tmp_path.iterdir())
