"""Ports for servers that tests start."""

import random
import socket

# Below the range that systems give to outgoing connections, which may take a port while a test starts.
_FIRST, _LAST = 20_000, 32_000
_GIVEN: set[int] = set()


def a_free_port() -> int:
    """A port of this machine on which nobody listened a moment ago, never the same twice in a run."""
    while True:
        port = random.SystemRandom().randint(_FIRST, _LAST)
        with socket.socket() as trial:
            if port not in _GIVEN and trial.connect_ex(("127.0.0.1", port)) != 0:
                _GIVEN.add(port)
                return port
