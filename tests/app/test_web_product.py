"""A product's page: what it is, what is reimbursed, under which conditions, and what else there is."""

import datetime as dt

import msgspec
import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from app.moves import FieldChangeShape, HistoryItem
from app.publish.acts import take_in
from app.publish.readings import Request
from app.read.product_history import Happened
from app.web.product_history import telling
from app.web.told import Words
from ingest.reading import FirstDays
from lists.kinds import Kind
from tests.app import homes
from tests.app.builders import (
    CONDITIONS,
    HOSTILE_NAME,
    STOMA,
    Good,
    an_empty_home,
    medicines_file,
    publish_file,
    stoma_file,
)
from tests.app.reading_pages import Page, page
from tests.builders import an_m30_file, goods_xml, price_xml


def in_order(text, *parts):
    """Whether these stand one after the other in a text."""
    place = 0
    for part in parts:
        assert part in text[place:], f"{part!r} does not stand behind what is before it, in: {text[place:]}"
        place = text.index(part, place) + len(part)
    return True


def part_of(shown, begins, ends):
    """What a page says between two headings."""
    return shown.text.partition(begins)[2].partition(ends)[0]


def links(shown):
    return [given.get("href") for given in shown.all("a")]


# --- what it is, and what is reimbursed ---------------------------------------


def test_the_page_says_what_a_product_is_and_what_is_reimbursed(api):
    shown = page(api, "/vare/600012?lang=nb")
    assert in_order(
        shown.text,
        *("Kateter 12 – 600012 – Blåliste", "Kateter 12", "Fjellro Stomi AS", "30 mm", "30 stykk"),
        *("Det som refunderes", "375,00 kr per pakning", "12,50 kr per stk", "Varenummer 600012"),
        *("Om varen", "Strandgata 1, 5003 Bergen", "Leverandørens artikkelnummer FS 30", "Forbruksmateriell"),
    )
    assert "Utgave 502/2026-01-01/1" in shown.text
    assert "Utgivelse 6, slik det gjelder 15. juni 2026" in shown.text


def test_the_page_leads_to_the_same_as_json_and_to_its_feed(api):
    shown = page(api, "/vare/600007?lang=en&valid_on=2026-03-15")
    heads = {given["type"]: given["href"] for given in shown.all("link") if given["rel"] == "alternate"}
    assert heads["application/json"] == "/v1/products/600007?lang=en&valid_on=2026-03-15"
    assert heads["application/atom+xml"] == "/vare/600007/endringer.atom?lang=en"
    assert heads["application/json"] in links(shown)


def test_without_scripts_nothing_offers_to_copy(api):
    shown = page(api, "/vare/600007?lang=nb")
    [script] = shown.all("script")
    assert script["src"].startswith("/static/copy.js?")
    assert [given for given in shown.all("p") if given.get("class") == "copy" and "hidden" in given]


def test_a_product_in_two_groups_has_the_rules_of_each(api):
    shown = page(api, "/vare/600007?lang=nb")
    told = part_of(shown, "Lister og grupper", "Alternativer")
    first, _, second = told.partition("5050102 Poser for barn")
    assert in_order(first, "505 Utstyr ved stomi › 50501 Stomiposer", "5050101 Poser med filter")
    assert "høyst 400 stk per kalenderår" in first
    assert "egen resept" not in first
    assert in_order(
        second, *("Krever egen resept", "høyst 400 stk per kalenderår", "høyst 100 stk per utlevering")
    )
    assert {
        *("/liste/505?lang=nb", "/gruppe/50501?list=505&lang=nb", "/gruppe/5050101?list=505&lang=nb"),
        *("/gruppe/5050102?list=505&lang=nb", "/hvor-mye/5050102?list=505&lang=nb"),
    } <= set(links(shown))
    # One for the list, however many of its groups the product stands in.
    asking = [link for link in links(shown) if "varenr=" in link]
    assert asking == ["/dekning?varenr=600007&code=505&lang=nb"]


def test_a_product_on_two_lists_says_what_it_is_called_on_each(api):
    shown = page(api, "/vare/600009?lang=nb")
    assert in_order(shown.text, "Delt pose, ny – 600009", "Det som refunderes 375,00 kr")
    told = part_of(shown, "Lister og grupper", "Alternativer")
    assert in_order(
        told, "502 Utstyr ved urinretensjon", "5020101 Katetre", "På denne listen heter den Delt pose"
    )
    assert in_order(told, "Utgave 502/2026-01-01/1", "505 Utstyr ved stomi", "Utgave 505/2026-04-01/4")
    asking = [link for link in links(shown) if "dekning?varenr" in link]
    assert asking == [f"/dekning?varenr=600009&code={code}&lang=nb" for code in ("502", "505")]
    assert shown.text.count("per pakning 12,50 kr per stk") == 1  # what two lists say alike is said once


def test_a_product_whose_prescribing_has_ended_says_so_and_until_when_it_is_handed_out(api):
    shown = page(api, "/vare/600010?lang=nb")
    assert in_order(
        shown.text,
        *(
            "Kan ikke lenger forskrives · kan utleveres til og med 31. august 2026",
            "Kunne forskrives til og med 31. mai 2026",
        ),
        *("Kan utleveres til og med 31. august 2026", "Det som refunderes"),
    )
    before = page(api, "/vare/600010?lang=nb&valid_on=2026-05-31").text
    assert in_order(before, "På vei ut", "Kan forskrives til og med 31. mai 2026")


def test_a_product_that_has_ended_says_that_nothing_is_reimbursed_any_more(api):
    shown = page(api, "/vare/600011?lang=nn").text
    assert in_order(
        shown, "Kan ikkje lenger utleverast · siste dagen 30. april 2026", "Det som blir refundert"
    )
    assert "Dette blir ikkje refundert lenger: siste dagen var 30. april 2026." in shown


def test_what_is_new_and_what_leaves_is_told_first(api):
    shown = page(api, "/vare/600013?lang=nb").text
    assert in_order(
        shown,
        *(
            "På vei ut · siste dag 30. juni 2026",
            "Ny på listen 1. april 2026",
            "høyst 400 stk per kalenderår",
        ),
        "Det som refunderes",
    )


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/vare/600007?lang=nb", True),
        ("/vare/600007?lang=nb&valid_on=2026-07-02", True),
        ("/vare/600007?lang=nb&valid_on=2026-07-03", False),  # more than a quarter ago
        ("/vare/600007?lang=nb&valid_on=2026-03-31", False),  # not yet
    ],
)
def test_a_price_that_changed_is_news_for_a_quarter(api, address, told):
    assert ("Refusjonen økte 1. april 2026" in page(api, address).text) == told


def test_of_a_first_edition_nothing_is_called_new(api):
    assert "Ny på listen 1" not in page(api, "/vare/600010?lang=nb&valid_on=2026-01-01").text


def test_a_price_to_come_stands_beside_the_one_that_holds(api):
    shown = page(api, "/vare/600007?lang=nb&valid_on=2026-03-15").text
    assert in_order(
        shown,
        *("375,00 kr per pakning", "11,50 kr per stk"),
        "Fra 1. april 2026: 375,00 kr per pakning, 13,00 kr per stk",
    )


def test_a_list_that_needs_a_decision_says_so(api):
    assert "Krever vedtak fra Helfo" in page(api, "/vare/600030?lang=nb").text
    assert "Krever vedtak" not in page(api, "/vare/600012?lang=nb").text


def test_the_legal_texts_are_folded_and_say_whom_they_bind(api):
    shown = page(api, "/vare/600007?lang=en")
    assert in_order(
        shown.text,
        "The conditions, as the list words them (2)",
        *("Refusjon ytes bare etter stomioperasjon.", "Binds whoever writes the prescription"),
        *("Inntil 400 stk per kalenderår.", "Binds whoever hands it out"),
    )
    assert shown.all("details")
    assert not [given for given in shown.all("details") if "open" in given]


def test_a_medicine_has_its_refund_codes_with_their_conditions(api):
    shown = page(api, "/vare/012345?lang=en")
    assert in_order(
        shown.text,
        *("Havdur tab 5 mg", "99.90 NOK per pack", "1.00 NOK per stk (worked out)"),
        *("Refund codes (1)", "K90 ICD-10 Intestinal malabsorpsjon", "With condition 1"),
        *("Bare ved påvist svikt.", "Condition 1"),
        *("No other product in this group may be dispensed.", "ATC code A10AB01"),
    )
    assert "#code-1-1" in links(shown)


# --- alternatives ---------------------------------------------------------------


def test_alternatives_stand_by_the_price_of_a_unit_and_end_where_handing_out_does(api):
    told = part_of(page(api, "/vare/600009?lang=nb"), "Alternativer i samme gruppe: Poser", "Prisen over tid")
    assert in_order(
        told, "Delt pose, ny denne varen", "Snart ute", "Vårpose", "Fjellro pose 30 mm", "13,00 kr"
    )
    assert "Helt ute" not in told
    later = part_of(
        page(api, "/vare/600007?lang=nb&valid_on=2026-09-01"), "Alternativer i samme", "Prisen over tid"
    )
    assert "Snart ute" not in later


def test_what_cannot_be_compared_comes_last(tmp_path, in_june):
    only_bought = price_xml("200.00", kind="N")
    by_pack = price_xml("60.00", kind="P")
    goods = [
        goods_xml("600021", name="Dyr pose", prices=price_xml("3.00")),
        goods_xml("600022", name="Uten pris", prices=only_bought),
        goods_xml("600023", name="Bare pakning", prices=by_pack),
        goods_xml("600024", name="I meter", prices=price_xml("1.00")).replace('V="stk"', 'V="m"'),
    ]
    home = an_empty_home(tmp_path / "home")
    publish_file(home, an_m30_file(goods="".join(goods), bases=STOMA, conditions=CONDITIONS))
    with TestClient(create_app(home)) as api:
        told = part_of(page(api, "/vare/600021?lang=nb"), "Alternativer i samme gruppe", "Prisen over tid")
        unpriced = page(api, "/vare/600022?lang=nb").text
    assert in_order(
        told,
        *("Bare pakning", "2,00 kr", "Dyr pose", "3,00 kr", "Kan ikke sammenlignes"),
        *("I meter", "Uten pris", "– –", "Alle varer i gruppen"),
    )
    assert "Listen sier ingen pris for denne dagen." in unpriced
    assert "Prisen over tid" not in unpriced
    assert in_order(unpriced, "Om varen", "Andre priser i listen", "Innkjøpspris", "200,00 kr")


def test_of_many_alternatives_the_first_are_shown_and_the_product_wherever_it_stands(tmp_path, in_june):
    goods = [Good(f"6001{number}", name=f"Pose {number}", price=f"{number}.00") for number in range(10, 40)]
    home = an_empty_home(tmp_path / "home")
    publish_file(home, stoma_file(goods, helfo="2026-01-01"))
    with TestClient(create_app(home)) as api:
        told = part_of(page(api, "/vare/600130?lang=nb"), "Alternativer i samme gruppe", "Prisen over tid")
        first = part_of(page(api, "/vare/600110?lang=nb"), "Alternativer i samme gruppe", "Prisen over tid")
    assert in_order(told, "Pose 10", "Pose 21", "… 8 varer imellom", "Pose 30 denne varen", "Viser 13 av 30.")
    assert "Pose 22" not in told
    assert "imellom" not in first
    assert "Viser 12 av 30." in first


# --- over time --------------------------------------------------------------------


def test_the_price_over_time_is_a_chart_and_a_table_of_all_periods(api):
    shown = page(api, "/vare/600007?lang=nb")
    [chart] = shown.all("svg")
    assert chart["role"] == "img"
    told = {given["id"] for _, given in shown.tags if "id" in given}
    assert set(chart["aria-labelledby"].split()) <= told
    assert in_order(
        part_of(shown, "Prisen over tid", "Hva som er endret"),
        *("Det som refunderes per enhet", "Fra 1. januar 2026. Perioder: 2; alle står i tabellen under."),
        *("Når per pakning per stk", "Fra 1. april 2026 gjelder 375,00 kr 13,00 kr"),
        "1. januar 2026 – 31. mars 2026 375,00 kr 11,50 kr",
    )


def test_a_price_that_never_changed_has_a_table_only(api):
    shown = page(api, "/vare/600012?lang=nb")
    assert not shown.all("svg")
    assert "Fra 1. januar 2026 gjelder 375,00 kr 12,50 kr" in shown.text


def test_the_history_tells_each_edition_in_words_the_newest_first(api):
    assert in_order(
        part_of(page(api, "/vare/600007?lang=nb"), "Hva som er endret 1.", "Om varen"),
        *("april 2026 505/2026-04-01/4", "Refusjonen per enhet øker fra 11,50 kr til 13,00 kr."),
        *(
            "1. januar 2026 rettelse 505/2026-01-01/3",
            "Refusjonen per enhet går ned fra 12,50 kr til 11,50 kr.",
        ),
        *("1. januar 2026 505/2026-01-01/1", "På listen fra den første utgaven her."),
    )


def test_the_history_of_two_lists_names_the_list(api):
    assert in_order(
        page(api, "/vare/600009?lang=en").text,
        *("1 April 2026 · List 505", "Called “Delt pose, ny” instead of “Delt pose”."),
        *("1 January 2026 · List 505", "1 January 2026 · List 502", "On the list since its first"),
    )


def test_what_is_to_come_is_marked_in_the_history(api):
    shown = page(api, "/vare/600013?lang=nb").text
    assert in_order(
        shown,
        *(
            "1. juli 2026 kommer 505/2026-07-01/6 Ute av listen.",
            "1. april 2026 505/2026-04-01/4 Ny på listen.",
        ),
    )


def test_as_known_before_a_correction_the_page_says_what_was_said_then(api):
    shown = page(api, "/vare/600007?lang=nb&known_at=2026-03-01T00:00:00Z&valid_on=2026-03-01").text
    assert "Slik det var kjent med utgivelse 2." in shown
    assert in_order(shown, "12,50 kr per stk", "Utgave 505/2026-01-01/1")
    assert "11,50" not in shown


OTHERWISE = Kind("other")


def a_change(*fields, kinds=(OTHERWISE,), event="changed"):
    changes = tuple(FieldChangeShape(*field) for field in fields)
    item = HistoryItem("505/2026-04-01/4", "505", dt.date(2026, 4, 1), 4, event, changes)
    return Happened(item, "Pose", kinds)


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        (a_change(("size", "30 mm", "32 mm")), ("Endret: Størrelse (30 mm → 32 mm).",)),
        (a_change(("supplier", None, {"name": "Ny"})), ("Endret: Leverandør.",)),
        (
            a_change(("entries[505,5050101].prescribe_until", "2026-03-31", "2026-06-30")),
            ("Endret: Siste dag for forskrivning (31. mars 2026 → 30. juni 2026).",),
        ),
        (
            a_change(("entries[505,5050101].prices[P,2025-01-01]", {}, None)),
            ("Tidligere priser står ikke lenger i utgaven.",),
        ),
        (
            a_change(("entries[505,5050101].prices[N,2026-01-01].amount", "1.00", "2.00")),
            ("Andre priser enn det som refunderes, er endret.",),
        ),
        (a_change(("of_another_version", 1, 2)), ("Beskrevet på en annen måte.",)),
        (
            a_change(
                ("pack", "10", "20"),
                ("entries[505,5050101].prices[P,2026-01-01].amount", "1.00", "2.00"),
                kinds=(Kind("price-up", "100.00 NOK", "1200.50 NOK", "pack"),),
            ),
            ("Refusjonen per pakning øker fra 100,00 kr til 1\u00a0200,50 kr.", "Endret: Pakning (10 → 20)."),
        ),
        (
            a_change(("x", 1, 2), kinds=(Kind("leaves", "–", "2026-12-31"),)),
            ("Går ut av listen; siste dag er 31. desember 2026.",),
        ),
    ],
)
def test_a_change_is_told_in_words(happened, told):
    sentences = telling(happened, dt.date(2026, 6, 1), Words("nb")).sentences
    assert tuple(text.replace("\u00a0", " ") for text in sentences) == tuple(
        text.replace("\u00a0", " ") for text in told
    )


def test_a_product_that_came_back_is_new_again_and_its_prices_have_a_gap(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    stays, comes = Good("600007"), Good("600008", name="Vår og høst", price="9.00")
    for first_day, goods in (
        *(("2026-01-01", [stays, comes]), ("2026-02-01", [stays])),
        ("2026-06-01", [stays, msgspec.structs.replace(comes, price="10.00")]),
    ):
        publish_file(home, stoma_file(goods, helfo=first_day))
    with TestClient(create_app(home)) as api:
        shown = page(api, "/vare/600008?lang=nb")
    assert in_order(
        shown.text,
        *("Ny på listen 1. juni 2026", "Prisen over tid", "Fra 1. juni 2026 gjelder 375,00 kr 10,00 kr"),
        *("1. januar 2026 – 31. januar 2026 375,00 kr 9,00 kr", "Hva som er endret"),
        *("1. juni 2026", "Ny på listen.", "1. februar 2026", "Ute av listen.", "1. januar 2026"),
    )
    assert "Refusjonen økte" not in shown.text


# --- other days, and what is not there ----------------------------------------------


def test_another_day_is_clearly_marked_and_kept_in_the_links(api):
    shown = page(api, "/vare/600007?lang=nb&valid_on=2026-03-15")
    assert in_order(shown.text, "Dette er ikke i dag: slik gjelder det 15. mars 2026.", "Fjellro pose 30 mm")
    assert [given["value"] for given in shown.all("input") if given.get("name") == "valid_on"] == [
        "2026-03-15"
    ]
    assert "/gruppe/5050101?list=505&lang=nb&valid_on=2026-03-15" in links(shown)


@pytest.mark.parametrize(
    ("number", "status", "told", "day"),
    [
        ("600008", 410, "Ikke lenger på noen liste", "2026-03-31"),
        ("600014", 404, "Ikke på noen liste ennå", "2026-07-01"),
        ("600099", 404, "Ikke på noen liste", None),
    ],
)
def test_a_product_that_is_not_there_leads_to_the_day_on_which_it_was(api, number, status, told, day):
    answer = api.get(f"/vare/{number}?lang=nb")
    assert answer.status_code == status
    shown = Page(answer)
    assert told in shown.text
    to = f"?lang=nb&valid_on={day}"
    assert (to in links(shown)) == (day is not None)
    if day:
        assert number in page(api, f"/vare/{number}{to}").text


@pytest.mark.parametrize("valid_on", ["9999-12-31", "0001-01-01", "2026-02-30", "x", ""])
def test_any_day_has_an_answer(api, valid_on):
    answer = api.get(f"/vare/600012?lang=en&valid_on={valid_on}")
    assert answer.status_code in (200, 400, 404)
    assert Page(answer).all("h1")


def test_in_an_empty_home_no_product_is_there(empty_api):
    answer = empty_api.get("/vare/600007?lang=en")
    assert answer.status_code == 404
    assert "'600007'" in Page(answer).text


# --- hostile and foreign ----------------------------------------------------------------


def test_a_hostile_name_is_text_wherever_it_stands(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    goods = [Good("600014", name=HOSTILE_NAME), Good("600015", name="Æ" * 4000), Good("600016", name="Pose")]
    publish_file(home, stoma_file(goods, helfo="2026-01-01"))
    with TestClient(create_app(home)) as api:
        hostile = page(api, "/vare/600014?lang=en")
        endless = page(api, "/vare/600015?lang=en")
        beside = page(api, "/vare/600016?lang=en")
    assert "<script>alert(1)</script> \u202egnoruv\u202c & Ærlig" in hostile.text
    assert len(hostile.all("script")) == len(beside.all("script")) == 1
    assert "Æ" * 4000 in endless.text
    assert "Æ" * 201 not in beside.text  # there its beginning leads to the whole


AUSTRALIAN = """\
groupId,sasCode,companyCode,manufacturer,brandName,description,packSize,maxQty,packPrice,packPremium,status,variation,deletion
01a,3807J,25/01,Made-up,Brand,A pouch,30,60m,41.19,2.00,active,,
01a,3807J,26/01,Made-up too,Brand,Another pouch,10,60m,10.00,,active,,
"""


def test_a_list_of_another_country_is_read_in_its_own_language_and_currency(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    file = tmp_path / "sas.csv"
    file.write_text(AUSTRALIAN, encoding="utf-8")
    request = Request("au-stoma-appliance-scheme", FirstDays(all=dt.date(2026, 1, 1)))
    assert take_in(home, str(file), request, by="test", wish=homes.QUICK).release == 1
    with TestClient(create_app(home)) as api:
        shown = page(api, "/vare/3807J-25%2F01?lang=en")
    assert in_order(
        shown.text,
        *("41.19 AUD per pack", "1.37 AUD per", "(worked out)", "3807J-25/01"),
        *("Alternatives in the same group", "1.00 AUD", "1.37 AUD"),
        *("From 1 January 2026", "41.19 AUD", "Premium paid by the patient"),
    )
    assert "/v1/products/3807J-25%2F01?lang=en" in links(shown)
    assert "/vare/3807J-26%2F01?lang=en" in links(shown)
    assert not [link for link in links(shown) if "hvor-mye" in link or "dekning?varenr" in link]
    assert [given for given in shown.all("h1") if given.get("lang") == "en"]


def test_a_medicine_says_what_it_is_reimbursed_for(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    use = b"<RefusjonsberettighetBruk>Diabetes type 1.</RefusjonsberettighetBruk><Refusjonskode>"
    publish_file(home, medicines_file().replace(b"<Refusjonskode>", use, 1), first_day=dt.date(2026, 1, 15))
    with TestClient(create_app(home)) as api:
        shown = page(api, "/vare/012345?lang=nn").text
    assert in_order(shown, "99,90 kr per pakning", "A10A Insuliner", "Blir refundert til: Diabetes type 1.")
