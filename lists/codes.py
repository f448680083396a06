"""Codes as text, each with the code system it belongs to; a code is never a number and never stands alone."""

import re

import msgspec

from lists.errors import BadCode

_OID = "2.16.578.1.12.4.1.1."
PRODUCT_GROUP = _OID + "7403"
REIMBURSEMENT_AREA = _OID + "7451"
LEGAL_BASIS = _OID + "7427"
PACK_UNIT = _OID + "7452"
PRICE_KIND_GOODS = _OID + "7423"
PRICE_KIND_MEDICINES = _OID + "7453"
CONDITION_TYPE = _OID + "7439"
CONDITION_GROUP = _OID + "7437"
SPECIALTY = _OID + "7426"
YES_NO = _OID + "1101"
ATC = _OID + "7180"
PRESCRIPTION_GROUP = _OID + "7421"
ICD_10 = _OID + "7110"
ICPC_2 = _OID + "7170"
ICPC_2_OWN = _OID + "7434"
ICD_10_OWN = _OID + "7435"

LIMIT_PERIOD = "limit-period"
"""Our own system for limits that a table writes as number and period; its codes are those of `Limit.per`."""


class Code(msgspec.Struct, frozen=True, order=True, gc=False):
    """
    One code of one code system, with the text it had in the edition it comes from.

    Attributes:
        value: The code as written, leading zeros kept.
        system: An OID without prefix, or the plain name of a system that has none.
        text: What the source calls it; "" where it says nothing.
    """

    value: str
    system: str
    text: str = ""


VARENR = "varenr"
SNOMED_PACK = "snomed-pack"
SAS_KEY = "sas-company"
NUMBER_KINDS = (VARENR, SNOMED_PACK, SAS_KEY)
"""The kinds of product number a list may be kept under; a home holds one of them."""

_VARENR = re.compile(r"[0-9]{6}")
_LIST = re.compile(r"[0-9A-Z]{2,8}")
_DIGITS = re.compile(r"[0-9]+")


def parse_varenr(text: str) -> str:
    """
    Read a Norwegian product number.

    Returns:
        Six digits, leading zeros kept.

    Raises:
        BadCode: Anything else; a number that lost its leading zero is not completed.

    Source:
        FEST M30, `Varenr` and `Nr`; the number has no check digit.
    """
    if _VARENR.fullmatch(text) is None:
        raise BadCode("varenr-form", found=text)
    return text


def parse_list(text: str) -> str:
    """
    Read the code of a list: 505, 200, IXC.

    Raises:
        BadCode: Not two to eight digits or capital letters.
    """
    if _LIST.fullmatch(text) is None:
        raise BadCode("list-form", found=text)
    return text


def parse_gtin(text: str) -> str:
    """
    Read a GTIN of 8, 12, 13 or 14 digits.

    Raises:
        BadCode: Another length, or the GS1 check digit is wrong.

    >>> parse_gtin("7046260148840")
    '7046260148840'
    """
    if _DIGITS.fullmatch(text) is None or len(text) not in (8, 12, 13, 14):
        raise BadCode("gtin-form", found=text)
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text)))
    if weighted % 10:
        raise BadCode("gtin-check-digit", found=text)
    return text


def parse_snomed(text: str) -> str:
    """
    Read a SNOMED CT identifier.

    Raises:
        BadCode: Not 6 to 18 digits, or the Verhoeff check digit is wrong.

    >>> parse_snomed("1642411000001109")
    '1642411000001109'
    """
    if _DIGITS.fullmatch(text) is None or not 6 <= len(text) <= 18:
        raise BadCode("snomed-form", found=text)
    check = 0
    for place, digit in enumerate(reversed(text)):
        check = _VERHOEFF_PRODUCT[check][_VERHOEFF_TURN[place % 8][int(digit)]]
    if check:
        raise BadCode("snomed-check-digit", found=text)
    return text


def ancestors(code: str, system: str) -> tuple[str, ...]:
    """
    The codes above a product group, outermost first, without itself.

    Prefixes mean something in kodeverk 7403 only, where codes have 1, 3, 5 or 7 digits.

    >>> ancestors("5050901", PRODUCT_GROUP)
    ('505', '50509')
    """
    if system != PRODUCT_GROUP:
        return ()
    return tuple(code[:length] for length in (3, 5, 7) if length < len(code))


def _verhoeff_product() -> list[list[int]]:
    """The multiplication of the dihedral group of the pentagon, which the check digit is computed in."""

    def product(left: int, right: int) -> int:
        turned = left + right if left < 5 else left - right
        return turned % 5 + (5 if (left < 5) != (right < 5) else 0)

    return [[product(left, right) for right in range(10)] for left in range(10)]


def _verhoeff_turn() -> list[list[int]]:
    """What each place from the right does to its digit: one permutation, applied again and again."""
    turn = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    rows = [list(range(10))]
    for _ in range(7):
        rows.append([turn[digit] for digit in rows[-1]])
    return rows


_VERHOEFF_PRODUCT = _verhoeff_product()
_VERHOEFF_TURN = _verhoeff_turn()
