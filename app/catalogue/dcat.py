"""The lists as DCAT-AP-NO 3 in JSON-LD: a catalogue, a data set for each list, its forms, the services."""

from app.catalogue import dcat_agents as agents
from app.catalogue.dcat_forms import availability, distributions, rights
from app.catalogue.dcat_names import (
    COMPLETED,
    CONTEXT,
    FILE_TYPES,
    HEALTH,
    LANGUAGE_NAMES,
    NORWAY,
    PUBLIC,
    QUARTERLY,
    TEST_DATA,
    THEMES,
)
from app.catalogue.dcat_nodes import CatalogueNode, Dataset, Document, Period, Service
from app.catalogue.issuers import REGULATION
from app.catalogue.told import Catalogue, ToldList
from app.words import LANGUAGES, say
from lists.days import instant_text

_SERVICES = (
    ("v1", "/v1", "/schema/openapi.json", "https://spec.openapis.org/oas/v3.1.0"),
    ("fhir", "/fhir", "/fhir/metadata", "http://hl7.org/fhir/R4"),
)
"""What each is called in our words, where it is asked, where it describes itself, and what it conforms to."""


def document(catalogue: Catalogue) -> Document:
    """The whole catalogue, and whom it names."""
    named = agents.each_once(
        (
            *(agents.operator(catalogue), agents.publisher(catalogue)),
            *(agents.operator_contact(catalogue), agents.publisher_contact(catalogue)),
            *agents.issuers(catalogue),
        )
    )
    terms, legislation = agents.terms(catalogue), agents.legislation(catalogue)
    return Document(CONTEXT, (_catalogue(catalogue), *named, *legislation, terms))


def _catalogue(catalogue: Catalogue) -> CatalogueNode:
    """The catalogue is its operator's own: a copy's tells of the same data sets and of other services."""
    name = catalogue.address("/catalogue/dcat.jsonld")
    return CatalogueNode(
        id=name,
        type="dcat:Catalog",
        identifier=name,
        title=catalogue.title(),
        description=catalogue.description(),
        publisher=agents.operator(catalogue).id,
        contact_point=agents.operator_contact(catalogue).id,
        homepage=catalogue.address("/"),
        language=tuple(LANGUAGE_NAMES.values()),
        theme_taxonomy=THEMES,
        rights=rights(catalogue),
        dataset=tuple(_dataset(catalogue, told) for told in catalogue.lists),
        service=_services(catalogue),
        issued=instant_text(catalogue.issued) if catalogue.issued is not None else None,
        modified=instant_text(catalogue.published_at) if catalogue.published_at is not None else None,
        spatial=NORWAY if catalogue.norwegian and catalogue.lists else None,
        applicable_legislation=_legislation(catalogue),
    )


def _dataset(catalogue: Catalogue, told: ToldList) -> Dataset:
    shape, issuer = told.shape, catalogue.issuer(told)
    assert shape.in_force is not None
    name = _data_name(catalogue, told)
    return Dataset(
        id=name,
        type="dcat:Dataset",
        identifier=name,
        title={catalogue.language: catalogue.list_title(told)},
        description=catalogue.list_description(told),
        publisher=agents.publisher(catalogue).id,
        contact_point=agents.publisher_contact(catalogue).id,
        theme=HEALTH,
        keyword=_keywords(catalogue),
        access_rights=PUBLIC,
        language=LANGUAGE_NAMES[catalogue.language],
        issued=instant_text(told.issued),
        modified=instant_text(told.published_at),
        version=shape.in_force.edition,
        temporal=Period("dct:PeriodOfTime", shape.in_force.valid_from),
        landing_page=catalogue.list_name(told),
        distribution=distributions(catalogue, told),
        creator=agents.issuer_name(catalogue, issuer) if issuer is not None else None,
        applicable_legislation=REGULATION if catalogue.is_regulated(told) else None,
        accrual_periodicity=QUARTERLY if catalogue.is_quarterly(told) else None,
        spatial=NORWAY if catalogue.norwegian else None,
        kind=TEST_DATA if catalogue.made_up else None,
    )


def _services(catalogue: Catalogue) -> tuple[Service, ...]:
    return tuple(
        Service(
            id=catalogue.address(f"{path}#service"),
            type="dcat:DataService",
            identifier=catalogue.address(f"{path}#service"),
            title={lang: say("page", "catalogue-service-" + key, lang, part="title") for lang in LANGUAGES},
            description={lang: say("page", "catalogue-service-" + key, lang) for lang in LANGUAGES},
            publisher=agents.operator(catalogue).id,
            contact_point=agents.operator_contact(catalogue).id,
            theme=HEALTH,
            keyword=_keywords(catalogue),
            access_rights=PUBLIC,
            rights=rights(catalogue),
            format=f"{FILE_TYPES}/JSON",
            conforms_to=conforms_to,
            availability=availability(catalogue),
            status=COMPLETED,
            endpointURL=catalogue.address(path),
            endpoint_description=catalogue.address(described),
            landing_page=catalogue.address("/utvikler"),
            serves_dataset=tuple(_data_name(catalogue, told) for told in catalogue.lists),
            applicable_legislation=_legislation(catalogue),
        )
        for key, path, described, conforms_to in _SERVICES
    )


def _data_name(catalogue: Catalogue, told: ToldList) -> str:
    return f"{catalogue.list_name(told)}#dataset"


def _legislation(catalogue: Catalogue) -> str | None:
    return REGULATION if any(catalogue.is_regulated(told) for told in catalogue.lists) else None


def _keywords(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    key = "norwegian" if catalogue.norwegian else "other"
    words = {lang: say("page", "catalogue-keywords-" + key, lang) for lang in LANGUAGES}
    return {lang: tuple(text.split(", ")) for lang, text in words.items()}
