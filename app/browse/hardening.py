"""Bounds on what one visitor of Datasette can make its process do."""

import re
import resource
from contextlib import suppress
from typing import Any

from datasette.plugins import pm
from datasette.utils.asgi import BadRequest
from datasette.vendored.pint.errors import UndefinedUnitError
from datasette.views import table
from datasette.views.base import ureg

from app.browse import plugin

MEMORY = 1 << 30
"""Bytes of memory the whole process may hold; whoever asks for more gets an error, not the machine."""

_QUANTITY = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?( ?[A-Za-z]{1,20})?|[A-Za-z]{1,20}")


def harden() -> None:
    """Give Datasette the plugin, and take from it what lets one visitor stop all others."""
    if not pm.is_registered(plugin):
        pm.register(plugin)
    # With rich here, every error prints a traceback with all variables and holds the process for a second.
    # (Imported by name before the other plugins, that module would miss its own registration.)
    pm.get_plugin("datasette.handle_exception").rich = None
    table.ureg = _quantity


def bound_memory() -> None:
    """Bound the memory of this process, for good."""
    with suppress(ValueError, OSError):  # a stricter bound of the operator's stays
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _quantity(text: str) -> Any:
    """
    A number with or without a unit, as a filter may name it: "100", "100 NOK".

    Datasette hands what a visitor writes to a reader that also calculates, and 9**9**9 in the address of a
    page stopped the whole process.
    """
    if _QUANTITY.fullmatch(text) is None:
        found = text[:80]
        raise BadRequest(
            f"{found!r} is no number: expected digits, and a unit if you like, such as '100 NOK'"
        )
    try:
        return ureg(text)
    except UndefinedUnitError as error:
        raise BadRequest(f"{text!r} has a unit that is not known here: expected a number alone") from error
