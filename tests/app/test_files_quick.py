"""The short way to a file: it sends what the long way sends, keeps what is small and forgets in time."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.api import quick_files
from app.api.application import create_app
from app.kept import Kept
from app.read.released import release_contents
from tests.app import homes
from tests.app.both_ways import ask
from tests.app.builders import clock_at

HERE = "/v1/releases/6/files"
PRODUCTS, TABLE, DATABASE = (
    f"{HERE}/{path}"
    for path in ("2026-06-10/505/products.ndjson", "2026-06-10/all/csv/prices.csv", "lists.db")
)
PATHSEND = "http.response.pathsend"
PATHS = (
    *(
        PRODUCTS,
        f"{PRODUCTS}.gz",
        TABLE,
        DATABASE,
        f"{HERE}/contents.json",
        f"{HERE}/2026-06-10/505/list.pdf",
    ),
    *("/v1/releases/1/files/lists.db", "/v1/releases/06/files/lists.db", "/v1/releases/0/files/lists.db"),
    *("/v1/releases/7/files/lists.db", "/v1/releases/latest/files/lists.db", f"{HERE}/nothing.csv"),
    *(f"{HERE}//lists.db", f"{HERE}/./lists.db", f"{HERE}/lists.db/", f"{HERE}/../manifest.json", HERE),
    *("/v1/releases/", "/v1/releases/6", f"{HERE}/", f"{HERE}/lister.db\u00e6", f"{HERE}/a%2Fb"),
)
VALUES = {
    b"accept-encoding": (b"gzip", b"identity", b"gzip;q=0", b"br, GZIP;q=0.5", b"*", b""),
    b"if-none-match": (b"*", b'"0"', b"same", b'W/"0", "1"', b""),
    b"range": (b"bytes=0-9", b"Bytes= 5- ", b"bytes=-3", b"bytes=99999999-", b"bytes=0-1,4-5", b"lines=1"),
    b"if-range": (b'"0"', b"same", b"Mon, 01 Jun 2026 00:00:00 GMT"),
}
headers = st.lists(
    st.sampled_from(tuple(VALUES)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[name]))
    ),
    max_size=4,
)


@settings(max_examples=150)
@given(
    st.sampled_from(PATHS),
    st.sampled_from((b"", b"", b"", b"lang=nb", b"a=b")),
    headers,
    st.sampled_from(("GET", "HEAD", "GET", "HEAD", "POST")),
    st.sampled_from(((), (PATHSEND,))),
)
def test_both_ways_send_the_same_file(both, path, query, given_headers, method, extensions):
    quick, slow = both
    with clock_at():
        tag = dict(ask(slow, path, b"")[1]).get(b"etag", b"")
        sent = [(name, tag if value == b"same" else value) for name, value in given_headers]
        asked: Any = {"method": method, "headers": sent, "extensions": extensions}
        expected = ask(slow, path, query, **asked)
        assert expected[0] in (200, 206, 302, 304, 400, 404, 405, 416)
        for _ in range(2):
            assert _without_path(ask(quick, path, query, **asked)) == _without_path(expected)


def _without_path(answer: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same answer with the bytes of the file whose path the server is given."""
    status, sent, body = answer
    if body.startswith(b"/"):
        body = Path(body.decode()).read_bytes()
    return status, sent, body


def test_every_file_of_a_release_goes_the_short_way(both, in_june):
    quick, slow = both
    served = quick.quick._served
    for item in release_contents(served.home, served.snapshot, 6).files:
        for coding in (b"identity", b"gzip"):
            path, sent = f"{HERE}/{item.path}", [(b"accept-encoding", coding)]
            served.files.clear()
            assert ask(quick, path, b"", headers=sent) == ask(slow, path, b"", headers=sent)
            assert len(served.files) == 1, path


def test_what_is_small_is_sent_out_of_memory_and_what_is_large_by_its_path(both, in_june, monkeypatch):
    quick, _ = both
    files, path = quick.quick._served.files, quick.quick._served.home.release(6) / "lists.db"
    content = path.read_bytes()
    # Blocks that do not divide it evenly.
    monkeypatch.setattr(quick_files, "BLOCK", len(content) // 3)
    for small in (len(content), len(content) - 1):
        monkeypatch.setattr(quick_files, "SMALL", small)
        files.clear()
        for _ in range(2):
            sent = ask(quick, DATABASE, b"", extensions=[PATHSEND])[2]
            assert sent == (content if small == len(content) else str(path).encode())
        assert ask(quick, DATABASE, b"")[2] == content, "a server that cannot send a file is given its bytes"
        assert ask(quick, DATABASE, b"", headers=[(b"range", b"bytes=5-8")])[2] == content[5:9]
        assert (files._bytes > len(content)) is (small == len(content))


def test_so_many_bytes_are_kept_and_no_more(both, in_june, monkeypatch):
    served = both[0].quick._served
    room = 200_000
    monkeypatch.setattr(served, "files", Kept(most_bytes=room))
    sizes = []
    for item in release_contents(served.home, served.snapshot, 6).files:
        assert ask(both[0], f"{HERE}/{item.path}", b"")[0] == 200
        assert served.files._bytes <= room
        sizes.append(item.bytes)
    assert sum(sizes) > 2 * room
    assert 0 < len(served.files) < len(sizes)


def test_a_file_that_is_not_what_it_was_is_not_kept(storied_home, tmp_path, in_june):
    home = homes.a_copy(storied_home, tmp_path / "copy")
    front = create_app(home)
    front.quick._served.open()
    path = home.release(6) / "files/2026-06-10/505/products.ndjson"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    # The length that was sealed is said: a client sees that something is missing.
    status, sent, body = ask(front, PRODUCTS, b"")
    assert (status, dict(sent)[b"content-length"], body) == (200, str(len(content)).encode(), content[:-1])
    path.write_bytes(content)
    assert ask(front, PRODUCTS, b"")[2] == content
    front.quick._served.close()


def test_a_home_that_went_back_to_a_release_has_no_files_of_a_later_one(storied_home, tmp_path, in_june):
    home = homes.a_copy(storied_home, tmp_path / "copy")
    front = create_app(home)
    served = front.quick._served
    served.open()
    assert ask(front, DATABASE, b"")[0] == 200
    shutil.copytree(home.snapshot(6), home.snapshot(5), dirs_exist_ok=True)
    served.go_over_to(0)
    assert ask(front, DATABASE, b"")[0] == 404
    served.close()


def test_both_ways_are_counted_in_the_same_series(both, in_june):
    label = "/v1/releases/{release}/files/{path}"
    tag = dict(ask(both[1], TABLE, b"")[1])[b"etag"]
    asked: Any = ([], [(b"if-none-match", tag)], [(b"range", b"bytes=0-0")])

    def counted() -> Counter[str]:
        lines = ask(both[1], "/metrics", b"")[2].decode().splitlines()
        told = (line.rpartition(" ") for line in lines if line.startswith("blaliste_requests_total"))
        return Counter({name: int(float(value)) for name, _, value in told if f'"{label}"' in name})

    for front in both:
        before = counted()
        for sent in asked:
            ask(front, TABLE, b"", headers=sent)
            ask(front, TABLE, b"", headers=sent, method="HEAD")
        more = counted() - before
        statuses = {name.partition('status_code="')[2][:3]: times for name, times in more.items()}
        # Of a HEAD no part is sent.
        assert statuses == {"200": 3, "304": 2, "206": 1}
        assert all('method="GET"' in name for name in more)
