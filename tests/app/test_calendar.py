"""The calendar: what stands in it, in which order, as JSON, and as events that a calendar program reads."""

import datetime as dt
import re
from collections import Counter
from contextlib import closing

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient
from structlog.testing import capture_logs

from app.api.application import create_app
from app.calendar_file import LONGEST_LINE, Event, icalendar
from app.home import Home
from app.publish.deciding import unschedule
from app.publish.publishing import publish_drafts
from app.publish.wishes import Wish
from app.read.calendar import Scheduled, ScheduledList, a_year_from, calendar
from app.read.view import View
from app.scheduled import ScheduledPublishes
from app.snapshot import open_snapshot
from app.workshop.database import Workshop
from app.workshop.records import SCHEDULED, Schedule
from lists.days import LAST_DAY
from tests.app import homes
from tests.app.builders import NOW, clock_at
from tests.builders import goods_xml

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
SUMMER = dt.datetime(2026, 6, 20, 22, 30, tzinfo=dt.UTC)  # 21 June, half past midnight in Norway
STAMP = dt.datetime(2026, 6, 10, 8, 0, 5, tzinfo=dt.UTC)


def scheduled(*lists, at=SUMMER, draft=7):
    return Scheduled(at, (draft,), tuple(ScheduledList(*one) for one in lists))


@pytest.fixture(scope="module")
def view(storied_home):
    with closing(open_snapshot(storied_home, 6)) as snapshot:
        yield View(snapshot, valid_on=NOW.date(), release=6)


def told(items):
    return [(item.on.isoformat(), item.kind, item.list) for item in items]


# --- what stands in it --------------------------------------------------------


def test_editions_come_into_force_and_lists_close_on_their_days_in_order(view):
    items = calendar(view, (), first=FIRST, last=LAST)

    assert [(str(item.on), item.kind, item.edition) for item in items if item.kind != "ends"] == [
        ("2026-01-01", "in-force", "502/2026-01-01/1"),
        ("2026-01-01", "in-force", "504/2026-01-01/1"),
        ("2026-01-01", "in-force", "505/2026-01-01/3"),  # as corrected by release 3
        ("2026-01-01", "in-force", "604/2026-01-01/1"),
        ("2026-01-15", "in-force", "200/2026-01-15/2"),
        ("2026-04-01", "in-force", "505/2026-04-01/4"),
        ("2026-04-01", "closes", "504/2026-04-01/5"),
        ("2026-07-01", "in-force", "505/2026-07-01/6"),
    ]


def test_products_have_their_last_day_where_an_edition_or_their_own_dates_end_them(view):
    items = calendar(view, (), first=FIRST, last=LAST)

    assert [
        (str(item.on), item.list, item.last_day_of, item.products) for item in items if item.kind == "ends"
    ] == [
        ("2026-03-31", "504", "listed", 1),  # the list closes
        ("2026-03-31", "505", "listed", 1),  # 600008, which the edition of April does not have
        ("2026-03-31", "505", "prescribing", 1),  # 600011
        ("2026-04-30", "505", "listed", 1),
        ("2026-05-31", "505", "prescribing", 1),  # 600010
        ("2026-06-30", "505", "listed", 1),  # 600013
        ("2026-08-31", "505", "listed", 1),  # 600010
    ]


def test_only_what_happens_between_the_two_days_is_told_and_both_count(view):
    everything = calendar(view, (), first=FIRST, last=LAST)
    days = (dt.date(2026, 3, 31), dt.date(2026, 4, 30))

    assert calendar(view, (), first=days[0], last=days[1]) == tuple(
        item for item in everything if days[0] <= item.on <= days[1]
    )
    assert calendar(view, (), first=dt.date(2030, 1, 1), last=dt.date.max) == ()


def test_as_of_an_earlier_release_only_what_was_released_is_told(storied_home):
    with closing(open_snapshot(storied_home, 6)) as snapshot:
        view = View(snapshot, valid_on=NOW.date(), release=1)
        items = calendar(view, (), first=dt.date(2026, 4, 1), last=LAST)

    assert told(items) == [
        ("2026-04-30", "ends", "505"),
        ("2026-05-31", "ends", "505"),
        ("2026-08-31", "ends", "505"),
    ]


@pytest.mark.parametrize("day", [dt.date(2026, 1, 1), dt.date(2026, 4, 1), dt.date(2026, 6, 15)])
def test_the_last_days_are_those_that_the_products_themselves_tell(view, day):
    """Of products of one list only; 600009 and 600007 stand in two, or in two groups."""
    seen = View(view.snapshot, valid_on=day, release=6)
    numbers = {row[0] for row in view.snapshot.db.execute("SELECT varenr FROM entry WHERE list = '505'")}
    shapes = [seen.product(varenr) for varenr in sorted(numbers) if seen.listed(varenr)]
    expected = Counter(
        shape.leaves_on
        for shape in shapes
        if len({entry.list for entry in shape.entries}) == 1 and shape.leaves_on and shape.leaves_on >= day
    )
    while_it_holds = seen.coming["505"][0].valid_from if seen.coming["505"] else LAST_DAY

    items = calendar(seen, (), first=day, last=dt.date(2100, 1, 1))
    found = {item.on: item.products for item in items if item.list == "505" and item.last_day_of == "listed"}
    assert {on: count for on, count in expected.items() if on < while_it_holds} == {
        on: count for on, count in found.items() if on < while_it_holds
    }


def test_a_scheduled_publish_stands_on_its_day_in_norway_with_lists_and_first_days_and_no_more(view):
    publish = scheduled(("505", "Ny tittel", dt.date(2026, 10, 1)), ("701", "Ny", dt.date(2026, 10, 1)))
    items = calendar(view, [publish], first=dt.date(2026, 6, 21), last=dt.date(2026, 6, 30))

    assert told(items) == [
        ("2026-06-21", "publishes", "505"),
        ("2026-06-21", "publishes", "701"),
        ("2026-06-30", "ends", "505"),
    ]
    # A new title of a list that is public is the draft's, and nobody's business yet.
    assert [item.title for item in items[:2]] == ["Utstyr ved stomi", "Ny"]
    assert {item.at for item in items[:2]} == {SUMMER}
    assert {item.valid_from for item in items[:2]} == {dt.date(2026, 10, 1)}
    assert {item.edition for item in items[:2]} == {None}


def test_two_publishes_of_one_list_and_day_at_one_instant_are_one_event(view):
    lists = ("505", "x", dt.date(2026, 10, 1))
    items = calendar(view, [scheduled(lists), scheduled(lists, draft=9)], first=FIRST, last=LAST)

    assert [item.drafts for item in items if item.kind == "publishes"] == [(7, 9)]


def test_publishes_of_one_day_stand_by_their_instant(view):
    late = scheduled(("502", "x", dt.date(2026, 10, 1)), at=SUMMER + dt.timedelta(hours=2))
    early = scheduled(("505", "x", dt.date(2026, 10, 1)))
    items = calendar(view, [late, early], first=FIRST, last=LAST)

    assert [item.list for item in items if item.kind == "publishes"] == ["505", "502"]


@pytest.mark.parametrize(
    ("day", "then"),
    [("2026-06-15", "2027-06-15"), ("2028-02-29", "2029-02-28"), ("9999-03-01", "9999-12-31")],
)
def test_a_year_is_to_the_same_date(day, then):
    assert str(a_year_from(dt.date.fromisoformat(day))) == then


# --- what is scheduled --------------------------------------------------------


@pytest.fixture
def waiting(tmp_path):
    """A home with one release and a draft that waits for its hour."""
    home = homes.an_empty_home(tmp_path / "home")
    homes.take(home, homes.write(tmp_path / "a.xml"), at="2026-01-05")
    homes.draft(home, homes.write(tmp_path / "b.xml", goods=goods_xml(name="Ny"), helfo="2099-01-01"))
    at = dt.datetime(2098, 12, 15, 7, tzinfo=dt.UTC)
    publish_drafts(home, [2], by="Kari", wish=Wish("hemmelig", at=at, overrides=homes.ANY_GATE, reason="x"))
    return home


def test_what_is_scheduled_is_read_from_the_workshop(waiting):
    known = ScheduledPublishes(waiting)

    assert known.read() == (
        Scheduled(
            dt.datetime(2098, 12, 15, 7, tzinfo=dt.UTC),
            (2,),
            (ScheduledList("505", known.read()[0].lists[0].title, dt.date(2099, 1, 1)),),
        ),
    )
    assert known.next_at() == dt.datetime(2098, 12, 15, 7, tzinfo=dt.UTC)


def test_a_change_is_seen_at_once_and_what_did_not_change_is_not_read_again(waiting):
    known = ScheduledPublishes(waiting)
    known.read()
    with closing(Workshop(waiting.workshop)) as workshop:
        unschedule(waiting, workshop, 2, by="Kari")
        assert known.next_at() is None
        draft = workshop.draft(2)
        schedule = scheduled().at
        with workshop.changing():
            again = msgspec.structs.replace(draft, state=SCHEDULED, schedule=_schedule(schedule))
            workshop.put(again, "schedule", "Kari")
        assert known.next_at() == schedule


def _schedule(at):
    return Schedule(at, "Kari", (2,))


def test_what_was_read_last_holds_while_somebody_has_locked_the_workshop(waiting):
    known = ScheduledPublishes(waiting)
    was = known.read()
    with closing(Workshop(waiting.workshop)) as workshop:
        workshop.db.conn.execute("PRAGMA locking_mode = EXCLUSIVE")
        workshop.db.conn.execute("PRAGMA journal_mode = DELETE")
        workshop.db.conn.execute("BEGIN EXCLUSIVE")
        assert known.read() == was
        workshop.db.conn.execute("ROLLBACK")


def test_a_workshop_that_is_not_there_or_empty_has_nothing_scheduled(tmp_path):
    home = Home(tmp_path)
    assert ScheduledPublishes(home).read() == ()
    home.workshop.touch()
    assert ScheduledPublishes(home).read() == ()
    assert home.workshop.stat().st_size == 0


def test_a_workshop_that_cannot_be_read_is_told_once(tmp_path):
    home = Home(tmp_path)
    home.workshop.write_bytes(b"no database, and yet long enough to be taken for one" * 100)
    known = ScheduledPublishes(home)
    with capture_logs() as logs:
        assert [known.read(), known.read(), known.next_at()] == [(), (), None]

    assert [log["event"] for log in logs] == ["calendar-not-read"]


# --- over HTTP ----------------------------------------------------------------


def test_the_calendar_is_open_to_all_and_begins_today(api):
    answer = api.get("/v1/calendar")

    assert answer.status_code == 200
    assert (answer.json()["release"], answer.json()["today"]) == (6, "2026-06-15")
    assert answer.headers["Release"] == "6"
    assert [(item["on"], item["kind"], item["at"]) for item in answer.json()["items"]] == [
        ("2026-06-30", "ends", None),
        ("2026-07-01", "in-force", None),
        ("2026-08-31", "ends", None),
    ]
    assert answer.json()["next"] is None


def test_the_calendar_is_told_in_the_client_s_language(api):
    def texts(lang):
        items = api.get("/v1/calendar", params={"lang": lang, "from": "2026-03-31", "to": "2026-04-01"})
        return {item["kind"]: item["text"] for item in items.json()["items"] if item["list"] != "505"}

    assert texts("nb") == {
        "ends": "Liste 504, Diabetesutstyr: varer som har siste dag på listen: 1.",
        "closes": "Liste 504, Diabetesutstyr: listen avvikles; fra denne dagen er den lukket.",
    }
    assert texts("en")["closes"] == "List 504, Diabetesutstyr: the list ends; from this day it is closed."
    assert texts("nn")["ends"] == "Liste 504, Diabetesutstyr: varer som har siste dag på lista: 1."


def test_the_calendar_is_paged_and_a_cursor_pins_its_days(api):
    whole = api.get("/v1/calendar", params={"from": "2026-01-01"}).json()["items"]
    found, answer = [], api.get("/v1/calendar", params={"from": "2026-01-01", "limit": 4})
    while True:
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            break
        assert f"cursor={answer.json()['next']}" in answer.headers["Link"]
        answer = api.get("/v1/calendar", params={"cursor": answer.json()["next"], "limit": 4})

    assert found == whole
    assert len(whole) == 15


@pytest.mark.parametrize(
    ("asked", "field", "detail"),
    [
        ({"from": "juni"}, "from", "a day such as 2026-01-01"),
        ({"to": "2026-02-30"}, "to", "a day such as 2026-01-01"),
        ({"from": "2026-07-01", "to": "2026-06-30"}, "to", "a day that is not before `from`"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/calendar", "/v1/calendar.ics"])
def test_days_that_cannot_be_asked_about_are_refused(api, path, asked, field, detail):
    answer = api.get(path, params=asked)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-date")
    assert answer.json()["errors"][0]["field"] == field
    assert answer.json()["errors"][0]["expected"] == detail


def test_an_unknown_parameter_is_named(api):
    assert "'form'" in api.get("/v1/calendar.ics?form=2026-01-01").json()["detail"]


def test_a_scheduled_publish_is_told_to_all_but_neither_who_nor_why_nor_what(waiting):
    with TestClient(create_app(waiting)) as client:
        days = {"from": "2098-12-01", "to": "2099-01-31", "lang": "nb"}
        answer = client.get("/v1/calendar", params=days)
        file = client.get("/v1/calendar.ics", params=days)

    [item] = answer.json()["items"]
    assert (item["at"], item["on"], item["valid_from"]) == (
        "2098-12-15T07:00:00Z",
        "2098-12-15",
        "2099-01-01",
    )
    assert item["text"].endswith(": utgaven som gjelder fra 2099-01-01, publiseres kl. 08:00 norsk tid.")
    assert set(item) == {
        *("on", "at", "kind", "list", "title", "edition", "valid_from", "products", "last_day_of", "text")
    }
    for text in (answer.text, file.text):
        assert not re.search("hemmelig|Kari|Ny|draft", text)
    [event] = read_calendar(file.content)
    assert event["DTSTART"] == "20981215T070000Z"


def test_an_empty_home_has_an_empty_calendar(empty_api):
    assert empty_api.get("/v1/calendar").json()["items"] == []
    answer = empty_api.get("/v1/calendar.ics")
    assert answer.status_code == 200
    assert read_calendar(answer.content) == []


def test_the_file_says_the_same_as_the_items(api):
    days = {"from": "2026-01-01", "lang": "nb"}
    items = api.get("/v1/calendar", params=days).json()["items"]
    answer = api.get("/v1/calendar.ics", params=days)

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = read_calendar(answer.content)
    assert [event["SUMMARY"] for event in events] == [item["text"] for item in items]
    assert [event["DTSTART"] for event in events] == [item["on"].replace("-", "") for item in items]
    assert {event["DTSTAMP"] for event in events} == {"20260610T000000Z"}
    assert len({event["UID"] for event in events}) == len(events)


def test_the_file_has_the_same_bytes_until_something_is_released_or_scheduled(api, storied_home):
    first = api.get("/v1/calendar.ics?lang=nn")
    again = api.get("/v1/calendar.ics?lang=nn", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    with clock_at(), TestClient(create_app(storied_home)) as other:
        assert other.get("/v1/calendar.ics?lang=nn").content == first.content
    assert api.head("/v1/calendar.ics?lang=nn").headers["ETag"] == first.headers["ETag"]
    assert "Accept-Language" in api.get("/v1/calendar.ics").headers["Vary"]


def test_a_coming_edition_is_read_before_its_day_as_soon_as_it_is_released(api):
    coming = next(item for item in api.get("/v1/calendar").json()["items"] if item["kind"] == "in-force")
    listed = api.get("/v1/lists/505", params={"valid_on": coming["on"]}).json()
    product = api.get("/v1/products/600014", params={"valid_on": coming["on"]})

    assert listed["in_force"]["edition"] == coming["edition"]
    assert product.json()["entries"][0]["edition"] == coming["edition"]
    assert api.get("/v1/products/600014").status_code == 404


# --- iCalendar ----------------------------------------------------------------

_LINE = re.compile(r"([A-Z-]+)((?:;[A-Z-]+=[^;:,\"\x00-\x1f]+)*):(.*)", re.DOTALL)
_ONCE = {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "TRANSP"}


def read_calendar(content):
    """The events of a calendar, as strictly as RFC 5545 allows: name to value, unescaped."""
    assert content.endswith(b"\r\n")
    physical = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in physical)
    assert all(0 < len(line) <= 75 for line in physical)
    for line in physical:
        line.decode()  # No character is broken in two.
    logical = content.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")
    read = [_LINE.fullmatch(line) for line in logical]
    lines = [(match[1], match[2], match[3]) for match in read if match is not None]
    assert len(lines) == len(logical)
    assert [line[0] for line in lines[:4]] == ["BEGIN", "VERSION", "PRODID", "CALSCALE"]
    assert lines[0][2] == lines[-1][2] == "VCALENDAR"
    return _events(lines)


def _events(lines):
    events: list[dict[str, str]] = []
    open_parts: list[str] = []
    for name, parameters, value in lines:
        if name == "BEGIN":
            open_parts.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert open_parts.pop() == value
        elif open_parts[-1] == "VEVENT":
            assert name not in events[-1]
            events[-1][name] = _value(name, parameters, value)
    assert open_parts == []
    for event in events:
        assert set(event) == _ONCE
    return events


def _value(name, parameters, value):
    if name == "DTSTART" and parameters == ";VALUE=DATE":
        assert dt.datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 a day
    elif name in ("DTSTART", "DTSTAMP"):
        assert parameters == ""
        assert dt.datetime.strptime(value, "%Y%m%dT%H%M%SZ")  # noqa: DTZ007 Z says so
    elif name in ("SUMMARY", "UID"):
        assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", value)
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value)
        return re.sub(r"\\([\\;,nN])", lambda match: "\n" if match[1] in "nN" else match[1], value)
    return value


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.dates(min_value=dt.date(1, 1, 1)))
def test_any_text_comes_back_as_it_was_in_lines_that_are_short_enough(text, day):
    content = icalendar([Event("a;b", day, None, text)], name="N", stamp=STAMP, lang="nb")
    [event] = read_calendar(content)

    plain = re.sub(r"\r\n|\r", "\n", text)
    assert event["SUMMARY"] == re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", plain)
    assert event["UID"] == "a;b"
    assert event["DTSTART"] == day.isoformat().replace("-", "")


def test_a_long_line_goes_on_behind_a_blank_and_is_full_before():
    content = icalendar([Event("u", FIRST, None, "å" * 100)], name="N", stamp=STAMP, lang="nb")
    lines = content.split(b"\r\n")
    place = next(at for at, line in enumerate(lines) if line.startswith(b"SUMMARY"))

    assert len(lines[place]) in (LONGEST_LINE, LONGEST_LINE - 1)
    assert lines[place + 1].startswith(b" ")
    assert lines[place + 2].startswith(b" ")


def test_an_instant_is_told_in_utc_whatever_offset_it_has():
    at = dt.datetime(2026, 7, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    [event] = read_calendar(icalendar([Event("u", FIRST, at, "x")], name="N", stamp=STAMP, lang="nb"))

    assert event["DTSTART"] == "20260630T223000Z"
