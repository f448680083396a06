"""Who runs a home and where it is public: said by command, told to whoever asks, passed on by copies."""

import datetime as dt
import json
from contextlib import contextmanager

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

from app.api.application import create_app
from app.following import follower
from app.following.record import Following, keep_following, read_following
from app.following.source import Source
from app.home import Home
from app.operator import (
    NOBODY,
    Operator,
    keep_operator,
    parse_address,
    parse_email,
    parse_name,
    parse_orgnr,
    parse_page,
    read_operator,
    usable,
)
from app.publish.making import make_home
from app.publisher import canonical_address, publisher_of
from app.signing.keys import read_keyring
from app.words import say_error
from lists.errors import HomeBroken, Refused
from tests.app import homes
from tests.app.test_following import URL, answer_with, the_way_to
from tests.program import ask, call

PUBLIC = "https://lists.example"
WHO = Operator("Testetaten", "974760673", "national-authority", "lists@example.org", None, PUBLIC)
DIGITS = st.text("0123456789", min_size=8, max_size=8)


# --- the forms ----------------------------------------------------------------


@given(DIGITS)
def test_at_most_one_ninth_digit_makes_an_organisation_number(digits):
    accepted = [last for last in "0123456789" if is_orgnr(digits + last)]

    weighed = sum(weight * int(digit) for weight, digit in zip((3, 2, 7, 6, 5, 4, 3, 2), digits, strict=True))
    assert len(accepted) == (0 if weighed % 11 == 1 else 1)
    assert all((weighed + int(last)) % 11 == 0 for last in accepted)


@given(DIGITS, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_seen(digits, place, more):
    for number in (digits + last for last in "0123456789" if is_orgnr(digits + last)):
        changed = str((int(number[place]) + more) % 10)
        assert not is_orgnr(number[:place] + changed + number[place + 1 :])


@pytest.mark.parametrize("text", ["974760673", "991 825 827", " 974 760 673 "])
def test_numbers_of_the_register_are_taken_with_their_blanks(text):
    assert parse_orgnr(text) == text.replace(" ", "")


@pytest.mark.parametrize(
    "text", ["974760674", "97476067", "9747606730", "97476067A", "٩٧٤٧٦٠٦٧٣", "NO974760673"]
)
def test_any_other_number_is_refused(text):
    assert homes.refused(parse_orgnr, text) == (
        f"{text!r} is no organisation number; expected: nine digits, the last of which checks the others."
        " Look it up in the Central Coordinating Register for Legal Entities."
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://lists.example", "https://lists.example"),
        ("HTTPS://Lists.Example/", "https://lists.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://[::1]:8443/", "https://[::1]:8443"),
    ],
)
def test_a_public_address_is_scheme_and_host(text, address):
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        *(
            "lists.example",
            "//lists.example",
            "ftp://lists.example",
            "https://",
            "https://a b",
            "https://[::1",
        ),
        *("https://lists.example/lists", "https://lists.example?a", "https://lists.example#a"),
        *("https://me@lists.example", "https://lists.example:99999", "https://lister.æøå", "javascript:a"),
    ],
)
def test_any_other_address_is_refused(text):
    assert homes.refused(parse_address, text) == (
        f"{text!r} is no public address; expected scheme and host without a path, such as"
        " https://lists.example. Give the address that readers reach this service at with --address."
    )


@pytest.mark.parametrize("text", ["", "a", "a@b", "a b@example.org", "a@example.org\n", "<a@example.org>"])
def test_what_is_no_e_mail_address_is_refused(text):
    assert "is no e-mail address; expected one such as lists@example.org" in homes.refused(parse_email, text)


@pytest.mark.parametrize("text", ["", "example.org", "javascript:alert(1)", "https://a/<b>", "https://a/b c"])
def test_what_is_no_web_page_is_refused(text):
    assert "is no address of a web page; expected one such as" in homes.refused(parse_page, text)


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "a" * 201])
def test_what_is_no_name_is_refused(text):
    assert "is no name; expected one line of at most 200 letters" in homes.refused(parse_name, text)


def test_a_name_is_kept_on_one_line():
    assert parse_name(" Test \n Etaten  AS ") == "Test Etaten AS"


# --- what is kept ---------------------------------------------------------------


def test_what_was_kept_is_read_again_and_so_is_what_is_kept_next(new_home):
    assert read_operator(new_home) == NOBODY
    for known in (WHO, msgspec.structs.replace(WHO, name="En annen"), NOBODY):
        keep_operator(new_home, known)
        assert read_operator(new_home) == known


def test_a_damaged_record_says_what_to_do(new_home):
    new_home.operator.write_text("{", encoding="utf-8")
    with pytest.raises(HomeBroken) as caught:
        read_operator(new_home)
    assert say_error(caught.value, "en").startswith(
        "operator.json: who runs this home is not written as it was"
    )
    assert say_error(caught.value, "en").endswith(
        "Delete the file and say it again with the command operator."
    )


def test_of_what_another_home_told_only_what_has_its_form_is_used():
    told = Operator("A\x00", "1", "king", "no", "javascript:a", "https://a/b")
    assert usable(told) == NOBODY
    assert usable(WHO) == WHO


# --- the command ------------------------------------------------------------------


def test_the_command_keeps_what_it_is_told_and_shows_it(new_home):
    said = ask(new_home.path, "operator", "--name", "Testetaten", "--orgnr", "974 760 673")
    assert said.code == 0
    assert said.document["orgnr"] == "974760673"
    more = ask(new_home.path, "operator", "--address", "https://lists.example/", "--kind", "company")
    assert more.document == ask(new_home.path, "operator").document
    assert read_operator(new_home) == Operator("Testetaten", "974760673", "company", address=PUBLIC)
    shown = call("--home", new_home.path, "operator").out
    assert "Run by Testetaten." in shown
    assert "Public address: https://lists.example" in shown


def test_what_is_given_empty_is_forgotten(new_home):
    keep_operator(new_home, WHO)
    assert ask(new_home.path, "operator", "--email", "", "--name", "").code == 0
    assert read_operator(new_home) == msgspec.structs.replace(WHO, email=None, name=None)


@pytest.mark.parametrize("lang", ["en", "nb", "nn"])
def test_of_nobody_it_says_so_and_what_to_do(new_home, lang):
    shown = call("--home", new_home.path, "--lang", lang, "operator")
    assert (shown.code, shown.out.count("\n")) == (0, 2)
    assert "operator --name" in shown.out
    assert "operator --address" in shown.out


def test_one_wrong_part_changes_nothing(new_home):
    keep_operator(new_home, WHO)
    ran = ask(new_home.path, "operator", "--name", "En annen", "--orgnr", "123456789")
    assert (ran.code, ran.document["error"]["reason"]) == (1, "operator-orgnr")
    assert read_operator(new_home) == WHO


def test_without_a_home_it_says_so(tmp_path):
    assert ask(tmp_path / "none", "operator").document["error"]["reason"] == "home-missing"


# --- where readers go on --------------------------------------------------------------

FORWARDED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "proto=https;host=evil.example",
}


def test_headers_that_anybody_may_send_are_not_believed(three):
    with serving(three) as api:
        for path in ("/catalogue/dcat.jsonld", "/endringer.atom", "/utvikler", "/nedlasting"):
            plain, sent = api.get(path).text, api.get(path, headers=FORWARDED).text
            assert plain == sent
            assert "http://lists.test" in plain


def test_the_public_address_stands_wherever_whole_addresses_do_whatever_host_is_named(three):
    keep_operator(three, WHO)
    with serving(three) as api:
        for path in ("/catalogue/dcat.jsonld", "/catalogue/schema.jsonld", "/endringer.atom", "/utvikler"):
            text = api.get(path).text
            assert PUBLIC in text
            assert "lists.test" not in text, path
        assert api.get("/liste/505").text.count(f'"@id":"{PUBLIC}/liste/505#dataset"') == 1


def test_an_address_that_is_set_while_it_serves_holds_from_the_next_request_on(three):
    with serving(three) as api:
        assert PUBLIC not in api.get("/endringer.atom").text
        keep_operator(three, WHO)
        assert PUBLIC in api.get("/endringer.atom").text


# --- copies ------------------------------------------------------------------------


def test_status_tells_who_runs_it_and_who_answers_for_its_lists(three):
    with serving(three) as api:
        assert (api.get("/v1/status").json()["operator"], api.get("/v1/status").json()["publisher"]) == (
            None,
            None,
        )
        keep_operator(three, WHO)
        status = api.get("/v1/status").json()
    assert status["operator"] == status["publisher"] == json.loads(msgspec.json.encode(WHO))


def test_a_copy_names_the_lists_as_its_source_does_whatever_its_own_address_is(three, copy, monkeypatch):
    keep_operator(three, WHO)
    keep_operator(copy, Operator("Kopisten", address="https://copy.example"))
    follow_once(three, copy, monkeypatch)

    assert publisher_of(copy) == WHO
    with serving(three) as one, serving(copy) as other:
        named = [names_in(api.get("/catalogue/dcat.jsonld").json()) for api in (one, other)]
        assert named[0] == named[1] != set()
        assert all(name.startswith(f"{PUBLIC}/") for name in named[1])
        status = other.get("/v1/status").json()
    assert (status["operator"]["name"], status["publisher"]["name"]) == ("Kopisten", "Testetaten")


def test_a_copy_sends_readers_to_itself_and_says_who_runs_it(three, copy, monkeypatch):
    keep_operator(three, WHO)
    keep_operator(copy, Operator("Kopisten", address="https://copy.example"))
    follow_once(three, copy, monkeypatch)

    with serving(copy) as api:
        nodes = api.get("/catalogue/dcat.jsonld").json()["@graph"]
    catalogue = nodes[0]
    agents = {node["id"]: node["name"]["nb"] for node in nodes if "foaf:Agent" in node["type"]}
    assert agents[catalogue["publisher"]] == "Kopisten"
    assert catalogue["id"] == "https://copy.example/catalogue/dcat.jsonld"
    for service in catalogue["service"]:
        assert service["endpointURL"].startswith("https://copy.example/")
        assert agents[service["publisher"]] == "Kopisten"
    for dataset in catalogue["dataset"]:
        assert agents[dataset["publisher"]] == "Testetaten"
        for form in dataset["distribution"]:
            assert form["accessURL"].startswith("https://copy.example/")


def test_a_copy_of_a_copy_names_the_lists_as_the_first_does(three, copy, tmp_path, monkeypatch):
    keep_operator(three, WHO)
    follow_once(three, copy, monkeypatch)
    third = a_follower(tmp_path / "third", three)
    follow_once(copy, third, monkeypatch)
    assert publisher_of(third) == WHO


def test_where_its_source_names_no_address_a_copy_names_the_lists_after_whom_it_follows(
    three, copy, monkeypatch
):
    assert canonical_address(copy) == URL
    follow_once(three, copy, monkeypatch)
    assert publisher_of(copy) == Operator(address=URL)


def test_what_the_source_told_stays_while_it_does_not_answer_and_goes_when_it_is_taken_back(
    three, copy, monkeypatch
):
    keep_operator(three, WHO)
    follow_once(three, copy, monkeypatch)
    follow_once(three, copy, monkeypatch, answer_with("/v1/status", lambda _: b"{"))
    assert publisher_of(copy) == WHO
    keep_operator(three, NOBODY)
    follow_once(three, copy, monkeypatch)
    assert publisher_of(copy) == Operator(address=URL)


# --- arranged -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    return homes.make_three_releases(tmp_path_factory.mktemp("sealed"))


@pytest.fixture
def three(sealed, tmp_path):
    """A home of three releases, to be changed."""
    return homes.a_copy(sealed, tmp_path / "three")


@pytest.fixture
def copy(three, tmp_path):
    """An empty home that follows it."""
    return a_follower(tmp_path / "copy", three)


@pytest.fixture
def new_home(tmp_path):
    return homes.an_empty_home(tmp_path / "new")


def a_follower(path, first):
    home = Home(path)
    make_home(home, approvals=1, signs=False)
    keep_following(home, Following(URL, read_keyring(first).keys[0].key, dt.datetime.now(dt.UTC)))
    return home


def follow_once(first, second, monkeypatch, change=None):
    """Follow once, through the source's own application instead of the network."""
    with the_way_to(first, change) as way, monkeypatch.context() as patched:
        patched.setattr(follower, "Source", lambda url: Source(url, transport=way))
        follower.follow_once(second)
    followed = read_following(second)
    assert followed is not None
    assert followed.trouble is None


@contextmanager
def serving(home):
    with TestClient(create_app(home), base_url="http://lists.test") as api:
        yield api


def names_in(document):
    """What data sets and their forms are called, and who answers for them."""
    [catalogue] = [node for node in document["@graph"] if node["type"] == "dcat:Catalog"]
    datasets = catalogue["dataset"]
    forms = [form for dataset in datasets for form in dataset["distribution"]]
    return {node["id"] for node in (*datasets, *forms)}


def is_orgnr(text):
    try:
        return parse_orgnr(text) == text
    except Refused:
        return False
