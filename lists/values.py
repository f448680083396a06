"""Values as an editor gives them, plain JSON, turned into what records hold and back; nothing is guessed."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from lists.codes import CONDITION_TYPE, SPECIALTY, YES_NO, Code
from lists.conditions import YES
from lists.days import parse_day
from lists.errors import BadText
from lists.money import parse_amount
from lists.records import CodedForm

_Value = TypeVar("_Value")

WHOLE = re.compile(r"[0-9]{1,9}")
MOST = 999_999_999

TYPES = {
    "1": "Alder større enn eller lik",
    "2": "Alder mindre enn",
    "9": "Forskrevet på sykehus",
    "10": "Forskrevet av spesialist eller sykehus",
    "11": "Forskrives på artikkelgruppenivå",
    "15": "Maks antall stk per kalenderår",
    "16": "Maks antall stk per ekspedisjon",
    "22": "Antall teststrimler per døgn må oppgis",
}
"""What kodeverk 7439 calls the types that an editor may code a text with."""

_NUMBERS = {"1", "2", "15", "16"}
_SPECIALIST = "10"

# What XML has no way to write. Texts of FEST hold controls of the upper row, U+0096 for a dash:
# an editor who changes another word of such a text must not be stopped by them.
_STRANGE = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class WrongForm(Exception):
    """
    A value is not of its kind; whoever knows where it stands makes a refusal of it.

    Args:
        expected: Key of the table of expectations.
    """

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def text(value: Any) -> str:
    """A text, in NFC and without blanks around it; a page sends line breaks as two characters."""
    if not isinstance(value, str):
        raise WrongForm("edit-text")
    clean = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    if not clean or _STRANGE.search(clean) is not None:
        raise WrongForm("edit-text")
    return clean


def day(value: Any) -> dt.date:
    """A civil day, `YYYY-MM-DD`."""
    return _read(parse_day, value, "day")


def money(value: Any) -> int:
    """Ten-thousandths of the currency; a decimal string, never a JSON number."""
    return _read(parse_amount, value, "amount")


def whole(value: Any) -> int:
    """A whole number of up to nine digits; a truth is none, nor is 30.0."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST:
        raise WrongForm("edit-whole")
    return value


def truth(value: Any) -> bool:
    """True or false, and nothing that is only like it."""
    if not isinstance(value, bool):
        raise WrongForm("truth")
    return value


def whom(value: Any) -> str:
    """Whom a condition binds."""
    if value not in WHOM:
        raise WrongForm("applies-to")
    return str(value)


WHOM = ("prescriber", "dispenser", "both")


# --- coded forms -----------------------------------------------------------


class _Short(msgspec.Struct, forbid_unknown_fields=True):
    """A coded form of a type that we know, as `{"type": "15", "values": ["400"]}`."""

    type: str
    values: list[str | int]


class _PlainCode(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    system: str
    text: str = ""


class _Whole(msgspec.Struct, forbid_unknown_fields=True):
    """Any coded form, with all that a source may have said in it."""

    type: _PlainCode
    texts: list[str] = []
    codes: list[_PlainCode] = []


def coded(value: Any) -> tuple[CodedForm, ...]:
    """Coded forms in their order; each in short, or whole as `plain_form` writes what has no short form."""
    if not isinstance(value, list):
        raise WrongForm("coded-forms")
    return tuple(sorted(_form(member) for member in value))


def plain_form(form: CodedForm) -> dict[str, Any]:
    """A coded form as plain JSON, from which `coded` makes the same one again."""
    short = {"type": form.type.value, "values": [*form.texts, *(code.value for code in form.codes)]}
    try:
        if _form(short) == form:
            return short
    except WrongForm:
        pass
    codes = [_plain_code(code) for code in form.codes]
    return {"type": _plain_code(form.type), "texts": list(form.texts), "codes": codes}


def _form(member: Any) -> CodedForm:
    try:
        if isinstance(member, dict) and isinstance(member.get("type"), str):
            return _short_form(msgspec.convert(member, _Short))
        whole_form = msgspec.convert(member, _Whole)
    except (msgspec.ValidationError, RecursionError) as error:
        raise WrongForm("coded-forms") from error
    codes = tuple(_code(code) for code in whole_form.codes)
    return CodedForm(_code(whole_form.type), tuple(map(_sound, whole_form.texts)), codes)


def _short_form(short: _Short) -> CodedForm:
    if short.type not in TYPES or not short.values:
        raise WrongForm("coded-forms")
    kind = Code(short.type, CONDITION_TYPE, TYPES[short.type])
    values = [str(value) for value in short.values]
    if short.type in _NUMBERS and len(values) == 1 and WHOLE.fullmatch(values[0]):
        return CodedForm(kind, texts=(values[0],))
    if short.type == _SPECIALIST and all(map(WHOLE.fullmatch, values)):
        return CodedForm(kind, codes=tuple(Code(value, SPECIALTY) for value in values))
    if short.type not in {*_NUMBERS, _SPECIALIST} and values == [YES]:
        return CodedForm(kind, codes=(Code(YES, YES_NO, "Ja"),))
    raise WrongForm("coded-forms")


def _code(plain: _PlainCode) -> Code:
    return Code(_sound(plain.code), _sound(plain.system), _sound(plain.text))


def _plain_code(code: Code) -> dict[str, str]:
    return {"code": code.value, "system": code.system, "text": code.text}


def _sound(part: str) -> str:
    if _STRANGE.search(part) is not None:
        raise WrongForm("coded-forms")
    return part


def _read(parse: Callable[[str], _Value], value: Any, expected: str) -> _Value:
    if not isinstance(value, str):
        raise WrongForm(expected)
    try:
        return parse(value)
    except BadText as error:
        raise WrongForm(expected) from error
