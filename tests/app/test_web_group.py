"""The page of a group: where it stands, what binds it, how it is prescribed, and a table of its products."""

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from tests.app.builders import HOSTILE_NAME, Good, an_empty_home, publish_file, stoma_file
from tests.app.reading_pages import page


def rows(shown):
    """The numbers of the products of a table, in its order."""
    links = [given["href"] for given in shown.all("a") if (given["href"] or "").startswith("/vare/")]
    return [link.removeprefix("/vare/").partition("?")[0] for link in links]


def test_a_group_says_where_it_stands_and_since_when(api):
    shown = page(api, "/gruppe/5050102?lang=nb")
    assert "Liste 505 Utstyr ved stomi 50501 Stomiposer" in shown.text
    assert "Produktgruppe 5050102 · Utgave 505/2026-04-01/4 · på listen siden 1. januar 2026" in shown.text
    links = [given["href"] for given in shown.all("a")]
    assert "/liste/505?lang=nb" in links
    assert "/gruppe/50501?list=505&lang=nb" in links


def test_a_group_says_its_rules_in_words_and_how_it_is_prescribed(api):
    shown = page(api, "/gruppe/5050102?lang=nb")
    assert "Krever egen resept" in shown.text
    assert "høyst 400 stk per kalenderår" in shown.text
    assert "høyst 100 stk per utlevering" in shown.text
    assert "Må stå på en egen resept, på koden 5050102." in shown.text


def test_a_group_above_names_the_groups_that_need_a_prescription_of_their_own(api):
    shown = page(api, "/gruppe/50501?lang=nb")
    told = "En resept på 505 dekker gruppene her, bortsett fra disse. De må ha en egen resept"
    assert told in shown.text
    assert shown.text.partition(told)[2].partition("Hvor mye")[0].endswith("5050102 Poser for barn ")
    assert "En resept på 505 er nok." in page(api, "/gruppe/5050101?lang=nb").text
    assert "En resept på 502 er nok for alle gruppene her." in page(api, "/gruppe/502?lang=nb").text


def test_a_group_says_whether_it_or_one_below_it_has_a_limit(api):
    assert "Listen setter en grense for hvor mye som refunderes." in page(api, "/gruppe/50501?lang=nb").text
    assert "Noen av gruppene under denne har en grense." in page(api, "/gruppe/505?lang=nb").text
    assert "Listen setter ingen grense for antallet." in page(api, "/gruppe/502?lang=nb").text


def test_the_texts_are_whole_and_say_whom_they_bind_and_where_they_come_from(api):
    shown = page(api, "/gruppe/5050102?lang=nb")
    assert "Krever egen resept. Gjelder den som skriver resepten" in shown.text
    assert "Inntil 400 stk per kalenderår." in shown.text
    told = "Refusjon ytes bare etter stomioperasjon. Gjelder den som skriver resepten · står på 505"
    assert told in shown.text


def test_refund_codes_stand_with_their_side_and_the_texts_they_refer_to(api):
    shown = page(api, "/gruppe/A10A?lang=nb")
    assert "Refusjonskoder" in shown.text
    assert "K90 ICD-10 Intestinal malabsorpsjon Bare ved påvist svikt." in shown.text


def test_a_product_stands_with_its_prices_and_what_differs_from_its_group(api):
    shown = page(api, "/gruppe/50501?lang=nb&q=600007")
    assert rows(shown) == ["600007"]
    table = shown.text.partition("Refusjon per enhet")[2]
    assert "375,00 kr" in table.replace("\xa0", " ")
    assert "13,00 kr" in table.replace("\xa0", " ")
    assert "5050102 Poser for barn Krever egen resept høyst 100 stk per utlevering" in table
    assert "400" not in table


def test_a_product_that_leaves_says_so_in_its_row(api):
    assert "På vei ut · siste dag 30. juni 2026" in page(api, "/gruppe/5050101?lang=nb&q=600013").text


@pytest.mark.parametrize(
    ("sort", "shown"),
    [
        ("", ["600009", "600007", "600011", "600010", "600013"]),
        ("-name", ["600013", "600010", "600011", "600007", "600009"]),
        ("varenr", ["600007", "600009", "600010", "600011", "600013"]),
        ("unit", ["600009", "600011", "600010", "600013", "600007"]),
        ("-unit", ["600007", "600009", "600011", "600010", "600013"]),
        ("pack", ["600009", "600007", "600011", "600010", "600013"]),
        ("size", ["600009", "600007", "600011", "600010", "600013"]),
        ("supplier", ["600009", "600007", "600011", "600010", "600013"]),
        ("price_per_moon", ["600009", "600007", "600011", "600010", "600013"]),
    ],
)
def test_the_table_is_ordered_by_links_and_what_is_alike_stands_by_name(api, sort, shown):
    assert rows(page(api, f"/gruppe/5050101?lang=nb&sort={sort}")) == shown


def test_the_order_is_told_to_who_does_not_see_it_and_the_link_turns_it_round(api):
    shown = page(api, "/gruppe/5050101?lang=nb&sort=unit&q=pose")
    heads = [given["aria-sort"] for given in shown.all("th") if "aria-sort" in given]
    assert heads == ["none"] * 5 + ["ascending"]
    assert "?lang=nb&q=pose&sort=-unit#products" in [given["href"] for given in shown.all("a")]


def test_the_form_narrows_by_words_and_supplier_and_keeps_the_order(api):
    shown = page(api, "/gruppe/5050101?lang=nb&q=ute+SNART&sort=-name&supplier=Fjellro+Stomi+AS")
    assert rows(shown) == ["600010"]
    assert "Varer som passer: 1 · Vis alle" in shown.text
    hidden = {given["name"]: given["value"] for given in shown.all("input") if given.get("type") == "hidden"}
    assert hidden["sort"] == "-name"
    assert rows(page(api, "/gruppe/5050101?lang=nb&supplier=Havblikk+%C3%85+AS&valid_on=2026-02-01")) == [
        "600008"
    ]
    assert "Varer som passer: 0" in page(api, "/gruppe/5050101?lang=nb&supplier=Ingen").text


def test_another_day_shows_that_days_edition(api):
    shown = page(api, "/gruppe/5050101?lang=nb&valid_on=2026-07-01&q=60001")
    assert rows(shown) == ["600014", "600011", "600010"]
    assert "505/2026-07-01/6" in shown.text
    assert "/vare/600010?lang=nb&valid_on=2026-07-01" in [given["href"] for given in shown.all("a")]


def test_a_long_group_comes_in_pages_and_whole_for_printing(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    goods = [Good(str(600_100 + number), name=f"Pose {number:03}") for number in range(60)]
    publish_file(home, stoma_file(goods, helfo="2026-01-01"))
    with TestClient(create_app(home)) as api:
        first = page(api, "/gruppe/5050101?lang=nb")
        assert len(rows(first)) == 50
        assert "Side 1 av 2" in first.text
        assert rows(page(api, "/gruppe/5050101?lang=nb&page=2&sort=-name"))[-1] == "600100"
        assert len(rows(page(api, "/gruppe/5050101?lang=nb&print=whole"))) == 60


def test_hostile_and_endless_names_are_text(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    goods = [Good("600014", name=HOSTILE_NAME), Good("600015", name="Æ" * 4000, supplier="&lt;b&gt;AS")]
    publish_file(home, stoma_file(goods, helfo="2026-01-01"))
    with TestClient(create_app(home)) as api:
        for address in ("/gruppe/5050101", "/liste/505", "/liste/505?print=whole", "/hvor-mye/5050101"):
            shown = page(api, f"{address}{'&' if '?' in address else '?'}lang=nb")
            assert "<script>alert(1)</script> \u202egnoruv\u202c & Ærlig"[:30] in shown.text
            assert not shown.scripts()
            assert not shown.all("b")


def test_the_same_is_a_link_away_as_json(api):
    shown = page(api, "/gruppe/5050102?lang=nb&valid_on=2026-02-01")
    links = [given["href"] for given in shown.all("a")]
    assert "/v1/groups/5050102?list=505&lang=nb&valid_on=2026-02-01" in links


@pytest.mark.parametrize("address", ["/gruppe/9999999", "/hvor-mye/9999999", "/gruppe/5050102?list=502"])
def test_a_group_that_is_not_there_is_refused_on_a_page(api, address):
    answer = api.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
