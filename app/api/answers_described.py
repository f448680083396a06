"""How an endpoint's answers are described: the good one, and those that refuse."""

import msgspec
from litestar.openapi.datastructures import ResponseSpec

from app.pages import ProblemAnswer

_REFUSALS = {
    400: "A parameter or field cannot be used; `errors` says which, what was found and what was expected.",
    401: "Nobody is signed in, and no token that holds was sent.",
    403: "Whoever is signed in may not do this.",
    409: "The draft is not in a state for this, or it is one's own, or somebody else is publishing.",
    422: "Gates fire that no reason was given for.",
    404: "There is no such thing, or not on that day.",
    410: "It was listed and is not any more; `last` says where and until when.",
    413: "The body is too large.",
    416: "The part asked for begins behind the end of the file.",
}


def spec(
    shape: type[msgspec.Struct] | type[str],
    says: str,
    *others: int,
    status: int = 200,
    media_type: str = "application/json",
) -> dict[int, ResponseSpec]:
    """
    The answers of an endpoint, for its description: the good one, 400 and others that refuse.

    Args:
        status: Of the good one; so is `media_type`.
    """
    refusals = {
        refused: ResponseSpec(
            ProblemAnswer,
            description=_REFUSALS[refused],
            media_type="application/problem+json",
            generate_examples=False,
        )
        for refused in (400, *others)
    }
    good = ResponseSpec(shape, description=says, generate_examples=False, media_type=media_type)
    return {status: good, **refusals}
