"""Which text may be the host that a request names."""

import re

_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?")
_LAST_PORT = 65_535


def is_host(text: str) -> bool:
    """
    Whether this names a host, with or without a port.

    >>> is_host("lists.example:8000"), is_host("[::1]"), is_host("a:b"), is_host("a:99999"), is_host("")
    (True, True, False, False, False)
    """
    found = _HOST.fullmatch(text)
    return found is not None and int(found[1] or 0) <= _LAST_PORT
