"""Every rule a source is judged by: its name, whether it blocks, and what finds where it is broken."""

import datetime as dt
import re
from collections.abc import Callable, Iterator

import msgspec

from lists.codes import PRODUCT_GROUP
from lists.conditions import expresses, needs_whole_number, values_of
from lists.edition import Draft, Edition, conditions_of, content_digest, referred_conditions
from lists.problems import Problem, problem
from lists.records import Condition, Group
from lists.renaming import folded, meaning_differs, renamed_groups

BLOCKING = (
    "not-m30",
    "not-this-profile",
    "xml-not-wellformed",
    "xml-has-doctype",
    "xml-too-large",
    "no-entries-found",
    "increment",
    "element-missing",
    "varenr-form",
    "varenr-repeated",
    "group-repeated",
    "condition-repeated",
    "reference-unknown",
    "gtin-form",
    "gtin-check-digit",
    "snomed-form",
    "snomed-check-digit",
    "amount-form",
    "day-form",
    "instant-form",
    "number-form",
    "truth-form",
    "list-form",
    "list-unknown",
    "column-missing",
    "column-repeated",
    "row-length",
    "cell-not-exact",
    "cell-not-text",
    "group-differs",
    "limit-form",
    "expressed-by-unknown",
    "interval-reversed",
    "first-day-missing",
    "list-emptied",
    "legal-basis-contradicts",
    "name-missing",
    "product-in-no-group",
)
NOTING = (
    "product-on-no-list",
    "limit-not-coded",
    "name-spacing",
    "group-without-products",
    "group-renamed",
    "group-meaning",
    "placeholder-name",
    "condition-unused",
    "catalogue-absent",
    "nothing-new",
    "valid-from-given",
    "row-without-key",
    "row-repeated",
    "row-left-out",
    "column-unknown",
    "price-negative",
    "list-not-in-table",
)
RULES: dict[str, bool] = {**dict.fromkeys(BLOCKING, True), **dict.fromkeys(NOTING, False)}
"""Every rule by name, and whether it blocks."""

EMPTIED_FROM = 5
"""A list or group with this many products is not emptied by a slip without somebody noticing."""


class Case(msgspec.Struct, frozen=True):
    """
    What a rule judges.

    Attributes:
        former: The edition in force on the draft's first day, None for a new list.
    """

    draft: Draft
    former: Edition | None


class Judgement(msgspec.Struct, frozen=True):
    """
    What became of one list of a source.

    Attributes:
        state: "new", "unchanged" (nothing new, rule 4), "left-out" (its catalogue is absent, rule 1)
            or "refused".
        edition: Exists only where the state is "new".
    """

    draft: Draft
    problems: list[Problem]
    state: str
    edition: Edition | None


def blocks(found: Problem) -> bool:
    """Whether this finding stops the draft."""
    return RULES[found.rule]


def judge(draft: Draft, former: Edition | None) -> Judgement:
    """
    Judge a draft against the edition it would follow.

    Args:
        former: The edition in force on the draft's first day, None for a new list.

    Returns:
        All that reading and the rules found, sorted by place, and the edition if there is to be one.
    """
    case = Case(draft, former)
    problems = sorted([*draft.problems, *(finding for rule in _JUDGES for finding in rule(case))])
    if any(blocks(found) for found in problems) or draft.valid_from is None:
        return Judgement(draft, problems, "refused", None)
    if _lacks_catalogue(case):
        return Judgement(draft, problems, "left-out", None)
    edition = edition_of(draft, draft.valid_from)
    if former is not None and content_digest(edition) == content_digest(former):
        note = _about(case, "nothing-new", draft.terms.list, found=str(draft.valid_from))
        return Judgement(draft, sorted([*problems, note]), "unchanged", None)
    return Judgement(draft, problems, "new", edition)


def edition_of(draft: Draft, valid_from: dt.date) -> Edition:
    """What the draft says, in order."""
    terms = msgspec.structs.replace(draft.terms, conditions=_kept_conditions(draft))
    return Edition(terms, valid_from, tuple(sorted(draft.entries, key=lambda entry: entry.varenr)))


def _kept_conditions(draft: Draft) -> tuple[Condition, ...]:
    """A condition that nothing refers to is none of this list's."""
    referred = referred_conditions(draft.terms, draft.entries)
    return tuple(known for known in draft.terms.conditions if known.id in referred)


# --- what blocks -----------------------------------------------------------


def first_day_missing(case: Case) -> Iterator[Problem]:
    """Neither the file nor the editor says from when the list holds (rule 3)."""
    if case.draft.valid_from is None:
        yield _about(case, "first-day-missing", case.draft.terms.list)


def varenr_repeated(case: Case) -> Iterator[Problem]:
    """Two unlike rows with one number; alike ones were joined while reading."""
    seen: set[str] = set()
    for entry in case.draft.entries:
        if entry.varenr in seen:
            first = case.draft.lines.get("first " + entry.varenr, 0)
            yield _about(case, "varenr-repeated", entry.varenr, found=entry.name, first=first)
        seen.add(entry.varenr)


def reference_unknown(case: Case) -> Iterator[Problem]:
    """A product in a group, or a group or product under a condition, that this list does not have."""
    groups = {group.code.value for group in case.draft.terms.groups}
    conditions = {condition.id for condition in case.draft.terms.conditions}
    for group in case.draft.terms.groups:
        for identity in sorted(conditions_of(group) - conditions):
            yield _about(case, "reference-unknown", "group " + group.code.value, found=identity)
    for entry in case.draft.entries:
        placed = {placement.group for placement in entry.placements}
        for name in (*sorted(placed - groups), *sorted(set(entry.conditions) - conditions)):
            yield _about(case, "reference-unknown", entry.varenr, found=name)


def product_in_no_group(case: Case) -> Iterator[Problem]:
    """A product of this list that hangs in none of its groups."""
    for entry in case.draft.entries:
        if not entry.placements:
            yield _about(case, "product-in-no-group", entry.varenr, found=entry.name)


def list_emptied(case: Case) -> Iterator[Problem]:
    """The catalogue is there, yet a list that had products and is not closed gets none (rules 1 and 2)."""
    had = len(case.former.entries) if case.former else 0
    open_and_empty = not case.draft.entries and not case.draft.terms.closed
    if had >= EMPTIED_FROM and open_and_empty and case.draft.catalogue_present:
        yield _about(case, "list-emptied", case.draft.terms.list, found="0", had=had)


def interval_reversed(case: Case) -> Iterator[Problem]:
    """A period that ends before it begins."""
    for entry in case.draft.entries:
        for price in entry.prices:
            yield from _reversed(case, entry.varenr, price.valid_from, price.valid_to)
        for placement in entry.placements:
            for until in {placement.prescribe_until, placement.dispense_until}:
                yield from _reversed(case, entry.varenr, placement.valid_from, until)
    for condition in case.draft.terms.conditions:
        yield from _reversed(case, "condition " + condition.id, condition.valid_from, condition.valid_to)
    for group in case.draft.terms.groups:
        for code in group.refund_codes:
            subject = "group " + group.code.value
            for until in {code.prescribe_until, code.dispense_until}:
                yield from _reversed(case, subject, code.valid_from, until)
            for reference in code.conditions:
                yield from _reversed(case, subject, reference.valid_from, reference.valid_to)


def limit_form(case: Case) -> Iterator[Problem]:
    """A limit or an age whose value is no whole number."""
    for condition in case.draft.terms.conditions:
        for form in condition.coded:
            for value in values_of(form) or ("",):
                if needs_whole_number(form.type) and _WHOLE.fullmatch(value) is None:
                    subject, kind = "condition " + condition.id, form.type.value
                    yield _about(case, "limit-form", subject, found=value, type=kind)


def expressed_by_unknown(case: Case) -> Iterator[Problem]:
    """A text marked as expressed by itself, by nothing on this list, or by what is text too (rule 22)."""
    conditions = {condition.id: condition for condition in _kept_conditions(case.draft)}
    for condition in conditions.values():
        marked = condition.expressed_by
        if marked is None:
            continue
        other = conditions.get(marked)
        if other is None or other is condition or not expresses(other):
            yield _about(case, "expressed-by-unknown", "condition " + condition.id, found=marked)


# --- what is noted ---------------------------------------------------------


def catalogue_absent(case: Case) -> Iterator[Problem]:
    """The file has the list's groups but not the catalogue its products come from (rule 1)."""
    if _lacks_catalogue(case):
        assert case.former is not None
        yield _about(case, "catalogue-absent", case.draft.terms.list, found="0", had=len(case.former.entries))


def limit_not_coded(case: Case) -> Iterator[Problem]:
    """A text speaks of a number that no coded form carries: people read a limit that machines do not see."""
    conditions = {condition.id: condition for condition in case.draft.terms.conditions}
    for condition in conditions.values():
        marked = condition.expressed_by
        missing = _uncoded_numbers(condition, conditions.get(marked) if marked is not None else None)
        if missing:
            yield _about(case, "limit-not-coded", "condition " + condition.id, found=", ".join(missing))


def name_spacing(case: Case) -> Iterator[Problem]:
    """Names that differ only in spaces or case, from another group's or from the last edition's."""
    first: dict[str, Group] = {}
    former = {group.code.value: group for group in case.former.terms.groups} if case.former else {}
    for group in case.draft.terms.groups:
        name = folded(group.code.text)
        other = first.setdefault(name, group)
        was = former.get(group.code.value)
        for twin in (other, was):
            if twin is not None and twin.code.text != group.code.text and folded(twin.code.text) == name:
                subject = "group " + group.code.value
                yield _about(case, "name-spacing", subject, found=group.code.text, other=twin.code.text)


def group_without_products(case: Case) -> Iterator[Problem]:
    """A group that products may hang in, and none does."""
    if not case.draft.catalogue_present:
        return
    used = {placement.group for entry in case.draft.entries for placement in entry.placements}
    parents = {group.parent for group in case.draft.terms.groups}
    for group in case.draft.terms.groups:
        code = group.code.value
        holds_products = len(code) == 7 if group.code.system == PRODUCT_GROUP else code not in parents
        if holds_products and code not in used:
            yield _about(case, "group-without-products", "group " + code, found=group.code.text)


def group_renamed(case: Case) -> Iterator[Problem]:
    """A code with a new text: a rename, or a new meaning for an editor to judge (rule 6)."""
    for was, now in renamed_groups(case.former, case.draft.terms):
        rule = "group-meaning" if meaning_differs(was, now) else "group-renamed"
        subject = "group " + now.code.value
        yield _about(case, rule, subject, found=now.code.text, before=was.code.text)


_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"(?<![0-9A-Za-zÆØÅæøå.,-])[0-9]{1,5}(?![0-9.,]*[0-9])")
_JUDGES: tuple[Callable[[Case], Iterator[Problem]], ...] = (
    first_day_missing,
    varenr_repeated,
    reference_unknown,
    product_in_no_group,
    list_emptied,
    interval_reversed,
    limit_form,
    expressed_by_unknown,
    catalogue_absent,
    limit_not_coded,
    name_spacing,
    group_without_products,
    group_renamed,
)


def _lacks_catalogue(case: Case) -> bool:
    return not case.draft.catalogue_present and case.former is not None and bool(case.former.entries)


def _about(case: Case, rule: str, subject: str, *, found: str = "", **facts: object) -> Problem:
    line = case.draft.lines.get(subject, 0)
    return problem(rule, file=case.draft.file, line=line, column="", subject=subject, found=found, **facts)


def _reversed(case: Case, subject: str, first: dt.date | None, last: dt.date | None) -> Iterator[Problem]:
    if first is not None and last is not None and last < first:
        yield _about(case, "interval-reversed", subject, found=f"{first}–{last}")


def _uncoded_numbers(condition: Condition, expressing: Condition | None) -> list[str]:
    forms = (*condition.coded, *(expressing.coded if expressing is not None else ()))
    coded = {value for form in forms for value in values_of(form)}
    return sorted({number for number in _NUMBER.findall(condition.text) if number not in coded}, key=int)
