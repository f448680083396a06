"""Where a request reached us, for those who need whole addresses: feeds and examples."""

from app.api.answer import AnyRequest
from app.api.hosts import is_host


def origin(request: AnyRequest) -> str:
    """
    The scheme and host that the request names, such as `https://lists.example`.

    Behind a proxy it must hand on the `Host` it was asked by. What is no host gives "": addresses
    then stay relative.
    """
    host = request.headers.get("host", "")
    scheme = request.scope["scheme"]
    return f"{scheme}://{host}" if is_host(host) else ""
