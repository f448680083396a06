"""The demonstration: its files hold against every rule, and its story happens on the days it says."""

import datetime as dt
import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from ingest.convert import convert
from ingest.demo import Act, CloseList, PublishFile, cast, story
from ingest.demo.assortment import made_up_products
from ingest.m30.read import read
from ingest.reading import FirstDays
from lists.conditions import Limit, Requirement, limits_of, requirements_of
from lists.days import next_quarter_day
from lists.edition import Edition, closed_edition
from lists.errors import BadQuestion
from lists.gates import Beside, GateLimits, GateResult, gates
from lists.money import UNIT
from lists.records import Entry, Group
from lists.rules import Case, Judgement, blocks, judge

ROOT = Path(__file__).resolve().parent.parent.parent
UNTIL = dt.date(2026, 1, 1)
UNTILS = [dt.date(2026, month, 1) for month in (1, 4, 7, 10)]


class Step(msgspec.Struct, frozen=True):
    """One list of one file, judged against the edition that holds on its first day."""

    act: PublishFile
    case: Case
    judgement: Judgement


class World:
    """What holds after all acts: every edition by list, in the order of publishing."""

    def __init__(self, until: dt.date) -> None:
        self.acts = story(until)
        self.files = {act.name: written(act) for act in self.acts if isinstance(act, PublishFile)}
        self.editions: dict[str, list[Edition]] = {}
        self.steps = [step for act in self.acts for step in self._carry_out(act)]

    def on(self, code: str, day: str) -> Edition:
        """The edition of a list that holds on a day."""
        held = self._held(code, dt.date.fromisoformat(day))
        assert held is not None
        return held

    def entry(self, code: str, varenr: str, day: str) -> Entry | None:
        return next((entry for entry in self.on(code, day).entries if entry.varenr == varenr), None)

    def group(self, code: str, day: str) -> Group | None:
        groups = self.on(code[:3], day).terms.groups
        return next((group for group in groups if group.code.value == code), None)

    def limits(self, code: str, day: str) -> set[tuple[int, str]]:
        return {(limit.max, limit.per) for limit in self._rules(code, day) if isinstance(limit, Limit)}

    def requirements(self, code: str, day: str) -> set[str]:
        return {rule.kind for rule in self._rules(code, day) if isinstance(rule, Requirement)}

    def _rules(self, code: str, day: str) -> Iterator[Limit | Requirement]:
        group = self.group(code, day)
        assert group is not None
        for condition in self.on(code[:3], day).terms.conditions:
            if condition.id in group.conditions:
                yield from limits_of(condition)
                yield from requirements_of(condition)

    def _held(self, code: str, day: dt.date) -> Edition | None:
        began = [edition for edition in self.editions.get(code, []) if edition.valid_from <= day]
        return max(reversed(began), key=lambda edition: edition.valid_from, default=None)

    def _carry_out(self, act: Act) -> Iterator[Step]:
        if isinstance(act, CloseList):
            former = self._held(act.list, act.valid_from)
            assert former is not None
            self.editions[act.list].append(closed_edition(former.terms, act.valid_from))
            return
        stream = io.BytesIO(self.files[act.name])
        reading = convert(read(stream, act.name), file=act.name, first_days=FirstDays())
        assert reading.problems == []
        for draft in reading.drafts:
            assert draft.valid_from == act.valid_from
            case = Case(draft, self._held(draft.terms.list, act.valid_from))
            judgement = judge(draft, case.former)
            if judgement.edition is not None:
                self.editions.setdefault(draft.terms.list, []).append(judgement.edition)
            yield Step(act, case, judgement)


def written(act: PublishFile) -> bytes:
    stream = io.BytesIO()
    act.write(stream)
    return stream.getvalue()


@pytest.fixture(scope="module", params=UNTILS, ids=str)
def any_world(request: pytest.FixtureRequest) -> World:
    """The demonstration, ending in each of the four quarters."""
    return world_until(request.param)


@pytest.fixture(scope="module")
def world() -> World:
    """The demonstration that ends with 2026-01-01."""
    return world_until(UNTIL)


@cache
def world_until(until: dt.date) -> World:
    return World(until)


# --- whatever the last day is --------------------------------------------------


def test_nothing_in_it_is_refused(any_world):
    refused = [problem for step in any_world.steps for problem in step.judgement.problems if blocks(problem)]
    assert refused == []
    assert {step.judgement.state for step in any_world.steps} == {"new", "unchanged"}


def asked(step: Step) -> tuple[GateResult, ...]:
    """What the gates say of a step on the day it was made for."""
    assert step.case.draft.valid_from is not None
    return gates(step.case, Beside(step.case.draft.valid_from), GateLimits())


def test_only_the_gates_that_the_story_passes_ask_for_a_second_look(any_world):
    strange = [
        (step.act.name, gate)
        for step in any_world.steps
        for gate in asked(step)
        if not gate.passed and gate.gate not in step.act.passes
    ]
    assert strange == []


def test_what_is_written_is_what_was_meant(any_world):
    for step in any_world.steps:
        meant = next(
            edition for edition in step.act.editions if edition.terms.list == step.case.draft.terms.list
        )
        read_again = step.judgement.edition
        if read_again is not None:
            assert [entry.varenr for entry in read_again.entries] == [entry.varenr for entry in meant.entries]
            assert read_again.terms.conditions == tuple(
                msgspec.structs.replace(known, entry_id=found.entry_id, entry_time=found.entry_time)
                for known, found in zip(meant.terms.conditions, read_again.terms.conditions, strict=True)
            )


def test_it_has_nine_quarterly_editions_and_the_last_is_that_of_the_day_given(any_world):
    days = sorted({act.valid_from for act in any_world.acts if act.valid_from.day == 1})
    quarters = [day for day in days if day.month in (1, 4, 7, 10)]

    assert len(quarters) == 9
    assert quarters[-1] in UNTILS
    assert [next_quarter_day(day) for day in quarters[:-1]] == quarters[1:]


def test_acts_follow_each_other_and_are_published_some_two_weeks_ahead(any_world):
    instants = [act.published_at for act in any_world.acts]
    files = [act for act in any_world.acts if isinstance(act, PublishFile)]
    ahead = {act.name: (act.valid_from - act.published_at.date()).days for act in files}

    assert instants == sorted(set(instants))
    assert all(instant.weekday() < 5 for instant in instants)
    corrections = {name: days for name, days in ahead.items() if name.endswith("-rettet.xml")}
    assert len(corrections) == 1
    assert all(-23 <= days < 0 for days in corrections.values())
    assert all(14 <= days <= 16 for name, days in ahead.items() if name not in corrections)


def test_some_1500_products_are_listed_at_any_time(any_world):
    for act in quarterly(any_world):
        assert 1400 <= len(varenrs(act)) <= 1600


def test_something_is_coming_and_something_leaving_with_the_last_edition(any_world):
    last, before = quarterly(any_world)[-1], quarterly(any_world)[-2]
    coming = varenrs(last) - varenrs(before)
    end = dt.date.fromordinal(next_quarter_day(last.valid_from).toordinal() - 1)
    leaving = {
        entry.varenr
        for edition in last.editions
        for entry in edition.entries
        if {placement.dispense_until for placement in entry.placements} == {end}
    }

    assert cast.COMING in coming
    assert cast.LEAVING in leaving
    assert min(len(coming), len(leaving), len(varenrs(before) - varenrs(last))) >= 10


def test_a_product_that_leaves_was_announced_in_the_edition_before(any_world):
    # A product may also go with its list.
    acts = quarterly(any_world)
    for before, after in pairwise(acts):
        end = dt.date.fromordinal(after.valid_from.toordinal() - 1)
        for edition in before.editions:
            gone = {entry for entry in edition.entries if entry.varenr not in varenrs(after)}
            if edition.terms.list in {kept.terms.list for kept in after.editions}:
                assert {placement.dispense_until for entry in gone for placement in entry.placements} <= {end}


def test_every_named_product_is_on_a_list(any_world):
    listed = {varenr for act in quarterly(any_world) for varenr in varenrs(act)}
    texts = [value for value in vars(cast).values() if isinstance(value, str)]
    constants = {text for text in texts if re.fullmatch("[0-9]{6}", text)}

    assert len(constants) == 11
    assert constants <= listed


def test_every_file_holds_against_the_schema(any_world, shared_data):
    schema = etree.XMLSchema(etree.parse(str(shared_data / "fest/xsd/m30/ER-M30-2014-12-01.xsd")))

    for content in any_world.files.values():
        schema.assertValid(etree.fromstring(content))


# --- the story, until 2026-01-01 -------------------------------------------------


def test_its_acts_in_the_order_of_publishing(world):
    assert [(str(act.published_at.date()), told(act)) for act in world.acts] == [
        ("2023-12-18", "demo-2024-01-01.xml"),
        ("2024-03-18", "demo-2024-04-01.xml"),
        ("2024-06-17", "demo-2024-07-01.xml"),
        ("2024-09-17", "demo-2024-10-01.xml"),
        ("2024-12-18", "demo-2025-01-01.xml"),
        ("2024-12-18", "close 506"),
        ("2025-03-18", "demo-2025-04-01.xml"),
        ("2025-04-23", "demo-2025-04-01-rettet.xml"),
        ("2025-06-17", "demo-2025-07-01.xml"),
        ("2025-09-17", "demo-2025-10-01.xml"),
        ("2025-10-17", "demo-2025-11-01.xml"),
        ("2025-12-18", "demo-2026-01-01.xml"),
    ]


def test_a_limit_comes_on_1_january_and_is_lifted_on_1_november(world):
    limit = {(4000, "calendar_year"), (1000, "dispensing")}

    days = ("2024-12-31", "2025-01-01", "2025-10-31", "2025-11-01", "2026-01-01")
    assert [world.limits(cast.LIMITED_GROUP, day) for day in days] == [set(), limit, limit, set(), set()]


def test_a_group_gets_another_name(world):
    names = [world.group(cast.RENAMED_GROUP, day).code.text for day in ("2025-06-30", "2025-07-01")]

    assert names == [cast.FORMER_NAME, "Tappekateter - Fuktede hydrofile med urinpose"]
    rules = [(step.act.name, problem.rule) for step in world.steps for problem in step.judgement.problems]
    assert ("demo-2025-07-01.xml", "group-renamed") in rules


def test_a_group_is_split_in_two(world):
    before, after = world.on("502", "2025-09-30"), world.on("502", "2025-10-01")

    assert world.group(cast.SPLIT_OFF_GROUP, "2025-09-30") is None
    needed = world.requirements(cast.SPLIT_OFF_GROUP, "2025-10-01")
    assert needed == {"own_prescription", "specialist_or_hospital"}
    assert min(members(after, cast.SPLIT_GROUP), members(after, cast.SPLIT_OFF_GROUP)) >= 5
    assert members(before, cast.SPLIT_GROUP) > members(after, cast.SPLIT_GROUP)
    moved = [world.entry("502", cast.MOVED, day).placements[0].group for day in ("2025-09-30", "2025-10-01")]
    assert moved == [cast.SPLIT_GROUP, cast.SPLIT_OFF_GROUP]


def test_a_list_closes(world):
    assert len(world.on(cast.CLOSED_LIST, "2024-12-31").entries) > 20
    assert world.on(cast.CLOSED_LIST, "2025-01-01").terms.closed
    assert world.entry(cast.CLOSED_LIST, cast.HAEMOPHILIA, "2024-12-31") is not None
    on_both = {entry.varenr for entry in world.on("506", "2024-12-31").entries} & {
        entry.varenr for entry in world.on("507", "2025-01-01").entries
    }
    assert on_both, "what stood on another list too is still there"


def test_a_product_may_no_longer_be_prescribed_but_still_be_dispensed(world):
    placement = world.entry("505", cast.ONLY_DISPENSED, "2026-01-01").placements[0]

    assert placement.prescribe_until == dt.date(2025, 6, 30)
    assert placement.dispense_until == dt.date(2026, 6, 30)


def test_a_wrong_price_is_put_right_for_the_same_day(world):
    files = [act for act in world.acts if act.valid_from == dt.date(2025, 4, 1)]
    printed, meant = (price_per_unit(act, cast.MISPRINTED) for act in files)

    assert (printed, meant) == (56 * UNIT, 65 * UNIT)
    assert [edition.terms.list for edition in files[1].editions] == ["505"]
    changed = [entry for entry in files[0].editions[4].entries if entry not in files[1].editions[0].entries]
    assert [entry.varenr for entry in changed] == [cast.MISPRINTED]


def test_a_price_that_changes_is_shown_beside_the_one_before(world):
    prices = world.entry("505", cast.REPRICED, "2025-04-01").prices

    per_unit = [price for price in prices if price.kind.value == "E"]
    assert [(price.amount, price.valid_from, price.valid_to) for price in per_unit] == [
        (32 * UNIT, dt.date(2024, 7, 1), dt.date(2025, 3, 31)),
        (30 * UNIT, dt.date(2025, 4, 1), None),
    ]


def test_a_product_stands_on_two_lists_and_another_has_three_gtins(world):
    on_502, on_505 = (world.entry(code, cast.TWO_LISTS, "2026-01-01") for code in ("502", "505"))

    assert [entry.placements[0].group for entry in (on_502, on_505)] == ["5020301", "5052001"]
    assert len(world.entry("200", cast.SEVERAL_GTINS, "2026-01-01").gtins) == 3


def test_every_kind_of_limit_and_requirement_occurs(world):
    terms = [world.on(code, "2025-10-01").terms for code in world.editions]
    conditions = [condition for known in terms for condition in known.conditions]

    assert {limit.per for condition in conditions for limit in limits_of(condition)} == {
        "calendar_year",
        "dispensing",
    }
    assert {rule.kind for condition in conditions for rule in requirements_of(condition)} == {
        "age_from",
        "age_below",
        "hospital",
        "own_prescription",
        "specialist_or_hospital",
        "strips_per_day_stated",
    }


def test_one_condition_speaks_of_a_number_that_is_not_coded(world):
    found = {
        (step.case.draft.terms.list, problem.found)
        for step in world.steps
        for problem in step.judgement.problems
        if problem.rule == "limit-not-coded"
    }

    assert found == {("507", "3")}
    assert world.group(cast.TEXT_ONLY_GROUP, "2026-01-01").conditions == ("ID_D5072",)


def test_goods_have_three_prices_and_a_supplier_and_what_is_counted_is_pieces_or_pairs(world):
    goods = [entry for edition in quarterly(world)[-1].editions[1:] for entry in edition.entries]

    assert {frozenset(price.kind.value for price in entry.prices) for entry in goods} == {frozenset("NEP")}
    assert all(entry.supplier and entry.supplier.address and entry.supplier.phone for entry in goods)
    assert {entry.unit.value for entry in goods if entry.unit} == {"stk", "par"}
    assert {"CH 12", "30x40 cm", "1500 ml"} <= {entry.size for entry in goods}
    assert {entry.kind for entry in goods} == {"consumable", "nutrition", "prosthesis"}


def test_no_two_products_of_one_supplier_share_name_size_and_group():
    known = [(product.name, product.size, product.groups) for product in made_up_products()]

    assert len(known) == len(set(known))


# --- what it is made with ------------------------------------------------------------


def test_the_same_last_day_gives_the_same_bytes_in_every_process(world):
    program = (
        "import datetime, hashlib, io, ingest.demo as demo\n"
        "for act in demo.story(datetime.date(2026, 1, 1)):\n"
        "    if isinstance(act, demo.PublishFile):\n"
        "        out = io.BytesIO(); act.write(out)\n"
        "        print(act.name, hashlib.sha256(out.getvalue()).hexdigest())\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    files = world.files.items()
    assert answers == {"".join(f"{name} {hashlib.sha256(content).hexdigest()}\n" for name, content in files)}


def test_only_a_quarter_day_can_be_the_last():
    with pytest.raises(BadQuestion) as caught:
        story(dt.date(2026, 1, 2))

    assert str(caught.value) == "not-a-quarter-day: found='2026-01-02', next='2026-04-01'"


def test_codes_and_names_of_groups_are_those_of_kodeverk_7403(world, shared_data):
    listed = msgspec.json.decode((shared_data / "kodeverk/7403.json").read_bytes())
    names = {concept["code"]: " ".join(concept["display"].split()) for concept in listed["concepts"]}
    own = {
        group.code.value: group.code.text
        for act in quarterly(world)
        for edition in act.editions
        if edition.terms.list != "200"
        for group in edition.terms.groups
    }

    # 5020114 left the code list after 2020.
    assert {code for code, name in own.items() if names.get(code) != name} <= {"5020114"}


def told(act: Act) -> str:
    return act.name if isinstance(act, PublishFile) else f"close {act.list}"


def quarterly(world: World) -> list[PublishFile]:
    return [act for act in world.acts if isinstance(act, PublishFile) and len(act.editions) > 1]


def varenrs(act: PublishFile) -> set[str]:
    return {entry.varenr for edition in act.editions for entry in edition.entries}


def members(edition: Edition, group: str) -> int:
    return sum(placement.group == group for entry in edition.entries for placement in entry.placements)


def price_per_unit(act: PublishFile, varenr: str) -> int:
    entries = {entry.varenr: entry for edition in act.editions for entry in edition.entries}
    prices = [price for price in entries[varenr].prices if price.kind.value == "E"]
    return prices[-1].amount
