"""Files over HTTP: a table of contents, tags, parts, packed twins; nothing is found but what is sealed."""

import asyncio
import datetime as dt
import gzip
import hashlib
import html
import re
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from app.api.ranges import read_range
from lists.errors import BadQuestion
from tests.app.builders import SPRING, an_empty_home, clock_at, publish_file, stoma_file
from tests.app.reading_pages import page

HERE = "/v1/releases/6/files"
PRODUCTS = f"{HERE}/2026-06-10/505/products.ndjson"
WHOLE = {"Accept-Encoding": "identity"}


def sealed(api, path):
    """What the table of contents says of a file."""
    items = api.get(HERE).json()["items"]
    return next(item for item in items if path.endswith(item["path"]))


def got(api: TestClient[Any], path: str, **headers: str) -> httpx.Response:
    """The bytes as they are sent, not unpacked by the client."""
    with api.stream("GET", path, headers={**WHOLE, **headers}) as answer:
        answer._content = b"".join(answer.iter_raw())
    return answer


# --- the table of contents ---------------------------------------------------------


def test_the_table_of_contents_says_what_there_is_and_what_it_is(api):
    shape = api.get(f"{HERE}?lang=en").json()
    assert list(shape) == ["release", "published_at", "days", "lists", "note", "formats", "items", "absent"]
    assert (shape["release"], shape["published_at"]) == (6, "2026-06-10T00:00:00Z")
    assert shape["days"] == ["2026-06-10", "2026-07-01"]
    assert shape["lists"] == ["200", "502", "504", "505", "604"]
    assert (shape["note"], shape["absent"]) == (None, [])
    told = {(one["format"], one["holds"]): one["description"] for one in shape["formats"]}
    assert {(one["format"], one["holds"]) for one in shape["items"]} == set(told)
    assert told["m30", "lists"] == "A FEST M30 message, as the systems of the field read it."
    found = sealed(api, PRODUCTS)
    assert (found["day"], found["list"], found["format"]) == ("2026-06-10", "505", "ndjson")
    assert {item["format"] for item in shape["items"]} >= {
        *("csv", "json", "m30", "ndjson", "pdf", "sqlite", "xlsx")
    }


def test_its_sentences_follow_the_language(api):
    answer = api.get(HERE, headers={"Accept-Language": "nb"})
    assert "En FEST-melding M30" in answer.text
    assert answer.headers["Vary"] == "Accept-Encoding, Accept-Language"
    assert "Ei FEST-melding M30" in api.get(f"{HERE}?lang=nn").text


def test_every_file_it_names_is_sent_as_it_says(api):
    for item in api.get(HERE).json()["items"]:
        answer = got(api, f"{HERE}/{item['path']}")
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == item["sha256"]
        assert answer.headers["Content-Type"].split(";")[0] == item["media_type"]
        assert (int(answer.headers["Content-Length"]), len(answer.content)) == (item["bytes"],) * 2


def test_a_release_that_another_followed_at_once_has_its_database_and_says_so(api):
    shape = api.get("/v1/releases/2/files?lang=en").json()
    assert [item["path"] for item in shape["items"]] == ["lists.db"]
    assert shape["note"] == "Another release followed this one at once: only its database was kept."
    answer = api.get("/v1/releases/2/files/lists.db")
    assert hashlib.sha256(answer.content).hexdigest() == shape["items"][0]["sha256"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="blaliste-2-lists.db"'


@pytest.mark.parametrize("path", ["", "/lists.db", "/2026-06-10/505/products.ndjson?lang=nb"])
def test_latest_leads_to_the_newest_release(api, path):
    answer = api.get(f"/v1/releases/latest/files{path}", follow_redirects=False, params=None)
    if "?" in path:
        assert answer.status_code == 302
    assert (answer.status_code, answer.headers["Location"]) == (302, HERE + path)
    assert answer.headers["Cache-Control"] == "no-cache"


def test_today_leads_to_the_day_that_is_shown_today(api):
    address = "/v1/releases/latest/files/today/505/products.ndjson"
    answer = api.get(address, follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{HERE}/2026-06-10/505/products.ndjson")
    with clock_at(dt.datetime(2026, 7, 2, tzinfo=dt.UTC)):
        later = api.get(address, follow_redirects=False)
    assert later.headers["Location"] == f"{HERE}/2026-07-01/505/products.ndjson"


# --- one file ----------------------------------------------------------------------


def test_a_file_never_changes_and_its_tag_is_the_hash_of_its_bytes(api):
    answer = got(api, PRODUCTS)
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="blaliste-6-2026-06-10-505-products.ndjson"'
    )
    again = got(api, PRODUCTS, **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]


def test_who_unpacks_gets_the_packed_twin_with_a_tag_of_its_own(api):
    whole, packed = got(api, PRODUCTS), got(api, PRODUCTS, **{"Accept-Encoding": "gzip"})
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(packed.content) == whole.content
    assert packed.headers["ETag"] != whole.headers["ETag"]
    assert got(api, PRODUCTS, **{"If-None-Match": packed.headers["ETag"]}).status_code == 200
    twin = got(api, f"{PRODUCTS}.gz", **{"Accept-Encoding": "gzip"})
    assert (twin.content, twin.headers["Content-Type"]) == (packed.content, "application/gzip")
    assert "Content-Encoding" not in twin.headers


def test_a_file_without_a_twin_is_sent_as_it_is(api):
    answer = got(api, f"{HERE}/lists.db", **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    assert got(api, f"{HERE}/lists.db.gz").status_code == 404


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        *(("bytes=0-99", 0, 99), ("bytes=100-", 100, None), ("bytes=-7", -7, None)),
        *(("bytes=5-99999999", 5, None), ("Bytes= 0-9 ", 0, 9), ("bytes=-99999999", 0, None)),
    ],
)
def test_a_part_is_sent_where_one_is_asked_for(api, asked, first, last):
    whole = got(api, PRODUCTS).content
    answer = got(api, PRODUCTS, Range=asked)
    wanted = whole[first:] if last is None else whole[first : last + 1]
    begin = first if first >= 0 else len(whole) + first
    assert (answer.status_code, answer.content) == (206, wanted)
    end = begin + len(wanted) - 1
    assert answer.headers["Content-Range"] == f"bytes {begin}-{end}/{len(whole)}"
    assert answer.headers["Content-Length"] == str(len(wanted))


def test_the_parts_of_a_file_put_together_are_the_file(api):
    whole, size = got(api, PRODUCTS), 1000
    parts = [
        got(api, PRODUCTS, Range=f"bytes={begin}-{begin + size - 1}").content
        for begin in range(0, len(whole.content), size)
    ]
    assert b"".join(parts) == whole.content
    packed = got(api, PRODUCTS, **{"Accept-Encoding": "gzip", "Range": "bytes=0-9"})
    assert packed.status_code == 206
    assert packed.content[:2] == b"\x1f\x8b", "a part of what is sent"


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,4-5", "bytes=", "bytes=9-3", "lines=1-2", "bytes=x-", "0-5", "bytes=1 0-5", "bytes=--5"],
)
def test_what_asks_for_no_single_part_gets_the_whole(api, asked):
    assert got(api, PRODUCTS, Range=asked).status_code == 200


def test_a_part_of_another_version_is_the_whole(api):
    tag = got(api, PRODUCTS).headers["ETag"]
    assert got(api, PRODUCTS, **{"Range": "bytes=0-1", "If-Range": tag}).status_code == 206
    for other in ('"other"', f"W/{tag}", "Mon, 01 Jun 2026 00:00:00 GMT"):
        assert got(api, PRODUCTS, **{"Range": "bytes=0-1", "If-Range": other}).status_code == 200
    packed = {"Range": "bytes=0-1", "If-Range": tag, "Accept-Encoding": "gzip"}
    assert got(api, PRODUCTS, **packed).status_code == 200, "a part of the packed bytes fits to no other"


def test_who_has_it_all_is_sent_no_part(api):
    tag = got(api, PRODUCTS).headers["ETag"]
    assert got(api, PRODUCTS, **{"Range": "bytes=0-1", "If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_part_behind_the_end_is_refused_with_the_size(api, asked):
    answer = got(api, f"{PRODUCTS}?lang=en", Range=asked)
    size = len(got(api, PRODUCTS).content)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{size}"
    shape = answer.json()
    assert shape["type"] == "/problems/bad-range"
    assert shape["detail"].startswith(f"The file has {size} bytes")
    assert shape["errors"] == [
        {
            "field": "Range",
            "found": asked,
            "expected": "a part that begins within the file, such as bytes=0-999",
        }
    ]


def test_nothing_is_a_part_of_an_empty_file():
    with pytest.raises(BadQuestion):
        read_range("bytes=0-", 0)


def test_head_says_what_get_says_and_sends_nothing(api):
    get, head = got(api, PRODUCTS), api.head(PRODUCTS, headers=WHOLE)
    assert head.content == b""
    assert dict(head.headers) == dict(get.headers)
    # Parts are of what is sent: without a body there are none, nor any behind the end.
    for asked in ("bytes=0-9", "bytes=99999999-"):
        answer = api.head(PRODUCTS, headers={**WHOLE, "Range": asked})
        assert (answer.status_code, dict(answer.headers)) == (200, dict(get.headers))


@pytest.mark.parametrize(
    "path",
    [
        "manifest.json",
        "../manifest.json",
        "%2e%2e/manifest.json",
        "..%2fmanifest.json",
        "files/contents.json",
        "2026-06-10/505/../505/products.ndjson",
        "2026-06-10/505",
        "2026-06-10/505/products.ndjson.gz.gz",
        "/etc/passwd",
        "%00",
        "lists.db%00",
    ],
)
def test_only_what_is_sealed_is_found(api, path):
    answer = api.get(f"{HERE}/{path}", headers=WHOLE)
    assert answer.status_code in (404, 200)
    if answer.status_code == 200:
        # A client may take `..` out of an address by itself.
        assert answer.content == got(api, PRODUCTS).content
    else:
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/v1/releases/7/files", "/v1/releases/0/files/lists.db"])
def test_a_release_there_is_none_of_is_said_to_be_none(api, path):
    assert api.get(path).json()["type"] == "/problems/unknown-release"


def test_a_file_there_is_none_of_is_told_with_where_those_are_that_there_are(api):
    shape = api.get(f"{HERE}/prices.csv?lang=en").json()
    assert shape["detail"] == (
        "Release 6 has no file 'prices.csv'. Those it has stand in /v1/releases/6/files."
    )


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("asked", [None, b"bytes=0-9"])
def test_a_server_that_sends_files_by_itself_is_given_the_path(storied_home, in_june, method, asked):
    sent: list[dict[str, Any]] = []
    headers = [(b"host", b"testserver"), *([(b"range", asked)] if asked else [])]
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": f"{HERE}/lists.db",
        "raw_path": f"{HERE}/lists.db".encode(),
        "query_string": b"lang=en",
        "headers": headers,
        "extensions": {"http.response.pathsend": {}},
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    with TestClient(create_app(storied_home)) as client:
        asyncio.run(client.app(scope, receive, send))
    lists_db = storied_home.release(6) / "lists.db"
    wanted = {
        ("GET", None): {"type": "http.response.pathsend", "path": str(lists_db)},
        ("GET", b"bytes=0-9"): {
            "type": "http.response.body",
            "more_body": False,
            "body": lists_db.read_bytes()[:10],
        },
    }
    nothing = {"type": "http.response.body", "body": b"", "more_body": False}
    assert sent[1:] == [wanted.get((method, asked), nothing)]


# --- for people --------------------------------------------------------------------


def test_the_page_leads_to_every_form_of_every_list_that_counts_now(api):
    shown = page(api, "/nedlasting?lang=nb")
    assert "Filene ble laget da utgivelse 6 ble offentlig, og endres aldri." in shown.text
    assert "Fra 10. juni 2026" in shown.text
    assert "Fra 1. juli 2026" in shown.text
    links = [given["href"] or "" for given in shown.all("a")]
    own = [link for link in links if link.startswith(f"{HERE}/")]
    assert {f"{HERE}/2026-06-10/{code}/lists.xlsx" for code in ("all", "505", "604")} <= set(own)
    assert {f"{HERE}/lists.db", f"{HERE}/2026-07-01/all/csv/prices.csv"} <= set(own)
    for link in own:
        assert api.head(link).status_code == 200, link


def test_the_page_says_of_a_closed_list_that_it_is_and_how_large_each_file_is(api):
    shown = page(api, "/nedlasting?lang=nb")
    assert "504 Diabetesutstyr (avsluttet) 504 10. juni 2026 Excel" in shown.text
    assert "505 Utstyr ved stomi 505 10. juni 2026 Excel" in shown.text
    for name in ("2026-06-10/505/lists.xlsx", "2026-06-10/505/m30.xml"):
        kb = max(1, round(sealed(api, f"{HERE}/{name}")["bytes"] / 1000))
        assert f"({kb}\N{NO-BREAK SPACE}kB)" in api.get("/nedlasting?lang=nb").text


def test_a_home_in_which_nothing_is_published_has_nothing_to_take(empty_api):
    assert "Nothing is published here yet" in page(empty_api, "/nedlasting?lang=en").text
    assert empty_api.get("/v1/releases/1/files").json()["type"] == "/problems/unknown-release"


def test_a_home_whose_last_release_has_no_files_says_so(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    publish_file(home, stoma_file(SPRING, helfo="2026-01-01"))
    with TestClient(create_app(home)) as api:
        text = page(api, "/nedlasting?lang=en").text
        assert "only its database was kept" in text
        assert "lists.db" in text


def test_the_page_is_there_on_any_day(api):
    assert "Last ned listene" in page(api, "/nedlasting?lang=nb&valid_on=2026-01-15").text


def test_the_page_says_how_what_was_taken_is_checked(api):
    """Its lines fetch what is there: the manifest names its key and the contents, and these the file."""
    shown = html.unescape(api.get("/nedlasting?lang=en").text)
    fetched = re.findall(r"curl -s http://[^/]+(/\S+) > (\S+)", shown)
    assert [name for _, name in fetched] == [
        *("manifest.json", "manifest.sig", "key.pem"),
        *("contents.json", "lists.db"),
    ]
    got = {name: api.get(path) for path, name in fetched}
    assert {answer.status_code for answer in got.values()} == {200}
    manifest = got["manifest.json"].json()
    assert f"/v1/keys/{manifest['key']} " in shown
    named = {file["path"]: file["sha256"] for file in manifest["files"]}
    for name, path in (("contents.json", "files/contents.json"), ("lists.db", "lists.db")):
        assert hashlib.sha256(got[name].content).hexdigest() == named[path]
