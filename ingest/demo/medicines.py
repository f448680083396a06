"""List 200 of the demonstration: a handful of made-up medicines under real substances and illnesses."""

import hashlib
from functools import cache

import msgspec

from ingest.demo.products import STK, unit_code
from ingest.demo.quarters import LAST, Stage
from ingest.demo.terms import MadeUpCondition, condition, read_toml
from lists.codes import (
    ATC,
    ICD_10,
    ICPC_2,
    ICPC_2_OWN,
    LEGAL_BASIS,
    PRICE_KIND_MEDICINES,
    REIMBURSEMENT_AREA,
    Code,
)
from lists.days import parse_day
from lists.edition import Edition
from lists.money import UNIT
from lists.records import ConditionReference, Entry, Group, Medicine, Placement, Price, RefundCode, Terms

LIST = "200"

_SINCE = parse_day("2015-01-01")
_FORMS = "2.16.578.1.12.4.1.1.7448"
_PACKAGE_TYPES = "2.16.578.1.12.4.1.1.7449"
_REFUND_PRICE = Code("2", PRICE_KIND_MEDICINES, "Refusjonspris")
_AIP = Code("3", PRICE_KIND_MEDICINES, "AIP")
_AUP = Code("4", PRICE_KIND_MEDICINES, "AUP")
_FORM_CODES = {"Tablett": "53", "Dispergerbar tablett": "5", "Depottablett": "25", "Kapsel": "32"}


class _Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    legal_basis: str


class _Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    atc: str
    use: str
    icd10: dict[str, str] = {}
    icpc2: dict[str, str] = {}
    icpc2_own: dict[str, str] = {}
    conditions: tuple[str, ...] = ()


class _Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    varenr: str
    group: str
    name: str
    form: str
    pack: int
    gtin: tuple[str, ...]
    kroner: int
    prescription_group: str = "C"
    entered: int = -8
    left: int = LAST + 100
    price_moves: dict[int, int] = {}


class _Cabinet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    list: _Basis
    conditions: dict[str, MadeUpCondition]
    group: tuple[_Group, ...]
    package: tuple[_Package, ...]


def medicines_at(stage: Stage) -> Edition:
    """The edition of list 200 at a stage of the story."""
    cabinet = _cabinet()
    listed = (package for package in cabinet.package if package.entered <= stage.index < package.left)
    groups = {group.code: group for group in cabinet.group}
    entries = tuple(_entry(package, groups[package.group], stage) for package in listed)
    return Edition(_terms(cabinet), stage.day, entries)


def _terms(cabinet: _Cabinet) -> Terms:
    return Terms(
        list=LIST,
        title=cabinet.list.legal_basis,
        legal_basis=Code(LIST, LEGAL_BASIS, cabinet.list.legal_basis),
        groups=tuple(_group(group) for group in cabinet.group),
        conditions=tuple(condition(key, known) for key, known in sorted(cabinet.conditions.items())),
    )


def _group(group: _Group) -> Group:
    systems = ((ICD_10, group.icd10), (ICPC_2, group.icpc2), (ICPC_2_OWN, group.icpc2_own))
    references = tuple(ConditionReference("ID_" + key, _SINCE) for key in sorted(group.conditions))
    return Group(
        code=Code(group.code, REIMBURSEMENT_AREA, group.code),
        source_id=_identity("group", group.code),
        atc=_atc(group),
        requires_refund_code=True,
        reimbursed_use=group.use,
        refund_codes=tuple(
            RefundCode(Code(value, system, text), valid_from=_SINCE, conditions=references)
            for system, codes in systems
            for value, text in codes.items()
        ),
    )


def _entry(package: _Package, group: _Group, stage: Stage) -> Entry:
    return Entry(
        varenr=package.varenr,
        kind="medicine",
        name=package.name,
        placements=(_placement(package, stage),),
        unit=unit_code(STK),
        pack=str(package.pack),
        units_per_pack=package.pack,
        gtins=tuple(sorted(package.gtin)),
        prices=_prices(package, stage),
        medicine=_medicine(package, group),
    )


def _placement(package: _Package, stage: Stage) -> Placement:
    last = stage.quarters.end(package.left) if stage.index >= package.left - 1 else None
    return Placement(package.group, stage.quarters.day(package.entered), last, last)


def _prices(package: _Package, stage: Stage) -> tuple[Price, ...]:
    """The price that holds, and in the edition that changes it also the one before."""
    held = {package.entered: package.kroner, **package.price_moves}
    since = [index for index in sorted(held) if index <= stage.index]
    shown = since[-2:] if since[-1] == stage.index else since[-1:]
    prices = []
    for index in shown:
        last = stage.quarters.end(since[-1]) if index != since[-1] else None
        price = held[index] * UNIT
        amounts = ((_REFUND_PRICE, price), (_AIP, price * 3 // 4), (_AUP, price))
        prices += [Price(kind, amount, "NOK", stage.quarters.day(index), last) for kind, amount in amounts]
    return tuple(sorted(prices, key=lambda price: (price.kind.value, str(price.valid_from))))


def _medicine(package: _Package, group: _Group) -> Medicine:
    letter = package.prescription_group
    return Medicine(
        atc=_atc(group),
        # M30 gives prescription groups as a simple code, without their system.
        prescription_group=Code(letter, "", "Reseptgruppe " + letter),
        form=Code(_FORM_CODES[package.form], _FORMS, package.form),
        package_type=Code("169", _PACKAGE_TYPES, "Blisterpakning"),
        amount=str(package.pack),
        brand=_identity("brand", package.name.split()[0]),
        package=_identity("package", package.varenr),
    )


def _atc(group: _Group) -> Code:
    return Code(group.code.partition("_")[0], ATC, group.atc)


def _identity(*about: str) -> str:
    return "ID_" + hashlib.sha256("/".join(about).encode()).hexdigest()[:32].upper()


@cache
def _cabinet() -> _Cabinet:
    return msgspec.convert(read_toml("medicines.toml"), _Cabinet, strict=False)
