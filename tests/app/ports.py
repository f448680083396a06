"""Ports for servers that tests start."""

import socket


def a_free_port() -> int:
    """A port of this machine on which nobody listened a moment ago."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
