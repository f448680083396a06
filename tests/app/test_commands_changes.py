"""The command `changes`, and what `diff` says a draft means for people."""

import pytest

from tests.app import homes
from tests.builders import goods_xml, price_xml
from tests.program import ask, call

FIRST, SECOND, THIRD = "505/2026-01-01/1", "505/2026-03-01/2", "505/2026-05-01/3"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return homes.make_three_releases(tmp_path_factory.mktemp("changes"))


def document(home, *words):
    ran = ask(home.path, *words)
    assert ran.code == 0, ran.out
    return ran.document


def test_changes_are_answered_as_the_api_answers_them(home):
    page = document(home, "changes", "505", FIRST, SECOND)
    assert (page["release"], page["from"], page["to"], page["next"]) == (3, FIRST, SECOND, None)
    assert [(one["subject"], one["key"], one["event"], one["kinds"]) for one in page["items"]] == [
        ("list", "505", "changed", ["other"]),
        ("group", "505", "changed", ["other"]),
        ("group", "5050101", "changed", ["other"]),
        ("product", "600007", "changed", ["price-up"]),
        ("product", "600008", "added", ["other"]),
    ]


def test_days_do_as_well(home):
    days = document(home, "changes", "505", "2026-03-01", "2026-05-01")["items"]
    assert [one["key"] for one in days] == [
        one["key"] for one in document(home, "changes", "505", SECOND, THIRD)["items"]
    ]
    assert "last-alternative-lost" in days[-1]["kinds"]


def test_as_was_known_then(home):
    words = ("changes", "505", "2026-02-01", "2026-06-01", "--known-at")
    assert document(home, *words, "2026-01-01T00:00:00Z")["items"] == []
    assert document(home, *words, "2026-02-21T00:00:00Z")["items"] != []


def test_a_person_reads_sentences(home):
    told = call("--home", home.path, "--lang", "nb", "changes", "505", FIRST, SECOND)
    assert told.code == 0
    assert told.out.splitlines()[-3:] == [
        "Fjellro pose 30 mm (600007), liste 505: refusjonen per enhet øker fra 12,50\xa0kr til 13,00\xa0kr.",
        "Fjellro pose 30 mm (600008), liste 505: ny.",
        "Endringer: 5",
    ]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("505", FIRST, "505/2026-03-01/9"), "unknown-edition"),
        (("599", "2026-01-01", "2026-02-01"), "unknown-list"),
        (("505", "2026-02-30", "2026-02-01"), "bad-date"),
        (("505", FIRST, "2026-02-01"), "bad-request"),
    ],
)
def test_what_cannot_be_compared_is_refused(home, words, reason):
    ran = ask(home.path, "changes", *words)
    assert (ran.code, ran.document["error"]["reason"]) == (1, reason)


def test_diff_says_what_a_draft_means_for_people(tmp_path):
    home = homes.an_empty_home(tmp_path / "home")
    both = "".join(goods_xml(varenr, prices=price_xml("10.00")) for varenr in ("600007", "600008"))
    homes.take(home, homes.write(tmp_path / "a.xml", goods=both), at="2025-12-15")
    one = goods_xml("600008", prices=price_xml("15.00"))
    taken = homes.draft(home, homes.write(tmp_path / "b.xml", goods=one, helfo="2026-04-01"))
    meant = document(home, "diff", taken.draft)["impact"]
    assert [(one["impact"], one.get("varenr") or one["group"]) for one in meant] == [
        ("coverage-lost", "600007"),
        ("last-alternative-lost", "5050101"),
        ("price-moved", "600008"),
        ("short-notice", "600007"),
    ]
    assert meant[2]["percent"] == 50
