"""Where changes are seen, read as JSON and followed: addresses of two ends, and of feeds."""

from urllib.parse import urlencode

from app.api.answer import AnyRequest
from app.web.addresses import part, with_lang


def comparison(request: AnyRequest, code: str, start: str, end: str, *, kind: str = "", q: str = "") -> str:
    """The page that holds two ends of a list against each other, in the page's language and as known then."""
    asked = {
        "list": code,
        "from": start,
        "to": end,
        "kind": kind,
        "q": q,
        "known_at": request.query_params.get("known_at") or "",
    }
    return with_lang(request, f"/endringer?{_query(asked)}")


def changes_json(code: str, start: str, end: str) -> str:
    """The same as JSON, without its times."""
    return f"/v1/changes?{_query({'list': code, 'from': start, 'to': end})}"


def feed_address(request: AnyRequest, code: str = "") -> str:
    """The feed of a list, or of all."""
    return with_lang(request, f"/liste/{part(code)}/endringer.atom" if code else "/endringer.atom")


def _query(asked: dict[str, str]) -> str:
    # Slashes and colons may stand in a query as they are, and editions are easier to read with them.
    return urlencode({name: value for name, value in asked.items() if value}, safe="/:")
