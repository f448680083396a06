"""The house itself: which room may import what, what stands in front, what no file may hold."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent

DOORS = {
    "lists": {"lists", "msgspec"},
    "ingest": {"ingest", "lists", "msgspec", "lxml", "python_calamine", "sqlite_utils"},
    "search": {"search", "lists", "msgspec", "rapidfuzz", "simplemma", "whoosh"},
    "app": {
        *("app", "ingest", "lists", "search", "msgspec"),
        *("argon2", "babel", "click", "cryptography", "datasette", "granian", "httpx", "jinja2"),
        *("litestar", "prometheus_client", "rich", "sqlite_utils", "structlog", "swagger_ui", "typst"),
        "xlsxwriter",
    },
}
OUTSIDE_WORLD = {
    *("io", "os", "pathlib", "shutil", "socket", "sqlite3", "subprocess", "tempfile", "urllib"),
    *("asyncio", "logging", "multiprocessing", "random", "secrets", "threading", "time"),
}
CLOCKS = {"now", "today", "utcnow"}
TOP = {
    *("app", "ingest", "lists", "search", "tests", "docs", ".ci"),
    *("datasette-metadata.json", "pyproject.toml", "README.md", "CHANGELOG.md", "Makefile"),
    *("requirements.lock", "requirements-test.lock", "requirements-bench.lock", ".gitignore"),
}

# Brackets keep the patterns from finding themselves.
REGISTRY_ADDRESS = re.compile(
    r"index-ur[l]|find-link[s]|/simpl[e]/|pypi[.]org|pythonhoste[d]|npmj[s]|unpk[g]"
    r'|"resolve[d]": *"http|registr[y] *= *"http'
)
MACHINE_PATH = re.compile(r"(?<![\w.~$})-])/(?:wor[k]|tm[p]|roo[t]|hom[e]|User[s])/")

MODULES = [path for room in DOORS for path in sorted((ROOT / room).rglob("*.py"))]
LISTS = [path for path in MODULES if path.relative_to(ROOT).parts[0] == "lists"]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _imported_packages(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_room_imports_only_through_its_door(path):
    room = path.relative_to(ROOT).parts[0]
    strangers = set(_imported_packages(path)) - DOORS[room] - sys.stdlib_module_names
    assert not strangers, f"{room}/ may import {sorted(DOORS[room])}, not {sorted(strangers)}"


@pytest.mark.parametrize("path", LISTS, ids=_name)
def test_lists_never_reaches_for_the_outside_world(path):
    reached = OUTSIDE_WORLD & set(_imported_packages(path))
    assert not reached, f"lists/ is values in, values out, without {sorted(reached)}"


@pytest.mark.parametrize("path", LISTS, ids=_name)
def test_lists_never_asks_a_clock(path):
    asked = [
        f"line {node.lineno}: {node.attr}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS
    ]
    assert not asked, f"no clock meets a rule: {_name(path)} asks one in {asked}"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_opens_with_a_sentence(path):
    sentence = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert sentence, f"{_name(path)} does not say what it knows"
    assert sentence.splitlines()[0].endswith((".", ":")), f"{_name(path)} opens with half of one"


def test_what_passes_a_door_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = [Requirement(line) for line in project["dependencies"]]
    declared: set[str] = {canonicalize_name(requirement.name) for requirement in required}
    # Litestar's extras name these two; the lock holds them.
    declared |= {"structlog", "prometheus-client"}

    carriers = packages_distributions()
    packages = set().union(*DOORS.values()) - set(DOORS)
    undeclared = {
        package
        for package in packages
        if not declared & {canonicalize_name(name) for name in carriers.get(package, [])}
    }
    assert not undeclared, f"pyproject.toml does not name what brings {sorted(undeclared)}"


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file of the project that git knows or would take, as paths from its top."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(listing, cwd=ROOT, capture_output=True, check=False)
    if answer.returncode != 0:
        pytest.skip("this is no git clone: what belongs to the project is not known")
    names = answer.stdout.decode("utf-8").split("\0")
    return [Path(name) for name in names if name and (ROOT / name).is_file()]


def test_only_what_the_design_names_stands_at_the_top(tracked):
    assert {path.parts[0] for path in tracked} <= TOP


@pytest.mark.parametrize(
    ("pattern", "what"),
    [(REGISTRY_ADDRESS, "a registry's address"), (MACHINE_PATH, "a path of one machine")],
    ids=["registry", "machine"],
)
def test_no_file_holds_what_is_true_on_one_machine_only(tracked, pattern, what):
    found = [
        f"{path}, line {number}: {line.strip()[:80]}"
        for path in tracked
        for number, line in enumerate(_text(ROOT / path).splitlines(), start=1)
        if pattern.search(line)
    ]
    assert not found, f"{what} stands in the tree:\n" + "\n".join(found)


@pytest.mark.parametrize("lock", ["requirements", "requirements-test", "requirements-bench"])
def test_a_lock_holds_names_versions_and_hashes_and_nothing_else(lock):
    line = re.compile(r"[a-z0-9.-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    text = (ROOT / f"{lock}.lock").read_text(encoding="utf-8")
    strange = [row for row in text.splitlines() if not line.fullmatch(row)]
    assert not strange


def test_the_program_runs_with_the_same_versions_in_every_lock():
    running = _pins("requirements")
    assert running.items() <= _pins("requirements-test").items()
    assert running.items() <= _pins("requirements-bench").items()


def _pins(lock: str) -> dict[str, str]:
    text = (ROOT / f"{lock}.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^(\S+?)==(\S+)", text, flags=re.MULTILINE))


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")
