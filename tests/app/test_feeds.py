"""Feeds that other programs subscribe to, read as strictly as RFC 4287 is written."""

import datetime as dt
import re

import pytest
from litestar.testing import TestClient
from lxml import etree

from app.api.application import create_app
from tests.app.builders import HOSTILE_NAME, Good, an_empty_home, clock_at, publish_file, stoma_file

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FEEDS = (
    "/endringer.atom",
    "/liste/505/endringer.atom",
    "/gruppe/5050101/endringer.atom",
    "/vare/600007/endringer.atom",
)
ONCE = ("id", "title", "updated")


def read(answer):
    """A feed; whatever RFC 4287 asks for is there, and nothing that it does not know."""
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False, no_network=True))
    assert feed.tag == f"{ATOM}feed"
    _hold(feed, {*ONCE, "author", "link", "entry"})
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")] == ["self", "alternate"]
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        _hold(entry, {*ONCE, "published", "link", "summary"})
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] == ["alternate"]
        assert entry.findtext(f"{ATOM}summary")
    ids = [one.findtext(f"{ATOM}id") for one in (feed, *entries)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one) for one in ids)
    return feed


def _hold(element, known):
    assert {child.tag.removeprefix(ATOM) for child in element} <= known
    for name in ONCE:
        assert len(element.findall(ATOM + name)) == 1
    for name in ("updated", "published"):
        for instant in element.findall(ATOM + name):
            assert dt.datetime.fromisoformat(instant.text).tzinfo is not None
    for link in element.findall(f"{ATOM}link"):
        assert link.get("href").startswith("http://testserver.local/")


def told(feed, tag):
    return [entry.findtext(ATOM + tag) for entry in feed.findall(f"{ATOM}entry")]


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_is_what_the_standard_asks_for(api, address, lang):
    feed = read(api.get(f"{address}?lang={lang}"))
    assert feed.get(XML_LANG) == lang
    published = told(feed, "published")
    assert published == sorted(published, reverse=True)
    assert published
    assert feed.findtext(f"{ATOM}updated") == published[0]


def test_every_edition_is_an_entry_the_last_released_first(api):
    feed = read(api.get("/endringer.atom?lang=nb"))
    assert told(feed, "title")[:3] == [
        "505 Utstyr ved stomi: endringer fra 1. juli 2026",
        "504 Diabetesutstyr: endringer fra 1. april 2026",
        "505 Utstyr ved stomi: endringer fra 1. april 2026",
    ]
    assert "505 Utstyr ved stomi: rettelse for 1. januar 2026" in told(feed, "title")
    assert told(feed, "published")[0] == "2026-06-10T00:00:00Z"
    assert told(feed, "summary")[1].startswith("Diabetesutstyr: listen er avviklet.")
    assert told(feed, "summary")[-1] == "Listen er ny. Antall varer: 1."


def test_an_edition_of_a_day_ahead_is_told_as_soon_as_it_is_released(api):
    feed = read(api.get("/liste/505/endringer.atom?lang=en"))
    assert told(feed, "title")[0] == "505 Utstyr ved stomi: changes from 1 July 2026"
    assert "Vårpose" in told(feed, "summary")[0]


def test_an_entry_leads_to_the_page_that_shows_it(api):
    for address in FEEDS:
        feed = read(api.get(f"{address}?lang=nb"))
        for entry in feed.findall(f"{ATOM}entry"):
            page = entry.find(f"{ATOM}link").get("href").removeprefix("http://testserver.local")
            assert api.get(page).status_code == 200
            assert "lang=nb" in page


def test_a_group_s_feed_tells_of_its_products_and_those_of_no_other(api):
    feed = read(api.get("/gruppe/5050101/endringer.atom?list=505&lang=nb"))
    summaries = " ".join(told(feed, "summary"))
    assert "Havblikk pose" in summaries
    assert "Gruppen er på listen. Antall varer: 5." in summaries
    lancets = read(api.get("/gruppe/5040101/endringer.atom?lang=nb"))
    assert len(told(lancets, "title")) == 2
    child = read(api.get("/gruppe/5050102/endringer.atom?lang=nb"))
    assert "Havblikk" not in " ".join(told(child, "summary"))


def test_a_product_s_feed_tells_what_each_edition_meant_for_it(api):
    feed = read(api.get("/vare/600007/endringer.atom?lang=nb"))
    assert told(feed, "summary") == [
        "Refusjonen per enhet øker fra 11,50\xa0kr til 13,00\xa0kr.",
        "Refusjonen per enhet går ned fra 12,50\xa0kr til 11,50\xa0kr.",
        "Ny.",
    ]
    gone = read(api.get("/vare/600008/endringer.atom?lang=en"))
    assert told(gone, "title")[0] == "600008 Havblikk pose: changes from 1 April 2026"


def test_ids_are_the_same_whatever_the_host_and_the_language(api):
    one = read(api.get("/endringer.atom?lang=nb"))
    other = api.get("/endringer.atom?lang=en", headers={"Host": "lists.example:8443"})
    assert other.content.count(b'href="http://lists.example:8443/') == 2 + len(told(one, "id"))
    assert told(etree.fromstring(other.content), "id") == told(one, "id")


def test_an_edition_has_one_id_in_every_feed_that_has_all_of_it(api):
    of_list = told(read(api.get("/liste/505/endringer.atom")), "id")
    assert set(of_list) < set(told(read(api.get("/endringer.atom")), "id"))
    assert not set(of_list) & set(told(read(api.get("/gruppe/505/endringer.atom")), "id"))


@pytest.mark.parametrize("address", FEEDS)
def test_the_same_release_gives_the_same_bytes_and_they_are_sent_once(api, storied_home, address):
    first = api.get(f"{address}?lang=nb")
    assert first.headers["vary"] == "Accept-Encoding, Accept-Language"
    again = api.get(f"{address}?lang=nb", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    with clock_at(), TestClient(create_app(storied_home)) as another:
        assert another.get(f"{address}?lang=nb").content == first.content


def test_a_feed_follows_the_reader_s_language(api):
    assert read(api.get("/endringer.atom", headers={"Accept-Language": "nn"})).get(XML_LANG) == "nn"
    assert read(api.get("/endringer.atom")).get(XML_LANG) == "nb"


@pytest.mark.parametrize(
    "address",
    ["/vare/999999/endringer.atom", "/gruppe/9/endringer.atom", "/liste/999/endringer.atom"],
)
def test_a_feed_of_what_nobody_knows_is_not_there(api, address):
    assert api.get(address).status_code == 404


def test_a_group_is_looked_for_on_the_list_that_is_asked_for(api):
    assert api.get("/gruppe/5040101/endringer.atom?list=505").status_code == 404
    assert api.get("/gruppe/5040101/endringer.atom?list=nope").status_code == 404


def test_a_host_that_is_none_gives_addresses_without_one(api):
    feed = api.get("/endringer.atom", headers={"Host": "evil;host"}).content
    assert b'href="/endringer' in feed
    assert b"evil" not in feed


def test_hostile_names_are_text(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    first, name = [Good("600007")], HOSTILE_NAME
    publish_file(home, stoma_file(first, helfo="2026-01-01"), at="2026-01-01", complete=True)
    goods = [*first, Good("600014", name=name)]
    publish_file(home, stoma_file(goods, helfo="2026-02-01"), at="2026-02-01", complete=True)
    publish_file(
        home, stoma_file([*goods, Good("600015", name="Æ" * 4000)], helfo="2026-03-01"), complete=True
    )
    with TestClient(create_app(home)) as api:
        feed = read(api.get("/endringer.atom?lang=nb"))
        assert told(feed, "summary")[1].startswith(
            "<script>alert(1)</script> \u202egnoruv\u202c & Ærlig: ny."
        )
        assert len(told(feed, "summary")[0]) < 500
        assert b"<script" not in api.get("/vare/600014/endringer.atom").content


def test_an_empty_home_has_an_empty_feed(empty_api):
    feed = read(empty_api.get("/endringer.atom?lang=en"))
    assert told(feed, "id") == []
    assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
