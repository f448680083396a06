"""The parameters of the API, each described once for every endpoint that has it."""

from typing import Annotated, Any

from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, QueryParameter

from lists.status import STATUSES


def _text(description: str, name: str | None = None, **schema: Any) -> QueryParameter:
    """A parameter that may be left out; its text is read, and refused, by `question`."""
    form = {"one_of": None, "type": OpenAPIType.STRING, **schema}
    return QueryParameter(name=name, description=description, schema_extra=form)


def _number(description: str, least: int, most: int | None = None) -> QueryParameter:
    return _text(description, type=OpenAPIType.INTEGER, minimum=least, maximum=most)


_SUBJECTS = ["product", "group", "condition", "list"]
_TRUTH = ["true", "false"]
_AMOUNT = r"^[0-9]{1,9}([.,][0-9]{1,4})?$"

Varenr = Annotated[
    str, PathParameter(description="Product number, as text with its leading zeros, such as 903279.")
]
ListCode = Annotated[str, PathParameter(name="list", description="Code of a list, such as 505.")]
KeyName = Annotated[str, PathParameter(description="Name of a key: 16 hex digits, or newest.")]
ReleaseNumber = Annotated[int, PathParameter(description="Number of a release, such as 12.")]
GroupCode = Annotated[str, PathParameter(description="Code of a group, such as 5050901.")]

ValidOn = Annotated[
    str | None,
    _text("The day it is asked for, YYYY-MM-DD; today in Norway where absent.", format="date"),
]
KnownAt = Annotated[
    str | None,
    _text(
        "Answer as was known at this instant (RFC 3339 with offset, not in the future);"
        " all that is known now where absent.",
        format="date-time",
    ),
]
Lang = Annotated[
    str | None,
    _text("Language of sentences: nb, nn or en; else Accept-Language decides.", enum=["nb", "nn", "en"]),
]
Limit = Annotated[str | None, _number("Items on a page, 1 to 1000; 100 where absent.", 1, 1000)]
SearchLimit = Annotated[str | None, _number("Hits on a page, 1 to 100; 20 where absent.", 1, 100)]
CursorText = Annotated[
    str | None, _text("The `next` of an earlier page; it pins release, times and filters of that page.")
]
OnSubject = Annotated[
    str | None, _text("Only changes of this: product, group, condition or list.", "subject", enum=_SUBJECTS)
]
OfKind = Annotated[str | None, _text("Only changes of this kind, such as limit-tighter.", "kind")]
OnList = Annotated[str | None, _text("Code of a list.", "list")]
InGroup = Annotated[str | None, _text("Code of a group; groups below it count in kodeverk 7403.", "group")]
OfSupplier = Annotated[str | None, _text("Name of the supplier, exactly.", "supplier")]

FromEnd = Annotated[
    str | None,
    _text("The earlier end: an edition such as 505/2026-01-01/9, or a day, YYYY-MM-DD.", "from"),
]
ToEnd = Annotated[
    str | None,
    _text("The later end: an edition of the same list, or a day; as `from` is.", "to"),
]
FromDay = Annotated[
    str | None, _text("The first day, YYYY-MM-DD; today in Norway where absent.", "from", format="date")
]
ToDay = Annotated[
    str | None, _text("The last day, YYYY-MM-DD; a year from the first where absent.", "to", format="date")
]
After = Annotated[str | None, _number("Only releases behind this number.", 0)]
Query = Annotated[
    str | None, _text("What is looked for, as typed: at most 64 characters and 8 words.", max_length=64)
]
Status = Annotated[str | None, _text("listed, leaving, prescribing-ended or ended.", enum=list(STATUSES))]
OwnPrescription = Annotated[
    str | None,
    _text("true: only what needs its own prescription; false: only what does not.", enum=_TRUTH),
]
HasLimit = Annotated[
    str | None, _text("true: only what has a limit; false: only what has none.", enum=_TRUTH)
]
PriceFrom = Annotated[
    str | None,
    _text("Lowest price that is reimbursed per pack, such as 100 or 99.50.", pattern=_AMOUNT),
]
PriceTo = Annotated[str | None, _text("Highest price that is reimbursed per pack.", pattern=_AMOUNT)]
