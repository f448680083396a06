"""What makes a product differ, one cause at a time: a row of its own, its group, its own conditions."""

import datetime as dt
from contextlib import closing

import msgspec
import pytest

from app.read.changes import change_shape, read_ends, views_of
from app.read.compared import compared
from lists.codes import ATC, Code
from lists.edition import Edition
from lists.records import Medicine
from tests.app.test_read_history import written
from tests.builders import FIRST_DAY, a_condition, a_group, a_price, an_edition, an_entry

MARCH, APRIL, MAY = dt.date(2026, 3, 31), dt.date(2026, 4, 1), dt.date(2026, 5, 1)
replace = msgspec.structs.replace


@pytest.fixture
def told(tmp_path_factory):
    """The changes between the first and the last of some editions, by subject and key."""

    def ask(*history: Edition) -> dict[tuple[str, str], list[str]]:
        dated = [
            replace(edition, valid_from=FIRST_DAY + dt.timedelta(days=n)) for n, edition in enumerate(history)
        ]
        with closing(written([(edition,) for edition in dated], tmp_path_factory.mktemp("told"))) as snapshot:
            texts = (snapshot.editions[0].id, snapshot.editions[-1].id)
            ends = read_ends(snapshot, None, texts, release=len(history), today=MAY)
            found = compared(*views_of(snapshot, ends), "505")
            shapes = [change_shape(found, difference, "en") for difference in found.differences]
        return {(one.subject, one.key): [change.field for change in one.changes] for one in shapes}

    return ask


def having(**changes):
    return an_edition([an_entry(**changes), an_entry("600099")])


PLACE = "entries[505,5050101]"


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        ({"gtins": ("1",)}, {"gtins": ("1", "2")}, ["gtins"]),
        ({"pack": "30"}, {"pack": None}, ["pack"]),
        ({"unit": None}, {}, ["unit"]),
        (
            {"prices": (a_price(),)},
            {"prices": (a_price(valid_to=MARCH),)},
            [f"{PLACE}.prices[E,2026-01-01].valid_to"],
        ),
        (
            {"medicine": Medicine(atc=Code("A", ATC))},
            {"medicine": Medicine(atc=Code("B", ATC))},
            ["atc"],
        ),
    ],
)
def test_a_row_of_its_own(told, before, after, fields):
    assert told(having(**before), having(**after)) == {("product", "600007"): fields}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # The next price ends it, whatever the source says of its last day (rule 8).
        (
            {"prices": (a_price(), a_price(1, valid_from=APRIL))},
            {"prices": (a_price(valid_to=MAY), a_price(1, valid_from=APRIL))},
        ),
        ({"medicine": Medicine(brand="a")}, {"medicine": Medicine(brand="b")}),
        ({}, {"medicine": Medicine(brand="a")}),
        ({"entry_id": "a"}, {"entry_id": "b"}),
    ],
)
def test_what_is_not_shown_is_no_change(told, before, after):
    assert told(having(**before), having(**after)) == {}


def test_a_condition_of_its_own(told):
    with_one = having(conditions=("ID_VILKAR",))
    assert told(having(), with_one) == {
        ("condition", "ID_VILKAR"): [],
        ("product", "600007"): [f"{PLACE}.conditions[ID_VILKAR]"],
    }


def test_a_condition_of_its_own_that_is_reworded(told):
    def edition(text):
        condition = a_condition(text=text)
        return an_edition(
            [an_entry(conditions=("ID_VILKAR",)), an_entry("600099")],
            conditions=[condition],
        )

    assert told(edition("a"), edition("b")) == {
        ("condition", "ID_VILKAR"): ["text"],
        ("product", "600007"): [f"{PLACE}.conditions[ID_VILKAR].text"],
    }


def test_a_condition_that_its_group_has_too_is_shown_once_and_no_change(told):
    def edition(*own):
        group = a_group(conditions=("ID_VILKAR",))
        return an_edition([an_entry(conditions=own)], groups=[a_group("505"), group])

    assert told(edition(), edition("ID_VILKAR")) == {}


def test_a_name_of_its_group_or_of_the_one_above(told):
    def edition(top, leaf):
        return an_edition([an_entry()], groups=[a_group("505", top), a_group(text=leaf)])

    assert told(edition("a", "b"), edition("x", "b")) == {
        ("group", "505"): ["text"],
        ("product", "600007"): [f"{PLACE}.group_path[505].text"],
    }
    assert told_fields(told(edition("a", "b"), edition("a", "y"))) == [
        "text",
        f"{PLACE}.group.text",
        f"{PLACE}.group_path[5050101].text",
    ]


def told_fields(changes):
    return [field for fields in changes.values() for field in fields]


def test_the_legal_basis_is_told_by_the_list_and_by_each_product(told):
    basis = Code("505", an_edition().terms.legal_basis.system, "nytt")
    assert told(an_edition(), an_edition(legal_basis=basis)) == {
        ("list", "505"): ["legal_basis.text"],
        ("product", "600007"): [f"{PLACE}.legal_basis.text"],
    }


def test_what_changed_and_changed_back_is_no_change(told):
    first, other = having(), having(name="Ny", gtins=("1",), prices=(a_price(1),))
    assert told(first, other, first) == {}
    assert told_fields(told(first, other, having(name="Ny"))) == ["name"]
