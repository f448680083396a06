"""A copy says whom it follows and how current it is, to programs and on every page."""

import datetime as dt

import msgspec
import pytest
import time_machine
from litestar.testing import TestClient

from app.api.application import create_app
from app.following.record import Following, keep_following, read_following
from app.home import Home
from app.manifest import MANIFEST, read_manifest
from app.operator import Operator, keep_operator
from app.publish.making import make_home
from app.read.service import LATE
from app.served import UNSETTLED
from app.signing.freshness import HOLDS, keep_freshness, read_freshness
from app.signing.keys import read_keyring
from tests.app import homes
from tests.app.test_following import URL, followed

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


@pytest.fixture
def first(tmp_path):
    return homes.make_three_releases(tmp_path / "first")


@pytest.fixture
def copy(first, tmp_path):
    """A home that was current a moment ago."""
    home = Home(tmp_path / "copy")
    make_home(home, approvals=1, signs=False)
    keep_following(home, Following(URL, read_keyring(first).keys[0].key, NOW))
    followed(first, home)
    following = read_following(home)
    assert following is not None
    keep_following(home, msgspec.structs.replace(following, tried_at=NOW, caught_up_at=NOW))
    return home


def troubled(home, **changes):
    following = read_following(home)
    assert following is not None
    keep_following(home, msgspec.structs.replace(following, **changes))


def status_of(home, **asked):
    with TestClient(create_app(home)) as api:
        return api.get("/v1/status", params=asked).json()


def front_of(home, lang="en"):
    with TestClient(create_app(home)) as api:
        return api.get("/", params={"lang": lang}).text


def test_status_tells_whom_it_follows(copy, first):
    assert status_of(copy)["copy_of"] == {
        "url": URL,
        "key": read_keyring(first).keys[0].key,
        "current_at": NOW.isoformat().replace("+00:00", "Z"),
        "tried_at": NOW.isoformat().replace("+00:00", "Z"),
        "trouble": None,
        "detail": None,
    }
    assert status_of(first)["copy_of"] is None


@pytest.mark.parametrize(
    ("lang", "detail"),
    [
        ("en", "nobody answers: refused. Nothing was changed here; what is here is served on, and a running"),
        ("nb", "ingen svarer: refused. Ingenting er endret her; det som er her, vises fortsatt, og en kopi"),
    ],
)
def test_status_tells_what_went_wrong(copy, lang, detail):
    troubled(copy, trouble="source-away", facts={"where": f"{URL}/v1/keys", "found": "refused"})
    told = status_of(copy, lang=lang)["copy_of"]
    assert told["trouble"] == "source-away"
    assert told["detail"].startswith(f"{URL}/v1/keys: {detail} ")


def test_a_page_of_a_copy_says_whose_it_is(copy, first):
    assert f"This is a copy of {URL}." in front_of(copy)
    assert f"Dette er en kopi av {URL}." in front_of(copy, "nb")
    assert "a copy of" not in front_of(first)


def test_a_page_of_a_copy_that_stands_still_says_since_when(copy):
    assert "last seen to be current" not in front_of(copy)
    troubled(copy, caught_up_at=dt.datetime(2026, 7, 1, 10, 0, tzinfo=dt.UTC))
    told = "was last seen to be current on 1 July 2026, 12:00. What was published there since then is not"
    assert told in front_of(copy)
    troubled(copy, caught_up_at=NOW - LATE)
    assert "last seen to be current" in front_of(copy)


def test_a_page_says_who_runs_the_service(copy):
    assert "is run by" not in front_of(copy)
    keep_operator(
        copy, Operator(name="Vestre <Helse>", email="lister@vestre.example", page="https://vestre.example")
    )
    shown = front_of(copy)
    assert "This service is run by Vestre &lt;Helse&gt;." in shown
    assert '<a href="https://vestre.example">https://vestre.example</a>' in shown
    assert '<a href="mailto:lister@vestre.example">lister@vestre.example</a>' in shown


def test_a_page_is_shown_though_whom_its_home_follows_was_written_badly(copy):
    copy.following.write_bytes(b"{")
    with TestClient(create_app(copy)) as api:
        shown = api.get("/endringer", params={"lang": "en"})
    assert shown.status_code == 200
    assert "a copy of" not in shown.text


def test_a_page_of_a_copy_that_was_never_current_says_so(copy):
    troubled(copy, caught_up_at=None)
    assert f"This copy of {URL} has never been seen to be current" in front_of(copy)


def test_a_page_says_where_nobody_has_signed_for_hours(first):
    word = read_freshness(first)
    assert word is not None
    assert "last confirmed" not in front_of(first)
    with time_machine.travel(word.signed_at + HOLDS, tick=True):
        assert "That these lists are the newest was last confirmed on " in front_of(first)


def test_a_copy_takes_for_settled_only_what_it_was_told_of(copy):
    """Behind what its source said last there may be releases that are not here yet."""
    word = read_freshness(copy)
    assert word is not None
    day = (word.signed_at - dt.timedelta(days=2)).date().isoformat()

    def kept(known_at):
        asked = {"valid_on": day, "known_at": known_at.isoformat()}
        with (
            time_machine.travel(word.signed_at + dt.timedelta(days=30), tick=True),
            TestClient(create_app(copy)) as api,
        ):
            return api.get("/v1/lists", params=asked).headers["cache-control"]

    assert kept(word.signed_at - UNSETTLED - dt.timedelta(seconds=1)).endswith("immutable")
    assert kept(word.signed_at - UNSETTLED + dt.timedelta(seconds=1)) == "no-cache"
    assert kept(word.signed_at + dt.timedelta(days=20)) == "no-cache"


def test_a_copy_that_was_told_of_another_release_takes_nothing_for_settled(copy):
    word = read_freshness(copy)
    assert word is not None
    keep_freshness(copy, msgspec.structs.replace(word, release=4))
    asked = {"valid_on": "2026-01-02", "known_at": "2026-06-01T00:00:00Z"}
    with TestClient(create_app(copy)) as api:
        assert api.get("/v1/lists", params=asked).headers["cache-control"] == "no-cache"


def test_made_up_lists_are_made_up_in_a_copy_too(first, tmp_path):
    assert read_manifest(first.release(3)).demonstration is False
    first.make_demonstration()
    homes.take(first, homes.write(tmp_path / "more.xml", helfo="2026-10-01"), complete=True)
    assert read_manifest(first.release(4)).demonstration is True
    home = Home(tmp_path / "copy")
    make_home(home, approvals=1, signs=False)
    keep_following(home, Following(URL, read_keyring(first).keys[0].key, NOW))
    followed(first, home)
    assert home.is_demonstration()
    assert "made up" in front_of(home)


def test_what_nobody_knew_yet_is_not_written_into_an_old_manifest(first):
    old = b'{"format":1,"release":1,"published_at":"2026-01-01T00:00:00Z","note":null,"withdraws":null,' + (
        b'"backfilled":false,"editions":[],"drafts":[],"previous":null,"audit":"","rows":{},"files":[],"key":null}'
    )
    (first.work).mkdir(exist_ok=True)
    (first.work / MANIFEST).write_bytes(old)
    assert msgspec.json.encode(read_manifest(first.work)) == old
