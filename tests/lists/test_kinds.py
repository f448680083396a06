"""What kind a change is: each kind once by name, and that none is without one."""

import datetime as dt

import msgspec
from hypothesis import given

from lists.changes import compare
from lists.codes import SPECIALTY, Code
from lists.edges import Between, edge_of
from lists.edition import Edition, closed_edition
from lists.kinds import KINDS, Kind, kinds_of, kinds_of_list
from lists.prices import PER_PACK
from lists.records import Placement
from tests.builders import FIRST_DAY, a_condition, a_form, a_group, a_price, an_edition, an_entry
from tests.random_editions import editions, few

APRIL = dt.date(2026, 4, 1)
PACK = Code("P", a_price().kind.system)
OWN = a_condition("ID_EGEN", coded=(a_form("11", "1"),))


def between(before: Edition, after: Edition) -> Between:
    return Between(edge_of(before, before.valid_from), edge_of(after, after.valid_from))


def kinds(before: Edition, after: Edition, key: str = "600007") -> tuple[Kind, ...]:
    """The kinds of the change of one subject."""
    [change] = [change for change in compare(before, after).changes if change.key == key]
    return kinds_of(change.before, change.after, between(before, after))


def names(before: Edition, after: Edition, key: str = "600007") -> list[str]:
    return [kind.kind for kind in kinds(before, after, key)]


def limited(most: str, *more: str):
    """An edition whose one group is limited to `most` a year; the group says so itself."""
    limit = a_condition("ID_1", coded=(a_form("15", most), *(a_form("16", text) for text in more)))
    group = a_group(conditions=("ID_1",))
    return an_edition(groups=[a_group("505"), group], conditions=[limit], valid_from=APRIL)


def bound(*conditions, text: str = ""):
    """An edition whose one group has these conditions."""
    group = a_group(conditions=tuple(sorted(one.id for one in conditions)), text=text)
    return an_edition(groups=[a_group("505"), group], conditions=conditions, valid_from=APRIL)


def group_kinds(before: Edition, after: Edition, code: str = "5050101") -> tuple[Kind, ...]:
    step = between(before, after)
    return kinds_of(step.before.groups.get(code), step.after.groups.get(code), step)


# --- any change ---------------------------------------------------------------------


@few
@given(editions(), editions())
def test_every_change_has_a_kind_we_know_in_our_order(before, after):
    step = between(before, after)
    for change in compare(before, after).changes:
        found = [kind.kind for kind in kinds_of(change.before, change.after, step)]
        assert found
        assert found == sorted(found, key=KINDS.index)
        assert ("other" in found) == (found == ["other"])


@few
@given(editions())
def test_what_does_not_differ_is_of_no_kind_of_its_own(edition):
    step = between(edition, edition)
    for entry in edition.entries:
        assert kinds_of(entry, entry, step) == (Kind("other"),)
    assert kinds_of_list(step) == (Kind("other"),)


# --- prices ---------------------------------------------------------------------------


def priced(*prices):
    return an_edition([an_entry(prices=prices)], valid_from=APRIL)


def test_a_price_that_rises():
    assert kinds(priced(a_price(125_000)), priced(a_price(130_000))) == (
        Kind("price-up", "12.50 NOK", "13.00 NOK", "unit"),
    )


def test_a_price_that_falls():
    assert kinds(priced(a_price(125_000)), priced(a_price(120_000))) == (
        Kind("price-down", "12.50 NOK", "12.00 NOK", "unit"),
    )


def test_the_price_per_pack_is_what_counts():
    before = priced(a_price(125_000), a_price(3_750_000, kind=PACK))
    after = priced(a_price(120_000), a_price(3_800_000, kind=PACK))
    assert kinds(before, after) == (Kind("price-up", "375.00 NOK", "380.00 NOK", "pack"),)


def test_a_purchase_price_is_not_reimbursed():
    purchase = msgspec.structs.replace(a_price().kind, value="N")
    assert names(priced(a_price(1, kind=purchase)), priced(a_price(2, kind=purchase))) == ["other"]
    assert PER_PACK == "max_reimbursement_per_pack"


def test_a_price_of_the_next_period_is_held_against_the_one_that_was():
    new = a_price(130_000, valid_from=APRIL)
    assert names(priced(a_price(125_000)), priced(a_price(125_000), new)) == ["price-up"]
    assert names(priced(a_price(125_000)), priced(new)) == ["price-up"]


def test_a_coming_price_is_told_before_it_holds():
    coming = a_price(110_000, valid_from=dt.date(2026, 7, 1))
    assert names(priced(a_price(125_000)), priced(a_price(125_000), coming)) == ["price-down"]


# --- names and places --------------------------------------------------------------------


def test_a_product_that_is_renamed():
    after = an_edition([an_entry(name="Ny pose")], valid_from=APRIL)
    assert kinds(an_edition(), after) == (Kind("renamed", "Fjellro pose 30 mm", "Ny pose"),)


def test_a_group_that_is_renamed():
    assert group_kinds(bound(text="Gammel"), bound(text="Ny")) == (Kind("renamed", "Gammel", "Ny"),)


def in_groups(places, groups=("505", "5050101", "5050102")):
    made = [an_entry(number, placements=(Placement(group, FIRST_DAY),)) for number, group in places.items()]
    return an_edition(made, groups=[a_group(code) for code in groups])


def test_a_product_that_moves_loses_the_prescriptions_on_its_old_group():
    before = in_groups({"600007": "5050101", "600008": "5050101", "600009": "5050101"})
    after = in_groups({"600007": "5050102", "600008": "5050101", "600009": "5050101"})
    assert kinds(before, after) == (
        Kind("moved", "5050101", "5050102"),
        Kind("coverage-lost", before="5050101"),
    )


def test_a_group_that_is_split_says_into_what_and_so_do_its_products():
    before = in_groups({"600007": "5050101", "600008": "5050101", "600009": "5050101"}, ("505", "5050101"))
    after = in_groups({"600007": "5050102", "600008": "5050101", "600009": "5050101"})
    split = Kind("split", "5050101", "5050102")
    assert split in kinds(before, after)
    assert group_kinds(before, after) == (split,)
    assert group_kinds(before, after, "5050102") == (split,)


def test_a_group_that_only_got_another_code_is_not_split():
    before = in_groups({"600007": "5050101", "600008": "5050101"}, ("505", "5050101"))
    after = in_groups({"600007": "5050102", "600008": "5050102"}, ("505", "5050102"))
    assert names(before, after) == ["moved", "coverage-lost"]
    assert [kind.kind for kind in group_kinds(before, after)] == ["ended"]


# --- limits and requirements ------------------------------------------------------------


def test_limits_come_tighten_loosen_and_go():
    none = bound(a_condition("ID_1"))
    assert group_kinds(none, limited("400")) == (Kind("limit-new", after="400", of="calendar_year"),)
    assert group_kinds(limited("400"), limited("300")) == (
        Kind("limit-tighter", "400", "300", "calendar_year"),
    )
    assert group_kinds(limited("400"), limited("500")) == (
        Kind("limit-looser", "400", "500", "calendar_year"),
    )
    assert group_kinds(limited("400"), none) == (Kind("limit-lifted", before="400", of="calendar_year"),)


def test_two_periods_are_told_apart():
    assert group_kinds(limited("400", "100"), limited("300", "200")) == (
        Kind("limit-tighter", "400", "300", "calendar_year"),
        Kind("limit-looser", "100", "200", "dispensing"),
    )


def test_a_limit_that_moves_from_a_group_to_the_one_above_is_the_same_limit():
    limit = a_condition("ID_1", coded=(a_form("15", "400"),))
    above = an_edition(groups=[a_group("505", conditions=("ID_1",)), a_group()], conditions=[limit])
    assert group_kinds(limited("400"), above) == (Kind("other"),)


def test_a_requirement_that_comes_and_goes():
    free, own = bound(a_condition()), bound(a_condition(), OWN)
    assert group_kinds(free, own) == (Kind("requirement-new", of="own_prescription"),)
    assert group_kinds(own, free) == (Kind("requirement-dropped", of="own_prescription"),)


def test_an_age_and_specialists_are_named():
    age = a_condition("ID_2", coded=(a_form("1", "16"),))
    specialist = a_condition("ID_3", coded=(a_form("10", codes=(Code("12", SPECIALTY),)),))
    assert group_kinds(bound(a_condition()), bound(a_condition(), age, specialist)) == (
        Kind("requirement-new", after="16", of="age_from"),
        Kind("requirement-new", after="12", of="specialist_or_hospital"),
    )


def test_a_condition_that_is_worded_anew():
    reworded = a_condition(text="Nytt.")
    told = Kind("condition-reworded", a_condition().text, "Nytt.")
    assert kinds(bound(a_condition()), bound(reworded), "ID_VILKAR") == (told,)
    assert group_kinds(bound(a_condition()), bound(reworded)) == (told,)


def test_a_text_under_a_new_id_and_its_old_number_is_worded_anew():
    after = bound(a_condition("ID_ANNEN", text="Nytt."))
    assert [kind.kind for kind in group_kinds(bound(a_condition()), after)] == ["condition-reworded"]


# --- leaving ------------------------------------------------------------------------------


def ending(prescribe: dt.date | None, dispense: dt.date | None):
    place = Placement("5050101", FIRST_DAY, prescribe, dispense)
    return an_edition([an_entry(placements=(place,))], valid_from=APRIL)


def test_a_product_that_gets_a_last_day_leaves():
    june, august = dt.date(2026, 6, 30), dt.date(2026, 8, 31)
    assert kinds(ending(None, None), ending(june, august)) == (Kind("leaves", "–", "2026-08-31"),)
    assert kinds(ending(None, august), ending(None, june)) == (Kind("leaves", "2026-08-31", "2026-06-30"),)
    assert kinds(ending(june, None), ending(None, None)) == (Kind("other"),)


def test_a_last_day_that_is_past_is_the_end():
    assert kinds(ending(None, None), ending(FIRST_DAY, FIRST_DAY)) == (Kind("ended", "–", "2026-01-01"),)


def test_a_product_that_goes_leaves_its_prescriptions_uncovered():
    before = an_edition([an_entry("600007"), an_entry("600008"), an_entry("600009")])
    after = an_edition([an_entry("600008"), an_entry("600009")])
    assert kinds(before, after) == (
        Kind("ended", before="Fjellro pose 30 mm"),
        Kind("coverage-lost", before="505, 5050101"),
    )


def test_a_product_whose_group_now_needs_its_own_is_not_covered_by_the_list_any_more():
    after = an_edition(
        [an_entry(name="Ny")],
        groups=[a_group("505"), a_group(conditions=("ID_EGEN",))],
        conditions=[OWN],
    )
    assert kinds(an_edition(), after) == (
        Kind("renamed", "Fjellro pose 30 mm", "Ny"),
        Kind("requirement-new", of="own_prescription"),
        Kind("coverage-lost", before="505"),
    )


def test_the_last_alternative_of_a_group_goes():
    before, after = an_edition([an_entry("600007"), an_entry("600008")]), an_edition([an_entry("600008")])
    lost = Kind("last-alternative-lost", "5050101", "600008")
    assert kinds(before, after)[-1] == lost
    assert group_kinds(before, after) == (Kind("last-alternative-lost", "600007", "600008"),)


def test_what_is_new_is_of_no_special_kind():
    after = an_edition([an_entry("600007"), an_entry("600008")])
    assert names(an_edition(), after, "600008") == ["other"]


# --- lists ----------------------------------------------------------------------------------


def test_a_list_that_ends_is_closed():
    before = an_edition()
    assert kinds_of_list(between(before, closed_edition(before.terms, APRIL))) == (Kind("closed"),)


def test_a_list_that_is_renamed_or_asks_for_a_decision():
    after = an_edition(title="Stomi", requires_decision=True)
    assert kinds_of_list(between(an_edition(), after)) == (
        Kind("renamed", "Utstyr ved stomi", "Stomi"),
        Kind("requirement-new", of="decision"),
    )
