"""Long work on records: none of them refers back to itself, and looking for garbage that does is in vain."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (100_000, 50, 100)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Circles of garbage are looked for a hundred times as seldom; also around a function."""
    usual = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
