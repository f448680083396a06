"""What makes a draft and what changes one: files, acts, values; one record gives one edition, always."""

import datetime as dt
import multiprocessing
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from app.home import Home
from app.manifest import sha256_of
from app.publish import drafting
from app.publish.acts import close_list, withdraw
from app.publish.deciding import approve
from app.publish.drafting import Why, carry, change_value, refresh
from app.publish.looks import read_look
from app.publish.publishing import publish_drafts
from app.publish.verify import rebuild, verify
from app.publish.wishes import Taken
from app.snapshot import open_snapshot
from app.workshop.database import Workshop
from lists.editing import Edit
from lists.edition import content_digest
from lists.errors import ListsError, Refused
from tests.app import homes
from tests.app.homes import QUICK, edition, in_force, logged, refused, the_draft
from tests.builders import an_m30_file, basis_xml, goods_xml, group_xml, price_xml, refund_xml

KARI = Why("Kari", "Feil fra leverandøren")
PRICE = Edit("product", "600007", "prices[E,2026-01-01].amount", "11.90")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """
    Nobody changes it.

    1  505 (12.50) and 502 (Kateter) from January
    2  505 (13.00) and 502 (Kateter, ny) from March
    3  504 for the first time, from March
    """
    directory = tmp_path_factory.mktemp("story")
    home = homes.an_empty_home(directory / "home")
    new_list = an_m30_file(
        goods=goods_xml("600020", refund=refund_xml("RID_5040101")),
        bases=basis_xml("504", group_xml("504", text="Sukker") + group_xml("5040101")),
        helfo="2026-03-01",
    )
    for at, content in (
        ("2025-12-15", homes.two_lists_file()),
        ("2026-02-15", homes.two_lists_file(price="13.00", catheter="Kateter, ny", helfo="2026-03-01")),
        ("2026-02-20", new_list),
    ):
        (directory / "liste.xml").write_bytes(content)
        homes.take(home, directory / "liste.xml", at=at)
    return home


@pytest.fixture
def home(story: Home, tmp_path: Path) -> Home:
    """A copy of the story."""
    return homes.a_copy(story, tmp_path / "home")


def drafted(home: Home, tmp_path: Path, **said: str) -> int:
    """A draft of both lists from April."""
    path = tmp_path / "ny.xml"
    path.write_bytes(homes.two_lists_file(**{"helfo": "2026-04-01", "price": "14.00", **said}))
    return homes.draft(home, path).draft


def change(home: Home, number: int, edit: Edit = PRICE, *, why: Why = KARI) -> None:
    """One value changed."""
    with closing(Workshop(home.workshop)) as workshop:
        change_value(home, workshop, number, edit, why=why)


def publish(home: Home, number: int) -> int | None:
    """The release that a draft becomes."""
    return publish_drafts(home, [number], by="Ola", wish=QUICK).release


# --- a file -------------------------------------------------------------------


def test_a_file_becomes_a_draft_with_its_source_and_all_that_was_seen(home, tmp_path):
    number = drafted(home, tmp_path)

    draft, look = the_draft(home, number), read_look(home, number)
    assert (draft.draft, draft.kind, draft.state, draft.by, draft.base) == (4, "file", "open", "Kari", 3)
    assert home.source(draft.source).read_bytes() == (tmp_path / "ny.xml").read_bytes()
    assert (draft.source_name, draft.source_bytes) == ("ny.xml", (tmp_path / "ny.xml").stat().st_size)
    assert look is not None
    assert (look.base, look.whole) == (3, True)
    assert {gate.list for gate in look.gates} == {"502", "505"}
    assert home.current_release() == 3


def test_a_draft_s_content_has_one_name_whoever_takes_it_in_and_another_for_another_day(home, tmp_path):
    first, again = (the_draft(home, drafted(home, tmp_path)) for _ in range(2))
    later = the_draft(home, drafted(home, tmp_path, helfo="2026-05-01"))

    assert first.sha256 == again.sha256 != later.sha256


def test_eight_who_take_in_one_file_at_once_make_eight_drafts_of_one_kept_file(home, tmp_path):
    (tmp_path / "ny.xml").write_bytes(homes.two_lists_file(helfo="2026-04-01", price="14.00"))
    kept = len(list(home.sources.iterdir()))
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        numbers = pool.starmap(draft_elsewhere, [(home.path, tmp_path / "ny.xml")] * 8)

    assert sorted(numbers) == list(range(4, 12))
    assert len(list(home.sources.iterdir())) == kept + 1
    assert verify(home).left_over == ()


def draft_elsewhere(home: Path, path: Path) -> int:
    """For a process of its own."""
    return homes.draft(Home(home), path).draft


# --- acts ---------------------------------------------------------------------


def test_a_close_is_a_draft_like_any_other(home):
    taken = close_list(home, "504", dt.date(2026, 7, 1), why=Why("Kari", "Avviklet"))

    assert (taken.draft, taken.release, home.current_release()) == (4, None, 3)
    assert (the_draft(home, 4).kind, the_draft(home, 4).close, the_draft(home, 4).state) == (
        *("close", "504"),
        "open",
    )
    assert publish(home, 4) == 4
    assert edition(home, "504/2026-07-01/4").terms.closed


def test_an_end_that_somebody_else_published_first_is_nothing_new_and_can_still_be_looked_at(home):
    first, second = (close_list(home, "504", dt.date(2026, 7, 1), why=KARI).draft for _ in range(2))
    publish(home, first)

    with closing(Workshop(home.workshop)) as workshop:
        made = refresh(home, workshop, second)

    assert made is not None
    assert [known.state for known in made.draft.lists] == ["unchanged"]
    assert "has nothing that is not in force already" in refused(publish, home, second)
    assert "The list '504' is not in force on 2026-07-01" in refused(
        close_list, home, "504", dt.date(2026, 7, 1), why=KARI
    )


def test_a_withdrawal_of_what_brought_a_list_that_has_ended_since_is_nothing_new(home):
    publish(home, close_list(home, "504", dt.date(2026, 3, 1), why=KARI).draft)

    taken = withdraw(home, 3, why=KARI)

    assert [known.state for known in the_draft(home, taken.draft).lists] == ["unchanged"]


def test_a_withdrawal_restores_what_each_list_said_before_and_leaves_the_others_alone(home):
    taken = withdraw(home, 2, why=Why("Kari", "Feil grense"))
    assert (taken.release, home.current_release()) == (None, 3)

    assert publish(home, taken.draft) == 4
    assert marks(home) == ["502/2026-03-01/4", "505/2026-03-01/4"]
    for code in ("502", "505"):
        restored, former = edition(home, f"{code}/2026-03-01/4"), edition(home, f"{code}/2026-01-01/1")
        assert content_digest(restored) == content_digest(former)
    assert in_force(home, "504", "2026-03-01") == "504/2026-03-01/3"
    manifest = home.release(4) / "manifest.json"
    assert '"withdraws": 2' in manifest.read_text(encoding="utf-8")
    assert '"note": "Feil grense"' in manifest.read_text(encoding="utf-8")
    assert (rebuild(home), verify(home).release) == (4, 4)


def test_a_withdrawal_of_one_list_leaves_the_other_as_it_is(home):
    publish(home, withdraw(home, 2, why=KARI, lists=("505",)).draft)

    assert marks(home) == ["505/2026-03-01/4"]
    assert in_force(home, "502", "2026-03-01") == "502/2026-03-01/2"


def test_a_withdrawal_may_hold_from_a_later_day_only(home):
    publish(home, withdraw(home, 2, why=KARI, lists=("505",), valid_from=dt.date(2026, 5, 1)).draft)

    assert in_force(home, "505", "2026-04-30") == "505/2026-03-01/2"
    restored = edition(home, in_force(home, "505", "2026-05-01"))
    assert content_digest(restored) == content_digest(edition(home, "505/2026-01-01/1"))


def test_a_withdrawal_is_never_dated_before_what_it_takes_back(home):
    taken = withdraw(home, 2, why=KARI, valid_from=dt.date(2026, 1, 15))

    assert {str(known.valid_from) for known in the_draft(home, taken.draft).lists} == {"2026-03-01"}


def test_a_withdrawal_of_the_release_that_brought_a_list_ends_the_list(home):
    publish(home, withdraw(home, 3, why=KARI).draft)

    ended = edition(home, "504/2026-03-01/4")
    assert (ended.terms.closed, ended.entries) == (True, ())
    assert rebuild(home) == 4


def test_a_withdrawal_can_be_withdrawn(home):
    publish(home, withdraw(home, 2, why=KARI).draft)
    publish(home, withdraw(home, 4, why=KARI).draft)

    assert content_digest(edition(home, "505/2026-03-01/5")) == content_digest(
        edition(home, "505/2026-03-01/2")
    )


def test_a_withdrawal_that_takes_a_later_release_back_too_asks_first(home):
    publish(home, withdraw(home, 2, why=KARI).draft)
    publish(home, withdraw(home, 4, why=KARI).draft)

    taken = withdraw(home, 2, why=KARI, lists=("505",))

    fired = [gate for gate in taken.prepared.gates if not gate.passed]
    assert [(gate.gate, gate.list, gate.found) for gate in fired] == [
        ("later-release-undone", "505", "505/2026-03-01/5")
    ]


def test_what_is_taken_back_already_is_nothing_to_publish(home):
    publish(home, withdraw(home, 2, why=KARI).draft)
    again = withdraw(home, 2, why=KARI)

    assert {known.state for known in the_draft(home, again.draft).lists} == {"unchanged"}
    assert "has nothing that is not in force already" in refused(publish, home, again.draft)


@pytest.mark.parametrize(
    ("release", "lists", "says"),
    [
        (9, (), "There is no release '9'"),
        (2, ("504",), "Release 2 has no edition of the list '504'. The lists it has: 502, 505."),
    ],
)
def test_what_was_not_released_cannot_be_withdrawn(release, lists, says, home):
    assert says in refused(withdraw, home, release, why=KARI, lists=lists)
    with closing(Workshop(home.workshop)) as workshop:
        assert len(workshop.drafts()) == 3


# --- values -------------------------------------------------------------------


def test_a_changed_value_is_published_and_stands_in_the_record_with_who_when_and_why(home, tmp_path):
    number = drafted(home, tmp_path)
    before = the_draft(home, number)
    change(home, number)

    draft = the_draft(home, number)
    [made] = draft.changes
    assert (made.by, made.reason, made.before, made.after) == (
        *("Kari", "Feil fra leverandøren"),
        *("14.00", "11.90"),
    )
    assert (made.subject, made.key, made.field) == ("product", "600007", "prices[E,2026-01-01].amount")
    assert abs(made.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    assert draft.sha256 != before.sha256
    assert draft.source == before.source
    assert logged(home)[-1].what.endswith('"14.00" → "11.90" (Feil fra leverandøren)')

    publish(home, number)
    assert edition(home, "505/2026-04-01/4").entries[0].prices[0].amount == 119_000


def test_the_kept_source_and_the_recorded_changes_give_the_same_database_again(home, tmp_path):
    number = drafted(home, tmp_path)
    change(home, number)
    change(
        home, number, Edit("product", "600012", "name", "Kateter Ærlig", "502"), why=Why("Ola", "Skrivefeil")
    )
    change(
        home, number, Edit("condition", "ID_VILKAR", "limit[calendar_year]", 300), why=Why("Ola", "Avtalt")
    )
    publish(home, number)
    sealed = sha256_of(home.snapshot(4) / "lists.db")

    assert rebuild(home) == 4
    assert sha256_of(home.snapshot(4) / "lists.db") == sealed
    assert edition(home, "502/2026-04-01/4").entries[0].name == "Kateter Ærlig"
    assert [made.by for made in the_draft(home, number).changes] == ["Kari", "Ola", "Ola"]
    assert verify(home).release == 4


def test_a_changed_value_voids_the_approvals(home, tmp_path):
    number = drafted(home, tmp_path)
    with closing(Workshop(home.workshop)) as workshop:
        workshop.set_approvals(1)
        approve(workshop, number, by="Ola")
    assert the_draft(home, number).state == "approved"

    change(home, number)
    assert (the_draft(home, number).state, the_draft(home, number).approvals) == ("open", ())
    assert f"draft {number} has 0 of the 1 approvals" in refused(publish, home, number)


def test_a_refused_draft_is_opened_by_the_value_that_was_wrong(home, tmp_path):
    reversed_days = price_xml(
        days="<GyldigFraDato>2026-01-01</GyldigFraDato><GyldigTilDato>2025-01-01</GyldigTilDato>"
    )
    path = homes.write(tmp_path / "a.xml", goods=goods_xml(prices=reversed_days), helfo="2026-04-01")
    number = homes.draft(home, path).draft
    assert (the_draft(home, number).state, the_draft(home, number).sha256) == ("refused", "")
    assert "Draft 4 is 'refused'" in refused(publish_drafts, home, [number], by="Ola", wish=QUICK)

    change(home, number, Edit("product", "600007", "prices[E,2026-01-01].valid_to", None))

    assert the_draft(home, number).state == "open"
    look = read_look(home, number)
    assert look is not None
    assert look.whole
    assert publish(home, number) == 4


def test_a_value_that_breaks_a_rule_refuses_the_draft_and_stays_visible(home, tmp_path):
    number = drafted(home, tmp_path)
    change(home, number, Edit("product", "600007", "prices[E,2026-01-01].valid_to", "2025-01-01"))

    look = read_look(home, number)
    assert look is not None
    assert the_draft(home, number).state == "refused"
    assert "interval-reversed" in {found.rule for found in look.problems}


def test_only_a_file_s_values_can_be_changed_and_only_before_it_goes_out(home, tmp_path):
    act = close_list(home, "504", dt.date(2026, 7, 1), why=KARI).draft
    assert "has no values of its own to change" in refused(change, home, act)
    number = drafted(home, tmp_path)
    publish(home, number)

    assert f"Draft {number} is 'published'; this can be done with a draft that is 'open'" in refused(
        change, home, number
    )
    assert "There is no draft 9" in refused(change, home, 9)


def test_while_somebody_publishes_nothing_that_may_go_out_is_changed(home, tmp_path):
    number = drafted(home, tmp_path)
    with home.publishing("publish"):
        told = refused(change, home, number)

    assert "Somebody else is at work in this home: publish" in told
    assert the_draft(home, number).changes == ()


def test_of_several_who_change_a_draft_at_once_each_is_recorded_or_told(home, tmp_path):
    number = drafted(home, tmp_path)
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        told = pool.starmap(change_elsewhere, [(home.path, number, f"1{n}.00") for n in range(5, 9)])

    done = [outcome for outcome in told if outcome is None]
    changes = the_draft(home, number).changes
    assert len(changes) == len(done) >= 1
    assert set(told) <= {None, "draft-changed"}
    # Each saw what the one before it had put there.
    assert [made.before for made in changes] == ["14.00", *(made.after for made in changes[:-1])]
    assert verify(home).release == 3
    with closing(Workshop(home.workshop)) as workshop:
        refresh(home, workshop, number)
    look = read_look(home, number)
    assert look is not None
    assert look.changes == len(changes)


def change_elsewhere(home: Path, number: int, amount: str) -> str | None:
    """For a process of its own: None where it was done, else why not."""
    edit = Edit(PRICE.subject, PRICE.key, PRICE.field, amount)
    try:
        change(Home(home), number, edit)
    except ListsError as error:
        return error.reason
    return None


def test_a_change_to_what_is_no_more_as_it_was_seen_is_told(home, tmp_path):
    """The same without chance: somebody else is done between the look and the record."""
    number = drafted(home, tmp_path)
    seen = the_draft(home, number)
    change(home, number)
    carried = msgspec.structs.replace(seen, carried=True)
    with closing(Workshop(home.workshop)) as workshop, pytest.raises(Refused) as caught:
        drafting._rejudge(home, workshop, seen, carried, act=("edit", "Ola", ""))

    assert caught.value.reason == "draft-changed"


# --- carried further (rule 25) --------------------------------------------------


@pytest.fixture
def held(home, tmp_path) -> Taken:
    """A correction of 505 for February, where March is released already."""
    path = homes.write(tmp_path / "a.xml", goods=goods_xml(name="Fjellro, rettet"), helfo="2026-02-01")
    return homes.draft(home, path)


def test_a_correction_that_a_later_edition_lacks_is_held_and_carried_in_one_release(home, held):
    [gate] = [gate for gate in held.prepared.gates if gate.gate == "later-edition-lacks-it"]
    assert (gate.passed, gate.found) == (False, "505/2026-03-01/2")

    with closing(Workshop(home.workshop)) as workshop:
        made = carry(home, workshop, held.draft, by="Kari")

    assert all(gate.passed for gate in made.prepared.gates if gate.gate == "later-edition-lacks-it")
    publish(home, held.draft)
    assert marks(home) == ["505/2026-02-01/4", "505/2026-03-01/4"]
    february, march = (edition(home, f"505/2026-0{month}-01/4").entries[0] for month in (2, 3))
    assert (february.name, march.name) == ("Fjellro, rettet", "Fjellro, rettet")
    # What March says itself stays: its price.
    assert (february.prices[0].amount, march.prices[0].amount) == (125_000, 130_000)
    sealed = sha256_of(home.snapshot(4) / "lists.db")
    assert (rebuild(home), verify(home).release) == (4, 4)
    assert sha256_of(home.snapshot(4) / "lists.db") == sealed


def test_carrying_voids_the_approvals_and_stands_in_the_log(home, held):
    with closing(Workshop(home.workshop)) as workshop:
        approve(workshop, held.draft, by="Ola")
        carry(home, workshop, held.draft, by="Kari")

    assert (the_draft(home, held.draft).approvals, the_draft(home, held.draft).carried) == ((), True)
    assert (logged(home)[-1].by, logged(home)[-1].act) == ("Kari", "carry")


@pytest.mark.parametrize("again", [False, True], ids=["", "carried"])
def test_a_release_that_was_carried_further_is_taken_back_on_each_of_its_days(again, home, held):
    with closing(Workshop(home.workshop)) as workshop:
        carry(home, workshop, held.draft, by="Kari")
        publish(home, held.draft)
        taken = withdraw(home, 4, why=KARI)
        fired = [gate.gate for gate in taken.prepared.gates if not gate.passed]
        if again:
            carry(home, workshop, taken.draft, by="Kari")

    assert fired == []
    assert publish(home, taken.draft) == 5
    assert marks(home) == ["505/2026-02-01/5", "505/2026-03-01/5"]
    for day, former in (("2026-02-01", "505/2026-01-01/1"), ("2026-03-01", "505/2026-03-01/2")):
        restored = edition(home, f"505/{day}/5")
        assert content_digest(restored) == content_digest(edition(home, former))
    assert rebuild(home) == 5


def test_the_end_of_a_list_is_carried_into_what_is_released_for_later(home):
    taken = close_list(home, "505", dt.date(2026, 2, 1), why=KARI)
    with closing(Workshop(home.workshop)) as workshop:
        carry(home, workshop, taken.draft, by="Kari")

    assert publish(home, taken.draft) == 4
    assert marks(home) == ["505/2026-02-01/4", "505/2026-03-01/4"]
    assert all(edition(home, name).terms.closed for name in marks(home))
    assert rebuild(home) == 4


def test_a_withdrawal_can_be_carried_further_too(home):
    """What March took over from February's mistake goes with it."""
    taken = withdraw(home, 1, why=KARI, lists=("502",))
    with closing(Workshop(home.workshop)) as workshop:
        carry(home, workshop, taken.draft, by="Kari")

    assert publish(home, taken.draft) == 4
    assert edition(home, in_force(home, "502", "2026-01-01")).terms.closed
    assert (rebuild(home), verify(home).release) == (4, 4)


def marks(home: Home) -> list[str]:
    """The editions of the last release."""
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        return sorted(mark.id for mark in snapshot.editions if mark.release == snapshot.release)
