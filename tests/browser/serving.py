"""The program served for a browser, and how a page of it is judged."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

from app.home import Home
from tests.app.ports import a_free_port

ROOT = Path(__file__).parents[2]


@contextmanager
def served(home: Home) -> Iterator[str]:
    """The program, serving a home; yields its address when it is ready."""
    port = a_free_port()
    command = (sys.executable, "-m", "app.serving.api", "app.main:application", "127.0.0.1", str(port), "1")
    environment = {**os.environ, "BLALISTE_HOME": str(home.path)}
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/health/ready")
        yield address
    finally:
        running.terminate()
        running.wait(10)


def wait_for(address: str) -> None:
    """Waits until somebody answers there."""
    end = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)


def assert_accessible(page) -> None:
    """No rule of WCAG that a program can judge is broken."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
