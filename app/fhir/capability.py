"""What the service can do, in FHIR's own form: its CapabilityStatement."""

from msgspec import Struct

from app.fhir.names import Base
from app.fhir.searches import COMMON, SEARCHES, Parameter, Searched
from app.fhir.types import MEDIA_TYPE, VERSION
from app.fhir.version import DESCRIBED_ON

_ABOUT = """\
What is reimbursed on a blue prescription, on which list, on which day. Read only; reading needs no key.

* Every read and search takes `valid_on`, a civil day in Norway (today where absent), and `known_at`, an
  instant: what was known then. The header `Release` names the release that answers.
* Prices are told with their periods whatever the day is: those that held, hold and will hold. `effective`, or
  `valid_on`, asks for those of a day.
* `meta.lastUpdated` is since when a resource is told as it is: asking for `_lastUpdated=gt` and the newest
  one has gives what changed since. What is not listed any more is in no search, and answers 410;
  `/v1/changes` tells what left.
* `meta.tag` names the editions; a new edition that says the same is no new version.
* A code system may be named by its OID (`urn:oid:…`) or its canonical address; `system|` asks for any code of
  it. One that nobody knows here finds nothing, and the Bundle says so.
* Searches go by GET, or by POST to `_search` with a form. Pages: `_count` (100 where absent, at most 1000)
  and the links; they fit together whatever is published meanwhile. Every page has its `total`, whatever
  `_total` asks for.
* `_summary=count` counts only; `_summary=true` and `text`, and `_elements`, show some elements, and the tag
  SUBSETTED says so; no resource has a narrative, so `data` shows all. `_pretty=true` is for people. There are
  no operations, no `_include` and no `_sort`. JSON only.
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
    Struct,
    frozen=True,
    rename="camel",
    omit_defaults=True,
    tag_field="resourceType",
    tag="CapabilityStatement",
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
    publisher: str | None = None


def capability_statement(base: Base, version: str, publisher: str | None) -> CapabilityStatement:
    """
    What the service can do.

    Args:
        base: Where it is served.
        version: Of the program.
        publisher: Who runs it, where somebody said so.
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
        publisher=publisher,
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
