"""Editors' commands: what they do, what they say, and with which exit code."""

from contextlib import closing
from pathlib import Path

import pytest

from app.home import Home
from app.workshop.database import Workshop
from tests.app import homes
from tests.builders import goods_xml, price_xml
from tests.program import Ran, ask, call

DONE, REFUSED, WRONG_USE = 0, 1, 2
PRICE = ("product", "600007", "prices[E,2026-01-01].amount")
WHY = ("--reason", "Feil fra leverandøren")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """505 from January, and from July; draft 3 for April. One approval is needed. Nobody changes it."""
    directory = tmp_path_factory.mktemp("sealed")
    home = homes.an_empty_home(directory / "home")
    homes.take(home, homes.write(directory / "a.xml"))
    homes.take(
        home, homes.write(directory / "b.xml", goods=goods_xml() + goods_xml("600008"), helfo="2026-07-01")
    )
    april = homes.write(directory / "c.xml", goods=goods_xml(prices=price_xml("13.00")), helfo="2026-04-01")
    homes.draft(home, april)
    with closing(Workshop(home.workshop)) as workshop:
        workshop.set_approvals(1)
    return home.path


@pytest.fixture
def home(sealed: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return homes.a_copy(Home(sealed), tmp_path / "home").path


def reason(ran: Ran) -> str:
    """Why a command was refused."""
    assert ran.code == REFUSED, ran.out
    return str(ran.document["error"]["reason"])


def test_a_draft_is_changed_approved_and_published_by_command(home):
    edited = ask(home, "edit", 3, *PRICE, "12.90", *WHY, "--by", "Liv")
    assert (edited.code, edited.document) == (DONE, {"draft": 3, "state": "open"})
    assert reason(ask(home, "publish", 3, "--by", "Ola")) == "approvals-needed"
    for author in ("Kari", "liv"):
        assert reason(ask(home, "approve", 3, "--by", author)) == "own-draft"
    approved = ask(home, "approve", 3, "--by", "Ola", "--note", "Sett på")
    assert approved.document == {"draft": 3, "state": "approved"}
    assert reason(ask(home, "publish", 3, "--by", "Ola")) == "gate-failed"

    assert ask(home, "carry", 3, "--by", "Kari").document == {"draft": 3, "state": "open"}
    assert ask(home, "approve", 3, "--by", "Ola").code == DONE
    assert ask(home, "publish", 3, "--by", "Ola").document == {"release": 3, "at": None}
    prices = ask(home, "lookup", "600007", "--on", "2026-04-01").document["entries"][0]["prices"]
    assert "12.90" in {price["amount"] for price in prices}
    [listed] = [known for known in ask(home, "drafts").document["items"] if known["draft"] == 3]
    assert (listed["state"], listed["carried"]) == ("published", True)
    assert listed["changes_made"][0]["reason"] == WHY[1]
    assert ask(home, "verify").code == DONE
    assert ask(home, "rebuild").document == {"release": 3}


def test_a_publish_set_to_an_instant_ahead_says_so(home):
    ask(home, "approve", 3, "--by", "Ola")
    words = ("publish", 3, "--by", "Ola", "--at", "2999-04-01T06:00:00+02:00")
    gate = ("--override", "later-edition-lacks-it", "--reason", "Avtalt")

    assert ask(home, *words, *gate).document == {"release": None, "at": "2999-04-01T04:00:00Z"}
    assert ask(home, "status").document["release"] == 2
    assert "becomes public by itself at 2999-04-01" in call("--home", home, *words, *gate).out
    assert "scheduled" in call("--home", home, "drafts").out
    assert reason(ask(home, "edit", 3, *PRICE, "12.90", *WHY)) == "draft-state"


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (("reject", 3, "--by", "Ola", "--reason", "Feil kvartal"), "rejected"),
        (("abandon", 3, "--by", "Kari"), "abandoned"),
    ],
)
def test_a_draft_is_let_go_by_command(words, state, home):
    assert ask(home, *words).document == {"draft": 3, "state": state}
    assert reason(ask(home, "approve", 3, "--by", "Ola")) == "draft-state"
    assert reason(ask(home, *words)) == "draft-state"


def test_a_release_is_taken_back_by_command(home):
    drafted = ask(home, "withdraw", 2, "--by", "Kari", "--reason", "Feil liste")
    assert (drafted.code, drafted.document["draft"], drafted.document["release"]) == (DONE, 4, None)
    assert drafted.document["lists"][0]["valid_from"] == "2026-07-01"
    ask(home, "approve", 4, "--by", "Ola")

    assert ask(home, "publish", 4, "--by", "Ola").document["release"] == 3
    last = ask(home, "releases").document["items"][-1]
    assert (last["withdraws"], last["note"]) == (2, "Feil liste")
    assert ask(home, "lookup", "600007", "--on", "2026-07-01").code == DONE


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("withdraw", 9, "--by", "Kari", "--reason", "x"), "unknown-release"),
        (("withdraw", 2, "--list", "502", "--by", "Kari", "--reason", "x"), "list-not-in-release"),
        (("withdraw", 2, "--by", "Kari", "--reason", "x", "--publish"), "approvals-needed"),
        (("close", "505", "--valid-from", "2026-09-01", "--reason", "x", "--publish"), "approvals-needed"),
        (("edit", 3, "product", "600007", "nme", "Ny", *WHY), "edit-field-unknown"),
        (("edit", 3, "product", "600001", "name", "Ny", *WHY), "edit-key-unknown"),
        (("edit", 3, *PRICE, "dyr", *WHY), "edit-value-form"),
        (("carry", 9), "draft-unknown"),
    ],
)
def test_what_cannot_be_done_is_1_with_its_reason_and_one_sentence(words, why, home):
    ran, spoken = ask(home, *words), call("--home", home, "--lang", "nb", *words)

    assert reason(ran) == why
    assert (spoken.code, spoken.out, spoken.err.count("\n")) == (REFUSED, "", 1)


@pytest.mark.parametrize(
    "words",
    [
        ("approve", 3),
        ("reject", 3, "--by", "Ola"),
        ("edit", 3, *PRICE, "12.90"),
        ("withdraw", 2, "--by", "Kari"),
        ("publish", 3, "--at", "2999-01-01T00:00:00Z", "--published-at", "2026-01-01T00:00:00Z"),
        ("close", "505", "--valid-from", "2026-09-01", "--reason", " ", "--override", "price-ratio"),
    ],
)
def test_who_does_it_and_why_are_asked_for(words, home):
    assert ask(home, *words).code == WRONG_USE


@pytest.mark.parametrize(
    "words", [("edit", 3, *PRICE, "1", *WHY), ("carry", 3), ("approve", 3, "--by", "Ola")]
)
def test_without_a_home_editors_are_told_too(words, tmp_path):
    assert reason(ask(tmp_path / "none", *words)) == "home-missing"
