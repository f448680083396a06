"""The short way and the long way: whatever is asked, both send the same, and both are counted."""

import datetime as dt
import json
from collections import Counter
from urllib.parse import quote, quote_from_bytes, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from app.api.application import Front, create_app
from app.kept import Kept
from app.unanswered_file import begin
from lists.status import STATUSES
from tests.app import homes
from tests.app.both_ways import BothWays, ask
from tests.app.builders import NOW, clock_at

WORDS = ("pose", "fjellro stomi", "600007", "vårp", "katetre", "kattete", "stk", "a", "", "x" * 65, "30 mm")
VALUES = {
    "q": WORDS,
    "list": ("505", "502", "999", ""),
    "group": ("505", "5050102", "A10A", ""),
    "supplier": ("Fjellro Stomi AS", "Havblikk A\u030a AS", ""),
    "status": (*STATUSES, "gone"),
    "own_prescription": ("true", "false", "yes"),
    "has_limit": ("true", "false", ""),
    "price_from": ("100", "375.00", "1e9", "-1"),
    "price_to": ("375", "12,50", ""),
    "valid_on": ("2026-03-31", "2026-04-15", "2026-13-01", "2030-01-01", ""),
    "known_at": ("2026-03-01T00:00:00Z", "2026-06-15T12:00:00+02:00", "2029-01-01T00:00:00Z", "2026-03-01"),
    "limit": ("1", "3", "100", "101", "0", "x"),
    "cursor": ("", "WyJ4Il0", "hva som helst"),
    "lang": ("nb", "nn", "en", "sv"),
    "Q": ("pose",),
}
SIGNS = b"abz%+&=;#/ \x00\xc3\xa6\xff'\"<505"

pairs = st.sampled_from(tuple(VALUES)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[name]))
)
plain = st.lists(pairs, max_size=4).map(lambda drawn: urlencode(drawn, encoding="utf-8").encode())
rough = st.lists(st.sampled_from(SIGNS), max_size=12).map(bytes)
as_typed = st.builds(lambda query, more: query + b"&q=" + more, plain, rough)
escaped = st.binary(max_size=8).map(lambda some: b"q=" + quote_from_bytes(some).encode())
numbers = st.sampled_from(
    (
        "600007",
        "600010",
        "600011",
        "012345",
        "600 007",
        "600008",
        "999999",
        "lookup",
        "",
        "x%00",
        "600007/",
        "a%2Fb",
    )
)
tags = st.sampled_from((None, "*", '"0"', "same", 'W/"0", "1"'))


def compare(
    both: tuple[Front, Front], path: str, query: bytes, tag: str | None, *, method: str = "GET"
) -> None:
    """A question on the long way, on the short way, and on the short way again."""
    quick, slow = both
    headers = []
    if tag == "same":
        known = dict(ask(slow, path, query)[1]).get(b"etag", b"")
        headers = [(b"if-none-match", known)]
    elif tag is not None:
        headers = [(b"if-none-match", tag.encode())]
    expected = ask(slow, path, query, method=method, headers=headers)
    assert expected[0] in (200, 304, 400, 404, 405, 410)
    for _ in range(2):
        assert ask(quick, path, query, method=method, headers=headers) == expected


@settings(max_examples=150)
@given(
    st.sampled_from(("/v1/search", "/v1/suggest", "/v1/search/")),
    plain | plain | as_typed | escaped,
    tags,
    st.sampled_from(("GET", "HEAD")),
)
def test_both_ways_send_the_same(both, path, query, tag, method):
    with clock_at():
        compare(both, path, query, tag, method=method)


@settings(max_examples=150)
@given(numbers, plain, tags, st.sampled_from(("GET", "HEAD")))
def test_both_ways_send_the_same_product(both, number, query, tag, method):
    with clock_at():
        compare(both, f"/v1/products/{number}", query, tag, method=method)


@pytest.mark.parametrize("path", ["/v1/search", "/v1/suggest", "/v1/status"])
def test_letters_that_were_not_escaped_are_read_all_the_same(both, in_june, path):
    for front in both:
        escaped = ask(front, path, quote("q=vårp", safe="=").encode())
        assert ask(front, path, "q=vårp".encode()) == escaped
        assert ask(front, path, b"q=\xff\xc3")[0] in (200, 400)


@pytest.mark.parametrize("asked", ["q=stk", "q=fjellro&list=505", "q=stk&valid_on=2026-04-15&lang=nn"])
def test_both_ways_lead_from_page_to_page(both, in_june, asked):
    query = f"{asked}&limit=2"
    for _ in range(3):
        compare(both, "/v1/search", query.encode(), None)
        status, headers, body = ask(both[0], "/v1/search", query.encode())
        following = json.loads(body)["next"]
        assert (status, b"link" in dict(headers)) == (200, following is not None)
        query = f"{asked}&limit=2&cursor={following}"


def test_only_plain_questions_are_answered_without_the_framework(both, in_june):
    quick, _ = both
    kept = quick.quick._served.answers
    kept.clear()
    for query, count in [
        *((b"q=pose&limit=2", 1), (b"q=pose&limit=2", 1), (b"q=p%C3%B8se", 2), (b"", 3)),
        *((b"q=pose&q=pose", 3), (b"q=pose&lang=sv", 3), (b"q=pose&status=gone", 3), (b"q=pose&page=2", 3)),
    ]:
        ask(quick, "/v1/search", query)
        assert len(kept) == count, query


def test_an_answer_of_today_is_not_tomorrows(both):
    with clock_at():
        today = json.loads(ask(both[0], "/v1/search", b"q=pose")[2])["valid_on"]
    with clock_at(NOW + dt.timedelta(days=1)):
        assert json.loads(ask(both[0], "/v1/search", b"q=pose")[2])["valid_on"] > today


SERIES = (
    "blaliste_requests_total",
    *("blaliste_request_duration_seconds_sum", "blaliste_request_duration_seconds_count"),
)
LABELS = 'app_name="blaliste",method="GET",path="%s",status_code="%d"'


@pytest.mark.parametrize(
    ("path", "label"), [("/v1/search", "/v1/search"), ("/v1/products/600007", "/v1/products/{varenr}")]
)
def test_both_ways_are_counted_in_the_same_series(both, in_june, path, label):
    def counted() -> Counter[str]:
        text = ask(both[1], "/metrics", b"")[2].decode()
        lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        return Counter({name: float(value) for name, _, value in lines if f'"{label}"' in name})

    for front in both:
        before = counted()
        ask(front, path, b"lang=nb")
        ask(front, path, b"lang=nb", method="HEAD", headers=[(b"if-none-match", b"*")])
        more = {name: value for name, value in (counted() - before).items() if name.startswith(SERIES)}
        expected = {
            f"{name}{{{labels}}}"
            for name in SERIES
            for labels in (LABELS % (label, 200), LABELS % (label, 304))
        }
        assert more.keys() == expected
        assert [value for name, value in more.items() if not name.startswith(SERIES[1])] == [1, 1, 1, 1]


def test_what_was_asked_in_vain_is_counted_each_time_also_where_the_answer_is_kept(
    storied_home, tmp_path, in_june
):
    home = homes.a_copy(storied_home, tmp_path / "copy")
    begin(home.unanswered)
    front = create_app(home)
    served = front.quick._served
    served.open()
    for query in (b"q=brokkbind", b"q=brokkbind", b"q=brokkbind&limit=1", b"q=brokkbind&list=505"):
        assert json.loads(ask(front, "/v1/search", query)[2])["total"] == 0
    assert served.unanswered._counted == {"brokkbind": 3}
    served.close()


def test_what_was_not_asked_for_longest_makes_room():
    kept = Kept[str](most=3, most_bytes=10)
    for key in "abc":
        kept.keep(key, key.upper(), size=2)
    assert kept.get("a") == "A"
    kept.keep("d", "D", size=2)
    assert [kept.get(key) for key in "abcd"] == ["A", None, "C", "D"]
    kept.keep("e", "E", size=7)
    assert [kept.get(key) for key in "acde"] == [None, None, "D", "E"]
    kept.keep("e", "E", size=1)
    kept.keep("f", "F", size=7)
    assert [kept.get(key) for key in "def"] == ["D", "E", "F"]
    kept.keep("g", "G", size=11)
    assert len(kept) == 0


def test_every_test_that_asks_the_storied_home_compares_both_ways(storied_home, in_june):
    both = BothWays(create_app(storied_home))
    with TestClient(both) as api:
        assert api.get("/v1/products/600007").status_code == 200
        assert api.get("/v1/search?q=pose").status_code == 200
        assert both.compared == 2
        assert api.get("/v1/products/600008/history").status_code == 200
        assert both.compared == 2
        # One that has opened nothing yet says something else.
        both._long = create_app(storied_home)
        with pytest.raises(AssertionError, match="/v1/search"):
            api.get("/v1/search?q=pose")
