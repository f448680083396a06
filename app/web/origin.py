"""Where readers reach us, and what our lists are named after, for those who need whole addresses."""

from app.api.answer import AnyRequest
from app.api.hosts import is_host
from app.home import Home
from app.operator import read_operator
from app.publisher import canonical_address


def origin(request: AnyRequest) -> str:
    """
    Where a reader goes on: the home's public address, else the scheme and host that the request names.

    Without the setting a proxy must hand on the `Host` it was asked by, and cannot say that it was asked by
    https: headers that anybody may send are not believed. What is no host gives "": addresses then stay
    relative.
    """
    return read_operator(_home(request)).address or asked_at(request)


def canonical_origin(request: AnyRequest) -> str:
    """
    What the names of our lists begin with: the same in every copy of a release.

    Where no address is set and nobody is followed, it is where the request was sent.
    """
    return canonical_address(_home(request)) or asked_at(request)


def asked_at(request: AnyRequest) -> str:
    """The scheme and host that the request itself names; "" where it names none that could be repeated."""
    host = request.headers.get("host", "")
    scheme = request.scope["scheme"]
    return f"{scheme}://{host}" if is_host(host) else ""


def _home(request: AnyRequest) -> Home:
    home: Home = request.app.state.home
    return home
