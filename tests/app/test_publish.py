"""Taking files in, publishing drafts, ending lists: what happens, and what is refused and changes nothing."""

import datetime as dt
import multiprocessing
from contextlib import closing
from pathlib import Path

import pytest
import time_machine

from app.home import Home
from app.publish.acts import close_list, take_in
from app.publish.drafting import Why
from app.publish.publishing import publish_drafts
from app.publish.readings import Request
from app.publish.verify import rebuild, verify
from app.publish.wishes import Wish
from app.read.view import View
from app.snapshot import INDEX, open_snapshot
from app.words import say_error
from app.workshop.database import Workshop
from lists.errors import HomeBroken, ListsError, SourceUnreadable
from tests.app import homes
from tests.builders import basis_xml, goods_xml, group_xml, price_xml, refund_xml

QUICK = Wish(overrides=homes.ANY_GATE, reason=homes.SMALL, complete=False)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home without approvals."""
    return homes.an_empty_home(tmp_path / "home")


# --- take in ----------------------------------------------------------------


def test_a_file_is_kept_recorded_and_published(home, tmp_path):
    taken = homes.take(home, homes.write(tmp_path / "liste.xml"))

    assert (taken.draft, taken.release) == (1, 1)
    assert home.source(drafts(home)[0].source).read_bytes() == (tmp_path / "liste.xml").read_bytes()
    assert drafts(home)[0].state == "published"
    assert drafts(home)[0].lists[0].edition == "505/2026-01-01/1"


def test_a_release_that_brings_nothing_to_search_for_takes_the_index_over(home, tmp_path):
    first, dearer, renamed = (
        homes.two_lists_file(helfo="2026-01-01"),
        homes.two_lists_file(helfo="2026-02-01", price="13.00"),
        homes.two_lists_file(helfo="2026-03-01", price="13.00", catheter="Tappekateter"),
    )
    indexes = []
    for number, content in enumerate((first, dearer, renamed), 1):
        (tmp_path / "liste.xml").write_bytes(content)
        homes.take(home, tmp_path / "liste.xml", complete=True)
        index = home.snapshot(number) / INDEX
        indexes.append({path.stat().st_ino for path in index.iterdir()})
    assert indexes[0] == indexes[1]
    assert not indexes[1] & indexes[2]
    assert verify(home).release == 3


def test_a_file_that_blocks_becomes_a_refused_draft_and_nothing_is_published(home, tmp_path):
    path = homes.write(tmp_path / "liste.xml", goods=goods_xml(prices=price_xml("1,2,3")))

    taken = homes.take(home, path)

    assert (taken.release, drafts(home)[0].state, home.current_release()) == (None, "refused", 0)


def test_a_file_that_cannot_be_read_leaves_no_trace(home, tmp_path):
    (tmp_path / "liste.xml").write_bytes(b"")

    with pytest.raises(SourceUnreadable):
        homes.take(home, tmp_path / "liste.xml")
    assert (drafts(home), list(home.sources.iterdir())) == ([], [])


def test_the_same_file_again_is_nothing_new_and_no_release(home, tmp_path):
    path = homes.write(tmp_path / "liste.xml")
    homes.take(home, path)

    again = homes.take(home, path)

    assert (again.release, again.prepared.lists[0].state) == (None, "unchanged")
    assert home.current_release() == 1


def test_where_others_must_approve_nothing_is_published_at_once(tmp_path):
    home = homes.an_empty_home(tmp_path / "strict", approvals=1)
    path = homes.write(tmp_path / "liste.xml")

    assert "only when others have approved it" in refused(homes.take, home, path)
    assert drafts(home) == []
    homes.draft(home, path)
    assert "only when others have approved it" in refused(publish_drafts, home, [1], by="Ola", wish=QUICK)
    day = dt.date(2026, 1, 1)
    assert "approved" in refused(close_list, home, "505", day, why=Why("Kari"), wish=QUICK)


def test_a_home_that_is_not_there_is_one_sentence_for_every_act(tmp_path):
    home, path = Home(tmp_path / "none"), homes.write(tmp_path / "liste.xml")

    for act in (
        lambda: homes.take(home, path),
        lambda: publish_drafts(home, [1], by="Ola", wish=QUICK),
        lambda: close_list(home, "505", dt.date(2026, 1, 1), why=Why("Kari"), wish=QUICK),
        lambda: verify(home),
        lambda: rebuild(home),
    ):
        assert "there is no home here" in refused(act)
    assert not home.path.exists()


# --- gates ------------------------------------------------------------------


@pytest.fixture
def meaning_changed(home, tmp_path) -> Path:
    """A file that gives the code of a group with five products a new meaning."""
    goods = "".join(goods_xml(f"60000{number}") for number in range(1, 6))

    def file(name: str, text: str, helfo: str) -> Path:
        bases = basis_xml("505", group_xml("505", text="Stomi") + group_xml(text=text))
        return homes.write(tmp_path / name, goods=goods, bases=bases, conditions="", helfo=helfo)

    homes.take(home, file("for.xml", "Stomiposer", "2026-01-01"))
    return file("etter.xml", "Kateterventiler", "2026-04-01")


def test_a_gate_that_fires_leaves_the_draft_open(home, meaning_changed):
    taken = take_in(home, str(meaning_changed), Request(), by="Kari", wish=Wish(complete=False))

    assert [gate.gate for gate in taken.held_by] == ["group-meaning"]
    assert (taken.release, drafts(home)[0].state, home.current_release()) == (None, "open", 1)


def test_a_gate_is_no_matter_where_no_publish_is_wished(home, meaning_changed):
    assert homes.draft(home, meaning_changed).held_by == ()


def test_a_gate_lets_pass_with_a_reason_which_stands_in_the_log(home, meaning_changed):
    wish = Wish(overrides=("group-meaning",), reason="Avtalt med Helfo", complete=False)

    taken = take_in(home, str(meaning_changed), Request(), by="Kari", wish=wish)

    assert (taken.release, taken.held_by) == (2, ())
    assert ("Kari", "override", "draft 2 group-meaning: Avtalt med Helfo") in audit(home)


@pytest.mark.parametrize(
    "wish", [Wish(complete=False), Wish(overrides=("group-meaning",)), Wish(overrides=("x",), reason="y")]
)
def test_an_open_draft_is_held_by_its_gate_too(wish, home, meaning_changed):
    homes.draft(home, meaning_changed)

    assert "Draft 2 is held by: group-meaning" in refused(publish_drafts, home, [2], by="Ola", wish=wish)


# --- drafts -----------------------------------------------------------------


def test_drafts_are_published_together_as_one_release(home, tmp_path):
    homes.draft(home, homes.write(tmp_path / "a.xml"))
    refund = refund_xml("RID_5020101")
    bases = basis_xml("502", group_xml("502", text="Urin") + group_xml("5020101"))
    homes.draft(
        home, homes.write(tmp_path / "b.xml", goods=goods_xml(refund=refund), bases=bases, conditions="")
    )

    assert publish_drafts(home, [1, 2, 1], by="Ola", wish=QUICK).release == 1
    assert ("Ola", "publish", f"drafts 1, 2: gates passed, {homes.SMALL}") in audit(home)
    with closing(open_snapshot(home, 1)) as snapshot:
        assert sorted(mark.id for mark in snapshot.editions) == ["502/2026-01-01/1", "505/2026-01-01/1"]
    assert rebuild(home) == 1


def test_two_drafts_of_one_list_are_not_one_release(home, tmp_path):
    homes.draft(home, homes.write(tmp_path / "a.xml"))
    homes.draft(home, homes.write(tmp_path / "b.xml", goods=goods_xml(name="Ny")))

    assert "The list 505 is in more than one of these drafts" in refused(
        publish_drafts, home, [1, 2], by="Ola", wish=QUICK
    )
    assert home.current_release() == 0


def test_a_draft_is_judged_again_when_it_is_published(home, tmp_path):
    path = homes.write(tmp_path / "a.xml")
    homes.draft(home, path)
    homes.take(home, path)

    assert "Draft 1 has nothing that is not in force already" in refused(
        publish_drafts, home, [1], by="Ola", wish=QUICK
    )


def test_a_draft_is_published_once(home, tmp_path):
    homes.take(home, homes.write(tmp_path / "a.xml"))

    assert "Draft 1 is 'published'" in refused(publish_drafts, home, [1], by="Ola", wish=QUICK)
    assert "There is no draft 7" in refused(publish_drafts, home, [7], by="Ola", wish=QUICK)


def test_a_draft_whose_kept_source_was_changed_is_not_published(home, tmp_path):
    homes.draft(home, homes.write(tmp_path / "a.xml"))
    next(home.sources.iterdir()).write_bytes((tmp_path / "a.xml").read_bytes() + b"\n")

    with pytest.raises(HomeBroken) as caught:
        publish_drafts(home, [1], by="Ola", wish=QUICK)
    assert "the file is not the one that was sealed" in say_error(caught.value, "en")


def test_the_first_day_that_an_editor_gave_holds_for_the_draft_too(home, tmp_path):
    homes.draft(home, homes.write(tmp_path / "a.xml"), first_day=dt.date(2026, 3, 1))
    publish_drafts(home, [1], by="Ola", wish=QUICK)

    with closing(open_snapshot(home, 1)) as snapshot:
        assert snapshot.editions[0].valid_from == dt.date(2026, 3, 1)


# --- the end of a list ------------------------------------------------------


def test_a_list_ends_by_an_act_of_its_own_and_products_with_it(home, tmp_path):
    homes.take(home, homes.write(tmp_path / "a.xml"))

    assert close_list(home, "505", dt.date(2026, 7, 1), why=Why("Kari", "Avviklet"), wish=QUICK).release == 2
    with closing(open_snapshot(home, 2)) as snapshot:
        assert View(snapshot, valid_on=dt.date(2026, 6, 30), release=2).product("600007").status == "leaving"
        with pytest.raises(ListsError) as caught:
            View(snapshot, valid_on=dt.date(2026, 7, 1), release=2).product("600007")
    assert caught.value.reason == "not-listed"
    assert (rebuild(home), verify(home).release) == (2, 2)


def test_a_list_that_is_not_in_force_cannot_end(home, tmp_path):
    homes.take(home, homes.write(tmp_path / "a.xml"))
    close_list(home, "505", dt.date(2026, 7, 1), why=Why("Kari"), wish=QUICK)

    for code, day in (("502", "2026-07-01"), ("505", "2025-12-31"), ("505", "2026-08-01")):
        first_day = dt.date.fromisoformat(day)
        sentence = refused(close_list, home, code, first_day, why=Why("Kari"), wish=QUICK)
        assert f"The list '{code}' is not in force on {day}" in sentence


# --- when -------------------------------------------------------------------


def test_history_is_filled_in_from_the_oldest_on(home, tmp_path):
    homes.take(home, homes.write(tmp_path / "a.xml"), at="2025-12-15")
    homes.take(home, homes.write(tmp_path / "b.xml", goods=goods_xml(name="Ny")), at="2026-02-01")

    with closing(open_snapshot(home, 2)) as snapshot:
        days = [(known.published_at.date().isoformat(), known.backfilled) for known in snapshot.releases]
    assert days == [("2025-12-15", True), ("2026-02-01", True)]


@pytest.mark.parametrize("at", ["2025-12-15", "2025-01-01"])
def test_history_is_not_filled_in_before_the_last_release(at, home, tmp_path):
    homes.take(home, homes.write(tmp_path / "a.xml"), at="2025-12-15")
    other = homes.write(tmp_path / "b.xml", goods=goods_xml(name="Ny"))

    assert "is not later than the last release" in refused(homes.take, home, other, at=at)
    assert (home.current_release(), len(drafts(home))) == (1, 1)


def test_history_does_not_lie_ahead(home, tmp_path):
    assert "lies ahead" in refused(homes.take, home, homes.write(tmp_path / "a.xml"), at="2999-01-01")


def test_a_release_is_never_dated_before_the_one_before_it_whatever_the_clock_says(home, tmp_path):
    with time_machine.travel(dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC), tick=False):
        homes.take(home, homes.write(tmp_path / "a.xml"))
    with time_machine.travel(dt.datetime(2026, 6, 1, tzinfo=dt.UTC), tick=False):
        homes.take(home, homes.write(tmp_path / "b.xml", goods=goods_xml(name="Ny")))

    with closing(open_snapshot(home, 2)) as snapshot:
        first, second = (known.published_at for known in snapshot.releases)
    assert first == second == dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)
    assert rebuild(home) == 2


# --- one at a time, and what stays ------------------------------------------


def test_of_two_at_the_same_instant_one_is_told_who_is_at_work(home, tmp_path):
    path = homes.write(tmp_path / "a.xml")
    with home.publishing("ingest januar.xml"):
        sentence = refused(homes.take, home, path)

    assert "Somebody else is at work in this home: ingest januar.xml, process" in sentence
    assert homes.take(home, path).release == 1


def test_eight_at_the_same_instant_make_one_release_of_each_that_won(home, tmp_path):
    paths = [homes.write(tmp_path / f"{n}.xml", goods=goods_xml(name=f"Pose {n}")) for n in range(8)]
    with multiprocessing.get_context("spawn").Pool(8) as pool:
        outcomes = pool.starmap(take_or_tell, [(home.path, path) for path in paths])

    won = sorted(outcome for outcome in outcomes if isinstance(outcome, int))
    lost = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert won == list(range(1, len(won) + 1))
    assert all("at work in this home: ingest" in told for told in lost)
    assert verify(home).release == len(won)


def take_or_tell(home: Path, path: Path) -> int | str | None:
    """For a process of its own: the release, or why there is none."""
    try:
        return homes.take(Home(home), path).release
    except ListsError as error:
        return say_error(error, "en")


def test_the_last_three_snapshots_stay_and_every_manifest(home, tmp_path):
    for number in range(1, 6):
        homes.take(home, homes.write(tmp_path / "a.xml", goods=goods_xml(name=f"Pose {number}")))

    assert sorted(path.name for path in home.snapshots.iterdir()) == ["000003", "000004", "000005"]
    assert len(list(home.releases.glob("*/manifest.json"))) == 5
    assert verify(home).release == 5


def test_nothing_in_a_home_is_an_absolute_path(home, tmp_path):
    homes.take(home, homes.write(tmp_path / "a.xml"))
    moved = homes.a_copy(home, tmp_path / "moved")
    home.path.rename(tmp_path / "gone")

    homes.take(moved, homes.write(tmp_path / "b.xml", goods=goods_xml(name="Ny")))
    assert (rebuild(moved), verify(moved).release) == (2, 2)
    for path in moved.path.rglob("*"):
        assert path.is_symlink() or not path.is_file() or str(tmp_path).encode() not in path.read_bytes(), (
            path
        )


def drafts(home: Home):
    """All drafts, newest first."""
    with closing(Workshop(home.workshop)) as workshop:
        return workshop.drafts()


def audit(home: Home) -> list[tuple[str, str, str]]:
    """Who, what act, what about."""
    with closing(Workshop(home.workshop)) as workshop:
        return list(workshop.db.conn.execute("SELECT by, act, what FROM audit ORDER BY entry"))


def refused(act, *args, **named) -> str:
    """The sentence with which an act is refused."""
    with pytest.raises(ListsError) as caught:
        act(*args, **named)
    return say_error(caught.value, "en")
