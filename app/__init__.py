"""How lists are published and served: the only room that knows the other three."""

import sys

# Where it finds rich, structlog loads it for colours on a terminal, which takes longer than all of ours.
# What this program logs are lines of JSON.
if "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]
    import structlog  # noqa: F401

    del sys.modules["rich"]
