"""Who gives the Norwegian lists out, and by what regulation: told only of lists that are really theirs."""

import msgspec

from ingest.m30.names import is_goods_list


class Issuer(msgspec.Struct, frozen=True):
    """Who decides what stands on a list; `key` is what our own name for it ends in."""

    key: str
    name: str
    page: str


HELFO = Issuer("helfo", "Helfo", "https://www.helfo.no/")
DMP = Issuer("dmp", "Direktoratet for medisinske produkter", "https://www.dmp.no/")

REGULATION = "https://lovdata.no/eli/forskrift/2007/06/28/814/nor"
"""
Blåreseptforskriften, FOR-2007-06-28-814.

Source: Lovdata's template of such addresses (EUR-Lex, ELI register, Norway) with the number Lovdata gave it.
"""
REGULATION_NUMBER, REGULATION_TITLE = "FOR-2007-06-28-814", "Blåreseptforskriften"
_PARAGRAPHS = ("2", "3", "4", "5", "6")


def issuer_of(code: str) -> Issuer | None:
    """
    Who gives a Norwegian list out: goods Helfo, medicines of § 2 the medicines agency; else nobody we know.

    >>> [found.name if (found := issuer_of(code)) else None for code in ("505", "900", "200", "950")]
    ['Helfo', 'Helfo', 'Direktoratet for medisinske produkter', None]
    """
    if is_goods_list(code):
        return HELFO
    return DMP if code == "200" else None


def is_blue(code: str) -> bool:
    """Whether a Norwegian list rests on one of the paragraphs 2 to 6 of the regulation."""
    return code.startswith(_PARAGRAPHS)
