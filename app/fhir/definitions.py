"""The definitions of our extensions, as they are published."""

import msgspec
from msgspec import Struct

from app.fhir.names import Base
from app.fhir.our_extensions import BY_NAME, Kind, Part
from app.fhir.terminology import ValueSet
from app.fhir.types import VERSION, Meta


class Named(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A type that an element may have, and which extension where it is one."""

    code: str
    profile: tuple[str, ...] = ()


class Binding(Struct, frozen=True, rename="camel"):
    """The codes that an element takes, and no others."""

    value_set: str
    strength: str = "required"


class Element(Struct, frozen=True, rename="camel", omit_defaults=True):
    """What a definition says of one element."""

    id: str
    path: str
    slice_name: str | None = None
    short: str | None = None
    min: int | None = None
    max: str | None = None
    type: tuple[Named, ...] = ()
    fixed_uri: str | None = None
    binding: Binding | None = None


class Differential(Struct, frozen=True):
    """What a definition says beyond FHIR's own."""

    element: tuple[Element, ...]


class Context(Struct, frozen=True):
    """Where an extension may stand."""

    type: str
    expression: str


class StructureDefinition(
    Struct,
    frozen=True,
    rename="camel",
    omit_defaults=True,
    tag_field="resourceType",
    tag="StructureDefinition",
):
    """The definition of an extension."""

    id: str
    url: str
    name: str
    title: str
    description: str
    differential: Differential
    context: tuple[Context, ...]
    status: str
    fhir_version: str
    kind: str
    abstract: bool
    type: str
    base_definition: str
    derivation: str
    meta: Meta | None = None
    version: str | None = None
    experimental: bool | None = None
    date: str | None = None
    publisher: str | None = None


def definition(base: Base, kind: Kind) -> StructureDefinition:
    """The published definition of an extension."""
    url = base.of(StructureDefinition.__name__, kind.name)
    elements = (
        Element("Extension", "Extension", short=kind.says),
        *(element for part in kind.parts for element in _part(base, part)),
        Element("Extension.url", "Extension.url", fixed_uri=url),
        Element("Extension.value[x]", "Extension.value[x]", max="0"),
    )
    return StructureDefinition(
        id=kind.name,
        url=url,
        name="".join(word.capitalize() for word in kind.name.split("-")),
        title=kind.name.replace("-", " ").capitalize(),
        description=kind.says,
        differential=Differential(elements),
        context=tuple(_context(base, one) for one in kind.contexts),
        status="active",
        fhir_version=VERSION,
        kind="complex-type",
        abstract=False,
        type="Extension",
        base_definition="http://hl7.org/fhir/StructureDefinition/Extension",
        derivation="constraint",
    )


def _part(base: Base, part: Part) -> tuple[Element, ...]:
    path, identity = "Extension.extension", f"Extension.extension:{part.name}"
    slot = Element(identity, path, part.name, part.says, part.least, part.most)
    if not part.type:
        profile = base.of(StructureDefinition.__name__, part.name)
        return (msgspec.structs.replace(slot, type=(Named("Extension", (profile,)),)),)
    return (
        slot,
        Element(f"{identity}.extension", f"{path}.extension", max="0"),
        Element(f"{identity}.url", f"{path}.url", fixed_uri=part.name),
        Element(
            f"{identity}.value[x]",
            f"{path}.value[x]",
            min=1,
            type=(Named(part.type),),
            binding=Binding(base.of(ValueSet.__name__, part.codes)) if part.codes else None,
        ),
    )


def _context(base: Base, name: str) -> Context:
    if name in BY_NAME:
        return Context("extension", base.of(StructureDefinition.__name__, name))
    return Context("element", name)
