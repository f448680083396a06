"""What may be asked of each kind of resource: searches and CapabilityStatement go by it."""

from msgspec import Struct

_STANDARD = "http://hl7.org/fhir/SearchParameter"
PATH = "/fhir"
"""Where all of it stands."""
TOKEN, DATE, URI, STRING = "token", "date", "uri", "string"


class Parameter(Struct, frozen=True):
    """
    A search parameter.

    Attributes:
        definition: FHIR's own definition of it; "" where it is ours.
        modifiers: What may stand behind its name and a colon.
    """

    name: str
    type: str
    says: str
    definition: str = ""
    modifiers: tuple[str, ...] = ()


class Searched(Struct, frozen=True):
    """A kind of resource, what it is here, and what may be asked of it."""

    kind: str
    says: str
    parameters: tuple[Parameter, ...]


COMMON = (
    Parameter("_id", TOKEN, "The id.", f"{_STANDARD}/Resource-id"),
    Parameter(
        "_lastUpdated",
        DATE,
        "Since when it is told as it is: when the edition that changed it last was published, or came into"
        " force where that was later. Days are civil days in Norway.",
        f"{_STANDARD}/Resource-lastUpdated",
    ),
)
SHOWING = ("_summary", "_elements", "_pretty")
"""What says how much of each resource is shown, and how."""
CONTROLS = ("_count", "_total", "_format", *SHOWING, "cursor", "valid_on", "known_at", "lang")
"""What says how and when is asked, and not what."""

_LIST = Parameter("list", TOKEN, "Code of a list that it is on, such as 505. Ours.")
_NUMBER = "The varenummer, or a GTIN, or FEST's id; with its system or without."
_GROUP = "Code of a group it stands in; with `:below` the groups below it count."

SEARCHES = (
    Searched(
        "CodeSystem",
        "Groups, legal bases and kinds of prices: the codes that the lists in force use, under the owner's"
        " canonical address and OID; and our own for what nobody has codes of, complete. Codings carry the"
        " OID, as Norwegian resources do.",
        (
            Parameter("url", URI, "The canonical address, or the OID.", f"{_STANDARD}/conformance-url"),
            Parameter("system", URI, "The same.", f"{_STANDARD}/CodeSystem-system"),
            Parameter("identifier", TOKEN, "The OID.", f"{_STANDARD}/conformance-identifier"),
            Parameter("code", TOKEN, "A code it has.", f"{_STANDARD}/CodeSystem-code"),
        ),
    ),
    Searched(
        "ValueSet",
        "The groups of each list with their limits and requirements, the legal bases, the kinds of prices,"
        " and the codes that parts of our extensions take."
        " Nobody gave these addresses: they stand below this service's own.",
        (
            Parameter("url", URI, "The canonical address.", f"{_STANDARD}/conformance-url"),
            Parameter("code", TOKEN, "A code it has.", f"{_STANDARD}/ValueSet-code"),
        ),
    ),
    Searched(
        "Medication",
        "Medicine packages by varenummer, with each list they are on.",
        (
            Parameter("identifier", TOKEN, _NUMBER, f"{_STANDARD}/Medication-identifier"),
            Parameter("code", TOKEN, "The varenummer, FEST's id, or ATC.", f"{_STANDARD}/clinical-code"),
            Parameter("group", TOKEN, _GROUP + " Ours.", modifiers=("below",)),
            _LIST,
        ),
    ),
    Searched(
        "DeviceDefinition",
        "All products that are no medicines, nutrition too: R4 has no resource for food, and in Norway both"
        " are goods that are prescribed by their group. What kind it is, `property` says.",
        (
            Parameter("identifier", TOKEN, _NUMBER, f"{_STANDARD}/DeviceDefinition-identifier"),
            Parameter("type", TOKEN, _GROUP, f"{_STANDARD}/DeviceDefinition-type", ("below",)),
            _LIST,
        ),
    ),
    Searched(
        "ChargeItemDefinition",
        "Prices: one for each product, list, kind and period, those that held and those to come too, as the"
        " editions tell that hold one after the other. `valid_on` asks for those that hold on that day. R4"
        " lets it point at no DeviceDefinition, so goods go by their varenummer in `code`.",
        (
            Parameter("url", URI, "The canonical address.", f"{_STANDARD}/ChargeItemDefinition-url"),
            Parameter("identifier", TOKEN, "The varenummer.", f"{_STANDARD}/ChargeItemDefinition-identifier"),
            Parameter("code", TOKEN, "The varenummer. Ours."),
            Parameter("kind", TOKEN, "Code of the kind of price, such as P. Ours."),
            Parameter(
                "context", TOKEN, "Code of the legal basis.", f"{_STANDARD}/ChargeItemDefinition-context"
            ),
            Parameter(
                "effective",
                DATE,
                "When it holds: with ge of a day and le of another all that holds at some time between them,"
                " with ge and le of one day what holds on that day, past or to come.",
                f"{_STANDARD}/ChargeItemDefinition-effective",
            ),
            _LIST,
        ),
    ),
    Searched(
        "StructureDefinition",
        "What FHIR has no place for: limits, requirements, conditions and listings, as extensions.",
        (Parameter("url", URI, "The canonical address.", f"{_STANDARD}/conformance-url"),),
    ),
    Searched(
        "NamingSystem",
        "The numbers that the products go by, and the address that identifiers carry for them.",
        (Parameter("value", STRING, "What the address begins with.", f"{_STANDARD}/NamingSystem-value"),),
    ),
)
BY_KIND = {searched.kind: searched for searched in SEARCHES}
