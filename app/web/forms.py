"""Forms whose answer nobody keeps: what was filled in is read, answered, and stored nowhere on the way."""

from litestar.exceptions import HTTPException
from litestar.response import Response

from app.api.answer import AnyRequest
from app.api.question import normalized
from lists.errors import BadQuestion

_TOO_LARGE = 413


async def filled_in(request: AnyRequest) -> dict[str, str]:
    """
    The fields of a form, composed as the lists are (NFC); "" where one is no text.

    Raises:
        BadQuestion: "too-large".
    """
    try:
        form = await request.form()
    except HTTPException as error:
        if error.status_code != _TOO_LARGE:
            raise
        raise BadQuestion("too-large") from error
    return {name: (normalized(value) or "") if isinstance(value, str) else "" for name, value in form.items()}


def kept_nowhere(response: Response[bytes]) -> Response[bytes]:
    """An answer that neither the browser nor anything before it may keep."""
    response.headers["Cache-Control"] = "no-store"
    response.headers.pop("ETag", None)
    return response
