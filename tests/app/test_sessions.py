"""Sessions and tries to sign in, on a clock of the tests: idle, old, renewed, slowed down, forgotten."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from app.workshop import attempts
from app.workshop.accounts import APPROVER, EDITOR, Accounts
from app.workshop.attempts import LONGEST_DELAY, Attempts, delay_after
from app.workshop.database import Workshop
from app.workshop.passwords import Cost, hash_password
from app.workshop.sessions import IDLE_SECONDS, LONGEST_SECONDS, Sessions, csrf_of, same_text
from app.workshop.signing_in import Asking, sign_in
from lists.errors import Refused

NOW = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)
CHEAP = Cost(1, 8, 1)
PASSWORD = "en lang setning"
KARI = Asking("Kari", PASSWORD)
WRONG = Asking("Kari", "en gal setning")


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """A workshop with Kari in it."""
    with closing(Workshop(tmp_path / "workshop.db")) as workshop:
        Accounts(workshop).add(
            "Kari", roles=(EDITOR,), password_hash=hash_password(PASSWORD, cost=CHEAP), by="test"
        )
        yield workshop


@pytest.fixture
def path(workshop: Workshop, tmp_path: Path) -> Path:
    """Where it lies."""
    return tmp_path / "workshop.db"


@pytest.fixture
def sessions(workshop: Workshop) -> Sessions:
    """Its sessions."""
    return Sessions(workshop)


def after(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


def enter(path: Path, asking: Asking = KARI, *, at: float = 0, cost: Cost = CHEAP) -> str:
    return sign_in(path, asking, now=after(at), cost=cost)


def refusal(path: Path, asking: Asking = WRONG, *, at: float = 0, cost: Cost = CHEAP) -> Refused:
    with pytest.raises(Refused) as caught:
        enter(path, asking, at=at, cost=cost)
    return caught.value


def acts(workshop: Workshop) -> list[tuple[str, str, str]]:
    assert workshop.first_broken_entry() is None
    return [(entry.act, entry.by, entry.what) for entry in workshop.log.entries()][1:]


# --- a session ---------------------------------------------------------------------


def test_a_session_is_its_persons_and_its_cookie_is_kept_nowhere(path, sessions):
    secret = enter(path)

    known = sessions.signed_in(secret, now=NOW)

    assert known is not None
    assert (known.name, known.roles) == ("Kari", {EDITOR})
    assert not [file for file in path.parent.iterdir() if secret.encode() in file.read_bytes()]


@pytest.mark.parametrize("secret", ["", "x", "Kari", "0" * 43, "\ud800", "x" * 10**6])
def test_a_cookie_that_we_did_not_make_is_nobodys(path, sessions, secret):
    enter(path)
    assert sessions.signed_in(secret, now=NOW) is None


@pytest.mark.parametrize(("seconds", "alive"), [(IDLE_SECONDS - 1, True), (IDLE_SECONDS, False)])
def test_a_session_ends_when_nobody_came_for_an_hour(path, sessions, seconds, alive):
    secret = enter(path)
    assert (sessions.signed_in(secret, now=after(seconds)) is not None) == alive


@given(st.lists(st.integers(0, 70 * 60), max_size=40))
@settings(max_examples=40)
def test_a_session_lives_while_it_is_used_and_never_beyond_twelve_hours(tmp_path_factory, gaps):
    with closing(Workshop(tmp_path_factory.mktemp("sessions") / "workshop.db")) as workshop:
        Accounts(workshop).add("Kari", roles=(EDITOR,), password_hash="", by="test")
        sessions, at = Sessions(workshop), 0
        with workshop.changing():
            secret = sessions.begin("Kari", now=NOW)
        for gap in gaps:
            at += gap
            known = sessions.signed_in(secret, now=after(at))
            if gap >= IDLE_SECONDS or at >= LONGEST_SECONDS:
                assert known is None
                break
            # When somebody was here last is kept to the minute.
            if gap >= IDLE_SECONDS - 60:
                break
            assert known is not None


def test_every_sign_in_gives_a_new_cookie_and_ends_the_one_that_came_along(path, sessions):
    first = enter(path)
    second = enter(path, Asking("Kari", PASSWORD, former=first))

    assert first != second
    assert sessions.signed_in(first, now=NOW) is None
    assert sessions.signed_in(second, now=NOW) is not None


def test_a_cookie_from_elsewhere_is_never_taken_over(path, sessions):
    planted = "A" * 43
    assert enter(path, Asking("Kari", PASSWORD, former=planted)) != planted
    assert sessions.signed_in(planted, now=NOW) is None


def test_two_places_may_be_signed_in_at_a_time_but_not_any_number(path, sessions):
    secrets = [enter(path, at=place) for place in range(25)]

    alive = [sessions.signed_in(secret, now=after(30)) is not None for secret in secrets]

    assert alive == [False] * 5 + [True] * 20


def test_what_is_over_is_cleared_away(path, workshop):
    enter(path)
    enter(path, at=LONGEST_SECONDS)
    assert workshop.db.table("session").count == 1


def test_sessions_end_with_the_person_with_the_password_and_when_signed_out(path, workshop, sessions):
    accounts = Accounts(workshop)
    secret = enter(path)
    sessions.sign_out(secret, now=NOW)
    assert sessions.signed_in(secret, now=NOW) is None

    secret = enter(path)
    accounts.set_password("Kari", hash_password(PASSWORD, cost=CHEAP), by="test")
    assert sessions.signed_in(secret, now=NOW) is None

    secret = enter(path)
    accounts.remove("Kari", by="test")
    assert sessions.signed_in(secret, now=NOW) is None
    assert refusal(path, KARI).reason == "sign-in-wrong"


def test_a_role_that_is_taken_is_gone_at_the_next_request(path, workshop, sessions):
    secret = enter(path)
    Accounts(workshop).set_roles("Kari", (APPROVER,), by="test")
    known = sessions.signed_in(secret, now=NOW)
    assert known is not None
    assert known.roles == {APPROVER}


def test_a_session_is_answered_while_somebody_else_writes(path, sessions, workshop):
    secret = enter(path)
    with closing(Workshop(path)) as other, other.changing():
        workshop.db.conn.execute("PRAGMA busy_timeout = 50")
        assert sessions.signed_in(secret, now=after(600)) is not None


def test_what_a_form_carries_is_of_its_session_and_is_not_the_cookie(path):
    first, second = enter(path), enter(path)
    assert csrf_of(first) == csrf_of(first) != csrf_of(second)
    assert first not in csrf_of(first)
    assert same_text(csrf_of(first), csrf_of(first))
    assert not same_text("", csrf_of(first))
    assert not same_text("\ud800æ", csrf_of(first))


def test_signing_in_and_out_is_in_the_log(path, workshop, sessions):
    secret = enter(path)
    sessions.sign_out(secret, now=NOW)
    sessions.sign_out(secret, now=NOW)
    assert acts(workshop) == [("sign-in", "Kari", ""), ("sign-out", "Kari", "")]


def test_a_hash_of_another_cost_is_made_anew_when_its_person_signs_in(path, workshop):
    dearer = Cost(2, 16, 1)
    enter(path, cost=dearer)
    assert "m=16,t=2" in str(Accounts(workshop).password_hash("Kari"))
    enter(path, cost=dearer)


def test_a_password_that_was_changed_while_it_was_checked_opens_nothing(path, workshop):
    class Meddling(PasswordHasher):
        def verify(self, kept, secret):
            right = super().verify(kept, secret)
            Accounts(workshop).set_password("Kari", hash_password("et nytt passord", cost=CHEAP), by="test")
            return right

    class MeddlingCost(Cost, frozen=True):
        def hasher(self):
            return Meddling(1, 8, 1)

    assert refusal(path, KARI, cost=MeddlingCost(1, 8, 1)).reason == "sign-in-wrong"
    assert workshop.db.table("session").count == 0


# --- wrong passwords ---------------------------------------------------------------


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_delays_grow_and_have_an_end(one, other):
    fewer, more = sorted((one, other))
    assert 0 <= delay_after(fewer) <= delay_after(more) <= LONGEST_DELAY


def test_from_the_fifth_on_each_delay_is_twice_the_one_before_up_to_a_quarter_of_an_hour():
    delays = [delay_after(failures) for failures in range(20)]
    assert delays[:6] == [0, 0, 0, 0, 0, 2]
    assert all(later == min(900, 2 * earlier) for earlier, later in pairwise(delays[5:]))
    assert delays[-1] == 900


@pytest.mark.parametrize("name", ["Kari", "Nobody", "", "x" * 10_000, "\ud800"])
def test_five_wrong_passwords_slow_down_any_name_alike(path, name):
    asking = Asking(name, "en gal setning")
    told = [refusal(path, asking, at=at) for at in (0, 1, 2, 3, 4, 5)]

    assert [error.reason for error in told] == ["sign-in-wrong"] * 5 + ["sign-in-wait"]
    assert told[-1].facts == {"seconds": "1"}
    # Too early is not counted; once the time is over the next one doubles it.
    assert refusal(path, asking, at=6).reason == "sign-in-wrong"
    assert refusal(path, asking, at=7).facts == {"seconds": "3"}


def test_the_right_password_must_wait_too_and_then_forgets_the_wrong_ones(path):
    for _ in range(5):
        refusal(path)
    assert refusal(path, KARI, at=1).reason == "sign-in-wait"
    enter(path, at=2)
    assert [refusal(path, at=3).reason for _ in range(5)] == ["sign-in-wrong"] * 5


def test_wrong_passwords_are_forgotten_after_a_day(path):
    for _ in range(5):
        refusal(path)
    assert [refusal(path, at=attempts.FORGOTTEN_AFTER + 1).reason for _ in range(5)] == ["sign-in-wrong"] * 5


def test_one_name_does_not_slow_down_another(path):
    for _ in range(6):
        refusal(path, Asking("Ola", "en gal setning"))
    enter(path)


def test_many_tries_at_once_are_many(path):
    with ThreadPoolExecutor(8) as pool:
        reasons = list(pool.map(lambda _: refusal(path).reason, range(24)))
    assert (reasons.count("sign-in-wrong"), reasons.count("sign-in-wait")) == (5, 19)


def test_a_clock_set_back_makes_nobody_wait_for_longer_than_the_delay(path):
    for _ in range(5):
        refusal(path, at=3600)
    assert refusal(path, KARI, at=0).facts == {"seconds": "2"}
    enter(path, at=2)


class Tried(PasswordHasher):
    """Counts how often a password is really checked."""

    times = 0

    def verify(self, kept, secret):
        Tried.times += 1
        return super().verify(kept, secret)


class CountedCost(Cost, frozen=True):
    """What checks cost here is counted."""

    def hasher(self):
        return Tried(self.passes, self.kibibytes, self.lanes)


@pytest.mark.parametrize("name", ["Kari", "Nobody", "Gone", ""])
def test_exactly_one_password_is_checked_whether_the_name_is_known_or_not(path, workshop, name):
    accounts = Accounts(workshop)
    accounts.add("Gone", roles=(EDITOR,), password_hash=hash_password(PASSWORD, cost=CHEAP), by="test")
    accounts.remove("Gone", by="test")
    Tried.times = 0

    told = refusal(path, Asking(name, "en gal setning"), cost=CountedCost(1, 8, 1))

    assert (told.reason, told.facts, Tried.times) == ("sign-in-wrong", {}, 1)


def test_who_must_wait_costs_nothing(path):
    for _ in range(5):
        refusal(path)
    Tried.times = 0
    refusal(path, cost=CountedCost(1, 8, 1))
    assert Tried.times == 0


def test_the_log_tells_a_name_once_a_minute_and_never_what_nobody_is_called(path, workshop):
    for at in (0, 10, 59, 61):
        refusal(path, at=at)
        refusal(path, Asking("hunter2 er passordet", "en gal setning"), at=at)
        refusal(path, Asking(f"navn {at}", "en gal setning"), at=at)
    assert acts(workshop) == [
        ("sign-in-refused", "", "Kari"),
        ("sign-in-refused", "", "no such name"),
        ("sign-in-refused", "", "Kari"),
        ("sign-in-refused", "", "no such name"),
    ]
    assert b"hunter2" not in path.read_bytes()


def test_names_that_are_tried_take_no_more_room_than_there_is(path, workshop, monkeypatch):
    monkeypatch.setattr(attempts, "MOST_NAMES", 50)
    for _ in range(6):
        Attempts(workshop).begin("Kari", now=NOW)
    for number in range(200):
        Attempts(workshop).begin(f"name {number}", now=after(number % 3))

    assert workshop.db.table("attempt").count <= 50
    # Whose password was tried most is not driven out by names that were tried once.
    assert Attempts(workshop).begin("Kari", now=after(1)) > 0
