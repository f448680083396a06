"""The names M30 uses: namespaces, catalogues, and what our words are called there."""

M30 = "http://www.kith.no/xmlstds/eresept/m30/"
PAYLOAD = "http://www.kith.no/xmlstds/eresept/forskrivning/"
VERSIONS = ("2014-12-01", "2013-10-08")

ROOT = "FEST"
GOODS_CATALOGUE = "KatHandelsvare"
PACKAGE_CATALOGUE = "KatLegemiddelpakning"

GOODS = "OppfHandelsvare"
PACKAGE = "OppfLegemiddelpakning"
REFUND = "OppfRefusjon"
CONDITION = "OppfVilkar"
USED = (GOODS, PACKAGE, REFUND, CONDITION)
PASSED_OVER = (
    "OppfLegemiddelMerkevare",
    "OppfVirkestoff",
    "OppfOrdineringVirkestoff",
    "OppfLegemiddelVirkestoff",
    "OppfDiagnose",
    "OppfVarselSlv",
    "OppfKodeverk",
    "OppfByttegruppe",
    "OppfLegemiddeldose",
    "OppfInteraksjon",
    "OppfStrDosering",
)
"""Entries of catalogues that say nothing about a list; read past, kept in the source file."""

ACTIVE = "A"
EXPIRED = "U"

KINDS = {"MedForbMatr": "consumable", "Naringsmiddel": "nutrition", "Brystprotese": "prosthesis"}
APPLIES_TO = {"1": "prescriber", "2": "dispenser", "3": "both"}


def is_goods_list(code: str) -> bool:
    """
    Whether a list's products come from the goods catalogue (rule 1).

    >>> [is_goods_list(code) for code in ("505", "601", "900", "200", "950")]
    [True, True, True, False, False]
    """
    return code.startswith(("5", "6")) or code == "900"
