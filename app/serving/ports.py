"""Whether an address is free, and how a person writes it."""

import errno
import socket

from lists.errors import Refused

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 these are only compared with


def require_free(host: str, port: int, flag: str) -> None:
    """
    Raises:
        Refused: "port-in-use" where somebody listens there; "address-unusable" where nobody here may:
            an unknown host, a port that needs more rights. Both name the flag that chooses another.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            # As the servers do it: a port whose last connections are still being forgotten is free.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refused("port-in-use", port=port, flag=flag) from error
        facts = {"host": host, "port": port, "flag": flag, "found": error.strerror or error}
        raise Refused("address-unusable", **facts) from error


def reachable(host: str) -> str:
    """A host name under which this machine reaches what is bound to `host`."""
    return _EVERYWHERE.get(host, host)


def address(host: str, port: int) -> str:
    """
    What a person types to open it.

    >>> address("0.0.0.0", 8000), address("::1", 8001)
    ('http://127.0.0.1:8000/', 'http://[::1]:8001/')
    """
    name = reachable(host)
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"
