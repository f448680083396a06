"""
A client's copy, kept current by what it is told, is record for record what a fresh download is.

Over random sequences of releases: editions of two lists for any day, corrections of former ones, and
withdrawals, which put former content back. The client below is written from the descriptions alone.
"""

import datetime as dt
import re
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.read.changes import KEYS, Shown, change_shape, content, field_changes, read_ends, views_of
from app.read.compared import Compared, End, compared
from app.read.history import history as history_of
from app.read.lists import group_shapes
from app.read.products import product_shape
from app.read.view import View
from app.read.watch import watched
from app.snapshot import Snapshot
from lists.edition import Edition, referred_conditions
from lists.errors import NotThere
from lists.fields import keyed
from lists.records import Entry, Terms
from tests.app.test_read_history import LISTS, written
from tests.random_editions import (
    VARENR,
    any_code,
    conditions_of,
    days,
    editions,
    few,
    groups_of,
    maybe_code,
    maybe_text,
    medicines,
    prices,
    some_conditions,
    suppliers,
    texts,
)

replace = msgspec.structs.replace

DAYS = [dt.date(2025, 12, 29) + dt.timedelta(days=count) for count in range(7)]
TODAY = dt.date(2026, 6, 1)

History = list[tuple[Edition, ...]]
Record = dict[str, Any]
Copy = dict[tuple[str, str], Record]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Releases whose editions are new, say again what an earlier one said, or differ from it in one thing."""
    made: History = []
    for _ in range(draw(st.integers(1, 4))):
        brought = []
        for code in draw(st.lists(st.sampled_from(LISTS), min_size=1, unique=True)):
            former = [one for release in made for one in release if one.terms.list == code]
            brought.append(draw(following(former, code)))
        made.append(tuple(brought))
    return made


def following(former: list[Edition], code: str) -> st.SearchStrategy[Edition]:
    """An edition of a list of which some are released."""
    if not former:
        return editions(list_code=code)
    again = st.sampled_from(former)
    other_day = st.builds(lambda one, day: replace(one, valid_from=day), again, days)
    return st.one_of(editions(list_code=code), again, other_day, *(nudged(one) for one in former[-2:]))


@st.composite
def nudged(draw: st.DrawFn, edition: Edition) -> Edition:
    """The same edition but for one group, one condition or one field of one product, on some day."""
    terms, entries = edition.terms, list(edition.entries)
    what = draw(st.sampled_from(("group", "condition", "product", "terms")))
    if what == "group":
        group = draw(st.sampled_from(terms.groups))
        told = draw(st.sampled_from((draw(groups_of(group.code.value)), replace(group, reimbursed_use="x"))))
        terms = replace(terms, groups=tuple(told if one == group else one for one in terms.groups))
    elif what == "condition" and terms.conditions:
        known = draw(st.sampled_from(terms.conditions))
        reworded = draw(conditions_of(known.id))
        terms = replace(
            terms, conditions=tuple(reworded if one == known else one for one in terms.conditions)
        )
    elif what == "product" and entries:
        place = draw(st.integers(0, len(entries) - 1))
        field: dict[str, Any] = draw(FIELDS)
        entries[place] = replace(entries[place], **field)
    elif what == "terms":
        terms = replace(terms, title=draw(texts), legal_basis=draw(any_code))
    return whole(draw, terms, tuple(entries), draw(days))


FIELDS = st.one_of(
    st.fixed_dictionaries({"gtins": st.sampled_from(((), ("1",), ("1", "2")))}),
    st.fixed_dictionaries({"conditions": some_conditions}),
    st.fixed_dictionaries({"prices": st.lists(prices, max_size=2).map(tuple)}),
    st.fixed_dictionaries({"medicine": st.none() | medicines}),
    st.fixed_dictionaries({"unit": maybe_code, "pack": maybe_text, "supplier": st.none() | suppliers}),
)
"""One field of a product, or a few that belong together."""


def whole(draw: st.DrawFn, terms: Terms, entries: tuple[Entry, ...], day: dt.date) -> Edition:
    """An edition of these parts, with exactly the conditions that are referred to."""
    known = {condition.id: condition for condition in terms.conditions}
    referred = sorted(referred_conditions(terms, entries))
    conditions = tuple(known.get(name) or draw(conditions_of(name)) for name in referred)
    return Edition(replace(terms, conditions=conditions), day, entries)


@contextmanager
def opened(history: History) -> Iterator[Snapshot]:
    """The snapshot after all releases."""
    with tempfile.TemporaryDirectory() as directory, closing(written(history, Path(directory))) as snapshot:
        yield snapshot


def downloaded(end: End) -> Copy:
    """All that an end shows of its list, fetched afresh."""
    copy: Copy = {}
    shape = end.list_shape()
    if shape is not None:
        copy["list", end.code] = content(shape)
    copy |= {("group", code): content(group) for code, group in end.groups.items()}
    copy |= {("condition", key): content(condition) for key, condition in end.conditions.items()}
    for varenr in end.numbers():
        listed = end.listed(varenr)
        assert listed is not None
        copy["product", varenr] = content(end.product(listed))
    return copy


def told(found: Compared) -> list[Any]:
    """The items of /v1/changes, as they come over the wire."""
    shapes = [change_shape(found, difference, "nb") for difference in found.differences]
    items: list[Any] = msgspec.json.decode(msgspec.json.encode(shapes))
    return items


def by_whole_records(copy: Copy, items: list[Any]) -> Copy:
    """The client that puts `after` in the place of what it has."""
    kept = dict(copy)
    for item in items:
        key = (item["subject"], item["key"])
        assert (item["event"] == "added") == (key not in kept)
        if item["after"] is None:
            del kept[key]
        else:
            kept[key] = without_time(item["after"], item["subject"])
    return kept


def by_fields(copy: Copy, items: list[Any]) -> Copy:
    """The client that carries out each field of what changed."""
    kept = dict(copy)
    for item in items:
        key = (item["subject"], item["key"])
        if item["event"] == "changed":
            kept[key] = carried_out(kept[key], item["changes"])
        elif item["event"] == "added":
            kept[key] = without_time(item["after"], item["subject"])
        else:
            del kept[key]
    return kept


def without_time(shape: Record, subject: str) -> Record:
    """A record without what says when and where: what no change is told of."""
    when = {"release", "valid_on", "status", "leaves_on", "fingerprint", "edition"}
    if subject == "list":
        when = {"release", "valid_on", "in_force", "next", "active"}
    kept = {name: value for name, value in shape.items() if name not in when}
    if subject == "product":
        kept["entries"] = [
            {name: value for name, value in entry.items() if name != "edition"} for entry in kept["entries"]
        ]
    return kept


STEP = re.compile(r"\.?([a-z_]+)|\[((?:\\.|[^\]\\])*)\]")


def carried_out(record: Record, changes: list[Any]) -> Record:
    """A record after changes by path; members of collections by key, in no order."""
    plain = unordered(record)
    for change in changes:
        path = [name or f"[{key}]" for name, key in STEP.findall(change["field"])]
        at: Any = plain
        for step in path[:-1]:
            at = at.setdefault(step, {})
        if change["after"] is None and path[-1].startswith("["):
            at.pop(path[-1], None)
        else:
            at[path[-1]] = unordered_value(path[-1], change["after"])
    return plain


def unordered(record: Record) -> Record:
    """A record whose collections are members by key; no field is as good as null."""
    return {name: unordered_value(name, value) for name, value in record.items() if value is not None}


def unordered_value(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return unordered(value)
    if isinstance(value, (list, tuple)):
        if name in KEYS and all(isinstance(member, dict) for member in value):
            return {f"[{key}]": unordered(member) for key, member in keyed(value, KEYS[name]).items()}
        return list(value)
    return value


def all_unordered(copy: Copy) -> Copy:
    return {key: cleaned(unordered(record)) for key, record in copy.items()}


def cleaned(value: Any) -> Any:
    """Without fields that are null, wherever they stand."""
    if isinstance(value, dict):
        return {name: cleaned(inner) for name, inner in value.items() if inner is not None}
    return value


def on_the_wire(copy: Copy) -> Copy:
    """A copy with what JSON makes of its values."""
    return {key: msgspec.json.decode(msgspec.json.encode(record)) for key, record in copy.items()}


# --- changes ---------------------------------------------------------------------------


@few
@given(histories())
def test_from_any_edition_to_any_other_the_changes_lead(history):
    with opened(history) as snapshot:
        for first, last in product(snapshot.editions, repeat=2):
            if first.list != last.list:
                continue
            ends = read_ends(snapshot, None, (first.id, last.id), release=len(history), today=TODAY)
            found = compared(*views_of(snapshot, ends), first.list)
            assert (found.was.mark, found.now.mark) == (first, last)
            check_copy(found)


@few
@given(histories(), st.data())
def test_a_client_that_starts_from_any_release_has_what_is_shown_now(history, data):
    with opened(history) as snapshot:
        for code in LISTS:
            day, later = (data.draw(st.sampled_from(DAYS)) for _ in range(2))
            then = data.draw(st.integers(1, len(history)))
            old = End(View(snapshot, valid_on=day, release=then), code)
            new = End(View(snapshot, valid_on=later, release=len(history)), code)
            if old.mark is None or new.mark is None:
                continue
            texts = (old.mark.id, new.mark.id)
            ends = read_ends(snapshot, code, texts, release=len(history), today=TODAY)
            items = told(compared(*views_of(snapshot, ends), code))
            kept = by_whole_records(on_the_wire(downloaded(old)), items)
            # Since when a group is in force may be told twice otherwise in between, by releases for the past.
            assert without_since(kept) == without_since(on_the_wire(downloaded(new)))


def without_since(copy: Copy) -> Copy:
    return {
        key: {name: value for name, value in record.items() if name != "in_force_since"}
        for key, record in copy.items()
    }


@few
@given(histories())
def test_from_any_day_to_any_other_as_known_at_any_release_the_changes_lead(history):
    with opened(history) as snapshot:
        for release in range(len(history) + 1):
            for first, last in ((DAYS[0], DAYS[-1]), (DAYS[-1], DAYS[2]), (DAYS[2], DAYS[4])):
                texts = (first.isoformat(), last.isoformat())
                ends = read_ends(snapshot, None, texts, release=release, today=TODAY)
                for code in ends.lists:
                    check_copy(compared(*views_of(snapshot, ends), code))


def check_copy(found: Compared) -> None:
    before, after = on_the_wire(downloaded(found.was)), on_the_wire(downloaded(found.now))
    items = told(found)
    assert by_whole_records(before, items) == after
    assert all_unordered(by_fields(before, items)) == all_unordered(after)
    for item in items:
        assert item["kinds"], item
        assert item["text"].endswith("."), item
        key = (item["subject"], item["key"])
        if item["event"] == "changed":
            assert item["changes"], item
            assert before[key] != after[key]
            assert without_time(item["before"], item["subject"]) == before[key]


@few
@given(editions(), editions(), st.integers(1, 3))
def test_what_was_changed_and_changed_back_is_left_out(edition, other, times):
    back = [(replace(one, valid_from=DAYS[3]),) for one in (other, edition)] * times
    with opened([(edition,), *back]) as snapshot:
        first, last = snapshot.editions[0], snapshot.editions[-1]
        ends = read_ends(snapshot, "505", (first.id, last.id), release=len(back) + 1, today=TODAY)
        left = [
            one for one in compared(*views_of(snapshot, ends), "505").differences if one.subject != "group"
        ]
        # A group that was there and came back may be in force since another day.
        assert left == []


# --- watch -------------------------------------------------------------------------------


@few
@given(histories(), st.data())
def test_a_client_that_watches_has_what_is_answered_afresh(history, data):
    with opened(history) as snapshot:
        then = data.draw(st.tuples(st.sampled_from(DAYS), st.integers(0, len(history))))
        now = data.draw(st.tuples(st.sampled_from(DAYS), st.integers(then[1], len(history))))
        old, new = (View(snapshot, valid_on=day, release=release) for day, release in (then, now))
        products, groups = all_products(old), all_groups(old)
        answer = msgspec.json.decode(
            watched(
                new,
                {key: record["fingerprint"] for key, record in products.items()},
                {key: records[0]["fingerprint"] for key, records in groups.items()},
            )
        )
        kept = {**products, **{one["varenr"]: one for one in answer["products"]["changed"]}}
        for gone in answer["products"]["gone"]:
            assert gone["reason"] in ("never-listed", "not-yet-listed", "not-listed")
            del kept[gone["varenr"]]
        fresh = all_products(new)
        assert {key: timeless(one) for key, one in kept.items()} == {
            key: timeless(one) for key, one in fresh.items() if key in products
        }
        told_of = answer["products"]
        assert len(told_of["changed"]) + len(told_of["gone"]) + told_of["unchanged"] == len(products)
        assert {one["code"] for one in answer["groups"]["gone"]} == groups.keys() - all_groups(new).keys()
        for one in answer["groups"]["changed"]:
            assert one["fingerprint"] != groups[one["code"]][0]["fingerprint"]


@few
@given(histories())
def test_a_fingerprint_changes_exactly_when_the_content_does(history):
    seen: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    with opened(history) as snapshot:
        for release, day in product(range(1, len(history) + 1), DAYS):
            view = View(snapshot, valid_on=day, release=release)
            for varenr, record in all_products(view).items():
                bare = msgspec.json.encode(timeless(record)).decode()
                seen.setdefault(("product", varenr), set()).add((record["fingerprint"], bare))
            for code, records in all_groups(view).items():
                for record in records:
                    bare = msgspec.json.encode(without_time(record, "group")).decode()
                    seen.setdefault(("group", code, record["list"]), set()).add((record["fingerprint"], bare))
    for pairs in seen.values():
        assert len(pairs) == len({mark for mark, _ in pairs}) == len({bare for _, bare in pairs})


def all_products(view: View) -> dict[str, Record]:
    """Every product that is listed, as the API answers it."""
    found: dict[str, Record] = {}
    for varenr in VARENR:
        try:
            found[varenr] = msgspec.json.decode(msgspec.json.encode(view.product(varenr)))
        except NotThere:
            continue
    return found


def all_groups(view: View) -> dict[str, list[Record]]:
    """Every group in force; several lists may have one of the same code."""
    found: dict[str, list[Record]] = {}
    for code in view.marks:
        for shape in group_shapes(view, code):
            found.setdefault(shape.code, []).append(msgspec.json.decode(msgspec.json.encode(shape)))
    return found


def timeless(record: Record) -> Record:
    return without_time(record, "product")


# --- history -----------------------------------------------------------------------------


@few
@given(histories())
def test_the_history_of_a_product_leads_to_what_is_shown_on_any_day(history):
    with opened(history) as snapshot:
        for varenr, release in product(VARENR, range(1, len(history) + 1)):
            try:
                items = history_of(snapshot, varenr, release=release, today=TODAY)
            except NotThere:
                items = []
            for day in DAYS:
                view = View(snapshot, valid_on=day, release=release)
                listed = view.listed(varenr)
                shown = product_shape(listed, day) if listed else None
                assert replayed(items, day) == as_replayed(shown)


def replayed(items: list[Any], day: dt.date) -> Record:
    """What comes of the items up to a day, from nothing."""
    record: Record = {}
    for item in msgspec.json.decode(msgspec.json.encode(items)):
        if item["valid_from"] <= day.isoformat():
            record = carried_out(record, item["changes"])
    return cleaned(record)  # type: ignore[no-any-return]


def as_replayed(shown: Shown | None) -> Record:
    plain = msgspec.json.decode(msgspec.json.encode(content(shown)))
    return cleaned(unordered(plain))  # type: ignore[no-any-return]


@few
@given(histories())
def test_events_are_told_by_what_went_before(history):
    with opened(history) as snapshot:
        for varenr in VARENR:
            try:
                items = history_of(snapshot, varenr, release=len(history), today=TODAY)
            except NotThere:
                continue
            assert [item.valid_from for item in items] == sorted(item.valid_from for item in items)
            assert items[0].event == "added"
            on: set[str] = set()
            for item in items:
                assert item.changes
                assert (item.event == "added") == (item.list not in on)
                on = on - {item.list} if item.event == "removed" else on | {item.list}


def test_no_shape_differs_from_itself(tmp_path):
    assert field_changes(None, None) == ()
