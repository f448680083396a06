"""The demonstration, as a new user meets it: one command, and everything can be asked."""

from pathlib import Path

import pytest

from tests.program import ask, call, finish, start

UNTIL = "2026-01-01"


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home filled by `blaliste demo`."""
    home = tmp_path_factory.mktemp("demo") / "home"
    ran = ask(home, "demo", "--until", UNTIL)
    assert ran.code == 0, ran.out
    return home


def test_it_is_whole_and_can_be_made_again_from_its_files(demonstration):
    assert ask(demonstration, "verify").code == 0
    release = ask(demonstration, "status").document["release"]
    assert ask(demonstration, "rebuild").document == {"release": release}
    assert ask(demonstration, "verify").document["left_over"] == []


def test_every_command_that_asks_has_something_to_tell_in_every_language(demonstration):
    varenr = ask(demonstration, "search", "pose", "--on", UNTIL).document["items"][0]["product"]["varenr"]
    for lang in ("en", "nb", "nn"):
        for read in (
            ("lookup", varenr, "--on", UNTIL),
            ("search", "pose", "--on", UNTIL),
            ("releases",),
            ("status",),
            ("drafts",),
            ("diff", 2),
        ):
            ran = call("--home", demonstration, "--lang", lang, *read)
            assert (ran.code, ran.err) == (0, ""), read
            assert ran.out.strip()


def test_its_releases_are_dated_some_two_weeks_before_they_hold(demonstration):
    releases = ask(demonstration, "releases").document["items"]

    assert len(releases) >= 11
    instants = [known["published_at"] for known in releases]
    assert instants == sorted(instants)
    assert releases[-1]["published_at"].startswith("2025-12")
    assert all(known["backfilled"] for known in releases)


def test_a_home_with_lists_is_not_filled_again(demonstration):
    ran = ask(demonstration, "demo", "--until", UNTIL)

    assert (ran.code, ran.document["error"]["reason"]) == (1, "home-not-empty")


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    assert ask(tmp_path, "demo", "--until", UNTIL).document["error"]["reason"] == "home-not-empty"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_day_between_two_editions_is_refused_with_the_next(tmp_path):
    ran = ask(tmp_path / "home", "demo", "--until", "2026-01-02")

    assert (ran.code, ran.document["error"]["reason"]) == (1, "not-a-quarter-day")
    assert not (tmp_path / "home").exists()


@pytest.mark.crash
def test_a_demonstration_that_is_killed_halfway_is_made_again_from_the_start(tmp_path):
    home = tmp_path / "home"
    process = start("--home", home, "demo", "--until", UNTIL)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.readline()
    process.kill()
    finish(process)

    assert not home.exists()
    assert ask(home, "demo", "--until", UNTIL).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]
