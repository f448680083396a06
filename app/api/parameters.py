"""The parameters of the API, each described once for every endpoint that has it."""

from typing import Annotated

from litestar.params import PathParameter, QueryParameter

Varenr = Annotated[str, PathParameter(description="Product number, as text with its leading zeros, such as 903279.")]
ListCode = Annotated[str, PathParameter(description="Code of a list, such as 505.")]
GroupCode = Annotated[str, PathParameter(description="Code of a group, such as 5050901.")]

ValidOn = Annotated[
    str | None,
    QueryParameter(description="The day it is asked for, YYYY-MM-DD; today in Norway where absent.", schema_extra={"format": "date"}),
]
KnownAt = Annotated[
    str | None,
    QueryParameter(
        description="Answer as was known at this instant (RFC 3339 with offset, not in the future); all that is known now where absent.",
        schema_extra={"format": "date-time"},
    ),
]
Lang = Annotated[
    str | None, QueryParameter(description="Language of sentences: nb, nn or en; else Accept-Language decides.")
]
Limit = Annotated[str | None, QueryParameter(description="Items on a page, 1 to 1000; 100 where absent.")]
SearchLimit = Annotated[str | None, QueryParameter(description="Hits on a page, 1 to 100; 20 where absent.")]
CursorText = Annotated[
    str | None,
    QueryParameter(description="The `next` of an earlier page; it pins release, times and filters of that page."),
]
OnList = Annotated[str | None, QueryParameter(name="list", description="Code of a list.")]
InGroup = Annotated[
    str | None,
    QueryParameter(name="group", description="Code of a group; groups below it count in kodeverk 7403."),
]
OfSupplier = Annotated[str | None, QueryParameter(name="supplier", description="Name of the supplier, exactly.")]

After = Annotated[str | None, QueryParameter(description="Only releases behind this number.")]
Query = Annotated[
    str | None, QueryParameter(description="What is looked for, as typed: at most 64 characters and 8 words.")
]
Status = Annotated[str | None, QueryParameter(description="listed, leaving, prescribing-ended or ended.")]
OwnPrescription = Annotated[
    str | None, QueryParameter(description="true: only what needs its own prescription; false: only what does not.")
]
HasLimit = Annotated[str | None, QueryParameter(description="true: only what has a limit; false: only what has none.")]
PriceFrom = Annotated[
    str | None, QueryParameter(description="Lowest price that is reimbursed per pack, such as 100 or 99.50.")
]
PriceTo = Annotated[str | None, QueryParameter(description="Highest price that is reimbursed per pack.")]
