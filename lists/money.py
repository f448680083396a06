"""Money as whole ten-thousandths of a currency. No float and no rounding ever touches a price."""

import re

from lists.errors import BadAmount

UNIT = 10_000
"""How many of our units make one krone, pound or dollar."""

_AMOUNT = re.compile(r"([0-9]{1,10})(?:[.,]([0-9]{1,4}))?")


def parse_amount(text: str, *, units: int = UNIT) -> int:
    """
    Read an amount as a source file writes it.

    Args:
        text: One to ten digits, then at most four decimals after "." or ",".
            No sign, no blank, no thousands mark.
        units: Ten-thousandths that one of the text's whole numbers means:
            10,000 for kroner, 100 for pence.

    Returns:
        Ten-thousandths of the currency, zero or more.

    Raises:
        BadAmount: The text has any other form, or is finer than a ten-thousandth.
            Nothing is rounded or guessed.

    Source:
        FEST M30, `PrisVare/Pris` (type `kith:MO`).

    >>> parse_amount("688.8")
    6888000
    >>> parse_amount("40.5", units=100)
    4050
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise BadAmount("amount-form", found=text)
    whole, decimals = match.groups()
    fine = int(whole) * UNIT + int((decimals or "").ljust(4, "0"))
    amount, rest = divmod(fine * units, UNIT)
    if rest:
        raise BadAmount("amount-form", found=text)
    return amount


def format_amount(amount: int) -> str:
    """
    Write an amount with at least two and at most four decimals.

    >>> format_amount(6888000), format_amount(12345), format_amount(0)
    ('688.80', '1.2345', '0.00')
    """
    whole, fine = divmod(amount, UNIT)
    decimals = f"{fine:04d}"
    return f"{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}"
