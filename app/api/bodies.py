"""Bodies of questions: read as JSON here, and what is wrong with one is told by its field."""

import re
from typing import Any

import msgspec
from litestar import Request

from app.api.question import bad, refuse_unknown
from lists.errors import BadQuestion

BODY = "body"
"""Names the whole body where no field of it is at fault."""

_EXPECTED = {"varenr": "numbers", "valid_on": "day", "known_at": "past-instant"}
_UNKNOWN = re.compile(r"unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"missing required field `(.*)`", re.DOTALL)
_PLACE = re.compile(r"at `\$\.([a-z_]+)")


class Question(Request[Any, Any, Any]):
    """A request whose body is JSON, whatever its header calls it."""

    async def json(self) -> Any:
        """
        The body as plain values, of the form the endpoint asks for.

        Raises:
            BadQuestion: It is no JSON, nested beyond measure, or not of that form.
        """
        body = await self.body()
        try:
            plain = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise bad("bad-request", BODY, body[:80].decode(errors="replace"), "json-object") from error
        field = self.route_handler.parsed_data_field
        if field is not None:
            try:
                msgspec.convert(plain, field.annotation)
            except msgspec.ValidationError as error:
                raise _wrong_form(str(error), plain, field.annotation) from error
        return plain


def _wrong_form(message: str, plain: Any, form: Any) -> BadQuestion:
    """What is wrong with a body that is JSON and has another form than asked for."""
    if not isinstance(plain, dict):
        return bad("bad-request", BODY, _as_json(plain), "json-object")
    unknown = _UNKNOWN.search(message)
    if unknown is not None:
        try:
            refuse_unknown([unknown[1]], form.__struct_fields__, also=())
        except BadQuestion as error:
            return error
    named = _MISSING.search(message) or _PLACE.search(message)
    field = named[1] if named is not None else BODY
    return bad("bad-request", field, _as_json(plain.get(field)), _EXPECTED.get(field, "json-object"))


def _as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
