"""What changed between the real full lists: fast between neighbours, and record for record right."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.home import Home
from app.publish.acts import take_in
from app.publish.making import make_home
from app.publish.readings import Request
from app.publish.wishes import Wish
from app.read.changes import change_shape, read_ends, views_of
from app.read.compared import Compared, compared
from app.snapshot import Snapshot, open_snapshot
from tests.flow.test_copy_kept_current import check_copy

pytestmark = pytest.mark.real

MONTHS = ("2025-11", "2025-12", "2026-01")
EDITIONS = ("505/2025-11-01/1", "505/2025-12-01/2", "505/2026-01-01/3")
TODAY = dt.date(2026, 6, 1)


@pytest.fixture(scope="module")
def snapshot(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """Three full files, published one after the other."""
    home = Home(tmp_path_factory.mktemp("full") / "home")
    make_home(home, approvals=0)
    for month in MONTHS:
        file = shared_data / "fest" / f"m30-full-{month}.xml.gz"
        wish = Wish(overrides=("group-meaning",), reason="real", complete=False)
        taken = take_in(home, str(file), Request(), by="test", wish=wish)
        assert taken.release is not None, taken.held_by
    with closing(open_snapshot(home, home.current_release())) as opened:
        yield opened


def between(snapshot: Snapshot, first: str, last: str) -> Compared:
    ends = read_ends(snapshot, None, (first, last), release=snapshot.release, today=TODAY)
    return compared(*views_of(snapshot, ends), "505")


def test_a_month_of_price_changes_is_told_product_by_product(snapshot):
    found = between(snapshot, *EDITIONS[1:])
    for difference in found.differences[:100]:
        assert change_shape(found, difference, "nb").text
    counted = Counter((one.subject, one.event) for one in found.differences)
    assert counted["product", "changed"] > 1000


@pytest.mark.parametrize("ends", [EDITIONS[:2], EDITIONS[::2], EDITIONS[:0:-1]])
def test_a_copy_of_a_real_list_is_kept_current(snapshot, ends):
    check_copy(between(snapshot, *ends))


def test_the_prices_of_january_mostly_rose(snapshot):
    found = between(snapshot, *EDITIONS[1:])
    kinds = Counter(
        kind for difference in found.differences for kind in change_shape(found, difference, "en").kinds
    )
    assert kinds["price-up"] > kinds["price-down"]
    assert kinds["limit-new"] == kinds["coverage-lost"] == 0
