"""How answers are sent: tags that tell bytes apart, 304, what may be kept, HEAD."""

import datetime as dt

import pytest

from app.served import UNSETTLED
from lists.days import instant_text
from tests.app.builders import NOW

MINUTE = dt.timedelta(minutes=1)
PAST = "valid_on=2026-02-01&known_at=2026-02-15T00:00:00Z"
READS = [
    "/v1/status",
    "/v1/lists",
    "/v1/lists/505",
    "/v1/lists/505/editions",
    "/v1/lists/505/products",
    "/v1/groups",
    "/v1/groups/5050101",
    "/v1/products/600007",
    "/v1/search?q=pose",
    "/v1/suggest?q=po",
    "/v1/releases",
]
PAGES = ["/", "/problems/not-listed", "/health/live", "/health/ready", "/metrics", "/schema"]
DATED = [
    "/v1/lists",
    "/v1/lists/505",
    "/v1/lists/505/products",
    "/v1/groups",
    "/v1/groups/5050101",
    "/v1/products/600007",
    "/v1/search?q=pose",
    "/v1/suggest?q=po",
]


@pytest.mark.parametrize("address", READS)
def test_an_answer_has_a_strong_tag_its_release_and_what_it_depends_on(api, address):
    answer = api.get(address)
    assert answer.status_code == 200
    assert answer.headers["etag"].startswith('"')
    assert answer.headers["etag"].endswith('"')
    assert answer.headers["release"] == "6"
    assert answer.json()["release"] == 6
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "application/json"
    assert next(iter(answer.json())) == "release"


@pytest.mark.parametrize("address", READS)
def test_whoever_has_the_bytes_gets_304(api, address):
    first = api.get(address)
    again = api.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "release", "cache-control", "vary"):
        assert again.headers[name] == first.headers[name]


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ("*", 304),
        ('"other", {tag}', 304),
        ("W/{tag}", 304),
        ('"other"', 200),
        ("", 200),
        ("{bare}", 200),
    ],
)
def test_if_none_match_may_be_a_list(api, tags, status):
    tag = api.get("/v1/products/600007").headers["etag"]
    given = tags.format(tag=tag, bare=tag.strip('"'))
    assert api.get("/v1/products/600007", headers={"If-None-Match": given}).status_code == status


def test_the_tag_differs_where_the_bytes_do(api):
    days = ["2026-02-01", "2026-02-02", "2026-04-01"]
    answers = [api.get(f"/v1/products/600007?valid_on={day}") for day in days]
    assert len({answer.headers["etag"] for answer in answers}) == len({answer.content for answer in answers})


@pytest.mark.parametrize("address", DATED)
def test_only_an_answer_whose_both_times_are_given_and_past_never_changes(api, address):
    join = "&" if "?" in address else "?"

    def kept(times):
        return api.get(f"{address}{join}{times}").headers["cache-control"]

    assert kept(PAST) == "public, max-age=31536000, immutable"
    assert kept("valid_on=2026-02-01") == "no-cache"
    assert kept("known_at=2026-02-15T00:00:00Z") == "no-cache"
    assert kept("valid_on=2026-06-15&known_at=2026-02-15T00:00:00Z") == "no-cache"


def test_what_a_running_publish_may_still_be_dated_at_is_not_settled(api):
    """A release is dated when its publish begins: whoever asks in between is answered by the former one."""

    def kept(before):
        asked = {"valid_on": "2026-02-01", "known_at": instant_text(NOW - before)}
        return api.get("/v1/products/600007", params=asked).headers["cache-control"]

    assert kept(UNSETTLED - MINUTE) == "no-cache"
    assert kept(UNSETTLED + MINUTE) == "public, max-age=31536000, immutable"


def test_a_later_page_of_a_past_question_never_changes_either(api):
    address = f"/v1/lists/505/products?{PAST}&limit=2"
    after = api.get(address).json()["next"]
    answer = api.get("/v1/lists/505/products", params={"cursor": after})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_past_release_is_named_in_the_header_too(api):
    assert api.get(f"/v1/products/600007?{PAST}").headers["release"] == "2"


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("address", [*READS, *PAGES])
def test_head_is_get_without_its_body(api, address, coding):
    headers = {"Accept-Encoding": coding}
    told, whole = api.head(address, headers=headers), api.get(address, headers=headers)
    assert (told.status_code, told.content) == (200, b"")
    for name in ("content-type", "etag", "release", "cache-control", "content-encoding"):
        assert told.headers.get(name) == whole.headers.get(name)
    if address != "/metrics":
        assert told.headers["content-length"] == whole.headers["content-length"]
        # What was packed is unpacked here.
        packed = "content-encoding" in whole.headers
        assert (int(whole.headers["content-length"]) < len(whole.content)) == packed


def test_head_of_what_is_not_there_is_refused_without_a_body(api):
    told = api.head("/v1/products/999999")
    assert (told.status_code, told.content) == (404, b"")
    assert told.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "address", ["/v1/products/600007", "/", "/nowhere", "/v1/products/999999", "/static/style.css"]
)
def test_every_answer_says_how_it_may_be_shown(api, address):
    headers = api.get(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_pages_depend_on_the_language_too(api):
    assert api.get("/").headers["vary"] == "Accept-Encoding, Accept-Language"
    assert api.get("/problems/not-listed").headers["vary"] == "Accept-Encoding, Accept-Language"


def test_metrics_count_by_endpoint_and_not_by_what_was_asked(api):
    api.get("/v1/products/600007")
    api.get("/v1/products/888888")
    for number in range(3):
        api.get(f"/nowhere/{number}")
    text = api.get("/metrics").text
    assert "blaliste_requests_total" in text
    assert "/600007" not in text
    assert "/888888" not in text
    assert "/nowhere/2" not in text


@pytest.mark.parametrize(
    "host", ["a:b", "a b", "", "a:99999", "[::1", "lists.example:8000", "[::1]:80", b"\xe6"]
)
def test_whatever_host_is_named_the_answer_is_the_same(api, host):
    for address in ("/v1/status", "/v1/products/600007", "/?lang=nb"):
        usual = api.get(address)
        named = api.get(address, headers={"Host": host})
        assert (named.status_code, named.content) == (200, usual.content)
