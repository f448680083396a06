"""A worker's first moment: it binds its life to its parent's, then makes the application."""

import importlib
import os
from collections.abc import Callable
from typing import Any

from app.serving.lifeline import end_with_parent

TARGET = "BLALISTE_TARGET"
"""Import path of the factory of the ASGI application, as module:name."""


def application() -> Any:
    """The ASGI application of this worker."""
    end_with_parent()
    return find(os.environ[TARGET])()


def find(target: str) -> Callable[[], Any]:
    """The factory that an import path names."""
    module, _, name = target.partition(":")
    factory: Callable[[], Any] = getattr(importlib.import_module(module), name)
    return factory
