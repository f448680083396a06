"""What the service can do, in FHIR's own form: its CapabilityStatement."""

from msgspec import Struct

from app.fhir.names import Base
from app.fhir.searches import COMMON, SEARCHES, Parameter, Searched
from app.fhir.types import MEDIA_TYPE, VERSION

DESCRIBED_ON = "2026-11-22"
"""When what is told here last changed."""

_ABOUT = """\
What is reimbursed on a blue prescription, on which list, on which day. Read only; reading needs no key.

* Every read and search takes `valid_on`, a civil day in Norway (today where absent), and `known_at`, an
  instant: what was known then. The header `Release` names the release that answers.
* `meta.lastUpdated` is since when a resource is told as it is: asking for `_lastUpdated=gt` and the newest
  one has gives what changed since. What is not listed any more is in no search, and answers 410;
  `/v1/changes` tells what left.
* `meta.tag` names the editions; a new edition that says the same is no new version.
* Pages: `_count` (100 where absent, at most 1000) and the links; they fit together whatever is published
  meanwhile. `_summary=count` counts only. JSON only.
* What a parameter asks for that is not known here is refused, unless `Prefer: handling=lenient` is sent: then
  it is left out of account, and the Bundle says so.
"""


class Software(Struct, frozen=True):
    """The program."""

    name: str
    version: str


class Implementation(Struct, frozen=True):
    """Where it runs."""

    description: str
    url: str


class Interaction(Struct, frozen=True):
    """Something that can be done."""

    code: str


class SearchParam(Struct, frozen=True, omit_defaults=True):
    """What may be asked."""

    name: str
    type: str
    documentation: str
    definition: str | None = None


class Supported(Struct, frozen=True, rename="camel"):
    """A kind of resource that is served."""

    type: str
    documentation: str
    interaction: tuple[Interaction, ...]
    versioning: str
    read_history: bool
    conditional_read: str
    search_param: tuple[SearchParam, ...]


class Rest(Struct, frozen=True):
    """What is done over HTTP."""

    mode: str
    documentation: str
    resource: tuple[Supported, ...]


class CapabilityStatement(
    Struct, frozen=True, rename="camel", tag_field="resourceType", tag="CapabilityStatement"
):
    """What the service can do."""

    url: str
    name: str
    title: str
    status: str
    date: str
    kind: str
    software: Software
    implementation: Implementation
    fhir_version: str
    format: tuple[str, ...]
    rest: tuple[Rest, ...]


def capability_statement(base: Base, version: str) -> CapabilityStatement:
    """
    What the service can do.

    Args:
        version: Of the program.
    """
    return CapabilityStatement(
        url=f"{base}/metadata",
        name="Blaliste",
        title="Blåliste",
        status="active",
        date=DESCRIBED_ON,
        kind="instance",
        software=Software("Blåliste", version),
        implementation=Implementation("Product and price lists of the blue prescription scheme", str(base)),
        fhir_version=VERSION,
        format=("json", MEDIA_TYPE),
        rest=(Rest("server", _ABOUT, tuple(_supported(one) for one in SEARCHES)),),
    )


def _supported(searched: Searched) -> Supported:
    return Supported(
        type=searched.kind,
        documentation=searched.says,
        interaction=(Interaction("read"), Interaction("search-type")),
        versioning="versioned",
        read_history=False,
        conditional_read="full-support",
        search_param=tuple(_search_param(one) for one in (*COMMON, *searched.parameters)),
    )


def _search_param(parameter: Parameter) -> SearchParam:
    return SearchParam(parameter.name, parameter.type, parameter.says, parameter.definition or None)
