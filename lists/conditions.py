"""What coded conditions mean: quantity limits and requirements. Text is never read for it (law 7)."""

import msgspec

from lists.codes import CONDITION_TYPE, LIMIT_PERIOD, PRODUCT_GROUP, Code, ancestors
from lists.records import CodedForm, Condition, Group

YES = "1"
PERIODS = ("calendar_year", "dispensing", "month")

_LIMIT_PERIODS = {"15": "calendar_year", "16": "dispensing"}
_YES_REQUIREMENTS = {"9": "hospital", "11": "own_prescription", "22": "strips_per_day_stated"}
_NUMBER_REQUIREMENTS = {"1": "age_from", "2": "age_below"}
_SPECIALIST = "10"
_KNOWN_REQUIREMENTS = {*_YES_REQUIREMENTS, *_NUMBER_REQUIREMENTS, _SPECIALIST}


class Limit(msgspec.Struct, frozen=True, gc=False):
    """
    At most `max` units, per period, of all products of the 7-digit group the product stands in (rule 5).

    Attributes:
        per: "calendar_year", "dispensing" or "month".
        condition: Id of the condition that says so.
    """

    max: int
    per: str
    condition: str


class Requirement(msgspec.Struct, frozen=True, gc=False):
    """
    What a prescription must fulfil beside its code.

    Attributes:
        kind: "own_prescription", "specialist_or_hospital", "hospital", "age_from", "age_below",
            "strips_per_day_stated", or "other" for a type that we do not know.
        value: Years, for the ages.
        values: Codes of kodeverk 7426 for specialists; the values as received for "other".
        type: The source's own code of the type, kept whatever the kind.
    """

    kind: str
    applies_to: str
    condition: str
    type: Code
    value: int | None = None
    values: tuple[str, ...] = ()


def limits_of(condition: Condition) -> tuple[Limit, ...]:
    """The limits a condition sets, in the order of its coded forms."""
    return tuple(
        Limit(max=int(text), per=period, condition=condition.id)
        for form in condition.coded
        if (period := limit_period(form.type)) is not None
        for text in values_of(form)
    )


def requirements_of(condition: Condition) -> tuple[Requirement, ...]:
    """The requirements a condition makes; a yes-or-no type binds only with the value yes (rule 5)."""
    found = (_requirement(condition, form) for form in condition.coded if limit_period(form.type) is None)
    return tuple(requirement for requirement in found if requirement is not None)


def is_coded(condition: Condition) -> bool:
    """Whether a program judges all of it: what is coded in a way that we do not know is text, too."""
    return bool(condition.coded) and all(_is_known(form.type) for form in condition.coded)


def expresses(condition: Condition) -> bool:
    """Whether a condition may express a text: a program judges all of it, and it asks for something."""
    return is_coded(condition) and any(_binds(form) for form in condition.coded)


def values_of(form: CodedForm) -> tuple[str, ...]:
    """A coded form's values as text, whether the source wrote texts or codes."""
    return form.texts or tuple(code.value for code in form.codes)


def limit_period(form_type: Code) -> str | None:
    """The period of a limit's type, or None where the type is no limit."""
    if form_type.system == LIMIT_PERIOD:
        return form_type.value
    return _LIMIT_PERIODS.get(form_type.value) if form_type.system == CONDITION_TYPE else None


def needs_whole_number(form_type: Code) -> bool:
    """Whether the values of this type are whole numbers: limits and ages."""
    if limit_period(form_type) is not None:
        return True
    return form_type.system == CONDITION_TYPE and form_type.value in _NUMBER_REQUIREMENTS


def binding(code: str, groups: dict[str, Group], own: tuple[str, ...] = ()) -> tuple[str, ...]:
    """
    The ids of all conditions on an entry: its own, its group's and those of the groups above it.

    Args:
        code: The group the product hangs in.
        groups: The groups of the edition by code.
        own: Conditions of the product itself.

    Returns:
        Each id once, outermost group first, the product's own last (rule 5).
    """
    ids: dict[str, None] = {}
    for above in path_of(code, groups):
        ids.update(dict.fromkeys(groups[above].conditions))
    ids.update(dict.fromkeys(own))
    return tuple(ids)


def path_of(code: str, groups: dict[str, Group]) -> tuple[str, ...]:
    """The groups of this edition from the outermost (three digits in kodeverk 7403) to `code` itself."""
    group = groups[code]
    if group.code.system == PRODUCT_GROUP:
        return (*(above for above in ancestors(code, PRODUCT_GROUP) if above in groups), code)
    path = [code]
    while (parent := groups[path[0]].parent) is not None and parent in groups and parent not in path:
        path.insert(0, parent)
    return tuple(path)


def _is_known(form_type: Code) -> bool:
    if limit_period(form_type) is not None:
        return True
    return form_type.system == CONDITION_TYPE and form_type.value in _KNOWN_REQUIREMENTS


def _binds(form: CodedForm) -> bool:
    """A yes-or-no type binds only with the value yes (rule 5)."""
    yes_or_no = form.type.system == CONDITION_TYPE and form.type.value in _YES_REQUIREMENTS
    return not yes_or_no or YES in values_of(form)


def _requirement(condition: Condition, form: CodedForm) -> Requirement | None:
    values = values_of(form)
    kind, value, kept = "other", None, values
    if form.type.system == CONDITION_TYPE:
        if form.type.value in _YES_REQUIREMENTS:
            if YES not in values:
                return None
            kind, kept = _YES_REQUIREMENTS[form.type.value], ()
        elif form.type.value in _NUMBER_REQUIREMENTS:
            kind, value, kept = _NUMBER_REQUIREMENTS[form.type.value], int(values[0]), ()
        elif form.type.value == _SPECIALIST:
            kind = "specialist_or_hospital"
    return Requirement(kind, condition.applies_to, condition.id, form.type, value, kept)
