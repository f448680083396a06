"""The numbers that products go by as NamingSystem: the address under which identifiers carry them."""

from msgspec import Struct

from app.fhir.names import Base
from app.fhir.types import NORWAY, CodeableConcept, Meta
from app.fhir.version import DESCRIBED_ON, Standing, versioned
from lists.codes import SNOMED_PACK, VARENR


class UniqueId(Struct, frozen=True):
    """What identifiers call the system."""

    type: str
    value: str
    preferred: bool = True


class NamingSystem(
    Struct, frozen=True, rename="camel", omit_defaults=True, tag_field="resourceType", tag="NamingSystem"
):
    """A system of product numbers."""

    id: str
    name: str
    status: str
    kind: str
    date: str
    description: str
    unique_id: tuple[UniqueId, ...]
    responsible: str | None = None
    publisher: str | None = None
    meta: Meta | None = None
    jurisdiction: tuple[CodeableConcept, ...] = ()


def naming_system(base: Base, number_kind: str, standing: Standing) -> NamingSystem | None:
    """
    A kind of product number; None where its numbers are codes of a code system.

    Source:
        The address is the one that FEST's and LMDI's resources carry; the numbers are Farmalogg's.
    """
    if number_kind == SNOMED_PACK:
        return None
    address = base.numbers(number_kind)
    unique = (UniqueId("uri", address),)
    if number_kind != VARENR:
        said = "The product numbers of the lists here, as their source forms them."
        told = NamingSystem(number_kind, _NAMES[number_kind], "active", _KIND, DESCRIBED_ON, said, unique)
        return versioned(told, standing)
    told = NamingSystem(
        id=address.rpartition("/")[2],
        name="FestVarenummer",
        status="active",
        kind=_KIND,
        date=DESCRIBED_ON,
        description="Varenummer: six digits for one pack of a product, leading zeros kept, without a check"
        " digit. It tells products of the Norwegian register apart; another Nordic country may use the same"
        " number for something else.",
        unique_id=unique,
        responsible="Farmalogg",
        jurisdiction=(NORWAY,),
    )
    return versioned(told, standing)


_KIND = "identifier"
_NAMES = {"sas-company": "SasCompanyCode"}
