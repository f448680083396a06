"""Ready answers: what is made at publishing is, byte for byte, what would be made at asking."""

import datetime as dt
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from app.answers import Answers, ReadyAnswer, write_answers
from app.api.application import create_app
from app.read.encoded import encoded_product
from app.read.view import View
from app.snapshot import open_snapshot
from lists.errors import NotThere
from tests.app.builders import NOW, Good, an_empty_home, last_days, publish_file, stoma_file

DAY = dt.date(2026, 1, 1)
FIRST_READY = NOW.date()


def an_answer(varenr, day=DAY, body=b'"a":1}'):
    return ReadyAnswer(varenr, day, body, (body or b"").ljust(8, b"\0")[:8])


@pytest.fixture
def written(tmp_path):
    """Opens answers that were just written."""
    opened = []

    def write(*answers):
        write_answers(answers, tmp_path / "answers")
        opened.append(Answers(tmp_path / "answers"))
        return opened[-1]

    yield write
    for answers in opened:
        answers.close()


def body_on(answers, varenr, day):
    found = answers.on(day).find(varenr)
    return found[0] if found is not None else None


def test_an_answer_holds_from_its_first_day_until_the_next_one(written):
    later = dt.date(2026, 4, 1)
    answers = written(an_answer("1", DAY, b"first"), an_answer("1", later, b"second"), an_answer("2"))
    assert body_on(answers, "1", dt.date(2025, 12, 31)) is None
    assert body_on(answers, "1", DAY) == b"first"
    assert body_on(answers, "1", dt.date(2026, 3, 31)) == b"first"
    assert body_on(answers, "1", later) == b"second"
    assert body_on(answers, "1", dt.date.max) == b"second"


def test_a_span_in_which_a_product_is_on_no_list_has_no_answer(written):
    answers = written(an_answer("1", DAY, b"first"), an_answer("1", dt.date(2026, 4, 1), None))
    assert body_on(answers, "1", dt.date(2026, 5, 1)) is None


def test_numbers_of_other_lengths_and_of_the_padding_are_not_mistaken(written):
    answers = written(an_answer("12", body=b"short"), an_answer("1234567890", body=b"long"))
    assert body_on(answers, "12", DAY) == b"short"
    for stranger in ("1", "123", "12\0", "12\0\0", "", "12345678901", "\0", "ø"):
        assert body_on(answers, stranger, DAY) is None


def test_no_answers_are_an_empty_file(written):
    assert body_on(written(), "600007", DAY) is None


@settings(max_examples=60)
@given(
    numbers=st.dictionaries(
        st.text("0123456789-Å", min_size=1, max_size=9),
        st.dictionaries(st.integers(0, 400), st.binary(max_size=9), min_size=1, max_size=4),
        max_size=12,
    ),
    asked=st.integers(-5, 420),
)
def test_whatever_is_written_is_found_again(tmp_path_factory, numbers, asked):
    directory = tmp_path_factory.mktemp("answers") / "a"
    spans = sorted(
        (varenr.encode(), DAY + dt.timedelta(days=offset), body)
        for varenr, bodies in numbers.items()
        for offset, body in bodies.items()
    )
    write_answers((an_answer(key.decode(), day, body) for key, day, body in spans), directory)
    with closing(Answers(directory)) as answers:
        day = DAY + dt.timedelta(days=asked)
        for varenr, bodies in numbers.items():
            begun = [offset for offset in bodies if offset <= asked]
            expected = bodies[max(begun)] if begun else b""
            assert (body_on(answers, varenr, day) or b"") == expected


@pytest.fixture(scope="module")
def both(storied_home):
    """The storied snapshot with its ready answers, and the same without them."""
    with (
        closing(open_snapshot(storied_home, 6)) as ready,
        closing(open_snapshot(storied_home, 6)) as slow,
    ):
        assert slow.answers is not None
        slow.answers.close()
        slow.answers = None
        yield ready, slow


def all_numbers(snapshot):
    return [row[0] for row in snapshot.db.execute("SELECT DISTINCT varenr FROM entry ORDER BY varenr")]


@settings(max_examples=80)
@given(day=st.dates(dt.date(2025, 12, 1), dt.date(2027, 1, 31)), release=st.sampled_from([6, 6, 6, 5, 3]))
def test_the_ready_answer_and_the_slow_way_give_the_same_bytes_and_tags(both, day, release):
    ready, slow = (View(snapshot, valid_on=day, release=release) for snapshot in both)
    for varenr in all_numbers(both[0]):
        assert answer_of(ready, varenr) == answer_of(slow, varenr)


def test_the_answers_of_the_days_ahead_are_ready(both):
    ready, _ = both
    for day in (FIRST_READY, dt.date(2026, 7, 1), dt.date(2026, 9, 1), dt.date(9999, 12, 31)):
        view = View(ready, valid_on=day, release=6)
        for varenr in all_numbers(ready):
            assert (ready.answers.on(day).find(varenr) is not None) == bool(view.listed(varenr))


def answer_of(view, varenr):
    try:
        return encoded_product(view, varenr)
    except NotThere as absent:
        return absent.reason, absent.facts


def test_a_last_day_that_means_never_is_no_end_of_the_calendar(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    good = Good("600007", last_days=last_days("9999-12-31", "9999-12-31"))
    publish_file(home, stoma_file([good], helfo="2026-01-01"), complete=True)
    with TestClient(create_app(home)) as api:
        assert api.get("/v1/status").json()["next_change"] is None
        shape = api.get("/v1/products/600007?valid_on=9999-12-31").json()
        assert (shape["status"], shape["leaves_on"]) == ("leaving", "9999-12-31")
