"""Days are civil days in Norway, instants are UTC, and nothing else is either."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.days import (
    day_before,
    day_of_instant,
    instant_text,
    next_quarter_day,
    oslo_day,
    parse_day,
    parse_instant,
)
from lists.errors import BadDay


@given(st.dates())
def test_writing_and_reading_a_day_are_inverses(day):
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-1-1", "20260101", "2026-01-01 ", "2026-01-01T00:00:00", "01.01.2026"),
        *("2026-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "٢٠٢٦-٠١-٠١"),
    ],
)
def test_every_other_form_of_a_day_is_refused(text):
    with pytest.raises(BadDay) as refused:
        parse_day(text)
    assert (refused.value.reason, refused.value.facts) == ("day-form", {"found": text})


@given(st.datetimes(timezones=st.just(dt.UTC)))
def test_writing_and_reading_an_instant_are_inverses(instant):
    assert parse_instant(instant_text(instant)) == instant


@pytest.mark.parametrize(
    "text", ["2026-01-01", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z", "2026-01-01T24:61:00Z", "now", ""]
)
def test_an_instant_without_offset_or_form_is_refused(text):
    with pytest.raises(BadDay) as refused:
        parse_instant(text)
    assert refused.value.reason == "instant-form"


def test_an_instant_with_offset_is_the_same_instant_in_utc():
    assert instant_text(parse_instant("2026-07-01T01:30:00+02:00")) == "2026-06-30T23:30:00Z"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2017-04-12T18:26:27.336Z", "2017-04-12"),
        ("2017-04-12T23:30:00Z", "2017-04-13"),  # half past one in Oslo
        ("2017-12-31T23:30:00Z", "2018-01-01"),
        ("2017-04-12T23:30:00", "2017-04-12"),
        ("2017-04-12", "2017-04-12"),
        ("2017-04-12T00:10:00+05:00", "2017-04-11"),
    ],
)
def test_the_day_of_an_instant_is_oslos_where_it_has_an_offset(text, day):
    assert day_of_instant(text) == parse_day(day)


@pytest.mark.parametrize(
    ("parse", "text"),
    [(day_of_instant, "9999-12-31T23:30:00Z"), (parse_instant, "0001-01-01T00:00:00+14:00")],
)
def test_an_instant_beyond_the_end_of_the_calendar_is_refused_and_no_crash(parse, text):
    with pytest.raises(BadDay) as refused:
        parse(text)
    assert refused.value.facts == {"found": text}


def test_a_day_in_norway_begins_at_midnight_in_oslo_in_summer_and_winter():
    assert oslo_day(dt.datetime(2026, 6, 30, 22, 0, tzinfo=dt.UTC)) == dt.date(2026, 7, 1)
    assert oslo_day(dt.datetime(2026, 12, 31, 22, 30, tzinfo=dt.UTC)) == dt.date(2026, 12, 31)
    assert oslo_day(dt.datetime(2026, 12, 31, 23, 0, tzinfo=dt.UTC)) == dt.date(2027, 1, 1)


def test_the_lists_change_on_the_first_day_of_a_quarter():
    days = [dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 10, 1)]
    assert [str(next_quarter_day(day)) for day in days] == [
        "2026-01-01",
        "2026-04-01",
        "2026-07-01",
        "2027-01-01",
    ]


@given(st.dates(max_value=dt.date(9998, 1, 1)))
def test_the_next_quarter_day_is_after_and_within_92_days(day):
    following = next_quarter_day(day)
    assert 0 < (following - day).days <= 92
    assert (following.day, following.month % 3) == (1, 1)
    assert day_before(following) >= day
