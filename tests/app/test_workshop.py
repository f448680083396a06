"""The workshop's promises: every change is in the log, and the log cannot be changed unseen."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from app.manifest import PublishedDraft
from app.publish.settle import settle
from app.words import say_error
from app.workshop.audit import FIRST_AUDIT
from app.workshop.database import Workshop
from app.workshop.records import DraftRecord
from lists.errors import Refused
from tests.app import homes
from tests.builders import goods_xml


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """A workshop in which nothing has happened."""
    with closing(Workshop(tmp_path / "workshop.db")) as workshop:
        yield workshop


@pytest.fixture
def a_draft(tmp_path: Path) -> DraftRecord:
    """A draft as a file makes it."""
    home = homes.an_empty_home(tmp_path / "home")
    homes.draft(home, homes.write(tmp_path / "a.xml"))
    with closing(Workshop(home.workshop)) as other:
        return other.draft(1)


def test_one_approval_is_needed_unless_it_was_said_otherwise(workshop):
    assert workshop.approvals_needed == 1
    workshop.set_approvals(0)
    assert workshop.approvals_needed == 0


def test_drafts_are_numbered_from_one_whatever_they_say_and_come_back_whole(workshop, a_draft):
    assert [workshop.add_draft(a_draft).draft for _ in range(2)] == [1, 2]
    assert workshop.draft(2) == msgspec.structs.replace(a_draft, draft=2)
    assert [known.draft for known in workshop.drafts()] == [2, 1]


def test_a_draft_that_is_not_there_is_named(workshop):
    with pytest.raises(Refused) as caught:
        workshop.draft(4)
    assert "There is no draft 4" in say_error(caught.value, "en")


def test_marking_published_twice_is_once(workshop, a_draft):
    workshop.add_draft(a_draft)
    published = PublishedDraft(1, ("505/2026-01-01/1",))
    workshop.mark_published(published)
    head = workshop.log.head()
    workshop.mark_published(published)

    assert (workshop.draft(1).state, workshop.draft(1).lists[0].edition) == ("published", "505/2026-01-01/1")
    assert workshop.log.head() == head


def test_every_change_moves_the_head_of_the_log(workshop, a_draft):
    heads = [workshop.log.head()]
    for change in (
        lambda: workshop.set_approvals(0),
        lambda: workshop.add_draft(a_draft),
        lambda: workshop.note("override", "Kari", "draft 1 group-meaning: Avtalt"),
        lambda: workshop.mark_published(PublishedDraft(1, ())),
    ):
        change()
        heads.append(workshop.log.head())

    assert heads[0] == FIRST_AUDIT
    assert len(set(heads)) == 5
    assert workshop.first_broken_entry() is None
    assert workshop.audit_hashes() == set(heads)


@pytest.mark.parametrize(
    ("change", "entry"),
    [
        ("UPDATE audit SET what = 'approvals 2' WHERE entry = 1", 1),
        ("UPDATE audit SET at = '2020-01-01T00:00:00Z' WHERE entry = 2", 2),
        ("DELETE FROM audit WHERE entry = 1", 2),
        ("DELETE FROM audit WHERE entry = 3", 3),
        ("UPDATE draft SET record = replace(record, 'a.xml', 'b.xml')", 4),
    ],
)
def test_whatever_is_changed_in_the_log_or_behind_it_is_found(change, entry, workshop, a_draft, tmp_path):
    workshop.set_approvals(0)
    workshop.add_draft(a_draft)
    workshop.mark_published(PublishedDraft(1, ()))
    with closing(sqlite3.connect(tmp_path / "workshop.db")) as db, db:
        db.execute(change)

    assert workshop.first_broken_entry() == entry


def test_a_change_that_fails_halfway_did_not_happen(workshop, a_draft, tmp_path):
    with closing(sqlite3.connect(tmp_path / "workshop.db")) as db, db:
        db.execute("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'no'); END")

    with pytest.raises(sqlite3.IntegrityError):
        workshop.add_draft(a_draft)
    assert workshop.drafts() == []


def test_a_publish_that_was_killed_before_it_was_recorded_is_recorded_by_whoever_comes_next(tmp_path):
    home = homes.an_empty_home(tmp_path / "home")
    homes.draft(home, homes.write(tmp_path / "a.xml"))
    before = home.workshop.read_bytes()
    homes.take(home, homes.write(tmp_path / "b.xml", goods=goods_xml(name="Ny")))
    with closing(Workshop(home.workshop)) as workshop:
        assert workshop.draft(2).state == "published"
        record = msgspec.structs.replace(workshop.draft(2), draft=0, state="open")
    home.workshop.write_bytes(before)
    (home.release(1) / "manifest.json").unlink()

    with closing(Workshop(home.workshop)) as workshop:
        workshop.add_draft(record)
        settle(home, workshop)
        assert workshop.draft(2).state == "published"
        assert workshop.first_broken_entry() is None
    assert (home.release(1) / "manifest.json").is_file()
