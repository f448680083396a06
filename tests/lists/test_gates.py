"""What asks for a second look before a publish."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.codes import PRICE_KIND_GOODS, Code
from lists.edition import Draft, Edition, closed_edition
from lists.gates import Beside, GateLimits, GateResult, gates, gates_of_act
from lists.outline import Outline, outline_of
from lists.records import Condition, Entry, Placement, Supplier
from lists.rules import EMPTIED_FROM, Case
from tests import random_editions
from tests.builders import (
    FIRST_DAY,
    a_condition,
    a_draft,
    a_group,
    a_price,
    an_edition,
    an_entry,
    entries,
)
from tests.known_lists import at_most, needs_own
from tests.random_editions import few

QUARTER = dt.date(2026, 4, 1)
TODAY = dt.date(2026, 3, 1)
BESIDE = Beside(TODAY)

GATES = (
    *("products-removed", "group-emptied", "less-content", "older-content", "names-changed"),
    *("text-broken", "price-ratio", "price-median", "limit-tightened", "group-rule-new", "group-meaning"),
    *("later-edition-lacks-it", "valid-from-past", "no-quarter-day"),
)


def look(
    before: Edition, after: Edition, beside: Beside = BESIDE, limits: GateLimits | None = None
) -> dict[str, GateResult]:
    """Every gate's result by its name, for the step from one content to another on a quarter day."""
    results = gates(Case(draft_of(after), before), beside, limits or GateLimits())
    return {result.gate: result for result in results}


def draft_of(edition: Edition, valid_from: dt.date = QUARTER) -> Draft:
    return Draft("liste.xml", edition.terms, valid_from, list(edition.entries))


def fired(results: dict[str, GateResult]) -> set[str]:
    return {name for name, result in results.items() if not result.passed}


def told(results: dict[str, GateResult], gate: str) -> tuple[str, str]:
    """What was found, and the limit, of a gate that fired."""
    assert not results[gate].passed
    return results[gate].found, results[gate].limit


# --- for all of them ---------------------------------------------------------


def test_every_gate_stands_in_the_result_whether_it_fires_or_not():
    results = look(an_edition(), an_edition())
    assert tuple(results) == GATES
    assert {result.list for result in results.values()} == {"505"}


def test_a_first_edition_fires_none_and_is_told_what_there_is():
    broken = an_entry(name="SÃ¥rpose")
    results = gates(Case(a_draft([broken]), None), Beside(dt.date(2026, 2, 1)), GateLimits())
    assert [result.gate for result in results if not result.passed] == []
    assert [result.gate for result in results if result.noted] == ["text-broken", "valid-from-past"]


@few
@given(random_editions.editions())
def test_the_same_again_fires_nothing(edition):
    assert fired(look(edition, edition)) == set()


@few
@given(
    random_editions.editions(), random_editions.editions(), random_editions.editions(), st.none() | st.just(1)
)
def test_whatever_a_list_says_every_gate_answers(former, now, other, no_former):
    beside = Beside(TODAY, [("older", outline_of(other))], (("later", other),))
    case = Case(draft_of(now), None if no_former else former)
    results = gates(case, beside, GateLimits())
    assert tuple(result.gate for result in results) == GATES
    assert all(result.found and result.limit for result in results)
    assert gates_of_act(case, beside, GateLimits())[1:] == results[-3:]


def test_an_act_is_asked_about_its_days_only():
    closed = closed_edition(an_edition().terms, QUARTER)
    results = gates_of_act(Case(draft_of(closed), an_edition(entries(40))), BESIDE, GateLimits())
    names = ("later-release-undone", *GATES[-3:])
    assert [(result.gate, result.passed) for result in results] == [(gate, True) for gate in names]


def test_the_limits_of_a_home_are_checked_when_they_are_read():
    assert msgspec.json.decode(b'{"removed_percent": 3}', type=GateLimits) == GateLimits(removed_percent=3)
    for wrong in (b'{"removed_percent": -1}', b'{"price_ratio_percent": 33}', b'{"removed": 3}'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(wrong, type=GateLimits)


# --- products ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("had", "gone", "passed", "found"),
    [
        (250, 5, True, "5/250 (2.0 %)"),
        (249, 5, False, "5/249 (2.0 %)"),
        (10, 4, True, "4/10 (40.0 %)"),
        (1000, 21, False, "21/1000 (2.1 %)"),
    ],
)
def test_more_than_two_per_cent_and_at_least_five_products_removed_ask(had, gone, passed, found):
    result = look(an_edition(entries(had)), an_edition(entries(had - gone)))["products-removed"]
    assert (result.passed, result.found, result.limit) == (passed, found, "2 %, 5")
    assert result.subjects == tuple(f"{600_001 + number}" for number in range(had - gone, had))[:20]


def test_a_home_may_have_limits_of_its_own():
    before, after = an_edition(entries(249)), an_edition(entries(244))
    results = look(before, after, limits=GateLimits(removed_percent=10))
    assert fired(results) == set()


@pytest.mark.parametrize(("count", "gates_fired"), [(5, {"group-emptied"}), (4, set())])
def test_a_group_of_five_products_emptied_asks(count, gates_fired):
    groups = [a_group("505"), a_group(), a_group("5050102")]
    stay = [an_entry(f"{700_001 + number}", placements=(Placement("5050102"),)) for number in range(3)]
    moved = [msgspec.structs.replace(entry, placements=(Placement("5050102"),)) for entry in entries(count)]
    results = look(
        an_edition([*entries(count), *stay], groups=groups), an_edition([*moved, *stay], groups=groups)
    )
    assert fired(results) == gates_fired
    assert results["group-emptied"].subjects == (("group 5050101",) if gates_fired else ())


def test_of_a_branch_that_is_emptied_the_outermost_group_is_named():
    branch = [a_group(code) for code in ("505", "50501", "5050101", "5050102", "5050201")]
    placed = ["5050101"] * 3 + ["5050102"] * 3 + ["5050201"]
    before = [an_entry(f"{600_001 + n}", placements=(Placement(code),)) for n, code in enumerate(placed)]
    after = [msgspec.structs.replace(entry, placements=(Placement("5050201"),)) for entry in before]
    results = look(an_edition(before, groups=branch), an_edition(after, groups=branch))
    assert told(results, "group-emptied") == ("50501", "5")


def test_names_changed_in_more_than_five_per_cent_of_what_stays_ask():
    def renamed(count: int) -> Edition:
        return an_edition(
            [an_entry(entry.varenr, name="Ny") if n < count else entry for n, entry in enumerate(entries(40))]
        )

    assert fired(look(an_edition(entries(40)), renamed(2))) == set()
    results = look(an_edition(entries(40)), renamed(3))
    assert told(results, "names-changed") == ("3/40 (7.5 %)", "5 %")
    assert results["names-changed"].subjects == ("600001", "600002", "600003")


def test_less_than_eighty_per_cent_of_anything_asks():
    groups = [a_group(f"50501{number:02}") for number in range(5)]
    conditions = [a_condition(f"ID_{number}") for number in range(5)]
    bound = [
        msgspec.structs.replace(group, conditions=(f"ID_{number}",)) for number, group in enumerate(groups)
    ]
    full = an_edition([an_entry(placements=(Placement("5050100"),))], groups=bound, conditions=conditions)
    for kept, gates_fired in ((4, set()), (3, {"less-content"})):
        less = an_edition(full.entries, groups=bound[:kept], conditions=conditions[:kept])
        assert fired(look(full, less)) == gates_fired
    results = look(full, an_edition(full.entries, groups=bound[:3], conditions=conditions[:3]))
    assert told(results, "less-content") == ("1/1 · 1/1 · 3/5 · 3/5", "80 %")


def test_prices_that_are_gone_are_less_content():
    before = an_edition(entries(10))
    after = an_edition([an_entry(entry.varenr, prices=()) for entry in entries(3)] + [*entries(10)[3:]])
    assert told(look(before, after), "less-content") == ("10/10 · 7/10 · 2/2 · 0/0", "80 %")


def quarters() -> list[Edition]:
    """Three quarters in which every price rises and a limit is lowered."""
    return [
        an_edition(
            [
                an_entry(varenr, prices=(a_price(100_000 + 1_000 * quarter),))
                for varenr in ("600001", "600002")
            ],
            groups=[a_group(conditions=("LIMIT",))],
            conditions=[a_condition("LIMIT", text=f"Høyst {400 - quarter} stk.")],
        )
        for quarter in range(3)
    ]


def test_last_quarters_file_under_a_new_date_is_nearer_to_an_older_edition():
    first, second, third = quarters()
    older = [("505/2025-10-01/2", outline_of(second)), ("505/2025-07-01/1", outline_of(first))]
    results = look(third, first, Beside(TODAY, older))
    assert fired(results) == {"older-content"}
    assert told(results, "older-content") == ("505/2025-07-01/1: 0", "6")
    assert results["older-content"].subjects == ("505/2025-07-01/1",)


def test_an_old_file_shows_by_its_terms_where_no_product_tells_it():
    first, second, third = (msgspec.structs.replace(one, entries=()) for one in quarters())
    results = look(third, first, Beside(TODAY, [("2", outline_of(second)), ("1", outline_of(first))]))
    assert told(results, "older-content") == ("1: 0", "2")


def test_older_editions_are_not_even_read_where_the_content_is_the_last_ones():
    asked: list[str] = []

    def older() -> Iterator[tuple[str, Outline]]:
        asked.append("older")
        yield "older", outline_of(an_edition())

    assert fired(look(an_edition(), an_edition(), Beside(TODAY, older()))) == set()
    assert asked == []


def test_what_is_as_near_to_an_older_edition_as_to_the_last_one_passes():
    one, other = an_edition([an_entry(name="A")]), an_edition([an_entry(name="B")])
    assert fired(look(one, other, Beside(TODAY, [("older", outline_of(one))]))) == {"names-changed"}


# --- prices -----------------------------------------------------------------------


def priced(*amounts: int, others: int = 20) -> Edition:
    """Products with these prices per unit, and others whose price stays."""
    moved = [an_entry(f"{700_001 + n}", prices=(a_price(amount),)) for n, amount in enumerate(amounts)]
    return an_edition([*entries(others), *moved])


@pytest.mark.parametrize(
    ("old", "new", "passed"),
    [
        (100_000, 300_000, True),
        (100_000, 300_001, False),
        (300_000, 100_000, True),
        (300_000, 99_999, False),
        (0, 1, False),
        (1, 0, False),
        (0, 0, True),
    ],
)
def test_a_price_more_than_three_times_or_less_than_a_third_asks(old, new, passed):
    result = look(priced(old), priced(new))["price-ratio"]
    assert (result.passed, result.limit) == (passed, "×0.33–×3.00")


def test_the_prices_that_moved_farthest_are_named_first():
    results = look(priced(100_000, 100_000, 100_000), priced(400_000, 100, 250_000))
    assert told(results, "price-ratio")[0] == "700002 10.00 → 0.01 NOK, 700001 10.00 → 40.00 NOK"
    assert results["price-ratio"].subjects == ("700002", "700001")
    assert look(priced(100_000), priced(125_000))["price-ratio"].found == "×1.25"


def test_each_kind_of_price_is_held_against_its_own():
    per_pack = a_price(3_750_000, kind=Code("P", PRICE_KIND_GOODS))
    both = an_entry(prices=(a_price(125_000), per_pack))
    swapped = an_entry(prices=(a_price(3_750_000), msgspec.structs.replace(per_pack, amount=125_000)))
    assert fired(look(an_edition([both]), an_edition([an_entry(prices=(a_price(),))]))) == set()
    assert "price-ratio" in fired(look(an_edition([both]), an_edition([swapped])))


def test_a_slip_in_a_coming_price_is_a_slip():
    coming = a_price(12_500_000, valid_from=dt.date(2026, 7, 1))
    results = look(an_edition(), an_edition([an_entry(prices=(a_price(), coming))]))
    assert fired(results) == {"price-ratio"}
    assert told(results, "price-ratio")[0] == "600007 12.50 → 1250.00 NOK"


@pytest.mark.parametrize(("percent", "passed"), [(125, True), (126, False), (80, True), (79, False)])
def test_the_middle_of_all_prices_asks_outside_of_its_bounds(percent, passed):
    before = priced(*[100_000] * 3, others=2)
    after = priced(*[1_000 * percent] * 3, others=2)
    result = look(before, after)["price-median"]
    found = f"×{percent // 100}.{percent % 100:02}"
    assert (result.passed, result.found, result.limit) == (passed, found, "×0.80–×1.25")


def test_prices_that_stay_count_in_the_middle():
    assert fired(look(priced(*[100_000] * 3, others=4), priced(*[200_000] * 3, others=4))) == set()


# --- texts ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["SÃ¥rpose", "MÃ¸lnlycke", "Ã˜yvind", "Ã\x98yvind", "S\ufffdrpose", "30Â°", "aâ€“b", "kr\x96v", "S├Ñr"],
)
def test_text_decoded_wrongly_asks(text):
    results = look(an_edition(), an_edition([an_entry(supplier=Supplier("A", text))]))
    assert fired(results) == {"text-broken"}
    assert told(results, "text-broken") == (f"600007 «{text}»", "0")


@pytest.mark.parametrize("text", ["Sårpose", "SÃO PAULO", "Ø®", "BLÅ–HVIT «Ÿ»", "½ – ° ™ é ß â", "30 µm²"])
def test_letters_that_are_meant_pass(text):
    assert fired(look(an_edition(), an_edition([an_entry(supplier=Supplier("A", text))]))) == set()


def test_a_text_that_was_broken_before_is_no_news():
    before, after = (an_edition([an_entry(size=text)]) for text in ("30Ã¥", "40Ã¥"))
    assert fired(look(before, after)) == set()
    other = an_edition([an_entry(size="30Ã¥", pack="Ã¥")])
    assert told(look(before, other), "text-broken")[0] == "600007 «Ã¥»"


def test_texts_of_groups_and_conditions_are_looked_at_too():
    before = an_edition(groups=[a_group(conditions=("ID",))], conditions=[a_condition("ID")])
    after = an_edition(
        groups=[a_group(text="Gruppe 5050101Ã¦", conditions=("ID",))],
        conditions=[a_condition("ID", text="Høyst \ufffd stk.")],
    )
    results = look(before, after)
    assert results["text-broken"].subjects == ("group 5050101", "condition ID")


# --- limits and requirements --------------------------------------------------------


def bound(*conditions: Condition, count: int = 5, above: tuple[Condition, ...] = ()) -> Edition:
    """The usual group with so many products under these conditions, others under the group above."""
    groups = [
        a_group("505", conditions=tuple(condition.id for condition in above)),
        a_group(conditions=tuple(condition.id for condition in conditions)),
    ]
    return an_edition(entries(count), groups=groups, conditions=[*conditions, *above])


@pytest.mark.parametrize(("new", "passed"), [(200, True), (199, False), (400, True), (1_000, True)])
def test_a_limit_below_half_asks(new, passed):
    results = look(bound(at_most(400)), bound(at_most(new, identity="ID_NEW")))
    assert fired(results) == (set() if passed else {"limit-tightened"})


def test_a_limit_of_the_group_above_binds_and_is_told_once():
    results = look(bound(above=(at_most(400),)), bound(above=(at_most(100),)))
    assert told(results, "limit-tightened") == ("505 400 → 100", "50 %")
    assert results["limit-tightened"].subjects == ("group 505",)
    lower = look(bound(above=(at_most(400),)), bound(at_most(100), above=(at_most(400),)))
    assert told(lower, "limit-tightened")[0] == "5050101 400 → 100"


def test_limits_of_other_periods_are_other_limits():
    before, after = bound(at_most(400)), bound(at_most(10, "dispensing"))
    assert fired(look(before, after)) == {"group-rule-new"}


def test_a_limit_of_a_product_alone_asks_too():
    before, after = (
        an_edition([an_entry(conditions=(limit.id,))], conditions=[limit])
        for limit in (at_most(400), at_most(100))
    )
    assert told(look(before, after), "limit-tightened")[0] == "600007 400 → 100"


@pytest.mark.parametrize(
    ("rule", "found"), [(at_most(4_000), "5050101 ≤ 4000"), (needs_own(), "5050101")], ids=["limit", "own"]
)
def test_a_rule_brought_in_on_a_group_of_five_products_asks(rule, found):
    results = look(bound(), bound(rule))
    assert fired(results) == {"group-rule-new"}
    assert told(results, "group-rule-new") == (found, "5")
    assert fired(look(bound(count=4), bound(rule, count=4))) == set()
    assert fired(look(bound(rule), bound(msgspec.structs.replace(rule, id="ID_NEW")))) == set()
    assert fired(look(bound(rule), bound())) == {"less-content"}


def test_a_rule_that_moves_up_to_a_group_above_is_not_new_to_those_that_had_it():
    assert fired(look(bound(at_most(400)), bound(above=(at_most(400),)))) == set()
    results = look(bound(), bound(above=(at_most(400),)))
    assert told(results, "group-rule-new")[0] == "505 ≤ 400"


def test_a_rule_on_a_new_group_is_new_to_the_products_that_moved_there():
    groups = [a_group("505"), a_group(), a_group("5050102", conditions=("ID_400",))]
    moved = [msgspec.structs.replace(entry, placements=(Placement("5050102"),)) for entry in entries(5)]
    after = an_edition([*moved, an_entry("700001")], groups=groups, conditions=[at_most(400)])
    before = an_edition([*entries(5), an_entry("700001")])
    assert told(look(before, after), "group-rule-new")[0] == "5050102 ≤ 400"
    brought = an_edition([an_entry("700001")])
    assert fired(look(brought, after)) == set()


# --- what a group means ---------------------------------------------------------------


def renamed(text: str, *, before: int = EMPTIED_FROM, after: int = EMPTIED_FROM) -> GateResult:
    """The usual group gets a new name; so many products stand in it before and after."""
    was = an_edition(entries(before), groups=[a_group(text="Irrigasjonsutstyr")])
    return look(was, an_edition(entries(after), groups=[a_group(text=text)]))["group-meaning"]


def test_a_new_meaning_of_a_group_with_five_products_asks_for_a_second_look():
    assert renamed("Hudpleiemidler") == GateResult(
        "group-meaning", "505", "5050101", "5", False, subjects=("group 5050101",)
    )


@pytest.mark.parametrize(("before", "after"), [(4, 5), (5, 4), (0, 0)])
def test_a_small_group_asks_for_none(before, after):
    result = renamed("Hudpleiemidler", before=before, after=after)
    assert (result.passed, result.found) == (True, "0")


def test_a_plain_rename_asks_for_none():
    assert renamed("Irrigasjonsutstyr, sett").passed


# --- days ----------------------------------------------------------------------------


def lacks(former: Edition, now: Edition, **later: Edition) -> GateResult:
    beside = Beside(TODAY, (), tuple(later.items()))
    return look(former, now, beside)["later-edition-lacks-it"]


def named(name: str, **changes: Any) -> Entry:
    return an_entry(name=name, **changes)


def test_a_cap_that_is_lifted_must_not_come_back_with_an_edition_released_for_later():
    result = lacks(bound(at_most(400)), bound(), january=bound(at_most(400)), april=bound())
    assert (result.passed, result.found) == (False, "january")
    assert result.subjects == ("group 5050101", "condition ID_400")


def under(*conditions: str, valid_from: dt.date = QUARTER) -> Edition:
    """The usual group under these conditions."""
    groups = [a_group(conditions=conditions)]
    return an_edition(groups=groups, conditions=map(a_condition, conditions), valid_from=valid_from)


@pytest.mark.parametrize(
    ("was", "now", "later", "passed"),
    [
        (("A", "CAP"), ("A",), ("A", "B", "CAP"), False),
        (("A", "CAP"), ("A",), ("A", "B"), True),
        (("A",), ("A", "CAP"), ("A", "B"), False),
        (("A",), ("A", "CAP"), ("A", "B", "CAP"), True),
        (("CAP_400",), ("CAP_300",), ("CAP_250",), True),
    ],
    ids=["lifted", "lifted there too", "brought in", "brought in there too", "another in its place"],
)
def test_each_condition_counts_by_itself(was, now, later, passed):
    assert lacks(under(*was), under(*now), later=under(*later)).passed == passed


def test_a_price_that_is_over_by_then_is_not_lacked():
    def from_day(day: str, amount: int, valid_from: dt.date = QUARTER) -> Edition:
        price = a_price(amount, valid_from=dt.date.fromisoformat(day))
        return an_edition([an_entry(prices=(price,))], valid_from=valid_from)

    was, now = from_day("2025-11-01", 100_000), from_day("2026-01-01", 110_000)
    july = dt.date(2026, 7, 1)
    assert lacks(was, now, july=from_day("2026-07-01", 120_000, july)).passed
    assert not lacks(was, now, july=from_day("2025-11-01", 100_000, july)).passed


def test_a_later_edition_lacks_what_it_still_has_as_it_was_before():
    was, now = an_edition([named("A")]), an_edition([named("B")])
    assert lacks(was, now, later=an_edition([named("A", size="40 mm")])).subjects == ("600007",)
    assert lacks(was, now, later=an_edition([named("B")])).passed
    assert lacks(was, now, later=an_edition([named("C")])).passed
    assert lacks(was, now, later=an_edition([an_entry("600008")], groups=was.terms.groups)).passed


def test_a_product_that_comes_or_goes_is_lacked_too():
    one, two = an_edition(entries(1)), an_edition(entries(2))
    assert lacks(one, two, later=one).subjects == ("600002",)
    assert lacks(two, one, later=two).subjects == ("600002",)
    dearer = an_edition([entries(1)[0], an_entry("600002", prices=(a_price(130_000),))])
    assert lacks(two, one, later=dearer).subjects == ("600002",)


def test_a_new_title_is_lacked_by_the_list():
    was, now = an_edition(title="A"), an_edition(title="B")
    assert lacks(was, now, later=an_edition(title="A")).subjects == ("list 505",)
    assert lacks(was, now, later=an_edition(title="C")).passed


def test_a_list_that_is_closed_is_not_opened_again_unnoticed():
    closed = closed_edition(an_edition().terms, QUARTER)
    case, beside = Case(draft_of(closed), an_edition()), Beside(TODAY, (), (("later", an_edition()),))
    result = gates_of_act(case, beside, GateLimits())[1]
    assert (result.gate, result.passed, result.found) == ("later-edition-lacks-it", False, "later")


def test_a_first_day_that_is_past_or_no_quarter_day_is_told_and_asks_nothing():
    results = gates(Case(draft_of(an_edition(), dt.date(2026, 2, 3)), an_edition()), BESIDE, GateLimits())
    noted = {result.gate: (result.found, result.passed) for result in results if result.noted}
    assert noted == {"valid-from-past": ("2026-02-03", True), "no-quarter-day": ("2026-02-03", True)}


@pytest.mark.parametrize("day", [TODAY, QUARTER, dt.date(2026, 7, 1), dt.date(2026, 10, 1), FIRST_DAY])
def test_a_quarter_day_is_told_nothing_about(day):
    results = gates(Case(draft_of(an_edition(), day), an_edition()), Beside(day), GateLimits())
    assert [result.gate for result in results if result.noted] == (["no-quarter-day"] if day == TODAY else [])


def test_what_came_after_a_withdrawn_release_is_named_before_it_goes_with_it():
    case = Case(draft_of(an_edition(entries(39))), an_edition(entries(40)))
    beside = msgspec.structs.replace(BESIDE, undone=("505/2026-03-01/5",))
    result = gates_of_act(case, beside, GateLimits())[0]
    assert (result.gate, result.passed, result.found) == ("later-release-undone", False, "505/2026-03-01/5")
