"""A PostgreSQL of the tests' own: started from Debian's packages, without network, thrown away afterwards."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

USER = "lists"
_PACKAGES = Path("/usr/lib/postgresql")
_SECONDS = 120


def programs() -> Path | None:
    """Where `initdb` and `postgres` are; None where they are not installed."""
    found = sorted(_PACKAGES.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    named = found[-1] if found else shutil.which("postgres")
    return Path(named).parent if named is not None else None


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """A cluster while it runs; yields how libpq finds it, but for the database."""
    # It refuses to run as root: there it runs as the user that its package made.
    who: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    # Not among pytest's own folders: that user may not go there, and the path of a socket is short.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    if who:
        shutil.chown(folder, **who)
    try:
        data = folder / "data"
        making = (programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        made = subprocess.run(
            [*making, "--locale=C.UTF-8"], cwd=folder, capture_output=True, check=False, **who
        )
        assert made.returncode == 0, made.stderr.decode()
        settings = ("fsync=off", f"unix_socket_directories={folder}", "listen_addresses=")
        options = [word for setting in settings for word in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen(
                [programs / "postgres", "-D", data, *options], cwd=folder, stderr=log, **who
            )
        try:
            address = f"host={folder} user={USER}"
            _wait_for(address, running, folder / "log")
            yield address
        finally:
            running.send_signal(signal.SIGINT)  # it does not wait for who is still connected
            running.wait(_SECONDS)
    finally:
        shutil.rmtree(folder)


def _wait_for(address: str, running: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + _SECONDS
    while True:
        try:
            psycopg.connect(f"{address} dbname=postgres").close()
            return
        except psycopg.OperationalError:
            assert running.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < end, log.read_text(encoding="utf-8")
            time.sleep(0.05)
