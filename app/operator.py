"""Who runs a home, as whoever does has said: a name, a number, where to ask, the address it is public at."""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from app.api.hosts import is_host
from app.home import Home, write_whole
from app.manifest import as_document
from lists.errors import HomeBroken, Refused

KINDS = {
    "national-authority": "NationalAuthority",
    "regional-authority": "RegionalAuthority",
    "local-authority": "LocalAuthority",
    "company": "Company",
    "non-profit": "NonProfitOrganisation",
}
"""What an operator may be, and what the ADMS vocabulary of publishers calls it."""

_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_ORGNR = re.compile("[0-9]{9}")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$&'*+/=?^_~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_IRI = re.compile(r"[!#$%&'()*+,./0-9:;=?@A-Z_a-z~\[\]-]{1,500}")
_LONGEST_NAME = 200
_WEB = ("http", "https")


class Operator(msgspec.Struct, frozen=True):
    """
    Who runs a home; what nobody said is None.

    Attributes:
        orgnr: Norwegian organisation number: nine digits.
        kind: A key of KINDS.
        page: A web page where one can ask.
        address: Where readers reach the home: scheme and host, such as `https://lists.example`.
    """

    name: str | None = None
    orgnr: str | None = None
    kind: str | None = None
    email: str | None = None
    page: str | None = None
    address: str | None = None


NOBODY = Operator()
"""Of whom nothing was said."""


def read_operator(home: Home) -> Operator:
    """
    Who runs a home; read again only where it was written since.

    Raises:
        HomeBroken: "operator-broken".
    """
    try:
        written = home.operator.stat()
    except FileNotFoundError:
        return NOBODY
    return _read(home.operator, written.st_mtime_ns, written.st_ino)


def keep_operator(home: Home, operator: Operator) -> None:
    """Write down who runs a home."""
    write_whole(as_document(operator), home.operator)


def parse_name(text: str) -> str:
    """
    A name on one line.

    Raises:
        Refused: "operator-name".
    """
    name = " ".join(text.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Refused("operator-name", found=text[:_LONGEST_NAME])
    return name


def parse_orgnr(text: str) -> str:
    """
    A Norwegian organisation number: nine digits, the last of which checks the others (modulus 11).

    Raises:
        Refused: "operator-orgnr".

    >>> parse_orgnr("974 760 673")
    '974760673'
    """
    digits = text.replace(" ", "")
    if not _ORGNR.fullmatch(digits) or _check_digit(digits[:8]) != digits[8]:
        raise Refused("operator-orgnr", found=text)
    return digits


def parse_email(text: str) -> str:
    """
    An e-mail address.

    Raises:
        Refused: "operator-email".
    """
    if not _EMAIL.fullmatch(text):
        raise Refused("operator-email", found=text)
    return text


def parse_page(text: str) -> str:
    """
    The address of a web page.

    Raises:
        Refused: "operator-page".
    """
    if not _IRI.fullmatch(text) or not _is_web(text):
        raise Refused("operator-page", found=text)
    return text


def parse_address(text: str) -> str:
    """
    Scheme and host, with or without a port.

    Raises:
        Refused: "operator-address": there is a path too, or no scheme of the web.

    >>> parse_address("https://Lists.Example/")
    'https://lists.example'
    """
    bare = text.removesuffix("/")
    if not _is_web(bare) or bare != "://".join(_ends(bare)):
        raise Refused("operator-address", found=text)
    return bare.lower()


def usable(told: Operator) -> Operator:
    """What another home told of its operator, without what has not the form it must have."""
    return Operator(
        name=_or_none(parse_name, told.name),
        orgnr=_or_none(parse_orgnr, told.orgnr),
        kind=told.kind if told.kind in KINDS else None,
        email=_or_none(parse_email, told.email),
        page=_or_none(parse_page, told.page),
        address=_or_none(parse_address, told.address),
    )


def _or_none(parse: Callable[[str], str], text: str | None) -> str | None:
    try:
        return parse(text) if text is not None else None
    except Refused:
        return None


def _is_web(text: str) -> bool:
    scheme, host = _ends(text)
    return scheme.lower() in _WEB and is_host(host)


def _ends(text: str) -> tuple[str, str]:
    """What stands before `://`, and the host after it."""
    try:
        return text.partition("://")[0], urlsplit(text).netloc
    except ValueError:
        return "", ""


def _check_digit(digits: str) -> str | None:
    """The ninth digit; None where there is no number that begins so."""
    rest = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11
    return None if rest == 1 else str(-rest % 11)


@lru_cache(maxsize=16)
def _read(path: Path, _written: int, _place: int) -> Operator:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Operator)
    except (OSError, msgspec.DecodeError) as error:
        raise HomeBroken("operator-broken", where=path.name, found=error) from error
