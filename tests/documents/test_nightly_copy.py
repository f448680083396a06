"""The nightly copy of docs/examples, into a real PostgreSQL: what stands there is what was released."""

import datetime as dt
import gzip
import re
import time
from collections.abc import Callable
from pathlib import Path
from string import ascii_uppercase

import psycopg
import pytest

from tests.app import builders, homes
from tests.browser.serving import served
from tests.documents.nights import (
    assert_is_release,
    assert_shows,
    copied,
    copy,
    everything,
    refused,
    rows,
    start,
)

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("cluster")]

_SECONDS = 120
SIGNED = builders.NOW.date()
"""When it was signed last that a release is the newest: in the story, and nobody signs any more."""


# --- night after night ------------------------------------------------------------


def test_the_first_night_all_of_it_is_copied(served_after, home_after, database):
    assert re.fullmatch(
        r"release 1 as of 2026-06-15: copied whole; [0-9]+ rows, as many as its manifest counts",
        copied(served_after(1), database),
    )
    assert_is_release(database, home_after(1))
    assert_shows(database, served_after(1), 1)


def test_a_night_without_a_new_release_only_moves_the_day(served_after, database):
    copied(served_after(1), database)
    with psycopg.connect(database) as db:
        db.execute("UPDATE blaliste.copied SET as_of = '2026-01-01'")
    before = everything(database)
    assert ": nothing new; " in copied(served_after(1), database)
    after = everything(database)
    [(*known, as_of)] = after.pop("copied")
    assert as_of == SIGNED
    assert [(*known, dt.date(2026, 1, 1))] == before.pop("copied")
    assert after == before


def test_the_next_release_comes_by_what_it_changed(served_after, home_after, database):
    copied(served_after(3), database)
    assert ": 14 changes carried out, of release 4; " in copied(served_after(4), database)
    known = rows(database, "SELECT release, how FROM blaliste.copied ORDER BY release")
    assert known == [(3, "whole"), (4, "changes")]
    assert_is_release(database, home_after(4))
    assert_shows(database, served_after(4), 4)


def test_whoever_missed_nights_carries_out_one_release_after_the_other(served_after, home_after, database):
    copied(served_after(1), database)
    assert ": 28 changes carried out, of release 2, 3, 4; " in copied(served_after(4), database)
    assert_is_release(database, home_after(4))


def test_where_a_release_kept_no_changes_all_of_it_is_copied(served_after, home_after, database):
    copied(served_after(3), database)
    assert re.match(r"release 5 as of 2026-06-15: copied whole; ", copied(served_after(5), database))
    assert_is_release(database, home_after(5))


def test_where_nothing_is_published_there_is_nothing_to_copy(database, tmp_path):
    with served(builders.an_empty_home(tmp_path / "home")) as address:
        assert copied(address, database) == "nothing is published yet"


# --- what goes wrong changes nothing ----------------------------------------------

AT_WORK = """
SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%incoming%'
AND pid <> pg_backend_pid()
"""
WRITTEN = "SELECT FROM pg_locks WHERE relation = 'blaliste.edition'::regclass AND mode = 'RowExclusiveLock'"


def test_a_job_that_is_killed_has_changed_nothing_and_the_next_goes_through(
    served_after, home_after, database
):
    copied(served_after(3), database)
    before = everything(database)
    with psycopg.connect(database) as holding:
        # Prices come late: the job has written other tables when it waits for whoever holds this one.
        holding.execute("LOCK TABLE blaliste.price IN SHARE ROW EXCLUSIVE MODE")
        job = start(served_after(4), database)
        until(lambda: rows(database, f"{AT_WORK} AND wait_event_type = 'Lock'"))
        assert rows(database, WRITTEN), "the transaction is open, and something is written"
        job.kill()
        job.communicate()
        assert everything(database) == before
    until(lambda: not rows(database, AT_WORK))
    assert everything(database) == before

    assert "14 changes carried out" in copied(served_after(4), database)
    assert_is_release(database, home_after(4))


@pytest.mark.parametrize(
    ("path", "release", "former"),
    [("files/changes.ndjson", 4, 3), ("lists.db", 1, 0)],
    ids=["changes", "all"],
)
def test_a_file_that_is_not_as_it_was_sealed_is_refused(
    served_after, home_after, database, tmp_path, path, release, former
):
    if former:
        copied(served_after(former), database)
    home = homes.a_copy(home_after(release), tmp_path / "home")
    break_it(home.sealed(release) / path)
    with served(home) as address:
        said = refused(address, database)
    name = path.rpartition("/")[2]
    assert re.fullmatch(
        rf"Nothing was changed\. /v1/releases/{release}/files/{name}: its sha256 is [0-9a-f]{{64}}, and"
        r" [0-9a-f]{64} was expected: nothing of it is kept\. Fetch it again; if it stays so, tell whoever"
        r" runs the service\.",
        said,
    )


def test_a_second_job_goes_away(served_after, database):
    with psycopg.connect(database) as first:
        first.execute("LOCK TABLE blaliste.copied IN EXCLUSIVE MODE")
        said = refused(served_after(1), database)
    assert said == 'Nothing was changed. could not obtain lock on relation "blaliste.copied"'


def test_another_service_is_refused_unless_all_of_it_is_wanted(served_after, database, tmp_path):
    copied(served_after(3), database)
    with builders.clock_at():
        home = builders.an_empty_home(tmp_path / "other")
        builders.publish_file(home, builders.first_file(), at="2026-01-15")
    with served(home) as address:
        assert refused(address, database) == (
            "Nothing was changed. The service has not the release 3 that was copied: is it another?"
            " See --whole"
        )
        assert ": copied whole; " in copied(address, database, "--whole")
    assert_is_release(database, home)


def test_a_table_that_somebody_wrote_into_is_found(served_after, home_after, database):
    copied(served_after(3), database)
    with psycopg.connect(database) as db:
        db.execute("DELETE FROM blaliste.condition WHERE id = 'ID_EGEN'")
    said = refused(served_after(4), database)
    assert re.fullmatch(
        r"Nothing was changed\. condition has [0-9] rows, and the manifest counts [0-9]\. See --whole", said
    )
    copied(served_after(4), database, "--whole")
    assert_is_release(database, home_after(4))


def test_a_service_or_a_database_that_is_away_is_said_to_be(cluster, served_after, database):
    assert "Connection refused, tried 5 times" in refused("http://127.0.0.1:9", database)
    bare = copy(served_after(1), f"{cluster} dbname=postgres")
    assert (bare.code, bare.out) == (1, "")
    assert 'schema "blaliste" does not exist' in bare.err
    assert bare.err.endswith(" Is schema.sql of this version there?\n")
    away = copy(served_after(1), f"{cluster} dbname=nowhere")
    assert away.code == 1
    assert away.err.startswith("Nothing was changed. ")
    assert 'database "nowhere" does not exist' in away.err


def until(holds: Callable[[], object]) -> None:
    """Wait for something that comes about by itself."""
    end = time.monotonic() + _SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def break_it(file: Path) -> None:
    """Put other bytes, as many, in the place of a sealed file and of its packed twin."""
    twin, content = file.with_name(f"{file.name}.gz"), file.read_bytes()
    for letter in ascii_uppercase:
        broken = content.replace(b"Delt pose", f"{letter}elt pose".encode())
        packed = gzip.compress(broken, 6, mtime=0)
        if broken != content and not (twin.exists() and twin.stat().st_size != len(packed)):
            break
    else:
        pytest.fail("no other name packs as well")
    for path, other in ((file, broken), (twin, packed)):
        if path.exists():
            path.unlink()  # and not into it: the same file stands in the snapshot too
            path.write_bytes(other)
