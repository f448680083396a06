"""Over random histories: what a view shows is what the one rule says, and ready answers say the same."""

import datetime as dt
import tempfile
from contextlib import closing
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.answers import Answers
from app.publish.ready import make_answers
from app.read.encoded import encoded_product
from app.read.lists import group_shapes, list_shape
from app.read.status import status_shape
from app.read.view import View
from app.snapshot import Snapshot
from ingest import store
from ingest.write import Addition, write
from lists.edition import Edition
from lists.errors import NotThere
from tests.random_editions import VARENR, editions

LISTS = ("502", "505")
FIRST_READY = dt.date(2025, 12, 31)
DAYS = [dt.date(2025, 12, 28) + dt.timedelta(days=count) for count in range(10)]

releases = st.lists(
    st.lists(st.sampled_from(LISTS), min_size=1, unique=True).flatmap(
        lambda codes: st.tuples(*(editions(list_code=code) for code in codes))
    ),
    min_size=1,
    max_size=3,
)
some = settings(max_examples=10)
"""A history takes a tenth of a second to draw."""

History = list[tuple[Edition, ...]]


def written(history: History, directory: Path) -> Snapshot:
    """The snapshot after all releases of a history, without ready answers."""
    former = None
    for number, brought in enumerate(history, start=1):
        target = directory / f"{number}.db"
        release = store.Release(number, dt.datetime(2025, 12, number, tzinfo=dt.UTC))
        write(target, former=former, release=release, additions=map(Addition, brought))
        former = target
    assert former is not None
    return Snapshot(store.connect(former), None)


def rule(history: History, code: str, day: dt.date, release: int) -> Edition | None:
    """Of the editions released at or before, in force on or before: the last by (valid_from, release)."""
    known = [
        (edition.valid_from, number, edition)
        for number, brought in enumerate(history[:release], start=1)
        for edition in brought
        if edition.terms.list == code and edition.valid_from <= day
    ]
    return max(known, key=lambda one: one[:2])[2] if known else None


@some
@given(releases)
def test_a_view_shows_what_the_one_rule_says(history):
    with tempfile.TemporaryDirectory() as directory, closing(written(history, Path(directory))) as snapshot:
        for release in range(len(history) + 1):
            for day in DAYS:
                view = View(snapshot, valid_on=day, release=release)
                expected = {code: rule(history, code, day, release) for code in LISTS}
                for varenr in VARENR:
                    shown = {one.index.mark.list: one.entry for one in view.listed(varenr)}
                    assert shown == {
                        code: entry
                        for code, edition in expected.items()
                        if edition is not None
                        for entry in edition.entries
                        if entry.varenr == varenr
                    }


@some
@given(releases)
def test_what_was_known_then_is_what_was_answered_then(history):
    """No later release changes an answer for its own days, as known before it."""
    with tempfile.TemporaryDirectory() as directory, closing(written(history, Path(directory))) as last:
        for release in range(1, len(history) + 1):
            then = Snapshot(store.connect(Path(directory) / f"{release}.db"), None)
            with closing(then):
                for day in DAYS[::3]:
                    assert told(View(then, valid_on=day, release=release)) == told(
                        View(last, valid_on=day, release=release)
                    )


@some
@given(releases)
def test_ready_answers_are_what_would_be_answered_without_them(history):
    with tempfile.TemporaryDirectory() as directory, closing(written(history, Path(directory))) as snapshot:
        slow = {day: told(View(snapshot, valid_on=day, release=len(history))) for day in DAYS}
        make_answers(snapshot, FIRST_READY, Path(directory) / "answers")
        snapshot.answers = Answers(Path(directory) / "answers")
        for day, expected in slow.items():
            assert told(View(snapshot, valid_on=day, release=len(history))) == expected


def told(view: View) -> list[object]:
    """All that a view answers."""
    answers: list[object] = [status_shape(view)]
    for code in LISTS:
        try:
            answers += [list_shape(view, code), *group_shapes(view, code)]
        except NotThere as absent:
            answers.append(absent.reason)
    for varenr in VARENR:
        try:
            answers.append(encoded_product(view, varenr))
        except NotThere as absent:
            answers.append((absent.reason, absent.facts))
    return answers
