"""Two persons: who may say yes to what, what a yes holds for, and what goes no further."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.home import Home
from app.publish.deciding import abandon, approve, reject, unschedule
from app.publish.drafting import Why, change_value
from app.publish.looks import has_preview, read_changes, read_look, shown_changes
from app.publish.publishing import publish_drafts
from app.publish.verify import verify
from app.publish.wishes import Wish
from app.workshop.database import Workshop
from lists.editing import Edit
from tests.app import homes
from tests.app.homes import QUICK, edition, logged, refused, the_draft
from tests.builders import basis_xml, goods_xml, group_xml, price_xml, refund_xml

APRIL = "2026-04-01"
NAME = Edit("product", "600007", "name", "Fjellro pose, rettet")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """505 and 502 from January, and one approval needed; nobody changes it."""
    directory = tmp_path_factory.mktemp("published")
    home = homes.an_empty_home(directory / "home")
    (directory / "a.xml").write_bytes(homes.two_lists_file())
    homes.take(home, directory / "a.xml", at="2025-12-15")
    with closing(Workshop(home.workshop)) as workshop:
        workshop.set_approvals(1)
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


@pytest.fixture
def number(home: Home, tmp_path: Path) -> int:
    """Kari's draft of both lists from April."""
    path = tmp_path / "april.xml"
    path.write_bytes(homes.two_lists_file(price="13.00", catheter="Kateter, ny", helfo=APRIL))
    return homes.draft(home, path).draft


def publish(home: Home, number: int, wish: Wish = QUICK) -> int | None:
    """The release that a draft becomes."""
    return publish_drafts(home, [number], by="Ola", wish=wish).release


def released_without_asking(home: Home, path: Path) -> int | None:
    """A release that somebody made in between."""
    with closing(Workshop(home.workshop)) as workshop:
        workshop.set_approvals(0)
        release = homes.take(home, path).release
        workshop.set_approvals(1)
    return release


# --- who ------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["Kari", "KARI", " kari ", "Kari\t", "Ka\u200bri", "Ｋari"])
def test_whoever_made_a_draft_cannot_approve_it_however_the_name_is_typed(by, workshop, number):
    assert "Whoever took a draft in or changed it cannot approve it" in refused(
        approve, workshop, number, by=by
    )
    assert workshop.draft(number).approvals == ()


def test_whoever_only_changed_it_cannot_approve_it_either(home, workshop, number):
    change_value(home, workshop, number, NAME, why=Why("Ola", "Skrivefeil"))

    assert "cannot approve it" in refused(approve, workshop, number, by="ola")
    assert approve(workshop, number, by="Per").state == "approved"
    assert publish(home, number) == 2


def test_an_approval_is_of_exactly_this_content_and_stands_in_the_log(home, workshop, number):
    approve(workshop, number, by="Per", note="Sett på sammen med lege")

    draft = the_draft(home, number)
    [approval] = draft.approvals
    assert (approval.by, approval.sha256, approval.note) == ("Per", draft.sha256, "Sett på sammen med lege")
    assert (logged(home)[-1].by, logged(home)[-1].act) == ("Per", "approve")
    assert f": content {draft.sha256} (Sett på sammen med lege)" in logged(home)[-1].what


def test_one_person_counts_once(workshop, number):
    workshop.set_approvals(2)
    approve(workshop, number, by="Per")

    told = refused(approve, workshop, number, by="per ")
    assert f"per  has approved draft {number} already, and one person counts once" in told


def test_where_two_must_approve_one_is_not_enough(home, workshop, number):
    workshop.set_approvals(2)

    assert approve(workshop, number, by="Per").state == "open"
    assert f"draft {number} has 1 of the 2 approvals that are needed" in refused(publish, home, number)
    assert approve(workshop, number, by="Ola").state == "approved"
    assert publish(home, number) == 2


def test_what_is_refused_or_has_nothing_new_cannot_be_approved(home, workshop, tmp_path):
    wrong = homes.draft(home, homes.write(tmp_path / "a.xml", goods=goods_xml(prices=price_xml("1,2,3"))))
    (tmp_path / "b.xml").write_bytes(homes.two_lists_file())
    same = homes.draft(home, tmp_path / "b.xml")

    assert "is 'refused'; this can be done with a draft that is 'open'" in refused(
        approve, workshop, wrong.draft, by="Per"
    )
    assert "has nothing that is not in force already" in refused(approve, workshop, same.draft, by="Per")


# --- no further -------------------------------------------------------------------


@pytest.mark.parametrize(("act", "state"), [(reject, "rejected"), (abandon, "abandoned")])
def test_a_draft_that_was_let_go_goes_no_further_and_stays_visible(act, state, home, workshop, number):
    approve(workshop, number, by="Per")
    act(home, workshop, number, by="Per", reason="Feil kvartal")

    draft = the_draft(home, number)
    assert draft.rejected is not None
    assert (draft.state, draft.rejected.by, draft.rejected.reason) == (state, "Per", "Feil kvartal")
    says = f"Draft {number} is '{state}'"
    assert says in refused(approve, workshop, number, by="Liv")
    assert says in refused(change_value, home, workshop, number, NAME, why=Why("Kari", "x"))
    assert says in refused(publish, home, number)
    assert says in refused(reject, home, workshop, number, by="Liv", reason="x")
    assert says in refused(abandon, home, workshop, number, by="Kari")
    assert says in refused(unschedule, home, workshop, number, by="Kari")
    assert read_look(home, number) is not None
    assert not has_preview(home, number)
    # What would have changed is told in short; whole it went with the lists as they would have been.
    marks = read_changes(home, number)
    assert marks
    assert shown_changes(home, draft, marks, "nb") == ()
    assert home.source(draft.source).is_file()
    assert logged(home)[-1].act == state
    assert verify(home).release == 1


def test_nothing_is_let_go_while_somebody_publishes(home, workshop, number):
    with home.publishing("publish"):
        told = refused(reject, home, workshop, number, by="Per", reason="x")

    assert "Somebody else is at work in this home: publish" in told
    assert the_draft(home, number).state == "open"


# --- what an approval holds for -----------------------------------------------------


def test_an_approval_holds_where_the_release_in_between_leaves_the_content_as_it_was(
    home, workshop, tmp_path
):
    path = homes.write(tmp_path / "bare505.xml", goods=goods_xml(name="Ny"), helfo=APRIL)
    number = homes.draft(home, path).draft
    approve(workshop, number, by="Per")
    other = basis_xml("502", group_xml("502", text="Urin") + group_xml("5020101"))
    goods = goods_xml("600012", name="Et annet", refund=refund_xml("RID_5020101"))
    released_without_asking(home, homes.write(tmp_path / "b.xml", goods=goods, bases=other, helfo=APRIL))

    assert publish(home, number) == 3
    assert the_draft(home, number).approvals[0].by == "Per"
    assert edition(home, f"505/{APRIL}/3").entries[0].name == "Ny"


def test_an_approval_is_void_where_a_release_in_between_makes_it_something_else(
    home, workshop, number, tmp_path
):
    """One of its lists is published by somebody else: what would go out is no longer what was approved."""
    approve(workshop, number, by="Per")
    other = basis_xml("502", group_xml("502", text="Urin") + group_xml("5020101"))
    goods = goods_xml("600012", name="Kateter, ny", refund=refund_xml("RID_5020101"))
    released_without_asking(
        home, homes.write(tmp_path / "b.xml", goods=goods, bases=other, conditions="", helfo=APRIL)
    )

    told = refused(publish, home, number)

    assert f"Draft {number} is no longer what was approved" in told
    draft = the_draft(home, number)
    assert (draft.state, draft.approvals, draft.base) == ("open", (), 2)
    assert {known.list: known.state for known in draft.lists} == {"502": "unchanged", "505": "new"}
    approve(workshop, number, by="Per")
    assert publish(home, number) == 3


def test_a_day_ahead_is_as_good_as_now_for_whoever_must_approve(home, workshop, number):
    ahead = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)

    told = refused(publish, home, number, Wish(overrides=homes.ANY_GATE, reason=homes.SMALL, at=ahead))

    assert f"draft {number} has 0 of the 1 approvals" in told
    assert workshop.in_state("scheduled") == []
