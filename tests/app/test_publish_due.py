"""What was scheduled goes out once, in its order, at its hour or when somebody comes; or it says why not."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import time_machine

from app.home import Home
from app.publish.deciding import reject, unschedule
from app.publish.drafting import Why, carry, change_value, refresh
from app.publish.publishing import publish_drafts, publish_due
from app.publish.scheduling import next_due
from app.publish.verify import rebuild, verify
from app.publish.wishes import Wish
from app.snapshot import open_snapshot
from app.workshop.database import Workshop
from app.workshop.records import Stopped
from lists.editing import Edit
from lists.errors import HomeBusy
from tests.app import homes
from tests.app.homes import QUICK, edition, logged, refused, the_draft
from tests.builders import basis_xml, goods_xml, group_xml, price_xml, refund_xml

NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    """The clock stands at noon of a day in March."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """505 in release 1; drafts 2 (505, April), 3 (502, April) and 4 (505, May); nobody changes it."""
    directory = tmp_path_factory.mktemp("published")
    home = homes.an_empty_home(directory / "home")
    other = {
        "bases": basis_xml("502", group_xml("502", text="Urin") + group_xml("5020101")),
        "conditions": "",
    }
    with time_machine.travel(NOON - 2 * HOUR, tick=False):
        homes.take(home, homes.write(directory / "a.xml"))
        homes.draft(home, homes.write(directory / "b.xml", goods=dearer("13.00"), helfo="2026-04-01"))
        goods = goods_xml("600012", refund=refund_xml("RID_5020101"))
        homes.draft(home, homes.write(directory / "c.xml", goods=goods, helfo="2026-04-01", **other))
        homes.draft(home, homes.write(directory / "d.xml", goods=dearer("13.50"), helfo="2026-05-01"))
    return home


@pytest.fixture
def home(published: Home, tmp_path: Path) -> Home:
    """A copy of it."""
    return homes.a_copy(published, tmp_path / "home")


@pytest.fixture
def workshop(home: Home) -> Iterator[Workshop]:
    """Its workshop."""
    with closing(Workshop(home.workshop)) as workshop:
        yield workshop


def dearer(price: str) -> str:
    """The product at another price."""
    return goods_xml(prices=price_xml(price))


def schedule(home: Home, *numbers: int, at: dt.datetime, wish: Wish | None = None) -> None:
    """Set drafts to go out together."""
    told = wish or Wish(note="Til april", at=at)
    assert publish_drafts(home, numbers, by="Ola", wish=told).at == at


def states(home: Home) -> dict[int, str]:
    """What became of each draft that is not published from the start."""
    return {number: the_draft(home, number).state for number in (2, 3, 4)}


def held(home: Home, number: int) -> Stopped:
    """Why a draft did not go out."""
    stopped = the_draft(home, number).held
    assert stopped is not None
    return stopped


def test_what_is_ahead_waits_and_then_goes_out_once(home):
    schedule(home, 2, at=NOON + HOUR)
    assert (home.current_release(), states(home)[2], next_due(home)) == (1, "scheduled", NOON + HOUR)
    assert publish_due(home, NOON + HOUR - dt.timedelta(seconds=1)) == []

    with time_machine.travel(NOON + HOUR, tick=False):
        assert publish_due(home, NOON + HOUR) == [2]
        assert publish_due(home, NOON + HOUR) == []
    assert (states(home)[2], the_draft(home, 2).schedule, next_due(home)) == ("published", None, None)
    assert ("calendar: Ola", "publish", "drafts 2") in [
        (entry.by, entry.act, entry.what) for entry in logged(home)
    ]
    with closing(open_snapshot(home, 2)) as snapshot:
        last = snapshot.releases[-1]
    assert (last.note, last.published_at) == ("Til april", NOON + HOUR)
    assert (rebuild(home), verify(home).release) == (2, 2)


def test_after_a_pause_all_that_fell_due_goes_out_in_the_order_of_its_hours(home):
    schedule(home, 4, at=NOON + 3 * HOUR, wish=Wish(at=NOON + 3 * HOUR, overrides=homes.ANY_GATE, reason="x"))
    schedule(home, 3, at=NOON + 2 * HOUR)
    schedule(home, 2, at=NOON + HOUR, wish=Wish(at=NOON + HOUR, overrides=homes.ANY_GATE, reason="x"))

    assert publish_due(home, NOON + 9 * HOUR) == [2, 3, 4]
    for number, release in ((2, 2), (3, 3), (4, 4)):
        edition_of = the_draft(home, number).lists[0].edition
        assert edition_of is not None
        assert edition_of.endswith(f"/{release}")


def test_several_drafts_set_for_one_hour_together_are_one_release(home):
    schedule(home, 2, 3, at=NOON + HOUR)

    assert publish_due(home, NOON + HOUR) == [2]
    with closing(open_snapshot(home, 2)) as snapshot:
        assert sorted(mark.id for mark in snapshot.editions if mark.release == 2) == [
            "502/2026-04-01/2",
            "505/2026-04-01/2",
        ]


def test_gates_are_asked_again_and_what_they_hold_says_so_until_it_is_put_right(home, workshop, tmp_path):
    schedule(home, 2, at=NOON + HOUR)
    between = homes.write(tmp_path / "e.xml", goods=goods_xml(name="Sommer"), helfo="2026-07-01")
    homes.take(home, between)

    assert publish_due(home, NOON + HOUR) == []

    draft = the_draft(home, 2)
    assert (draft.state, draft.schedule, held(home, 2).by) == ("open", None, "calendar")
    assert held(home, 2).reason == "gate-failed"
    assert held(home, 2).facts["gates"] == "later-edition-lacks-it"
    assert (logged(home)[-1].act, logged(home)[-1].by) == ("hold", "calendar")
    assert publish_due(home, NOON + HOUR) == []
    carry(home, workshop, 2, by="Kari")
    assert publish_drafts(home, [2], by="Ola", wish=QUICK).release == 3
    assert the_draft(home, 2).held is None


def test_what_is_damaged_is_held_and_does_not_hold_up_what_is_due_after_it(home):
    schedule(home, 2, at=NOON + HOUR)
    schedule(home, 3, at=NOON + 2 * HOUR)
    home.source(the_draft(home, 2).source or "").unlink()

    assert publish_due(home, NOON + 9 * HOUR) == [2]
    assert (held(home, 2).reason, states(home)[3]) == ("file-missing", "published")


def test_a_gate_that_was_passed_with_a_reason_stays_passed(home, tmp_path):
    homes.take(home, homes.write(tmp_path / "e.xml", goods=goods_xml(name="Sommer"), helfo="2026-07-01"))
    told = "Draft 2 is held by: later-edition-lacks-it"
    assert told in refused(publish_drafts, home, [2], by="Ola", wish=Wish(at=NOON + HOUR))
    wish = Wish(at=NOON + HOUR, overrides=("later-edition-lacks-it",), reason="Avtalt")
    schedule(home, 2, at=NOON + HOUR, wish=wish)

    assert publish_due(home, NOON + HOUR) == [3]


def test_with_the_clock_set_back_nothing_goes_out_twice_and_no_release_is_dated_before_the_last(home):
    schedule(home, 3, at=NOON + HOUR)
    schedule(home, 2, at=NOON + 3 * HOUR)
    with time_machine.travel(NOON + 2 * HOUR, tick=False):
        assert publish_due(home, NOON + 2 * HOUR) == [2]
    back = NOON - 5 * HOUR
    with time_machine.travel(back, tick=False):
        assert publish_due(home, back) == []
        assert publish_drafts(home, [2], by="Ola", wish=QUICK).release == 3

    with closing(open_snapshot(home, 3)) as snapshot:
        days = [known.published_at for known in snapshot.releases]
    assert days == sorted(days)
    assert days[-1] == NOON + 2 * HOUR
    assert publish_due(home, NOON + 9 * HOUR) == []


def test_who_is_turned_away_by_another_publish_finds_it_due_the_next_time(home):
    schedule(home, 2, at=NOON + HOUR)
    with home.publishing("publish"), pytest.raises(HomeBusy):
        publish_due(home, NOON + HOUR)

    assert states(home)[2] == "scheduled"
    assert publish_due(home, NOON + HOUR) == [2]


def test_what_is_scheduled_cannot_be_changed_until_it_is_taken_from_the_calendar(home, workshop):
    schedule(home, 2, 3, at=NOON + HOUR)
    edit = Edit("product", "600007", "name", "Ny")
    assert "Draft 2 is 'scheduled'" in refused(change_value, home, workshop, 2, edit, why=Why("Kari", "x"))

    unschedule(home, workshop, 2, by="Kari")

    assert states(home) == {2: "open", 3: "open", 4: "open"}
    assert publish_due(home, NOON + HOUR) == []
    change_value(home, workshop, 2, edit, why=Why("Kari", "x"))
    assert "Draft 2 is 'open'; this can be done with a draft that is 'scheduled'" in refused(
        unschedule, home, workshop, 2, by="Kari"
    )


def test_what_was_to_go_out_with_a_rejected_draft_does_not_go_out_alone(home, workshop):
    schedule(home, 2, 3, at=NOON + HOUR)
    reject(home, workshop, 2, by="Per", reason="Feil pris")

    assert states(home) == {2: "rejected", 3: "open", 4: "open"}
    assert publish_due(home, NOON + HOUR) == []


def test_a_draft_that_gets_another_hour_leaves_those_it_was_to_go_out_with(home):
    schedule(home, 2, 3, at=NOON + HOUR)
    schedule(home, 2, at=NOON + 5 * HOUR)

    assert states(home) == {2: "scheduled", 3: "open", 4: "open"}
    assert publish_due(home, NOON + 2 * HOUR) == []
    assert publish_due(home, NOON + 5 * HOUR) == [2]


def test_what_was_to_go_out_with_a_draft_that_was_published_by_hand_is_held_and_the_other_is_not(home):
    schedule(home, 2, 3, at=NOON + HOUR)
    assert publish_drafts(home, [2], by="Ola", wish=QUICK).release == 2

    assert publish_due(home, NOON + HOUR) == []
    assert (the_draft(home, 2).state, the_draft(home, 2).held) == ("published", None)
    assert (the_draft(home, 3).state, held(home, 3).reason) == ("open", "draft-state")


def test_a_draft_that_became_something_else_falls_from_the_calendar_and_says_why(home, workshop, tmp_path):
    """Somebody publishes the same list first, and somebody looks at the draft before its hour."""
    schedule(home, 2, at=NOON + HOUR)
    same = homes.write(tmp_path / "e.xml", goods=dearer("13.00"), helfo="2026-04-01")
    homes.take(home, same)
    refresh(home, workshop, 2)

    draft = the_draft(home, 2)
    assert (draft.state, draft.schedule) == ("open", None)
    assert (held(home, 2).by, held(home, 2).reason) == ("calendar", "approval-void")
    assert publish_due(home, NOON + HOUR) == []


def test_the_same_hour_orders_by_number(home):
    for number in (3, 2):
        schedule(home, number, at=NOON + HOUR)

    assert publish_due(home, NOON + HOUR) == [2, 3]
    assert edition(home, "505/2026-04-01/2").entries[0].prices[0].amount == 130_000
