"""What `verify` finds, what it says of it, and what `rebuild` makes good again."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from app.__main__ import main
from app.home import Home
from app.manifest import LocalManifest, mark, sha256_of, write_json
from app.publish.documents import documents
from app.publish.verify import rebuild, verify
from app.snapshot import open_snapshot
from app.words import say_error
from lists.errors import HomeBroken
from search.build import build
from tests.app import homes


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of three releases; nobody changes it."""
    return homes.make_three_releases(tmp_path_factory.mktemp("sealed"))


@pytest.fixture
def home(sealed: Home, tmp_path: Path) -> Home:
    """A copy of it that may be broken."""
    return homes.a_copy(sealed, tmp_path / "elsewhere")


def test_a_whole_home_is_as_it_was_sealed_and_everything_is_counted(home):
    found = verify(home)

    assert (found.release, found.sources, found.documents, found.left_over) == (3, 3, 2, ())


def test_an_empty_home_is_whole(tmp_path):
    assert verify(homes.an_empty_home(tmp_path / "new")).release == 0


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x40
    path.write_bytes(content)


def of_snapshot(name: str) -> Callable[[Home], Path]:
    return lambda home: home.snapshot(3) / name


def of_index(home: Home) -> Path:
    return max((home.snapshot(3) / "index").rglob("*.*"), key=lambda path: path.stat().st_size)


def of_source(home: Home) -> Path:
    return sorted(home.sources.iterdir())[1]


PLACES = {
    "lists.db": (of_snapshot("lists.db"), "000003/lists.db: the file is not the one that was sealed"),
    "an answers file": (of_snapshot("answers/products.bin"), "000003/answers/products.bin: the file is not"),
    "the index": (of_index, "000003/index/"),
    "a source": (of_source, "sources/"),
    "an older snapshot": (lambda home: home.snapshot(2) / "lists.db", "000002/lists.db: the file is not"),
}


@pytest.mark.parametrize("what", PLACES)
def test_a_flipped_bit_is_found_and_its_file_is_named(what, home):
    place, says = PLACES[what]
    flip(place(home))

    assert says in said(home)


@pytest.mark.parametrize("what", PLACES)
def test_a_missing_file_is_found_and_named(what, home):
    place, says = PLACES[what]
    place(home).unlink()

    assert says.split(":")[0] in (sentence := said(home))
    assert "is missing" in sentence


@pytest.mark.parametrize("release", [1, 2, 3])
def test_a_changed_manifest_is_found(release, home):
    path = home.release(release) / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"note": null', '"note": "x"'), encoding="utf-8")

    assert f"{release:06d}/manifest.json: it was not signed by key" in said(home)


def test_a_changed_manifest_of_the_snapshot_is_found(home):
    path = home.snapshot(3) / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"note": null', '"note": "x"'), encoding="utf-8")

    assert "snapshots/000003/manifest.json: the manifest does not follow" in said(home)


def test_a_manifest_that_is_no_json_is_found(home):
    (home.release(2) / "manifest.json").write_text('{"format"', encoding="utf-8")

    assert "000002/manifest.json is not the manifest that was written" in said(home)


@pytest.mark.parametrize("release", [1, 2])
def test_a_missing_manifest_of_an_earlier_release_is_found(release, home):
    (home.release(release) / "manifest.json").unlink()

    assert f"00000{release}/manifest.json is not the manifest that was written" in said(home)


def test_an_edited_row_of_the_log_is_found(home):
    with sqlite3.connect(home.workshop) as db:
        db.execute("UPDATE audit SET by = 'Ola' WHERE entry = 3")
    db.close()

    assert "does not follow from itself at entry 3" in said(home)


def test_a_log_whose_end_is_cut_off_is_found(home):
    with sqlite3.connect(home.workshop) as db:
        db.execute("DELETE FROM audit WHERE entry = (SELECT max(entry) FROM audit)")
    db.close()

    assert "does not follow from itself at entry 8" in said(home)


def test_a_log_that_was_written_anew_is_found_by_the_manifests(home):
    """Somebody who makes the chain hold again cannot make the sealed manifests name it."""
    with sqlite3.connect(home.workshop) as db:
        db.execute("DELETE FROM audit")
        db.execute("DELETE FROM draft")
    db.close()

    assert "no longer has the entry this release was made after" in said(home)


def test_a_draft_that_was_changed_behind_the_log_is_found(home):
    with sqlite3.connect(home.workshop) as db:
        db.execute("""UPDATE draft SET record = replace(record, 'Kari', 'Ola') WHERE draft = 2""")
    db.close()

    assert "does not follow from itself at entry 9" in said(home)


@pytest.mark.parametrize("target", ["snapshots/000009", "snapshots/x", "../other", "/nowhere"])
def test_a_current_that_leads_nowhere_is_found(target, home):
    home.current.unlink()
    home.current.symlink_to(target)

    assert f"current leads to {target!r} and not to a snapshot of this home" in said(home)


def test_a_current_that_is_gone_is_no_empty_home(home):
    home.current.unlink()

    assert "current leads to '' and not to a snapshot" in said(home)


def test_an_index_without_a_product_is_found_though_its_hashes_are_right(home):
    directory = home.snapshot(3)
    with closing(open_snapshot(home, 3)) as snapshot:
        known = [document for document in documents(snapshot) if document.varenr == "600007"]
    shutil.rmtree(directory / "index")
    build(known, directory / "index")
    files = (mark(path, directory) for path in sorted((directory / "index").rglob("*")))
    write_json(LocalManifest(1, 3, 2, 2, tuple(files)), directory / "local.json")

    assert "The search index has" in said(home)


def test_killed_work_and_a_snapshot_that_was_never_put_in_force_are_only_said(home):
    (home.work / "000004").mkdir(parents=True)
    (home.work / "000004" / "lists.working").write_bytes(b"half")
    shutil.copytree(home.snapshot(3), home.snapshot(4))

    assert verify(home).left_over == ("snapshots/000004", "work/000004")


def test_work_that_somebody_is_at_is_not_left_over(home):
    with home.publishing("test"):
        (home.work / "000004").mkdir(parents=True)
        assert verify(home).left_over == ()
    assert verify(home).left_over == ("work/000004",)


# --- rebuild ----------------------------------------------------------------


def test_rebuilding_gives_the_same_bytes_and_a_clean_home(home):
    before = sha256_of(home.snapshot(3) / "lists.db")

    assert rebuild(home) == 3
    assert sha256_of(home.snapshot(3) / "lists.db") == before
    assert verify(home).documents == 2


@pytest.mark.parametrize(
    "breaks",
    [
        lambda home: flip(home.snapshot(3) / "lists.db"),
        lambda home: flip(home.snapshot(3) / "answers" / "products.bin"),
        lambda home: flip(of_index(home)),
        lambda home: flip(home.snapshot(2) / "lists.db"),
        lambda home: (home.snapshot(3) / "local.json").unlink(),
        lambda home: shutil.rmtree(home.snapshot(3)),
        lambda home: shutil.rmtree(home.snapshots),
        lambda home: home.current.unlink(),
        lambda home: (home.current.unlink(), home.current.symlink_to("snapshots/nowhere")),
    ],
    ids=["lists.db", "answers", "index", "older", "local.json", "snapshot", "all", "current", "link"],
)
def test_rebuilding_makes_good_whatever_is_derived(breaks, home):
    breaks(home)
    said(home)

    assert rebuild(home) == 3
    assert verify(home).release == 3


def test_an_index_of_another_version_is_told_before_anything_is_served(home):
    lexicon = home.snapshot(3) / "index" / "lexicon.msgpack"
    content = msgspec.msgpack.decode(lexicon.read_bytes())
    lexicon.write_bytes(msgspec.msgpack.encode({**content, "version": 1}))

    told = (
        f"000003/index: a lexicon.msgpack of version 1, not {content['version']}. The search index is"
        " damaged, or another version of this program built it. Make it again with the command rebuild.\n"
    )
    for command in (("serve", "--port", "1"), ("search", "pose")):
        ran = CliRunner().invoke(main, ["--home", str(home.path), "--lang", "en", *command])
        assert (ran.exit_code, ran.stderr) == (3, told), command
    rebuild(home)
    assert CliRunner().invoke(main, ["--home", str(home.path), "search", "pose"]).exit_code == 0


def test_rebuilding_from_a_changed_source_is_refused_and_changes_nothing(home):
    flip(of_source(home))
    before = sha256_of(home.snapshot(3) / "lists.db")

    with pytest.raises(HomeBroken) as caught:
        rebuild(home)

    assert "sources/" in say_error(caught.value, "en")
    assert sha256_of(home.snapshot(3) / "lists.db") == before


def test_rebuilding_an_empty_home_does_nothing(tmp_path):
    assert rebuild(homes.an_empty_home(tmp_path / "new")) == 0


def test_two_homes_with_the_same_files_have_the_same_lists(home, tmp_path):
    other = homes.make_three_releases(tmp_path)

    assert sha256_of(home.snapshot(3) / "lists.db") == sha256_of(other.snapshot(3) / "lists.db")


def said(home: Home) -> str:
    """The sentence about the first thing that is wrong."""
    with pytest.raises(HomeBroken) as caught:
        verify(home)
    return say_error(caught.value, "en")
