"""Groups and conditions of the demonstration's lists at any stage of its story."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from ingest.demo import cast
from ingest.demo.quarters import Stage
from lists.codes import CONDITION_GROUP, CONDITION_TYPE, LEGAL_BASIS, PRODUCT_GROUP, SPECIALTY, YES_NO, Code
from lists.edition import referred_conditions
from lists.records import CodedForm, Condition, Group, Terms

REFUND = Code("3", CONDITION_GROUP, "Refusjon")

_HERE = Path(__file__).parent
_SPECIALIST = "10"
_YES = {"9", "11", "22"}


class _List(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    legal_basis: str
    requires_listed_product: bool = True
    requires_decision: bool = False


class MadeUpCondition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition as the TOML files say it: coded forms by type, groups by code."""

    text: str
    applies_to: str
    groups: tuple[str, ...] = ()
    coded: dict[str, tuple[str, ...]] = {}


class _Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lists: dict[str, _List]
    groups: dict[str, str]
    conditions: dict[str, MadeUpCondition]
    types: dict[str, str]
    specialties: dict[str, str]


def terms_at(stage: Stage) -> dict[str, Terms]:
    """The terms of every list of goods that is open, by list."""
    book = _book()
    bound = _bound(stage)
    codes = [code for code in sorted(book.groups) if _exists(code, stage)]
    groups = [
        Group(
            code=Code(code, PRODUCT_GROUP, _name(code, stage)),
            source_id=f"RID_{code}",
            conditions=bound.get(code, ()),
        )
        for code in codes
    ]
    return {code: _terms(code, known, groups) for code, known in book.lists.items() if code in codes}


def condition(key: str, known: MadeUpCondition) -> Condition:
    """A made-up condition; its id says that it is one."""
    return Condition(
        id="ID_" + key,
        text=known.text,
        applies_to=known.applies_to,
        number=key,
        group=REFUND,
        coded=tuple(sorted(_coded_form(kind, values) for kind, values in known.coded.items())),
    )


def read_toml(name: str) -> Mapping[str, object]:
    """One of the files beside this module."""
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


def _terms(code: str, known: _List, groups: list[Group]) -> Terms:
    own = tuple(group for group in groups if group.code.value.startswith(code))
    terms = Terms(
        list=code,
        title=own[0].code.text,
        legal_basis=Code(code, LEGAL_BASIS, known.legal_basis),
        requires_listed_product=known.requires_listed_product,
        requires_decision=known.requires_decision,
        groups=own,
    )
    referred = {identity.removeprefix("ID_") for identity in referred_conditions(terms, ())}
    conditions = tuple(condition(key, _book().conditions[key]) for key in sorted(referred))
    return msgspec.structs.replace(terms, conditions=conditions)


def _exists(code: str, stage: Stage) -> bool:
    if code.startswith(cast.CLOSED_LIST):
        return stage.index < stage.quarters.january
    if code == cast.SPLIT_OFF_GROUP:
        return stage.index >= stage.quarters.october
    return True


def _name(code: str, stage: Stage) -> str:
    if code == cast.RENAMED_GROUP and stage.index < stage.quarters.july:
        return cast.FORMER_NAME
    return _book().groups[code]


def _bound(stage: Stage) -> dict[str, tuple[str, ...]]:
    """Ids of conditions by group."""
    bound: dict[str, list[str]] = {}
    limited = stage.quarters.day(stage.quarters.january) <= stage.day < stage.quarters.november
    for key, known in sorted(_book().conditions.items()):
        if key != cast.LIMIT or limited:
            for group in known.groups:
                bound.setdefault(group, []).append("ID_" + key)
    return {group: tuple(ids) for group, ids in bound.items()}


def _coded_form(kind: str, values: tuple[str, ...]) -> CodedForm:
    book = _book()
    form_type = Code(kind, CONDITION_TYPE, book.types[kind])
    if kind == _SPECIALIST:
        codes = (Code(value, SPECIALTY, book.specialties[value]) for value in values)
        return CodedForm(form_type, codes=tuple(codes))
    if kind in _YES:
        return CodedForm(form_type, codes=(Code("1", YES_NO, "Ja"),))
    return CodedForm(form_type, texts=values)


@cache
def _book() -> _Book:
    return msgspec.convert(read_toml("groups.toml"), _Book)
