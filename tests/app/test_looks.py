"""What was seen of a draft is of the draft as it is, or is made again; it shows what a publish brings."""

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.home import Home
from app.publish.deciding import reject
from app.publish.drafting import Why, change_value, refresh
from app.publish.looks import Look, is_stale, open_preview, read_changes, read_look
from app.publish.publishing import publish_drafts
from app.publish.verify import verify
from app.publish.wishes import Wish
from app.read.view import View
from app.workshop.database import Workshop
from ingest import store
from lists.editing import Edit
from lists.edition import content_digest
from tests.app import homes
from tests.app.homes import QUICK, edition, logged, refused, the_draft
from tests.builders import goods_xml, price_xml

APRIL = dt.date(2026, 4, 1)
NAME = Edit("product", "600007", "name", "Fjellro pose, rettet")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """505 from January in release 1, and Kari's draft 2 for April; nobody changes it."""
    directory = tmp_path_factory.mktemp("published")
    home = homes.an_empty_home(directory / "home")
    homes.take(home, homes.write(directory / "a.xml"), at="2025-12-15")
    homes.draft(
        home, homes.write(directory / "b.xml", goods=goods_xml(prices=price_xml("13.00")), helfo=str(APRIL))
    )
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


def look_of(home: Home) -> Look:
    """What is kept of draft 2."""
    look = read_look(home, 2)
    assert look is not None
    return look


def between(home: Home, path: Path) -> None:
    """Somebody publishes the list for a later day in between."""
    homes.take(home, homes.write(path, goods=goods_xml(name="Sommerpose"), helfo="2026-07-01"))


def test_a_look_that_is_as_the_draft_is_stays(home, workshop):
    assert refresh(home, workshop, 2) is None
    assert not is_stale(home, the_draft(home, 2))


def test_a_look_is_made_again_once_where_something_was_published_since(home, workshop, tmp_path):
    between(home, tmp_path / "c.xml")
    assert is_stale(home, the_draft(home, 2))

    made = refresh(home, workshop, 2)

    assert made is not None
    assert (made.draft.base, look_of(home).base) == (2, 2)
    fired = {gate.gate for gate in look_of(home).gates if not gate.passed}
    assert "later-edition-lacks-it" in fired
    assert (logged(home)[-1].act, "against release 2" in logged(home)[-1].what) == ("judge", True)
    assert refresh(home, workshop, 2) is None


@pytest.mark.parametrize("lost", ["", "look", "changes", "lists.db", "look damaged"])
def test_what_is_not_there_is_made_again_and_is_the_same(lost, home, workshop):
    place = home.draft(2)
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    if lost == "look damaged":
        (place / "look").write_bytes(b"\x00" * 20)
    elif lost:
        (place / lost).unlink()
    else:
        shutil.rmtree(home.drafts)

    assert refresh(home, workshop, 2) is not None
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before
    assert refresh(home, workshop, 2) is None


def test_a_look_from_before_a_change_is_made_again(home, workshop, tmp_path):
    """Whoever changed the draft was killed before what they saw was kept."""
    shutil.copytree(home.draft(2), tmp_path / "before")
    change_value(home, workshop, 2, NAME, why=Why("Kari", "Skrivefeil"))
    shutil.rmtree(home.draft(2))
    shutil.copytree(tmp_path / "before", home.draft(2))

    assert refresh(home, workshop, 2) is not None
    with closing(open_preview(home, 2)) as preview:
        assert View(preview, valid_on=APRIL, release=2).product("600007").name == "Fjellro pose, rettet"


def test_a_publish_that_a_gate_held_leaves_no_look_that_is_taken_for_fresh(home, workshop, tmp_path):
    between(home, tmp_path / "c.xml")
    assert "later-edition-lacks-it" in refused(publish_drafts, home, [2], by="Ola", wish=Wish(complete=False))
    assert the_draft(home, 2).base == 2

    assert is_stale(home, the_draft(home, 2))
    assert refresh(home, workshop, 2) is not None
    assert look_of(home).base == 2


def test_what_somebody_left_who_was_killed_over_it_goes(home, workshop):
    left = home.drafts / ".000002.4194400"
    left.mkdir()
    shutil.rmtree(home.draft(2))
    refresh(home, workshop, 2)

    assert not left.exists()
    assert sorted(path.name for path in home.drafts.iterdir()) == ["000001", "000002"]
    assert verify(home).left_over == ()


def test_of_a_draft_that_goes_no_further_nothing_is_made_again(home, workshop):
    reject(home, workshop, 2, by="Per", reason="Feil kvartal")
    shutil.rmtree(home.drafts)

    assert refresh(home, workshop, 2) is None
    assert not home.drafts.exists()


def test_the_preview_is_what_the_publish_brings(home):
    marks = read_changes(home, 2)
    with closing(open_preview(home, 2)) as preview:
        mark = preview.timelines["505"].in_force(APRIL, 2)
        assert mark is not None
        seen = content_digest(store.read_edition(preview.db, mark))
    publish_drafts(home, [2], by="Ola", wish=QUICK)

    assert [(one.subject, one.key, one.kinds, one.ratio) for one in marks] == [
        ("product", "600007", ("price-up",), 1040)
    ]
    assert content_digest(edition(home, f"505/{APRIL}/2")) == seen
