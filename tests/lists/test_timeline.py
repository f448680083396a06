"""Which edition holds: the one rule about time, held against the plainest way to say it."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from lists.timeline import EditionMark, ReleaseMark, Timeline, release_known_at

FIRST = dt.date(2026, 1, 1)
days = st.integers(-3, 12).map(lambda count: FIRST + dt.timedelta(days=count))
releases = st.integers(0, 8)


@st.composite
def histories(draw: st.DrawFn) -> list[EditionMark]:
    """Editions of one list as they were published: a release has one edition of it for a day at most."""
    keys = draw(st.lists(st.tuples(st.integers(1, 7), days), unique=True, max_size=10))
    return [EditionMark("505", place, day, release) for place, (release, day) in enumerate(sorted(keys), 1)]


def plainly_in_force(marks: list[EditionMark], day: dt.date, release: int) -> EditionMark | None:
    known = [mark for mark in marks if mark.release <= release and mark.valid_from <= day]
    return max(known, key=lambda mark: (mark.valid_from, mark.release), default=None)


@given(histories(), days, releases)
def test_the_last_by_first_day_and_release_is_in_force(marks, day, release):
    assert Timeline(marks).in_force(day, release) == plainly_in_force(marks, day, release)


@given(histories(), st.randoms(use_true_random=False), days, releases)
def test_the_order_in_which_editions_are_given_does_not_matter(marks, chance, day, release):
    shuffled = list(marks)
    chance.shuffle(shuffled)
    assert Timeline(shuffled).in_force(day, release) == Timeline(marks).in_force(day, release)


@given(histories(), days, releases)
def test_what_is_coming_is_what_will_be_in_force_on_each_later_day(marks, day, release):
    later = sorted({mark.valid_from for mark in marks if mark.valid_from > day and mark.release <= release})
    coming = Timeline(marks).coming(day, release)
    assert list(coming) == [plainly_in_force(marks, then, release) for then in later]


@given(histories(), releases)
def test_the_chain_is_every_edition_that_holds_on_some_day(marks, release):
    every_day = [FIRST + dt.timedelta(days=count) for count in range(-3, 13)]
    held = {plainly_in_force(marks, day, release) for day in every_day} - {None}
    assert set(Timeline(marks).chain(release)) == held


@given(histories(), days, releases)
def test_an_old_question_keeps_its_answer_whatever_is_published_later(marks, day, release):
    then = [mark for mark in marks if mark.release <= release]
    assert Timeline(marks).in_force(day, release) == Timeline(then).in_force(day, release)


def test_a_correction_for_the_same_day_takes_over_from_its_release_on():
    first, correction = EditionMark("505", 1, FIRST, 1), EditionMark("505", 2, FIRST, 2)
    timeline = Timeline([first, correction])
    assert timeline.in_force(FIRST, 1) == first
    assert timeline.in_force(FIRST, 2) == correction


def test_an_edition_is_named_by_list_first_day_and_release():
    assert EditionMark("505", 3, FIRST, 12).id == "505/2026-01-01/12"


@given(st.lists(st.integers(0, 5), max_size=6).map(sorted), st.integers(-1, 6))
def test_a_release_is_known_from_the_instant_it_was_published(seconds, asked):
    begin = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    marks = [ReleaseMark(n, begin + dt.timedelta(seconds=after)) for n, after in enumerate(seconds, 1)]
    assert release_known_at(marks, begin + dt.timedelta(seconds=asked)) == sum(
        after <= asked for after in seconds
    )
