"""Calls the program as a person or a script does, in this process or in one of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from click.testing import CliRunner

from app.__main__ import main
from tests.conftest import ROOT

_CLEAN = {"BLALISTE_HOME": None, "LC_ALL": "C.UTF-8", "LC_MESSAGES": None, "LANG": None}


class Ran(msgspec.Struct, frozen=True):
    """What a call of the program left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document it must be."""
        return msgspec.json.decode(self.out)


def call(*args: object, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ran:
    """Call the program in this process."""
    runner = CliRunner(catch_exceptions=False)
    result = runner.invoke(main, _texts(args), input=stdin, env={**_CLEAN, **(env or {})})
    return Ran(result.exit_code, result.stdout, result.stderr)


def ask(home: Path, *args: object, stdin: bytes = b"") -> Ran:
    """Call the program with a home, for JSON."""
    return call("--home", home, "--json", *args, stdin=stdin)


def start(*args: object, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
    """Start the program in a process of its own; its output can be read when it has ended."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", *_texts(args)],
        cwd=options.pop("cwd", ROOT),
        env={**_environment(), **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        **options,
    )


def finish(process: "subprocess.Popen[str]") -> Ran:
    """Wait for the end of a started program."""
    out, err = process.communicate(timeout=300)
    return Ran(process.returncode, out, err)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _CLEAN}
    return {**kept, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}


def _texts(args: Sequence[object]) -> list[str]:
    return [str(arg) for arg in args]
