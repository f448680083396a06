"""How an endpoint's answers are described: the good one, and those that refuse."""

import msgspec
from litestar.openapi.datastructures import ResponseSpec

from app.pages import ProblemAnswer

_REFUSALS = {
    400: "A parameter or field cannot be used; `errors` says which, what was found and what was expected.",
    404: "There is no such thing, or not on that day.",
    410: "It was listed and is not any more; `last` says where and until when.",
    413: "The body is too large.",
}


def spec(shape: type[msgspec.Struct], says: str, *others: int) -> dict[int, ResponseSpec]:
    """The answers of an endpoint, for its description: the good one, 400 and others that refuse."""
    refusals = {
        status: ResponseSpec(
            ProblemAnswer,
            description=_REFUSALS[status],
            media_type="application/problem+json",
            generate_examples=False,
        )
        for status in (400, *others)
    }
    return {200: ResponseSpec(shape, description=says, generate_examples=False), **refusals}
