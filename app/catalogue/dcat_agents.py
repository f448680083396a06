"""Whom the DCAT file names: who publishes, where one asks, who gives out; by what rules, on what terms."""

from collections.abc import Iterable
from urllib.parse import quote

from app.catalogue.dcat_forms import rights
from app.catalogue.dcat_names import KINDS, REGISTER
from app.catalogue.dcat_nodes import Agent, Contact, Legislation, Rights
from app.catalogue.issuers import REGULATION, REGULATION_NUMBER, REGULATION_TITLE, Issuer
from app.catalogue.told import Catalogue, Texts
from app.operator import KINDS as OPERATORS
from app.operator import Operator
from app.words import LANGUAGES, say

_AGENT, _ORGANISATION = "foaf:Agent", "org:Organization"
_IN_EMAIL = "@!$&'*+=._~-/"
"""What stands in an address of mail as it is."""


def operator(catalogue: Catalogue) -> Agent:
    """Who runs this service; where nobody said so, whoever runs its host."""
    return _agent(catalogue.operator, catalogue.operator_name(), catalogue.places.here)


def publisher(catalogue: Catalogue) -> Agent:
    """Who answers for the lists; the same as the operator, but in a copy."""
    return _agent(catalogue.publisher, catalogue.publisher_name(), catalogue.places.named)


def operator_contact(catalogue: Catalogue) -> Contact:
    """Where one asks about this service."""
    return _contact(catalogue.operator, catalogue.operator_name(), catalogue.places.here)


def publisher_contact(catalogue: Catalogue) -> Contact:
    """Where one asks about the lists."""
    return _contact(catalogue.publisher, catalogue.publisher_name(), catalogue.places.named)


def issuer_name(catalogue: Catalogue, issuer: Issuer) -> str:
    """Our own name for who gives a list out."""
    return catalogue.name(f"/#{issuer.key}")


def issuers(catalogue: Catalogue) -> tuple[Agent, ...]:
    """Who gives lists of this catalogue out, each once."""
    found = {issuer.key: issuer for told in catalogue.lists if (issuer := catalogue.issuer(told)) is not None}
    return tuple(
        Agent(
            id=issuer_name(catalogue, issuer),
            type=(_ORGANISATION, _AGENT),
            name=dict.fromkeys(LANGUAGES, issuer.name),
            kind=f"{KINDS}/NationalAuthority",
            homepage=issuer.page,
        )
        for issuer in found.values()
    )


def legislation(catalogue: Catalogue) -> tuple[Legislation, ...]:
    """The regulation, where a list is kept by it."""
    if not any(catalogue.is_regulated(told) for told in catalogue.lists):
        return ()
    title = dict.fromkeys(("nb", "nn"), REGULATION_TITLE)
    return (Legislation(REGULATION, "eli:LegalResource", title, REGULATION_NUMBER),)


def terms(catalogue: Catalogue) -> Rights:
    """What `/utvikler` says of how the lists may be used."""
    return Rights(
        id=rights(catalogue),
        type=("odrs:RightsStatement", "dct:RightsStatement"),
        notice={lang: say("page", "developers-conditions-told", lang) for lang in LANGUAGES},
        guidelines=catalogue.name("/utvikler"),
    )


def each_once(nodes: Iterable[Agent | Contact]) -> tuple[Agent | Contact, ...]:
    """Nodes without those that are another one again."""
    return tuple({node.id: node for node in nodes}.values())


def _agent(known: Operator, name: Texts, address: str) -> Agent:
    organised = known.orgnr is not None or known.kind is not None
    return Agent(
        id=f"{REGISTER}/{known.orgnr}" if known.orgnr is not None else f"{address}/#operator",
        type=(_ORGANISATION, _AGENT) if organised else (_AGENT,),
        name=name,
        identifier=known.orgnr,
        kind=f"{KINDS}/{OPERATORS[known.kind]}" if known.kind is not None else None,
    )


def _contact(known: Operator, name: Texts, address: str) -> Contact:
    """Where nobody said where to ask, the page that tells of the service: one of the two must be there."""
    told = known.email is not None or known.page is not None
    return Contact(
        id=f"{address}/#contact",
        type="vcard:Organization",
        contact_name=name,
        has_email=f"mailto:{quote(known.email, safe=_IN_EMAIL)}" if known.email is not None else None,
        hasURL=known.page if told else f"{address}/utvikler",
    )
