"""The workshop's promises: every change is in the log, and the log cannot be changed unseen."""

import datetime as dt
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from app.manifest import PublishedDraft
from app.publish.acts import close_list, withdraw
from app.publish.deciding import abandon, approve, reject, unschedule
from app.publish.drafting import Why, carry, change_value
from app.publish.publishing import publish_drafts
from app.publish.release import manifest_of
from app.publish.settle import settle
from app.publish.wishes import Wish
from app.words import say_error
from app.workshop.audit import FIRST_AUDIT
from app.workshop.database import Workshop
from app.workshop.records import DraftRecord
from lists.editing import Edit
from lists.errors import NotThere
from tests.app import homes
from tests.builders import goods_xml

SIZE = Edit("product", "600007", "size", "31 mm")
AHEAD = Wish(at=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))


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
    with pytest.raises(NotThere) as caught:
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


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workshop in which two drafts went their way; nobody changes it."""
    directory = tmp_path_factory.mktemp("worked")
    home = homes.an_empty_home(directory / "home")
    homes.draft(home, homes.write(directory / "å.xml"))
    homes.draft(home, homes.write(directory / "b.xml", goods=goods_xml(name="Æ, «ny»")))
    with closing(Workshop(home.workshop)) as workshop:
        approve(workshop, 1, by="Ola", note="Ærlig talt")
        reject(home, workshop, 2, by="Per", reason="Nei")
        workshop.note("override", "Per", "draft 1 price-ratio: Avtalt")
        workshop.mark_published(PublishedDraft(1, ()))
        assert workshop.first_broken_entry() is None
        workshop.db.conn.execute("PRAGMA journal_mode = DELETE")
    return home.workshop


COLUMNS = [("audit", name) for name in ("at", "by", "act", "what", "hash")]
COLUMNS += [("draft", name) for name in ("state", "record")]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_any_single_byte_of_an_entry_or_a_draft_that_is_changed_is_found(table, column, worked, tmp_path):
    """Some bytes of every value, each changed to another letter and to what is no text at all."""
    path = tmp_path / "workshop.db"
    shutil.copyfile(worked, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db, closing(Workshop(path)) as workshop:
        rows = db.execute(f"SELECT rowid, CAST({column} AS BLOB) FROM {table}").fetchall()
        chance = random.Random(column)
        for row, content in [known for known in rows if known[1]]:
            end = len(rows) if table == "audit" else workshop.log.newest(limit=1)[0].entry
            for place in {0, len(content) - 1, *chance.choices(range(len(content)), k=6)}:
                for byte in (content[place] ^ 1, 0xFF):
                    changed = content[:place] + bytes([byte]) + content[place + 1 :]
                    _put(db, table, column, (row, changed))
                    found = workshop.first_broken_entry()
                    assert found == (row if table == "audit" else end + 1), (row, place, byte)
            _put(db, table, column, (row, content))
        assert workshop.first_broken_entry() is None


def _put(db: sqlite3.Connection, table: str, column: str, what: tuple[int, bytes]) -> None:
    row, content = what
    db.execute(f"UPDATE {table} SET {column} = CAST(? AS TEXT) WHERE rowid = ?", (content, row))


@pytest.mark.parametrize(
    ("change", "entry"),
    [
        ("DELETE FROM draft WHERE draft = 2", 5),
        ("UPDATE audit SET entry = 12 WHERE entry = 7", 12),
        ("UPDATE audit SET what = NULL WHERE entry = 4", 4),
        ("INSERT INTO draft VALUES (3, 'open', '{}')", 8),
        ("INSERT INTO audit VALUES (8, '', '', '', '', '')", 8),
    ],
)
def test_what_goes_or_comes_or_moves_behind_the_log_is_found(change, entry, worked, tmp_path):
    path = tmp_path / "workshop.db"
    shutil.copyfile(worked, path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(change)

    with closing(Workshop(path)) as workshop:
        assert workshop.first_broken_entry() == entry


def test_a_draft_that_was_set_back_to_what_it_was_once_is_found(workshop, a_draft):
    """The log told it so, but not last."""
    workshop.add_draft(a_draft)
    record = workshop.db.conn.execute("SELECT record FROM draft").fetchone()[0]
    workshop.mark_published(PublishedDraft(1, ()))
    assert workshop.first_broken_entry() is None
    workshop.db.conn.execute("UPDATE draft SET state = 'open', record = ?", (record,))

    assert workshop.first_broken_entry() == 2


def test_every_act_is_one_entry_that_says_who_did_what(tmp_path):
    home = homes.an_empty_home(tmp_path / "home")
    homes.take(home, homes.write(tmp_path / "a.xml"))
    homes.draft(home, homes.write(tmp_path / "b.xml", goods=goods_xml(units="60"), helfo="2026-02-01"))
    with closing(Workshop(home.workshop)) as workshop:
        for act, one_more in (
            (lambda: change_value(home, workshop, 2, SIZE, why=Why("Liv", "Skrivefeil")), ("Liv", "edit")),
            (lambda: carry(home, workshop, 2, by="Liv"), ("Liv", "carry")),
            (lambda: approve(workshop, 2, by="Ola"), ("Ola", "approve")),
            (lambda: publish_drafts(home, [2], by="Ola", wish=AHEAD), ("Ola", "schedule")),
            (lambda: unschedule(home, workshop, 2, by="Per"), ("Per", "unschedule")),
            (lambda: close_list(home, "505", dt.date(2027, 1, 1), why=Why("Kari")), ("Kari", "draft")),
            (lambda: abandon(home, workshop, 3, by="Kari"), ("Kari", "abandoned")),
            (lambda: reject(home, workshop, 2, by="Per", reason="Nei"), ("Per", "rejected")),
            (lambda: withdraw(home, 1, why=Why("Kari")), ("Kari", "draft")),
        ):
            before = len(homes.logged(home))
            act()
            assert [(entry.by, entry.act) for entry in homes.logged(home)[before:]] == [one_more]
            assert workshop.first_broken_entry() is None


def test_the_head_of_the_log_stands_in_each_manifest(tmp_path):
    home = homes.an_empty_home(tmp_path / "home")
    for number, name in enumerate(("a", "b", "c"), start=1):
        homes.take(home, homes.write(tmp_path / f"{name}.xml", goods=goods_xml(name=name)))
        entries = {entry.hash: entry for entry in homes.logged(home)}
        told = entries[manifest_of(home, number).audit]
        # What the release was made of is told by then; that it is published comes after it.
        assert told.what.startswith(f"draft {number} ")
        assert [entry.act for entry in homes.logged(home)][-1] == "published"
    heads = [manifest_of(home, number).audit for number in (1, 2, 3)]
    order = [entry.hash for entry in homes.logged(home)]
    assert [order.index(head) for head in heads] == sorted(order.index(head) for head in heads)


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
