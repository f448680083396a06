"""What FHIR calls our code systems, numbers and ids: official addresses where there are any, else our own."""

import re

from lists.codes import (
    ATC,
    CONDITION_GROUP,
    CONDITION_TYPE,
    ICD_10,
    ICD_10_OWN,
    ICPC_2,
    ICPC_2_OWN,
    LEGAL_BASIS,
    LIMIT_PERIOD,
    PACK_UNIT,
    PRESCRIPTION_GROUP,
    PRICE_KIND_GOODS,
    PRICE_KIND_MEDICINES,
    PRODUCT_GROUP,
    REIMBURSEMENT_AREA,
    SNOMED_PACK,
    SPECIALTY,
    VARENR,
    YES_NO,
)

GTIN = "urn:oid:2.51.1.1"
FEST_PACKAGE = "http://dmp.no/fhir/NamingSystem/festLegemiddelPakning"
FEST_BRAND = "http://dmp.no/fhir/NamingSystem/festLegemiddelMerkevare"
URI = "urn:ietf:rfc:3986"
"""The system of identifiers that are addresses themselves."""

EDITION = "edition"
"""Our own system for the public names of editions."""

TITLES = {
    EDITION: "Editions of the lists",
    PRODUCT_GROUP: "Produktgruppe",
    REIMBURSEMENT_AREA: "Refusjonsområde",
    LEGAL_BASIS: "Hjemmel for refusjon",
    PRICE_KIND_GOODS: "Pristype for medisinsk utstyr og næringsmidler",
    PRICE_KIND_MEDICINES: "Pristype for legemidler",
}
"""What their owners call the code systems that are published here."""

KNOWN = (
    *TITLES,
    *(ATC, PACK_UNIT, CONDITION_TYPE, CONDITION_GROUP, SPECIALTY, YES_NO, PRESCRIPTION_GROUP),
    *(ICD_10, ICD_10_OWN, ICPC_2, ICPC_2_OWN, LIMIT_PERIOD),
)
"""The code systems that codes of the lists may be of, as the lists call them."""

_NORWEGIAN = re.compile(r"2\.16\.578\.1\.12\.4\.1\.1\.([0-9]+)")
_URN = "urn:oid:"
_OID = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")
_PLAIN = re.compile(r"[A-Za-z0-9-]")
_ESCAPED = re.compile(r"\.([0-9a-f]+)\.")
_NUMBERS = {VARENR: "http://dmp.no/fhir/NamingSystem/fest-varenummer", SNOMED_PACK: "http://snomed.info/sct"}


class Base(str):
    """Where the resources are served: an address that ends in `/fhir`."""

    __slots__ = ()

    def of(self, kind: str, identity: str) -> str:
        """The address of a resource, which is its canonical address where nobody else gave it one."""
        return f"{self}/{kind}/{identity}"

    def system(self, system: str) -> str:
        """
        What a Coding calls a code system: its OID, as Norwegian resources do; ATC by its own address.

        Source:
            HL7 Norway, best practice; LMDI of folkehelseinstituttet.
        """
        if system == ATC:
            return "http://www.whocc.no/atc"
        if _OID.fullmatch(system) is not None:
            return f"{_URN}{system}"
        return self.of("CodeSystem", as_id(system))

    def canonical(self, system: str) -> str:
        """The canonical address of a CodeSystem: HL7 Norway's for a kodeverk, else one below ours."""
        number = kodeverk(system)
        if number is not None:
            return f"http://helsedir.no/fhir/CodeSystem/no-kodeverk-{number}"
        return self.of("CodeSystem", as_id(system))

    def called(self, system: str) -> tuple[str, ...]:
        """
        All that a client may call a code system: as Codings do, its OID, its canonical address.

        Args:
            system: As the lists call it, or as a Coding does.
        """
        system = system.removeprefix(_URN)
        if "/" in system:
            return (system,)
        oid = (f"{_URN}{system}",) if _OID.fullmatch(system) is not None else ()
        return tuple(dict.fromkeys((self.system(system), *oid, self.canonical(system))))

    def numbers(self, kind: str) -> str:
        """The system of a kind of product number."""
        return _NUMBERS.get(kind) or self.of("NamingSystem", kind)


def kodeverk(system: str) -> str | None:
    """
    The number of a Norwegian kodeverk.

    >>> kodeverk(PRODUCT_GROUP), kodeverk("limit-period")
    ('7403', None)
    """
    match = _NORWEGIAN.fullmatch(system)
    return match[1] if match is not None else None


def code_system_id(system: str) -> str:
    """
    The id of a CodeSystem; of a Norwegian kodeverk HL7 Norway's.

    >>> code_system_id(PRODUCT_GROUP)
    'no-kodeverk-7403.codesystem'
    """
    number = kodeverk(system)
    return f"no-kodeverk-{number}.codesystem" if number is not None else as_id(system)


def as_id(key: str) -> str:
    """
    A key as an id: what an id may not hold stands as its number in Unicode between full stops.

    >>> as_id("903279"), as_id("1234A/AB")
    ('903279', '1234A.2f.AB')
    """
    return "".join(letter if _PLAIN.match(letter) else f".{ord(letter):x}." for letter in key)


def from_id(identity: str) -> str:
    """
    The key that an id stands for.

    >>> from_id("1234A.2f.AB")
    '1234A/AB'
    """
    return _ESCAPED.sub(lambda match: _letter(match[1]), identity)


def joined_id(*keys: str) -> str:
    """One id of several keys; those that have a hyphen themselves are told apart."""
    return "-".join(as_id(key).replace("-", ".2d.") for key in keys)


def split_id(identity: str) -> list[str]:
    """The keys of a joined id."""
    return [from_id(part) for part in identity.split("-")]


def _letter(number: str) -> str:
    code = int(number, 16)
    # What stands for no letter is no id of ours, and finds nothing.
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
