"""On what it was measured: figures without their machine mean nothing."""

import datetime as dt
import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

from lxml import etree

LIBRARIES = ("granian", "litestar", "lxml", "msgspec", "rapidfuzz", "simplemma", "whoosh-reloaded")


def machine() -> str:
    """Processor, cores and versions, as a list."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    libxml = ".".join(map(str, etree.LIBXML_VERSION))
    return "\n".join(
        (
            f"- {_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}",
            f"- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, libxml2 {libxml}",
            f"- {libraries}",
        )
    )


def busy() -> str:
    """When it is now, and how much else the machine has to do."""
    loads = os.getloadavg()
    shared = ", shared with other work" if max(loads) > 1 else ""
    told = " / ".join(f"{load:.2f}" for load in loads)
    return f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC, load over 1 / 5 / 15 minutes {told}{shared}"


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    if known.is_file():
        for line in known.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"
