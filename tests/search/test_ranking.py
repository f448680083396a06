"""
In which order hits stand, in a ward of invented products whose words stand where words stand in real lists.

    505 stomi, § 5.5 ────── 50501 Poser, lukket          pose · poser · stomipose · klemme til pose · pouch
    502 urinretensjon, § 5.2 ─ 50201 Urinposer til kateter  urinsekk
                             └ 50202 Kateter                tappekateter · kateter
"""

from collections.abc import Iterator

import pytest

from search.build import build
from search.find import Finder
from search.records import Document, GroupText
from tests.search.shop import Searcher, a_document

STOMA = GroupText("505", "Forbruksmateriell ved stomi")
URINE = GroupText("502", "Forbruksmateriell ved urinretensjon")
BAGS = {"groups": (STOMA, GroupText("50501", "Poser, lukket")), "lists": (STOMA,)}
DRAINAGE = {"groups": (URINE, GroupText("50201", "Urinposer til kateter")), "lists": (URINE,)}
CATHETERS = {"groups": (URINE, GroupText("50202", "Kateter")), "lists": (URINE,)}
BASES = {
    "505": (GroupText("505", "§5-14 §5.5"),),
    "502": (GroupText("502", "§5-14 §5.2"),),
}
WARD = {
    "word": a_document("word", "Fjord pose myk", legal_bases=BASES["505"], **BAGS),
    "form": a_document("form", "Fjord poser", legal_bases=BASES["505"], **BAGS),
    "last": a_document("last", "Fjord stomipose", legal_bases=BASES["505"], **BAGS),
    "first": a_document("first", "Fjord posebelte", legal_bases=BASES["505"], **BAGS),
    "behind": a_document("behind", "Fjord klemme til pose", legal_bases=BASES["505"], **BAGS),
    "meant": a_document("meant", "Nordic pouch", legal_bases=BASES["505"], **BAGS),
    "group": a_document("group", "Fjord ring", legal_bases=BASES["505"], **BAGS),
    "begins": a_document("begins", "Posert glass", legal_bases=BASES["502"], lists=(URINE,)),
    "drain": a_document("drain", "Elv urinsekk", supplier="Sky AS", legal_bases=BASES["502"], **DRAINAGE),
    "tapped": a_document("tapped", "Elv tappekateter", size="CH 12", legal_bases=BASES["502"], **CATHETERS),
    "tube": a_document("tube", "Elv kateter", size="10x10 cm", legal_bases=BASES["502"], **CATHETERS),
    "nuhope": a_document("nuhope", "Nu-Hope K.I.C. belte", article="NH 0701", legal_bases=BASES["502"]),
    "drug": a_document("drug", "Sukkerfri tablett", atc="A10BA02", atc_text="Metformin"),
}  # fmt: skip


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    directory = tmp_path_factory.mktemp("ward") / "index"
    build(WARD.values(), directory)
    finder = Finder(directory)
    yield finder
    finder.close()


def found(finder: Finder, query: str) -> list[str]:
    return [hit.varenr for hit in finder.find(query).hits]


def test_what_a_product_is_goes_before_what_it_is_for_and_where_it_stands(ward: Finder):
    hits = [(hit.varenr, hit.why) for hit in ward.find("pose").hits]

    assert hits == [
        ("word", "word"),
        ("form", "base-form"),
        ("last", "part-of-word"),
        ("behind", "word"),
        ("first", "part-of-word"),
        ("meant", "base-form"),
        ("group", "base-form"),
        ("drain", "part-of-word"),
        ("begins", "prefix"),
    ]


def test_a_name_in_a_groups_complement_is_the_last_that_is_meant(ward: Finder):
    assert found(ward, "kateter") == ["tube", "tapped", "drain"]
    assert found(ward, "urinposer") == ["drain"]


def test_a_group_that_is_called_so_goes_before_parts_of_other_names(search_in: Searcher):
    straps = GroupText("50103", "Festeutstyr for uridomer")
    finder = search_in(
        [
            a_document("1", "Uridom med festeutstyr"),
            a_document("2", "Strikk", groups=(straps,)),
            a_document("3", "Uridomfesteutstyr"),
        ]
    )

    assert found(finder, "festeutstyr for uridomer") == ["2", "3", "1"]


def test_a_compound_is_what_its_last_part_says(search_in: Searcher):
    finder = search_in(
        [
            a_document("strap", "Benbånd til stomi og pose", lists=(STOMA,)),
            a_document("bag", "Ringpose lukket liten", lists=(STOMA,)),
            a_document("of urine", "Ringpose", lists=(URINE,)),
        ]
    )

    assert found(finder, "stomiposer") == found(finder, "stomapose") == ["bag", "strap"]
    assert found(finder, "stomiringpose") == ["bag"]


def test_what_people_say_for_a_thing_goes_before_the_parts_of_the_word(search_in: Searcher):
    finder = search_in(documents_of("Tett ringpose", "Tetningsring myk"))

    assert found(finder, "tettering") == ["1"]


def test_a_word_behind_under_is_not_what_a_product_is(search_in: Searcher):
    plates = GroupText("50526", "Plater")
    finder = search_in(
        [
            a_document("sore", "Sårplate under stomiplate", lists=(STOMA,)),
            a_document("plate", "Plate med ring", groups=(plates,), lists=(STOMA,), rank=1),
        ]
    )

    assert found(finder, "stomiplate") == ["plate", "sore"]


@pytest.mark.parametrize("typed", ["§5.2", "§ 5.2", "§ 5 nr. 2", "paragraf 5 punkt 2", "§ 5 pkt 2"])
def test_a_legal_basis_is_found_however_it_is_written(ward: Finder, typed: str):
    assert set(found(ward, typed)) == {"drain", "tapped", "tube", "begins", "nuhope"}


def test_a_paragraph_finds_all_its_points_and_no_number(ward: Finder):
    assert set(found(ward, "§ 5")) == set(WARD) - {"drug"}
    assert found(ward, "§ 5 kateter") == ["tube", "tapped", "drain"]
    assert found(ward, "§ 6") == []


@pytest.mark.parametrize("typed", ["nuhope", "nu-hope", "nu hope", "kic", "k i c belter"])
def test_letters_between_signs_are_found_as_one_word_and_apart(ward: Finder, typed: str):
    assert found(ward, typed) == ["nuhope"]


@pytest.mark.parametrize("typed", ["10x10", "10 x 10 cm", "10 cm x 10 cm", "10×10", "100 mm x 100mm"])
def test_an_area_is_found_in_any_unit(ward: Finder, typed: str):
    assert found(ward, typed) == ["tube"]


def test_an_area_is_not_two_lengths(search_in: Searcher):
    finder = search_in([a_document("1", "Plate", size="10 x 5 cm"), a_document("2", "Plate", size="5x5 cm")])

    assert found(finder, "5 x 5 cm") == ["2"]
    assert found(finder, "5 cm")[:2] == ["1", "2"]


def test_a_medicine_is_found_by_its_code_and_its_substance(ward: Finder):
    assert [(hit.varenr, hit.why) for hit in ward.find("A10BA02").hits] == [("drug", "exact")]
    assert found(ward, "a10 ba") == found(ward, "metformin") == found(ward, "Metformintablett") == ["drug"]


def test_a_scanned_code_is_found_by_the_articles_number_in_it(search_in: Searcher):
    finder = search_in([a_document("1", gtins=("07046260012345",)), a_document("2", "0107 pose")])

    assert found(finder, "0107046260012345172601011012AB") == ["1"]
    assert found(finder, "(01)07046260012345(17)260101(10)12AB") == ["1"]
    assert found(finder, "0107046260012346172601011012AB") == []


def test_a_word_before_a_number_need_not_be_there(ward: Finder):
    assert found(ward, "art.nr NH0701") == found(ward, "Ref: NH 0701") == ["nuhope"]


def test_several_numbers_find_several_products(search_in: Searcher):
    finder = search_in([a_document("903279"), a_document("903280"), a_document("903281", article="903280")])

    assert set(found(finder, "903279 903281")) == {"903279", "903281"}
    assert found(finder, "903281 903280") == ["903281"]  # one product has both
    assert found(finder, "903279 999999") == []


def test_a_word_written_nowhere_is_left_out_and_said_so(ward: Finder):
    answer = ward.find("NEAR(tappekateter)")

    assert answer.did_you_mean == "tappekateter"
    assert [(hit.varenr, hit.why) for hit in answer.hits] == [("tapped", "spelling")]


def test_a_number_is_never_left_out(ward: Finder):
    assert found(ward, "tappekateter 777") == []
    assert ward.find("tappekateter 777").did_you_mean is None


def test_words_that_never_stand_together_find_nothing(ward: Finder):
    assert found(ward, "tappekateter posebelte") == []


def test_a_better_spelling_is_offered_beside_what_was_found(search_in: Searcher):
    finder = search_in([a_document("1", "Sukkerdemp"), a_document("2", "Sukker demp", supplier="Demp AS")])
    answer = finder.find("sukredemp")

    assert answer.did_you_mean == "sukkerdemp"
    assert finder.find("sukkerdemp").did_you_mean is None


@pytest.mark.parametrize("typed", ["naeringsdrik", "noeringsdrikk", "næringdrikk"])
def test_a_word_with_foreign_letters_and_a_mistake_is_guessed(search_in: Searcher, typed: str):
    finder = search_in([a_document("1", "Næringsdrikk vanilje")])

    assert found(finder, typed) == ["1"]


def test_part_of_a_word_is_found_without_its_foreign_letters(search_in: Searcher):
    finder = search_in([a_document("1", "Støttestrømpe klasse 2")])

    assert found(finder, "stroempe") == found(finder, "strompe") == ["1"]


def test_what_stands_last_does_so_in_its_tier_only(ward: Finder):
    every = ward.find("pose").hits
    word = next(number for number in every.numbers())
    within = every.within(every.documents, last=1 << word)

    assert [hit.varenr for hit in within] == [hit.varenr for hit in every]
    last = 1 << list(every.numbers())[1]
    assert [hit.varenr for hit in every.within(every.documents, last=last)][:5] == [
        "word", "last", "behind", "first", "form",
    ]  # fmt: skip


def test_only_what_is_allowed_is_left(ward: Finder):
    every = ward.find("pose").hits
    allowed = 1 << list(every.numbers())[2] | 1 << list(every.numbers())[4]

    assert [hit.varenr for hit in every.within(allowed)] == ["last", "first"]
    assert len(every.within(allowed)) == 2
    assert not every.within(0)


def documents_of(*names: str) -> list[Document]:
    return [a_document(str(place), name) for place, name in enumerate(names)]


def test_names_that_are_mostly_what_was_typed_go_first(search_in: Searcher):
    finder = search_in(documents_of("Alfa pose med lang hale", "Beta pose", "Alfa pose"))

    assert found(finder, "pose") == ["2", "1", "0"]
